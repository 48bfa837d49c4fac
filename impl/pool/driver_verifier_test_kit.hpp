// What the tests of Driver Verifier share: a machine, calls whose bug checks come back as values.
//
// Covers: nothing that is under test. Included by tests alone.
#pragma once

#include "poolproof/machine.h"

#include <ddi/bugcodes.h>
#include <ddi/wdm.h>

#include <optional>
#include <vector>

namespace poolproof {

inline constexpr ULONG tag = 0x31676154; // '1gaT'

inline std::uint64_t address_of(const void* block) {
    return reinterpret_cast<std::uint64_t>(block);
}

template <class Call> std::optional<BugCheck> bug_check_of(Call&& call) {
    try {
        call();
    } catch (const BugCheck& found) {
        return found;
    }
    return std::nullopt;
}

// Code and parameters, so that a failure prints what came.
inline std::vector<std::uint64_t> values(const std::optional<BugCheck>& found) {
    if (!found)
        return {};
    return {found->code, found->parameters[0], found->parameters[1], found->parameters[2],
            found->parameters[3]};
}

using Values = std::vector<std::uint64_t>;
inline constexpr std::uint64_t violation = DRIVER_VERIFIER_DETECTED_VIOLATION;

class VerifiedMachine {
  protected:
    VerifiedMachine() { machine_.bind(0); }
    void configure(const Policies& policies) {
        MachineConfig config;
        config.policies = policies;
        machine_.reset(config);
    }
    static std::uint8_t* allocate(std::size_t bytes, POOL_TYPE type = NonPagedPoolNx) {
        return static_cast<std::uint8_t*>(ExAllocatePoolWithTag(type, bytes, tag));
    }
    static Values freeing(void* block) {
        return values(bug_check_of([&] { ExFreePool(block); }));
    }
    Machine machine_;
};

} // namespace poolproof
