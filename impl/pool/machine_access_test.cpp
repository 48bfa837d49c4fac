// Accesses that a test makes through the machine, waiting for an event, and runs of pages in special pool.
// Does not cover: reads and writes of single blocks (machine_test.cpp).
#include "ddi/ddi_test_kit.hpp"
#include "machine/layout.hpp"

#include <ddi/winddi.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

namespace poolproof {
namespace {

class Accesses : public OnAMachine {
  protected:
    void special(const MachineConfig& config = {}) {
        restart(config);
        machine_.request_special_pool(SpecialPool::verifier, 0, VerifySide::end);
    }
    static std::uint8_t* allocate(SIZE_T bytes) {
        return static_cast<std::uint8_t*>(ExAllocatePoolWithTag(NonPagedPoolNx, bytes, test_tag));
    }
    static std::uint32_t code_of(const std::optional<BugCheck>& fault) { return fault ? fault->code : 0; }
};

TEST_F(Accesses, AFlipTurnsTheBitsOfEveryByte) {
    std::uint8_t* const block = allocate(3 * PAGE_SIZE);
    std::fill_n(block, 3 * PAGE_SIZE, std::uint8_t{0x0F});
    EXPECT_FALSE(machine_.flip(number(block) + 1, 2 * PAGE_SIZE, 0x3C));
    EXPECT_EQ(block[0], 0x0F);
    EXPECT_EQ(std::count(block + 1, block + 1 + 2 * PAGE_SIZE, std::uint8_t{0x33}), 2 * PAGE_SIZE);
    EXPECT_EQ(block[1 + 2 * PAGE_SIZE], 0x0F);
}

TEST_F(Accesses, AFlipIntoAGuardIsAFaultingWrite) {
    special();
    std::uint8_t* const block = allocate(16);
    std::fill_n(block, 16, std::uint8_t{0});
    const auto fault = machine_.flip(number(block), 17, 0xFF);
    ASSERT_EQ(code_of(fault), PAGE_FAULT_BEYOND_END_OF_ALLOCATION);
    EXPECT_EQ(fault->parameters[0], number(block) + 16);
    EXPECT_EQ(fault->parameters[1], 1U);
    EXPECT_EQ(std::count(block, block + 16, std::uint8_t{0xFF}), 16);
}

TEST_F(Accesses, AFlipOutsideTheMachineTouchesNothing) {
    std::uint8_t mine = 7;
    EXPECT_EQ(code_of(machine_.flip(number(&mine), 1, 0xFF)), PAGE_FAULT_IN_NONPAGED_AREA);
    EXPECT_EQ(mine, 7);
}

TEST_F(Accesses, ACopyToUserModeStopsAtAFaultOnEitherSide) {
    void* const user = EngAllocUserMem(100, test_tag);
    void* const block = allocate(100);
    EXPECT_EQ(code_of(machine_.copy_to_user(number(user), machine_.foreign_system_address(), 10)),
              PAGE_FAULT_IN_NONPAGED_AREA);
    EXPECT_EQ(code_of(machine_.copy_to_user(machine_.foreign_user_address(), number(block), 10)),
              PAGE_FAULT_IN_NONPAGED_AREA);
    EXPECT_EQ(code_of(machine_.copy_to_user(number(user), number(block), 10)), 0U);
}

TEST_F(Accesses, AWaiterIsWokenByWhatHappensWhileItWaits) {
    MachineConfig config;
    config.pages_per_node = 8;
    restart(config);
    bool woken = false;
    std::atomic<bool> done = false;
    std::thread waiter([&] {
        woken = machine_.wait_for_event(PoolKind::nonpaged, PoolEvent::low, 60'000);
        done = true;
    });
    while (!done) {
        std::vector<void*> blocks;
        while (void* block = allocate(PAGE_SIZE))
            blocks.push_back(block);
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        for (void* block : blocks)
            ExFreePool(block);
    }
    waiter.join();
    EXPECT_TRUE(woken);
}

TEST_F(Accesses, NeighboursOfAProcessComeBackTogether) {
    std::uint8_t* blocks[3];
    for (std::uint8_t*& block : blocks) {
        block = static_cast<std::uint8_t*>(EngAllocUserMem(10, test_tag));
        block[0] = static_cast<std::uint8_t>(&block - blocks + 1);
    }
    EngFreeUserMem(blocks[1]);
    auto* last = static_cast<std::uint8_t*>(EngAllocUserMem(10 + user_unit, test_tag));
    last[0] = 9;
    machine_.attach_process(1);
    std::uint8_t byte = 0;
    EXPECT_NE(code_of(machine_.read(number(last), 1, &byte)), 0U);
    machine_.attach_process(0);
    EXPECT_EQ(blocks[0][0], 1);
    EXPECT_EQ(blocks[2][0], 3);
    EXPECT_EQ(last[0], 9);
    EXPECT_NE(code_of(machine_.read(number(blocks[1]), 1, &byte)), 0U);
}

TEST_F(Accesses, AProcessHasNoMoreUserMemoryThanItsAddressSpace) {
    EXPECT_EQ(EngAllocUserMem(user_window_bytes, test_tag), nullptr);
    void* const most = EngAllocUserMem(user_window_bytes - user_unit - 16, test_tag); // with its header
    EXPECT_NE(most, nullptr);
    EXPECT_EQ(EngAllocUserMem(user_unit, test_tag), nullptr);
    EXPECT_NE(EngAllocUserMem(10, test_tag), nullptr);
    EngFreeUserMem(most);
    EXPECT_NE(EngAllocUserMem(user_unit, test_tag), nullptr);
}

TEST_F(Accesses, AResetClosesRunsAndADumpShowsTheLiveOnes) {
    MachineConfig config;
    config.guard_large_blocks = true;
    special(config);
    const std::uint8_t* const freed = allocate(5000);
    ExFreePool(const_cast<std::uint8_t*>(freed));
    const std::uint8_t* const live = allocate(6000);
    std::vector<std::uint64_t> sizes;
    machine_.for_each_block(
        [](void* into, const BlockDescription& block) {
            static_cast<std::vector<std::uint64_t>*>(into)->push_back(block.bytes);
        },
        &sizes);
    EXPECT_EQ(sizes, std::vector<std::uint64_t>{6000});
    restart(config);
    std::uint8_t byte = 0;
    EXPECT_EQ(code_of(machine_.read(number(live), 1, &byte)), PAGE_FAULT_IN_NONPAGED_AREA);
}

TEST_F(Accesses, ARunThatTheGuardedAreaCannotHoldIsOrdinary) {
    MachineConfig config;
    config.guard_large_blocks = true;
    config.pages_per_node = 40'000;
    special(config);
    for (const std::size_t bytes : {special_run_pages * page_size, special_run_pages * page_size + 1}) {
        void* const block = allocate(bytes);
        ASSERT_NE(block, nullptr);
        EXPECT_FALSE(description_of(block).special);
        ExFreePool(block);
    }
    EXPECT_EQ(machine_.use().special_refused, 2U);
}

TEST_F(Accesses, OneChangedBitAroundABlockIsToldFromMore) {
    special();
    std::uint8_t* const block = allocate(100); // 12 bytes of slack behind it
    const auto found = [&](std::ptrdiff_t at, std::uint8_t mask) {
        block[at] = static_cast<std::uint8_t>(block[at] ^ mask);
        const Codes codes = bug_check_of([&] { ExFreePool(block); });
        block[at] = static_cast<std::uint8_t>(block[at] ^ mask);
        return codes;
    };
    constexpr std::uint64_t code = SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION;
    EXPECT_EQ(found(-1, 0x10), (Codes{code, number(block), number(block - 1), 0, 0x32}));
    EXPECT_EQ(found(-1, 0x11), (Codes{code, number(block), number(block - 1), 0, 0x23}));
    EXPECT_EQ(found(100, 0x11), (Codes{code, number(block), number(block + 100), 0, 0x24}));
}

} // namespace
} // namespace poolproof
