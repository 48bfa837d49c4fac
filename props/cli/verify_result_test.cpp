// Runs as records: stand-ins for addresses, blocks, events, what is missing.
// Does not cover: whole runs (cli_test.cpp) and the reports (report/).
#include "cli/stand_ins.hpp"
#include "cli/verify_result.hpp"
#include "subjects/registry.hpp"
#include "trace/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace poolproof {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::uint64_t first_region = (1ULL << 32U) + 0x10000;
constexpr std::uint64_t second_region = (2ULL << 32U) + 0x10000;

Step pointer_step(std::uint64_t address) {
    Step step;
    step.event.kind = EventKind::pointer;
    step.event.address = address;
    return step;
}

TEST(StandIns, KeepDistancesWithinARegion) {
    StandIns stand_ins(
        {pointer_step(0x7F1234567890), pointer_step(0x7F1234569010), pointer_step(0x7A0000000020)});
    EXPECT_EQ(stand_ins(0x7F1234567890), first_region + 0x890);
    EXPECT_EQ(stand_ins(0x7F1234569010), first_region + 0x2010);
    EXPECT_EQ(stand_ins(0x7A0000000020), second_region + 0x20);
    EXPECT_EQ(stand_ins(0x7F1234566FFF), first_region - 1);                // beside it
    EXPECT_EQ(stand_ins(0x560000001234), (3ULL << 32U) + 0x10000 + 0x234); // of none that the log names
    EXPECT_EQ(stand_ins(0x560000001238), (3ULL << 32U) + 0x10000 + 0x238);
}

TEST(StandIns, DoNotDependOnWhereTheHostPutThings) {
    StandIns low({pointer_step(0x7F0000001000), pointer_step(0x7E0000000010), pointer_step(0x7F0000000000)});
    StandIns high({pointer_step(0x550000003000), pointer_step(0x7D0000007010), pointer_step(0x550000002000)});
    for (const std::uint64_t offset : {0ULL, 8ULL, 4096ULL}) {
        EXPECT_EQ(low(0x7F0000000000 + offset), high(0x550000002000 + offset));
        EXPECT_EQ(low(0x7E0000000010 + offset), high(0x7D0000007010 + offset));
    }
}

TEST(StandIns, InATextOnlyAddressesAreReplaced) {
    StandIns stand_ins({pointer_step(0x7F1234567000)});
    EXPECT_EQ(stand_ins.in("got 0x7F1234567008, tag 0x46726564, (0x0, 0xFFFFFFFFFFFFFFFF) 0x 0xZ 100"),
              "got 0x100010008, tag 0x46726564, (0x0, 0xFFFFFFFFFFFFFFFF) 0x 0xZ 100");
    EXPECT_EQ(stand_ins.in(""), "");
    EXPECT_EQ(stand_ins.in("0x7F1234567000"), "0x100010000");
}

// A run in which the subject was convicted by that trace.
VerifyRun run_of(const std::string& subject, const std::string& clause, const std::string& text) {
    VerifyRun run;
    run.subject = subject;
    const ParsedText parsed = parse_text(text);
    EXPECT_TRUE(parsed.ok) << parsed.message;
    Finding finding;
    finding.clause = clause_index(clause);
    finding.trace = parsed.trace;
    finding.source = "corpus a.pool";
    const std::unique_ptr<Subject> maker = make_subject(subject);
    Oracle oracle;
    Runner runner(*maker, oracle);
    runner.run(finding.trace, finding.log);
    for (const Violation& violation : runner.violations()) {
        finding.confirmed = finding.confirmed || violation.clause == finding.clause;
        finding.text = explain(violation, runner.last_step().op, runner.last_step().event);
    }
    run.result.claims = maker->claims();
    run.result.tally = oracle.tally();
    run.result.sweep_traces = run.result.random_traces = run.result.corpus_traces = 1;
    run.result.findings.push_back(finding);
    for (std::size_t i = 0; i < all_clauses().size(); ++i) {
        run.clauses.push_back(static_cast<int>(i));
        run.verdicts.push_back(verdict_of(all_clauses()[i], run.result.tally[i], run.result.claims));
    }
    return run;
}

