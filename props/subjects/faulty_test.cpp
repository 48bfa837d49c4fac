// Every faulty subject is convicted by its clause, by a trace of at most ten ops that the reference passes.
//
// Covers: the registry and one hand-written trace per fault. Does not cover: how a campaign or a fuzzer finds
// such a trace (gen/, fuzz/).
#include "run/runner.hpp"
#include "subjects/faulty_evidence_family.hpp"
#include "subjects/registry.hpp"
#include "trace/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace poolproof {
namespace {

std::vector<Evidence> all_evidence() {
    std::vector<Evidence> all(std::begin(first_evidence), std::end(first_evidence));
    all.insert(all.end(), std::begin(family_evidence), std::end(family_evidence));
    return all;
}

Trace parsed(const Evidence& row) {
    const ParsedText text = parse_text("poolproof-trace 1 64-bit\n" + std::string(row.trace) + "\n");
    EXPECT_TRUE(text.ok) << row.subject << ", line " << text.line << ": " << text.message;
    return text.trace;
}

// The clauses that are violated when the subject plays the trace.
std::vector<std::string_view> violated(Subject& subject, const Trace& trace) {
    Oracle oracle;
    Runner runner(subject, oracle);
    runner.run(trace);
    std::vector<std::string_view> ids;
    for (const Violation& violation : runner.violations()) {
        ids.push_back(all_clauses()[static_cast<std::size_t>(violation.clause)].id);
    }
    return ids;
}

TEST(FaultySubjects, EachIsConvictedByItsClauseFirst) {
    for (const Evidence& row : all_evidence()) {
        SCOPED_TRACE(row.subject);
        const auto subject = make_subject("faulty:" + std::string(row.subject));
        ASSERT_NE(subject, nullptr);
        const auto faults = all_faulty_subjects();
        const auto fault = std::find_if(faults.begin(), faults.end(),
                                        [&](const FaultySubject& f) { return f.name == row.subject; });
        ASSERT_NE(fault, faults.end());
        const auto clauses = violated(*subject, parsed(row));
        ASSERT_FALSE(clauses.empty());
        EXPECT_EQ(clauses.front(), fault->clause);
    }
}

TEST(FaultySubjects, EachLeavesTheReferenceInTheTraceThatConvictsAndNotInAnyTrace) {
    Op irql;
    irql.kind = OpKind::irql;
    const Trace plain{true, {canonical(irql)}};
    for (const Evidence& row : all_evidence()) {
        SCOPED_TRACE(row.subject);
        const auto subject = make_subject("faulty:" + std::string(row.subject));
        ASSERT_NE(subject, nullptr);
        violated(*subject, parsed(row));
        const std::uint64_t departures = departures_of(*subject);
        EXPECT_GT(departures, 0U);
        violated(*subject, plain);
        EXPECT_EQ(departures_of(*subject), departures);
    }
    EXPECT_EQ(departures_of(*make_subject("reference")), 0U);
}

TEST(FaultySubjects, TheReferencePassesEveryTraceThatConvicts) {
    const auto reference = make_subject("reference");
    for (const Evidence& row : all_evidence()) {
        EXPECT_THAT(violated(*reference, parsed(row)), testing::IsEmpty()) << row.subject;
    }
}

TEST(FaultySubjects, EachHasATraceOfAtMostTenOps) {
    const std::vector<Evidence> rows = all_evidence();
    for (const FaultySubject& fault : all_faulty_subjects()) {
        const auto row = std::find_if(rows.begin(), rows.end(),
                                      [&](const Evidence& e) { return e.subject == fault.name; });
        ASSERT_NE(row, rows.end()) << fault.name;
        EXPECT_LE(parsed(*row).ops.size(), 10U) << fault.name;
    }
}

TEST(FaultySubjects, EachNamesAnExistingClauseAndANameOfItsOwn) {
    const auto faults = all_faulty_subjects();
    EXPECT_GE(faults.size(), 15U);
    for (const FaultySubject& fault : faults) {
        EXPECT_GE(clause_index(fault.clause), 0) << fault.name;
        EXPECT_EQ(std::count_if(faults.begin(), faults.end(),
                                [&](const FaultySubject& f) { return f.name == fault.name; }),
                  1)
            << fault.name;
    }
}

TEST(Registry, MakesTheReferenceAndRefusesUnknownNames) {
    EXPECT_EQ(make_subject("reference")->name(), "reference");
    EXPECT_EQ(make_subject("faulty:double-free-silent")->name(), "faulty:double-free-silent");
    EXPECT_EQ(make_subject("faulty:no-such-fault"), nullptr);
    EXPECT_EQ(make_subject("faulty:"), nullptr);
    EXPECT_EQ(make_subject("nobody"), nullptr);
}

} // namespace
} // namespace poolproof
