// Tests of poolproof/machine.h: binding of threads, reset, page-in, waiting, exhaustion of special pool,
// uncaught bug checks. The contract itself is tested through the properties.
#include "poolproof/machine.h"

#include <ddi/bugcodes.h>
#include <ddi/ntifs.h>
#include <ddi/winddi.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <thread>
#include <vector>

namespace poolproof {
namespace {

constexpr ULONG tag = 0x31676154; // '1gaT'

std::uint64_t address_of(const void* block) {
    return reinterpret_cast<std::uint64_t>(block);
}

class MachineRules : public testing::Test {
  protected:
    MachineRules() { machine_.bind(0); }
    std::uint32_t code_of_read(std::uint64_t address) {
        std::uint8_t byte = 0;
        const auto fault = machine_.read(address, 1, &byte);
        return fault ? fault->code : 0;
    }
    Machine machine_;
};

TEST_F(MachineRules, AThreadThatBindsToNothingHasTheDefaultMachine) {
    const Machine* seen = nullptr;
    std::thread([&] { seen = &Machine::current(); }).join();
    EXPECT_NE(seen, nullptr);
    EXPECT_NE(seen, &machine_);
    EXPECT_EQ(&Machine::current(), &machine_);
}

TEST_F(MachineRules, PagedPoolIsPagedInForAProcessorBelowDispatchLevelOnly) {
    auto* block = static_cast<std::uint8_t*>(ExAllocatePoolWithTag(PagedPool, 100, tag));
    block[7] = 42;
    machine_.set_irql(DISPATCH_LEVEL);
    EXPECT_EQ(code_of_read(address_of(block)), DRIVER_IRQL_NOT_LESS_OR_EQUAL);
    std::thread([&] {
        machine_.bind(1);
        EXPECT_EQ(block[7], 42); // a native load: the handler pages it in
    }).join();
    machine_.set_irql(PASSIVE_LEVEL);
    EXPECT_EQ(block[7], 42);
    ExFreePool(block);
}

TEST_F(MachineRules, ARaiseToDispatchLevelTrimsWhatWasPagedInBefore) {
    auto* block = static_cast<std::uint8_t*>(ExAllocatePoolWithTag(PagedPool, 100, tag));
    machine_.set_irql(HIGH_LEVEL);
    machine_.bind(1);
    EXPECT_EQ(code_of_read(address_of(block)), 0U);
    machine_.set_irql(DISPATCH_LEVEL);
    EXPECT_EQ(code_of_read(address_of(block)), DRIVER_IRQL_NOT_LESS_OR_EQUAL);
    machine_.set_irql(PASSIVE_LEVEL);
    machine_.bind(0);
    EXPECT_EQ(code_of_read(address_of(block)), DRIVER_IRQL_NOT_LESS_OR_EQUAL);
}

TEST_F(MachineRules, AThreadThatTakesOverAHighProcessorFindsPagedPoolTrimmed) {
    auto* block = static_cast<std::uint8_t*>(ExAllocatePoolWithTag(PagedPool, 100, tag));
    machine_.set_irql(DISPATCH_LEVEL);
    machine_.bind(1);
    block[3] = 1; // pages it in
    machine_.bind(0);
    EXPECT_EQ(code_of_read(address_of(block)), DRIVER_IRQL_NOT_LESS_OR_EQUAL);
}

TEST_F(MachineRules, AFullSpecialPoolFallsBackToOrdinaryPool) {
    machine_.request_special_pool(SpecialPool::verifier, 0, VerifySide::end);
    for (unsigned i = 0; i < default_special_blocks; ++i)
        ASSERT_TRUE(machine_.describe(ExAllocatePoolWithTag(NonPagedPool, 10, tag))->special);
    void* one_more = ExAllocatePoolWithTag(NonPagedPool, 10, tag);
    ASSERT_NE(one_more, nullptr);
    EXPECT_FALSE(machine_.describe(one_more)->special);
    EXPECT_EQ(machine_.use().special_live, default_special_blocks);
    EXPECT_EQ(machine_.use().special_refused, 1U);
}

TEST_F(MachineRules, FreedSpecialPagesAreReusedLast) {
    machine_.request_special_pool(SpecialPool::verifier, 0, VerifySide::end);
    void* first = ExAllocatePoolWithTag(NonPagedPool, 10, tag);
    ExFreePool(first);
    for (unsigned i = 1; i < default_special_blocks; ++i) {
        void* block = ExAllocatePoolWithTag(NonPagedPool, 10, tag);
        ASSERT_NE(block, first) << "allocation " << i;
        ExFreePool(block);
        ASSERT_EQ(code_of_read(address_of(first)), PAGE_FAULT_IN_FREED_SPECIAL_POOL);
    }
    EXPECT_EQ(ExAllocatePoolWithTag(NonPagedPool, 10, tag), first);
}

// Pages that keep what they held are given the pattern only where it is missing.
TEST_F(MachineRules, EveryByteAroundABlockHasThePatternWhateverThePageHeldBefore) {
    MachineConfig config;
    config.special_blocks = 1;
    const auto other_bytes = [&](const std::uint8_t* block, std::uint64_t bytes) {
        const auto* page = reinterpret_cast<const std::uint8_t*>(address_of(block) & ~std::uint64_t{4095});
        std::uint64_t others = 0;
        for (const std::uint8_t* at = page; at != page + 4096; ++at)
            others += (at < block || at >= block + bytes) && *at != config.policies.special_pattern;
        return others;
    };
    for (const auto backend : {GuardBackend::automatic, GuardBackend::mprotect}) {
        config.guard_backend = backend;
        for (const std::uint8_t pattern : {std::uint8_t{0x5A}, std::uint8_t{0xA5}}) {
            config.policies.special_pattern = pattern;
            machine_.reset(config);
            machine_.request_special_pool(SpecialPool::verifier, 0, VerifySide::end);
            for (const std::uint32_t bytes : {4000U, 1U, 100U, 4095U, 16U}) {
                auto* block = static_cast<std::uint8_t*>(ExAllocatePoolWithTag(NonPagedPoolNx, bytes, tag));
                EXPECT_EQ(other_bytes(block, bytes), 0U);
                EXPECT_EQ(block[bytes - 1], pattern);
                std::fill_n(block, bytes, std::uint8_t{0xFF});
                ExFreePoolWithTag(block, tag);
            }
            auto* damaged = static_cast<std::uint8_t*>(ExAllocatePoolWithTag(NonPagedPoolNx, 64, tag));
            damaged[-1] = 0x77; // is left to the reset
        }
    }
}

TEST_F(MachineRules, AResetGivesTheSameAddressesAgain) {
    const auto play = [this] {
        std::vector<std::uint64_t> seen;
        machine_.reset(MachineConfig{});
        for (unsigned i = 0; i < 100; ++i)
            seen.push_back(
                address_of(ExAllocatePoolWithTag(i % 2 == 0 ? PagedPool : NonPagedPoolNx, i * 97, tag)));
        machine_.request_special_pool(SpecialPool::verifier, 0, VerifySide::start);
        seen.push_back(address_of(EngAllocMem(0, 100, tag)));
        seen.push_back(address_of(EngAllocUserMem(100, tag)));
        machine_.attach_process(3);
        seen.push_back(address_of(EngAllocUserMem(100, tag)));
        machine_.set_irql(DISPATCH_LEVEL);
        return seen;
    };
    const auto first = play();
    EXPECT_EQ(play(), first);
    machine_.reset(MachineConfig{});
    EXPECT_EQ(machine_.use().pages, 0U);
    EXPECT_EQ(machine_.irql(), PASSIVE_LEVEL);
    EXPECT_EQ(machine_.process(), 0U);
    for (const auto address : first)
        EXPECT_FALSE(machine_.describe(reinterpret_cast<void*>(address)).has_value());
}

TEST_F(MachineRules, AWaiterIsWokenWhenPoolRunsLow) {
    MachineConfig config;
    config.pages_per_node = 8;
    machine_.reset(config);
    bool woken = false;
    std::thread waiter([&] { woken = machine_.wait_for_event(PoolKind::nonpaged, PoolEvent::low, 20000); });
    std::vector<void*> blocks;
    for (int i = 0; i < 16; ++i)
        blocks.push_back(ExAllocatePoolWithTag(NonPagedPool, PAGE_SIZE, tag));
    waiter.join();
    EXPECT_TRUE(woken);
    EXPECT_FALSE(machine_.wait_for_event(PoolKind::nonpaged, PoolEvent::high, 5));
    for (void* block : blocks)
        ExFreePool(block);
    EXPECT_TRUE(machine_.wait_for_event(PoolKind::nonpaged, PoolEvent::high, 0));
}

TEST_F(MachineRules, ManyThreadsMayAllocateAndFreeAtOnce) {
    std::vector<std::thread> threads;
    for (unsigned processor = 0; processor < max_processors; ++processor)
        threads.emplace_back([this, processor] {
            machine_.bind(processor);
            std::vector<std::uint8_t*> live;
            for (unsigned i = 0; i < 20000; ++i) {
                const std::size_t bytes = 1 + i * (processor + 7) % 5000;
                auto* block =
                    static_cast<std::uint8_t*>(ExAllocatePoolWithTag(NonPagedPoolNx, bytes, tag + processor));
                block[0] = block[bytes - 1] = static_cast<std::uint8_t>(processor);
                live.push_back(block);
                if (live.size() > 50) {
                    ASSERT_EQ(live.front()[0], processor);
                    ExFreePoolWithTag(live.front(), tag + processor);
                    live.erase(live.begin());
                }
            }
            for (auto* block : live)
                ExFreePool(block);
        });
    for (auto& thread : threads)
        thread.join();
    EXPECT_EQ(machine_.use().pages, 0U);
    for (unsigned processor = 0; processor < max_processors; ++processor) {
        const TagCounters row = machine_.tag_counters(tag + processor, PoolKind::nonpaged);
        EXPECT_EQ(row.allocations, 20000U);
        EXPECT_EQ(row.frees, 20000U);
        EXPECT_EQ(row.bytes, 0U);
    }
}

TEST_F(MachineRules, ThePrinterTakesSystemMemoryAndRefusesUserMemory) {
    DWORD written = 7;
    void* user = EngAllocUserMem(100, tag);
    EXPECT_EQ(EngWritePrinter(nullptr, user, 100, &written), FALSE);
    EXPECT_EQ(written, 0U);
    void* system = EngAllocMem(0, 5000, tag);
    EXPECT_EQ(EngWritePrinter(nullptr, system, 5000, &written), TRUE);
    EXPECT_EQ(written, 5000U);
    EXPECT_EQ(EngWritePrinter(nullptr, system, 100, nullptr), TRUE);
    EngFreeMem(system);
}

TEST_F(MachineRules, MemoryThatIsNotTheMachinesIsNeverTouched) {
    std::uint8_t mine = 7;
    const std::uint8_t other = 9;
    std::uint8_t seen = 0;
    const auto read = machine_.read(address_of(&mine), 1, &seen);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->code, PAGE_FAULT_IN_NONPAGED_AREA);
    EXPECT_EQ(read->parameters[0], address_of(&mine));
    EXPECT_EQ(read->parameters[1], 0U);
    const auto write = machine_.write(address_of(&mine), 1, &other);
    ASSERT_TRUE(write);
    EXPECT_EQ(write->code, PAGE_FAULT_IN_NONPAGED_AREA);
    EXPECT_EQ(write->parameters[1], 2U);
    EXPECT_EQ(mine, 7);
}

TEST_F(MachineRules, PartsAreReadAndWrittenInOrderUpToTheFirstFault) {
    machine_.request_special_pool(SpecialPool::verifier, 0, VerifySide::end);
    const std::uint64_t end = address_of(ExAllocatePoolWithTag(NonPagedPoolNx, 64, tag)) + 64;
    std::array<std::uint8_t, 40> written{};
    std::iota(written.begin(), written.end(), std::uint8_t{1});
    const WritePart writes[] = {
        {end - 63, 40, written.data()}, {end - 5, 20, written.data()}, {end - 64, 1, written.data()}};
    const auto write = machine_.write(writes, 3);
    ASSERT_TRUE(write);
    EXPECT_EQ(write->code, PAGE_FAULT_BEYOND_END_OF_ALLOCATION);
    EXPECT_EQ(write->parameters[0], end);

    std::array<std::uint8_t, 40> seen{};
    std::array<std::uint8_t, 20> last{};
    const ReadPart reads[] = {{end - 63, 40, seen.data()}, {end - 5, 20, last.data()}};
    const auto read = machine_.read(reads, 2);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->parameters[0], end);
    EXPECT_EQ(seen, written);
    EXPECT_EQ(last[4], 5);
    EXPECT_EQ(last[5], 0);
    EXPECT_FALSE(machine_.read(reads, 1));
    EXPECT_FALSE(machine_.read(reads, 0));
}

