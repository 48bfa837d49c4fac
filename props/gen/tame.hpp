// Tamer: turns any op into a well-formed one that does real work in ordinary pool.
//
// Covers: what is live, as far as the arguments tell, and the nearest legal op to any op given. Does not
// cover: special pool, budgets, failures, processes and every kind of misuse, which other flavours are for.
#pragma once

#include "trace/op.hpp"

#include <array>
#include <cstdint>

namespace poolproof {

class Tamer {
  public:
    // At most `slots` blocks live at once, 1 to slot_count.
    explicit Tamer(unsigned slots);

    // A canonical op that is legal after those returned before. `pick` (any value) chooses among live blocks.
    Op tame(const Op& op, std::uint32_t pick);
    unsigned live() const { return live_; }

  private:
    struct Block {
        Routine allocator = Routine::ExAllocatePoolWithTag;
        bool pageable = false; // out of reach at DISPATCH_LEVEL
        std::uint32_t tag = 0;
        std::uint64_t size = 0;
    };

    Op allocate(const Op& op);
    Op release(std::uint32_t pick);
    Op touch(const Op& op, std::uint32_t pick);
    Op lower_irql();
    bool at_dispatch() const { return levels_[processor_] >= 2; }

    unsigned slots_;
    unsigned live_ = 0;
    // The slots in some order: the first live_ of them hold blocks.
    std::array<std::uint8_t, slot_count> order_{};
    std::array<Block, slot_count> blocks_{};
    std::array<std::uint8_t, processor_count> levels_{};
    unsigned processor_ = 0;
};

} // namespace poolproof
