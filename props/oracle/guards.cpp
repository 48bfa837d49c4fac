// Special pool at a touch and at the free: guards, slack, freed pages (SP-02 to SP-04, SP-06, SP-07, GEO-06,
// EFP-03, EFM-02). A read of the slack is never detected; an access further away than the neighbouring pages
// is not judged. Does not cover: placement (placement.cpp).
#include "oracle/check.hpp"

#include <ddi/bugcodes.h>

namespace poolproof::oracle {

namespace {

// A fault that names the right address; `code_fits` says whether the bug check is one of the documented ones.
bool faulted_there(const Context& c, bool code_fits) {
    const std::uint64_t end = c.event->used + c.op->length;
    if (c.event->kind == EventKind::guard_fault) {
        return c.event->address >= c.touch.fault_at && c.event->address < end;
    }
    const bool wrote = c.op->kind == OpKind::write;
    const bool way =
        wrote ? c.p(2) == 1 || (c.event->code == PAGE_FAULT_IN_NONPAGED_AREA && c.p(2) == 2) : c.p(2) == 0;
    return c.has(is_bug_check) && code_fits && way && c.p(1) >= c.touch.fault_at && c.p(1) < end;
}

bool is_freed_code(std::uint32_t code) {
    return code == PAGE_FAULT_IN_FREED_SPECIAL_POOL || code == DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL;
}

// The code of an immediate underrun is not named: 0x50 is as good.
bool guard_caught_it(const Context& c) {
    const std::uint32_t code = c.event->code;
    const bool fits =
        code == PAGE_FAULT_BEYOND_END_OF_ALLOCATION || code == DRIVER_PAGE_FAULT_BEYOND_END_OF_ALLOCATION ||
        (c.touch.before && code == PAGE_FAULT_IN_NONPAGED_AREA) || (c.touch.freed_too && is_freed_code(code));
    return faulted_there(c, fits);
}

Outcome guards_catch_it(const Context& c) {
    return c.touch.result == Touched::beyond ? hold_if(guard_caught_it(c)) : Outcome::not_relevant;
}

Outcome overrun_faults_at_once(const Context& c) {
    return c.touch.behind && c.touch.block->side == Side::end ? guards_catch_it(c) : Outcome::not_relevant;
}

Outcome underrun_faults_at_once(const Context& c) {
    return c.touch.before && c.touch.block->side == Side::start ? guards_catch_it(c) : Outcome::not_relevant;
}

// Bytes of the page that are not the block's: nothing yet, a write is found at the free.
Outcome page_is_quiet(const Context& c) {
    return c.touch.outside ? hold_if(!c.has(is_fault)) : Outcome::not_relevant;
}

Outcome end_page_is_quiet(const Context& c) {
    return c.touch.block->side == Side::end ? page_is_quiet(c) : Outcome::not_relevant;
}

Outcome start_page_is_quiet(const Context& c) {
    return c.touch.block->side == Side::start ? page_is_quiet(c) : Outcome::not_relevant;
}

Outcome freed_page_faults(const Context& c) {
    return c.touch.result == Touched::freed_special ? hold_if(faulted_there(c, is_freed_code(c.event->code)))
                                                    : Outcome::not_relevant;
}

bool came_from_eng(const Context& c) {
    return c.touch.block != nullptr && c.touch.block->routine == Routine::EngAllocMem;
}

Outcome use_after_ex_free(const Context& c) {
    return came_from_eng(c) ? Outcome::not_relevant : freed_page_faults(c);
}

Outcome use_after_eng_free(const Context& c) {
    return came_from_eng(c) ? freed_page_faults(c) : Outcome::not_relevant;
}

Outcome damage_is_reported(const Context& c) {
    return judge_free(c, defect_damage);
}

Outcome damage_in_front_is_reported(const Context& c) {
    return c.free.block->side == Side::end && c.free.front ? damage_is_reported(c) : Outcome::not_relevant;
}

Outcome damage_behind_is_reported(const Context& c) {
    return c.free.block->side == Side::start && (c.free.slack || c.free.behind) ? damage_is_reported(c)
                                                                                : Outcome::not_relevant;
}

// No alarm for a page that nobody changed.
Outcome quiet_page_is_freed(const Context& c) {
    return c.free.tolerated ? Outcome::unspecified : hold_if(c.has(is_done));
}

bool is_from(RoutineSet routines, const Block* block) {
    return block != nullptr && contains(routines, block->routine);
}

// GEO-06, EAPT-12, EAP-05: outside its bytes the caller is caught at the touch or at the free; in ordinary
// pool nothing is promised.
template <RoutineSet Of> Outcome strays_are_caught_at_once(const Context& c) {
    if (c.touch.result == Touched::unknown && !c.touch.own) {
        const Block* own = c.world->of_slot(c.op->slot);
        return own != nullptr && own->life == Life::live ? Outcome::unspecified : Outcome::not_relevant;
    }
    return is_from(Of, c.touch.block) ? guards_catch_it(c) : Outcome::not_relevant;
}

template <RoutineSet Of> Outcome strays_are_caught_at_the_free(const Context& c) {
    return is_from(Of, c.free.block) ? damage_is_reported(c) : Outcome::not_relevant;
}

// The same for blocks of other routines. EAP2-12, ZW-10.
template <RoutineSet Of> Outcome strays_of_are_caught_at_once(const Context& c) {
    return c.touch.block != nullptr && contains(Of, c.touch.block->routine) ? guards_catch_it(c)
                                                                            : Outcome::not_relevant;
}

template <RoutineSet Of> Outcome strays_of_are_caught_at_the_free(const Context& c) {
    return contains(Of, c.free.block->routine) ? damage_is_reported(c) : Outcome::not_relevant;
}

constexpr std::uint32_t caps = can_special_pool | can_block_info;
constexpr std::uint32_t caught = caps | can_bug_check;
// Whose pages say that only what was asked for is to be touched.
constexpr RoutineSet bounded = by_plain_pool | by_tag_routine | by_tag_wrappers | by_pool_flags;
constexpr RoutineSet frees = by_ex_free | by_eng_free;
constexpr RoutineSet all_ex_frees = by_ex_free | by_second_free;
constexpr const char* guard = "a fault at the first byte of the page beside a special-pool block";
constexpr const char* quiet = "a touch of the slack of a special-pool page to go unnoticed";
constexpr const char* freed = "bug check 0xCC for a touch of freed special pool";
constexpr const char* damage = "bug check 0xC1 at the free, naming a changed byte of the page";
constexpr const char* calm = "the free to be done when the page is as it was";
constexpr const char* strays = "a touch outside the block to be caught by special pool";

constexpr Row rows[] = {
    {"SP-02", guards_catch_it, on_touch, 0, must_fault | in_special, caps, guard},
    {"SP-03", overrun_faults_at_once, on_touch, 0, must_fault | in_special, caps, guard},
    {"SP-03", end_page_is_quiet, on_touch, 0, must_work | in_special, caps, quiet},
    {"SP-03", damage_in_front_is_reported, on_free, frees, is_damaged, caught, damage},
    {"SP-04", underrun_faults_at_once, on_touch, 0, must_fault | in_special, caps, guard},
    {"SP-04", start_page_is_quiet, on_touch, 0, must_work | in_special, caps, quiet},
    {"SP-04", damage_behind_is_reported, on_free, frees, is_damaged, caught, damage},
    {"SP-06", page_is_quiet, on_touch, 0, must_work | in_special, caps, quiet},
    {"SP-06", damage_is_reported, on_free, frees, is_damaged, caught, damage},
    {"SP-06", quiet_page_is_freed, on_free, frees, in_special | on_live | is_sound, caps, calm},
    {"SP-07", freed_page_faults, on_touch, 0, must_fault | in_special, caps, freed},
    {"EFP-03", use_after_ex_free, on_touch, 0, must_fault | in_special, caps, freed},
    {"EFM-02", use_after_eng_free, on_touch, 0, must_fault | in_special, caps, freed},
    {"GEO-06", strays_are_caught_at_once<bounded>, on_touch, 0, 0, caps, strays},
    {"GEO-06", strays_are_caught_at_the_free<bounded>, on_free, frees, is_damaged, caught, strays},
    {"EAPT-12", strays_are_caught_at_once<by_tag_routine>, on_touch, 0, 0, caps, strays},
    {"EAPT-12", strays_are_caught_at_the_free<by_tag_routine>, on_free, frees, is_damaged, caught, strays},
    {"EAP-05", strays_are_caught_at_once<by_plain_pool>, on_touch, 0, 0, caps, strays},
    {"EAP-05", strays_are_caught_at_the_free<by_plain_pool>, on_free, frees, is_damaged, caught, strays},
    {"EAP2-12", strays_of_are_caught_at_once<by_pool_flags>, on_touch, 0, must_fault, caps, strays},
    {"EAP2-12", strays_of_are_caught_at_the_free<by_pool_flags>, on_free, all_ex_frees, is_damaged, caught,
     strays},
    {"ZW-10", strays_of_are_caught_at_once<by_tag_wrappers>, on_touch, 0, must_fault, caps, strays},
    {"ZW-10", strays_of_are_caught_at_the_free<by_tag_wrappers>, on_free, all_ex_frees, is_damaged, caught,
     strays},
};

} // namespace

std::span<const Row> guard_rows() {
    return rows;
}

} // namespace poolproof::oracle
