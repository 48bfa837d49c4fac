// The main job (see campaign.hpp).
//
// Covers: tallies, the first trace per violated clause. Does not cover: which units there are
// (campaign_units.cpp), threads (unit_queue.hpp), playing them (campaign_worker.hpp), shrinking
// (campaign_findings.cpp).
#include "gen/campaign.hpp"

#include "gen/campaign_findings.hpp"
#include "gen/campaign_units.hpp"
#include "gen/campaign_worker.hpp"
#include "gen/unit_queue.hpp"
#include "play/local_player.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

namespace poolproof {
namespace {

constexpr std::size_t most_spares = 8;

// What the worker threads share.
struct Work {
    const PlayerMaker* make;
    const CampaignOptions* options;
    std::vector<Unit> units;
    std::vector<UnitResult> results; // by unit; each is written by one worker
    std::vector<ClauseTally> tally;  // guarded by the queue's mutex, as is what follows
    HandOvers hand_overs;
};

void add(std::vector<ClauseTally>& sum, const std::vector<ClauseTally>& tally) {
    sum.resize(tally.size());
    for (std::size_t i = 0; i < tally.size(); ++i) {
        sum[i].holds += tally[i].holds;
        sum[i].violated += tally[i].violated;
        sum[i].unspecified += tally[i].unspecified;
    }
}

void add(HandOvers& sum, const HandOvers& more) {
    sum.count += more.count;
    sum.waiting_seconds += more.waiting_seconds;
    sum.playing_seconds += more.playing_seconds;
    sum.crashes += more.crashes;
    sum.timeouts += more.timeouts;
    sum.garbled += more.garbled;
    sum.renewals += more.renewals;
}

ProcessEnds ends_of(const Player& player) {
    const HandOvers* cost = player.hand_overs();
    return cost == nullptr ? ProcessEnds{} : ProcessEnds{cost->crashes, cost->timeouts};
}

void play_units(Work& work, UnitQueue& queue) {
    Worker worker((*work.make)(), *work.options);
    ProcessEnds counted;
    for (std::size_t i = 0; queue.take(i);) {
        work.results[i] = worker.play(work.units[i]);
        queue.finish(ends_of(worker.player()), counted);
    }
    // Sums do not depend on who played what.
    const std::lock_guard lock(queue.mutex());
    add(work.tally, worker.tally());
    if (const HandOvers* cost = worker.player().hand_overs()) {
        add(work.hand_overs, *cost);
    }
}

CampaignResult merge(const Work& work) {
    CampaignResult result;
    result.tally = work.tally;
    for (std::size_t i = 0; i < work.units.size(); ++i) {
        const Unit& unit = work.units[i];
        const UnitResult& played = work.results[i];
        result.ops += played.ops;
        if (unit.is_ordinary()) {
            result.ordinary_ops += played.ops;
            result.ordinary_seconds += played.seconds;
        }
        (unit.kind == UnitKind::corpus  ? result.corpus_traces
         : unit.kind == UnitKind::sweep ? result.sweep_traces
                                        : result.random_traces) += played.traces;
        for (const Caught& caught : played.caught) {
            const auto known =
                std::find_if(result.findings.begin(), result.findings.end(),
                             [&](const Finding& finding) { return finding.clause == caught.clause; });
            if (known == result.findings.end()) {
                Finding& finding = result.findings.emplace_back();
                finding.clause = caught.clause;
                finding.trace = caught.trace;
                finding.source = name_of(unit, *work.options);
            } else if (known->spares.size() < most_spares) {
                known->spares.push_back(caught.trace);
            }
        }
    }
    return result;
}

} // namespace

CampaignResult run_campaign(const PlayerMaker& make, const CampaignOptions& options) {
    Work work;
    work.make = &make;
    work.options = &options;
    work.units = plan_units(options);
    work.results.resize(work.units.size());
    UnitQueue queue(work.units.size(), options);
    const unsigned threads = queue.run([&] { play_units(work, queue); });
    CampaignResult result = merge(work);
    result.threads = threads;
    result.hand_overs = work.hand_overs;
    result.units_left_out = queue.left_out();
    Worker worker(make(), options);
    result.claims = worker.claims();
    result.has_profile[0] = worker.has_profile(false);
    result.has_profile[1] = worker.has_profile(true);
    result.version = worker.player().version();
    result.isolated = worker.player().hand_overs() != nullptr;
    shrink_findings(result.findings, worker, make, options);
    return result;
}

CampaignResult run_campaign(const std::function<std::unique_ptr<Subject>()>& make,
                            const CampaignOptions& options) {
    return run_campaign([&make] { return std::make_unique<LocalPlayer>(make()); }, options);
}

} // namespace poolproof
