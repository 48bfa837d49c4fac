// The smallest input that still falls into its bucket.
//
// Covers: traces op by op, driver code's bytes by chunks and values, inputs that show it only sometimes.
// Does not cover: which bucket (triage_bucket.hpp).
#pragma once

#include "cli/triage_bucket.hpp"
#include "cli/triage_judge.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace poolproof {

struct ShrinkLimits {
    std::uint32_t candidates = 5000;
    std::uint32_t seconds = 300;
    std::uint32_t replays = 3; // of inputs dealt to threads: all of them must show it
};

struct Shrunk {
    std::vector<std::uint8_t> bytes;
    Trace trace;         // as the target decodes it, without its opening; not for driver code
    Judgement judgement; // of the last replay that showed it
    std::uint32_t shown = 0;
    std::uint32_t replays = 0;
};

// Told the number of candidates tried and the size now, in ops or bytes.
using ShrinkProgress = std::function<void(std::size_t, std::size_t)>;

// `bytes` fell into the bucket when they were judged. Bytes that do not show it every time stay as they are.
Shrunk shrink_crash(Judge& judge, const FuzzTarget& target, const Bucket& bucket,
                    const std::vector<std::uint8_t>& bytes, bool leak, const ShrinkLimits& limits,
                    const ShrinkProgress& progress);

// Chunks, then single bytes, then simpler values, as long as the predicate holds. Deterministic.
std::vector<std::uint8_t> shrink_bytes(std::vector<std::uint8_t> bytes,
                                       const std::function<bool(const std::vector<std::uint8_t>&)>& shows);

} // namespace poolproof
