// The bucket that a crash falls into.
//
// Covers: what a judge answered, as a clause, or as what failed and in which functions. Does not cover:
// asking (triage_judge.hpp). Pure.
#pragma once

#include "cli/triage.hpp"
#include "cli/triage_judge.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace poolproof {

struct Bucket {
    BucketKind kind = BucketKind::contract;
    std::string name;

    friend bool operator==(const Bucket&, const Bucket&) = default;
};

// Nothing when the input ran to its end.
std::optional<Bucket> bucket_of(const Judgement& judgement);

// Whether a smaller input shows the same. Where a limit ended it the stack is one of many.
bool is_same(const Bucket& bucket, const std::optional<Bucket>& other);

// The functions of a stack in a report, the innermost first: at most `most`, of this project where the report
// knows files, without arguments, addresses and the frames of sanitizers and engines.
std::vector<std::string> frames_of(std::string_view report, std::size_t most = 3);

// Of the report of a violated clause: what was expected and what came; the trace up to there. Empty: none.
std::string explanation_in(std::string_view report);
std::string trace_text_in(std::string_view report);

} // namespace poolproof
