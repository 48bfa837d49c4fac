// One run of the main job and what it amounts to.
//
// Covers: running the campaign on a named subject, verdicts per clause, what makes the run fail. Does not
// cover: printing (verify_report.hpp).
#pragma once

#include "gen/campaign.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace poolproof {

struct VerifyOptions {
    std::string subject = "reference";
    std::uint64_t seed = 1;
    std::string clause; // when not empty: only this one counts
    std::string json;   // file, "-" for standard output; empty: none
    std::optional<std::uint64_t> ops;
    unsigned threads = 0;
    std::string corpus;
    std::string findings = "findings";
    bool no_color = false;
};

struct VerifyRun {
    std::string subject;
    std::uint64_t seed = 1;
    CampaignResult result;
    double seconds = 0;
    bool random_asked = true;      // random traces were asked for
    std::vector<int> clauses;      // those that count, in contract order
    std::vector<Verdict> verdicts; // by position in all_clauses()
};

using VerifyProgress = std::function<void(std::size_t done, std::size_t units)>;

// Throws Failure (usage) for an unknown subject or clause.
VerifyRun run_verify(const VerifyOptions& options, const std::string& subject,
                     const std::vector<NamedTrace>& corpus, const VerifyProgress& progress);

// Why the run fails although nothing was violated: clauses that the reference must exercise and did not, and
// kinds of traces of which none was played. One line each.
std::vector<std::string> missing_evidence(const VerifyRun& run);

// Clauses that count, by verdict.
inline constexpr std::size_t verdict_count = 6;
std::array<std::size_t, verdict_count> count_verdicts(const VerifyRun& run);

} // namespace poolproof
