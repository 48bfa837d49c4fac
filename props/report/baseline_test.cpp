// Baselines: what is read and written, what a run is held to, and that no line can be changed unseen.
#include "report/baseline.hpp"

#include "report/report_test_kit.hpp"
#include "report/writers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace poolproof {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

// Verdicts of clauses that the contract has, and nothing missing.
Result plain_result() {
    Result result = sample_result();
    result.missing.clear();
    result.notes.clear();
    for (ClauseResult& clause : result.clauses) {
        clause.required = false;
    }
    return result;
}

Baseline baseline_of(const Result& result) {
    return updated(Baseline{}, result);
}

std::string error_of(const std::string& text) {
    try {
        parse_baseline(text, "b.txt");
    } catch (const BaselineError& error) {
        return error.what();
    }
    return {};
}

constexpr const char* good = "# poolproof baseline 1\n"
                             "# subject: mock 2.0\n"
                             "# why it is as it is\n"
                             "\n"
                             "CON-01    unspecified\n"
                             "GEO-02    violated        blocks come from a heap\n"
                             "GEO-03\tholds\n";

TEST(Baseline, IsReadWithItsReasonsAndComments) {
    const Baseline read = parse_baseline(good, "b.txt");
    EXPECT_EQ(read.subject, "mock 2.0");
    EXPECT_THAT(read.comments, ElementsAre("# why it is as it is"));
    ASSERT_EQ(read.lines.size(), 3U);
    EXPECT_EQ(read.lines[1].clause, "GEO-02");
    EXPECT_EQ(read.lines[1].verdict, Verdict::violated);
    EXPECT_EQ(read.lines[1].reason, "blocks come from a heap");
    EXPECT_EQ(read.lines[1].line, 6U);
}

TEST(Baseline, ComesBackFromItsTextAsItWas) {
    const std::string text = to_text(parse_baseline(good, "b.txt"));
    EXPECT_EQ(to_text(parse_baseline(text, "b.txt")), text);
    EXPECT_THAT(text, HasSubstr("GEO-02    violated        blocks come from a heap\n"));
    EXPECT_THAT(text, HasSubstr("CON-01    unspecified\n"));
}

TEST(Baseline, WhatIsNoneSaysWhereAndWhatWasExpected) {
    EXPECT_THAT(error_of(""), StartsWith("b.txt:0: expected at least one clause"));
    EXPECT_THAT(error_of("GEO-01 holds\n"),
                StartsWith("b.txt:1: expected '# poolproof baseline 1', got 'GEO-01 holds'"));
    EXPECT_THAT(error_of("# poolproof baseline 2\n"),
                HasSubstr("a baseline of format 2; this version reads format 1"));
    EXPECT_THAT(error_of("# poolproof baseline 1\nGEO-01 holds\n"),
                StartsWith("b.txt:2: expected '# subject:"));
    const std::string head = "# poolproof baseline 1\n# subject: a\n";
    EXPECT_THAT(error_of(head), StartsWith("b.txt:2: expected at least one clause"));
    EXPECT_THAT(error_of(head + "GEO-01 fine\n"), StartsWith("b.txt:3: expected a clause and one of holds"));
    EXPECT_THAT(error_of(head + "GEO-02 holds\nGEO-01 holds\n"),
                HasSubstr("b.txt:4: expected a clause after GEO-02"));
    EXPECT_THAT(error_of(head + "GEO-02 holds\nGEO-02 holds\n"),
                HasSubstr("b.txt:4: expected a clause after GEO-02"));
    EXPECT_THAT(error_of(head + "GEO-02 holds\n# late\n"), HasSubstr("b.txt:4: expected comments before"));
}

TEST(Baseline, OfTheRunItselfIsMet) {
    Result result = plain_result();
    EXPECT_FALSE(passed(result));
    compare(baseline_of(result), "b.txt", result);
    EXPECT_THAT(result.missing, IsEmpty());
    EXPECT_TRUE(passed(result));
    EXPECT_THAT(to_junit({result}), Not(HasSubstr("<failure")));
    EXPECT_THAT(to_terminal(result, Look{}), HasSubstr("violated, as b.txt expects: GEO-02, TAG-05\n"));
    EXPECT_THAT(to_markdown({result}), HasSubstr("as the baseline expects: GEO-02, TAG-05"));
    EXPECT_THAT(to_sarif({result}), HasSubstr("\"baselineState\": \"unchanged\""));
    EXPECT_THAT(to_sarif({result}), Not(HasSubstr("\"baselineState\": \"new\"")));
}

