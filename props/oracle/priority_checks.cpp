// EATP-05 to EATP-07: what a shortage may do to a request of each priority. No threshold is documented, so a
// low or normal request is held to succeed only where more than half of the budget certainly stays free.
// SHR-02: the node of a block. EAPT-02: the kind of memory. Does not cover: the form of a failure
// (failure.cpp).
#include "oracle/check.hpp"

namespace poolproof::oracle {

namespace {

Outcome served(const Context& c, bool certain) {
    if (c.alloc.injected || c.alloc.impossible) {
        return Outcome::not_relevant;
    }
    if (c.has(is_pointer)) {
        return Outcome::holds;
    }
    return certain ? Outcome::violated : Outcome::unspecified;
}

Outcome low_is_served_in_plenty(const Context& c) {
    return c.op->priority < NormalPoolPriority ? served(c, c.alloc.plenty) : Outcome::not_relevant;
}

Outcome normal_is_served_in_plenty(const Context& c) {
    const bool normal = c.op->priority >= NormalPoolPriority && c.op->priority < HighPoolPriority;
    return normal ? served(c, c.alloc.plenty) : Outcome::not_relevant;
}

Outcome high_is_served_while_anything_is_left(const Context& c) {
    return c.op->priority >= HighPoolPriority ? served(c, c.alloc.certain) : Outcome::not_relevant;
}

// Certain where the local node alone has room for everything that may be in use, or has none at all.
Outcome local_node_first(const Context& c) {
    const World& w = *c.world;
    if (c.alloc.ask.names_node) {
        return Outcome::not_relevant; // EAP3-08 speaks of it
    }
    const bool paged = c.alloc.paged;
    const unsigned local = w.processor % node_count;
    if (c.alloc.expect == Expect::memory &&
        w.budget[local][paged] >= w.most_pages[paged] + pages_of(c.op->size)) {
        return hold_if(c.event->block.node == local);
    }
    if (w.budget[local][paged] == 0 && w.most_pages[paged] == 0) {
        return hold_if(c.event->block.node != local);
    }
    return Outcome::unspecified;
}

// X-23 leaves open whether paged pool may be executed, and no page says it of special pool.
Outcome is_of_the_kind_asked_for(const Context& c) {
    if (!c.has(is_sound)) {
        return Outcome::not_relevant;
    }
    const BlockInfo& block = c.event->block;
    const bool no_execute = (c.op->pool_type & POOL_NX_ALLOCATION) != 0;
    return hold_if(!block.user && block.paged == c.alloc.paged &&
                   (c.alloc.paged || !no_execute || !block.executable) &&
                   (c.alloc.paged || no_execute || block.executable || block.special));
}

Outcome is_of_the_pool_asked_for(const Context& c) {
    return hold_if(!c.event->block.user && c.event->block.paged == c.alloc.paged);
}

constexpr std::uint32_t told = is_pointer | has_info;
// Whose pages speak of nodes.
constexpr RoutineSet near_memory = by_tagged_classic_ex | by_pool_flags;
constexpr std::uint32_t nodes = can_block_info | can_budget;
constexpr const char* local = "memory of the local node while it has room, else of the other";
constexpr const char* kind = "memory of the kind that the pool type names";

constexpr Row priorities[] = {
    {"EATP-05", low_is_served_in_plenty, on_allocate, by_priority_routine, is_sound, can_budget,
     "a low-priority request to be served while most of the budget is free"},
    {"EATP-06", normal_is_served_in_plenty, on_allocate, by_priority_routine, is_sound, can_budget,
     "a normal-priority request to be served while most of the budget is free"},
    {"EATP-07", high_is_served_while_anything_is_left, on_allocate, by_priority_routine, is_sound, can_budget,
     "a high-priority request to be served until nothing is left"},
};

constexpr Row places[] = {
    {"SHR-02", local_node_first, on_allocate, near_memory, told | is_sound, nodes, local},
    {"EAP2-17", local_node_first, on_allocate, by_pool_flags, told | is_sound, nodes, local},
    {"EAPT-20", local_node_first, on_allocate, by_tag_routine, told | is_sound, nodes, local},
    {"EATP-17", local_node_first, on_allocate, by_priority_routine, told | is_sound, nodes, local},
    {"EAQT-13", local_node_first, on_allocate, by_quota_tag_routine, told | is_sound, nodes, local},
    {"EAPT-02", is_of_the_kind_asked_for, on_allocate, by_tag_routine, told, can_block_info, kind},
    {"FPT-01", is_of_the_pool_asked_for, on_allocate, by_fsrtl, told, can_block_info, kind},
    {"FPQT-02", is_of_the_pool_asked_for, on_allocate, by_fsrtl_quota, told, can_block_info, kind},
    {"EAM-02", is_of_the_pool_asked_for, on_allocate, by_eng, told, can_block_info,
     "nonpaged pool for FL_NONPAGED_MEMORY, paged pool without it"},
};

} // namespace

std::span<const Row> priority_rows() {
    return priorities;
}

std::span<const Row> numa_rows() {
    return places;
}

} // namespace poolproof::oracle