TEST(VerifyResult, AFindingHasItsEventsAndWhereTheBlocksFell) {
    const VerifyRun run =
        run_of("faulty:straddles-a-page", "GEO-02",
               "poolproof-trace 2 64-bit\n"
               "allocate ExAllocatePoolWithTag s3 type=NonPagedPool size=32 tag='Fred'\n"
               "free ExFreePool s3\n"
               "allocate ExAllocatePoolWithTag s7 type=NonPagedPool size=1649 tag='Fred'\n");
    const Result result = result_of(run, "shown");
    ASSERT_EQ(result.findings.size(), 1U);
    const FindingResult& finding = result.findings[0];
    EXPECT_TRUE(finding.confirmed);
    EXPECT_EQ(finding.ops, 3U);
    ASSERT_EQ(finding.events.size(), 3U);
    EXPECT_EQ(finding.events[1].op, "free ExFreePool s3");
    EXPECT_EQ(finding.events[1].event, "done");
    ASSERT_EQ(finding.blocks.size(), 2U);
    EXPECT_EQ(finding.blocks[0].slot, 3);
    EXPECT_EQ(finding.blocks[0].size, 32U);
    EXPECT_EQ(finding.blocks[0].freed_by, 1);
    const BlockResult& straddling = finding.blocks[1];
    EXPECT_EQ(straddling.op, 2U);
    EXPECT_EQ(straddling.slot, 7);
    EXPECT_EQ(straddling.freed_by, -1);
    EXPECT_GT(straddling.address % 4096 + straddling.size, 4096U);
    char shown[32];
    std::snprintf(shown, sizeof shown, "0x%llX", static_cast<unsigned long long>(straddling.address));
    EXPECT_THAT(finding.events[2].event, HasSubstr(shown));
    EXPECT_THAT(finding.text, HasSubstr(shown));
    EXPECT_EQ(finding.file, "shown/faulty-straddles-a-page-GEO-02.pool");
    EXPECT_EQ(finding.replay, "poolproof replay " + finding.file + " --subject faulty:straddles-a-page");
    EXPECT_TRUE(result.notes.empty());
    EXPECT_TRUE(result.missing.empty());
}

TEST(VerifyResult, AFindingThatDidNotShowAgainIsNoted) {
    VerifyRun run = run_of("faulty:straddles-a-page", "GEO-02",
                           "poolproof-trace 2 64-bit\n"
                           "allocate ExAllocatePoolWithTag s0 type=NonPagedPool size=32 tag='Fred'\n");
    EXPECT_THAT(result_of(run, "f").notes,
                ElementsAre("GEO-02 did not show again when its trace was played on a fresh subject"));
}

TEST(VerifyResult, TheReferenceHasToExerciseWhatCanBeSeen) {
    VerifyRun run = run_of("reference", "GEO-02", "poolproof-trace 2 64-bit\nirql 2\n");
    run.result.findings.clear();
    run.result.corpus_traces = 0;
    const Result result = result_of(run, "f");
    EXPECT_EQ(result.missing.front(), "no corpus trace was played");
    EXPECT_THAT(result.missing, ::testing::Contains("GEO-02 was not exercised"));
    EXPECT_FALSE(passed(result));
    for (const ClauseResult& clause : result.clauses) {
        EXPECT_EQ(clause.required, clause.verdict != Verdict::not_observable) << clause.id;
    }
    EXPECT_EQ(result.capabilities.size(), 19U);
    run.subject = "faulty:straddles-a-page";
    EXPECT_THAT(result_of(run, "f").missing, ElementsAre("no corpus trace was played"));
}

TEST(VerifyResult, RegisterEntriesAreToldApart) {
    const VerifyRun run = run_of("reference", "GEO-02", "poolproof-trace 2 64-bit\nirql 2\n");
    const Result result = result_of(run, "f");
    for (const ClauseResult& clause : result.clauses) {
        if (clause.id == "GEO-03") {
            EXPECT_THAT(clause.entries, ElementsAre("X-01", "X-02", "X-04"));
        }
        if (clause.id == "GEO-06") {
            EXPECT_TRUE(clause.entries.empty());
        }
    }
}

} // namespace
} // namespace poolproof
