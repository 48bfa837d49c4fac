// A baseline: the verdicts that are expected of a subject, in a text that people review.
//
// Covers: its form, reading it, what a run shows that it does not expect, bringing it up to date. Does not
// cover: files and exit codes (cli/baseline_file.hpp).
//
// The form: comments, then one line for each clause, sorted by id as text:
//     # poolproof baseline 1
//     # subject: wine 8.0
//     EAPT-07  violated        the process heap behind the pool knows no pages
// A verdict is one word: holds, violated, not-exercised, not-applicable, unspecified, not-observable. What
// follows it is the reason, for people. The first two lines are as shown; other comments before the first
// clause are kept.
#pragma once

#include "report/result.hpp"

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace poolproof {

inline constexpr unsigned baseline_format = 1;

struct BaselineLine {
    std::string clause;
    Verdict verdict = Verdict::not_exercised;
    std::string reason;
    unsigned line = 0; // in the file, from 1
};

struct Baseline {
    std::string subject;               // name and version: "wine 8.0"
    std::vector<std::string> comments; // after the two lines of the head, "#" included
    std::vector<BaselineLine> lines;   // sorted by clause
};

// What is wrong with a text: "FILE:LINE: expected ..., got ...".
class BaselineError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

// Throws BaselineError, which names `file`: no baseline, one of another format, a line that is none, ids that
// are not sorted or come twice.
Baseline parse_baseline(std::string_view text, const std::string& file);
std::string to_text(const Baseline& baseline);

// "wine 8.0".
std::string subject_of(const Result& result);

// Takes the expectations over into the result: each clause's `expected` and `expected_because`, and one line
// in `missing` for each clause that came out otherwise, or that the contract does not have. A clause that the
// baseline does not have is noted, no more. Throws BaselineError when it is a baseline of another subject or
// version.
void compare(const Baseline& baseline, const std::string& file, Result& result);

// The baseline that the result agrees with. Reasons stay with the clauses whose verdict stays, comments as
// well.
Baseline updated(const Baseline& baseline, const Result& result);

} // namespace poolproof
