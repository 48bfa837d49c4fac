// The judge: a fuzz target that answers, input by input, what comes of it.
//
// Covers: the process that plays, which an input may end, its limits of time and memory, and its report. Does
// not cover: which bucket that is (cli/triage_bucket.hpp).
#pragma once

#include <cstdint>

namespace poolproof::fuzz {

struct JudgeLimits {
    std::uint32_t milliseconds = 20'000;
    std::uint32_t megabytes = 2560; // resident
};

// Reads questions on standard input and answers on standard output (run/judge_protocol.hpp) until the end of
// the questions: the exit code is 0, or 3 where it cannot go on. This process never plays an input itself,
// so that no crash ends it, and a target that starts threads finds none.
int serve_as_judge(const JudgeLimits& limits);

} // namespace poolproof::fuzz
