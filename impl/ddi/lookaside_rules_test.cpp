// Tests of what misuse of the lists of ddi/lookaside.h does: duties, IRQL, statuses, Driver Verifier's bug
// checks.
#include "poolproof/machine.h"

#include <ddi/bugcodes.h>
#include <ddi/wdm.h>
#include <ddi/winddi.h>

#include <gtest/gtest.h>

#include <array>

namespace poolproof {
namespace {

constexpr ULONG tag = 0x31676154; // '1gaT'
constexpr std::uint32_t misc_checks = 0x800;
constexpr std::uint32_t ddi_compliance = 0x20000;

std::uint64_t address_of(const void* pointer) {
    return reinterpret_cast<std::uint64_t>(pointer);
}

std::array<std::uint64_t, 5> values_of(const BugCheck& bug_check) {
    const auto& p = bug_check.parameters;
    return {bug_check.code, p[0], p[1], p[2], p[3]};
}

// {} when there is none.
template <class Call> std::array<std::uint64_t, 5> bug_check_of(Call&& call) {
    try {
        call();
    } catch (const BugCheck& bug_check) {
        return values_of(bug_check);
    }
    return {};
}

PVOID plain_allocate_ex(POOL_TYPE, SIZE_T bytes, ULONG with, PLOOKASIDE_LIST_EX) {
    return ExAllocatePoolWithTag(NonPagedPool, bytes, with);
}

class LookasideRules : public testing::Test {
  protected:
    LookasideRules() { machine_.bind(0); }
    void initialise(SIZE_T bytes = 64, USHORT depth = 0, ULONG flags = 0) {
        ExInitializeNPagedLookasideList(&list_, nullptr, nullptr, flags, bytes, tag, depth);
    }
    Machine machine_;
    NPAGED_LOOKASIDE_LIST list_{};
    PAGED_LOOKASIDE_LIST paged_{};
    LOOKASIDE_LIST_EX ex_{};
    const std::array<std::uint64_t, 5> none_{};
};

TEST_F(LookasideRules, AListThatIsNotInitialisedGivesAndTakesNothing) {
    void* block = ExAllocatePoolWithTag(NonPagedPool, 64, tag);
    EXPECT_EQ(ExAllocateFromNPagedLookasideList(&list_), nullptr);
    EXPECT_EQ(machine_.caller_faults(), duty_lookaside);
    ExFreeToNPagedLookasideList(&list_, block);
    EXPECT_EQ(machine_.caller_faults(), duty_lookaside);
    ExDeleteNPagedLookasideList(&list_);
    EXPECT_EQ(machine_.caller_faults(), duty_lookaside);
    ExFlushLookasideListEx(nullptr);
    EXPECT_EQ(machine_.caller_faults(), duty_lookaside);
    EXPECT_TRUE(machine_.describe(block));
}

TEST_F(LookasideRules, RoutinesOfAnotherKindDoNotActOnAList) {
    initialise();
    void* entry = ExAllocateFromNPagedLookasideList(&list_);
    auto* as_paged = reinterpret_cast<PPAGED_LOOKASIDE_LIST>(&list_);
    EXPECT_EQ(ExAllocateFromPagedLookasideList(as_paged), nullptr);
    EXPECT_EQ(machine_.caller_faults(), duty_lookaside);
    ExFreeToPagedLookasideList(as_paged, entry);
    EXPECT_EQ(machine_.caller_faults(), duty_lookaside);
    machine_.set_verifier(true);
    ExDeletePagedLookasideList(as_paged);
    EXPECT_EQ(machine_.caller_faults(), duty_lookaside);
    EXPECT_TRUE(machine_.lookaside_use(&list_).known);
    EXPECT_EQ(machine_.lookaside_use(&list_).frees, 0U);
}

TEST_F(LookasideRules, OnlyEntriesThatAreOutOfTheListAreTaken) {
    initialise();
    LOOKASIDE_LIST_EX alike{};
    ExInitializeLookasideListEx(&alike, nullptr, nullptr, NonPagedPool, 0, 64, tag, 0);
    void* entry = ExAllocateFromNPagedLookasideList(&list_);
    void* other = ExAllocateFromLookasideListEx(&alike);
    for (void* wrong : {other, ExAllocatePoolWithTag(NonPagedPool, 64, tag), static_cast<void*>(nullptr)}) {
        ExFreeToNPagedLookasideList(&list_, wrong);
        EXPECT_EQ(machine_.caller_faults(), duty_lookaside);
    }
    EXPECT_EQ(machine_.lookaside_use(&list_).cached, 0U);
    ExFreeToNPagedLookasideList(&list_, entry);
    EXPECT_EQ(machine_.caller_faults(), 0U);
    ExFreeToNPagedLookasideList(&list_, entry);
    EXPECT_EQ(machine_.caller_faults(), duty_lookaside) << "freed twice";
    EXPECT_EQ(machine_.lookaside_use(&list_).cached, 1U);
    EXPECT_EQ(machine_.lookaside_use(&list_).frees, 1U);
}

TEST_F(LookasideRules, ArgumentsOfAnInitialisationAreTheCallersDuty) {
    initialise(64, 1);
    EXPECT_EQ(machine_.caller_faults(), duty_lookaside) << "depth";
    ExDeleteNPagedLookasideList(&list_);
    initialise(64, 0, POOL_COLD_ALLOCATION);
    EXPECT_EQ(machine_.caller_faults(), duty_lookaside) << "flags";
    ExDeleteNPagedLookasideList(&list_);
    initialise(7);
    EXPECT_EQ(machine_.caller_faults(), duty_lookaside) << "size";
    EXPECT_NE(ExAllocateFromNPagedLookasideList(&list_), nullptr);
    ExDeleteNPagedLookasideList(&list_);
    initialise(8);
    EXPECT_EQ(machine_.caller_faults(), 0U);
    ExInitializePagedLookasideList(&paged_, nullptr, nullptr, 0, 1, tag, 0);
    EXPECT_EQ(machine_.caller_faults(), 0U) << "the minimum is not restated for paged lists";
    ExInitializeLookasideListEx(&ex_, nullptr, nullptr, PagedPool, 0, 1, tag, 9);
    EXPECT_EQ(machine_.caller_faults(), duty_lookaside) << "depth";
}

TEST_F(LookasideRules, AHeadIsNonpagedAndOn64BitSystemsAligned) {
    alignas(16) std::array<UCHAR, 256> storage{};
    auto* unaligned = reinterpret_cast<PNPAGED_LOOKASIDE_LIST>(&storage[8]);
    ExInitializeNPagedLookasideList(unaligned, nullptr, nullptr, 0, 64, tag, 0);
    EXPECT_EQ(machine_.caller_faults(), duty_lookaside);
    const auto initialise_in = [](void* block) {
        ExInitializeNPagedLookasideList(static_cast<PNPAGED_LOOKASIDE_LIST>(block), nullptr, nullptr, 0, 64,
                                        tag, 0);
        return Machine::current().caller_faults();
    };
    EXPECT_EQ(initialise_in(ExAllocatePoolWithTag(NonPagedPool, 200, tag)), 0U);
    EXPECT_EQ(initialise_in(ExAllocatePoolWithTag(PagedPool, 200, tag)), duty_lookaside);
    EXPECT_EQ(initialise_in(EngAllocUserMem(200, tag)), duty_lookaside);
    EXPECT_EQ(initialise_in(nullptr), duty_lookaside);
    MachineConfig config;
    config.is_64_bit = false;
    machine_.reset(config);
    EXPECT_EQ(initialise_in(unaligned), 0U);
}

TEST_F(LookasideRules, InitialisingAgainStartsAListAnew) {
    initialise();
    ExFreeToNPagedLookasideList(&list_, ExAllocateFromNPagedLookasideList(&list_));
    initialise(32);
    EXPECT_EQ(machine_.caller_faults(), duty_lookaside);
    EXPECT_EQ(machine_.lookaside_use(&list_).cached, 0U);
    EXPECT_EQ(machine_.tag_counters(tag, PoolKind::nonpaged).bytes, 64U) << "what it held is lost";
    EXPECT_EQ(machine_.describe(ExAllocateFromNPagedLookasideList(&list_))->bytes, 32U);
}

TEST_F(LookasideRules, ABadTypeOrBadFlagsAreRefused) {
    const auto status = [this](std::uint32_t type, ULONG flags, PALLOCATE_FUNCTION_EX allocate = nullptr) {
        const NTSTATUS result = ExInitializeLookasideListEx(&ex_, allocate, nullptr,
                                                            static_cast<POOL_TYPE>(type), flags, 64, tag, 0);
        EXPECT_EQ(machine_.lookaside_use(&ex_).known, result == STATUS_SUCCESS);
        EXPECT_EQ(machine_.caller_faults() & duty_lookaside, result == STATUS_SUCCESS ? 0U : duty_lookaside);
        if (result == STATUS_SUCCESS)
            ExDeleteLookasideListEx(&ex_);
        return result;
    };
    for (const std::uint32_t type : {2U, 3U, 6U, 7U, 16U, 34U, 64U, 513U, 1024U, 0x7FFFFFFFU})
        EXPECT_EQ(status(type, 0), STATUS_INVALID_PARAMETER_4) << type;
    for (const std::uint32_t type : {0U, 1U, 4U, 5U, 32U, 33U, 36U, 37U, 512U, 516U, 544U})
        EXPECT_EQ(status(type, 1), STATUS_SUCCESS) << type;
    for (const ULONG flags : {3U, 4U, 16U, 0x80000000U})
        EXPECT_EQ(status(PagedPool, flags, plain_allocate_ex), STATUS_INVALID_PARAMETER_5) << flags;
    EXPECT_EQ(status(PagedPool, 2, plain_allocate_ex), STATUS_SUCCESS);
}

TEST_F(LookasideRules, FailNoRaiseWithoutARoutineIsUpToThePolicy) {
    const auto initialise_it = [this] {
        return ExInitializeLookasideListEx(&ex_, nullptr, nullptr, PagedPool,
                                           EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE, 64, tag, 0);
    };
    EXPECT_EQ(initialise_it(), STATUS_SUCCESS);
    EXPECT_EQ(machine_.caller_faults(), duty_lookaside);
    machine_.fail_nth(1);
    EXPECT_EQ(ExAllocateFromLookasideListEx(&ex_), nullptr);
    MachineConfig config;
    config.policies.default_no_raise = Policies::DefaultNoRaise::invalid_parameter;
    machine_.reset(config);
    EXPECT_EQ(initialise_it(), STATUS_INVALID_PARAMETER_5);
    EXPECT_EQ(machine_.caller_faults(), duty_lookaside);
}

TEST_F(LookasideRules, AutomaticChecksFindListsInitialisedAgainDeletedBeforeAndTooSmall) {
    machine_.set_verifier(true);
    const std::uint64_t list = address_of(&list_);
    EXPECT_EQ(bug_check_of([&] { ExDeleteNPagedLookasideList(&list_); }),
              (std::array<std::uint64_t, 5>{DRIVER_VERIFIER_DETECTED_VIOLATION, 0xCB, list, 0, 0}));
    EXPECT_EQ(bug_check_of([&] { initialise(7); }),
              (std::array<std::uint64_t, 5>{DRIVER_VERIFIER_DETECTED_VIOLATION, 0xCD, list, 7, 8}));
    EXPECT_EQ(bug_check_of([&] { initialise(8); }), none_);
    EXPECT_EQ(bug_check_of([&] { initialise(8); }),
              (std::array<std::uint64_t, 5>{DRIVER_VERIFIER_DETECTED_VIOLATION, 0xCA, list, 0, 0}));
    EXPECT_EQ(machine_.caller_faults(), duty_lookaside);
    EXPECT_EQ(bug_check_of([&] { ExDeleteNPagedLookasideList(&list_); }), none_);
    EXPECT_EQ(bug_check_of([&] { ExFlushLookasideListEx(&ex_); }), none_);
    MachineConfig config;
    config.is_64_bit = false;
    machine_.reset(config);
    machine_.set_verifier(true);
    EXPECT_EQ(bug_check_of([&] { initialise(4); }), none_);
}

TEST_F(LookasideRules, MiscellaneousChecksFindAListInAFreedBlock) {
    const auto list_at = [](void* block, std::size_t offset) {
        auto* list = reinterpret_cast<PNPAGED_LOOKASIDE_LIST>(static_cast<UCHAR*>(block) + offset);
        ExInitializeNPagedLookasideList(list, nullptr, nullptr, 0, 64, tag, 0);
        return list;
    };
    void* block = ExAllocatePoolWithTag(NonPagedPool, 300, tag);
    auto* list = list_at(block, 48);
    machine_.set_verifier_flags(misc_checks);
    // The block's header is counted in, as in the worked example of EFP-10.
    EXPECT_EQ(bug_check_of([&] { ExFreePool(block); }),
              (std::array<std::uint64_t, 5>{DRIVER_VERIFIER_DETECTED_VIOLATION, 0xCC, address_of(list),
                                            address_of(block) - 16, 316}));
    EXPECT_TRUE(machine_.describe(block));
    ExDeleteNPagedLookasideList(list);
    EXPECT_EQ(bug_check_of([&] { ExFreePool(block); }), none_);

    void* pages = EngAllocMem(FL_NONPAGED_MEMORY, 8192, tag);
    list = list_at(pages, 8192 - sizeof *list);
    EXPECT_EQ(bug_check_of([&] { EngFreeMem(pages); }),
              (std::array<std::uint64_t, 5>{DRIVER_VERIFIER_DETECTED_VIOLATION, 0xCC, address_of(list),
                                            address_of(pages), 8192}));
    machine_.set_verifier_flags(0);
    EXPECT_EQ(bug_check_of([&] { EngFreeMem(pages); }), none_);
}

TEST_F(LookasideRules, BlocksBesideAListAreNoneOfItsBusiness) {
    machine_.set_verifier_flags(misc_checks);
    void* before = ExAllocatePoolWithTag(NonPagedPool, 128, tag);
    void* between = ExAllocatePoolWithTag(NonPagedPool, 128, tag);
    void* behind = ExAllocatePoolWithTag(NonPagedPool, 128, tag);
    ExInitializeNPagedLookasideList(static_cast<PNPAGED_LOOKASIDE_LIST>(between), nullptr, nullptr, 0, 64,
                                    tag, 0);
    EXPECT_EQ(bug_check_of([&] { ExFreePool(before); }), none_);
    EXPECT_EQ(bug_check_of([&] { ExFreePool(behind); }), none_);
    EXPECT_NE(bug_check_of([&] { ExFreePool(between); }), none_);
}

TEST_F(LookasideRules, PagedListsAreForApcLevelAtMost) {
    ExInitializePagedLookasideList(&paged_, nullptr, nullptr, 0, 64, tag, 0);
    void* entry = ExAllocateFromPagedLookasideList(&paged_);
    ExFreeToPagedLookasideList(&paged_, entry);
    machine_.set_irql(APC_LEVEL);
    EXPECT_EQ(ExAllocateFromPagedLookasideList(&paged_), entry);
    EXPECT_EQ(machine_.caller_faults(), 0U);
    machine_.set_irql(DISPATCH_LEVEL);
    EXPECT_EQ(bug_check_of([&] { ExFreeToPagedLookasideList(&paged_, entry); }), none_);
    EXPECT_EQ(machine_.caller_faults(), duty_irql);
    EXPECT_EQ(ExAllocateFromPagedLookasideList(&paged_), entry);
    EXPECT_EQ(machine_.caller_faults(), duty_irql);
    // An empty list calls the backing routine, whose own check finds it.
    EXPECT_EQ(bug_check_of([&] { ExAllocateFromPagedLookasideList(&paged_); }),
              (std::array<std::uint64_t, 5>{BAD_POOL_CALLER, 0x8, DISPATCH_LEVEL, PagedPool, 64}));

    machine_.set_verifier_flags(ddi_compliance);
    const std::array<std::uint64_t, 5> rule = {DRIVER_VERIFIER_DETECTED_VIOLATION, 0x00020006, 0, 0, 0};
    PAGED_LOOKASIDE_LIST another{};
    EXPECT_EQ(bug_check_of([&] { ExAllocateFromPagedLookasideList(&paged_); }), rule);
    EXPECT_EQ(bug_check_of([&] { ExFreeToPagedLookasideList(&paged_, entry); }), rule);
    EXPECT_EQ(bug_check_of([&] { ExDeletePagedLookasideList(&paged_); }), rule);
    EXPECT_EQ(
        bug_check_of([&] { ExInitializePagedLookasideList(&another, nullptr, nullptr, 0, 64, tag, 0); }),
        rule);
    EXPECT_EQ(machine_.caller_faults(), duty_irql);
    EXPECT_FALSE(machine_.lookaside_use(&another).known);
}

TEST_F(LookasideRules, OtherListsAreForDispatchLevelByTheirEntries) {
    machine_.set_verifier_flags(ddi_compliance);
    machine_.set_irql(DISPATCH_LEVEL);
    initialise();
    void* entry = ExAllocateFromNPagedLookasideList(&list_);
    ExFreeToNPagedLookasideList(&list_, entry);
    ExDeleteNPagedLookasideList(&list_);
    EXPECT_EQ(machine_.caller_faults(), 0U);
    EXPECT_EQ(ExInitializeLookasideListEx(&ex_, nullptr, nullptr, PagedPool, 0, 64, tag, 0), STATUS_SUCCESS);
    EXPECT_EQ(machine_.caller_faults(), 0U);
    EXPECT_THROW(ExAllocateFromLookasideListEx(&ex_), BugCheck);
    EXPECT_EQ(machine_.caller_faults(), duty_irql);
    ExFlushLookasideListEx(&ex_);
    EXPECT_EQ(machine_.caller_faults(), 0U);
    machine_.set_irql(DISPATCH_LEVEL + 1);
    initialise();
    EXPECT_EQ(machine_.caller_faults(), duty_irql);
    ExFlushLookasideListEx(&ex_);
    EXPECT_EQ(machine_.caller_faults(), duty_irql);
}

TEST_F(LookasideRules, ADutyOfTheCallIsReportedBesideThoseOfTheBackingRoutine) {
    ExInitializePagedLookasideList(&paged_, nullptr, nullptr, 0, 64, 0x01010101, 0);
    machine_.set_irql(DISPATCH_LEVEL);
    EXPECT_THROW(ExAllocateFromPagedLookasideList(&paged_), BugCheck);
    EXPECT_EQ(machine_.caller_faults(), duty_irql | duty_tag_character);
}

} // namespace
} // namespace poolproof
