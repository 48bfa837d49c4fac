// Special pool on each guard backend: guards, late reuse, limits, runs of pages, GFlags values, stacks.
// Does not cover: exact detection, access by access (props/gen/detection_test.cpp).
#include "pool/gflags.hpp"
#include "pool/system.hpp"

#include <ddi/bugcodes.h>
#include <ddi/wdm.h>
#include <ddi/winddi.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace poolproof {
namespace {

constexpr ULONG tag = 0x64657246; // 'Fred'

class SpecialMemoryRules : public testing::TestWithParam<GuardBackend> {
  protected:
    SpecialMemoryRules() { machine_.bind(0); }

    void start(MachineConfig config) {
        config.guard_backend = GetParam();
        machine_.reset(config);
        machine_.request_special_pool(SpecialPool::verifier, 0, VerifySide::end);
    }
    std::uint32_t code_of_read(std::uint64_t address) {
        std::uint8_t byte = 0;
        const auto fault = machine_.read(address, 1, &byte);
        return fault ? fault->code : 0;
    }
    bool is_special(const void* block) const {
        const auto described = machine_.describe(block);
        return described && described->special;
    }
    bool is_executable(const void* block) const {
        const auto described = machine_.describe(block);
        return described && described->executable;
    }
    static std::uint64_t address_of(const void* block) { return reinterpret_cast<std::uint64_t>(block); }

