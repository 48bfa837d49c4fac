// The tag ledger: TAG-15, TAG-16, EAU-18.
//
// A test's own count of every block is compared with the rows. Does not cover: the tag of one block
// (tag_range_props.cpp).
#include "suites/property.hpp"
#include "suites/trace_property.hpp"
#include "suites/values.hpp"

#include <array>

namespace poolproof {

POOL_SUITE(Ledger);

namespace {

constexpr std::array<std::uint32_t, 3> tags = {fred, 0x54657374, 0x4B6F6F}; // few, so that rows are shared

struct Count {
    std::uint64_t allocations = 0;
    std::uint64_t frees = 0;
    std::uint64_t bytes = 0;
};

struct Counted {
    Lived block;
    std::size_t tag;
};

void expect_rows(Driver& drive, const std::array<std::array<Count, 2>, tags.size()>& counts) {
    for (std::size_t tag = 0; tag < tags.size(); ++tag) {
        for (const bool paged : {false, true}) {
            const TagRow row = drive.tag_row(tags[tag], paged);
            const Count& count = counts[tag][paged ? 1 : 0];
            RC_ASSERT(row.allocations == count.allocations);
            RC_ASSERT(row.frees == count.frees);
            RC_ASSERT((row.bytes >= count.bytes && (row.bytes == 0) == (count.bytes == 0)));
        }
    }
}

} // namespace

POOL_PROPERTY(Ledger, RowsCountEveryAllocationAndEveryFree) {
    std::array<std::array<Count, 2>, tags.size()> counts{};
    std::vector<Counted> live;
    for (const bool allocate : *rc::gen::container<std::vector<bool>>(rc::gen::arbitrary<bool>())) {
        if (allocate || live.empty()) {
            const auto request = *pool_request();
            const auto bytes = *any_size();
            const auto tag = *rc::gen::inRange<std::size_t>(0, tags.size());
            live.push_back({{drive.allocate(request, bytes, tags[tag]), bytes, request, 0}, tag});
            Count& count = counts[tag][is_paged(request) ? 1 : 0];
            ++count.allocations;
            count.bytes += bytes;
        } else {
            const auto at = *rc::gen::inRange<std::size_t>(0, live.size());
            const Counted freed = live[at];
            live.erase(live.begin() + static_cast<std::ptrdiff_t>(at));
            drive.release(freed.block.request, freed.block.address, tags[freed.tag]);
            Count& count = counts[freed.tag][is_paged(freed.block.request) ? 1 : 0];
            ++count.frees;
            count.bytes -= freed.block.bytes;
        }
        expect_rows(drive, counts);
    }
}

POOL_PROPERTY(Ledger, RefusedRequestsAndRefusedFreesAreNotCounted) {
    const auto request = *ex_request();
    const Address block = drive.allocate(request, 100, fred);
    const TagRow before = drive.tag_row(fred, is_paged(request));
    drive.fail_nth(1);
    drive.allocate(request, 100, fred);
    stop_of([&] { drive.ExFreePool(block + 1); });
    stop_of([&] { drive.ExFreePoolWithTag(block, 0x54657374); });
    RC_ASSERT((drive.tag_row(fred, is_paged(request)) == before));
}

// TAG-16: every live block is in the row of its tag and kind of pool, and in no other.
POOL_PROPERTY(Ledger, ABlockIsInOneRow) {
    const auto request = *pool_request();
    const auto tag = *legal_tag();
    drive.allocate(request, *any_size(), tag);
    const TagRow own = drive.tag_row(tag, is_paged(request));
    RC_ASSERT(own.allocations - own.frees == 1U);
    RC_ASSERT(drive.tag_row(tag, !is_paged(request)).allocations == 0U);
    RC_ASSERT(drive.tag_row(tag ^ 1, is_paged(request)).allocations == 0U);
}

// EAU-18: user memory comes from the process's address space, not from pool.
POOL_PROPERTY(Ledger, UserMemoryIsInNoRow) {
    const auto used = a_used_pool(drive);
    const TagRow nonpaged = drive.tag_row(fred, false);
    const TagRow paged = drive.tag_row(fred, true);
    const std::uint64_t pages = drive.pages_in_use();
    const Address block = drive.EngAllocUserMem(*any_size(), fred);
    RC_ASSERT(block != 0U);
    RC_ASSERT((drive.tag_row(fred, false) == nonpaged));
    RC_ASSERT((drive.tag_row(fred, true) == paged));
    RC_ASSERT(drive.pages_in_use() == pages);
    drive.EngFreeUserMem(block);
    RC_ASSERT((drive.tag_row(fred, true) == paged));
}

// More tags than any small table holds.
POOL_SWEEP(Ledger, ThousandsOfTagsHaveTheirOwnRows) {
    constexpr std::uint32_t first = 0x41414141;
    std::vector<Address> blocks;
    for (std::uint32_t i = 0; i < 4000; ++i) {
        const std::uint32_t tag = first + (i % 26) + (i / 26 % 26 << 8U) + (i / 676 << 16U);
        blocks.push_back(drive.ExAllocatePoolWithTag(i % 2, 16 + i % 100, tag));
        RC_ASSERT(drive.tag_row(tag, i % 2 == 1).allocations == 1U);
    }
    for (std::uint32_t i = 0; i < 4000; ++i) {
        const std::uint32_t tag = first + (i % 26) + (i / 26 % 26 << 8U) + (i / 676 << 16U);
        drive.ExFreePoolWithTag(blocks[i], tag);
        RC_ASSERT((drive.tag_row(tag, i % 2 == 1) == TagRow{1, 1, 0}));
    }
}

POOL_TRACE_PROPERTY(Ledger, NoTraceOfTagsBreaksAClause, Family::tags)

POOL_CONVICTS(Ledger, RowsCountEveryAllocationAndEveryFree, "ledger-forgets-frees")
POOL_CONVICTS(Ledger, ABlockIsInOneRow, "paged-served-nonpaged")
POOL_CONVICTS(Ledger, UserMemoryIsInNoRow, "user-memory-charged-to-pool")
POOL_SWEEP_CONVICTS(Ledger, ThousandsOfTagsHaveTheirOwnRows, "ledger-forgets-frees")

TEST(LedgerConvicts, RowsWithoutBytes) {
    EXPECT_TRUE(convicts(LedgerRowsCountEveryAllocationAndEveryFree, "ledger-counts-no-bytes"));
}

} // namespace poolproof
