// Ops of random bits, for the tests of encodings: any value in any field. Does not cover: sensible traces
// (gen/random_trace.hpp).
#pragma once

#include "gen/random.hpp"
#include "trace/op.hpp"

namespace poolproof {

inline Op random_op(Random& random) {
    const auto byte = [&] { return static_cast<std::uint8_t>(random.next()); };
    // Half of the numbers are small, so that edges are met.
    const auto number = [&] { return random.next() >> (random.below(2) * random.below(64)); };
    Op op;
    op.kind = static_cast<OpKind>(byte());
    op.routine = static_cast<Routine>(byte());
    op.slot = byte();
    op.pointer = static_cast<Pointer>(byte());
    op.index = byte();
    op.level = byte();
    op.paged = random.below(2) != 0;
    op.mode = static_cast<SpecialMode>(byte());
    op.side = static_cast<Side>(byte());
    op.priority = byte();
    op.mask = byte();
    op.pool_type = static_cast<std::uint32_t>(number());
    op.flags_high = static_cast<std::uint32_t>(number());
    op.extended = static_cast<std::uint32_t>(random.next());
    op.tag = static_cast<std::uint32_t>(number());
    op.length = static_cast<std::uint32_t>(number());
    op.offset = static_cast<std::int32_t>(number());
    op.size = number();
    return op;
}

inline Trace random_canonical_trace(Random& random, std::size_t length) {
    Trace trace;
    trace.is_64_bit = random.below(2) != 0;
    for (std::size_t i = 0; i < length; ++i) {
        trace.ops.push_back(canonical(random_op(random)));
    }
    return trace;
}

} // namespace poolproof
