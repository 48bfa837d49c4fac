// What Driver Verifier should have counted: pool tracking per driver (PT), its global counters (IC-04), and
// the settings of low resources simulation (LR).
//
// Covers: bounds, because documents leave open what some calls and blocks count. Does not cover: which op
// moves which bound (update_verifier.cpp), nor verdicts. Plain data of the world (world.hpp).
#pragma once

#include "trace/event.hpp"
#include "trace/op.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace poolproof::oracle {

struct Bounds {
    std::uint64_t least = 0;
    std::uint64_t most = 0;

    bool hold(std::uint64_t value) const { return least <= value && value <= most; }
    bool are_zero() const { return most == 0; }
    void grow(std::uint64_t at_least, std::uint64_t at_most) {
        least += at_least;
        most += at_most;
    }
    void shrink(std::uint64_t at_least, std::uint64_t at_most) {
        least -= std::min(least, at_least);
        most -= std::min(most, at_most);
    }
    void rise_to(const Bounds& other) {
        least = std::max(least, other.least);
        most = std::max(most, other.most);
    }
};

// Of one driver and one kind of pool.
struct TrackedUse {
    Bounds blocks;
    Bounds bytes; // as requested, or rounded up to pages
    Bounds peak_blocks;
    Bounds peak_bytes;
};

struct Tracking {
    std::array<std::array<TrackedUse, 2>, driver_count> drivers{}; // [driver][paged]
    std::array<std::uint64_t, driver_count> untracked{}; // live blocks allocated while tracking was off
    std::uint64_t large = 0;                             // allocations of a page or more while it was on
    bool used = false;                                   // something was tracked in this trace
    // Blocks were given out or taken back in ways of which no document says what tracking makes of them.
    bool loose = false;

    Bounds blocks_of(unsigned driver) const {
        const auto& uses = drivers[driver];
        return {uses[0].blocks.least + uses[1].blocks.least, uses[0].blocks.most + uses[1].blocks.most};
    }
};

// Growth since the counters were last read. Nothing is known of them before that, nor after the flags have
// changed.
struct CounterGrowth {
    bool known = false;
    std::array<std::uint64_t, counter_count> last{};
    Bounds attempted;
    Bounds succeeded;
    Bounds injected;
};

// LR-02, LR-03: the defaults are 600 in 10,000, no filter, a delay of eight minutes.
struct LowResources {
    std::uint32_t probability = 600;
    std::uint32_t tag = 0;   // of the calls that may fail; 0: any
    std::uint64_t clock = 0; // seconds since the machine started
};
inline constexpr std::uint64_t low_resources_delay = 480; // seconds
inline constexpr std::uint32_t always_fails = 10'000;

} // namespace poolproof::oracle
