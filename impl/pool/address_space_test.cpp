// The machinery at its sizes: an arena without address space, a ledger of many tags, patterns of many stars.
// Does not cover: what the budget refuses (nodes_test.cpp, arena_test.cpp).
#include "pool/arena.hpp"
#include "pool/tags.hpp"
#include "poolproof/tag_text.h"

#include <gtest/gtest.h>

namespace poolproof {
namespace {

// More pages than there is address space for.
class FullArena : public testing::Test {
  protected:
    FullArena()
        : memory_(arena_bytes, Protection::read_write), arena_(memory_.data(), PoolKind::nonpaged, budget_) {
        budget_.reset(arena_pages);
        arena_.reset(true, true);
    }
    std::uint64_t allocate(std::uint64_t bytes) {
        return reinterpret_cast<std::uint64_t>(
            arena_.allocate({bytes, {0x41414141, 0, 0}, PoolPriority::high, 0}));
    }

    Mapping memory_;
    Budget budget_;
    Arena arena_;
};

TEST_F(FullArena, GivesNoMoreThanItsAddressSpace) {
    EXPECT_EQ(allocate(arena_bytes + 1), 0U);
    EXPECT_NE(allocate(arena_bytes - page_size), 0U);
    EXPECT_EQ(allocate(2 * page_size), 0U);
    EXPECT_NE(allocate(page_size), 0U);
    EXPECT_EQ(allocate(page_size), 0U);
    EXPECT_EQ(allocate(100), 0U);
}

TEST_F(FullArena, FindsNothingBehindAPageThatCameBackAndWentAgain) {
    const std::uint64_t page = allocate(page_size);
    EXPECT_NE(allocate(arena_bytes - page_size), 0U);
    arena_.release(page);
    EXPECT_EQ(allocate(page_size), page);
    EXPECT_EQ(allocate(page_size), 0U);
}

TEST(TagLedger, CountsManyTagsEachForItself) {
    TagLedger ledger;
    constexpr std::uint32_t tags = 3000;
    for (std::uint32_t tag = 1; tag <= tags; ++tag) {
        ledger.allocated(tag, PoolKind::paged, tag);
        ledger.allocated(tag, PoolKind::nonpaged, 7);
        ledger.freed(tag, PoolKind::nonpaged, 7);
    }
    std::uint64_t rows = 0;
    ledger.for_each(
        [&](std::uint32_t, PoolKind, const TagCounters& counters) { rows += counters.allocations; });
    EXPECT_EQ(rows, 2U * tags);
    for (std::uint32_t tag = 1; tag <= tags; ++tag) {
        ASSERT_EQ(ledger.counters(tag, PoolKind::paged).bytes, tag);
        ASSERT_EQ(ledger.counters(tag, PoolKind::paged).frees, 0U);
        ASSERT_EQ(ledger.counters(tag, PoolKind::nonpaged).bytes, 0U);
        ASSERT_EQ(ledger.counters(tag, PoolKind::nonpaged).frees, 1U);
    }
    ledger.reset();
    EXPECT_EQ(ledger.counters(tags, PoolKind::paged).allocations, 0U);
}

TEST(TagPatterns, OfMoreCharactersThanATagHasFitNone) {
    EXPECT_FALSE(tag_matches("*F*r*e*d*F*r*e*d*", 0x64657246));
    EXPECT_TRUE(tag_matches("*F*r*e*d*", 0x64657246));
}

} // namespace
} // namespace poolproof
