// What is said between a fuzz target's judge (fuzz/judge.hpp) and who asks it (cli/triage_judge.hpp).
//
// Covers: the layout of questions and answers, in the byte order of the host: both are on one machine, and of
// one build of the protocol by its magic number. Does not cover: what a report means.
#pragma once

#include <cstdint>

namespace poolproof {

inline constexpr std::uint32_t judge_magic = 0x31676A70; // changes with the protocol
inline constexpr std::uint32_t most_input_bytes = 64U << 20U;
inline constexpr std::uint32_t most_report_bytes = 1U << 20U; // the rest is cut off

struct JudgeQuestion {
    std::uint32_t bytes = 0;       // of the input, which follows
    std::uint32_t afresh = 0;      // 1: in a process that has played nothing before
    std::uint32_t check_leaks = 0; // 1: look for leaks after it, where a sanitizer can
};

enum class Outcome : std::uint32_t {
    ready, // no answer: what the judge says first
    clean,
    exited,    // the target ended the process; detail: with this status
    signalled, // detail: the signal that ended it
    timed_out,
    out_of_memory, // it used more than the limit
    leaked,
};

struct JudgeAnswer {
    std::uint32_t magic = judge_magic;
    Outcome outcome = Outcome::ready;
    std::int32_t detail = 0;
    std::uint32_t report_bytes = 0; // of what the target wrote to standard error, which follows
};

} // namespace poolproof
