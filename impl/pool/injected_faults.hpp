// Low resources simulation: which allocation calls Driver Verifier fails on purpose.
//
// Covers: random failures (LR-01 to LR-03) and one failure of each call stack (LR-06). Does not cover: how a
// routine tells of a failure. The same settings and calls fail alike: there is no clock but the machine's,
// and no source of chance but the seed. Not locked.
#pragma once

#include "poolproof/driver_verifier.h"

#include <cstdint>
#include <string>
#include <vector>

namespace poolproof {

struct FaultCandidate {
    const char* routine = nullptr; // documented name
    std::uint64_t caller = 0;      // return address
    std::uint32_t tag = 0;
    unsigned process = 0;
};

class InjectedFaults {
  public:
    // The default settings, the clock at 0, no call stack seen.
    void reset();
    void set(const LowResources& settings);
    void advance_clock(std::uint64_t seconds) { clock_ += seconds; }
    // True when this call fails. `flags` as set_verifier_flags() takes them.
    bool fails(std::uint32_t flags, const FaultCandidate& call);

  private:
    bool fails_by_chance(const FaultCandidate& call);
    bool is_new_stack(const FaultCandidate& call);

    LowResources settings_; // its tags are in tags_
    std::string tags_;
    std::uint64_t clock_ = 0;      // seconds
    std::uint64_t calls_left_ = 0; // of delay_calls
    std::uint64_t random_ = 0;
    std::vector<std::uint64_t> stacks_; // open addressing by hash, a power of two long; 0: empty
    std::size_t stacks_seen_ = 0;
};

} // namespace poolproof
