// Tests of low resources simulation: chance, filters, delay, one failure of each call stack, and the form in
// which each routine tells of it.
#include "pool/injected_faults.hpp"

#include "poolproof/machine.h"
#include "poolproof/tag_text.h"

#include <ddi/ntifs.h>
#include <ddi/winddi.h>

#include <gtest/gtest.h>

#include <vector>

namespace poolproof {
namespace {

constexpr ULONG tag = 0x31676154; // '1gaT': tools show Tag1

class LowResourcesRules : public testing::Test {
  protected:
    LowResourcesRules() { machine_.bind(0); }
    // Every eligible call fails from now on.
    void fail_all(LowResources settings = {}) {
        settings.probability = 10000;
        settings.delay_seconds = 0;
        machine_.set_low_resources(settings);
        machine_.set_verifier_flags(verify_low_resources);
    }
    static bool fails(ULONG with_tag = tag) {
        void* block = ExAllocatePoolWithTag(NonPagedPoolNx, 16, with_tag);
        if (block != nullptr)
            ExFreePool(block);
        return block == nullptr;
    }
    Machine machine_;
};

TEST_F(LowResourcesRules, ByDefaultSixPercentFailOnceEightMinutesHavePassed) {
    machine_.set_verifier_flags(verify_low_resources);
    machine_.advance_clock(479);
    for (unsigned i = 0; i < 1000; ++i)
        ASSERT_FALSE(fails());
    machine_.advance_clock(1);
    unsigned failed = 0;
    for (unsigned i = 0; i < 20000; ++i)
        failed += fails() ? 1 : 0;
    EXPECT_GT(failed, 1000U);
    EXPECT_LT(failed, 1400U);
    EXPECT_EQ(machine_.verifier_counters().faults_injected, failed);
    EXPECT_EQ(machine_.verifier_counters().failed, 0U);
    EXPECT_EQ(machine_.verifier_counters().succeeded + failed, 21000U);
}

TEST_F(LowResourcesRules, NothingFailsWithoutTheFlagOrAtProbabilityZero) {
    fail_all();
    machine_.set_verifier_flags(verify_io);
    EXPECT_FALSE(fails());
    LowResources never;
    never.probability = 0;
    never.delay_seconds = 0;
    machine_.set_low_resources(never);
    machine_.set_verifier_flags(verify_low_resources);
    for (unsigned i = 0; i < 1000; ++i)
        ASSERT_FALSE(fails());
}

TEST_F(LowResourcesRules, TheSameSeedFailsTheSameCalls) {
    const auto run = [this](std::uint64_t seed) {
        machine_.reset(MachineConfig{});
        LowResources settings;
        settings.probability = 5000;
        settings.delay_seconds = 0;
        settings.seed = seed;
        machine_.set_low_resources(settings);
        machine_.set_verifier_flags(verify_low_resources);
        std::vector<bool> failed;
        for (unsigned i = 0; i < 64; ++i)
            failed.push_back(fails());
        return failed;
    };
    EXPECT_EQ(run(7), run(7));
    EXPECT_NE(run(7), run(8));
}

TEST_F(LowResourcesRules, OnlyTagsThatFitAPatternFail) {
    LowResources settings;
    settings.tags = "Abcd T?g*";
    fail_all(settings);
    EXPECT_TRUE(fails());
    EXPECT_TRUE(fails(tag_from_text("Abcd")));
    EXPECT_FALSE(fails(tag_from_text("abcd")));
    EXPECT_FALSE(fails(tag_from_text("Tax1")));
}

TEST_F(LowResourcesRules, OnlyTheChosenProcessesFail) {
    LowResources settings;
    settings.processes = 1U << 2;
    fail_all(settings);
    EXPECT_FALSE(fails());
    machine_.attach_process(2);
    EXPECT_TRUE(fails());
}

TEST_F(LowResourcesRules, TheFirstEligibleCallsMayBeSpared) {
    LowResources settings;
    settings.delay_calls = 2;
    settings.tags = "Tag1";
    fail_all(settings);
    EXPECT_FALSE(fails(tag_from_text("Abcd"))); // not eligible
    EXPECT_FALSE(fails());
    EXPECT_FALSE(fails());
    EXPECT_TRUE(fails());
}

TEST_F(LowResourcesRules, EachRoutineFailsInItsOwnForm) {
    fail_all();
    EXPECT_EQ(ExAllocatePoolWithTagPriority(PagedPool, 16, tag, HighPoolPriority), nullptr);
    EXPECT_THROW(
        ExAllocatePoolWithTag(static_cast<POOL_TYPE>(PagedPool | POOL_RAISE_IF_ALLOCATION_FAILURE), 16, tag),
        RaisedStatus);
    EXPECT_THROW(static_cast<void>(FsRtlAllocatePoolWithTag(PagedPool, 16, tag)), RaisedStatus);
    EXPECT_EQ(EngAllocMem(0, 16, tag), nullptr);
    EXPECT_EQ(EngAllocUserMem(16, tag), nullptr);
    EXPECT_EQ(machine_.verifier_counters().faults_injected, 5U);
    EXPECT_EQ(machine_.verifier_counters().attempted, 4U) << "user memory is no pool";
}

TEST_F(LowResourcesRules, AResetForgetsTheSettings) {
    fail_all();
    machine_.reset(MachineConfig{});
    machine_.set_verifier_flags(verify_low_resources);
    EXPECT_FALSE(fails());
}

[[gnu::noinline]] void* allocate_here() {
    void* block = ExAllocatePoolWithTag(NonPagedPoolNx, 16, tag);
    __asm__ volatile("" : : "r"(block)); // no tail call: the frame is part of the stack
    return block;
}

[[gnu::noinline]] void* allocate_by_a_detour() {
    void* block = allocate_here();
    __asm__ volatile("" : : "r"(block));
    return block;
}

// Which of `calls` calls from one place fail. An unrolled loop would be several places.
template <class Allocate> std::vector<bool> failures(unsigned calls, Allocate&& allocate) {
    const volatile unsigned most = calls;
    std::vector<bool> failed;
    while (failed.size() < most)
        failed.push_back(allocate() == nullptr);
    return failed;
}

TEST_F(LowResourcesRules, ACallStackFailsOnceInTheSystematicVariant) {
    machine_.set_verifier_flags(verify_systematic_low_resources);
    const std::vector<bool> once{true, false, false};
    EXPECT_EQ(failures(3, allocate_here), once);
    EXPECT_EQ(failures(3, allocate_by_a_detour), once) << "another way to the same call";
    EXPECT_EQ(machine_.verifier_counters().faults_injected, 2U);
    machine_.reset(MachineConfig{});
    machine_.set_verifier_flags(verify_systematic_low_resources);
    EXPECT_EQ(allocate_here(), nullptr) << "a reset forgets the stacks";
}

TEST_F(LowResourcesRules, UserMemoryHasItsTurnInTheSystematicVariant) {
    machine_.set_verifier_flags(verify_systematic_low_resources);
    EXPECT_EQ(failures(3, [] { return EngAllocUserMem(16, tag); }), (std::vector<bool>{true, false, false}));
}

TEST(InjectedFaultsTable, EachOfManyStacksFailsExactlyOnce) {
    InjectedFaults faults;
    faults.reset();
    constexpr std::uint64_t callers = 5000; // beyond the first size of the table
    for (unsigned round = 0; round < 2; ++round)
        for (std::uint64_t caller = 0; caller < callers; ++caller)
            ASSERT_EQ(faults.fails(verify_systematic_low_resources, {"routine", 0x10000 + caller, tag, 0}),
                      round == 0)
                << caller;
}

} // namespace
} // namespace poolproof
