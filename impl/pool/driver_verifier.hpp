// What Driver Verifier keeps of a machine: counters, the blocks of each driver, the log, injected faults.
//
// Covers: counting and the bug checks of unload. Does not cover: its flags, and when it is told of anything
// (system.hpp): without a flag nothing here is touched but by the free of a block that was tracked. Not
// locked.
#pragma once

#include "pool/arena.hpp"
#include "pool/injected_faults.hpp"
#include "pool/pool_log.hpp"
#include "poolproof/machine.h"

#include <array>
#include <cstdint>

namespace poolproof {

class DriverVerifier {
  public:
    void reset(std::uint32_t log_entries);

    void count_attempt(std::uint32_t tag);
    // An attempt that a test has refused memory (fail_nth).
    void count_refused(std::uint32_t tag);
    // `block` is tracked.
    void track(const BlockAttributes& block, PoolKind kind, std::uint64_t bytes);
    void untrack(const BlockAttributes& block, PoolKind kind, std::uint64_t bytes);
    const DriverCounters& driver(unsigned index) const { return drivers_[index]; }

    void begin_unload(unsigned driver) { unloading_ |= 1U << driver; }
    void end_unload(unsigned driver) { unloading_ &= ~(1U << driver); }
    // Throws 0xC4/0x61 when the driver is being unloaded (PT-02).
    void check_allocation_of(unsigned driver) const;
    // Throws 0xC4/0x62, or 0x60 as the policy says, when tracked blocks of the driver are left (PT-01).
    void check_unload(unsigned driver, Policies::UnloadCheck check) const;

    // Where a bug check's parameter can point to: cells that hold the value until the next such bug check.
    std::uint64_t cell_for(std::uint64_t value) {
        reported_ = value;
        return reinterpret_cast<std::uint64_t>(&reported_);
    }

    VerifierCounters counters;
    InjectedFaults faults;
    PoolLog log;

  private:
    TrackedPool& pool(unsigned driver, PoolKind kind) {
        return kind == PoolKind::paged ? drivers_[driver].paged : drivers_[driver].nonpaged;
    }

    std::array<DriverCounters, max_drivers> drivers_;
    std::uint32_t unloading_ = 0; // bit i: driver i
    std::uint64_t reported_ = 0;
};

// The name of a driver, as 0xC4/0x62 points to it; lives as long as the program.
const char* driver_name(unsigned driver);

} // namespace poolproof
