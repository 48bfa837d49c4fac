// Random traces with swarm weights: each trace enables a random subset of ops with very different weights.
//
// Covers: choosing record bytes; what a record means is the codec's business (trace/codec.hpp), so that a
// fuzzer's bytes, RapidCheck and this generator speak of the same worlds. Does not cover: enumeration
// (sweeps.hpp).
#pragma once

#include "gen/random.hpp"
#include "trace/op.hpp"

#include <cstdint>

namespace poolproof {

enum class TraceFlavour : std::uint8_t {
    ordinary, // allocations, frees, touches and queries in ordinary pool, every argument legal or nearly so
    mixed,    // every op kind, legal and illegal arguments
    special,  // special pool on, touches around the edges of blocks
    fragment, // long: many live blocks of many sizes, freed in random order
};
inline constexpr std::size_t trace_flavour_count = 4;

// A trace of at most `length` ops (at least 1), canonical, the same for the same state of `random`.
Trace random_trace(Random& random, TraceFlavour flavour, std::size_t length);

} // namespace poolproof
