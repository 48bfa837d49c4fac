// Physical pages: how many each node offers to each kind of pool, how many are in use, and the low and high
// events.
//
// Covers: node choice (SHR-02), priorities (EATP-05 to EATP-07), event states (SHR-01, EV-02 to EV-05). Does
// not cover: where pages lie. Not locked: the machine's lock covers it; event queries may run beside it and
// see a recent state.
#pragma once

#include "poolproof/machine.h"

#include <array>
#include <cstdint>

namespace poolproof {

enum class PoolPriority : std::uint8_t { low, normal, high };

class Budget {
  public:
    void reset(std::uint32_t pages_per_node, Policies::EventLevels levels = Policies::EventLevels::one,
               unsigned nodes = max_nodes);
    unsigned nodes() const { return nodes_; }
    void set_distance(unsigned one, unsigned other, std::uint32_t distance);
    // The nodes by their distance from `local`: it is the 0th itself. `i` is below nodes().
    unsigned nth_node(unsigned local, unsigned i) const { return order_[local][i]; }
    void set(unsigned node, PoolKind kind, std::uint32_t pages) {
        cell(node, kind).budget = pages;
        changed(kind);
    }

    // True when a request of that priority may take `pages` more (nothing is taken). The documents give no
    // thresholds: Low leaves a quarter of the budget free, Normal a sixteenth, High nothing.
    bool allows(PoolKind kind, std::uint64_t pages, PoolPriority priority) const;
    std::uint64_t free_pages(unsigned node, PoolKind kind) const;

    void take(unsigned node, PoolKind kind, std::uint32_t pages) {
        cell(node, kind).used += pages;
        changed(kind);
    }
    void give_back(unsigned node, PoolKind kind, std::uint32_t pages) {
        cell(node, kind).used -= pages;
        changed(kind);
    }

    // Low: less than an eighth of the budget is free. High: more than half is. With two levels (a policy) Low
    // stays set until a quarter is free, and High while three eighths are.
    bool event_is_set(PoolKind kind, PoolEvent event) const;
    // Of all pool, in pages: in use, offered now, offered by a machine that no test has made smaller (EV-05).
    std::uint64_t commit_charge() const { return used(PoolKind::nonpaged) + used(PoolKind::paged); }
    std::uint64_t commit_limit() const { return total(PoolKind::nonpaged) + total(PoolKind::paged); }
    std::uint64_t most_commit() const { return most_commit_; }
    std::uint64_t used(PoolKind kind) const;

  private:
    struct Cell {
        std::uint32_t budget = 0;
        std::uint32_t used = 0;
    };
    Cell& cell(unsigned node, PoolKind kind) { return cells_[static_cast<unsigned>(kind)][node]; }
    const Cell& cell(unsigned node, PoolKind kind) const { return cells_[static_cast<unsigned>(kind)][node]; }
    std::uint64_t total(PoolKind kind) const;
    void changed(PoolKind kind) {
        if (two_levels_)
            remember_events(kind);
    }
    void remember_events(PoolKind kind);
    void order_nodes();
    bool crosses(PoolKind kind, PoolEvent event, bool was_set) const;
    // What all nodes offer less what is in use on any: a node that holds more than its budget weighs on the
    // others.
    std::uint64_t total_free(PoolKind kind) const;

    unsigned nodes_ = max_nodes;
    std::array<std::array<Cell, most_nodes>, 2> cells_;
    std::array<std::array<std::uint32_t, most_nodes>, most_nodes> distances_{};
    std::array<std::array<std::uint8_t, most_nodes>, most_nodes> order_{};
    std::array<std::array<bool, 2>, 2> set_{}; // with two levels: by kind and event
    std::uint64_t most_commit_ = 0;
    bool two_levels_ = false;
};

} // namespace poolproof
