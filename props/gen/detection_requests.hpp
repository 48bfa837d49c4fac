// How the detection sweep asks for special pool, and the requests that must then stay out of it.
//
// Covers: Driver Verifier's request, GFlags' tag and size, the side by setting and by priority; strangers to
// each. Does not cover: touches (detection_block.hpp).
#pragma once

#include "trace/op.hpp"

#include <cstdint>
#include <vector>

namespace poolproof {

struct DetectionBlock {
    std::uint32_t size;
    Side side;
};

// The settings, then the allocation. Which routine, kind of memory and way of asking depends on the size, so
// that neighbouring sizes differ.
std::vector<Op> request_ops(const DetectionBlock& block, bool is_64_bit);

// Ops after those of request_ops(), each list with an allocation at its end that no setting selects.
// `guards_large`: the subject takes requests of a page and more into special pool, as an extension.
std::vector<std::vector<Op>> strangers_to(const DetectionBlock& block, bool is_64_bit, bool guards_large);

// A routine that frees what the op allocates.
Op free_of(const Op& allocation);

} // namespace poolproof
