// What the tests of the documented routines share: a machine of their own, and bug checks and raises as
// values.
//
// Covers: fixtures only. Does not cover: any rule.
#pragma once

#include "poolproof/machine.h"

#include <ddi/bugcodes.h>
#include <ddi/ntifs.h>

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <optional>

namespace poolproof {

inline constexpr ULONG test_tag = 0x31676154; // '1gaT'

// Code and parameters, so that one comparison says it all.
using Codes = std::array<std::uint64_t, 5>;

template <class Call> Codes bug_check_of(Call&& call) {
    try {
        call();
    } catch (const BugCheck& caught) {
        return {caught.code, caught.parameters[0], caught.parameters[1], caught.parameters[2],
                caught.parameters[3]};
    }
    return {};
}

// The status raised, 0 for none.
template <class Call> NTSTATUS raised_by(Call&& call) {
    try {
        call();
    } catch (const RaisedStatus& raised) {
        return raised.status;
    }
    return 0;
}

inline std::uint64_t number(const void* pointer) {
    return reinterpret_cast<std::uint64_t>(pointer);
}

class OnAMachine : public testing::Test {
  protected:
    OnAMachine() { machine_.bind(0); }

    void restart(const MachineConfig& config) { machine_.reset(config); }
    void exhaust(PoolKind kind) {
        for (unsigned node = 0; node < max_nodes; ++node)
            machine_.set_budget(node, kind, 0);
    }
    BlockDescription description_of(const void* block) const {
        return machine_.describe(block).value_or(BlockDescription{});
    }
    std::uint64_t charged(PoolKind kind = PoolKind::nonpaged, unsigned process = 0) const {
        return machine_.quota(process, kind).charged;
    }

    Machine machine_;
};

} // namespace poolproof
