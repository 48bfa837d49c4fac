// EngAllocMem and EngAllocUserMem where they refuse, and their frees where they are handed something else.
// Does not cover: private user memory and secured ranges (eng_test.cpp).
#include "ddi/ddi_test_kit.hpp"

#include <ddi/winddi.h>

#include <algorithm>

namespace poolproof {
namespace {

using GdiMemory = OnAMachine;

TEST_F(GdiMemory, IsZeroedWhenTheFlagAsksForIt) {
    auto* used = static_cast<std::uint8_t*>(EngAllocMem(0, 500, test_tag));
    std::fill_n(used, 500, std::uint8_t{7});
    EngFreeMem(used);
    auto* block = static_cast<std::uint8_t*>(EngAllocMem(FL_ZERO_MEMORY, 500, test_tag));
    ASSERT_EQ(block, used);
    EXPECT_EQ(std::count(block, block + 500, std::uint8_t{0}), 500);
}

TEST_F(GdiMemory, OfNoBytesIsNotGiven) {
    EXPECT_EQ(EngAllocMem(0, 0, test_tag), nullptr);
    EXPECT_EQ(EngAllocUserMem(0, test_tag), nullptr);
    EXPECT_EQ(machine_.caller_faults(), 0U);
}

TEST_F(GdiMemory, IsNotGivenWhenTheCallIsToFail) {
    machine_.fail_nth(1);
    EXPECT_EQ(EngAllocUserMem(100, test_tag), nullptr);
    EXPECT_NE(EngAllocUserMem(100, test_tag), nullptr);
}

TEST_F(GdiMemory, OfTheUserAsksForATag) {
    EXPECT_NE(EngAllocUserMem(100, 0), nullptr);
    EXPECT_EQ(machine_.caller_faults(), duty_tag_zero);
}

TEST_F(GdiMemory, FreeingUserMemoryAsPoolFreesNothing) {
    void* block = EngAllocUserMem(100, test_tag);
    EngFreeMem(block);
    EXPECT_EQ(machine_.caller_faults(), duty_free_address | duty_wrong_free_routine);
    EXPECT_EQ(description_of(block).bytes, 100U);
    EngFreeMem(reinterpret_cast<void*>(machine_.foreign_user_address()));
    EXPECT_EQ(machine_.caller_faults(), duty_free_address);
}

TEST_F(GdiMemory, FreeingPoolAsUserMemoryFreesNothing) {
    void* block = EngAllocMem(0, 100, test_tag);
    EngFreeUserMem(block);
    EXPECT_EQ(machine_.caller_faults(), duty_free_address | duty_wrong_free_routine);
    EXPECT_EQ(description_of(block).bytes, 100U);
    EngFreeUserMem(reinterpret_cast<void*>(machine_.foreign_system_address()));
    EXPECT_EQ(machine_.caller_faults(), duty_free_address);
}

TEST_F(GdiMemory, FreeingTwiceIsReportedAndDoesNothing) {
    void* block = EngAllocMem(0, 100, test_tag);
    EngFreeMem(block);
    EXPECT_EQ(machine_.caller_faults(), 0U);
    EngFreeMem(block);
    EXPECT_EQ(machine_.caller_faults(), duty_free_address);
    EXPECT_EQ(machine_.tag_counters(test_tag, PoolKind::paged).frees, 1U);
}

TEST_F(GdiMemory, FreeingAtTooHighAnIrqlIsABugCheckThatNamesTheBlock) {
    void* block = EngAllocMem(0, 100, test_tag);
    machine_.set_irql(DISPATCH_LEVEL);
    EXPECT_EQ(bug_check_of([&] { EngFreeMem(block); }),
              (Codes{BAD_POOL_CALLER, 0x9, DISPATCH_LEVEL, PagedPool, number(block)}));
    EXPECT_EQ(machine_.caller_faults(), duty_irql);
}

TEST_F(GdiMemory, FreeingADamagedBlockIsABugCheck) {
    machine_.request_special_pool(SpecialPool::verifier, 0, VerifySide::end);
    auto* block = static_cast<std::uint8_t*>(EngAllocMem(0, 96, test_tag));
    block[-1] = 0;
    const Codes found = bug_check_of([&] { EngFreeMem(block); });
    EXPECT_EQ(found[0], SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION);
    EXPECT_EQ(found[1], number(block));
    EXPECT_EQ(found[2], number(block - 1));
}

} // namespace
} // namespace poolproof
