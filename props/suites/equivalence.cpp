// Implements equivalence.hpp.
#include "suites/equivalence.hpp"

#include "gen/random_trace.hpp"
#include "oracle/oracle.hpp"
#include "run/runner.hpp"
#include "trace/text.hpp"

#include <algorithm>

namespace poolproof {

namespace {

constexpr std::uint32_t ddi_compliance = 0x20000;
// One failure of each call stack: two spellings are two stacks.
constexpr std::uint32_t systematic_low_resources = 0x40000;

bool is_address(std::uint64_t number) {
    return number >> 32 != 0;
}

bool is_printable(std::uint32_t tag) {
    for (unsigned shift = 0; shift < 32; shift += 8) {
        const std::uint32_t c = tag >> shift & 0xFF;
        if (c < 0x20 || c > 0x7E)
            return false;
    }
    return true;
}

// The first words of what differs, empty for nothing.
std::string difference_in_bug_check(const Event& one, const Event& other, std::uint32_t type_bits) {
    if (one.code != other.code)
        return "code";
    for (std::size_t i = 0; i < one.parameters.size(); ++i) {
        const std::uint64_t a = one.parameters[i];
        const std::uint64_t b = other.parameters[i];
        if (is_address(a) ? !is_address(b) : a != b && a != (b ^ type_bits))
            return "parameter " + std::to_string(i + 1);
    }
    return {};
}

bool same_block(BlockInfo one, const BlockInfo& other) {
    one.node = other.node;
    return one == other;
}

bool same_list(ListUse one, const ListUse& other) {
    one.own = other.own;
    return one == other;
}

std::string difference_in(const Event& one, const Event& other, std::uint32_t type_bits) {
    if (one.kind != other.kind)
        return "kind of outcome";
    if (one.status != other.status)
        return "status";
    if (one.caller_faults != other.caller_faults)
        return "caller's duties";
    if ((one.address != 0) != (other.address != 0))
        return "pointer";
    if (!same_block(one.block, other.block))
        return "block";
    if (one.row != other.row)
        return "row of the tag ledger";
    if (one.number != other.number && !(is_address(one.number) && is_address(other.number)))
        return "number";
    if (one.accessible != other.accessible || one.intact != other.intact)
        return "access to the block or contents kept";
    if (!same_list(one.list, other.list))
        return "lookaside list";
    return difference_in_bug_check(one, other, type_bits);
}

// The ops of `trace`, those written the first way written the second. `played` is the trace as it was played.
Trace respelt(const Trace& trace, const Spelling& spelling, const std::vector<Step>& played,
              Compared& compared) {
    Trace other = trace;
    std::vector<BlockInfo> blocks; // and where they begin
    std::vector<std::uint64_t> addresses;
    for (std::size_t i = 0; i < played.size(); ++i) {
        Op& op = other.ops[i];
        const Event& event = played[i].event;
        if (event.kind == EventKind::pointer) {
            blocks.push_back(event.block);
            addresses.push_back(event.address);
        }
        if (!spelling.is_one(op))
            continue;
        if (spelling.needs_tag_of_block) {
            const auto at = std::find(addresses.rbegin(), addresses.rend(), event.used);
            if (event.kind != EventKind::done || at == addresses.rend())
                continue;
            const std::uint32_t tag = blocks[static_cast<std::size_t>(addresses.rend() - at) - 1].tag;
            if (!is_printable(tag))
                continue;
            op.tag = tag;
        }
        spelling.write_otherwise(op);
        ++compared.respelt;
    }
    return other;
}

std::vector<Step> steps_of(const Trace& trace, Subject& subject) {
    Oracle oracle;
    Runner runner(subject, oracle);
    std::vector<Step> steps;
    runner.run(trace, steps);
    return steps;
}

} // namespace

Compared compare_spellings(const Trace& trace, const Spelling& spelling, Subject& one, Subject& other) {
    Compared compared;
    const std::vector<Step> first = steps_of(trace, one);
    const std::vector<Step> second = steps_of(respelt(trace, spelling, first, compared), other);
    for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
        if (i >= first.size() || i >= second.size()) {
            compared.difference = "one side ended at op " + std::to_string(i);
            return compared;
        }
        ++compared.ops;
        const std::string what = difference_in(first[i].event, second[i].event, spelling.type_bits);
        if (!what.empty()) {
            compared.difference = what + " differs at op " + std::to_string(i) + ": " + to_text(first[i].op) +
                                  " and " + to_text(second[i].op);
            return compared;
        }
    }
    return compared;
}

Trace trace_for(const Spelling& spelling, Random& random, bool is_64_bit, std::size_t length) {
    static constexpr TraceFlavour flavours[] = {TraceFlavour::ordinary, TraceFlavour::mixed,
                                                TraceFlavour::special};
    Trace trace = random_trace(random, flavours[random.below(3)], length);
    trace.is_64_bit = is_64_bit;
    for (Op& op : trace.ops) {
        if (op.kind == OpKind::verifier)
            op.pool_type &= ~(systematic_low_resources | (spelling.own_rules ? ddi_compliance : 0U));
        if (spelling.could_be(op) && random.below(2) != 0)
            spelling.make(op);
        op = canonical(op);
    }
    return trace;
}

} // namespace poolproof
