// How far the contract is covered: what the corpus shows, and what counts as a hole.
// Does not cover: whether a reason that a clause or a row gives is true.
#include "cli/commands.hpp"
#include "cli/contract_coverage.hpp"
#include "oracle/oracle.hpp"
#include "trace/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

namespace poolproof {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* freed_twice =
    "poolproof-trace 1 64-bit\n"
    "allocate ExAllocatePoolWithTag s0 type=NonPagedPool size=100 tag='Fred'\n"
    "free ExFreePool s0\n"
    "free ExFreePool s0\n";

NamedTrace named(const std::string& name, const char* text) {
    ParsedText parsed = parse_text(text);
    EXPECT_TRUE(parsed.ok) << parsed.message;
    return {name, std::move(parsed.trace)};
}

const RowEvidence& row_of(const CorpusEvidence& evidence, std::uint32_t code, std::uint64_t sub_code) {
    const auto found = std::find_if(evidence.rows.begin(), evidence.rows.end(), [&](const RowEvidence& row) {
        return row.entry->code == code && row.row->sub_code == sub_code;
    });
    EXPECT_NE(found, evidence.rows.end());
    return *found;
}

struct Shown {
    ExitCode code = ExitCode::internal;
    std::string text;
};

template <class Show> Shown shown(Show show, const CorpusEvidence& evidence, bool as_json) {
    testing::internal::CaptureStdout();
    const ExitCode code = show(evidence, as_json);
    return {code, testing::internal::GetCapturedStdout()};
}

ExitCode coverage_shown(const CorpusEvidence& evidence, bool as_json) {
    return show_coverage(evidence, read_convictions(POOLPROOF_CONVICTIONS), as_json);
}

// Evidence that leaves no row open: a trace for each that has no reason.
CorpusEvidence complete_evidence() {
    CorpusEvidence evidence = play_on_reference({});
    for (RowEvidence& row : evidence.rows) {
        if (row.row->unreachable.empty()) {
            row.traces.emplace_back("some.pool");
        }
    }
    return evidence;
}

TEST(CorpusEvidence, NamesEachTraceOnceWithWhatItShowed) {
    const CorpusEvidence evidence =
        play_on_reference({named("a.pool", freed_twice), named("b.pool", freed_twice)});
    EXPECT_THAT(row_of(evidence, 0xC2, 0x07).traces, ElementsAre("a.pool", "b.pool"));
    EXPECT_THAT(row_of(evidence, 0xC2, 0x0A).traces, IsEmpty());
    EXPECT_THAT(evidence.holds[static_cast<std::size_t>(clause_index("EFP-07"))],
                ElementsAre("a.pool", "b.pool"));
    EXPECT_THAT(evidence.holds[static_cast<std::size_t>(clause_index("EAU-01"))], IsEmpty());
    EXPECT_THAT(evidence.unknown, IsEmpty());
}

TEST(CorpusEvidence, WithoutATraceNothingIsShown) {
    const CorpusEvidence evidence = play_on_reference({});
    EXPECT_EQ(evidence.holds.size(), all_clauses().size());
    EXPECT_FALSE(evidence.rows.empty());
    for (const RowEvidence& row : evidence.rows) {
        EXPECT_THAT(row.traces, IsEmpty());
    }
}

TEST(CorpusEvidence, ManyTracesAreCutShortForReaders) {
    EXPECT_EQ(in_short({}), "");
    EXPECT_EQ(in_short({"a"}), "a");
    EXPECT_EQ(in_short({"a", "b"}), "a, b");
    EXPECT_EQ(in_short({"a", "b", "c", "d"}), "a, b and 2 more");
}

TEST(Coverage, IsFineExactlyWhenEveryClauseIsEitherJudgedOrExcused) {
    const auto clauses = all_clauses();
    const auto holes = std::count_if(clauses.begin(), clauses.end(), [](const Clause& clause) {
        return is_judged(clause_index(clause.id)) != clause.unjudged.empty();
    });
    const CorpusEvidence evidence = play_on_reference({named("a.pool", freed_twice)});
    const Shown text = shown(coverage_shown, evidence, false);
    const Shown document = shown(coverage_shown, evidence, true);
    EXPECT_EQ(text.code, holes == 0 ? ExitCode::fine : ExitCode::violations);
    EXPECT_EQ(document.code, text.code);
    EXPECT_EQ(json::parse(document.text)["summary"]["wrong"], holes);
}

TEST(Convictions, AListThatCannotBeReadOrNamesAStrangerIsRefused) {
    EXPECT_THROW(read_convictions("no/such/list.txt"), Failure);
    const std::string path = testing::TempDir() + "convictions.txt";
    std::ofstream(path) << "Frees.Something no-such-fault\n";
    EXPECT_THROW(read_convictions(path), Failure);
}

TEST(Coverage, HasALinePerClauseAndASummary) {
    const Shown text = shown(coverage_shown, play_on_reference({named("a.pool", freed_twice)}), false);
    EXPECT_EQ(std::count(text.text.begin(), text.text.end(), '\n'),
              static_cast<std::ptrdiff_t>(all_clauses().size() + 1));
    EXPECT_THAT(text.text, HasSubstr("1 trace: a.pool"));
    EXPECT_THAT(text.text, HasSubstr("EAPT-24   not judged: descriptive"));
}

TEST(Coverage, TellsToolsRowsOperationsAndTraces) {
    const Shown document = shown(coverage_shown, play_on_reference({named("a.pool", freed_twice)}), true);
    const json clauses = json::parse(document.text)["clauses"];
    ASSERT_EQ(clauses.size(), all_clauses().size());
    const json& twice = clauses[static_cast<std::size_t>(clause_index("EFP-07"))];
    EXPECT_EQ(twice["id"], "EFP-07");
    EXPECT_GT(twice["rows"], 0);
    EXPECT_THAT(twice["operations"], Contains("free"));
    EXPECT_THAT(twice["operations"], Not(Contains("allocate")));
    EXPECT_THAT(twice["faulty_subjects"], Contains("double-free-silent"));
    EXPECT_FALSE(twice["properties"].empty());
    EXPECT_EQ(twice["traces"], json::array({"a.pool"}));
}

TEST(BugCheckCoverage, IsFineWhenEveryRowIsReachedOrExcused) {
    const CorpusEvidence evidence = complete_evidence();
    const Shown text = shown(show_bug_checks, evidence, false);
    EXPECT_EQ(text.code, ExitCode::fine) << text.text;
    EXPECT_THAT(text.text, HasSubstr(" 0 with neither or both\n"));
    EXPECT_EQ(json::parse(shown(show_bug_checks, evidence, true).text)["summary"]["wrong"], 0);
}

TEST(BugCheckCoverage, ARowThatNothingReachesOrExcusesIsAHole) {
    CorpusEvidence evidence = complete_evidence();
    const auto reached = std::find_if(evidence.rows.begin(), evidence.rows.end(),
                                      [](const RowEvidence& row) { return row.row->unreachable.empty(); });
    reached->traces.clear();
    const Shown text = shown(show_bug_checks, evidence, false);
    EXPECT_EQ(text.code, ExitCode::violations);
    EXPECT_THAT(text.text, HasSubstr("NEITHER"));
}

TEST(BugCheckCoverage, AnExcuseForARowThatATraceReachesIsStale) {
    CorpusEvidence evidence = complete_evidence();
    const auto excused = std::find_if(evidence.rows.begin(), evidence.rows.end(),
                                      [](const RowEvidence& row) { return !row.row->unreachable.empty(); });
    excused->traces.emplace_back("some.pool");
    const Shown text = shown(show_bug_checks, evidence, false);
    EXPECT_EQ(text.code, ExitCode::violations);
    EXPECT_THAT(text.text, HasSubstr("BOTH"));
}

TEST(BugCheckCoverage, ABugCheckThatNoRowDescribesIsAHole) {
    CorpusEvidence evidence = complete_evidence();
    evidence.unknown.emplace_back("0xDEAD (0x0, 0x0, 0x0, 0x0) in some.pool");
    const Shown text = shown(show_bug_checks, evidence, false);
    EXPECT_EQ(text.code, ExitCode::violations);
    EXPECT_THAT(text.text, HasSubstr("NO ROW: 0xDEAD"));
}

std::string printed_by(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), {"poolproof", "contract"});
    testing::internal::CaptureStdout();
    run_command(static_cast<int>(arguments.size()), arguments.data());
    return testing::internal::GetCapturedStdout();
}

TEST(ContractCommand, SpellsTheBugChecksAsAFlagOrAsAWord) {
    const std::string by_flag = printed_by({"--bug-checks"});
    EXPECT_EQ(by_flag, printed_by({"bugchecks"}));
    EXPECT_THAT(by_flag, HasSubstr("reached by seeds/pool_trace_fuzzer/double_free.pool"));
}

TEST(ContractCommand, CoverageCountsTheTracesOfTheCorpus) {
    const json document = json::parse(printed_by({"--coverage", "--json"}));
    EXPECT_EQ(document["summary"]["clauses"], all_clauses().size());
    EXPECT_GT(document["summary"]["with_trace"], 100);
}

} // namespace
} // namespace poolproof
