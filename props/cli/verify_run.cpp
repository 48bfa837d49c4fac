// One run of the main job (see verify_run.hpp).
#include "cli/verify_run.hpp"

#include "cli/contract_words.hpp"
#include "cli/crash_file.hpp"
#include "cli/subjects.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

namespace poolproof {
namespace {

// Random ops unless --ops says otherwise.
constexpr std::uint64_t most_ops = 20'000'000;
// A subject that is there to be convicted gets a sample of everything, and the whole when that shows nothing.
constexpr std::uint64_t sample_ops = 200'000;
constexpr std::size_t sample_stride = 8;

} // namespace

VerifyRun run_verify(const VerifyOptions& options, const std::string& subject,
                     const std::vector<NamedTrace>& corpus, const VerifyProgress& progress) {
    VerifyRun run;
    run.subject = subject;
    run.seed = options.seed;
    const auto make = player_maker(subject);
    if (options.clause.empty()) {
        for (std::size_t i = 0; i < all_clauses().size(); ++i) {
            run.clauses.push_back(static_cast<int>(i));
        }
    } else {
        run.clauses.push_back(known_clause(options.clause));
    }
    CampaignOptions campaign;
    campaign.seed = options.seed;
    campaign.threads = options.threads;
    campaign.random_ops = options.ops.value_or(most_ops);
    run.random_asked = campaign.random_ops > 0;
    campaign.sweep_stride = options.sweep_stride;
    campaign.clause = options.clause;
    campaign.corpus = corpus;
    campaign.progress = progress;
    campaign.before_trace = note_played_trace;
    const auto start = std::chrono::steady_clock::now();
    if (!subject.starts_with("faulty:")) {
        campaign.most_violating = std::numeric_limits<unsigned>::max();
    } else {
        CampaignOptions sample = campaign;
        sample.random_ops = std::min(campaign.random_ops, sample_ops);
        sample.sweep_stride = std::max(campaign.sweep_stride, sample_stride);
        run.result = run_campaign(make, sample);
    }
    if (run.result.findings.empty()) {
        run.result = run_campaign(make, campaign);
    }
    for (const bool is_64_bit : {false, true}) {
        if (run.result.has_profile[is_64_bit ? 1 : 0]) {
            run.profiles.emplace_back(is_64_bit ? "64-bit" : "32-bit");
        }
    }
    run.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    for (std::size_t i = 0; i < all_clauses().size(); ++i) {
        run.verdicts.push_back(verdict_of(all_clauses()[i], run.result.tally[i], run.result.claims));
    }
    return run;
}

} // namespace poolproof
