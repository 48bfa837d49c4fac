// The rules that every allocation and free is held against, one by one, with the parameters of their bug
// checks and the policies that change them.
// Does not cover: what one family alone asks for (its own test).
#include "ddi/ddi_test_kit.hpp"

#include <chrono>
#include <thread>

namespace poolproof {
namespace {

class CallRules : public OnAMachine {
  protected:
    // Without the fourth parameter, which is the caller's address.
    static std::array<std::uint64_t, 4> first_of(const Codes& codes) {
        return {codes[0], codes[1], codes[2], codes[3]};
    }
    static Codes allocating(POOL_TYPE type, SIZE_T bytes, ULONG tag) {
        return bug_check_of([&] { ExAllocatePoolWithTag(type, bytes, tag); });
    }
    static Codes freeing(const void* block) {
        return bug_check_of([&] { ExFreePool(const_cast<void*>(block)); });
    }
    void special() { machine_.request_special_pool(SpecialPool::verifier, 0, VerifySide::end); }
};

TEST_F(CallRules, ATagThatSpellsBigIsABugCheck) {
    using Three = std::array<std::uint64_t, 4>;
    for (const ULONG big : {0x00424947U, 0x42494720U})
        EXPECT_EQ(first_of(allocating(PagedPool, 10, big)), (Three{BAD_POOL_CALLER, 0x9C, PagedPool, 10}));
}

TEST_F(CallRules, ATagWithoutLetterOrDigitMayBeTheVerifiersBusinessAlone) {
    MachineConfig config;
    config.policies.tag_without_alnum = Policies::TagWithoutAlnum::verifier_only;
    restart(config);
    constexpr ULONG dashes = 0x2D2D2D2D;
    EXPECT_EQ(allocating(PagedPool, 10, dashes), Codes{});
    machine_.set_verifier(true);
    EXPECT_EQ(allocating(PagedPool, 10, dashes)[1], 0x9DU);
}

TEST_F(CallRules, ATagOfZeroMayFailWithoutABugCheck) {
    MachineConfig config;
    config.policies.tag_zero = Policies::TagZero::null;
    restart(config);
    EXPECT_EQ(ExAllocatePoolWithTag(PagedPool, 10, 0), nullptr);
    EXPECT_EQ(machine_.caller_faults(), duty_tag_zero);
}

TEST_F(CallRules, NoBytesMayBeABugCheck) {
    MachineConfig config;
    config.policies.zero_bytes = Policies::ZeroBytes::bug_check;
    restart(config);
    EXPECT_EQ(allocating(NonPagedPool, 0, test_tag), (Codes{BAD_POOL_CALLER, 0, 0, NonPagedPool, test_tag}));
    EXPECT_EQ(machine_.caller_faults(), duty_zero_bytes);
}

TEST_F(CallRules, APriorityThatNoPageListsIsReportedAndTakenForNormal) {
    const auto odd = static_cast<EX_POOL_PRIORITY>(NormalPoolPriority | 1);
    EXPECT_NE(ExAllocatePoolWithTagPriority(PagedPool, 10, test_tag, odd), nullptr);
    EXPECT_EQ(machine_.caller_faults(), duty_priority);
}

TEST_F(CallRules, FreeingNullIsABugCheckUnlessThePolicyIgnoresIt) {
    EXPECT_EQ(freeing(nullptr), (Codes{BAD_POOL_CALLER, 0x46, 0, 0, 0}));
    MachineConfig config;
    config.policies.null_free = Policies::NullFree::ignored;
    restart(config);
    EXPECT_EQ(freeing(nullptr), Codes{});
    EXPECT_EQ(machine_.caller_faults(), duty_free_address);
}

TEST_F(CallRules, TheTagOfAFreeObeysTheRulesOfATag) {
    MachineConfig config;
    config.policies.tag_mismatch = Policies::TagMismatch::silent;
    restart(config);
    ExFreePoolWithTag(ExAllocatePoolWithTag(PagedPool, 10, test_tag), 0);
    EXPECT_EQ(machine_.caller_faults() & ~duty_free_tag, duty_tag_zero);
    ExFreePoolWithTag(ExAllocatePoolWithTag(PagedPool, 10, test_tag), 0x41414101);
    EXPECT_EQ(machine_.caller_faults(), duty_tag_character | duty_free_tag);
}

TEST_F(CallRules, FreeingAtTooHighAnIrqlIsNamedBySpecialPoolThenByTheVerifier) {
    void* ordinary = ExAllocatePoolWithTag(PagedPool, 10, test_tag);
    void* nonpaged = ExAllocatePoolWithTag(NonPagedPool, 10, test_tag);
    special();
    void* guarded = ExAllocatePoolWithTag(PagedPool, 10, test_tag);
    machine_.set_irql(DISPATCH_LEVEL);
    EXPECT_EQ(freeing(guarded), (Codes{SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION, DISPATCH_LEVEL, PagedPool,
                                       number(guarded), 0x31}));
    machine_.set_verifier(true);
    EXPECT_EQ(freeing(ordinary),
              (Codes{DRIVER_VERIFIER_DETECTED_VIOLATION, 0x11, DISPATCH_LEVEL, PagedPool, number(ordinary)}));
    machine_.set_irql(DISPATCH_LEVEL + 1);
    EXPECT_EQ(freeing(nonpaged), (Codes{DRIVER_VERIFIER_DETECTED_VIOLATION, 0x12, DISPATCH_LEVEL + 1,
                                        NonPagedPool, number(nonpaged)}));
}

TEST_F(CallRules, FreeingWhatIsNoStartOfALiveBlockIsNamedByWhatLiesThere) {
    const auto* paged = static_cast<std::uint8_t*>(ExAllocatePoolWithTag(PagedPool, 100, test_tag));
    const auto* nonpaged = static_cast<std::uint8_t*>(ExAllocatePoolWithTag(NonPagedPool, 100, test_tag));
    EXPECT_EQ(freeing(paged + 8), (Codes{BAD_POOL_CALLER, 0x41286, 0, 0, number(paged + 8) % PAGE_SIZE}));
    EXPECT_EQ(freeing(nonpaged + 8), (Codes{BAD_POOL_CALLER, 0x46, number(nonpaged + 8), 0, 0}));
    special();
    auto* guarded = static_cast<std::uint8_t*>(ExAllocatePoolWithTag(PagedPool, 64, test_tag));
    EXPECT_EQ(freeing(guarded + 8),
              (Codes{SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION, number(guarded + 8), 64, 64, 0x21}));
    ExFreePool(guarded);
    EXPECT_EQ(freeing(guarded),
              (Codes{SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION, number(guarded), 0, 0, 0x20}));
}

TEST_F(CallRules, AFaultInSpecialPoolMayBeNamedAsADrivers) {
    MachineConfig config;
    config.policies.fault_names = Policies::FaultNames::driver;
    restart(config);
    special();
    void* block = ExAllocatePoolWithTag(NonPagedPool, 64, test_tag);
    std::uint8_t byte = 0;
    EXPECT_EQ(machine_.read(number(block) + 64, 1, &byte).value_or(BugCheck{}).code,
              DRIVER_PAGE_FAULT_BEYOND_END_OF_ALLOCATION);
    ExFreePool(block);
    EXPECT_EQ(machine_.read(number(block), 1, &byte).value_or(BugCheck{}).code,
              DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL);
    EXPECT_EQ(machine_.read(machine_.foreign_system_address(), 1, &byte).value_or(BugCheck{}).code,
              PAGE_FAULT_IN_NONPAGED_AREA);
}

TEST_F(CallRules, ASpinLockIsWaitedFor) {
    KSPIN_LOCK lock;
    KeInitializeSpinLock(&lock);
    KIRQL before = 0;
    KeAcquireSpinLock(&lock, &before);
    bool released = false;
    bool had_it_after = false;
    std::thread other([&] {
        machine_.bind(1);
        KIRQL level = 0;
        KeAcquireSpinLock(&lock, &level);
        had_it_after = released;
        KeReleaseSpinLock(&lock, level);
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    released = true;
    KeReleaseSpinLock(&lock, before);
    other.join();
    EXPECT_TRUE(had_it_after);
}

} // namespace
} // namespace poolproof
