// Results for tests of the writers.
//
// Covers: one result with every verdict, a finding, and text that each format has to escape. Does not cover:
// results of real runs (cli/cli_test.cpp, page_test/).
#pragma once

#include "report/result.hpp"

#include <string>

namespace poolproof {

// What is markup in one format or another, characters that XML does not know, a byte that is no UTF-8, and a
// tick.
inline const std::string hostile_text =
    "</script> <b>&amp; \"q\" 'a' ]]> | ``` \x01\x1b[31m \xff \xe2\x9c\x93";
// The same as a reader of printable text sees it.
inline const std::string hostile_shown =
    "</script> <b>&amp; \"q\" 'a' ]]> | ``` \\x01\\x1B[31m \xef\xbf\xbd \xe2\x9c\x93";

inline ClauseResult sample_clause(const std::string& id, Verdict verdict, std::uint64_t holds = 0,
                                  std::uint64_t violated = 0, std::uint64_t unspecified = 0) {
    ClauseResult clause;
    clause.id = id;
    clause.kinds = {"promise"};
    clause.rule = "The rule of " + id + ".";
    clause.page = "wdm/nf-wdm-exallocatepoolwithtag";
    clause.section = "Remarks";
    clause.entries = {"X-05", "unverified: something"};
    clause.verdict = verdict;
    clause.holds = holds;
    clause.violated = violated;
    clause.unspecified = unspecified;
    return clause;
}

// Two clauses violated, one of them with hostile text; one that had to be exercised and was not.
inline Result sample_result() {
    Result result;
    result.version = "1.2.3";
    result.subject = "faulty:sample";
    result.subject_version = "1.2.3";
    result.profiles = {"32-bit", "64-bit"};
    result.capabilities = {"raises", "special pool"};
    result.seed = 0xFFFFFFFFFFFFFFFF;
    result.ops = 12345;
    result.seconds = 1.5;
    result.traces = {10, 20, 30};
    result.speed = {2, 8230, 1000, 4000};
    result.clauses = {sample_clause("GEO-01", Verdict::holds, 100),
                      sample_clause("GEO-02", Verdict::violated, 50, 2),
                      sample_clause("TAG-05", Verdict::violated, 0, 1),
                      sample_clause("CON-01", Verdict::unspecified, 0, 0, 7),
                      sample_clause("SP-01", Verdict::not_applicable),
                      sample_clause("GEO-07", Verdict::not_observable),
                      sample_clause("EV-01", Verdict::not_exercised),
                      sample_clause("EV-02", Verdict::not_exercised)};
    result.clauses[5].unjudged = "advice of style";
    result.clauses[6].required = true;
    FindingResult finding;
    finding.clause = "GEO-02";
    finding.source = "sweep sizes";
    finding.text = "expected one page; got two";
    finding.trace = "poolproof-trace 2 64-bit\nallocate ExAllocatePool s0 size=100\n";
    finding.ops = 1;
    finding.confirmed = true;
    finding.events = {{"allocate ExAllocatePool s0 size=100", "pointer 0x100010FF0"}};
    finding.blocks = {{0, 0, 0x100010FF0, 100, true, -1}, {0, 255, 0x100012000, 8, false, 3}};
    finding.file = "findings/faulty-sample-GEO-02.pool";
    finding.replay = "poolproof replay findings/faulty-sample-GEO-02.pool --subject faulty:sample";
    FindingResult hostile = finding;
    hostile.clause = "TAG-05";
    hostile.text = hostile_text;
    hostile.trace = hostile_text + "\n";
    hostile.events = {{hostile_text, hostile_text}};
    hostile.file = "find ings/ä.pool";
    hostile.confirmed = false;
    hostile.blocks.clear();
    result.findings = {finding, hostile};
    result.clauses[2].rule = hostile_text;
    result.missing = {"no corpus trace was played", "EV-01 was not exercised"};
    result.notes = {"the subject crashed 3 times"};
    return result;
}

} // namespace poolproof
