// Tests of ddi/ke.h: IRQL, spin locks, bug checks, assertions.
//
// Does not cover: what IRQL means to pool (machine_test.cpp, the properties); raises (machine/seh_test.cpp).
#include <ddi/bugcodes.h>
#include <ddi/wdm.h>
#include <poolproof/machine.h>

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <thread>
#include <vector>

namespace poolproof {
namespace {

class KernelServices : public testing::Test {
  protected:
    KernelServices() {
        machine_.bind(0);
        KeInitializeSpinLock(&lock_);
    }
    // The bug check that body() ends in; code 0 without any.
    template <typename Body> static BugCheck bug_check_of(const Body& body) {
        try {
            body();
        } catch (const BugCheck& caught) {
            return caught;
        }
        return {};
    }
    static void expect_verifier(const BugCheck& caught, std::uint64_t sub_code, std::uint64_t irql,
                                std::uint64_t third) {
        EXPECT_EQ(caught.code, DRIVER_VERIFIER_DETECTED_VIOLATION);
        EXPECT_EQ(caught.parameters[0], sub_code);
        EXPECT_EQ(caught.parameters[1], irql);
        EXPECT_EQ(caught.parameters[2], third);
    }
    std::uint64_t lock_address() const { return reinterpret_cast<std::uint64_t>(&lock_); }
    Machine machine_;
    KSPIN_LOCK lock_ = 1;
    KIRQL old_ = HIGH_LEVEL;
};

TEST_F(KernelServices, RaisingAndLoweringMovesTheCallingProcessorOnly) {
    KeRaiseIrql(DISPATCH_LEVEL, &old_);
    EXPECT_EQ(old_, PASSIVE_LEVEL);
    EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    EXPECT_EQ(machine_.irql(), DISPATCH_LEVEL);
    machine_.bind(1);
    EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    machine_.bind(0);
    EXPECT_EQ(KeRaiseIrqlToDpcLevel(), DISPATCH_LEVEL);
    KeLowerIrql(PASSIVE_LEVEL);
    EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

TEST_F(KernelServices, ARaiseTrimsPagedPool) {
    void* block = ExAllocatePoolWithTag(PagedPool, 100, 0x31676154);
    KeRaiseIrql(DISPATCH_LEVEL, &old_);
    UCHAR byte = 0;
    const auto fault = machine_.read(reinterpret_cast<std::uint64_t>(block), 1, &byte);
    ASSERT_TRUE(fault.has_value());
    EXPECT_EQ(fault->code, DRIVER_IRQL_NOT_LESS_OR_EQUAL);
    KeLowerIrql(old_);
    ExFreePool(block);
}

TEST_F(KernelServices, MovingTheLevelTheWrongWayIsABugCheck) {
    machine_.set_irql(APC_LEVEL);
    EXPECT_EQ(bug_check_of([] { KfRaiseIrql(PASSIVE_LEVEL); }).code, IRQL_NOT_GREATER_OR_EQUAL);
    EXPECT_EQ(bug_check_of([] { KfRaiseIrql(HIGH_LEVEL + 1); }).code, IRQL_NOT_GREATER_OR_EQUAL);
    const BugCheck lowered = bug_check_of([] { KeLowerIrql(DISPATCH_LEVEL); });
    EXPECT_EQ(lowered.code, IRQL_NOT_LESS_OR_EQUAL);
    EXPECT_EQ(lowered.parameters[1], std::uint64_t{APC_LEVEL});
    EXPECT_EQ(KeGetCurrentIrql(), APC_LEVEL);
}

TEST_F(KernelServices, TheVerifierNamesAWrongLevel) {
    machine_.set_verifier(true);
    machine_.set_irql(APC_LEVEL);
    expect_verifier(bug_check_of([] { KfRaiseIrql(PASSIVE_LEVEL); }), 0x30, APC_LEVEL, PASSIVE_LEVEL);
    expect_verifier(bug_check_of([] { KeLowerIrql(DISPATCH_LEVEL); }), 0x31, APC_LEVEL, DISPATCH_LEVEL);
    expect_verifier(bug_check_of([this] { KeAcquireSpinLockAtDpcLevel(&lock_); }), 0x40, APC_LEVEL,
                    lock_address());
    expect_verifier(bug_check_of([this] { KeReleaseSpinLockFromDpcLevel(&lock_); }), 0x41, APC_LEVEL,
                    lock_address());
    expect_verifier(bug_check_of([this] { KeReleaseSpinLock(&lock_, PASSIVE_LEVEL); }), 0x32, APC_LEVEL,
                    lock_address());
    machine_.set_irql(HIGH_LEVEL);
    expect_verifier(bug_check_of([this] { KeAcquireSpinLock(&lock_, &old_); }), 0x42, HIGH_LEVEL,
                    lock_address());
}

TEST_F(KernelServices, ASpinLockIsHeldAtDispatchLevel) {
    machine_.set_irql(APC_LEVEL);
    KeAcquireSpinLock(&lock_, &old_);
    EXPECT_EQ(old_, APC_LEVEL);
    EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    KeReleaseSpinLock(&lock_, old_);
    EXPECT_EQ(KeGetCurrentIrql(), APC_LEVEL);
    machine_.set_irql(DISPATCH_LEVEL);
    KeAcquireSpinLockAtDpcLevel(&lock_);
    KeReleaseSpinLockFromDpcLevel(&lock_);
    EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
}

TEST_F(KernelServices, MisusedSpinLocksAreBugChecks) {
    EXPECT_EQ(bug_check_of([this] { KeReleaseSpinLock(&lock_, PASSIVE_LEVEL); }).code, SPIN_LOCK_NOT_OWNED);
    KeAcquireSpinLock(&lock_, &old_);
    EXPECT_EQ(bug_check_of([this] { KeAcquireSpinLockAtDpcLevel(&lock_); }).code, SPIN_LOCK_ALREADY_OWNED);
    std::uint32_t seen = 0;
    std::thread([&] {
        machine_.bind(1);
        seen = bug_check_of([this] { KeReleaseSpinLockFromDpcLevel(&lock_); }).code;
    }).join();
    EXPECT_EQ(seen, SPIN_LOCK_NOT_OWNED);
    KeReleaseSpinLock(&lock_, old_);
    machine_.set_irql(HIGH_LEVEL);
    EXPECT_EQ(bug_check_of([this] { KeAcquireSpinLock(&lock_, &old_); }).code, IRQL_NOT_GREATER_OR_EQUAL);
}

TEST_F(KernelServices, ASpinLockKeepsThreadsApart) {
    unsigned count = 0; // plain: the lock alone guards it
    std::vector<std::thread> threads;
    for (unsigned processor = 0; processor < max_processors; ++processor)
        threads.emplace_back([&, processor] {
            machine_.bind(processor);
            for (int i = 0; i < 5000; ++i) {
                KIRQL old = 0;
                KeAcquireSpinLock(&lock_, &old);
                ++count;
                KeReleaseSpinLock(&lock_, old);
            }
        });
    for (auto& thread : threads)
        thread.join();
    EXPECT_EQ(count, 5000 * max_processors);
}

TEST_F(KernelServices, ABugCheckHasItsParameters) {
    const BugCheck caught = bug_check_of([] { KeBugCheckEx(0x1234, 1, 2, 3, 4); });
    EXPECT_EQ(caught.code, 0x1234U);
    for (unsigned i = 0; i < 4; ++i)
        EXPECT_EQ(caught.parameters[i], i + 1);
    EXPECT_EQ(bug_check_of([] { KeBugCheck(0x77); }).code, 0x77U);
}

TEST_F(KernelServices, PagedCodeAssertsALevelBelowDispatch) {
    for (const KIRQL fine : {KIRQL{PASSIVE_LEVEL}, KIRQL{APC_LEVEL}}) {
        machine_.set_irql(fine);
        EXPECT_EQ(bug_check_of([] { PAGED_CODE(); }).code, 0U);
    }
    machine_.set_irql(DISPATCH_LEVEL);
    testing::internal::CaptureStderr();
    const BugCheck caught = bug_check_of([] { PAGED_CODE(); });
    const std::string said = testing::internal::GetCapturedStderr();
    EXPECT_EQ(caught.code, KMODE_EXCEPTION_NOT_HANDLED);
    EXPECT_EQ(caught.parameters[0], 0x80000003U);
    EXPECT_NE(said.find("KeGetCurrentIrql() <= APC_LEVEL"), std::string::npos) << said;
    EXPECT_NE(said.find("ke_test.cpp:"), std::string::npos) << said;
}

TEST_F(KernelServices, AssertionsOfTrueDoNothing) {
    EXPECT_EQ(bug_check_of([] {
                  ASSERT(1 + 1 == 2);
                  NT_ASSERTMSG("arithmetic", 1 + 1 == 2);
              }).code,
              0U);
    testing::internal::CaptureStderr();
    EXPECT_EQ(bug_check_of([] { NT_ASSERTMSG("never", FALSE); }).code, KMODE_EXCEPTION_NOT_HANDLED);
    EXPECT_NE(testing::internal::GetCapturedStderr().find("never"), std::string::npos);
}

TEST_F(KernelServices, WithoutADebuggerMessagesGoNowhere) {
    testing::internal::CaptureStderr();
    EXPECT_EQ(DbgPrint("%d pools\n", 3), static_cast<ULONG>(STATUS_SUCCESS));
    KdPrintEx((0, 0, "%wZ\n", nullptr));
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

} // namespace
} // namespace poolproof
