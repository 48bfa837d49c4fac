// Alignments of the devices below the minifilter instances of the model (OTH-04).
//
// Covers: figures of the model, in which instance 0 stands for a device without a wish of its own, and the
// others for a cache line, a sector and a page; a subject has instances of these. No page gives figures.
#pragma once

#include <array>
#include <cstdint>

namespace poolproof {

inline constexpr std::array<std::uint32_t, 4> instance_alignments = {16, 64, 512, 4096}; // bytes

} // namespace poolproof
