// GEO-01 to GEO-05: alignment, page crossing, exact bytes and tails. FsRtl inherits them by implication only
// (FPT-11) and Eng has no such rule, so neither is judged. Does not cover: touches outside a block
// (guards.cpp).
#include "oracle/check.hpp"

namespace poolproof::oracle {

namespace {

Outcome starts_on_a_page(const Context& c) {
    return c.op->size < page_bytes ? Outcome::not_relevant
                                   : hold_if(page_of(c.event->address) == c.event->address);
}

Outcome lies_in_one_page(const Context& c) {
    const std::uint64_t bytes = c.op->size;
    if (bytes == 0 || bytes > page_bytes) {
        return Outcome::not_relevant;
    }
    return hold_if(page_of(c.event->address) == page_of(c.event->address + bytes - 1));
}

Outcome is_aligned(const Context& c) {
    const std::uint64_t bytes = c.op->size;
    if (bytes == 0 || bytes >= page_bytes) {
        return Outcome::not_relevant;
    }
    return hold_if(c.event->address % c.claims->granule() == 0);
}

// EAPQ-07: the page says nothing of exactly a page here, and by EAPQ-06 that is a whole page.
Outcome lies_below_a_page_in_one(const Context& c) {
    return c.op->size < page_bytes ? lies_in_one_page(c) : Outcome::not_relevant;
}

bool is_exact_block(const Block& block, RoutineSet of) {
    return contains(of, block.routine) && !block.paged && block.size >= 1 && block.size <= page_bytes;
}

bool has_tail(const Block& block, RoutineSet of) {
    return contains(of, block.routine) && block.size > page_bytes && block.size % page_bytes != 0;
}

// Register X-43: at exactly a page there is no rounding either way.
template <RoutineSet Of> Outcome all_its_bytes_are_new(const Context& c) {
    const Block* other = c.alloc.overlapped;
    if (other != nullptr && (is_exact_block(*other, Of) || c.alloc.nonpaged_exact)) {
        return Outcome::violated;
    }
    if (!c.alloc.nonpaged_exact || c.event->accessible == Seen::not_looked) {
        return Outcome::not_relevant;
    }
    return hold_if(c.event->accessible == Seen::yes);
}

// Whether the block freed still holds what was written there.
Outcome kept_its_bytes(const Context& c) {
    if (c.event->intact == Seen::not_looked || c.free.block->tainted ||
        c.free.block != c.world->of_slot(c.op->slot)) {
        return Outcome::not_relevant;
    }
    return hold_if(c.event->intact == Seen::yes);
}

template <RoutineSet Of> Outcome exact_bytes_were_kept(const Context& c) {
    return is_exact_block(*c.free.block, Of) ? kept_its_bytes(c) : Outcome::not_relevant;
}

template <RoutineSet Of> Outcome large_block_was_kept(const Context& c) {
    return has_tail(*c.free.block, Of) ? kept_its_bytes(c) : Outcome::not_relevant;
}

// A new block in the last page of a larger one.
template <RoutineSet Of> Outcome stays_behind_a_large_block(const Context& c) {
    const std::uint64_t at = c.event->address;
    const Block* large = c.alloc.overlapped;
    if (large != nullptr) { // inside its last page, it was taken for the tail
        const bool in_last_page = has_tail(*large, Of) && page_of(at) == page_of(large->end() - 1);
        return in_last_page ? Outcome::violated : Outcome::not_relevant;
    }
    large = c.alloc.before;
    if (large != nullptr && large->size < page_bytes && c.claims->tail_reuse == TailReuse::wasted) {
        large = c.world->covering(page_of(at)); // others may have come between
    }
    if (large == nullptr || !has_tail(*large, Of) || page_of(at) != page_of(large->end() - 1)) {
        return Outcome::not_relevant;
    }
    return hold_if(c.claims->tail_reuse != TailReuse::wasted);
}

// Whose pages say whose the bytes are.
constexpr RoutineSet exact_pages = by_plain_pool | by_tag_routine | by_tag_wrappers;
constexpr const char* page_start = "a block of PAGE_SIZE bytes or more that starts on a page boundary";
constexpr const char* one_page = "a block of at most PAGE_SIZE bytes inside one page";
constexpr const char* alignment = "a block aligned to 8 bytes, on 64-bit systems to 16";
constexpr const char* exact = "every byte asked for to be the caller's alone";
constexpr const char* kept = "the block to hold what its owner wrote until it is freed";
constexpr const char* tail = "only the tail of a large block to be given to others";

constexpr Row rows[] = {
    {"GEO-01", starts_on_a_page, on_allocate, by_ex, is_pointer, 0, page_start},
    {"GEO-02", lies_in_one_page, on_allocate, by_ex, is_pointer, 0, one_page},
    {"GEO-03", is_aligned, on_allocate, by_ex, is_pointer, 0, alignment},
    {"GEO-04", all_its_bytes_are_new<exact_pages>, on_allocate, exact_pages, is_pointer, 0, exact},
    {"GEO-04", exact_bytes_were_kept<exact_pages>, on_free, 0, on_live, 0, kept},
    {"GEO-05", stays_behind_a_large_block<exact_pages>, on_allocate, by_ex_family, is_pointer, 0, tail},
    {"GEO-05", large_block_was_kept<exact_pages>, on_free, 0, on_live, 0, kept},
    {"EAPT-07", starts_on_a_page, on_allocate, by_tag_routine, is_pointer, 0, page_start},
    {"EAPT-08", lies_in_one_page, on_allocate, by_tag_routine, is_pointer, 0, one_page},
    {"EAPT-09", is_aligned, on_allocate, by_tag_routine, is_pointer, 0, alignment},
    {"EAPT-10", all_its_bytes_are_new<by_tag_routine>, on_allocate, by_tag_routine, is_pointer, 0, exact},
    {"EAPT-10", exact_bytes_were_kept<by_tag_routine>, on_free, 0, on_live, 0, kept},
    {"EAPT-11", stays_behind_a_large_block<by_tag_routine>, on_allocate, by_ex_family, is_pointer, 0, tail},
    {"EAPT-11", large_block_was_kept<by_tag_routine>, on_free, 0, on_live, 0, kept},
    {"EATP-14", starts_on_a_page, on_allocate, by_priority_routine, is_pointer, 0, page_start},
    {"EATP-14", lies_in_one_page, on_allocate, by_priority_routine, is_pointer, 0, one_page},
    {"EATP-14", is_aligned, on_allocate, by_priority_routine, is_pointer, 0, alignment},
    {"EAP-04", starts_on_a_page, on_allocate, by_plain_pool, is_pointer, 0, page_start},
    {"EAP-04", lies_in_one_page, on_allocate, by_plain_pool, is_pointer, 0, one_page},
    {"EAP-04", is_aligned, on_allocate, by_plain_pool, is_pointer, 0, alignment},
    {"EAP-05", all_its_bytes_are_new<by_plain_pool>, on_allocate, by_plain_pool, is_pointer, 0, exact},
    {"EAP-05", exact_bytes_were_kept<by_plain_pool>, on_free, 0, on_live, 0, kept},
    {"EAP-05", stays_behind_a_large_block<by_plain_pool>, on_allocate, by_plain_pool, is_pointer, 0, tail},
    {"EAP-05", large_block_was_kept<by_plain_pool>, on_free, 0, on_live, 0, kept},
    {"EAPQ-06", starts_on_a_page, on_allocate, by_quota_routine, is_pointer, 0, page_start},
    {"EAPQ-07", lies_below_a_page_in_one, on_allocate, by_quota_routine, is_pointer, 0, one_page},
    {"EAPQ-07", is_aligned, on_allocate, by_quota_routine, is_pointer, 0, alignment},
    {"EAQT-08", starts_on_a_page, on_allocate, by_quota_tag_routine, is_pointer, 0, page_start},
    {"EAQT-08", lies_in_one_page, on_allocate, by_quota_tag_routine, is_pointer, 0, one_page},
    {"EAQT-08", is_aligned, on_allocate, by_quota_tag_routine, is_pointer, 0, alignment},
    {"EAP2-11", starts_on_a_page, on_allocate, by_pool_flags, is_pointer, 0, page_start},
    {"EAP2-11", lies_in_one_page, on_allocate, by_pool_flags, is_pointer, 0, one_page},
    {"EAP2-11", is_aligned, on_allocate, by_pool_flags, is_pointer, 0, alignment},
    {"EAP3-01", starts_on_a_page, on_allocate, by_pool3, is_pointer, 0, page_start},
    {"EAP3-01", lies_in_one_page, on_allocate, by_pool3, is_pointer, 0, one_page},
    {"EAP3-01", is_aligned, on_allocate, by_pool3, is_pointer, 0, alignment},
    {"ZW-01", starts_on_a_page, on_allocate, by_zero, is_pointer, 0, page_start},
    {"ZW-01", lies_in_one_page, on_allocate, by_zero, is_pointer, 0, one_page},
    {"ZW-01", is_aligned, on_allocate, by_zero, is_pointer, 0, alignment},
    {"ZW-02", starts_on_a_page, on_allocate, by_zero_of_base, is_pointer, 0, page_start},
    {"ZW-02", lies_in_one_page, on_allocate, by_zero_of_base, is_pointer, 0, one_page},
    {"ZW-02", is_aligned, on_allocate, by_zero_of_base, is_pointer, 0, alignment},
    {"ZW-06", starts_on_a_page, on_allocate, by_plain_wrappers, is_pointer, 0, page_start},
    {"ZW-06", lies_in_one_page, on_allocate, by_plain_wrappers, is_pointer, 0, one_page},
    {"ZW-06", is_aligned, on_allocate, by_plain_wrappers, is_pointer, 0, alignment},
};

} // namespace

std::span<const Row> geometry_rows() {
    return rows;
}

} // namespace poolproof::oracle
