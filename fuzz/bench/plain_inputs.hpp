// Inputs for measuring the speed of a fuzz target: plain traces over the special values of sizes.
//
// Covers: ordinary allocations, frees and a few touches inside blocks, as bytes of pool_trace_fuzzer in exact
// records, which a target that knows nothing of pools can read as well. No special pool, IRQL, budget or
// injected failure, and nothing that breaks a duty but a size of 0. Does not cover: finding anything.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace poolproof::fuzz {

// `count` inputs of that many ops, all of one length in bytes. The same arguments, the same inputs.
std::vector<std::vector<std::uint8_t>> plain_inputs(std::size_t ops, std::size_t count);

} // namespace poolproof::fuzz