    Machine machine_;
};

TEST_P(SpecialMemoryRules, TheBackendIsTheOneAskedFor) {
    EXPECT_EQ(resolve(GetParam()), GetParam());
}

TEST_P(SpecialMemoryRules, AFewBlocksAreReusedInTheOrderOfTheirFrees) {
    MachineConfig config;
    config.special_blocks = 3;
    start(config);
    std::vector<void*> blocks;
    for (unsigned i = 0; i < 3; ++i)
        blocks.push_back(ExAllocatePoolWithTag(NonPagedPool, 10, tag));
    void* ordinary = ExAllocatePoolWithTag(NonPagedPool, 10, tag);
    EXPECT_FALSE(is_special(ordinary));
    EXPECT_EQ(machine_.use().special_refused, 1U);
    EXPECT_TRUE(machine_.use().special_pool_is_short());
    ExFreePool(blocks[1]);
    ExFreePool(blocks[0]);
    EXPECT_EQ(code_of_read(address_of(blocks[1])), PAGE_FAULT_IN_FREED_SPECIAL_POOL);
    EXPECT_EQ(ExAllocatePoolWithTag(NonPagedPool, 10, tag), blocks[1]);
    EXPECT_EQ(ExAllocatePoolWithTag(NonPagedPool, 10, tag), blocks[0]);
}

TEST_P(SpecialMemoryRules, AReusedPageHoldsThePatternAgain) {
    MachineConfig config;
    config.special_blocks = 1;
    start(config);
    auto* block = static_cast<std::uint8_t*>(ExAllocatePoolWithTag(PagedPool, 4000, tag));
    std::fill_n(block, 4000, std::uint8_t{0});
    ExFreePool(block);
    auto* again = static_cast<std::uint8_t*>(ExAllocatePoolWithTag(PagedPool, 16, tag));
    EXPECT_EQ(address_of(again) & ~0xFFFULL, address_of(block) & ~0xFFFULL);
    ExFreePool(again); // a page that was not pattern would be a bug check
    config.policies.special_pattern = 0xA7;
    start(config);
    block = static_cast<std::uint8_t*>(ExAllocatePoolWithTag(PagedPool, 16, tag));
    EXPECT_EQ(block[-1], 0xA7);
    ExFreePool(block);
}

TEST_P(SpecialMemoryRules, AResetClosesEveryPageAndForgetsEveryBlock) {
    start(MachineConfig{});
    std::vector<std::uint64_t> addresses;
    for (unsigned i = 0; i < 50; ++i)
        addresses.push_back(
            address_of(ExAllocatePoolWithTag(i % 2 == 0 ? PagedPool : NonPagedPool, 10, tag)));
    machine_.reset(machine_.config());
    EXPECT_EQ(machine_.use().special_live, 0U);
    for (const std::uint64_t address : addresses)
        EXPECT_EQ(code_of_read(address), PAGE_FAULT_IN_NONPAGED_AREA);
}

TEST_P(SpecialMemoryRules, ExecutablePoolIsExecutableAndOtherPoolIsNot) {
    start(MachineConfig{});
    auto* code = static_cast<std::uint8_t*>(ExAllocatePoolWithTag(NonPagedPool, 16, tag));
#if defined(__x86_64__)
    code[0] = 0xC3; // ret
    reinterpret_cast<void (*)()>(reinterpret_cast<std::uintptr_t>(code))();
#endif
    EXPECT_TRUE(is_executable(code));
    EXPECT_FALSE(is_executable(ExAllocatePoolWithTag(NonPagedPoolNx, 16, tag)));
}

TEST_P(SpecialMemoryRules, AForkedChildHasSpecialPoolOfItsOwn) {
    start(MachineConfig{});
    auto* block = static_cast<std::uint8_t*>(ExAllocatePoolWithTag(NonPagedPoolNx, 16, tag));
    void* freed = ExAllocatePoolWithTag(NonPagedPoolNx, 100, tag);
    ExFreePool(freed);
    block[0] = 0x11;
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        const bool same = block[0] == 0x11 && block[-1] == machine_.config().policies.special_pattern &&
                          code_of_read(address_of(block) + 16) == PAGE_FAULT_BEYOND_END_OF_ALLOCATION &&
                          code_of_read(address_of(freed)) == PAGE_FAULT_IN_FREED_SPECIAL_POOL;
        block[0] = 0x22;
        block[-1] = 0x22;
        auto* another = static_cast<std::uint8_t*>(ExAllocatePoolWithTag(NonPagedPoolNx, 16, tag));
        std::fill_n(another, 16, std::uint8_t{0x33});
        _exit(same ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    EXPECT_EQ(block[0], 0x11);
    ExFreePool(block);
    ExFreePool(ExAllocatePoolWithTag(NonPagedPoolNx, 4000, tag));
}

TEST_P(SpecialMemoryRules, RunsOfPagesLieBetweenGuardsAndAreReusedLate) {
    MachineConfig config;
    config.guard_large_blocks = true;
    start(config);
    auto* block = static_cast<std::uint8_t*>(ExAllocatePoolWithTag(NonPagedPool, 5000, tag));
    const std::uint64_t at = address_of(block);
    EXPECT_TRUE(is_special(block));
    EXPECT_EQ(at % page_size, 0U);
    EXPECT_EQ(code_of_read(at - 1), PAGE_FAULT_BEYOND_END_OF_ALLOCATION);
    EXPECT_EQ(code_of_read(at + 8191), 0U);
    EXPECT_EQ(code_of_read(at + 8192), PAGE_FAULT_BEYOND_END_OF_ALLOCATION);
    block[5000] = 1;
    EXPECT_THROW(ExFreePool(block), BugCheck);
    block[5000] = machine_.config().policies.special_pattern;
    ExFreePool(block);
    EXPECT_EQ(code_of_read(at + 5000), PAGE_FAULT_IN_FREED_SPECIAL_POOL);
    EXPECT_NE(address_of(ExAllocatePoolWithTag(NonPagedPool, 5000, tag)), at);
}

TEST_P(SpecialMemoryRules, RunsFillTheirAreaAndItIsUsableAgain) {
    MachineConfig config;
    config.guard_large_blocks = true;
    config.pages_per_node = 40000;
    start(config);
    std::vector<void*> runs;
    for (;;) {
        void* run = ExAllocatePoolWithTag(NonPagedPoolNx, 100 * page_size, tag);
        ASSERT_NE(run, nullptr);
        runs.push_back(run);
        if (!is_special(run))
            break;
    }
    EXPECT_EQ(runs.size(), (special_run_pages - 1) / 101 + 1);
    for (std::size_t i = 0; i < runs.size(); i += 2)
        ExFreePool(runs[i]);
    void* again = ExAllocatePoolWithTag(NonPagedPoolNx, 90 * page_size, tag);
    EXPECT_TRUE(is_special(again));
    EXPECT_EQ(code_of_read(address_of(again) - 1), PAGE_FAULT_BEYOND_END_OF_ALLOCATION);
    EXPECT_EQ(code_of_read(address_of(again) + 90 * page_size), PAGE_FAULT_BEYOND_END_OF_ALLOCATION);
}

TEST_P(SpecialMemoryRules, BlocksRememberWhoAllocatedAndFreedThem) {
    start(MachineConfig{});
    void* block = EngAllocMem(FL_NONPAGED_MEMORY, 20, tag);
    const SpecialBlock* record = machine_.impl().special.find(address_of(block));
    ASSERT_NE(record, nullptr);
    EXPECT_STREQ(record->allocated_by, "EngAllocMem");
    EXPECT_GE(record->allocated_at.depth, 2U);
    EngFreeMem(block);
    EXPECT_STREQ(record->freed_by, "EngFreeMem");
    EXPECT_GE(record->freed_at.depth, 2U);
}

TEST_P(SpecialMemoryRules, FaultsAreTakenWhileOthersAllocateAndFree) {
    start(MachineConfig{});
    void* block = ExAllocatePoolWithTag(NonPagedPool, 16, tag);
    std::thread other([this] {
        machine_.bind(1);
        for (unsigned i = 0; i < 5000; ++i)
            ExFreePool(ExAllocatePoolWithTag(NonPagedPool, 1 + i % 4000, tag));
    });
    for (unsigned i = 0; i < 5000; ++i) {
        ASSERT_EQ(code_of_read(address_of(block) + 16), PAGE_FAULT_BEYOND_END_OF_ALLOCATION);
        ASSERT_EQ(code_of_read(address_of(block)), 0U);
    }
    other.join();
}

INSTANTIATE_TEST_SUITE_P(Backend, SpecialMemoryRules,
                         testing::Values(resolve(GuardBackend::automatic), GuardBackend::mprotect),
                         [](const auto& which) { return which.index == 0 ? "Best" : "Mprotect"; });

TEST(GuardBackends, AnUnknownWordInTheEnvironmentIsAnError) {
    setenv("POOLPROOF_GUARDS", "electric", 1);
    EXPECT_THROW(resolve(GuardBackend::automatic), std::invalid_argument);
    setenv("POOLPROOF_GUARDS", "mprotect", 1);
    EXPECT_EQ(resolve(GuardBackend::automatic), GuardBackend::mprotect);
    unsetenv("POOLPROOF_GUARDS");
}

std::uint64_t most_mappings() {
    std::uint64_t most = 0;
    std::ifstream("/proc/sys/vm/max_map_count") >> most;
    return most;
}

TEST(GuardBackends, MprotectFallsBackAtTheHostsLimitOfMappings) {
    Machine machine;
    machine.bind(0);
    MachineConfig config;
    config.guard_backend = GuardBackend::mprotect;
    config.special_blocks = max_special_blocks;
    config.pages_per_node = 100'000;
    machine.reset(config);
    machine.request_special_pool(SpecialPool::verifier, 0, VerifySide::end);
    for (unsigned i = 0; i < 40'000; ++i)
        ASSERT_NE(ExAllocatePoolWithTag(NonPagedPoolNx, 2000, tag), nullptr) << i;
    EXPECT_EQ(machine.use().special_served + machine.use().special_refused, 40'000U);
    EXPECT_GT(machine.use().special_served, 0U);
    EXPECT_LE(machine.use().special_served, most_mappings() / 2);
    EXPECT_EQ(machine.use().special_refused == 0, most_mappings() / 2 > 40'000U);
}

TEST(GuardBackends, AMillionBlocksLiveAtOnceInGuardRegions) {
    Machine machine;
    machine.bind(0);
    MachineConfig config;
    config.special_blocks = 1'000'000;
    config.pages_per_node = 600'000;
    machine.reset(config);
    machine.request_special_pool(SpecialPool::verifier, 0, VerifySide::end);
    for (unsigned i = 0; i < 1'000'000; ++i)
        ASSERT_NE(ExAllocatePoolWithTag(NonPagedPoolNx, 24, tag), nullptr) << i;
    EXPECT_EQ(machine.use().special_live + machine.use().special_refused, 1'000'000U);
    // Where the kernel has none, the limit of mappings counts.
    const bool guard_regions = resolve(GuardBackend::automatic) == GuardBackend::guard_regions;
    EXPECT_EQ(machine.use().special_refused == 0, guard_regions || most_mappings() / 2 > 1'000'000U);
}

// The handler that was there before gets the fault as the kernel gave it.
void own_handler(int, siginfo_t* info, void*) {
    _exit(info->si_addr == nullptr ? 42 : 43);
}

// The address comes at run time, so that the compiler leaves the write alone.
__attribute__((no_sanitize("undefined"))) void raise_null_write() {
    volatile std::uintptr_t nowhere = 0;
    *reinterpret_cast<volatile int*>(nowhere) = 1;
}

TEST(ForeignFaultDeathTest, AFaultThatIsNotOursIsPassedOnToTheHandlerBefore) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    EXPECT_EXIT(
        {
            struct sigaction action = {};
            action.sa_sigaction = own_handler;
            action.sa_flags = SA_SIGINFO;
            sigaction(SIGSEGV, &action, nullptr);
            Machine machine;
            machine.bind(0);
            machine.request_special_pool(SpecialPool::verifier, 0, VerifySide::end);
            ExFreePool(ExAllocatePoolWithTag(NonPagedPool, 10, tag));
            raise_null_write();
        },
        testing::ExitedWithCode(42), "");
}

TEST(Gflags, SizesSelectTheClassOneGranuleBelow) {
    EXPECT_TRUE(gflags_select(0x20, tag, 1, 16));
    EXPECT_TRUE(gflags_select(0x20, tag, 16, 16));
    EXPECT_FALSE(gflags_select(0x20, tag, 17, 16));
    EXPECT_FALSE(gflags_select(0x30, tag, 16, 16));
    EXPECT_TRUE(gflags_select(0xFF0, tag, 0xFE0, 16));
    EXPECT_FALSE(gflags_select(0xFF0, tag, 0xFE1, 16));
    EXPECT_TRUE(gflags_select(0x10, tag, 8, 8));
    EXPECT_TRUE(gflags_select(0xFF8, tag, 0xFF0, 8));
}

TEST(Gflags, TagsMayHoldWildcards) {
    EXPECT_TRUE(gflags_select(tag, tag, 100, 16));
    EXPECT_TRUE(gflags_select(0x2A, tag, 100, 16));
    EXPECT_TRUE(gflags_select(0x3F657246, tag, 100, 16)); // Fre?
    EXPECT_TRUE(gflags_select(0x002A7246, tag, 100, 16)); // Fr*
    EXPECT_FALSE(gflags_select(0x002A7247, tag, 100, 16));
}

} // namespace
} // namespace poolproof
