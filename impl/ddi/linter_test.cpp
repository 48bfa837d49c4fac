// Tests of the caller linter: for each kind of warning a call that gets it and calls that do not, the call
// sites, and that nothing is noticed while it is off. Does not cover: what the calls themselves come to.
#include "poolproof/linter.h"

#include "ddi/ddi_test_kit.hpp"
#include "pool/linter.hpp"

#include <ddi/pool_wrappers.h>
#include <ddi/winddi.h>

#include <cstring>
#include <vector>

namespace poolproof {
namespace {

class CallerLinter : public OnAMachine {
  protected:
    CallerLinter() { machine_.set_linter(true); }

    // The clauses of the warnings that the call brought.
    template <class Call> std::vector<std::string> clauses_of(Call&& call) {
        restart(machine_.config());
        machine_.set_linter(true);
        raised_by([&] { bug_check_of(call); });
        std::vector<std::string> clauses;
        for (const CallerWarning& warning : all())
            clauses.emplace_back(warning.clause);
        return clauses;
    }
    std::vector<CallerWarning> all() const {
        std::vector<CallerWarning> seen;
        const auto take = [](void* context, const CallerWarning& warning) {
            static_cast<std::vector<CallerWarning>*>(context)->push_back(warning);
        };
        machine_.for_each_warning(take, &seen);
        EXPECT_EQ(seen.size(), machine_.warnings());
        return seen;
    }
    std::uint64_t user_buffer() const { return number(EngAllocUserMem(10000, test_tag)); }
    // Of a block with the first `written` bytes written: warnings after `bytes` from `offset` on were copied.
    std::size_t warnings_of_copy(std::uint8_t* block, std::size_t written, std::size_t offset,
                                 std::size_t bytes) {
        std::memset(block, 0x11, written);
        const std::uint64_t user = user_buffer();
        EXPECT_FALSE(machine_.copy_to_user(user, number(block) + offset, bytes).has_value());
        EXPECT_EQ(std::memcmp(reinterpret_cast<void*>(user), block + offset, bytes), 0);
        EngFreeUserMem(reinterpret_cast<void*>(user));
        return machine_.warnings();
    }
    static std::uint8_t* unwritten_block(std::size_t bytes) {
        return static_cast<std::uint8_t*>(ExAllocatePoolWithTag(NonPagedPoolNx, bytes, test_tag));
    }
};

using Clauses = std::vector<std::string>;

TEST_F(CallerLinter, APoolTypePassedAsPoolFlagsIsNoticed) {
    for (const POOL_FLAGS flags : {0ULL, 1ULL, 5ULL, 33ULL, 0x40ULL})
        EXPECT_EQ(clauses_of([&] { ExAllocatePool2(flags, 100, test_tag); }), flags == 0x40 ? Clauses{}
                                                                              : flags == 5
                                                                                  ? Clauses{"EAP2-22"}
                                                                                  : Clauses{"EAP2-23"})
            << flags;
    EXPECT_EQ(clauses_of([] { ExAllocatePool2(NonPagedPoolNx, 100, test_tag); }), Clauses{"EAP2-22"});
    EXPECT_EQ(clauses_of([] {
                  ExAllocatePool3(static_cast<POOL_FLAGS>(PagedPool) | POOL_ZERO_ALLOCATION, 100, test_tag,
                                  nullptr, 0);
              }),
              Clauses{"EAP2-22"});
}

TEST_F(CallerLinter, ValidPoolFlagsAndInvalidOnesOfAnotherKindAreNot) {
    // The last one is the value of PagedPool with POOL_COLD_ALLOCATION too.
    for (const POOL_FLAGS flags :
         {POOL_FLAG_NON_PAGED, POOL_FLAG_NON_PAGED_EXECUTE, POOL_FLAG_PAGED,
          POOL_FLAG_PAGED | POOL_FLAG_NON_PAGED, POOL_FLAG_PAGED | POOL_FLAG_USE_QUOTA})
        EXPECT_EQ(clauses_of([&] { ExAllocatePool2(flags, 100, test_tag); }), Clauses{}) << flags;
}

TEST_F(CallerLinter, SizeAndTagThatAreSwappedAreNoticed) {
    EXPECT_EQ(clauses_of([] { ExAllocatePoolWithTag(PagedPool, test_tag, 100); }), Clauses{"TAG-01"});
    EXPECT_EQ(clauses_of([] { ExAllocatePool2(POOL_FLAG_PAGED, test_tag, 3); }), Clauses{"TAG-01"});
}

TEST_F(CallerLinter, LargeSizesAndShortTagsAreNotTakenForSwappedOnes) {
    EXPECT_EQ(clauses_of([] { ExAllocatePoolWithTag(PagedPool, test_tag, test_tag); }), Clauses{});
    EXPECT_EQ(clauses_of([] { ExAllocatePoolWithTag(PagedPool, 0x30000000, 'a'); }), Clauses{});
    EXPECT_EQ(clauses_of([] { ExAllocatePoolWithTag(PagedPool, 100, 'a'); }), Clauses{});
    EXPECT_EQ(clauses_of([] { ExAllocatePoolWithTag(PagedPool, 0x20202020, 'a'); }), Clauses{});
}

TEST_F(CallerLinter, ATagOfZeroIsNoticedBeforeItIsABugCheck) {
    EXPECT_EQ(clauses_of([] { ExAllocatePoolWithTag(PagedPool, 100, 0); }), Clauses{"TAG-01"});
    EXPECT_EQ(clauses_of([] { EngAllocMem(0, 100, 0); }), Clauses{"EAM-06"});
    EXPECT_EQ(clauses_of([] { ExAllocatePool(PagedPool, 100); }), Clauses{}); // its tag is the system's
}

TEST_F(CallerLinter, ATagWithoutLetterOrDigitIsNoticed) {
    EXPECT_EQ(clauses_of([] { ExAllocatePoolWithTag(PagedPool, 100, 0x20202020); }), Clauses{"TAG-08"});
    EXPECT_EQ(clauses_of([] { ExAllocatePoolWithTag(PagedPool, 100, '-'); }), Clauses{"TAG-08"});
    EXPECT_EQ(clauses_of([] { ExAllocatePoolWithTag(PagedPool, 100, 0x2D2D2D31); }), Clauses{});
}

TEST_F(CallerLinter, MustSucceedTypesAreNoticedByTheClauseOfTheRoutine) {
    const auto type = static_cast<POOL_TYPE>(NonPagedPoolMustSucceed | POOL_NX_ALLOCATION);
    EXPECT_EQ(clauses_of([&] { ExAllocatePoolWithTag(type, 100, test_tag); }), Clauses{"MS-04"});
    EXPECT_EQ(clauses_of([&] { FsRtlAllocatePoolWithTag(type, 100, test_tag); }), Clauses{"FPT-02"});
    EXPECT_EQ(clauses_of([] { FsRtlAllocatePoolWithTag(PagedPool, 100, test_tag); }), Clauses{});
}

TEST_F(CallerLinter, ExecutablePoolIsNoticedWhereThePageHasAnotherType) {
    EXPECT_EQ(clauses_of([] { ExAllocatePoolWithTag(NonPagedPool, 100, test_tag); }), Clauses{"NX-01"});
    EXPECT_EQ(clauses_of([] { ExAllocatePoolUninitialized(NonPagedPoolCacheAligned, 100, test_tag); }),
              Clauses{"NX-01"});
    EXPECT_EQ(clauses_of([] { ExAllocatePoolWithTag(NonPagedPoolNx, 100, test_tag); }), Clauses{});
    EXPECT_EQ(clauses_of([] { ExAllocatePoolWithTag(PagedPool, 100, test_tag); }), Clauses{});
    EXPECT_EQ(clauses_of([] { FsRtlAllocatePoolWithTag(NonPagedPool, 100, test_tag); }), Clauses{});
    EXPECT_EQ(clauses_of([] { EngAllocMem(FL_NONPAGED_MEMORY, 100, test_tag); }), Clauses{});
    MachineConfig older;
    older.since_2004 = false;
    restart(older);
    EXPECT_EQ(clauses_of([] { ExAllocatePoolWithTag(NonPagedPool, 100, test_tag); }), Clauses{});
}

TEST_F(CallerLinter, BytesThatWereNeverWrittenAreNoticedOnTheirWayToUserMode) {
    std::uint8_t* const block = unwritten_block(100);
    EXPECT_EQ(warnings_of_copy(block, 92, 0, 100), 1U);
    ASSERT_EQ(all().size(), 1U);
    EXPECT_STREQ(all()[0].clause, "CON-02");
    EXPECT_EQ(all()[0].argument, number(block) + 92);
}

TEST_F(CallerLinter, UnwrittenBytesAreNoticedInTheMiddleOfALargeCopy) {
    std::uint8_t* const block = unwritten_block(5000);
    std::memset(block + 517, 0x22, 5000 - 517);
    EXPECT_EQ(warnings_of_copy(block, 509, 3, 4000), 1U); // 509 to 516: across two parts of the copy
    EXPECT_EQ(all().at(0).argument, number(block) + 509);
}

TEST_F(CallerLinter, EveryKindOfBlockIsFilled) {
    const auto copies = [&](void* block) {
        return warnings_of_copy(static_cast<std::uint8_t*>(block), 0, 0, 16) != 0;
    };
    for (const bool special : {false, true}) {
        machine_.reset({});
        machine_.set_linter(true);
        machine_.request_special_pool(special ? SpecialPool::verifier : SpecialPool::off, 0, VerifySide::end);
        EXPECT_TRUE(copies(ExAllocatePoolWithTag(PagedPool, 24, test_tag)));
        machine_.set_verifier_flags(verify_pool_tracking);
        machine_.set_linter(true);
        EXPECT_TRUE(copies(ExAllocatePool2(POOL_FLAG_PAGED | POOL_FLAG_UNINITIALIZED, 24, test_tag)));
    }
}

TEST_F(CallerLinter, WrittenAndZeroedBytesAreNotNoticed) {
    EXPECT_EQ(warnings_of_copy(unwritten_block(100), 100, 0, 100), 0U);
    EXPECT_EQ(warnings_of_copy(unwritten_block(100), 93, 0, 100), 0U); // 7 bytes, as documented
    EXPECT_EQ(warnings_of_copy(unwritten_block(100), 50, 0, 50), 0U);
    auto* const zeroed = static_cast<std::uint8_t*>(ExAllocatePoolZero(NonPagedPoolNx, 100, test_tag));
    EXPECT_EQ(warnings_of_copy(zeroed, 0, 0, 100), 0U);
    auto* const zeroed2 = static_cast<std::uint8_t*>(ExAllocatePool2(POOL_FLAG_PAGED, 100, test_tag));
    EXPECT_EQ(warnings_of_copy(zeroed2, 0, 0, 100), 0U);
}

TEST_F(CallerLinter, ACopyToSystemMemoryAndAFaultingOneAreNotNoticed) {
    std::uint8_t* const block = unwritten_block(100);
    EXPECT_FALSE(machine_.copy_to_user(number(unwritten_block(100)), number(block), 100).has_value());
    EXPECT_TRUE(machine_.copy_to_user(machine_.foreign_user_address(), number(block), 100).has_value());
    EXPECT_EQ(machine_.warnings(), 0U);
}

// One call site, however the loop around it is compiled.
[[gnu::noinline]] void call_badly() {
    ExFreePool(ExAllocatePoolWithTag(NonPagedPool, 100, 0));
}

TEST_F(CallerLinter, ACallSiteIsWarnedOnceForEachKind) {
    for (unsigned i = 0; i < 3; ++i)
        bug_check_of(call_badly);
    EXPECT_EQ(machine_.warnings(), 2U);
    ExFreePool(ExAllocatePoolWithTag(NonPagedPool, 100, test_tag)); // another site
    EXPECT_EQ(machine_.warnings(), 3U);
}

TEST_F(CallerLinter, TheTextNamesRoutineCallSiteMistakeAndClause) {
    const unsigned line = __LINE__ + 1;
    ExFreePool(ExAllocatePoolUninitialized(NonPagedPool, 100, test_tag));
    ASSERT_EQ(all().size(), 1U);
    const std::string text = to_text(all()[0]);
    EXPECT_NE(text.find("ExAllocatePoolWithTag, called by "), std::string::npos) << text;
    EXPECT_NE(text.find(" (0x0) [NX-01]"), std::string::npos) << text;
    // File and line where the host has a symbolizer, else the module.
    const bool named = text.find("linter_test.cpp:" + std::to_string(line)) != std::string::npos;
    EXPECT_TRUE(named || text.find("poolproof_unit_tests+0x") != std::string::npos) << text;
}

TEST_F(CallerLinter, NothingIsNoticedWhileItIsOff) {
    machine_.set_linter(false);
    bug_check_of([] { ExAllocatePoolWithTag(NonPagedPool, 100, 0); });
    EXPECT_EQ(warnings_of_copy(unwritten_block(100), 0, 0, 100), 0U);
    machine_.set_linter(true);
    bug_check_of([] { ExAllocatePoolWithTag(NonPagedPool, 100, 0); });
    EXPECT_EQ(machine_.warnings(), 2U);
    machine_.reset({});
    EXPECT_EQ(machine_.warnings(), 0U);
    ExFreePool(ExAllocatePoolWithTag(NonPagedPool, 100, test_tag));
    EXPECT_EQ(machine_.warnings(), 0U);
}

TEST_F(CallerLinter, ItIsNoDriverVerifier) {
    ExFreePool(ExAllocatePoolWithTag(NonPagedPool, 100, test_tag));
    machine_.set_irql(2);
    EXPECT_EQ(machine_.verifier_counters().succeeded, 0U);
    EXPECT_EQ(machine_.verifier_counters().irql_raises, 0U);
}

TEST(LinterTable, WarningsBeyondItAreLost) {
    Linter linter;
    linter.set(true);
    for (std::uint64_t caller = 0; caller < 2 * max_warnings; ++caller)
        linter.add({WarningKind::tag_zero, "TAG-01", "ExAllocatePoolWithTag", caller, 0});
    EXPECT_EQ(linter.warnings().size(), max_warnings);
    linter.add({WarningKind::must_succeed, "MS-04", "ExAllocatePoolWithTag", 0, 2});
    EXPECT_EQ(linter.warnings().size(), max_warnings);
}

} // namespace
} // namespace poolproof
