// See difference_groups.hpp.
#include "gen/difference_groups.hpp"

#include "contract/tables.hpp"
#include "gen/shrink.hpp"
#include "gen/silence.hpp"

#include <algorithm>
#include <utility>

namespace poolproof {

namespace {

// Tries of the shrinker.
struct Budget {
    std::size_t decided;
    std::size_t open;
};
constexpr Budget local_budget{6000, 1500};
// Each try is handed to a process.
constexpr Budget isolated_budget{600, 300};
// Each try costs a process.
constexpr Budget crash_budget{150, 30};
// Each try costs a time-out.
constexpr Budget timeout_budget{12, 6};

Brief brief_of(const Event& event) {
    Brief brief;
    brief.kind = event.kind;
    if (event.kind == EventKind::raised) {
        brief.code = event.status;
    } else if (event.kind == EventKind::bug_check) {
        brief.code = event.code;
        const BugCheckEntry* entry = find_bug_check(event.code);
        if (entry != nullptr && entry->sub_code_parameter != 0) {
            brief.sub_code = event.parameters[entry->sub_code_parameter - 1U];
        }
    }
    return brief;
}

bool has(const std::vector<int>& clauses, int clause) {
    return std::find(clauses.begin(), clauses.end(), clause) != clauses.end();
}

bool has_routine(OpKind kind) {
    return kind == OpKind::allocate || kind == OpKind::free || kind == OpKind::call;
}

std::vector<DifferenceKey> keys_of(const PairPlayer& pair, const Difference& difference) {
    DifferenceKey key;
    const std::array<Brief, 2> did{brief_of(pair.events(0)[difference.op]),
                                   brief_of(pair.events(1)[difference.op])};
    const std::vector<int> broken[2] = {pair.broken(0, difference.op), pair.broken(1, difference.op)};
    std::vector<int> clauses = broken[0];
    add_clauses(clauses, broken[1]);
    if (clauses.empty()) {
        const Op& op = pair.common().ops[difference.op];
        key.op = op.kind;
        key.routine = has_routine(op.kind) ? op.routine : key.routine;
        key.aspect = difference.aspect;
        key.did = did;
        return {key};
    }
    std::vector<DifferenceKey> keys;
    for (const int clause : clauses) {
        key.clause = clause;
        key.breaks = {has(broken[0], clause), has(broken[1], clause)};
        for (const std::size_t side : {0U, 1U}) {
            key.did[side] = key.breaks[side] ? did[side] : Brief{};
        }
        keys.push_back(key);
    }
    return keys;
}

Trace up_to(const Trace& trace, std::size_t op) {
    Trace shown{trace.is_64_bit, {}};
    shown.ops.assign(trace.ops.begin(), trace.ops.begin() + static_cast<std::ptrdiff_t>(op) + 1);
    return shown;
}

struct SameGroup {
    PairPlayer* pair;
    DifferenceKey key;
    const Trace* sizes_of = nullptr; // when there: no large size but these
    bool afresh = false;             // each try on renewed subjects
    // Of the last trace that showed it:
    Trace shown = {}; // what both were given
    Difference difference = {};
};

bool still_shows(void* context, const Trace& candidate) {
    auto& wanted = *static_cast<SameGroup*>(context);
    if (wanted.sizes_of != nullptr && has_other_large_size(candidate, *wanted.sizes_of)) {
        return false;
    }
    if (wanted.afresh) {
        wanted.pair->renew();
    }
    for (const Difference& difference : wanted.pair->play(candidate).differences) {
        const std::vector<DifferenceKey> keys = keys_of(*wanted.pair, difference);
        if (std::find(keys.begin(), keys.end(), wanted.key) != keys.end()) {
            wanted.shown = up_to(wanted.pair->common(), difference.op);
            wanted.difference = difference;
            return true;
        }
    }
    return false;
}

std::size_t budget_for(const DifferenceKey& key, bool isolated) {
    const auto ended = [&](EventKind kind) { return key.did[0].kind == kind || key.did[1].kind == kind; };
    const Budget budget = ended(EventKind::timed_out)                              ? timeout_budget
                          : ended(EventKind::crashed) || ended(EventKind::garbled) ? crash_budget
                          : isolated                                               ? isolated_budget
                                                                                   : local_budget;
    return key.is_decided() ? budget.decided : budget.open;
}

Trace shrunk(const Trace& found, SameGroup& same, std::size_t budget) {
    // A subject that keeps something over a reset may not show it again; the trace stays as it was then.
    if (!still_shows(&same, found)) {
        return found;
    }
    shrink(same.shown, still_shows, &same, budget);
    return std::move(same.shown);
}

void play_afresh(DifferenceGroup& group, PairPlayer& pair) {
    SameGroup same{&pair, group.key};
    same.afresh = true;
    group.confirmed = still_shows(&same, group.trace);
    if (!group.confirmed) {
        return;
    }
    group.trace = same.shown;
    group.aspect = same.difference.aspect;
    for (const std::size_t side : {0U, 1U}) {
        group.log[side].clear();
        for (std::size_t i = 0; i < group.trace.ops.size(); ++i) {
            group.log[side].push_back({group.trace.ops[i], pair.events(side)[i]});
        }
    }
    if (group.key.is_decided()) {
        group.broken = {pair.violations(0), pair.violations(1)};
    } else {
        group.speaks =
            silent_clauses({{{group.log[0], pair.claims(0)}, {group.log[1], pair.claims(1)}}}, group.aspect);
    }
}

void finish_group(DifferenceGroup& group, PairPlayer& shrinking, PairPlayer& fresh) {
    const bool isolated = shrinking.is_isolated();
    const auto attempt = [&](const FoundTrace& found, bool afresh, std::size_t budget) {
        SameGroup same{&shrinking, group.key};
        same.sizes_of = isolated ? &found.trace : nullptr;
        same.afresh = afresh;
        group.trace = shrunk(found.trace, same, budget);
        group.source = found.source;
        play_afresh(group, fresh);
        return group.confirmed;
    };
    for (const FoundTrace& found : group.found) {
        if (attempt(found, false, budget_for(group.key, isolated))) {
            return;
        }
    }
    attempt(group.found.front(), isolated, crash_budget.open);
}

} // namespace

void add_clauses(std::vector<int>& clauses, const std::vector<int>& more) {
    for (const int clause : more) {
        const auto at = std::lower_bound(clauses.begin(), clauses.end(), clause);
        if (at == clauses.end() || *at != clause) {
            clauses.insert(at, clause);
        }
    }
}

void add_group(std::vector<DifferenceGroup>& groups, DifferenceGroup&& group, std::size_t most) {
    const auto known = std::find_if(groups.begin(), groups.end(),
                                    [&](const DifferenceGroup& other) { return other.key == group.key; });
    if (known == groups.end()) {
        groups.push_back(std::move(group));
        return;
    }
    known->count += group.count;
    const auto shorter = [](const FoundTrace& a, const FoundTrace& b) {
        return a.trace.ops.size() < b.trace.ops.size();
    };
    for (FoundTrace& found : group.found) {
        known->found.insert(std::upper_bound(known->found.begin(), known->found.end(), found, shorter),
                            std::move(found));
    }
    known->found.resize(std::min(known->found.size(), most));
}

void add_difference(const PairPlayer& pair, const Difference& difference, const std::string& source,
                    std::vector<DifferenceGroup>& groups) {
    for (const DifferenceKey& key : keys_of(pair, difference)) {
        DifferenceGroup group;
        group.key = key;
        group.count = 1;
        group.aspect = difference.aspect;
        group.found.push_back({up_to(pair.common(), difference.op), source});
        add_group(groups, std::move(group), 1);
    }
}

void finish_groups(std::vector<DifferenceGroup>& groups, PairPlayer& shrinking, PairPlayer& fresh) {
    const auto rank = [](const DifferenceGroup& group) {
        return std::pair(!group.key.is_decided(), group.trace.ops.size());
    };
    const auto before = [&](const DifferenceGroup& a, const DifferenceGroup& b) { return rank(a) < rank(b); };
    std::vector<DifferenceGroup> sorted;
    for (DifferenceGroup& group : groups) {
        finish_group(group, shrinking, fresh);
        sorted.insert(std::upper_bound(sorted.begin(), sorted.end(), group, before), std::move(group));
    }
    groups = std::move(sorted);
}

} // namespace poolproof
