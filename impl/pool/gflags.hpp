// Which requests a GFlags value for special pool selects (GF-02 to GF-04).
//
// Covers: tags with wildcards, size classes. Does not cover: Driver Verifier's requests (system.hpp).
#pragma once

#include <cstdint>

namespace poolproof {

// `granule` is 16, or 8 in the 32-bit profile. Tags are compared by value: the first character of a
// pattern is the low byte.
bool gflags_select(std::uint32_t value, std::uint32_t tag, std::uint64_t bytes, std::uint32_t granule);

} // namespace poolproof
