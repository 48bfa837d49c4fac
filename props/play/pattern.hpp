// The bytes that a player writes into blocks.
//
// Covers: the byte at each offset of a pattern, a different pattern for each seed, 8 bytes at a time. Does
// not cover: where they are written (local_player.cpp).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace poolproof {

// Bytes 8*index to 8*index+7 of a pattern.
constexpr std::uint64_t pattern_word(std::uint64_t seed, std::uint64_t index) {
    std::uint64_t x = (seed << 32U) + index + 1;
    x *= 0x9E3779B97F4A7C15U;
    x ^= x >> 29U;
    x *= 0xBF58476D1CE4E5B9U;
    return x ^ (x >> 32U);
}

// Holds up to `most` bytes of a pattern.
template <std::size_t most> class PatternBuffer {
  public:
    // The pattern's bytes at offset to offset+bytes-1; `bytes` is at most `most`. Valid until the next call.
    std::span<const std::uint8_t> fill(std::uint64_t seed, std::uint64_t offset, std::size_t bytes) {
        const std::size_t lead = static_cast<std::size_t>(offset % 8);
        for (std::size_t i = 0; i * 8 < lead + bytes; ++i) {
            const std::uint64_t word = pattern_word(seed, offset / 8 + i);
            std::memcpy(bytes_.data() + i * 8, &word, 8);
        }
        return {bytes_.data() + lead, bytes};
    }

  private:
    std::array<std::uint8_t, most + 16> bytes_; // only what was filled is handed out
};

} // namespace poolproof
