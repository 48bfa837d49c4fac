// Worker: one thread of a campaign, with a player, an oracle and a runner of its own.
//
// Covers: playing a unit, what it caught, playing one trace again for one clause. Does not cover: who plays
// which unit (campaign.cpp).
#pragma once

#include "gen/campaign.hpp"
#include "gen/campaign_units.hpp"
#include "run/runner.hpp"

#include <algorithm>
#include <ctime>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace poolproof {

// A clause that a unit caught.
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

inline double seconds_on(clockid_t clock) {
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

} // namespace poolproof
