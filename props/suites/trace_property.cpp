// Implements trace_property.hpp: a family's trace is a random one, bent towards what the family is about.
#include "suites/trace_property.hpp"

#include "gen/random_trace.hpp"
#include "gen/shrink.hpp"
#include "oracle/oracle.hpp"
#include "run/runner.hpp"
#include "suites/crash_trace.hpp"
#include "suites/values.hpp"
#include "trace/text.hpp"

#include <algorithm>
#include <limits>

namespace poolproof {

namespace {

constexpr std::size_t trace_length = 400; // ops

bool one_in(Random& random, std::uint32_t n) {
    return random.below(n) == 0;
}

Op op_of(OpKind kind) {
    Op op;
    op.kind = kind;
    return op;
}

std::uint32_t odd_tag(Random& random) {
    static constexpr std::array<std::uint32_t, 8> odd = {0,          0x424947,   0x42494720, 0x20202020,
                                                         0x7F414141, 0x41804141, 0x2D2D2D,   0x1F414141};
    return one_in(random, 2) ? odd[random.below(odd.size())] : static_cast<std::uint32_t>(random.next());
}

std::uint64_t impossible_size(Random& random) {
    return std::numeric_limits<std::uint64_t>::max() - random.below(2 * PAGE_SIZE + 2);
}

void bend_allocation(Random& random, Family family, Op& op) {
    switch (family) {
    case Family::sizes:
        op.size = one_in(random, 4) ? random.below(4 * PAGE_SIZE) : op.size;
        break;
    case Family::types:
        op.pool_type =
            one_in(random, 2) ? askable_types[random.below(askable_types.size())] : random.below(1024);
        break;
    case Family::tags:
        op.tag = one_in(random, 2) ? odd_tag(random) : op.tag;
        break;
    case Family::zero_bytes:
        op.size = one_in(random, 2) ? 0 : op.size;
        break;
    case Family::failures:
        op.size = one_in(random, 8) ? impossible_size(random) : op.size;
        op.pool_type |= one_in(random, 2) ? POOL_RAISE_IF_ALLOCATION_FAILURE : 0U;
        break;
    case Family::priorities:
        op.routine = one_in(random, 4) ? op.routine : Routine::ExAllocatePoolWithTagPriority;
        op.priority = static_cast<std::uint8_t>(one_in(random, 4) ? random.below(64) : random.below(3) * 16);
        op.size = one_in(random, 4) ? (1 + random.below(64)) * std::uint64_t{PAGE_SIZE} : op.size;
        break;
    case Family::user_memory:
        op.routine = one_in(random, 2) ? Routine::EngAllocUserMem : op.routine;
        break;
    default:
        break;
    }
}

// An op that the family is about and random traces have too few of.
Op more_of(Random& random, Family family) {
    Op op;
    switch (family) {
    case Family::tags:
        op = op_of(OpKind::query_tag);
        op.tag = odd_tag(random);
        op.paged = one_in(random, 2);
        break;
    case Family::zero_bytes:
        op = op_of(OpKind::verifier);
        op.level = static_cast<std::uint8_t>(random.below(2));
        break;
    case Family::failures:
        op = op_of(OpKind::fail_nth);
        op.size = random.below(6);
        break;
    case Family::priorities:
    case Family::machine:
        op = op_of(OpKind::budget);
        op.index = static_cast<std::uint8_t>(random.below(node_count));
        op.paged = one_in(random, 2);
        op.size = random.below(64);
        break;
    case Family::irql:
        op = op_of(one_in(random, 3) ? OpKind::processor : OpKind::irql);
        op.index = static_cast<std::uint8_t>(random.below(processor_count));
        op.level = static_cast<std::uint8_t>(one_in(random, 4) ? random.below(16) : random.below(3));
        break;
    case Family::user_memory:
        op = op_of(OpKind::process);
        op.index = static_cast<std::uint8_t>(random.below(process_count));
        break;
    default:
        op = op_of(OpKind::query_event);
        op.paged = one_in(random, 2);
        op.level = static_cast<std::uint8_t>(random.below(2));
        break;
    }
    return op;
}

TraceFlavour flavour_of(Family family) {
    switch (family) {
    case Family::sizes:
        return TraceFlavour::ordinary;
    case Family::special:
        return TraceFlavour::special;
    default:
        return TraceFlavour::mixed;
    }
}

bool is_setting(OpKind kind) {
    return kind == OpKind::irql || kind == OpKind::processor || kind == OpKind::process ||
           kind == OpKind::budget || kind == OpKind::fail_nth || kind == OpKind::special_pool ||
           kind == OpKind::verifier;
}

// Whether a shortened trace still violates the same clause.
struct SameClause {
    Subject* subject;
    int clause;
};

bool still_violates(void* context, const Trace& candidate) {
    const auto& wanted = *static_cast<const SameClause*>(context);
    Oracle oracle;
    Runner runner(*wanted.subject, oracle);
    runner.run(candidate);
    return std::any_of(runner.violations().begin(), runner.violations().end(),
                       [&](const Violation& violation) { return violation.clause == wanted.clause; });
}

} // namespace

Trace family_trace(Random& random, Family family, bool is_64_bit, std::size_t length) {
    Trace trace = random_trace(random, flavour_of(family), std::max<std::size_t>(1, length / 2));
    trace.is_64_bit = is_64_bit;
    std::vector<Op> ops;
    for (Op op : trace.ops) {
        // Settings that the family is not about would keep most of its calls from coming through.
        if (family != Family::special && is_setting(op.kind) && !one_in(random, 8)) {
            continue;
        }
        if (op.kind == OpKind::allocate) {
            bend_allocation(random, family, op);
        }
        ops.push_back(canonical(op));
        if (one_in(random, 4)) {
            ops.push_back(canonical(more_of(random, family)));
        }
    }
    trace.ops = std::move(ops);
    return trace;
}

void no_clause_is_violated(Subject& subject, Family family, bool is_64_bit) {
    Random random(*rc::gen::noShrink(rc::gen::arbitrary<std::uint64_t>()));
    const Trace trace = family_trace(random, family, is_64_bit, trace_length);
    crash_trace_set(trace);
    Oracle oracle;
    Runner runner(subject, oracle);
    if (runner.run(trace)) {
        return;
    }
    RC_ASSERT(!runner.violations().empty());
    SameClause same{&subject, runner.violations().front().clause};
    const Trace shortest = shrink(trace, still_violates, &same, 4000);
    Oracle judge;
    Runner player(subject, judge);
    player.run(shortest);
    RC_ASSERT(!player.violations().empty());
    const Violation& violation = player.violations().front();
    const std::string what = std::string(all_clauses()[static_cast<std::size_t>(violation.clause)].id) +
                             ": " + explain(violation, player.last_step().op, player.last_step().event) +
                             "\n" + to_text(shortest);
    RC_FAIL(what);
}

} // namespace poolproof
