// See campaign_findings.hpp. Does not cover: how a trace is shrunk (shrink.hpp).
#include "gen/campaign_findings.hpp"

#include "gen/shrink.hpp"

#include <algorithm>
#include <utility>

namespace poolproof {
namespace {

constexpr std::size_t shrink_budget = 6000;
// Where each try costs a process, or a time-out.
constexpr std::size_t crash_shrink_budget = 400;
constexpr std::size_t timeout_shrink_budget = 6;
constexpr std::size_t fresh_shrink_budget = 150;

struct SameClause {
    Worker* worker;
    int clause;
    const Trace* sizes_of = nullptr; // when there: each try on a fresh subject, and no large size but these
};

bool still_shows(void* context, const Trace& candidate) {
    const auto& wanted = *static_cast<const SameClause*>(context);
    if (wanted.sizes_of != nullptr) {
        if (has_other_large_size(candidate, *wanted.sizes_of)) {
            return false;
        }
        wanted.worker->player().renew();
    }
    return wanted.worker->shows(candidate, wanted.clause);
}

// A shrinker can end in another corner for another clause: each clause takes the shortest of all traces that
// shows it.
void take_shorter(std::vector<Finding>& findings, Worker& worker) {
    for (Finding& finding : findings) {
        for (const Finding& other : findings) {
            if (other.trace.ops.size() < finding.trace.ops.size() &&
                worker.shows(other.trace, finding.clause)) {
                finding.trace = other.trace;
            }
        }
    }
}

std::size_t budget_for(EventKind last) {
    return last == EventKind::timed_out                               ? timeout_shrink_budget
           : last == EventKind::crashed || last == EventKind::garbled ? crash_shrink_budget
                                                                      : shrink_budget;
}

// Plays the shortest trace once more, on a subject that has seen nothing else. What it shows there is told.
void play_afresh(Finding& finding, const PlayerMaker& make, const CampaignOptions& options) {
    Worker fresh(make(), options);
    finding.log.clear();
    finding.confirmed = fresh.shows(finding.trace, finding.clause, finding.log);
    finding.text = finding.confirmed ? fresh.text_of(finding.clause)
                                     : "did not show again when the trace was played once more";
}

// Of those that were found the first that shows on a fresh subject, and is shrunk on fresh ones.
void confirm(Finding& finding, const Trace& found, Worker& worker, const PlayerMaker& make,
             const CampaignOptions& options) {
    play_afresh(finding, make, options);
    if (worker.player().hand_overs() == nullptr) {
        return;
    }
    finding.spares.insert(finding.spares.begin(), found);
    for (const Trace& spare : finding.spares) {
        if (finding.confirmed) {
            break;
        }
        SameClause same{&worker, finding.clause, &spare};
        if (still_shows(&same, spare)) {
            finding.trace = shrink(spare, still_shows, &same, fresh_shrink_budget);
            play_afresh(finding, make, options);
        }
    }
}

} // namespace

void shrink_findings(std::vector<Finding>& findings, Worker& worker, const PlayerMaker& make,
                     const CampaignOptions& options) {
    std::vector<Trace> found;
    for (Finding& finding : findings) {
        found.push_back(finding.trace);
        SameClause same{&worker, finding.clause};
        // A subject that keeps something over a reset may not show it again; the trace stays as it was then.
        if (worker.shows(finding.trace, finding.clause)) {
            const std::size_t budget = budget_for(worker.last_kind());
            finding.trace = shrink(std::move(finding.trace), still_shows, &same, budget);
        }
    }
    take_shorter(findings, worker);
    for (std::size_t i = 0; i < found.size(); ++i) {
        confirm(findings[i], found[i], worker, make, options);
    }
    const auto rank = [](const Finding& finding) {
        return std::pair(finding.trace.ops.size(), finding.clause);
    };
    std::sort(findings.begin(), findings.end(),
              [&](const Finding& a, const Finding& b) { return rank(a) < rank(b); });
}

} // namespace poolproof
