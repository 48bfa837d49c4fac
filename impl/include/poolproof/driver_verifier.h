// Driver Verifier's pool side: its flags, settings and what it counts. Part of poolproof/machine.h.
//
// Covers: the values that a test sets and sees. Does not cover: Force IRQL Checking, which the machine always
// does, and the flags that concern no pool (I/O, deadlock, DMA and security checking), which are stored and
// change nothing but what any flag changes.
#pragma once

#include <cstdint>

namespace poolproof {

// Contract facts 13.4 (devtest/verifier-command-line).
enum VerifierFlag : std::uint32_t {
    verify_special_pool = 0x1,
    verify_irql = 0x2,
    verify_low_resources = 0x4,
    verify_pool_tracking = 0x8,
    verify_io = 0x10,
    verify_deadlocks = 0x20,
    verify_dma = 0x80,
    verify_security = 0x100,
    verify_misc = 0x800,
    verify_ddi_compliance = 0x20000,
    verify_systematic_low_resources = 0x40000,
    verify_code_integrity = 0x2000000,
};

// The standard settings of 13.4, rule classes 34 and 37 aside.
inline constexpr std::uint32_t standard_verifier_flags = 0x209BB;

// Low resources simulation (LR-01 to LR-03); in force with verify_low_resources. The filters combine by AND,
// which no page states.
struct LowResources {
    std::uint32_t probability = 600; // of failure, in 10,000; more counts as 10,000
    // Tag patterns separated by spaces, as tag_matches() (tag_text.h) takes them. Empty: any tag. Not null;
    // copied.
    const char* tags = "";
    std::uint32_t processes = 0;       // bit i: process i; 0: any
    std::uint64_t delay_seconds = 480; // of the machine's clock since reset, in which nothing fails
    std::uint64_t delay_calls = 0;     // the first eligible calls after that, which do not fail either (ours)
    std::uint64_t seed = 0;            // the same seed and calls fail alike
};

// Of one kind of pool, in blocks and in bytes as requested (PT-05).
struct TrackedPool {
    std::uint64_t allocations = 0;
    std::uint64_t bytes = 0;
    std::uint64_t peak_allocations = 0;
    std::uint64_t peak_bytes = 0;
};

struct DriverCounters {
    TrackedPool paged;
    TrackedPool nonpaged;
};

// IC-04, of pool calls made while any flag is set or the automatic checks are on, of every routine that takes
// pool. A call that ends in a bug check counts nowhere; a refusal without one counts nowhere either.
// attempted = succeeded + failed + the faults injected in pool calls.
struct VerifierCounters {
    std::uint64_t attempted = 0;
    std::uint64_t succeeded = 0;
    std::uint64_t succeeded_special = 0;
    std::uint64_t without_tag = 0;     // tag 0 or "None" (TAG-09), of those attempted
    std::uint64_t failed = 0;          // for lack of memory; faults injected do not count
    std::uint64_t not_tracked = 0;     // PT-06; 0 when Pool Tracking is off
    std::uint64_t faults_injected = 0; // LR-04; of user memory too
    std::uint64_t irql_raises = 0;
    std::uint64_t trims = 0;
};

// An entry of the pool log (PT-07).
struct PoolOperation {
    std::uint64_t address = 0; // the caller's first byte
    std::uint64_t bytes = 0;   // as requested
    std::uint64_t caller = 0;  // return address
    std::uint32_t tag = 0;
    std::uint8_t driver = 0; // that allocated the block
    bool is_free = false;
};

inline constexpr unsigned max_drivers = 4;
inline constexpr std::uint32_t default_pool_log_entries = 65536; // PT-07

} // namespace poolproof
