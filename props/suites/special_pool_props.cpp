// Special pool: SP-01 to SP-09, SP-12 to SP-14, EATP-09, EATP-11, GF-01, GF-05, GF-09, EFP-03.
//
// Guards are touched for real; damage in the page is done before a free and found by it. Does not cover:
// every size on both sides (special_pool_sweeps.cpp).
#include "suites/property.hpp"
#include "suites/special_pool.hpp"
#include "suites/trace_property.hpp"
#include "suites/values.hpp"

#include <ddi/bugcodes.h>

namespace poolproof {

POOL_SUITE_FOR(SpecialPoolRules,
               both_profiles_and({"SpecialPatternIsZero", "FaultsNameTheDriver", "GuardsByMprotect"}));

// EATP-09, EATP-11: the side of the call wins over the side of the setting.
POOL_PROPERTY(SpecialPoolRules, APriorityVariantChoosesTheSide) {
    const auto bytes = *size_below_a_page();
    const auto type = *rc::gen::element(NonPagedPool, PagedPool);
    const auto base = *rc::gen::element<unsigned>(LowPoolPriority, NormalPoolPriority, HighPoolPriority);
    const auto setting = *rc::gen::element(Side::end, Side::start);
    drive.special_pool(SpecialMode::verifier, setting);
    const Address plain = drive.ExAllocatePoolWithTagPriority(type, bytes, fred, base);
    RC_ASSERT(plain % page == special_offset(drive, setting, bytes));
    const Address overrun = drive.ExAllocatePoolWithTagPriority(type, bytes, fred, base + 8);
    RC_ASSERT(overrun % page == special_offset(drive, Side::end, bytes));
    const Address underrun = drive.ExAllocatePoolWithTagPriority(type, bytes, fred, base + 9);
    RC_ASSERT(underrun % page == special_offset(drive, Side::start, bytes));
    expect_guarded(drive, underrun, bytes);
    expect_guarded(drive, overrun, bytes);
}

POOL_PROPERTY(SpecialPoolRules, ABlockSitsAloneBetweenGuards) {
    const auto request = *pool_request();
    const auto bytes = *size_below_a_page();
    const auto side = *rc::gen::element(Side::end, Side::start);
    drive.special_pool(SpecialMode::verifier, side);
    const Address block = drive.allocate(request, bytes, fred);
    const Address neighbour = drive.allocate(request, bytes, fred);
    RC_ASSERT(block / page != neighbour / page);
    RC_ASSERT(drive.last_block().special);
    if (!is_cache_aligned(request)) { // what more those are rounded to is not documented
        RC_ASSERT(block % page == special_offset(drive, side, bytes));
    }
    drive.fill(block, bytes, 4);
    expect_guarded(drive, block, bytes);
    RC_ASSERT(drive.holds(block, bytes, 4));
    drive.release(request, block, fred);
}

POOL_PROPERTY(SpecialPoolRules, FreedMemoryFaults) {
    const auto request = *pool_request();
    const auto bytes = *size_below_a_page();
    const auto offset = *rc::gen::inRange<std::uint64_t>(0, bytes);
    const auto write = *rc::gen::arbitrary<bool>();
    drive.special_pool(SpecialMode::verifier, *rc::gen::element(Side::end, Side::start));
    const Address block = drive.allocate(request, bytes, fred);
    drive.release(request, block, fred);
    const auto at = static_cast<std::int64_t>(offset);
    const Stop stop = stop_of([&] { write ? drive.write(block, at) : drive.read(block, at); });
    RC_ASSERT((stop.code == PAGE_FAULT_IN_FREED_SPECIAL_POOL ||
               stop.code == DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL));
    RC_ASSERT(stop.parameters[0] == block + offset);
    RC_ASSERT(stop.parameters[1] == (write ? 1U : 0U));
}

// SP-03, SP-04, SP-06: a changed byte of the page outside the block is found at the free.
POOL_PROPERTY(SpecialPoolRules, AChangedByteOfThePageIsFoundAtFree) {
    const auto request = *pool_request();
    const auto bytes = *size_below_a_page();
    const auto side = *rc::gen::element(Side::end, Side::start);
    const auto mask = *rc::gen::inRange(1U, 256U);
    drive.special_pool(SpecialMode::verifier, side);
    const Address block = drive.allocate(request, bytes, fred);
    const std::uint64_t in_page = block % page;
    const auto outside = *rc::gen::suchThat(rc::gen::inRange<std::uint64_t>(0, page), [=](std::uint64_t at) {
        return at < in_page || at >= in_page + bytes;
    });
    const auto offset = static_cast<std::int64_t>(outside) - static_cast<std::int64_t>(in_page);
    drive.write(block, offset, 1, mask);
    const Stop stop = stop_of([&] { drive.release(request, block, fred); });
    expect_damage_report(stop, block, block - in_page + outside, outside >= in_page + bytes, mask);
    drive.write(block, offset, 1, mask); // mended
    drive.release(request, block, fred);
}

// SP-08, X-39: a page or more is served by ordinary pool; so is user memory.
POOL_PROPERTY(SpecialPoolRules, APageOrMoreIsNotSpecial) {
    drive.special_pool(SpecialMode::verifier);
    const auto request = *pool_request();
    const auto bytes = *size_of_a_page_or_more();
    const Address block = drive.allocate(request, bytes, fred);
    RC_ASSERT(!drive.last_block().special);
    RC_ASSERT((!has_geometry_rules(request) || block % page == 0));
    drive.EngAllocUserMem(100, fred);
    RC_ASSERT(!drive.last_block().special);
}

// GF-01, GF-09: by tag, or for everything, whichever asks. A tag with a wildcard, or below PAGE_SIZE, asks
// for others as well.
POOL_PROPERTY(SpecialPoolRules, AnyStandingRequestIsEnough) {
    const auto request = *pool_request();
    const auto bytes = *size_below_a_page();
    const auto other = *rc::gen::distinctFrom(legal_tag(), fred);
    drive.special_pool(SpecialMode::by_tag, Side::end, fred);
    drive.allocate(request, bytes, fred);
    RC_ASSERT(drive.last_block().special);
    drive.allocate(request, bytes, other);
    RC_ASSERT(!drive.last_block().special);
    drive.special_pool(SpecialMode::verifier);
    drive.allocate(request, bytes, other);
    RC_ASSERT(drive.last_block().special);
    drive.special_pool(SpecialMode::off);
    drive.allocate(request, bytes, fred);
    RC_ASSERT(!drive.last_block().special);
}

// SP-14: the wrong IRQL has bug checks of its own.
POOL_PROPERTY(SpecialPoolRules, TheWrongIrqlIsABugCheckOfItsOwn) {
    const auto request = *ex_or_fsrtl_request();
    const auto bytes = *size_below_a_page();
    const auto irql = *rc::gen::inRange<unsigned>(is_paged(request) ? 2 : 3, 16);
    drive.special_pool(SpecialMode::verifier);
    const Address block = drive.allocate(request, bytes, fred);
    drive.set_irql(irql);
    const Stop allocation = stop_of([&] { drive.allocate(request, bytes, fred); });
    RC_ASSERT(allocation.code == SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION);
    RC_ASSERT((allocation.parameters == std::array<std::uint64_t, 4>{irql, request.type, bytes, 0x30}));
    const Stop free = stop_of([&] { drive.ExFreePool(block); });
    RC_ASSERT(free.code == SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION);
    RC_ASSERT(free.parameters[0] == irql);
    RC_ASSERT(free.parameters[2] == block);
    RC_ASSERT(free.parameters[3] == 0x31U);
}

// SP-13: a second free and an address in the page that is no block.
POOL_PROPERTY(SpecialPoolRules, BadFreesAreBugChecksOfTheirOwn) {
    const auto request = *ex_or_fsrtl_request();
    const auto bytes = *rc::gen::inRange(std::uint64_t{2}, page);
    const auto inside = *rc::gen::inRange<std::uint64_t>(1, bytes);
    drive.special_pool(SpecialMode::verifier, *rc::gen::element(Side::end, Side::start));
    const Address block = drive.allocate(request, bytes, fred);
    const Stop interior = stop_of([&] { drive.ExFreePool(block + inside); });
    RC_ASSERT(interior.code == SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION);
    RC_ASSERT(interior.parameters[0] == block + inside);
    RC_ASSERT(interior.parameters[1] == bytes);
    RC_ASSERT((interior.parameters[3] == 0x21 || interior.parameters[3] == 0x22));
    drive.ExFreePool(block);
    const Stop second = stop_of([&] { drive.ExFreePool(block); });
    RC_ASSERT(second.code == SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION);
    RC_ASSERT((second.parameters == std::array<std::uint64_t, 4>{block, second.parameters[1], 0, 0x20}));
}

// SP-09: when it is used up, requests are served normally, and the caller sees success.
POOL_SWEEP(SpecialPoolRules, WhenItIsUsedUpOrdinaryPoolServes) {
    const std::uint32_t capacity = drive.claims().special_pool_blocks;
    drive.special_pool(SpecialMode::verifier);
    std::vector<Address> blocks;
    for (std::uint32_t i = 0; i < capacity; ++i) {
        blocks.push_back(drive.ExAllocatePoolWithTag(NonPagedPool, 100, fred));
        RC_ASSERT(blocks.back() != 0U);
        RC_ASSERT(drive.last_block().special);
    }
    const Address ordinary = drive.ExAllocatePoolWithTag(NonPagedPool, 100, fred);
    RC_ASSERT(ordinary != 0U);
    RC_ASSERT(!drive.last_block().special);
    drive.ExFreePool(blocks.back());
    blocks.back() = drive.ExAllocatePoolWithTag(NonPagedPool, 100, fred); // it has recovered
    RC_ASSERT(drive.last_block().special);
    drive.ExFreePool(ordinary);
    for (const Address block : blocks) {
        drive.ExFreePool(block);
    }
    RC_ASSERT(drive.pages_in_use() == 0U);
}

POOL_TRACE_PROPERTY(SpecialPoolRules, NoTraceOfEdgesBreaksAClause, Family::special)

POOL_CONVICTS(SpecialPoolRules, APriorityVariantChoosesTheSide, "underrun-variant-ignored")
POOL_CONVICTS(SpecialPoolRules, ABlockSitsAloneBetweenGuards, "guard-behind-missing")
POOL_CONVICTS(SpecialPoolRules, FreedMemoryFaults, "special-use-after-free")
POOL_CONVICTS(SpecialPoolRules, AChangedByteOfThePageIsFoundAtFree, "front-unchecked")
POOL_CONVICTS(SpecialPoolRules, APageOrMoreIsNotSpecial, "large-reported-special")
POOL_CONVICTS(SpecialPoolRules, AnyStandingRequestIsEnough, "tag-request-ignored")
POOL_CONVICTS(SpecialPoolRules, BadFreesAreBugChecksOfTheirOwn, "special-double-free-silent")

TEST(SpecialPoolRulesConvicts, NoGuardInFront) {
    EXPECT_TRUE(convicts(SpecialPoolRulesABlockSitsAloneBetweenGuards, "guard-in-front-missing"));
}
TEST(SpecialPoolRulesConvicts, UncheckedSlack) {
    EXPECT_TRUE(convicts(SpecialPoolRulesAChangedByteOfThePageIsFoundAtFree, "slack-unchecked"));
}
TEST(SpecialPoolRulesConvicts, VerifyStartIgnored) {
    EXPECT_TRUE(convicts(SpecialPoolRulesABlockSitsAloneBetweenGuards, "verify-start-ignored"));
}
TEST(SpecialPoolRulesConvicts, EngAllocMemLeftOut) {
    EXPECT_TRUE(convicts(SpecialPoolRulesABlockSitsAloneBetweenGuards, "eng-not-in-special-pool"));
}

} // namespace poolproof
