// See dense_swarm.hpp.
#include "trace/dense_swarm.hpp"

#include <algorithm>

namespace poolproof {
namespace dense {
namespace {

constexpr const KindWeights& weights_of(Dialect dialect) {
    return dialect == Dialect::special ? special_weights : any_weights;
}

constexpr KindTable kinds_by_byte(const KindWeights& weights) {
    KindTable kinds{};
    std::size_t at = 0;
    for (std::size_t kind = 0; kind < op_kind_count; ++kind) {
        for (unsigned i = 0; i < weights[kind]; ++i) {
            kinds.at(at++) = static_cast<OpKind>(kind);
        }
    }
    return at == kinds.size() ? kinds : throw "the weights of a dialect add up to first_exact_byte";
}
constexpr KindTable old_any_kinds = kinds_by_byte(old_any_weights);
constexpr KindTable old_special_kinds = kinds_by_byte(old_special_weights);

constexpr unsigned boosted = 40; // the weight of a kind that a swarm favours

// Of each kind but allocations: a third of the swarms leave it out, and a third favour it. A theme with calls
// has them and frees.
constexpr KindTable kinds_of_swarm(const KindWeights& weights, unsigned swarm, Dialect dialect) {
    if (swarm == 0) {
        return kinds_by_byte(weights);
    }
    std::array<unsigned, op_kind_count> chosen{};
    unsigned total = 0;
    const bool calls = needs_calls(theme_of(swarm, dialect));
    std::uint32_t state = swarm * 0x9E3779B1U;
    for (std::size_t kind = 0; kind < op_kind_count; ++kind) {
        state = state * 1664525U + 1013904223U;
        const auto is = [kind](OpKind one) { return kind == static_cast<std::size_t>(one); };
        const bool kept = is(OpKind::allocate) || (calls && is(OpKind::free));
        const unsigned lot = kept ? 1 : (state >> 16U) % 3;
        chosen[kind] = lot == 0 ? 0 : lot == 1 ? weights[kind] : std::max<unsigned>(boosted, weights[kind]);
        if (calls && is(OpKind::call)) {
            chosen[kind] = weights[static_cast<std::size_t>(OpKind::allocate)];
        }
        total += chosen[kind];
    }
    KindTable kinds{};
    std::size_t at = 0;
    unsigned so_far = 0;
    for (std::size_t kind = 0; kind < op_kind_count; ++kind) {
        so_far += chosen[kind];
        for (const std::size_t end = kinds.size() * so_far / total; at < end; ++at) {
            kinds[at] = static_cast<OpKind>(kind);
        }
    }
    return kinds;
}

using SwarmTables = std::array<KindTable, swarm_count>;
constexpr SwarmTables swarm_tables(const KindWeights& weights, Dialect dialect) {
    SwarmTables tables{};
    for (unsigned swarm = 0; swarm < swarm_count; ++swarm) {
        tables[swarm] = kinds_of_swarm(weights, swarm, dialect);
    }
    return tables;
}
const SwarmTables any_kinds = swarm_tables(any_weights, Dialect::any);
const SwarmTables special_kinds = swarm_tables(special_weights, Dialect::special);

} // namespace

const KindTable& kinds_of(Reading how) {
    if (how.version == Version::old) {
        return how.dialect == Dialect::special ? old_special_kinds : old_any_kinds;
    }
    return (how.dialect == Dialect::special ? special_kinds : any_kinds)[how.swarm];
}

Routine slot_allocator(unsigned slot, Reading how) {
    if (how.version == Version::newest) {
        switch (theme_of(how.swarm, how.dialect)) {
        case Theme::few_allocators:
            return usual_allocator(how.swarm / 8 * 2 + slot % 4, how.dialect);
        case Theme::lists:
            return pick(list_allocators, slot);
        case Theme::secure_pools:
            return pick(secure_allocators, slot);
        case Theme::charges:
            return pick(charging_allocators, slot);
        case Theme::any:
            return usual_allocator(slot, how.dialect);
        }
    }
    return (how.dialect == Dialect::special ? old_special_allocators
                                            : old_any_allocators)[slot % dense_slots];
}

Routine called_routine(unsigned choice, Reading how) {
    switch (theme_of(how.swarm, how.dialect)) {
    case Theme::lists:
        return pick(list_calls, choice);
    case Theme::secure_pools:
        return pick(secure_calls, choice);
    case Theme::charges:
        return pick(charge_calls, choice);
    case Theme::any:
    case Theme::few_allocators:
        break;
    }
    return pick(called_routines, choice);
}

} // namespace dense

KindBytes kind_bytes(OpKind kind, Dialect dialect) {
    const dense::KindWeights& weights = dense::weights_of(dialect);
    KindBytes bytes;
    for (std::size_t before = 0; before < static_cast<std::size_t>(kind); ++before) {
        bytes.first = static_cast<std::uint8_t>(bytes.first + weights[before]);
    }
    bytes.count = weights[static_cast<std::size_t>(kind)];
    return bytes;
}

} // namespace poolproof
