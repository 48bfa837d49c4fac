// See judge.hpp.
#include "oracle/judge.hpp"

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
    picked_for_ = claims_.capabilities;
    const auto rows = all_rows();
    for (std::size_t bucket = 0; bucket < bucket_count; ++bucket) {
        buckets_[bucket].clear();
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const Row& row = *rows[i].row;
            if (rows[i].clause >= 0 && (row.needs & ~picked_for_) == 0 && concerns(row, bucket)) {
                buckets_[bucket].push_back({row.check, row.facts, static_cast<std::uint32_t>(i)});
            }
        }
    }
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
    const auto rows = all_rows();
    const std::size_t first = violations.size();
    for (const Active& active : buckets_[bucket_of(*context_.op)]) {
        if (!context_.has(active.facts)) {
            continue;
        }
        Outcome outcome = active.check(context_);
        if (outcome == Outcome::violated && context_.murky) {
            outcome = Outcome::unspecified;
        }
        RowTally& tally = tally_[active.row];
        tally.holds += outcome == Outcome::holds ? 1 : 0;
        tally.unspecified += outcome == Outcome::unspecified ? 1 : 0;
        if (outcome == Outcome::violated) {
            ++tally.violated;
            add_violation(violations, first,
                          {rows[active.row].clause, op_index_, rows[active.row].row->expected});
        }
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
