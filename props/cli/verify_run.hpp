// One run of the main job and what it amounts to.
//
// Covers: running the campaign on a named subject, verdicts per clause. Does not cover: what is made
// of it (verify_result.hpp).
#pragma once

#include "cli/reports.hpp"
#include "gen/campaign.hpp"
#include "oracle/oracle.hpp"

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
    ReportFiles reports;
    std::string baseline;         // file; empty: none
    bool update_baseline = false; // write it instead of comparing with it
    std::optional<std::uint64_t> ops;
    std::size_t sweep_stride = 1;
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
    bool random_asked = true;          // random traces were asked for
    std::vector<int> clauses;          // those that count, in contract order
    std::vector<Verdict> verdicts;     // by position in all_clauses()
    std::vector<std::string> profiles; // that the subject has
};

using VerifyProgress = std::function<void(std::size_t done, std::size_t units)>;

// Throws Failure (usage) for an unknown subject or clause.
VerifyRun run_verify(const VerifyOptions& options, const std::string& subject,
                     const std::vector<NamedTrace>& corpus, const VerifyProgress& progress);

} // namespace poolproof
