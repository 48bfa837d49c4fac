// Tests of pool quota: the routines that charge it, the free that returns it, PsChargePoolQuota and
// PsReturnPoolQuota, Driver Verifier's rules of it. Does not cover: geometry and tags of the blocks, which
// the properties test.
#include "ddi/ddi_test_kit.hpp"
#include "machine/sanitizer.hpp"

#include <vector>

namespace poolproof {
namespace {

class Quota : public OnAMachine {
  protected:
    static void* allocate(SIZE_T bytes, std::uint32_t type = NonPagedPoolNx) {
        return ExAllocatePoolWithQuotaTag(static_cast<POOL_TYPE>(type), bytes, test_tag);
    }
    static NTSTATUS status_of_allocating(SIZE_T bytes) {
        return raised_by([bytes] { allocate(bytes); });
    }
    static PEPROCESS process(const Machine& machine, unsigned index) {
        return static_cast<PEPROCESS>(machine.process_object(index));
    }
};

TEST_F(Quota, IsUnlimitedAndUnusedAtFirst) {
    for (unsigned process = 0; process < max_processes; ++process)
        for (const PoolKind kind : {PoolKind::nonpaged, PoolKind::paged}) {
            EXPECT_EQ(machine_.quota(process, kind).limit, UINT64_MAX);
            EXPECT_EQ(machine_.quota(process, kind).charged, 0U);
        }
}

TEST_F(Quota, IsChargedByTheBytesRequestedAndReturnedByEveryFree) {
    void* const first = allocate(100);
    void* const second = ExAllocatePoolWithQuota(PagedPool, 33);
    void* const third = FsRtlAllocatePoolWithQuotaTag(NonPagedPool, 7, test_tag);
    void* const fourth = ExAllocatePool2(POOL_FLAG_USE_QUOTA | POOL_FLAG_NON_PAGED, 1000, test_tag);
    void* const fifth = FsRtlAllocatePoolWithQuota(PagedPool, 5);
    EXPECT_EQ(charged(), 1107U);
    EXPECT_EQ(charged(PoolKind::paged), 38U);
    EXPECT_EQ(description_of(second).charged, 33U);
    ExFreePoolWithTag(first, test_tag);
    EXPECT_EQ(charged(), 1007U);
    ExFreePool(second);
    ExFreePool(third);
    ExFreePool2(fourth, test_tag, nullptr, 0);
    ExFreePool(fifth);
    EXPECT_EQ(charged() + charged(PoolKind::paged), 0U);
}

TEST_F(Quota, IsChargedByNoOtherRoutine) {
    for (void* block :
         {ExAllocatePool(NonPagedPool, 9), ExAllocatePoolWithTag(NonPagedPool, 9, test_tag),
          FsRtlAllocatePool(NonPagedPool, 9), ExAllocatePool2(POOL_FLAG_NON_PAGED, 9, test_tag)}) {
        EXPECT_EQ(description_of(block).charged, 0U);
        EXPECT_EQ(charged(), 0U);
        ExFreePool(block);
    }
}

TEST_F(Quota, IsThatOfTheCurrentProcessAndGoesBackToItFromAnother) {
    machine_.attach_process(2);
    void* const block = allocate(40);
    machine_.attach_process(1);
    EXPECT_EQ(charged(PoolKind::nonpaged, 2), 40U);
    EXPECT_EQ(description_of(block).process, 2U);
    void* const other = allocate(8);
    ExFreePool(block);
    EXPECT_EQ(charged(PoolKind::nonpaged, 2), 0U);
    EXPECT_EQ(charged(PoolKind::nonpaged, 1), 8U);
    ExFreePool(other);
}

TEST_F(Quota, OfTheLastByteIsGivenAndOfOneMoreIsNot) {
    machine_.set_quota(0, PoolKind::nonpaged, 100);
    void* const block = allocate(60);
    EXPECT_EQ(status_of_allocating(41), STATUS_QUOTA_EXCEEDED);
    EXPECT_EQ(charged(), 60U);
    EXPECT_EQ(status_of_allocating(40), 0);
    EXPECT_EQ(charged(), 100U);
    machine_.set_quota(0, PoolKind::nonpaged, 10); // below what is charged
    EXPECT_EQ(status_of_allocating(1), STATUS_QUOTA_EXCEEDED);
    EXPECT_EQ(status_of_allocating(PAGE_SIZE), 0);
    ExFreePool(block);
    EXPECT_EQ(charged(), 40U);
}

TEST_F(Quota, ThatIsShortFailsEachRoutineInItsOwnWay) {
    machine_.set_quota(0, PoolKind::nonpaged, 0);
    EXPECT_EQ(raised_by([] { ExAllocatePoolWithQuota(NonPagedPool, 1); }), STATUS_QUOTA_EXCEEDED);
    EXPECT_EQ(allocate(1, NonPagedPool | POOL_QUOTA_FAIL_INSTEAD_OF_RAISE), nullptr);
    EXPECT_EQ(allocate(1, NonPagedPool | POOL_QUOTA_FAIL_INSTEAD_OF_RAISE | POOL_RAISE_IF_ALLOCATION_FAILURE),
              nullptr);
    EXPECT_EQ(raised_by([] { FsRtlAllocatePoolWithQuotaTag(NonPagedPool, 1, test_tag); }),
              STATUS_INSUFFICIENT_RESOURCES);
    const POOL_FLAGS flags = POOL_FLAG_USE_QUOTA | POOL_FLAG_NON_PAGED;
    EXPECT_EQ(ExAllocatePool2(flags, 1, test_tag), nullptr);
    EXPECT_EQ(raised_by([&] { ExAllocatePool2(flags | POOL_FLAG_RAISE_ON_FAILURE, 1, test_tag); }),
              STATUS_QUOTA_EXCEEDED);
    EXPECT_EQ(machine_.use().pages, 0U);
}

TEST_F(Quota, RaisesTheStatusesThatThePoliciesName) {
    MachineConfig config;
    config.policies.quota_status = STATUS_INVALID_PARAMETER;
    config.policies.fsrtl_quota_status = STATUS_QUOTA_EXCEEDED;
    config.policies.raise_status = STATUS_INVALID_PARAMETER_2;
    restart(config);
    machine_.set_quota(0, PoolKind::nonpaged, 0);
    EXPECT_EQ(status_of_allocating(1), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(raised_by([] { FsRtlAllocatePoolWithQuota(NonPagedPool, 1); }), STATUS_QUOTA_EXCEEDED);
    exhaust(PoolKind::paged);
    EXPECT_EQ(raised_by([] { ExAllocatePoolWithQuota(PagedPool, 1); }), STATUS_INVALID_PARAMETER_2);
}

TEST_F(Quota, IsNotChargedWhenMemoryIsShort) {
    exhaust(PoolKind::nonpaged);
    EXPECT_EQ(status_of_allocating(50), STATUS_INSUFFICIENT_RESOURCES);
    EXPECT_EQ(allocate(50, NonPagedPool | POOL_QUOTA_FAIL_INSTEAD_OF_RAISE), nullptr);
    EXPECT_EQ(charged(), 0U);
    restart({});
    machine_.fail_nth(1);
    EXPECT_EQ(status_of_allocating(50), STATUS_INSUFFICIENT_RESOURCES);
    EXPECT_EQ(charged(), 0U);
}

TEST_F(Quota, IsNotChargedForAPageAndMoreUnlessThePolicySaysSo) {
    for (const bool pages : {false, true}) {
        MachineConfig config;
        config.policies.quota_of_pages =
            pages ? Policies::QuotaOfPages::charged : Policies::QuotaOfPages::uncharged;
        restart(config);
        void* const block = allocate(PAGE_SIZE);
        void* const longer = allocate(3 * PAGE_SIZE + 1);
        EXPECT_EQ(charged(), pages ? 4 * PAGE_SIZE + 1 : 0U);
        void* const shorter = allocate(PAGE_SIZE - 1);
        EXPECT_EQ(charged(), (pages ? 4 * PAGE_SIZE + 1 : 0U) + PAGE_SIZE - 1);
        for (void* each : {block, longer, shorter})
            ExFreePool(each);
        EXPECT_EQ(charged(), 0U);
    }
}

TEST_F(Quota, MayBeChargedByRoundedBytes) {
    for (const bool is_64_bit : {true, false}) {
        MachineConfig config;
        config.is_64_bit = is_64_bit;
        config.policies.quota_bytes = Policies::QuotaBytes::rounded;
        config.policies.quota_of_pages = Policies::QuotaOfPages::charged;
        restart(config);
        void* const block = allocate(17);
        EXPECT_EQ(charged(), is_64_bit ? 32U : 24U);
        void* const pages = allocate(PAGE_SIZE + 1);
        EXPECT_EQ(charged(), (is_64_bit ? 32U : 24U) + 2 * PAGE_SIZE);
        ExFreePool(block);
        ExFreePool(pages);
        EXPECT_EQ(charged(), 0U);
    }
}

TEST_F(Quota, OfAHugeRequestDoesNotWrapAround) {
    MachineConfig config;
    config.policies.quota_of_pages = Policies::QuotaOfPages::charged;
    config.policies.quota_bytes = Policies::QuotaBytes::rounded;
    restart(config);
    machine_.set_quota(0, PoolKind::nonpaged, 1000);
    EXPECT_EQ(status_of_allocating(SIZE_MAX), STATUS_QUOTA_EXCEEDED);
    machine_.set_quota(0, PoolKind::nonpaged, UINT64_MAX);
    EXPECT_EQ(status_of_allocating(SIZE_MAX), STATUS_INSUFFICIENT_RESOURCES);
    EXPECT_EQ(charged(), 0U);
}

TEST_F(Quota, IsReturnedBySpecialPoolToo) {
    machine_.request_special_pool(SpecialPool::verifier, 0, VerifySide::end);
    void* const block = allocate(70);
    EXPECT_TRUE(description_of(block).special);
    EXPECT_EQ(charged(), 70U);
    ExFreePool(block);
    EXPECT_EQ(charged(), 0U);
}

TEST_F(Quota, LimitsAndChargesEndWithReset) {
    machine_.set_quota(1, PoolKind::paged, 5);
    PsChargePoolQuota(process(machine_, 1), PagedPool, 5);
    restart({});
    EXPECT_EQ(charged(PoolKind::paged, 1), 0U);
    EXPECT_EQ(machine_.quota(1, PoolKind::paged).limit, UINT64_MAX);
}

TEST_F(Quota, OwnersDamagedInTheHeaderAreFoundAtFree) {
    void* const block = allocate(100);
    std::byte* const owner = static_cast<std::byte*>(block) - 8;
    EXPECT_EQ(raw_load(owner), number(PsGetCurrentProcess()));
    raw_store(owner, 0x1234);
    EXPECT_EQ(bug_check_of([&] { ExFreePool(block); }),
              (Codes{BAD_POOL_CALLER, 0xC, number(block), test_tag, 0x1234}));
    EXPECT_EQ(charged(), 100U);
}

TEST_F(Quota, HeadersOfChargedBlocksNameTheirDamageAsThoseOfOthersDo) {
    void* const block = allocate(100);
    std::byte* const first_word = static_cast<std::byte*>(block) - 16;
    raw_store(first_word, raw_load(first_word) ^ std::uint64_t{1} << 40); // in the tag
    const Codes codes = bug_check_of([&] { ExFreePool(block); });
    EXPECT_EQ(codes[0], BAD_POOL_CALLER);
    EXPECT_EQ(codes[1], 0x1U);
}

TEST_F(Quota, IsChargedToAProcessByName) {
    const PEPROCESS other = process(machine_, 3);
    machine_.set_quota(3, PoolKind::paged, 100);
    PsChargePoolQuota(other, PagedPool, 60);
    EXPECT_EQ(charged(PoolKind::paged, 3), 60U);
    EXPECT_EQ(raised_by([&] { PsChargePoolQuota(other, PagedPoolCacheAligned, 41); }), STATUS_QUOTA_EXCEEDED);
    EXPECT_EQ(charged(PoolKind::paged, 3), 60U);
    PsChargePoolQuota(other, PagedPoolCacheAligned, 40);
    EXPECT_EQ(raised_by([&] { PsReturnPoolQuota(other, PagedPool, 101); }), STATUS_QUOTA_EXCEEDED);
    PsReturnPoolQuota(other, PagedPool, 100);
    EXPECT_EQ(charged(PoolKind::paged, 3), 0U);
    EXPECT_EQ(charged(PoolKind::nonpaged, 3), 0U);
}

TEST_F(Quota, OfTheCurrentProcessIsThatOfTheProcessAttachedTo) {
    machine_.attach_process(1);
    EXPECT_EQ(number(PsGetCurrentProcess()), number(machine_.process_object(1)));
    PsChargePoolQuota(PsGetCurrentProcess(), NonPagedPool, 9);
    EXPECT_EQ(charged(PoolKind::nonpaged, 1), 9U);
}

TEST_F(Quota, OfAProcessThatIsNoneIsABugCheck) {
    for (const std::uint64_t wrong : {std::uint64_t{0}, number(machine_.process_object(0)) + 8,
                                      number(machine_.process_object(max_processes - 1)) + PAGE_SIZE}) {
        const auto process = reinterpret_cast<PEPROCESS>(wrong);
        EXPECT_EQ(bug_check_of([&] { PsChargePoolQuota(process, PagedPool, 1); })[0],
                  PAGE_FAULT_IN_NONPAGED_AREA);
        EXPECT_EQ(bug_check_of([&] { PsReturnPoolQuota(process, PagedPool, 1); })[1], wrong);
    }
}

TEST_F(Quota, DutiesAreTheTypeAndTheIrql) {
    const auto duties_of = [&](std::uint32_t type, std::uint8_t irql) {
        machine_.set_irql(irql);
        PsChargePoolQuota(PsGetCurrentProcess(), static_cast<POOL_TYPE>(type), 1);
        const std::uint32_t of_charging = machine_.caller_faults();
        PsReturnPoolQuota(PsGetCurrentProcess(), static_cast<POOL_TYPE>(type), 1);
        EXPECT_EQ(machine_.caller_faults(), of_charging);
        return of_charging;
    };
    for (const std::uint32_t type : {0U, 1U, 4U, 5U})
        EXPECT_EQ(duties_of(type, APC_LEVEL), 0U) << type;
    for (const std::uint32_t type : {2U, 3U, 6U, 32U, 512U, 516U})
        EXPECT_EQ(duties_of(type, PASSIVE_LEVEL), std::uint32_t{duty_quota_type}) << type;
    EXPECT_EQ(duties_of(PagedPool, DISPATCH_LEVEL), std::uint32_t{duty_irql});
    EXPECT_EQ(duties_of(NonPagedPoolNx, DISPATCH_LEVEL), duty_irql | duty_quota_type);
}

// What charges quota, at DISPATCH_LEVEL too.
std::vector<Codes> codes_of_charging() {
    return {bug_check_of([] { ExAllocatePoolWithQuota(NonPagedPool, 10); }),
            bug_check_of([] { FsRtlAllocatePoolWithQuotaTag(NonPagedPool, 10, test_tag); }),
            bug_check_of([] { ExAllocatePool2(POOL_FLAG_USE_QUOTA | POOL_FLAG_NON_PAGED, 10, test_tag); })};
}

TEST_F(Quota, MayNotBeChargedToTheIdleProcessUnderPoolTracking) {
    machine_.set_idle_process(0);
    for (const Codes& codes : codes_of_charging())
        EXPECT_EQ(codes, Codes{});
    machine_.set_verifier_flags(0x8);
    const Codes expected{DRIVER_VERIFIER_DETECTED_VIOLATION, 0x10A, 0, 0, 0};
    for (const Codes& codes : codes_of_charging())
        EXPECT_EQ(codes, expected);
    EXPECT_EQ(bug_check_of([&] { PsChargePoolQuota(process(machine_, 0), PagedPool, 1); }), expected);
    EXPECT_EQ(bug_check_of([&] { PsChargePoolQuota(process(machine_, 1), PagedPool, 1); }), Codes{});
    EXPECT_EQ(bug_check_of([] { ExFreePool(allocate(PAGE_SIZE)); }), Codes{});
    machine_.attach_process(1);
    for (const Codes& codes : codes_of_charging())
        EXPECT_EQ(codes, Codes{});
}

TEST_F(Quota, MayNotBeChargedFromADpcUnderPoolTracking) {
    machine_.run_in_dpc(true);
    machine_.set_irql(DISPATCH_LEVEL);
    for (const Codes& codes : codes_of_charging())
        EXPECT_EQ(codes, Codes{});
    machine_.set_verifier_flags(0x8);
    const Codes expected{DRIVER_VERIFIER_DETECTED_VIOLATION, 0x10B, 0, 0, 0};
    for (const Codes& codes : codes_of_charging())
        EXPECT_EQ(codes, expected);
    EXPECT_EQ(bug_check_of([] { PsChargePoolQuota(PsGetCurrentProcess(), PagedPool, 1); }), expected);
    EXPECT_EQ(bug_check_of([] { ExFreePool(ExAllocatePoolWithTag(NonPagedPool, 10, test_tag)); }), Codes{});
    machine_.run_in_dpc(false);
    for (const Codes& codes : codes_of_charging())
        EXPECT_EQ(codes, Codes{});
}

TEST_F(Quota, AtDispatchLevelBreaksARuleThatDdiComplianceCheckingKnows) {
    machine_.set_irql(DISPATCH_LEVEL);
    EXPECT_EQ(codes_of_charging()[0], Codes{});
    machine_.set_verifier_flags(0x20000);
    for (const Codes& codes : codes_of_charging()) {
        EXPECT_EQ(codes[0], DRIVER_VERIFIER_DETECTED_VIOLATION);
        EXPECT_EQ(codes[1], 0x00020006U);
    }
    machine_.set_irql(APC_LEVEL);
    EXPECT_EQ(codes_of_charging()[0], Codes{});
}

TEST_F(Quota, IsNoMatterOfZeroBytesForTheFsRtlForm) {
    void* const block = FsRtlAllocatePoolWithQuotaTag(PagedPool, 0, test_tag);
    EXPECT_EQ(machine_.caller_faults(), 0U);
    ExFreePool(block);
    ExFreePool(allocate(0));
    EXPECT_EQ(charged(), 0U);
}

TEST_F(Quota, IsToldByExQueryPoolBlockSize) {
    BOOLEAN is_charged = FALSE;
    void* const block = allocate(77);
    EXPECT_EQ(ExQueryPoolBlockSize(block, &is_charged), 77U);
    EXPECT_EQ(is_charged, TRUE);
    void* const other = ExAllocatePool(PagedPool, 5000);
    EXPECT_EQ(ExQueryPoolBlockSize(other, &is_charged), 5000U);
    EXPECT_EQ(is_charged, FALSE);
    EXPECT_EQ(ExQueryPoolBlockSize(static_cast<std::byte*>(other) + 1, nullptr), 0U);
    ExFreePool(block);
    EXPECT_EQ(ExQueryPoolBlockSize(block, &is_charged), 0U);
}

} // namespace
} // namespace poolproof