TEST_F(MachineRules, DumpedBlocksAreTheLiveOnes) {
    ExAllocatePoolWithTag(PagedPool, 100, tag);
    ExFreePool(ExAllocatePoolWithTag(PagedPool, 200, tag));
    ExAllocatePoolWithTag(NonPagedPool, 10000, tag);
    EngAllocUserMem(300, tag);
    machine_.request_special_pool(SpecialPool::by_tag, tag, VerifySide::end);
    ExAllocatePoolWithTag(NonPagedPool, 400, tag);
    std::vector<std::uint64_t> sizes;
    machine_.for_each_block(
        [](void* into, const BlockDescription& block) {
            static_cast<std::vector<std::uint64_t>*>(into)->push_back(block.bytes);
        },
        &sizes);
    EXPECT_EQ(sizes, (std::vector<std::uint64_t>{300, 10000, 100, 400}));
}

TEST(UncaughtBugChecks, ARoutinesBugCheckPrintsAnAnalysisAndAborts) {
    EXPECT_DEATH([]() noexcept { ExFreePool(reinterpret_cast<void*>(8)); }(),
                 "STOP: 0x000000c2.*BAD_POOL_CALLER.*Arg1: 0000000000000040");
}

TEST(UncaughtBugChecks, AStoreBeyondASpecialBlockPrintsAnAnalysisAndAborts) {
    EXPECT_DEATH(
        {
            Machine::current().request_special_pool(SpecialPool::verifier, 0, VerifySide::end);
            auto* block = static_cast<volatile std::uint8_t*>(ExAllocatePoolWithTag(NonPagedPool, 32, tag));
            block[32] = 1;
        },
        "STOP: 0x000000cd.*PAGE_FAULT_BEYOND_END_OF_ALLOCATION");
}

TEST(UncaughtBugChecks, ARaisePrintsItsStatusAndAborts) {
    EXPECT_DEATH(
        []() noexcept {
            Machine::current().fail_nth(1);
            FsRtlAllocatePoolWithTag(PagedPool, 10, tag);
        }(),
        "NTSTATUS 0xc000009a");
}

} // namespace
} // namespace poolproof
