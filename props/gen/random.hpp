// A small deterministic random number generator (splitmix64 seeded, xorshift128+ stepped).
//
// Covers: uniform numbers for generators, the same on every host. Does not cover: any cryptographic use.
#pragma once

#include <cstdint>

namespace poolproof {

class Random {
  public:
    explicit Random(std::uint64_t seed) : a_(mix(seed)), b_(mix(seed + 1)) {}

    std::uint64_t next() {
        std::uint64_t x = a_;
        const std::uint64_t y = b_;
        a_ = y;
        x ^= x << 23;
        b_ = x ^ y ^ (x >> 17) ^ (y >> 26);
        return b_ + y;
    }
    // 0 to bound - 1; bound is at least 1.
    std::uint32_t below(std::uint32_t bound) {
        return static_cast<std::uint32_t>(((next() >> 32) * static_cast<std::uint64_t>(bound)) >> 32);
    }

  private:
    static std::uint64_t mix(std::uint64_t x) {
        x += 0x9E3779B97F4A7C15U;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
        return (x ^ (x >> 31)) | 1U;
    }

    std::uint64_t a_;
    std::uint64_t b_;
};

} // namespace poolproof
