// Tests of Driver Verifier through poolproof/machine.h: flags, counters, drivers and their leaks, the pool
// log, what it finds at a free, and the rules that a flag adds to an allocation. Low resources simulation is
// in injected_faults_test.cpp.
#include "poolproof/machine.h"

#include <ddi/bugcodes.h>
#include <ddi/ntifs.h>
#include <ddi/winddi.h>

#include <gtest/gtest.h>

#include <cstring>
#include <optional>
#include <string>
#include <vector>

namespace poolproof {
namespace {

constexpr ULONG tag = 0x31676154;         // '1gaT'
constexpr ULONG default_tag = 0x656E6F4E; // 'enoN'
constexpr std::uint64_t slack_pattern = 0x5A;

std::uint64_t address_of(const void* block) {
    return reinterpret_cast<std::uint64_t>(block);
}

template <class Call> std::optional<BugCheck> bug_check_of(Call&& call) {
    try {
        call();
    } catch (const BugCheck& found) {
        return found;
    }
    return std::nullopt;
}

// Code and parameters, so that a failure prints what came.
std::vector<std::uint64_t> values(const std::optional<BugCheck>& found) {
    if (!found)
        return {};
    return {found->code, found->parameters[0], found->parameters[1], found->parameters[2],
            found->parameters[3]};
}

using Values = std::vector<std::uint64_t>;
constexpr std::uint64_t violation = DRIVER_VERIFIER_DETECTED_VIOLATION;

class DriverVerifierRules : public testing::Test {
  protected:
    DriverVerifierRules() { machine_.bind(0); }
    void configure(const Policies& policies) {
        MachineConfig config;
        config.policies = policies;
        machine_.reset(config);
    }
    static std::uint8_t* allocate(std::size_t bytes, POOL_TYPE type = NonPagedPoolNx) {
        return static_cast<std::uint8_t*>(ExAllocatePoolWithTag(type, bytes, tag));
    }
    static Values freeing(void* block) {
        return values(bug_check_of([&] { ExFreePool(block); }));
    }
    Values unloading(unsigned driver) {
        return values(bug_check_of([&] { machine_.unload_driver(driver); }));
    }
    void poke(std::uint64_t address, std::uint8_t byte) { ASSERT_FALSE(machine_.write(address, 1, &byte)); }
    std::vector<PoolOperation> logged() {
        std::vector<PoolOperation> log;
        machine_.for_each_logged(
            [](void* into, const PoolOperation& operation) {
                static_cast<std::vector<PoolOperation>*>(into)->push_back(operation);
            },
            &log);
        return log;
    }
    Machine machine_;
};

TEST_F(DriverVerifierRules, FlagsReadBackAndAResetClearsThem) {
    machine_.set_verifier_flags(standard_verifier_flags);
    EXPECT_EQ(machine_.verifier_flags(), 0x209BBU);
    EXPECT_TRUE(machine_.describe(allocate(10))->special);
    machine_.reset(MachineConfig{});
    EXPECT_EQ(machine_.verifier_flags(), 0U);
    EXPECT_FALSE(machine_.describe(allocate(10))->special);
}

TEST_F(DriverVerifierRules, TheSpecialPoolFlagRequestsAndWithdrawsWithoutTouchingGflags) {
    machine_.set_verifier_flags(verify_special_pool);
    EXPECT_TRUE(machine_.describe(allocate(10))->special);
    machine_.set_verifier_flags(verify_special_pool | verify_pool_tracking);
    EXPECT_TRUE(machine_.describe(allocate(10))->special);
    machine_.set_verifier_flags(0);
    EXPECT_FALSE(machine_.describe(allocate(10))->special);
    machine_.request_special_pool(SpecialPool::by_tag, tag, VerifySide::end);
    machine_.set_verifier_flags(verify_special_pool);
    machine_.set_verifier_flags(0);
    EXPECT_TRUE(machine_.describe(allocate(10))->special);
}

TEST_F(DriverVerifierRules, ARequestForSpecialPoolOutlivesFlagsThatDoNotNameIt) {
    machine_.request_special_pool(SpecialPool::verifier, 0, VerifySide::end);
    machine_.set_verifier_flags(verify_pool_tracking);
    EXPECT_TRUE(machine_.describe(allocate(10))->special);
}

TEST_F(DriverVerifierRules, AutomaticChecksComeBySwitchOrByPolicyWithAnyFlag) {
    const auto zero_bytes = [] { return values(bug_check_of([] { allocate(0); })); };
    machine_.set_verifier_flags(verify_io);
    EXPECT_EQ(zero_bytes(), Values{});
    machine_.set_verifier(true);
    EXPECT_EQ(zero_bytes(), (Values{violation, 0, PASSIVE_LEVEL, NonPagedPoolNx, 0}));
    machine_.set_verifier(false);
    EXPECT_EQ(zero_bytes(), Values{});
    Policies policies;
    policies.automatic_checks = Policies::AutomaticChecks::by_any_flag;
    configure(policies);
    EXPECT_EQ(zero_bytes(), Values{});
    machine_.set_verifier_flags(verify_io);
    EXPECT_EQ(zero_bytes(), (Values{violation, 0, PASSIVE_LEVEL, NonPagedPoolNx, 0}));
    machine_.set_verifier_flags(0);
    EXPECT_EQ(zero_bytes(), Values{});
}

TEST_F(DriverVerifierRules, AnUnloadWithBlocksLeftIsABugCheckThatNamesTheDriver) {
    machine_.set_verifier_flags(verify_pool_tracking);
    machine_.run_as_driver(2);
    void* small = allocate(100);
    void* large = allocate(0x1008, PagedPool);
    EXPECT_EQ(unloading(1), Values{});
    const auto found = bug_check_of([&] { machine_.unload_driver(2); });
    ASSERT_TRUE(found);
    EXPECT_EQ(found->code, violation);
    EXPECT_EQ(found->parameters[0], 0x62U);
    EXPECT_STREQ(reinterpret_cast<const char*>(found->parameters[1]), "driver2.sys");
    EXPECT_EQ(found->parameters[2], 0U);
    EXPECT_EQ(found->parameters[3], 2U);
    ExFreePool(small);
    ExFreePool(large);
    EXPECT_EQ(unloading(2), Values{});
}

TEST_F(DriverVerifierRules, AnUnloadCountsBytesWherePolicySaysSo) {
    Policies policies;
    policies.unload_check = Policies::UnloadCheck::byte_counts;
    configure(policies);
    machine_.set_verifier_flags(verify_pool_tracking);
    allocate(100);
    allocate(20);
    allocate(7, PagedPool);
    EXPECT_EQ(unloading(0), (Values{violation, 0x60, 7, 120, 3}));
}

TEST_F(DriverVerifierRules, AnUnloadWithoutPoolTrackingLeaksInPeace) {
    allocate(100);
    EXPECT_EQ(unloading(0), Values{});
    machine_.set_verifier_flags(verify_io);
    allocate(100);
    EXPECT_EQ(unloading(0), Values{});
    machine_.set_verifier_flags(verify_pool_tracking); // what was allocated before is not tracked
    EXPECT_EQ(unloading(0), Values{});
}

TEST_F(DriverVerifierRules, ABlockBelongsToTheDriverThatAllocatedItWhoeverFreesIt) {
    machine_.set_verifier_flags(verify_pool_tracking);
    machine_.run_as_driver(3);
    std::uint8_t* block = allocate(100);
    EXPECT_EQ(machine_.describe(block)->driver, 3);
    machine_.run_as_driver(1);
    EXPECT_EQ(machine_.driver_counters(3).nonpaged.allocations, 1U);
    EXPECT_EQ(machine_.driver_counters(1).nonpaged.peak_allocations, 0U);
    ExFreePool(block);
    EXPECT_EQ(machine_.driver_counters(3).nonpaged.allocations, 0U);
    EXPECT_EQ(unloading(3), Values{});
}

TEST_F(DriverVerifierRules, BlocksOfEveryPlaceRememberTheirDriver) {
    machine_.run_as_driver(3);
    EXPECT_EQ(machine_.describe(allocate(100))->driver, 3);
    EXPECT_EQ(machine_.describe(allocate(10000))->driver, 3);
    machine_.request_special_pool(SpecialPool::verifier, 0, VerifySide::end);
    EXPECT_EQ(machine_.describe(allocate(100))->driver, 3);
    machine_.reset(MachineConfig{});
    EXPECT_EQ(machine_.describe(allocate(100))->driver, 0);
}

TEST_F(DriverVerifierRules, AllocatingWhileUnloadingIsABugCheck) {
    machine_.set_verifier_flags(verify_pool_tracking);
    machine_.run_as_driver(1);
    std::uint8_t* block = allocate(100, PagedPool);
    machine_.begin_unload(1);
    EXPECT_EQ(values(bug_check_of([] { allocate(8); })), (Values{violation, 0x61, 100, 0, 1}));
    machine_.run_as_driver(0);
    EXPECT_EQ(values(bug_check_of([] { allocate(8); })), Values{});
    machine_.run_as_driver(1);
    machine_.set_verifier_flags(0);
    EXPECT_NE(allocate(8), nullptr);
    machine_.set_verifier_flags(verify_pool_tracking);
    ExFreePool(block);
    EXPECT_EQ(unloading(1), Values{});
    EXPECT_NE(allocate(8), nullptr) << "the driver is loaded again";
}

TEST_F(DriverVerifierRules, DriverCountersFollowBlocksAndKeepPeaks) {
    machine_.set_verifier_flags(verify_pool_tracking);
    std::uint8_t* first = allocate(100);
    std::uint8_t* second = allocate(50);
    ExFreePool(first);
    std::uint8_t* paged = allocate(5000, PagedPool);
    const DriverCounters counters = machine_.driver_counters(0);
    EXPECT_EQ(counters.nonpaged.allocations, 1U);
    EXPECT_EQ(counters.nonpaged.bytes, 50U);
    EXPECT_EQ(counters.nonpaged.peak_allocations, 2U);
    EXPECT_EQ(counters.nonpaged.peak_bytes, 150U);
    EXPECT_EQ(counters.paged.allocations, 1U);
    EXPECT_EQ(counters.paged.bytes, 5000U);
    ExFreePool(second);
    ExFreePool(paged);
    EXPECT_EQ(machine_.driver_counters(0).nonpaged.bytes, 0U);
    EXPECT_EQ(machine_.driver_counters(0).paged.peak_bytes, 5000U);
}

TEST_F(DriverVerifierRules, DriverCountersReadZeroWhileTrackingIsOffAndStayRightAfterIt) {
    std::uint8_t* before = allocate(10);
    machine_.set_verifier_flags(verify_pool_tracking);
    std::uint8_t* tracked = allocate(20);
    machine_.set_verifier_flags(0);
    EXPECT_EQ(machine_.driver_counters(0).nonpaged.peak_bytes, 0U);
    ExFreePool(tracked);
    std::uint8_t* between = allocate(30);
    machine_.set_verifier_flags(verify_pool_tracking);
    ExFreePool(before);
    ExFreePool(between);
    EXPECT_EQ(machine_.driver_counters(0).nonpaged.allocations, 0U);
    EXPECT_EQ(machine_.driver_counters(0).nonpaged.bytes, 0U);
    EXPECT_EQ(machine_.driver_counters(0).nonpaged.peak_bytes, 20U);
}

TEST_F(DriverVerifierRules, BlocksOfAPageAreCountedAsNotTrackedWherePolicySaysSo) {
    Policies policies;
    policies.page_blocks = Policies::PageBlocks::not_tracked;
    configure(policies);
    machine_.set_verifier_flags(verify_pool_tracking);
    allocate(4096);
    allocate(4095);
    EXPECT_EQ(machine_.driver_counters(0).nonpaged.allocations, 1U);
    EXPECT_EQ(machine_.verifier_counters().not_tracked, 1U);
    machine_.set_verifier_flags(verify_io);
    EXPECT_EQ(machine_.verifier_counters().not_tracked, 0U);
}

TEST_F(DriverVerifierRules, BlocksOfAPageAreTrackedByDefault) {
    machine_.set_verifier_flags(verify_pool_tracking);
    allocate(4096);
    EXPECT_EQ(machine_.driver_counters(0).nonpaged.bytes, 4096U);
    EXPECT_EQ(machine_.verifier_counters().not_tracked, 0U);
}

TEST_F(DriverVerifierRules, TheLogKeepsTheNewestOperationsInOrder) {
    MachineConfig config;
    config.pool_log_entries = 3;
    machine_.reset(config);
    machine_.set_verifier_flags(verify_pool_tracking);
    machine_.run_as_driver(2);
    EXPECT_TRUE(logged().empty());
    std::uint8_t* first = allocate(1);
    std::uint8_t* second = allocate(0x1000);
    ASSERT_EQ(logged().size(), 2U);
    EXPECT_EQ(logged()[0].address, address_of(first));
    const std::uint64_t released = address_of(second);
    ExFreePool(second);
    std::uint8_t* third = allocate(3);
    const auto log = logged();
    ASSERT_EQ(log.size(), 3U);
    EXPECT_EQ(log[0].address, released);
    EXPECT_EQ(log[0].bytes, 0x1000U);
    EXPECT_FALSE(log[0].is_free);
    EXPECT_EQ(log[1].address, released);
    EXPECT_TRUE(log[1].is_free);
    EXPECT_EQ(log[2].address, address_of(third));
    for (const PoolOperation& operation : log) {
        EXPECT_EQ(operation.tag, tag);
        EXPECT_EQ(operation.driver, 2);
        EXPECT_NE(operation.caller, 0U);
    }
    machine_.set_verifier_flags(0);
    ExFreePool(third);
    EXPECT_EQ(logged().size(), 3U) << "nothing is written while tracking is off";
    EXPECT_FALSE(logged()[2].is_free);
    machine_.reset(config);
    EXPECT_TRUE(logged().empty());
}

TEST_F(DriverVerifierRules, TheLogHoldsTheDocumentedNumberOfOperations) {
    machine_.set_verifier_flags(verify_pool_tracking);
    for (unsigned i = 0; i < 32768; ++i)
        ExFreePool(allocate(16));
    ExFreePool(allocate(17));
    const auto log = logged();
    ASSERT_EQ(log.size(), 65536U);
    EXPECT_EQ(log.back().bytes, 17U);
    EXPECT_EQ(log[65533].bytes, 16U);
}

TEST_F(DriverVerifierRules, AMachineMayHaveNoLog) {
    MachineConfig config;
    config.pool_log_entries = 0;
    machine_.reset(config);
    machine_.set_verifier_flags(verify_pool_tracking);
    ExFreePool(allocate(16));
    EXPECT_TRUE(logged().empty());
}

TEST_F(DriverVerifierRules, AWriteIntoTheSlackOfATrackedBlockIsFoundAtItsFree) {
    machine_.set_verifier_flags(verify_pool_tracking);
    for (const std::size_t bytes : {std::size_t{100}, std::size_t{1}, std::size_t{4090}}) {
        std::uint8_t* block = allocate(bytes);
        const std::uint64_t beyond = address_of(block) + bytes;
        poke(beyond, 0x41);
        EXPECT_EQ(freeing(block), (Values{violation, 0x51, address_of(block), beyond, bytes}));
        poke(beyond, slack_pattern);
        EXPECT_EQ(freeing(block), Values{});
    }
}

TEST_F(DriverVerifierRules, AnOverrunIntoTheNextHeaderIsThatOfTheTrackedBlock) {
    machine_.set_verifier_flags(verify_pool_tracking);
    std::uint8_t* block = allocate(32);
    allocate(32);
    const std::uint64_t hit = address_of(block) + 32 + 2;
    poke(hit, 0xFF);
    EXPECT_EQ(freeing(block), (Values{violation, 0x51, address_of(block), hit, 32}));
}

TEST_F(DriverVerifierRules, AChangedSizeInTheHeaderDisagreesWithTheTrackedSize) {
    machine_.set_verifier_flags(verify_pool_tracking);
    std::uint8_t* block = allocate(100);
    poke(address_of(block) - 16, 5); // granules, header included
    const auto found = bug_check_of([&] { ExFreePool(block); });
    ASSERT_TRUE(found);
    EXPECT_EQ(found->parameters[0], 0x13FU);
    EXPECT_EQ(found->parameters[1], address_of(block));
    EXPECT_EQ(found->parameters[2], 64U);
    EXPECT_EQ(*reinterpret_cast<const std::uint64_t*>(found->parameters[3]), 100U);
}

TEST_F(DriverVerifierRules, AChangedByteCountInTheHeaderDisagreesWithTheTrackedSize) {
    machine_.set_verifier_flags(verify_pool_tracking);
    std::uint8_t* block = allocate(100);
    poke(address_of(block) - 8, 101);
    const auto found = bug_check_of([&] { ExFreePool(block); });
    ASSERT_TRUE(found);
    EXPECT_EQ(found->parameters[0], 0x13FU);
    EXPECT_EQ(found->parameters[2], 101U);
    EXPECT_EQ(*reinterpret_cast<const std::uint64_t*>(found->parameters[3]), 100U);
}

TEST_F(DriverVerifierRules, AnyOtherChangeOfTheHeaderIsABadTrackingValue) {
    machine_.set_verifier_flags(verify_pool_tracking);
    std::uint8_t* block = allocate(100);
    poke(address_of(block) - 16 + 4, 'X'); // of the tag
    std::uint64_t contents = 0;
    ASSERT_FALSE(machine_.read(address_of(block) - 16, 8, reinterpret_cast<std::uint8_t*>(&contents)));
    EXPECT_EQ(freeing(block),
              (Values{violation, 0x13C, address_of(block), contents, address_of(block) - 16}));
}

TEST_F(DriverVerifierRules, AnAddressInsideATrackedBlockDiffersFromTheTrackedOne) {
    machine_.set_verifier_flags(verify_pool_tracking);
    std::uint8_t* block = allocate(100, PagedPool);
    const auto found = bug_check_of([&] { ExFreePool(block + 16); });
    ASSERT_TRUE(found);
    EXPECT_EQ(found->parameters[0], 0x13EU);
    EXPECT_EQ(found->parameters[1], address_of(block) + 16);
    EXPECT_EQ(found->parameters[2], address_of(block));
    EXPECT_EQ(*reinterpret_cast<const std::uint64_t*>(found->parameters[3]), address_of(block));
}

TEST_F(DriverVerifierRules, WithoutPoolTrackingTheSameDamageKeepsItsOldNames) {
    std::uint8_t* block = allocate(32);
    allocate(32);
    EXPECT_EQ(freeing(block + 16), (Values{BAD_POOL_CALLER, 0x46, address_of(block) + 16, 0, 0}));
    poke(address_of(block) + 32 + 2, 0xFF);
    const Values overrun = freeing(block);
    ASSERT_EQ(overrun.size(), 5U);
    EXPECT_EQ(overrun[0], BAD_POOL_HEADER);
    EXPECT_EQ(overrun[1], 0x21U);
    machine_.set_verifier_flags(verify_pool_tracking); // a block from before is not tracked
    EXPECT_EQ(freeing(block), overrun);
    std::uint8_t* other = allocate(10);
    machine_.set_verifier_flags(0);
    poke(address_of(other) + 10, 0x41);
    EXPECT_EQ(freeing(other), Values{}) << "slack is nobody's business without tracking";
}

TEST_F(DriverVerifierRules, SpecialPoolJudgesItsOwnBlocksWhateverIsTracked) {
    machine_.set_verifier_flags(verify_pool_tracking | verify_special_pool);
    std::uint8_t* block = allocate(100);
    EXPECT_EQ(freeing(block + 1),
              (Values{SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION, address_of(block) + 1, 100, 112, 0x21}));
    EXPECT_EQ(machine_.driver_counters(0).nonpaged.allocations, 1U);
    EXPECT_EQ(freeing(block), Values{});
    EXPECT_EQ(machine_.driver_counters(0).nonpaged.allocations, 0U);
}

TEST_F(DriverVerifierRules, CountersTellWhatBecameOfEachCall) {
    allocate(10); // nobody watches yet
    machine_.set_verifier_flags(verify_special_pool);
    allocate(10);
    allocate(8000);
    ExAllocatePoolWithTag(PagedPool, 1, default_tag);
    machine_.set_budget(0, PoolKind::paged, 0);
    machine_.set_budget(1, PoolKind::paged, 0);
    EXPECT_EQ(allocate(9000, PagedPool), nullptr);
    machine_.fail_nth(1);
    EXPECT_EQ(allocate(10), nullptr);
    const VerifierCounters counters = machine_.verifier_counters();
    EXPECT_EQ(counters.attempted, 5U);
    EXPECT_EQ(counters.succeeded, 3U);
    EXPECT_EQ(counters.succeeded_special, 2U);
    EXPECT_EQ(counters.without_tag, 1U);
    EXPECT_EQ(counters.failed, 2U);
    EXPECT_EQ(counters.faults_injected, 0U);
    machine_.set_verifier_flags(0);
    allocate(10);
    EXPECT_EQ(machine_.verifier_counters().attempted, 5U);
    machine_.set_verifier(true);
    allocate(10);
    EXPECT_EQ(machine_.verifier_counters().attempted, 6U);
}

TEST_F(DriverVerifierRules, CountersTellOfRaisesAndTrims) {
    machine_.set_irql(DISPATCH_LEVEL);
    machine_.set_irql(PASSIVE_LEVEL);
    machine_.set_verifier_flags(verify_irql);
    machine_.set_irql(APC_LEVEL);
    machine_.set_irql(DISPATCH_LEVEL);
    machine_.set_irql(HIGH_LEVEL);
    machine_.set_irql(PASSIVE_LEVEL);
    EXPECT_EQ(machine_.verifier_counters().irql_raises, 3U);
    EXPECT_EQ(machine_.verifier_counters().trims, 1U);
}

TEST_F(DriverVerifierRules, AskingForExecutablePoolViolatesCodeIntegrity) {
    machine_.set_verifier_flags(verify_code_integrity);
    const auto found = bug_check_of([] { allocate(100, NonPagedPool); });
    ASSERT_TRUE(found);
    EXPECT_EQ(found->code, violation);
    EXPECT_EQ(found->parameters[0], 0x2000U);
    EXPECT_NE(found->parameters[1], 0U);
    EXPECT_EQ(found->parameters[2], std::uint64_t{NonPagedPool});
    EXPECT_EQ(found->parameters[3], tag);
    EXPECT_NE(allocate(100, NonPagedPoolNx), nullptr);
    EXPECT_NE(allocate(100, PagedPool), nullptr);
    EXPECT_NE(EngAllocMem(FL_NONPAGED_MEMORY, 100, tag), nullptr);
    machine_.set_verifier_flags(verify_io);
    EXPECT_NE(allocate(100, NonPagedPool), nullptr);
}

TEST_F(DriverVerifierRules, ABadIrqlIsNamedBySpecialPoolThenByTheChecksThenByTheRule) {
    const auto paged_at_dispatch = [] { return values(bug_check_of([] { allocate(100, PagedPool); })); };
    machine_.set_irql(DISPATCH_LEVEL);
    EXPECT_EQ(paged_at_dispatch(), (Values{BAD_POOL_CALLER, 0x8, DISPATCH_LEVEL, PagedPool, 100}));
    machine_.set_verifier_flags(verify_ddi_compliance);
    const Values by_rule = paged_at_dispatch();
    ASSERT_EQ(by_rule.size(), 5U);
    EXPECT_EQ(by_rule[0], violation);
    EXPECT_EQ(by_rule[1], 0x00020004U);
    EXPECT_NE(std::string(reinterpret_cast<const char*>(by_rule[2])).find("DISPATCH_LEVEL"),
              std::string::npos);
    EXPECT_NE(by_rule[3], 0U);
    EXPECT_EQ(values(bug_check_of([] { static_cast<void>(FsRtlAllocatePoolWithTag(PagedPool, 100, tag)); })),
              (Values{BAD_POOL_CALLER, 0x8, DISPATCH_LEVEL, PagedPool, 100}))
        << "the rule does not name it";
    machine_.set_verifier(true);
    EXPECT_EQ(paged_at_dispatch(), (Values{violation, 0x1, DISPATCH_LEVEL, PagedPool, 100}));
    machine_.set_verifier_flags(verify_ddi_compliance | verify_special_pool);
    EXPECT_EQ(paged_at_dispatch(),
              (Values{SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION, DISPATCH_LEVEL, PagedPool, 100, 0x30}));
}

} // namespace
} // namespace poolproof
