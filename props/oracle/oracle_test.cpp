// The oracle's public face: violations, sums, verdicts, words. Does not cover: single rules (the other
// oracle_*_test.cpp files).
#include "oracle/oracle_test_kit.hpp"

#include <string>

namespace poolproof {
namespace {

using oracle::base;

const Clause& clause(std::string_view id) {
    return all_clauses()[static_cast<std::size_t>(clause_index(id))];
}

const ClauseTally& tally_of(const Oracle& oracle, std::string_view id) {
    return oracle.tally()[static_cast<std::size_t>(clause_index(id))];
}

TEST(Oracle, CountsAndNamesViolationsInContractOrder) {
    const Op op = oracle::request(oracle::ex_tag, 5000);
    Oracle judge;
    judge.begin(oracle::full_claims());
    EXPECT_EQ(judge.step(op, oracle::placed(op, base)), 0U);
    EXPECT_EQ(judge.step(op, oracle::placed(op, base + 0x9010)), 2U);
    ASSERT_EQ(judge.violations().size(), 2U);
    EXPECT_EQ(judge.violations()[0].clause, clause_index("GEO-01"));
    EXPECT_EQ(judge.violations()[1].clause, clause_index("EAPT-07"));
    EXPECT_EQ(judge.violations()[1].op_index, 1U);
    EXPECT_EQ(tally_of(judge, "GEO-01").holds, 1U);
    EXPECT_EQ(tally_of(judge, "GEO-01").violated, 1U);
    EXPECT_EQ(tally_of(judge, "GEO-01").exercised(), 2U);
}

TEST(Oracle, BeginsEachTraceOnACleanMachine) {
    const Op op = oracle::request(oracle::ex_tag, 64);
    Oracle judge;
    for (int trace = 0; trace < 3; ++trace) {
        judge.begin(oracle::full_claims());
        EXPECT_EQ(judge.step(op, oracle::placed(op, base)), 0U);
        EXPECT_GT(judge.step(op, oracle::placed(op, base)), 0U);
    }
    EXPECT_EQ(tally_of(judge, "GEO-02").holds, 6U);
    judge.begin(oracle::full_claims());
    EXPECT_TRUE(judge.violations().empty());
}

TEST(Oracle, JudgesOnlyWhatTheSubjectCanExpress) {
    const Op op = oracle::request(oracle::ex_tag, 64);
    Event event = oracle::placed(op, base);
    event.block.tag = 1;
    Claims claims = oracle::full_claims();
    claims.capabilities = 0;
    Oracle judge;
    judge.begin(claims);
    EXPECT_EQ(judge.step(op, event), 0U);
    judge.begin(oracle::full_claims());
    EXPECT_GT(judge.step(op, event), 0U);
}

TEST(Oracle, SkippedAndUnsupportedOpsAreNotJudged) {
    Event event;
    Oracle judge;
    judge.begin(oracle::full_claims());
    EXPECT_EQ(judge.step(oracle::release(Routine::ExFreePool), event), 0U);
    event.kind = EventKind::unsupported;
    EXPECT_EQ(judge.step(oracle::request(oracle::eng_user, 64), event), 0U);
    for (const ClauseTally& tally : judge.tally()) {
        EXPECT_EQ(tally.exercised(), 0U);
    }
}

TEST(Oracle, AbsorbsTheTallyOfAnother) {
    const Op op = oracle::request(oracle::ex_tag, 64);
    Oracle first;
    Oracle second;
    for (Oracle* judge : {&first, &second}) {
        judge->begin(oracle::full_claims());
        judge->step(op, oracle::placed(op, base));
    }
    first.absorb(second.tally());
    EXPECT_EQ(tally_of(first, "GEO-02").holds, 2U);
    EXPECT_EQ(tally_of(second, "GEO-02").holds, 1U);
}

TEST(Oracle, VerdictsFollowTheTallyAndTheClaims) {
    const Claims full = oracle::full_claims();
    Claims none;
    EXPECT_EQ(verdict_of(clause("GEO-01"), {3, 0, 1}, full), Verdict::holds);
    EXPECT_EQ(verdict_of(clause("GEO-01"), {3, 1, 1}, full), Verdict::violated);
    EXPECT_EQ(verdict_of(clause("CON-01"), {0, 0, 4}, full), Verdict::unspecified);
    EXPECT_EQ(verdict_of(clause("GEO-01"), {}, full), Verdict::not_exercised);
    EXPECT_EQ(verdict_of(clause("TAG-06"), {}, none), Verdict::not_applicable);
    EXPECT_EQ(verdict_of(clause("GEO-01"), {}, none), Verdict::not_exercised);
    EXPECT_EQ(verdict_of(clause("CON-02"), {}, full), Verdict::not_observable);
    Clause forgotten = clause("CON-02");
    forgotten.unjudged = "";
    EXPECT_EQ(verdict_of(forgotten, {}, full), Verdict::not_exercised) << "neither a row nor a reason";
    EXPECT_EQ(name_of(Verdict::not_exercised), "not exercised");
    EXPECT_FALSE(is_judged(-1));
}

TEST(Oracle, ExplainsAViolationInWords) {
    const Op op = oracle::request(oracle::ex_tag, 64);
    const Violation violation{clause_index("EAPT-06"), 0, "a pointer"};
    const auto said = [&](const Event& event) { return explain(violation, op, event); };
    EXPECT_EQ(said(oracle::null_result()), "expected a pointer; got NULL");
    EXPECT_EQ(said(oracle::raised(0xC000009A)),
              "expected a pointer; got a raise of STATUS_INSUFFICIENT_RESOURCES");
    EXPECT_EQ(said(oracle::fault_at(0x1230)), "expected a pointer; got a fault at 0x1230");
    EXPECT_NE(said(oracle::bug(BAD_POOL_CALLER, 0x9B, 0, 64, 1))
                  .find("0xC2 BAD_POOL_CALLER (0x9B, 0x0, 0x40, 0x1)"),
              std::string::npos);
    Event event = oracle::placed(op, base);
    event.accessible = Seen::no;
    event.block.executable = false;
    event.caller_faults = 2;
    EXPECT_EQ(said(event),
              "expected a pointer; got pointer 0x10000000, nonpaged pool, node 0, tag 0x46726564, not "
              "executable, not all of it accessible, not zeroed, reporting caller faults 0x2");
    EXPECT_EQ(explain(violation, oracle::query_tag(1, false), oracle::row(3, 2, 16)),
              "expected a pointer; got 3 allocations, 2 frees, 16 bytes");
}

} // namespace
} // namespace poolproof

