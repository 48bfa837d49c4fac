// IRQ-05, IRQ-06 and IC-01: paged memory at DISPATCH_LEVEL, nonpaged memory at any IRQL. Does not cover:
// touches outside blocks (guards.cpp) and of user memory (user_checks.cpp).
#include "oracle/check.hpp"

#include <ddi/bugcodes.h>

namespace poolproof::oracle {

namespace {

bool faulted_for_irql(const Context& c) {
    const std::uint64_t end = c.event->used + c.op->length;
    const std::uint64_t first = c.touch.fault_at;
    if (c.event->kind == EventKind::guard_fault) {
        return c.event->address >= first && c.event->address < end;
    }
    const bool code = c.bug_check(DRIVER_IRQL_NOT_LESS_OR_EQUAL) || c.bug_check(IRQL_NOT_LESS_OR_EQUAL);
    return code && c.p(1) >= first && c.p(1) < end && c.p(2) == c.world->irql() &&
           c.p(3) == (c.op->kind == OpKind::write ? 1U : 0U);
}

Outcome paged_memory_faults(const Context& c) {
    return c.touch.result == Touched::paged_high ? hold_if(faulted_for_irql(c)) : Outcome::not_relevant;
}

Outcome nonpaged_memory_works(const Context& c) {
    const bool high = c.world->irql() >= DISPATCH_LEVEL;
    return high && c.touch.own && !c.touch.block->paged && !c.touch.block->is_user()
               ? hold_if(!c.has(is_fault))
               : Outcome::not_relevant;
}

template <RoutineSet Of> Outcome paged_memory_of_faults(const Context& c) {
    return c.touch.block != nullptr && contains(Of, c.touch.block->routine) ? paged_memory_faults(c)
                                                                            : Outcome::not_relevant;
}

constexpr std::uint32_t caps = can_irql | can_trim_paged;
constexpr const char* fault = "a fault for a touch of paged memory at DISPATCH_LEVEL or above";

constexpr Row rows[] = {
    {"IRQ-05", paged_memory_faults, on_touch, 0, must_fault, caps, fault},
    {"IRQ-05", nonpaged_memory_works, on_touch, 0, must_work, can_irql,
     "nonpaged memory to be usable at every IRQL"},
    {"IRQ-06", paged_memory_faults, on_touch, 0, must_fault, caps, fault},
    {"IC-01", paged_memory_faults, on_touch, 0, must_fault, caps, fault},
    {"EAP2-16", paged_memory_of_faults<by_pool_flags>, on_touch, 0, must_fault, caps, fault},
};

} // namespace

std::span<const Row> touch_rows() {
    return rows;
}

} // namespace poolproof::oracle
