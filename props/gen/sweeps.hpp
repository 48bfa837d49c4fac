// Exhaustive sweeps: every member of a small world, as traces.
//
// Covers: every size 0 to 3 pages for every routine, every documented pool type and flag combination, every
// priority, both sides of special pool with every offset class, tag bytes, IRQLs, frees of every kind of
// pointer, budgets, user memory across processes. Does not cover: random traces (random_trace.hpp).
#pragma once

#include "trace/op.hpp"

#include <cstddef>
#include <span>
#include <string_view>

namespace poolproof {

// Called once per trace, in a fixed order. Returning false ends the sweep.
using TraceVisitor = bool (*)(void* context, const Trace& trace);

struct Sweep {
    std::string_view name; // for example "sizes"
    std::string_view what; // one line
    // Makes the traces of one profile.
    void (*run)(bool is_64_bit, TraceVisitor visit, void* context);
};

std::span<const Sweep> all_sweeps();

} // namespace poolproof
