// Frees: EFP-01, EFP-02, EFP-05 to EFP-08, EFPT-02, EFPT-03, EAPT-14, EFM-01, EAM-07, and contract
// facts 12.3.
//
// A bad free is refused with the documented bug check, and the machine is as it was: the block can still be
// freed properly. Does not cover: IRQL (irql_props.cpp), special pool (special_pool_props.cpp), user memory
// (user_memory_props.cpp).
#include "suites/property.hpp"
#include "suites/trace_property.hpp"
#include "suites/values.hpp"

#include <ddi/bugcodes.h>

#include <algorithm>

namespace poolproof {

POOL_SUITE_FOR(Frees, both_profiles_and({"TagMismatchIsSilent", "NullFreeIsIgnored"}));

namespace {

using Parameters = std::array<std::uint64_t, 4>;

// The sub-codes of BAD_POOL_CALLER for an address that is no block (12.3).
bool is_bad_address(const Stop& stop) {
    static constexpr std::array<std::uint64_t, 10> documented = {0x41, 0x42, 0x43, 0x44, 0x46,
                                                                 0x47, 0x48, 0x50, 0x99, 0x41286};
    return stop.code == BAD_POOL_CALLER &&
           std::find(documented.begin(), documented.end(), stop.parameters[0]) != documented.end();
}

void free_by_either(Driver& drive, Address block, std::uint32_t tag) {
    if (*rc::gen::arbitrary<bool>()) {
        drive.ExFreePool(block);
    } else {
        drive.ExFreePoolWithTag(block, tag);
    }
}

// The block is still live: it has its bytes, and can be freed once.
void expect_still_there(Driver& drive, Address block, std::uint64_t bytes) {
    RC_ASSERT(drive.accessible(block, 0, bytes));
    drive.ExFreePool(block);
}

} // namespace

POOL_PROPERTY(Frees, EitherExFreeReleasesAnyExBlock) {
    const auto request = *ex_or_fsrtl_request();
    const auto bytes = *any_size();
    const auto tag = *legal_tag();
    const Address block = drive.allocate(request, bytes, tag);
    free_by_either(drive, block, tag);
    RC_ASSERT(drive.caller_faults() == 0U);
    const TagRow row = drive.tag_row(tag, is_paged(request));
    RC_ASSERT(row.allocations == 1U);
    RC_ASSERT(row.frees == 1U);
    RC_ASSERT(row.bytes == 0U);
    RC_ASSERT(drive.pages_in_use() == 0U);
}

POOL_PROPERTY(Frees, AFreeTouchesNoOtherBlock) {
    auto blocks = a_used_pool(drive);
    while (!blocks.empty()) {
        const auto at = *rc::gen::inRange<std::size_t>(0, blocks.size());
        drive.release(blocks[at].request, blocks[at].address, fred);
        blocks.erase(blocks.begin() + static_cast<std::ptrdiff_t>(at));
        for (const Lived& block : blocks) {
            RC_ASSERT(drive.holds(block.address, block.bytes, block.seed));
        }
    }
    RC_ASSERT(drive.pages_in_use() == 0U);
}

POOL_PROPERTY(Frees, AWrongTagIsABugCheckNamingBothTags) {
    const auto request = *ex_or_fsrtl_request();
    const auto tag = *legal_tag();
    const auto other = *rc::gen::distinctFrom(legal_tag(), tag);
    const Address block = drive.allocate(request, 100, tag);
    if (drive.claims().tag_mismatch == TagMismatch::silent) {
        drive.ExFreePoolWithTag(block, other);
        RC_ASSERT(drive.tag_row(tag, is_paged(request)).frees == 1U);
    } else {
        const Stop stop = stop_of([&] { drive.ExFreePoolWithTag(block, other); });
        RC_ASSERT(stop.code == BAD_POOL_CALLER);
        RC_ASSERT((stop.parameters == Parameters{0xA, block, tag, other}));
        RC_ASSERT((drive.caller_faults() & fault_free_tag) != 0U);
        expect_still_there(drive, block, 100);
    }
}

POOL_PROPERTY(Frees, ASecondFreeIsABugCheck) {
    const auto request = *ex_or_fsrtl_request();
    const auto bytes = *any_size();
    const auto used = a_used_pool(drive);
    const Address block = drive.allocate(request, bytes, fred);
    free_by_either(drive, block, fred);
    const Stop stop = stop_of([&] { free_by_either(drive, block, fred); });
    // 0x06 and 0x07 are the double frees; memory that nobody knows as a block any more is a bad address.
    const bool is_double_free =
        stop.code == BAD_POOL_CALLER && (stop.parameters[0] == 0x06 || stop.parameters[0] == 0x07);
    RC_ASSERT((is_double_free || is_bad_address(stop)));
    RC_ASSERT((drive.caller_faults() & fault_free_address) != 0U);
}

POOL_PROPERTY(Frees, APointerIntoABlockIsABugCheck) {
    const auto request = *ex_or_fsrtl_request();
    const auto bytes = *rc::gen::inRange<std::uint64_t>(2, 4 * page);
    const auto inside = *rc::gen::inRange<std::uint64_t>(1, bytes);
    const Address block = drive.allocate(request, bytes, fred);
    const Stop stop = stop_of([&] { free_by_either(drive, block + inside, fred); });
    RC_ASSERT(is_bad_address(stop));
    if (stop.parameters[0] == 0x41286) { // a paged address in the middle: p4 is the offset in its page
        RC_ASSERT(is_paged(request));
        RC_ASSERT(stop.parameters[3] == (block + inside) % page);
    }
    RC_ASSERT((drive.caller_faults() & fault_free_address) != 0U);
    expect_still_there(drive, block, bytes);
}

POOL_PROPERTY(Frees, AUserAddressIsABugCheck) {
    const Address user = drive.foreign_address(Pointer::user_address);
    const Stop stop = stop_of([&] { free_by_either(drive, user, fred); });
    RC_ASSERT(stop.code == BAD_POOL_CALLER);
    RC_ASSERT(stop.parameters[0] == 0x40U);
    RC_ASSERT(stop.parameters[1] == user);
    RC_ASSERT(stop.parameters[2] > user); // where system space starts
    RC_ASSERT(stop.parameters[3] == 0U);
}

POOL_PROPERTY(Frees, ASystemAddressOutsidePoolIsABugCheck) {
    const Address outside = drive.foreign_address(Pointer::system_address);
    const Stop stop = stop_of([&] { free_by_either(drive, outside, fred); });
    RC_ASSERT(is_bad_address(stop));
    RC_ASSERT(stop.parameters[1] == outside);
}

// EFP-12: no page says what NULL gets; the reference declares its choice.
POOL_PROPERTY(Frees, NullIsRefusedOrIgnoredAsDeclared) {
    if (drive.claims().null_free == NullFree::ignored) {
        free_by_either(drive, 0, fred);
    } else {
        RC_ASSERT(stop_of([&] { free_by_either(drive, 0, fred); }).code == BAD_POOL_CALLER);
    }
}

POOL_PROPERTY(Frees, EngFreeMemReleasesWhatEngAllocMemGave) {
    const auto flags = *rc::gen::inRange(0U, 4U);
    const auto bytes = *any_size();
    const Address block = drive.EngAllocMem(flags, static_cast<std::uint32_t>(bytes), fred);
    drive.EngFreeMem(block);
    RC_ASSERT(drive.caller_faults() == 0U);
    RC_ASSERT(drive.tag_row(fred, (flags & 2) == 0).frees == 1U);
    RC_ASSERT(drive.pages_in_use() == 0U);
}

// EAM-07: the pages name one routine for each; what another does is not documented, but the duty is reported.
POOL_PROPERTY(Frees, AnotherFamilysFreeIsReported) {
    const Address eng = drive.EngAllocMem(0, 100, fred);
    drive.ExFreePool(eng);
    RC_ASSERT((drive.caller_faults() & fault_wrong_free_routine) != 0U);
    const Address ex = drive.ExAllocatePoolWithTag(PagedPool, 100, fred);
    drive.EngFreeMem(ex);
    RC_ASSERT((drive.caller_faults() & fault_wrong_free_routine) != 0U);
}

// EFM-03: nothing says what EngFreeMem does with nonsense; it harms nobody.
POOL_PROPERTY(Frees, EngFreeMemOfNonsenseHarmsNobody) {
    const auto blocks = a_used_pool(drive);
    const Address freed = drive.EngAllocMem(0, 100, fred);
    drive.EngFreeMem(freed);
    for (const Address nonsense : {Address{0}, drive.foreign_address(Pointer::user_address),
                                   drive.foreign_address(Pointer::system_address), freed + 1}) {
        drive.EngFreeMem(nonsense);
        RC_ASSERT((drive.caller_faults() & fault_free_address) != 0U);
    }
    for (const Lived& block : blocks) {
        RC_ASSERT(drive.holds(block.address, block.bytes, block.seed));
    }
}

// GEO-06 at free: the header behind a small block was overwritten. Some bug check of the pool's reports it,
// and none of the damaged memory is given out.
POOL_PROPERTY(Frees, AnOverwrittenHeaderIsABugCheckAtFree) {
    const auto type = *rc::gen::element(NonPagedPool, PagedPool, NonPagedPoolNx);
    const auto bytes = *rc::gen::inRange<std::uint64_t>(1, 200);
    const Address first = drive.ExAllocatePoolWithTag(type, bytes, fred);
    const Address second = drive.ExAllocatePoolWithTag(type, bytes, fred);
    const Address lower = std::min(first, second);
    const std::uint64_t gap = std::max(first, second) - lower - bytes;
    RC_PRE(gap <= std::uint64_t{3} * drive.granule()); // neighbours
    drive.write(lower, static_cast<std::int64_t>(bytes), gap);
    const Stop stop = stop_of([&] { drive.ExFreePool(std::max(first, second)); });
    RC_ASSERT((stop.code == BAD_POOL_HEADER || stop.code == BAD_POOL_CALLER ||
               stop.code == KERNEL_MODE_HEAP_CORRUPTION || stop.code == DRIVER_CORRUPTED_EXPOOL));
}

// What was freed comes back: many times more is asked for than there is.
POOL_SWEEP(Frees, FreedMemoryIsGivenOutAgain) {
    for (const Request& request : every_request()) {
        drive.set_budgets(is_paged(request), 8, 8);
        for (std::uint64_t round = 0; round < 300; ++round) {
            const std::uint64_t bytes = 1 + round * 97 % (4 * page);
            const Address block = drive.allocate(request, bytes, fred);
            RC_ASSERT(block != 0U);
            drive.release(request, block, fred);
        }
    }
    RC_ASSERT(drive.pages_in_use() == 0U);
}

POOL_TRACE_PROPERTY(Frees, NoTraceOfFreesBreaksAClause, Family::frees)

POOL_CONVICTS(Frees, AWrongTagIsABugCheckNamingBothTags, "mismatch-tags-swapped")
POOL_CONVICTS(Frees, ASecondFreeIsABugCheck, "double-free-silent")
POOL_CONVICTS(Frees, APointerIntoABlockIsABugCheck, "interior-free-accepted")
POOL_CONVICTS(Frees, AUserAddressIsABugCheck, "user-address-free-silent")
POOL_CONVICTS(Frees, ASystemAddressOutsidePoolIsABugCheck, "foreign-free-silent")
POOL_CONVICTS(Frees, NullIsRefusedOrIgnoredAsDeclared, "null-free-not-as-declared")
POOL_CONVICTS(Frees, EitherExFreeReleasesAnyExBlock, "ledger-forgets-frees")
POOL_CONVICTS(Frees, AFreeTouchesNoOtherBlock, "last-bytes-shared")

TEST(FreesConvicts, AWrongTagThatIsAccepted) {
    EXPECT_TRUE(convicts(FreesAWrongTagIsABugCheckNamingBothTags, "wrong-tag-accepted"));
}

} // namespace poolproof
