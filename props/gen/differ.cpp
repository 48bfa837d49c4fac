// The differential mode (see differ.hpp).
//
// Covers: playing units and merging. Does not cover: threads (unit_queue.hpp), what is made of a group
// (difference_groups.cpp).
#include "gen/differ.hpp"

#include "gen/unit_queue.hpp"

#include "gen/campaign_units.hpp"
#include "gen/difference_groups.hpp"

#include <algorithm>

namespace poolproof {
namespace {

// Traces kept for each group: the next is tried when one does not show again.
constexpr std::size_t most_found = 6;

// Plays units; its counts are those of one unit.
class Worker {
  public:
    Worker(std::unique_ptr<Player> a, std::unique_ptr<Player> b, const CampaignOptions& options)
        : pair_(std::move(a), std::move(b)), options_(&options) {}

    DifferResult play(const Unit& unit) {
        DifferResult result;
        if (!pair_.has_profile(unit.is_64_bit)) {
            return result;
        }
        result_ = &result;
        traces_ = unit.kind == UnitKind::corpus  ? &result.corpus_traces
                  : unit.kind == UnitKind::sweep ? &result.sweep_traces
                                                 : &result.random_traces;
        source_ = name_of(unit, *options_);
        visit_traces(
            unit, *options_,
            [](void* context, const Trace& trace) { return static_cast<Worker*>(context)->visit(trace); },
            this);
        return result;
    }

    PairPlayer& pair() { return pair_; }

  private:
    bool visit(const Trace& trace) {
        if (options_->before_trace) {
            options_->before_trace(trace);
        }
        const PairOutcome outcome = pair_.play(trace);
        ++*traces_;
        result_->ops += outcome.compared;
        result_->left_out += outcome.left_out;
        for (const Difference& difference : outcome.differences) {
            add_difference(pair_, difference, source_, result_->groups);
        }
        switch (outcome.end) {
        case PairEnd::agreed:
            result_->nothing_left += pair_.common().ops.empty() ? 1 : 0;
            break;
        case PairEnd::parted:
            break;
        case PairEnd::both_wrong:
            ++result_->both_wrong;
            add_clauses(result_->wrong_clauses, pair_.broken(0, pair_.common().ops.size() - 1));
            break;
        case PairEnd::cannot_tell:
            ++result_->cannot_tell;
            break;
        }
        return true;
    }

    PairPlayer pair_;
    const CampaignOptions* options_;
    DifferResult* result_ = nullptr;
    std::uint64_t* traces_ = nullptr;
    std::string source_;
};

// What the worker threads share.
struct Work {
    const PlayerMaker* make_a;
    const PlayerMaker* make_b;
    const CampaignOptions* options;
    std::vector<Unit> units;
    std::vector<DifferResult> results; // by unit; each is written by one worker
};

ProcessEnds ends_of(PairPlayer& pair) {
    ProcessEnds ends;
    for (const std::size_t side : {0U, 1U}) {
        if (const HandOvers* cost = pair.player(side).hand_overs()) {
            ends.crashes += cost->crashes;
            ends.timeouts += cost->timeouts;
        }
    }
    return ends;
}

void play_units(Work& work, UnitQueue& queue) {
    Worker worker((*work.make_a)(), (*work.make_b)(), *work.options);
    ProcessEnds counted;
    for (std::size_t i = 0; queue.take(i);) {
        work.results[i] = worker.play(work.units[i]);
        queue.finish(ends_of(worker.pair()), counted);
    }
}

DifferResult merge(Work& work) {
    DifferResult sum;
    for (DifferResult& unit : work.results) {
        sum.sweep_traces += unit.sweep_traces;
        sum.random_traces += unit.random_traces;
        sum.corpus_traces += unit.corpus_traces;
        sum.ops += unit.ops;
        sum.left_out += unit.left_out;
        sum.nothing_left += unit.nothing_left;
        sum.both_wrong += unit.both_wrong;
        sum.cannot_tell += unit.cannot_tell;
        add_clauses(sum.wrong_clauses, unit.wrong_clauses);
        for (DifferenceGroup& group : unit.groups) {
            add_group(sum.groups, std::move(group), most_found);
        }
    }
    return sum;
}

} // namespace

DifferResult run_differ(const PlayerMaker& make_a, const PlayerMaker& make_b,
                        const CampaignOptions& options) {
    Work work;
    work.make_a = &make_a;
    work.make_b = &make_b;
    work.options = &options;
    work.units = plan_units(options);
    work.results.resize(work.units.size());
    UnitQueue queue(work.units.size(), options);
    queue.run([&] { play_units(work, queue); });
    DifferResult result = merge(work);
    result.units_left_out = queue.left_out();
    PairPlayer shrinking(make_a(), make_b());
    result.has_profile[0] = shrinking.has_profile(false);
    result.has_profile[1] = shrinking.has_profile(true);
    if (!result.groups.empty()) {
        PairPlayer fresh(make_a(), make_b());
        finish_groups(result.groups, shrinking, fresh);
    }
    return result;
}

} // namespace poolproof
