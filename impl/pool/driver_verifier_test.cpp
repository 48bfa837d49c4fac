// Tests of Driver Verifier through poolproof/machine.h: flags, counters, and the rules that a flag adds to an
// allocation. Pool tracking is in pool_tracking_test.cpp, low resources simulation in
// injected_faults_test.cpp.
#include "pool/driver_verifier_test_kit.hpp"

#include <ddi/ntifs.h>
#include <ddi/winddi.h>

#include <gtest/gtest.h>

#include <string>

namespace poolproof {
namespace {

constexpr ULONG default_tag = 0x656E6F4E; // 'enoN'

class DriverVerifierRules : public testing::Test, protected VerifiedMachine {};

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
