// Special pool at the allocation: SP-01 to SP-05, SP-08, SP-09, GF-09 (gflags.cpp has the others of GF),
// EAM-11, EATP-09 to EATP-11. A request stands with Driver Verifier or with GFlags' tag; blocks below a page
// qualify. FsRtl is not named by the page, so whether it gets special pool is open; where it does, the block
// lies as any other. Does not cover: touches and frees (guards.cpp).
#include "oracle/check.hpp"

namespace poolproof::oracle {

namespace {

bool ends_at_the_page_end(const Context& c) {
    const bool cache_aligned = (c.alloc.ask.pool_type & NonPagedPoolCacheAligned) != 0;
    const std::uint64_t granule = cache_aligned ? 64 : c.claims->granule();
    const std::uint64_t start = c.event->address - page_of(c.event->address);
    return start + c.op->size <= page_bytes && page_bytes - (start + c.op->size) < granule;
}

} // namespace

Outcome special_as_long_as_room(const Context& c) {
    if (c.has(in_special)) {
        return Outcome::holds;
    }
    const bool room =
        c.alloc.expect == Expect::memory && c.world->special_live < c.claims->special_pool_blocks;
    return room ? Outcome::violated : Outcome::unspecified;
}

bool is_on_its_side(const Context& c) {
    return c.alloc.side == Side::start ? page_of(c.event->address) == c.event->address
                                       : ends_at_the_page_end(c);
}

namespace {

Outcome qualifying_goes_to_special_pool(const Context& c) {
    if (c.has(is_eligible)) {
        return special_as_long_as_room(c);
    }
    const bool left_open = c.op->size == 0 || c.op->size >= page_bytes || c.alloc.gflags.open;
    return left_open ? Outcome::not_relevant : hold_if(!c.has(in_special));
}

Outcome covers_the_routine(const Context& c) {
    return special_as_long_as_room(c);
}

Outcome large_stays_out(const Context& c) {
    return c.op->size < page_bytes ? Outcome::not_relevant : hold_if(!c.has(in_special));
}

// SP-09: being full is no reason to fail.
Outcome caller_sees_success(const Context& c) {
    return c.alloc.expect == Expect::memory ? hold_if(c.has(is_pointer)) : Outcome::not_relevant;
}

Outcome variant_selects_nothing(const Context& c) {
    return c.has(is_eligible) || c.alloc.gflags.open ? Outcome::not_relevant : hold_if(!c.has(in_special));
}

Outcome end_is_at_the_page_end(const Context& c) {
    return c.alloc.side == Side::end && !c.alloc.side_open ? hold_if(ends_at_the_page_end(c))
                                                           : Outcome::not_relevant;
}

Outcome start_is_at_the_page_start(const Context& c) {
    return c.alloc.side == Side::start && !c.alloc.side_open ? hold_if(is_on_its_side(c))
                                                             : Outcome::not_relevant;
}

Outcome variant_picks_the_side(const Context& c) {
    return hold_if(is_on_its_side(c));
}

Outcome variant_overrides_the_setting(const Context& c) {
    return c.alloc.side == c.world->special_side ? Outcome::not_relevant : hold_if(is_on_its_side(c));
}

// No live block on the page of a special-pool block, nor on the pages beside it.
Outcome is_alone_between_guards(const Context& c) {
    const std::uint64_t bytes = c.op->size == 0 ? 1 : c.op->size;
    const std::uint64_t first = page_of(c.event->address);
    const std::uint64_t last = page_of(c.event->address + bytes - 1);
    const bool special = c.has(in_special);
    for (const Block* other : {c.alloc.before, c.alloc.after}) {
        if (other == nullptr || (!special && !other->is_special())) {
            continue;
        }
        const bool close =
            page_of(other->end() - 1) + page_bytes >= first && other->page() <= last + page_bytes;
        if (close) {
            return Outcome::violated;
        }
    }
    return special ? Outcome::holds : Outcome::not_relevant;
}

constexpr std::uint32_t told = is_pointer | has_info;
constexpr std::uint32_t caps = can_block_info | can_special_pool;
constexpr const char* alone = "a special-pool block alone on a page, with inaccessible pages on both sides";
constexpr const char* at_end = "a special-pool block that ends at the end of its page";
constexpr const char* at_start = "a special-pool block that starts at the start of its page";
constexpr const char* qualifies = "special pool for requests that qualify and for no others";
constexpr const char* variant = "the special-pool priority to choose the side of the page";

constexpr RoutineSet named = by_ex | by_eng;
constexpr Row rows[] = {
    {"SP-01", covers_the_routine, on_allocate, named, told | is_eligible, caps, qualifies},
    {"SP-02", is_alone_between_guards, on_allocate, by_pool_routine, told, caps, alone},
    {"SP-03", end_is_at_the_page_end, on_allocate, by_pool_routine, told | in_special, caps, at_end},
    {"SP-04", start_is_at_the_page_start, on_allocate, by_pool_routine, told | in_special, caps, at_start},
    {"SP-05", end_is_at_the_page_end, on_allocate, by_pool_routine, told | in_special, caps, at_end},
    {"SP-08", large_stays_out, on_allocate, by_pool_routine, told, caps,
     "ordinary pool for a request of a page or more"},
    {"SP-09", caller_sees_success, on_allocate, by_pool_routine, is_eligible | is_sound, can_special_pool,
     "an eligible request to succeed, in special pool or out of it"},
    {"GF-09", qualifying_goes_to_special_pool, on_allocate, named, told, caps, qualifies},
    {"EAM-11", covers_the_routine, on_allocate, by_eng, told | is_eligible, caps,
     "special pool for EngAllocMem"},
    {"EATP-09", variant_picks_the_side, on_allocate, by_priority_routine, told | in_special | has_variant,
     caps, variant},
    {"EATP-10", variant_selects_nothing, on_allocate, by_priority_routine, told | has_variant, caps,
     "a special-pool priority to have no effect while no request for special pool stands"},
    {"EATP-11", variant_overrides_the_setting, on_allocate, by_priority_routine,
     told | in_special | has_variant, caps, variant},
};

} // namespace

std::span<const Row> placement_rows() {
    return rows;
}

} // namespace poolproof::oracle
