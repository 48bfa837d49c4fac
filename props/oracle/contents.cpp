// CON-01 and EAM-03: what a new block holds. Zeroing is promised by FL_ZERO_MEMORY alone; everything else is
// uninitialised, so any bytes are right. Does not cover: whether bytes stay (geometry.cpp, failure.cpp).
#include "oracle/check.hpp"

namespace poolproof::oracle {

namespace {

Outcome any_bytes_are_right(const Context& c) {
    return c.event->zeroed == Seen::not_looked ? Outcome::not_relevant : Outcome::unspecified;
}

bool asks_for_zeroes(const Context& c) {
    return (c.op->pool_type & FL_ZERO_MEMORY) != 0;
}

Outcome zeroed_when_asked(const Context& c) {
    if (c.event->zeroed == Seen::not_looked) {
        return Outcome::not_relevant;
    }
    return asks_for_zeroes(c) ? hold_if(c.event->zeroed == Seen::yes) : Outcome::unspecified;
}

// Both flags act, whatever the other is.
Outcome flags_are_independent(const Context& c) {
    const bool zero_right = !asks_for_zeroes(c) || c.event->zeroed != Seen::no;
    return hold_if(zero_right && c.event->block.paged == c.alloc.paged);
}

constexpr const char* any = "any bytes";
constexpr RoutineSet left_open = by_type_takers & ~by_zero_wrappers;

constexpr Row rows[] = {
    {"CON-01", any_bytes_are_right, on_allocate, left_open, is_pointer, 0, any, true},
    {"EAPT-21", any_bytes_are_right, on_allocate, by_tag_routine, is_pointer, 0, any, true},
    {"EATP-18", any_bytes_are_right, on_allocate, by_priority_routine, is_pointer, 0, any, true},
    {"FPT-08", any_bytes_are_right, on_allocate, by_fsrtl, is_pointer, 0, any, true},
    {"EAP-09", any_bytes_are_right, on_allocate, by_plain_pool, is_pointer, 0, any, true},
    {"EAPQ-10", any_bytes_are_right, on_allocate, by_quota_routine, is_pointer, 0, any, true},
    {"EAQT-14", any_bytes_are_right, on_allocate, by_quota_tag_routine, is_pointer, 0, any, true},
    {"FPQT-07", any_bytes_are_right, on_allocate, by_fsrtl_quota, is_pointer, 0, any, true},
    {"EAM-03", zeroed_when_asked, on_allocate, by_eng, is_pointer, 0,
     "a block full of zeroes for FL_ZERO_MEMORY"},
    {"EAM-04", flags_are_independent, on_allocate, by_eng, is_pointer | has_info, can_block_info,
     "each flag of EngAllocMem to act whatever the other is"},
};

} // namespace

std::span<const Row> contents_rows() {
    return rows;
}

} // namespace poolproof::oracle
