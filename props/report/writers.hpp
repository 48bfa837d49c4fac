// The reports: each a text made from results alone.
//
// Covers: one function per format; results that say the same make the same text. All of them end with a line
// end and none of them fails. Does not cover: JSON (result_json.hpp) and files (cli/).
#pragma once

#include "report/look.hpp"
#include "report/result.hpp"

#include <string>
#include <vector>

namespace poolproof {

using Results = std::vector<Result>;

// One row per clause, what ran, counts per verdict, and each finding with its trace and the line that replays
// it.
std::string to_terminal(const Result& result, const Look& look);

// JUnit XML: a suite per result, a test case per clause. Violated is a failure, and so is what had to be
// exercised and was not; what could not be judged is skipped, with the reason.
std::string to_junit(const Results& results);

// SARIF 2.1.0: a run per result; the clauses are rules, the findings results, each located in its trace file.
std::string to_sarif(const Results& results);

// For the summary of a CI job: counts, and the violated clauses with their traces.
std::string to_markdown(const Results& results);

// One page that needs nothing else: the matrix of clauses and results with filters, traces, maps of pages.
std::string to_html(const Results& results);

} // namespace poolproof
