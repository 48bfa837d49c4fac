// See judge.hpp.
#include "oracle/judge.hpp"

#include <algorithm>

namespace poolproof::oracle {

namespace {

constexpr std::uint32_t no_capabilities_yet = ~0U;

std::uint32_t facts_of(EventKind kind) {
    switch (kind) {
    case EventKind::done:
        return is_done;
    case EventKind::pointer:
        return is_pointer;
    case EventKind::null:
        return is_null;
    case EventKind::raised:
        return is_raised;
    case EventKind::bug_check:
        return is_bug_check | is_fault;
    case EventKind::guard_fault:
        return is_fault;
    case EventKind::value:
        return is_value;
    default:
        return 0;
    }
}

// Keeps those from `first` on in contract order, one per clause.
void add_violation(std::vector<Violation>& violations, std::size_t first, const Violation& added) {
    auto at = violations.begin() + static_cast<std::ptrdiff_t>(first);
    while (at != violations.end() && at->clause < added.clause) {
        ++at;
    }
    if (at == violations.end() || at->clause != added.clause) {
        violations.insert(at, added);
    }
}

} // namespace

Judge::Judge()
    : picked_for_(no_capabilities_yet), tally_(all_rows().size()), crashes_(all_clauses().size()) {}

void Judge::begin(const Claims& claims) {
    claims_ = claims;
    world_.reset();
    op_index_ = 0;
    if (picked_for_ != claims.capabilities) {
        pick_rows();
    }
}

// Each bucket is made when the first op comes that it is for.
void Judge::pick_rows() {
    tally_ = tally();
    picked_for_ = claims_.capabilities;
    buckets_.fill({});
}

void Judge::pick_rows(std::size_t bucket) {
    Bucket& made = buckets_[bucket] = Bucket{};
    const auto rows = all_rows();
    for (const std::uint32_t i : rows_by_facts_and_check()) {
        const Row& row = *rows[i].row;
        if (rows[i].clause < 0 || (row.needs & ~picked_for_) != 0 || !concerns(row, bucket)) {
            continue;
        }
        std::vector<Active>& active = made.active;
        if (active.empty() || active.back().check != row.check || active.back().facts != row.facts) {
            active.push_back({row.check, row.facts, 0});
            made.begin.push_back(static_cast<std::uint32_t>(made.rows.size()));
        }
        made.rows.push_back(i);
    }
    made.begin.push_back(static_cast<std::uint32_t>(made.rows.size()));
    made.tally.resize(made.active.size());
    auto next = static_cast<std::uint32_t>(made.active.size());
    for (std::size_t i = made.active.size(); i-- > 0;) {
        made.active[i].next = next;
        if (i > 0 && made.active[i - 1].facts != made.active[i].facts) {
            next = static_cast<std::uint32_t>(i);
        }
    }
}

std::vector<RowTally> Judge::tally() const {
    std::vector<RowTally> sums = tally_;
    for (const Bucket& bucket : buckets_) {
        for (std::size_t i = 0; i < bucket.active.size(); ++i) {
            const auto& outcomes = bucket.tally[i];
            for (const std::uint32_t row : bucket.rows_of(i)) {
                sums[row].holds += outcomes[static_cast<std::size_t>(Outcome::holds)];
                sums[row].violated += outcomes[static_cast<std::size_t>(Outcome::violated)];
                sums[row].unspecified += outcomes[static_cast<std::size_t>(Outcome::unspecified)];
            }
        }
    }
    return sums;
}

void Judge::find_facts(const Op& op, const Event& event) {
    Context& c = context_;
    c.op = &op;
    c.event = &event;
    c.claims = &claims_;
    c.world = &world_;
    c.facts = facts_of(event.kind) | (world_.verifier ? with_verifier : 0U);
    switch (op.kind) {
    case OpKind::allocate:
        find_alloc_facts(c);
        break;
    case OpKind::free:
        find_free_facts(c);
        break;
    case OpKind::read:
    case OpKind::write:
        find_touch_facts(c);
        break;
    default:
        break;
    }
    if (claims_.can(can_validate)) {
        c.facts |= can_report;
        find_duty_facts(c);
    }
    c.murky = world_.ordinary_corrupt && !c.has(in_special);
}

void Judge::walk(std::vector<Violation>& violations) {
    const std::size_t at = bucket_of(*context_.op);
    Bucket& bucket = buckets_[at];
    if (bucket.begin.empty()) {
        pick_rows(at);
    }
    const std::uint32_t facts = context_.facts;
    const Outcome when_violated = context_.murky ? Outcome::unspecified : Outcome::violated;
    const Active* const active = bucket.active.data();
    auto* const tally = bucket.tally.data();
    const std::size_t end = bucket.active.size();
    violated_.clear();
    for (std::size_t i = 0; i < end;) {
        if ((active[i].facts & ~facts) != 0) {
            i = active[i].next;
            continue;
        }
        Outcome outcome = active[i].check(context_);
        if (outcome == Outcome::violated) {
            outcome = when_violated;
        }
        ++tally[i][static_cast<std::size_t>(outcome)];
        if (outcome == Outcome::violated) {
            const auto rows = bucket.rows_of(i);
            violated_.insert(violated_.end(), rows.begin(), rows.end());
        }
        ++i;
    }
    if (!violated_.empty()) {
        note_violated(violations);
    }
}

// Of the rows of one clause the first tells what was expected.
void Judge::note_violated(std::vector<Violation>& violations) {
    const auto rows = all_rows();
    const std::size_t first = violations.size();
    std::ranges::sort(violated_);
    for (const std::uint32_t row : violated_) {
        add_violation(violations, first, {rows[row].clause, op_index_, rows[row].row->expected});
    }
}

// A crash is how a bug check looks of a subject that cannot tell: whether a duty was broken is not asked
// there.
void Judge::record_crash(const Op& op, const Event& event, std::vector<Violation>& violations) {
    find_facts(op, event);
    const bool duty_broken = op.kind == OpKind::allocate && context_.alloc.defects != 0;
    if (event.kind == EventKind::crashed && duty_broken && !claims_.can(can_bug_check)) {
        return;
    }
    const int clause = clause_index(clause_of_crash(op, world_.of_slot(op.slot)));
    if (clause >= 0) {
        ++crashes_[static_cast<std::size_t>(clause)];
        violations.push_back({clause, op_index_, "the call to come back, and to answer"});
    }
}

void Judge::step(const Op& op, const Event& event, std::vector<Violation>& violations) {
    switch (event.kind) {
    case EventKind::skipped:
        break;
    case EventKind::unsupported: // not declared, or withheld
        if (op.kind == OpKind::allocate) {
            world_.empty_slot(op.slot);
        }
        break;
    case EventKind::crashed:
    case EventKind::timed_out:
    case EventKind::garbled:
        record_crash(op, event, violations);
        break;
    default:
        find_facts(op, event);
        walk(violations);
        update(world_, context_);
        break;
    }
    ++op_index_;
}

} // namespace poolproof::oracle
