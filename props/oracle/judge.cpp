// See judge.hpp.
#include "oracle/judge.hpp"

#include <algorithm>
#include <utility>

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

void Judge::pick_rows() {
    tally_ = tally();
    picked_for_ = claims_.capabilities;
    for (std::size_t bucket = 0; bucket < bucket_count; ++bucket) {
        pick_rows(bucket);
    }
}

void Judge::pick_rows(std::size_t bucket) {
    std::vector<Active>& active = buckets_[bucket].active;
    active.clear();
    const auto rows = all_rows();
    for (std::uint32_t i = 0; i < rows.size(); ++i) {
        const Row& row = *rows[i].row;
        if (rows[i].clause < 0 || (row.needs & ~picked_for_) != 0 || !concerns(row, bucket)) {
            continue;
        }
        const auto same = std::ranges::find_if(active, [&row](const Active& other) {
            return other.check == row.check && other.facts == row.facts;
        });
        if (same != active.end()) {
            same->rows.push_back(i);
        } else {
            active.push_back({row.check, row.facts, 0, {i}});
        }
    }
    std::ranges::sort(active, {}, [](const Active& one) { return std::pair(one.facts, one.rows.front()); });
    auto next = static_cast<std::uint32_t>(active.size());
    for (std::size_t i = active.size(); i-- > 0;) {
        active[i].next = next;
        if (i > 0 && active[i - 1].facts != active[i].facts) {
            next = static_cast<std::uint32_t>(i);
        }
    }
    buckets_[bucket].tally.assign(active.size(), {});
}

std::vector<RowTally> Judge::tally() const {
    std::vector<RowTally> sums = tally_;
    for (const Bucket& bucket : buckets_) {
        for (std::size_t i = 0; i < bucket.active.size(); ++i) {
            const auto& outcomes = bucket.tally[i];
            for (const std::uint32_t row : bucket.active[i].rows) {
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
    Bucket& bucket = buckets_[bucket_of(*context_.op)];
    const std::uint32_t facts = context_.facts;
    const Outcome when_violated = context_.murky ? Outcome::unspecified : Outcome::violated;
    const auto end = static_cast<std::uint32_t>(bucket.active.size());
    violated_.clear();
    for (std::uint32_t i = 0; i < end;) {
        const Active& active = bucket.active[i];
        if ((active.facts & ~facts) != 0) {
            i = active.next;
            continue;
        }
        Outcome outcome = active.check(context_);
        if (outcome == Outcome::violated) {
            outcome = when_violated;
        }
        ++bucket.tally[i][static_cast<std::size_t>(outcome)];
        if (outcome == Outcome::violated) {
            violated_.insert(violated_.end(), active.rows.begin(), active.rows.end());
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
