// Physical pages: how many each node offers to each kind of pool, how many are in use, and the low and high
// events.
//
// Covers: node choice (SHR-02), priorities (EATP-05 to EATP-07), event states (SHR-01, EV-02). Does not
// cover: where pages lie. Not locked: the machine's lock covers it; event queries may run beside it and see a
// recent state.
#pragma once

#include "poolproof/machine.h"

#include <array>
#include <cstdint>

namespace poolproof {

enum class PoolPriority : std::uint8_t { low, normal, high };

class Budget {
  public:
    void reset(std::uint32_t pages_per_node);
    void set(unsigned node, PoolKind kind, std::uint32_t pages) { cell(node, kind).budget = pages; }

    // True when a request of that priority may take `pages` more (nothing is taken). The documents give no
    // thresholds: Low leaves a quarter of the budget free, Normal a sixteenth, High nothing.
    bool allows(PoolKind kind, std::uint64_t pages, PoolPriority priority) const;
    std::uint64_t free_pages(unsigned node, PoolKind kind) const;

    void take(unsigned node, PoolKind kind, std::uint32_t pages) { cell(node, kind).used += pages; }
    void give_back(unsigned node, PoolKind kind, std::uint32_t pages) { cell(node, kind).used -= pages; }

    // Low: less than an eighth of the budget is free. High: more than half is.
    bool event_is_set(PoolKind kind, PoolEvent event) const;
    std::uint64_t used(PoolKind kind) const;

  private:
    struct Cell {
        std::uint32_t budget = 0;
        std::uint32_t used = 0;
    };
    Cell& cell(unsigned node, PoolKind kind) { return cells_[static_cast<unsigned>(kind)][node]; }
    const Cell& cell(unsigned node, PoolKind kind) const { return cells_[static_cast<unsigned>(kind)][node]; }
    std::uint64_t total(PoolKind kind) const;
    // What all nodes offer less what is in use on any: a node that holds more than its budget weighs on the
    // others.
    std::uint64_t total_free(PoolKind kind) const;

    std::array<std::array<Cell, max_nodes>, 2> cells_;
};

} // namespace poolproof
