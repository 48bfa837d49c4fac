// The main job (see campaign.hpp).
//
// Covers: worker threads, tallies, the first trace per violated clause, its shrinking. Does not cover: which
// units there are (campaign_units.cpp).
#include "gen/campaign.hpp"

#include "gen/campaign_units.hpp"
#include "gen/shrink.hpp"
#include "play/local_player.hpp"
#include "run/runner.hpp"

#include <algorithm>
#include <atomic>
#include <ctime>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

namespace poolproof {
namespace {

constexpr std::size_t shrink_budget = 6000;
// Where each try costs a process, or a time-out.
constexpr std::size_t crash_shrink_budget = 400;
constexpr std::size_t timeout_shrink_budget = 12;
constexpr std::size_t fresh_shrink_budget = 150;

struct Caught {
    int clause;
    Trace trace; // up to the op that showed it
};

struct UnitResult {
    std::uint64_t traces = 0;
    std::uint64_t ops = 0;
    double seconds = 0; // of this thread, in runner, subject and oracle
    std::vector<Caught> caught;
};

double seconds_on(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// One thread's player, oracle and runner.
class Worker {
  public:
    Worker(std::unique_ptr<Player> player, const CampaignOptions& options)
        : player_(std::move(player)), runner_(*player_, oracle_), options_(&options),
          wanted_(options.clause.empty() ? -1 : clause_index(options.clause)),
          clock_(player_->hand_overs() == nullptr ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC) {
        has_profile_[0] = player_->has_profile(false);
        has_profile_[1] = player_->has_profile(true);
    }

    UnitResult play(const Unit& unit) {
        UnitResult result;
        if (!has_profile_[unit.is_64_bit ? 1 : 0]) {
            return result;
        }
        result_ = &result;
        violating_ = 0;
        visit_traces(
            unit, *options_,
            [](void* context, const Trace& trace) { return static_cast<Worker*>(context)->visit(trace); },
            this);
        return result;
    }

    // True when the trace, played afresh, violates the clause.
    bool shows(const Trace& trace, int clause) {
        run(trace);
        return violates(clause);
    }
    // What the last trace shows of the clause, in words.
    std::string text_of(int clause) const {
        for (const Violation& violation : runner_.violations()) {
            if (violation.clause == clause) {
                return explain(violation, runner_.last_step().op, runner_.last_step().event);
            }
        }
        return {};
    }

    const std::vector<ClauseTally>& tally() const { return oracle_.tally(); }
    // Of the profile that is there, the 64-bit one if both are.
    Claims claims() {
        player_->has_profile(has_profile_[1]);
        return player_->claims();
    }
    Player& player() { return *player_; }
    // How the last trace ended.
    EventKind last_kind() const { return runner_.last_step().event.kind; }
    bool has_profile(bool is_64_bit) const { return has_profile_[is_64_bit ? 1 : 0]; }
    bool shows(const Trace& trace, int clause, std::vector<Step>& log) {
        if (options_->before_trace) {
            options_->before_trace(trace);
        }
        runner_.run(trace, log);
        return violates(clause);
    }

  private:
    bool violates(int clause) const {
        return std::any_of(runner_.violations().begin(), runner_.violations().end(),
                           [&](const Violation& violation) { return violation.clause == clause; });
    }

    bool run(const Trace& trace) {
        if (options_->before_trace) {
            options_->before_trace(trace);
        }
        return runner_.run(trace);
    }

    bool visit(const Trace& trace) {
        const std::uint64_t ops = runner_.ops();
        const double start = seconds_on(clock_);
        const bool fine = run(trace);
        result_->seconds += seconds_on(clock_) - start;
        result_->ops += runner_.ops() - ops;
        ++result_->traces;
        return fine || collect(trace);
    }

    // Keeps the trace for each clause that the unit had not caught before. False when the unit is to end.
    bool collect(const Trace& trace) {
        bool counts = false;
        for (const Violation& violation : runner_.violations()) {
            if (wanted_ >= 0 && violation.clause != wanted_) {
                continue;
            }
            counts = true;
            const bool known =
                std::any_of(result_->caught.begin(), result_->caught.end(),
                            [&](const Caught& caught) { return caught.clause == violation.clause; });
            if (!known) {
                Trace shown{trace.is_64_bit, {}};
                shown.ops.assign(trace.ops.begin(), trace.ops.begin() + violation.op_index + 1);
                result_->caught.push_back({violation.clause, std::move(shown)});
            }
        }
        violating_ += counts ? 1 : 0;
        return violating_ < options_->most_violating;
    }

    std::unique_ptr<Player> player_;
    Oracle oracle_;
    Runner runner_;
    const CampaignOptions* options_;
    int wanted_; // -1: every clause
    clockid_t clock_;
    bool has_profile_[2] = {};
    UnitResult* result_ = nullptr;
    unsigned violating_ = 0;
};

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
            const bool known =
                std::any_of(result.findings.begin(), result.findings.end(),
                            [&](const Finding& finding) { return finding.clause == caught.clause; });
            if (!known) {
                Finding& finding = result.findings.emplace_back();
                finding.clause = caught.clause;
                finding.trace = caught.trace;
                finding.source = name_of(unit, *work.options);
            }
        }
    }
    return result;
}

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
    return last == EventKind::timed_out                              ? timeout_shrink_budget
           : last == EventKind::crashed || last == EventKind::garbled ? crash_shrink_budget
                                                                      : shrink_budget;
}

// Plays the shortest trace once more, on a subject that has seen nothing else. What it shows there is told.
void play_afresh(Finding& finding, const Work& work) {
    Worker fresh((*work.make)(), *work.options);
    finding.log.clear();
    finding.confirmed = fresh.shows(finding.trace, finding.clause, finding.log);
    finding.text = finding.confirmed ? fresh.text_of(finding.clause)
                                     : "did not show again when the trace was played once more";
}

void confirm(Finding& finding, const Trace& found, Worker& worker, const Work& work) {
    play_afresh(finding, work);
    if (finding.confirmed || worker.player().hand_overs() == nullptr) {
        return;
    }
    SameClause same{&worker, finding.clause, &found};
    if (still_shows(&same, found)) {
        finding.trace = shrink(found, still_shows, &same, fresh_shrink_budget);
        play_afresh(finding, work);
    }
}

void shrink_findings(CampaignResult& result, Worker& worker, const Work& work) {
    std::vector<Trace> found;
    for (Finding& finding : result.findings) {
        found.push_back(finding.trace);
        SameClause same{&worker, finding.clause};
        // A subject that keeps something over a reset may not show it again; the trace stays as it was then.
        if (worker.shows(finding.trace, finding.clause)) {
            const std::size_t budget = budget_for(worker.last_kind());
            finding.trace = shrink(std::move(finding.trace), still_shows, &same, budget);
        }
    }
    take_shorter(result.findings, worker);
    for (std::size_t i = 0; i < found.size(); ++i) {
        confirm(result.findings[i], found[i], worker, work);
    }
    const auto rank = [](const Finding& finding) {
        return std::pair(finding.trace.ops.size(), finding.clause);
    };
    std::sort(result.findings.begin(), result.findings.end(),
              [&](const Finding& a, const Finding& b) { return rank(a) < rank(b); });
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
    shrink_findings(result, worker, work);
    return result;
}

CampaignResult run_campaign(const std::function<std::unique_ptr<Subject>()>& make,
                            const CampaignOptions& options) {
    return run_campaign([&make] { return std::make_unique<LocalPlayer>(make()); }, options);
}

} // namespace poolproof