namespace poolproof::oracle {
namespace {

ORACLE_TEST(OracleDoubt, ALoweredBudgetTellsNothingOfWhatIsLeft) {
    Play play;
    play.allocate(ex_tag, 2 * page_bytes, base).budget(0, false, 0).budget(1, false, 2);
    play.step(query_event(false, false), answer(0)).leaves_open("SHR-01");
    play.step(request(ex_tag, 2 * page_bytes), pointer(base + 0x8000)).holds("EAPT-06");
    play.step(release(Routine::ExFreePool), done(), base + 0x8000)
        .step(release(Routine::ExFreePool), done(), base);
    play.step(request(ex_tag, 3 * page_bytes), pointer(base)).violates("EAPT-06");
}

ORACLE_TEST(OracleDoubt, AnUndocumentedPriorityMayChooseEitherSide) {
    Op op = request(ex_priority, 100);
    op.priority = 27;
    for (const std::uint64_t at : {base, base + page_bytes - 112}) {
        Event event = placed(op, at, true);
        event.caller_faults = fault_priority;
        Play play;
        play.special(SpecialMode::verifier).step(op, event).says_nothing_of("SP-03 SP-04 SP-05");
        const std::int32_t outside = at == base ? -1 : 112;
        const std::uint64_t used = at + static_cast<std::uint64_t>(static_cast<std::int64_t>(outside));
        play.step(touch(OpKind::read, outside, 1), fault_at(used), used)
            .holds(at == base ? "SP-04" : "SP-03");
        play.is_clean();
    }
}

ORACLE_TEST(OracleDoubt, BetweenBlocksAPointerIsInTheMiddleOfAnAllocation) {
    Op op = release(Routine::ExFreePool);
    const Event middle = bug(BAD_POOL_CALLER, 0x41286);
    Play().allocate(ex_tag, 64, base + 64).step(op, middle, base).holds("EFP-05");
    Play().allocate(ex_tag, 64, base + 64).step(op, middle, base + 128).holds("EFP-05");
    Play().allocate(ex_tag, 64, base + 64).step(op, middle, base + page_bytes).violates("EFP-05");
}

ORACLE_TEST(OracleDoubt, MemoryOfUncertainBlocksIsGivenOutAgain) {
    Event told = done();
    told.caller_faults = fault_wrong_free_routine;
    Op second = request(eng, 40);
    second.slot = 1;
    Op third = request(eng, 2 * page_bytes);
    third.slot = 2;
    Play play;
    play.allocate(eng, 40, base + 16).step(second, placed(second, base + 80));
    play.step(release(Routine::ExFreePool), told, base + 16)
        .step(release(Routine::ExFreePool), told, base + 80);
    play.step(third, placed(third, base)).holds("EAM-01");
    play.step(release(Routine::ExFreePool), bug(BAD_POOL_CALLER, 0x41286), base + page_bytes).holds("EFP-06");
    play.is_clean();
}

ORACLE_TEST(OracleDoubt, BehindABlockOfItsOwnAProcessMayHaveMemory) {
    Play play;
    play.allocate(eng_user, 1, user_base).process(1).allocate(eng_user, 16, user_base).process(0);
    Op op = touch(OpKind::read, 0, 2);
    play.step(op, done(), user_base).says_nothing_of("EAU-03");
    play.is_clean();
}

} // namespace
} // namespace poolproof::oracle
