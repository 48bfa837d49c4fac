// The shrinker: the shortest trace that still shows the same thing.
//
// Covers: removal of chunks and ops, then simplification of each field, until nothing more can go.
// Deterministic. One shrinker for random traces, sweeps, corpora and fuzz crashes. Does not cover: what "the
// same thing" is.
#pragma once

#include "trace/op.hpp"

namespace poolproof {

// True when the candidate still shows it.
using StillShows = bool (*)(void* context, const Trace& candidate);

// `trace` must show it. At most `budget` candidates are tried. The result shows it.
Trace shrink(Trace trace, StillShows still_shows, void* context, std::size_t budget = 20000);

// True when the candidate asks for a large size that the trace does not ask for. What a request at the edge
// of a host's memory comes to differs from process to process: a shrinker of traces that need fresh ones
// stays away from new ones.
bool has_other_large_size(const Trace& candidate, const Trace& trace);

} // namespace poolproof
