// Implements machine/budget.hpp. The thresholds are this machine's own; no document gives any.
#include "machine/budget.hpp"

#include <algorithm>

namespace poolproof {

void Budget::reset(std::uint32_t pages_per_node, Policies::EventLevels levels, unsigned nodes) {
    nodes_ = std::clamp(nodes, 1U, most_nodes);
    distances_ = {};
    order_nodes();
    for (auto& kind : cells_)
        kind.fill(Cell{pages_per_node, 0});
    most_commit_ = commit_limit();
    set_ = {};
    two_levels_ = levels == Policies::EventLevels::two;
    changed(PoolKind::nonpaged);
    changed(PoolKind::paged);
}

void Budget::set_distance(unsigned one, unsigned other, std::uint32_t distance) {
    distances_[one][other] = distances_[other][one] = distance;
    order_nodes();
}

void Budget::order_nodes() {
    for (unsigned local = 0; local < nodes_; ++local) {
        auto& order = order_[local];
        for (unsigned i = 0; i < nodes_; ++i)
            order[i] = static_cast<std::uint8_t>((local + i) % nodes_);
        std::sort(order.begin() + 1, order.begin() + nodes_, [&](unsigned a, unsigned b) {
            if (distances_[local][a] != distances_[local][b])
                return distances_[local][a] < distances_[local][b];
            return (a + nodes_ - local) % nodes_ < (b + nodes_ - local) % nodes_;
        });
    }
}

std::uint64_t Budget::total(PoolKind kind) const {
    std::uint64_t sum = 0;
    for (unsigned node = 0; node < nodes_; ++node)
        sum += cell(node, kind).budget;
    return sum;
}

std::uint64_t Budget::free_pages(unsigned node, PoolKind kind) const {
    const Cell& c = cell(node, kind);
    return c.budget > c.used ? c.budget - c.used : 0;
}

std::uint64_t Budget::total_free(PoolKind kind) const {
    const std::uint64_t offered = total(kind);
    const std::uint64_t in_use = used(kind);
    return offered > in_use ? offered - in_use : 0;
}

bool Budget::allows(PoolKind kind, std::uint64_t pages, PoolPriority priority) const {
    const std::uint64_t available = total_free(kind);
    if (pages > available)
        return false;
    const std::uint64_t left = available - pages;
    switch (priority) {
    case PoolPriority::low:
        return left * 4 >= total(kind);
    case PoolPriority::normal:
        return left * 16 >= total(kind);
    case PoolPriority::high:
        break;
    }
    return true;
}

// An event that is set clears at the other one of its two levels.
bool Budget::crosses(PoolKind kind, PoolEvent event, bool was_set) const {
    const std::uint64_t available = total_free(kind);
    if (event == PoolEvent::low)
        return available == 0 || available * 8 < total(kind) * (was_set ? 2 : 1);
    return available * 8 > total(kind) * (was_set ? 3 : 4);
}

void Budget::remember_events(PoolKind kind) {
    auto& events = set_[static_cast<unsigned>(kind)];
    for (const PoolEvent event : {PoolEvent::low, PoolEvent::high}) {
        bool& is_set = events[static_cast<unsigned>(event)];
        is_set = crosses(kind, event, is_set);
    }
}

bool Budget::event_is_set(PoolKind kind, PoolEvent event) const {
    if (two_levels_)
        return set_[static_cast<unsigned>(kind)][static_cast<unsigned>(event)];
    return crosses(kind, event, false);
}

std::uint64_t Budget::used(PoolKind kind) const {
    std::uint64_t sum = 0;
    for (unsigned node = 0; node < nodes_; ++node)
        sum += cell(node, kind).used;
    return sum;
}

} // namespace poolproof
