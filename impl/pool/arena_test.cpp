// Tests of pool/arena.hpp from the inside: splitting, joining, tails, lookup, damage. What the documents
// promise is tested through the properties; here it is the machinery that no event shows.
#include "pool/arena.hpp"

#include "machine/sanitizer.hpp"

#include <ddi/bugcodes.h>

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace poolproof {
namespace {

class ArenaMachinery : public testing::Test {
  protected:
    ArenaMachinery()
        : memory_(arena_bytes, Protection::read_write), arena_(memory_.data(), PoolKind::paged, budget_) {
        restart(true, 64);
    }

    void restart(bool is_64_bit, std::uint32_t pages_per_node) {
        budget_.reset(pages_per_node);
        arena_.reset(is_64_bit, true);
    }
    std::uint64_t allocate(std::uint64_t bytes, std::uint32_t type = 1, std::uint8_t node = 0) {
        return reinterpret_cast<std::uint64_t>(
            arena_.allocate({bytes, {0x41414141, type, 0}, PoolPriority::high, node}));
    }
    // Headers are poisoned for everybody but the arena: changed as the arena reads them.
    static void flip(std::uint64_t header, unsigned bit) {
        auto* at = reinterpret_cast<std::byte*>(header);
        raw_store(at, raw_load(at) ^ std::uint64_t{1} << bit);
    }
    std::uint64_t pages_in_use() const { return budget_.used(PoolKind::paged); }

    Mapping memory_;
    Budget budget_;
    Arena arena_;
};

TEST_F(ArenaMachinery, AnEmptyPageGoesBackAtOnce) {
    const auto first = allocate(100);
    const auto second = allocate(200);
    EXPECT_EQ(pages_in_use(), 1U);
    arena_.release(first);
    EXPECT_EQ(pages_in_use(), 1U);
    arena_.release(second);
    EXPECT_EQ(pages_in_use(), 0U);
}

TEST_F(ArenaMachinery, FreeNeighboursAreJoinedOnBothSides) {
    std::vector<std::uint64_t> blocks;
    for (int i = 0; i < 5; ++i)
        blocks.push_back(allocate(112)); // 128 bytes each, header included
    arena_.release(blocks[1]);
    arena_.release(blocks[3]);
    arena_.release(blocks[2]);
    EXPECT_EQ(allocate(3 * 128 - 16), blocks[1]);
}

TEST_F(ArenaMachinery, TheTailOfALargeBlockIsGivenOut) {
    const auto large = allocate(page_size + 100);
    const auto small = allocate(50);
    EXPECT_EQ(pages_in_use(), 2U);
    EXPECT_GE(small, large + page_size + 100);
    EXPECT_LT(small, large + 2 * page_size);
    arena_.release(large);
    EXPECT_EQ(pages_in_use(), 1U);
    EXPECT_EQ(arena_.locate(small).what, AddressClass::live);
    arena_.release(small);
    EXPECT_EQ(pages_in_use(), 0U);
}

TEST_F(ArenaMachinery, LookupTellsStartsInteriorsAndFreedStartsApart) {
    const auto first = allocate(100);
    const auto second = allocate(100);
    const auto run = allocate(3 * page_size);
    EXPECT_EQ(arena_.locate(first).what, AddressClass::live);
    EXPECT_EQ(arena_.locate(first + 16).what, AddressClass::interior);
    EXPECT_EQ(arena_.locate(first + 16).start, first);
    EXPECT_EQ(arena_.locate(run + 5000).what, AddressClass::interior);
    arena_.release(first);
    arena_.release(run);
    EXPECT_EQ(arena_.locate(first).what, AddressClass::free_start);
    EXPECT_EQ(arena_.locate(first + 16).what, AddressClass::free_memory);
    EXPECT_EQ(arena_.locate(run).what, AddressClass::free_start);
    EXPECT_EQ(arena_.locate(second).what, AddressClass::live);
}

TEST_F(ArenaMachinery, AFreedStartIsForgottenWhereANewBlockIsLaid) {
    const auto first = allocate(16);
    const auto second = allocate(16);
    allocate(16);
    arena_.release(first);
    arena_.release(second);
    const auto bigger = allocate(48); // covers both
    EXPECT_EQ(bigger, first);
    EXPECT_EQ(arena_.locate(second).what, AddressClass::interior);
}

TEST_F(ArenaMachinery, ADamagedHeaderIsFound) {
    const auto block = allocate(64);
    const auto next = allocate(64);
    EXPECT_FALSE(arena_.find_damage(block).has_value());
    flip(block - 16, 0); // size
    EXPECT_EQ(arena_.find_damage(block)->code, BAD_POOL_HEADER);
    EXPECT_EQ(arena_.find_damage(block)->parameters[0], 0x20U);
    flip(block - 16, 0);
    flip(block - 16, 32); // tag
    EXPECT_EQ(arena_.find_damage(block)->code, BAD_POOL_CALLER);
    flip(block - 16, 32);
    flip(next - 16, 0); // what an overrun of the block hits first
    EXPECT_EQ(arena_.find_damage(block)->parameters[0], 0x21U);
}

TEST_F(ArenaMachinery, WhatAHeaderSaysOfTheBlockBeforeIsHeldAgainstIt) {
    const auto before = allocate(64);
    const auto block = allocate(64);
    flip(block - 16, 16); // the size of the block before
    ASSERT_TRUE(arena_.find_damage(block));
    EXPECT_EQ(arena_.find_damage(block)->code, BAD_POOL_HEADER);
    EXPECT_EQ(arena_.find_damage(block)->parameters[0], 0x5U);
    EXPECT_EQ(arena_.find_damage(block)->parameters[1], block - 16);
    EXPECT_EQ(arena_.find_damage(block)->parameters[3], before - 16);
    flip(block - 16, 16);
    arena_.release(before);
    EXPECT_FALSE(arena_.find_damage(block));
    flip(before - 16, 40); // of a free block
    ASSERT_TRUE(arena_.find_damage(block));
    EXPECT_EQ(arena_.find_damage(block)->code, BAD_POOL_HEADER);
    EXPECT_EQ(arena_.find_damage(block)->parameters[0], 0xFU);
    EXPECT_EQ(arena_.find_damage(block)->parameters[3], before - 16);
}

TEST_F(ArenaMachinery, TheHeaderCarriesTheTag) {
    for (const bool is_64_bit : {true, false}) {
        restart(is_64_bit, 64);
        const auto block = allocate(40);
        const auto header = raw_load(reinterpret_cast<const std::byte*>(block - (is_64_bit ? 16 : 8)));
        EXPECT_EQ(header >> 32, 0x41414141U);
    }
}

TEST_F(ArenaMachinery, SessionBlocksShareNoPageWithOthers) {
    const auto ordinary = allocate(100, 1);
    const auto session = allocate(100, 33);
    EXPECT_NE(ordinary / page_size, session / page_size);
}

TEST_F(ArenaMachinery, ALargeBlockMaySpreadOverNodesWhenNoneCanHoldIt) {
    restart(true, 4);
    EXPECT_NE(allocate(6 * page_size), 0U);
    EXPECT_EQ(pages_in_use(), 6U);
    EXPECT_EQ(allocate(3 * page_size), 0U);
    EXPECT_NE(allocate(2 * page_size), 0U);
}

TEST_F(ArenaMachinery, HugeRequestsAreRefusedWithoutArithmeticGoingWrong) {
    for (const std::uint64_t bytes :
         {~std::uint64_t{0}, ~std::uint64_t{0} - page_size, std::uint64_t{1} << 63,
          std::uint64_t{arena_bytes} + 1, std::uint64_t{arena_bytes}})
        EXPECT_EQ(allocate(bytes), 0U);
    EXPECT_EQ(pages_in_use(), 0U);
}

TEST_F(ArenaMachinery, AResetForgetsEverything) {
    std::vector<std::uint64_t> first_round;
    for (unsigned i = 1; i < 200; ++i)
        first_round.push_back(allocate(i * 37 % 6000));
    restart(true, 64);
    EXPECT_EQ(pages_in_use(), 0U);
    for (unsigned i = 1; i < 200; ++i)
        EXPECT_EQ(allocate(i * 37 % 6000), first_round[i - 1]);
}

// Every chain of blocks adds up to its page after thousands of random steps, and emptying the arena returns
// every page.
TEST_F(ArenaMachinery, RandomUseLeavesNothingBehind) {
    for (const bool is_64_bit : {true, false}) {
        restart(is_64_bit, 2000);
        std::vector<std::uint64_t> live;
        std::uint32_t random = 12345;
        const auto next = [&random] { return random = random * 1664525U + 1013904223U, random >> 8; };
        for (int step = 0; step < 50000; ++step) {
            if (live.size() < 400 && next() % 5 < 3) {
                const auto block =
                    allocate(next() % 9000, next() % 2 == 0 ? 1 : 5, static_cast<std::uint8_t>(next() % 2));
                ASSERT_NE(block, 0U);
                live.push_back(block);
            } else if (!live.empty()) {
                std::swap(live[next() % live.size()], live.back());
                ASSERT_FALSE(arena_.find_damage(live.back()).has_value());
                arena_.release(live.back());
                live.pop_back();
            }
        }
        std::size_t seen = 0;
        arena_.for_each([&](const Located& found) {
            EXPECT_EQ(found.what, AddressClass::live);
            ++seen;
        });
        EXPECT_EQ(seen, live.size());
        for (const auto block : live)
            arena_.release(block);
        EXPECT_EQ(pages_in_use(), 0U);
    }
}

} // namespace
} // namespace poolproof
