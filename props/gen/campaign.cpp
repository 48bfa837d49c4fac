// The main job (see campaign.hpp).
//
// Covers: worker threads, tallies, the first trace per violated clause. Does not cover: which units there are
// (campaign_units.cpp), playing them (campaign_worker.hpp), shrinking (campaign_findings.cpp).
#include "gen/campaign.hpp"

#include "gen/campaign_findings.hpp"
#include "gen/campaign_units.hpp"
#include "gen/campaign_worker.hpp"
#include "play/local_player.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
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
    std::atomic<std::size_t> next{0};
    std::mutex mutex; // guards what follows
    std::size_t done = 0;
    std::vector<ClauseTally> tally;
    HandOvers hand_overs;
    std::size_t units_left_out = 0;
    std::exception_ptr failure;
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

// Whether the subject has crashed or hung often enough. Counts what the worker saw since `counted`.
bool is_enough(Work& work, const Player& player, HandOvers& counted) {
    const HandOvers* now = player.hand_overs();
    if (now == nullptr) {
        return false;
    }
    work.hand_overs.timeouts += now->timeouts - counted.timeouts;
    work.hand_overs.crashes += now->crashes - counted.crashes;
    counted = *now;
    return work.hand_overs.timeouts >= work.options->most_timeouts ||
           work.hand_overs.crashes >= work.options->most_crashes;
}

void play_units(Work& work) {
    Worker worker((*work.make)(), *work.options);
    HandOvers counted;
    for (std::size_t i = work.next++; i < work.units.size(); i = work.next++) {
        work.results[i] = worker.play(work.units[i]);
        const std::lock_guard lock(work.mutex);
        ++work.done;
        if (work.options->progress) {
            work.options->progress(work.done, work.units.size());
        }
        if (is_enough(work, worker.player(), counted)) {
            const std::size_t next = work.next.exchange(work.units.size());
            work.units_left_out += work.units.size() - std::min(next, work.units.size());
        }
    }
    // Sums do not depend on who played what.
    const std::lock_guard lock(work.mutex);
    add(work.tally, worker.tally());
    if (const HandOvers* cost = worker.player().hand_overs()) {
        HandOvers rest = *cost;
        rest.timeouts -= counted.timeouts;
        rest.crashes -= counted.crashes;
        add(work.hand_overs, rest);
    }
}

void run_worker(Work& work) {
    try {
        play_units(work);
    } catch (...) {
        const std::lock_guard lock(work.mutex);
        work.failure = std::current_exception();
        work.next = work.units.size();
    }
}

unsigned play_all(Work& work) {
    const unsigned asked = work.options->threads;
    const unsigned wanted = asked != 0 ? asked : std::max(1U, std::thread::hardware_concurrency());
    const auto count =
        static_cast<unsigned>(std::min<std::size_t>(wanted, std::max<std::size_t>(work.units.size(), 1)));
    std::vector<std::thread> threads;
    for (unsigned i = 1; i < count; ++i) {
        threads.emplace_back(run_worker, std::ref(work));
    }
    run_worker(work);
    for (std::thread& thread : threads) {
        thread.join();
    }
    if (work.failure) {
        std::rethrow_exception(work.failure);
    }
    return count;
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
    const unsigned threads = play_all(work);
    CampaignResult result = merge(work);
    result.threads = threads;
    result.hand_overs = work.hand_overs;
    result.units_left_out = work.units_left_out;
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
