// Simpler ops: what the shrinker tries in the place of an op. Does not cover: trying it (shrink.hpp).
#pragma once

#include "trace/op.hpp"

#include <vector>

namespace poolproof {

// Canonical ops that differ from `op` in one field, which is simpler there: strictly, so that replacing an op
// by one of these again and again comes to an end. The simplest of each field first.
std::vector<Op> simpler_ops(const Op& op);

// Whole traces that differ from `trace` in one name: a tag, slot, processor or process that stands in several
// ops is replaced by a simpler one in all of them; or the profile is the 64-bit one. Strictly simpler too.
std::vector<Trace> simpler_names(const Trace& trace);

} // namespace poolproof
