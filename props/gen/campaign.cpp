// The main job (see campaign.hpp).
//
// Covers: worker threads, tallies, the first trace per violated clause, its shrinking. Does not cover: which
// units there are (campaign_units.cpp).
#include "gen/campaign.hpp"

#include "gen/campaign_units.hpp"
#include "gen/shrink.hpp"

#include <algorithm>
#include <atomic>
#include <ctime>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

namespace poolproof {
namespace {

// A unit ends once so many of its traces were wrong: a broken subject is not worth more of them.
constexpr unsigned most_violating_traces = 50;
constexpr std::size_t shrink_budget = 6000;

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

double thread_seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// One thread's subject, oracle and runner.
class Player {
  public:
    Player(std::unique_ptr<Subject> subject, const CampaignOptions& options)
        : subject_(std::move(subject)), runner_(*subject_, oracle_), options_(&options),
          wanted_(options.clause.empty() ? -1 : clause_index(options.clause)) {
        has_profile_[0] = subject_->reset(false);
        has_profile_[1] = subject_->reset(true);
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
            [](void* context, const Trace& trace) { return static_cast<Player*>(context)->visit(trace); },
            this);
        return result;
    }

    // True when the trace, played afresh, violates the clause.
    bool shows(const Trace& trace, int clause) {
        run(trace);
        return std::any_of(runner_.violations().begin(), runner_.violations().end(),
                           [&](const Violation& violation) { return violation.clause == clause; });
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
    // After a reset to the profile that is there, the 64-bit one if both are.
    Claims claims() {
        subject_->reset(has_profile_[1]);
        return subject_->claims();
    }

  private:
    bool run(const Trace& trace) {
        if (options_->before_trace) {
            options_->before_trace(trace);
        }
        return runner_.run(trace);
    }

    bool visit(const Trace& trace) {
        const std::uint64_t ops = runner_.ops();
        const double start = thread_seconds();
        const bool fine = run(trace);
        result_->seconds += thread_seconds() - start;
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
        return violating_ < most_violating_traces;
    }

    std::unique_ptr<Subject> subject_;
    Oracle oracle_;
    Runner runner_;
    const CampaignOptions* options_;
    int wanted_; // -1: every clause
    bool has_profile_[2] = {};
    UnitResult* result_ = nullptr;
    unsigned violating_ = 0;
};

// What the worker threads share.
struct Work {
    const std::function<std::unique_ptr<Subject>()>* make;
    const CampaignOptions* options;
    std::vector<Unit> units;
    std::vector<UnitResult> results; // by unit; each is written by one worker
    std::atomic<std::size_t> next{0};
    std::mutex mutex; // guards what follows
    std::size_t done = 0;
    std::vector<ClauseTally> tally;
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

void play_units(Work& work) {
    Player player((*work.make)(), *work.options);
    for (std::size_t i = work.next++; i < work.units.size(); i = work.next++) {
        work.results[i] = player.play(work.units[i]);
        const std::lock_guard lock(work.mutex);
        ++work.done;
        if (work.options->progress) {
            work.options->progress(work.done, work.units.size());
        }
    }
    // Sums do not depend on who played what.
    const std::lock_guard lock(work.mutex);
    add(work.tally, player.tally());
}

void worker(Work& work) {
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
        threads.emplace_back(worker, std::ref(work));
    }
    worker(work);
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
                Finding finding;
                finding.clause = caught.clause;
                finding.trace = caught.trace;
                finding.source = name_of(unit, *work.options);
                result.findings.push_back(std::move(finding));
            }
        }
    }
    return result;
}

struct SameClause {
    Player* player;
    int clause;
};

// A shrinker can end in another corner for another clause: each clause takes the shortest of all traces that
// shows it.
void take_shorter(std::vector<Finding>& findings, Player& player) {
    for (Finding& finding : findings) {
        for (const Finding& other : findings) {
            if (other.trace.ops.size() < finding.trace.ops.size() &&
                player.shows(other.trace, finding.clause)) {
                finding.trace = other.trace;
                finding.text = player.text_of(finding.clause);
            }
        }
    }
}

void shrink_findings(CampaignResult& result, Player& player) {
    for (Finding& finding : result.findings) {
        SameClause same{&player, finding.clause};
        const auto still_shows = [](void* context, const Trace& candidate) {
            const auto* wanted = static_cast<const SameClause*>(context);
            return wanted->player->shows(candidate, wanted->clause);
        };
        // A subject that keeps something over a reset may not show it again; the trace stays as it was then.
        if (player.shows(finding.trace, finding.clause)) {
            finding.trace = shrink(std::move(finding.trace), still_shows, &same, shrink_budget);
            player.shows(finding.trace, finding.clause);
            finding.text = player.text_of(finding.clause);
        } else {
            finding.text = "did not show again when the trace was played once more";
        }
    }
    take_shorter(result.findings, player);
    const auto rank = [](const Finding& finding) {
        return std::pair(finding.trace.ops.size(), finding.clause);
    };
    std::sort(result.findings.begin(), result.findings.end(),
              [&](const Finding& a, const Finding& b) { return rank(a) < rank(b); });
}

// Plays each shortest trace once more, on a subject that has seen nothing else. What it shows there is told.
void describe_findings(CampaignResult& result, const Work& work) {
    for (Finding& finding : result.findings) {
        const std::unique_ptr<Subject> fresh = (*work.make)();
        Oracle oracle;
        Runner runner(*fresh, oracle);
        if (work.options->before_trace) {
            work.options->before_trace(finding.trace);
        }
        runner.run(finding.trace, finding.log);
        for (const Violation& violation : runner.violations()) {
            if (violation.clause == finding.clause) {
                finding.confirmed = true;
                finding.text = explain(violation, runner.last_step().op, runner.last_step().event);
            }
        }
    }
}

} // namespace

CampaignResult run_campaign(const std::function<std::unique_ptr<Subject>()>& make,
                            const CampaignOptions& options) {
    Work work;
    work.make = &make;
    work.options = &options;
    work.units = plan_units(options);
    work.results.resize(work.units.size());
    const unsigned threads = play_all(work);
    CampaignResult result = merge(work);
    result.threads = threads;
    Player player(make(), options);
    result.claims = player.claims();
    shrink_findings(result, player);
    describe_findings(result, work);
    return result;
}

} // namespace poolproof