// Each line, changed to each other verdict.
TEST(Baseline, NoLineCanBeChangedUnseen) {
    const Result before = plain_result();
    const Baseline baseline = baseline_of(before);
    std::size_t changes = 0;
    for (std::size_t i = 0; i < baseline.lines.size(); ++i) {
        for (unsigned other = 0; other < verdict_count; ++other) {
            Baseline edited = baseline;
            edited.lines[i].verdict = static_cast<Verdict>(other);
            if (edited.lines[i].verdict == baseline.lines[i].verdict) {
                continue;
            }
            Result result = before;
            compare(edited, "b.txt", result);
            ASSERT_EQ(result.missing.size(), 1U) << edited.lines[i].clause;
            EXPECT_THAT(result.missing.front(), HasSubstr(edited.lines[i].clause));
            EXPECT_FALSE(passed(result));
            ++changes;
        }
    }
    EXPECT_EQ(changes, before.clauses.size() * (verdict_count - 1));
}

TEST(Baseline, EachKindOfDifferenceHasItsMessage) {
    const auto difference = [](const char* clause, Verdict expected) {
        Result result = plain_result();
        Baseline baseline = baseline_of(result);
        for (BaselineLine& line : baseline.lines) {
            line.verdict = line.clause == clause ? expected : line.verdict;
        }
        compare(baseline, "b.txt", result);
        return result.missing.empty() ? "" : result.missing.front();
    };
    EXPECT_THAT(difference("GEO-02", Verdict::holds),
                StartsWith("unexpected violation: GEO-02: violated, where b.txt:"));
    EXPECT_THAT(difference("GEO-01", Verdict::violated), StartsWith("unexpected hold: GEO-01: holds"));
    EXPECT_THAT(difference("EV-01", Verdict::holds), StartsWith("newly not exercised: EV-01"));
    EXPECT_THAT(difference("SP-01", Verdict::holds), StartsWith("changed: SP-01: not applicable"));
}

TEST(Baseline, AClauseThatItDoesNotHaveIsNotedAndOneThatThereIsNotIsADifference) {
    Result result = plain_result();
    Baseline baseline = baseline_of(result);
    const std::string left_out = baseline.lines.front().clause;
    baseline.lines.front().clause = "AAA-01";
    compare(baseline, "b.txt", result);
    ASSERT_EQ(result.missing.size(), 1U);
    EXPECT_THAT(result.missing.front(), HasSubstr("names AAA-01, which this contract does not have"));
    ASSERT_EQ(result.notes.size(), 1U);
    EXPECT_THAT(result.notes.front(), StartsWith("new clause: " + left_out));
}

TEST(Baseline, OfAnotherSubjectOrVersionIsRefused) {
    Result result = plain_result();
    Baseline baseline = baseline_of(result);
    EXPECT_EQ(baseline.subject, "faulty:sample"); // of the command's own version
    result.subject_version = "sample 2.0";
    EXPECT_THROW(compare(baseline, "b.txt", result), BaselineError);
    baseline.subject = "sample 2.0";
    EXPECT_NO_THROW(compare(baseline, "b.txt", result));
}

TEST(Baseline, BroughtUpToDateKeepsReasonsWhereTheVerdictStays) {
    const Result result = plain_result();
    Baseline baseline = baseline_of(result);
    baseline.comments = {"# ours"};
    for (BaselineLine& line : baseline.lines) {
        line.reason = "because of " + line.clause;
        if (line.clause == "TAG-05") {
            line.verdict = Verdict::holds;
        }
    }
    const Baseline made = updated(baseline, result);
    EXPECT_THAT(made.comments, ElementsAre("# ours"));
    for (const BaselineLine& line : made.lines) {
        EXPECT_EQ(line.reason, line.clause == "TAG-05" ? "" : "because of " + line.clause);
    }
    Result again = plain_result();
    compare(made, "b.txt", again);
    EXPECT_TRUE(passed(again));
}

} // namespace
} // namespace poolproof
