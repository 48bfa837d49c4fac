// What a subject declares decides what it is judged by: capabilities, routines, and how much memory it surely
// has.
#include "oracle/oracle_test_kit.hpp"
#include "trace/declared.hpp"

namespace poolproof::oracle {
namespace {

Verdict unexercised(const char* clause, const Claims& claims) {
    return verdict_of(all_clauses()[static_cast<std::size_t>(clause_index(clause))], ClauseTally{}, claims);
}

TEST(OracleClaims, AClauseOfARoutineThatIsNotThereIsNotApplicable) {
    Claims claims;
    claims.capabilities = can_everything;
    EXPECT_EQ(unexercised("FPT-05", claims), Verdict::not_exercised);
    claims.routines &= ~set_of(Routine::FsRtlAllocatePoolWithTag);
    EXPECT_EQ(unexercised("FPT-05", claims), Verdict::not_applicable);
    EXPECT_EQ(unexercised("GEO-01", claims), Verdict::not_exercised);
}

TEST(OracleClaims, AFreeOfBlocksThatNobodyGivesIsNotApplicable) {
    Claims claims;
    claims.capabilities = can_everything;
    claims.routines = set_of(Routine::ExAllocatePoolWithTag, Routine::ExFreePool);
    EXPECT_EQ(unexercised("EAPT-14", claims), Verdict::not_exercised);
    EXPECT_EQ(unexercised("EAP2-14", claims), Verdict::not_applicable);
}

TEST(OracleClaims, PageRightsAreEnoughForExecutability) {
    Claims claims;
    claims.capabilities = can_page_rights;
    EXPECT_EQ(unexercised("NX-01", claims), Verdict::not_exercised);
    EXPECT_EQ(unexercised("TAG-04", claims), Verdict::not_applicable);
    claims.capabilities = can_block_info;
    EXPECT_EQ(unexercised("NX-01", claims), Verdict::not_applicable);
}

TEST(OracleClaims, AnOpNeedsItsCapabilityOrItsRoutine) {
    Claims claims;
    claims.routines = set_of(Routine::ExAllocatePool);
    Op op;
    op.routine = Routine::ExAllocatePool;
    EXPECT_TRUE(is_declared(op, claims));
    op.routine = Routine::ExAllocatePoolWithTag;
    EXPECT_FALSE(is_declared(op, claims));
    for (std::size_t kind = 0; kind < op_kind_count; ++kind) {
        op = Op{};
        op.kind = static_cast<OpKind>(kind);
        op.routine = Routine::ExAllocatePool;
        const bool plain = op.kind == OpKind::allocate || op.kind == OpKind::free ||
                           op.kind == OpKind::call || op.kind == OpKind::read || op.kind == OpKind::write;
        EXPECT_EQ(is_declared(op, claims), plain) << kind;
        Claims all;
        all.capabilities = can_everything;
        EXPECT_TRUE(is_declared(op, all)) << kind;
    }
}

// Judges one allocation by a subject with these capabilities.
std::size_t violations_of(std::uint64_t size, const Event& event, std::uint32_t capabilities) {
    Claims claims;
    claims.capabilities = capabilities;
    Oracle oracle;
    oracle.begin(claims);
    return oracle.step(request(Routine::ExAllocatePoolWithTag, size), event);
}

TEST(OracleClaims, WhoseBudgetsCannotBeSetMayHaveMoreMemoryOrLess) {
    constexpr std::uint64_t large = std::uint64_t{1} << 30U;
    Event given;
    given.kind = EventKind::pointer;
    given.address = 0x10000000;
    EXPECT_GT(violations_of(large, given, can_budget), 0U);
    EXPECT_EQ(violations_of(large, given, 0), 0U);
    constexpr std::uint64_t middling = 1U << 20U;
    EXPECT_GT(violations_of(middling, null_result(), can_budget), 0U);
    EXPECT_EQ(violations_of(middling, null_result(), 0), 0U);
    EXPECT_GT(violations_of(100, null_result(), 0), 0U); // but not none at all
}

TEST(OracleClaims, ACrashWhereADutyIsBrokenIsHowABugCheckLooksOfWhoCannotTell) {
    Op op = request(Routine::ExAllocatePoolWithTag, 100);
    op.tag = 0;
    Event crash;
    crash.kind = EventKind::crashed;
    for (const std::uint32_t capabilities : {0U, std::uint32_t{can_bug_check}}) {
        Claims claims;
        claims.capabilities = capabilities;
        Oracle oracle;
        oracle.begin(claims);
        EXPECT_EQ(oracle.step(op, crash) > 0, capabilities != 0);
    }
    Claims none;
    Oracle oracle;
    oracle.begin(none);
    EXPECT_GT(oracle.step(request(Routine::ExAllocatePoolWithTag, 100), crash), 0U);
}

TEST(OracleClaims, AMustSucceedRequestOfAPageMayBeServedWhereNothingIsDeclared) {
    Event given;
    given.kind = EventKind::pointer;
    given.address = 0x10000000;
    const auto violations = [&](std::uint64_t size, MustSucceed declared) {
        Claims claims;
        claims.capabilities = can_bug_check;
        claims.must_succeed = declared;
        Op op = request(Routine::ExAllocatePoolWithTag, size);
        op.pool_type = NonPagedPoolMustSucceed;
        Oracle oracle;
        oracle.begin(claims);
        return oracle.step(op, given);
    };
    EXPECT_EQ(violations(4096, MustSucceed::unstated), 0U);
    EXPECT_EQ(violations(4096, MustSucceed::served), 0U);
    EXPECT_GT(violations(4096, MustSucceed::bug_check), 0U);
    EXPECT_GT(violations(8192, MustSucceed::unstated), 0U);
}

TEST(OracleClaims, OfAFreeOfNullThatMayBeIgnoredNothingIsAsked) {
    const auto violations = [](NullFree declared) {
        Claims claims;
        claims.capabilities = can_irql | can_validate | can_fail_cleanly_at_free;
        claims.null_free = declared;
        Oracle oracle;
        oracle.begin(claims);
        Op high;
        high.kind = OpKind::irql;
        high.level = 3;
        Event done;
        done.kind = EventKind::done;
        oracle.step(high, done);
        Op release;
        release.kind = OpKind::free;
        release.routine = Routine::ExFreePool;
        release.pointer = Pointer::null;
        return oracle.step(release, done);
    };
    EXPECT_EQ(violations(NullFree::ignored), 0U);
    EXPECT_EQ(violations(NullFree::unstated), 0U);
    EXPECT_GT(violations(NullFree::bug_check), 0U); // too high an IRQL was not reported
}

TEST(OracleClaims, AnAnswerThatIsNoneIsAViolation) {
    Event garbled;
    garbled.kind = EventKind::garbled;
    EXPECT_GT(violations_of(100, garbled, 0), 0U);
}

} // namespace
} // namespace poolproof::oracle
