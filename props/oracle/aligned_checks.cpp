// OTH-04, OTH-05 and ZER-05: memory aligned for the device of a minifilter instance. Does not cover: what the
// duties are (list_duties.cpp), special pool's checks of such memory (guards.cpp).
#include "contract/instances.hpp"
#include "oracle/alloc_defects.hpp"
#include "oracle/check.hpp"

#include <ddi/bugcodes.h>

namespace poolproof::oracle {

namespace {

constexpr RoutineSet by_aligned = set_of(Routine::FltAllocatePoolAlignedWithTag);
constexpr RoutineSet by_aligned_free = set_of(Routine::FltFreePoolAlignedWithTag);

bool is_aligned(const Context& c) {
    return c.event->address % instance_alignments[c.op->index % instance_alignments.size()] == 0;
}

// OTH-04.
Outcome is_aligned_for_the_device(const Context& c) {
    return hold_if(is_aligned(c) && c.alloc.overlapped == nullptr && c.event->accessible != Seen::no);
}

Outcome failure_is_null(const Context& c) {
    switch (c.alloc.expect) {
    case Expect::memory:
        return hold_if(c.has(is_pointer));
    case Expect::failure: // with the raise flag the form is open
        return !failed_in_form(c)      ? Outcome::violated
               : c.alloc.ask.form_open ? Outcome::unspecified
                                       : Outcome::holds;
    default: // either: of a sound request
        return c.has(is_pointer) || failed_in_form(c) ? Outcome::unspecified : Outcome::violated;
    }
}

Outcome lies_in_the_pool_asked_for(const Context& c) {
    return hold_if(!c.event->block.user && c.event->block.paged == c.alloc.paged);
}

Outcome broken_duty_is_reported(const Context& c) {
    return judge_report(c, fault_tag_zero | fault_irql | fault_pool_type | fault_zero_bytes);
}

// ZER-05.
Outcome zero_bytes_are_served(const Context& c) {
    if (c.op->size != 0) {
        return Outcome::not_relevant;
    }
    if (c.has(is_pointer)) {
        return hold_if(is_aligned(c) && c.alloc.overlapped == nullptr);
    }
    return c.alloc.expect == Expect::memory || !failed_in_form(c) ? Outcome::violated : Outcome::unspecified;
}

// OTH-05.
Outcome is_freed_with_its_instance_and_tag(const Context& c) {
    const bool same_tag = c.op->tag == c.free.block->tag && c.op->tag != 0;
    return same_tag ? hold_if(c.has(is_done) && (c.event->intact != Seen::no || c.free.block->tainted))
                    : Outcome::not_relevant;
}

//
Outcome another_tag_is_treated_as_declared(const Context& c) {
    const Block& block = *c.free.block;
    if (c.op->tag == block.tag || c.op->tag == 0 || c.world->irql() >= DISPATCH_LEVEL) {
        return Outcome::not_relevant;
    }
    const bool caught = c.bug_check(BAD_POOL_CALLER) && c.p(1) == 0x0A && c.p(2) == c.event->used &&
                        c.p(3) == block.tag && c.p(4) == c.op->tag;
    switch (c.claims->tag_mismatch) {
    case TagMismatch::bug_check:
        return c.has(in_special) && c.has(is_bug_check) && !caught ? Outcome::unspecified : hold_if(caught);
    case TagMismatch::silent:
        return c.has(is_bug_check) && c.has(in_special) ? Outcome::unspecified : hold_if(c.has(is_done));
    default:
        return Outcome::unspecified;
    }
}

Outcome broken_duty_is_reported_at_free(const Context& c) {
    return judge_report(c, fault_free_tag | fault_irql);
}

Outcome another_instance_is_reported(const Context& c) {
    const Block* block = c.free.block;
    constexpr std::uint32_t any = fault_wrong_free_routine | fault_handle;
    if (c.free.target == Target::start) {
        return hold_if((c.event->caller_faults & any) == 0);
    }
    const bool others = c.free.target == Target::unpaired && contains(by_aligned, block->routine);
    if (!others) {
        return Outcome::not_relevant;
    }
    if ((c.event->caller_faults & any) != 0) {
        return Outcome::holds;
    }
    return c.has(is_bug_check) ? Outcome::unspecified : Outcome::violated;
}

constexpr std::uint32_t live_and_sound = on_live | is_sound;
constexpr const char* in_use = "memory aligned for the device of the instance";

constexpr Row rows[] = {
    {"ZER-05", zero_bytes_are_served, on_allocate, by_aligned, is_sound, 0,
     "the smallest block with the alignment for a request of no bytes"},
    {"OTH-04", is_aligned_for_the_device, on_allocate, by_aligned, is_pointer, 0, in_use},
    {"OTH-04", failure_is_null, on_allocate, by_aligned, is_sound, 0, "memory, or NULL when it is short"},
    {"OTH-04", lies_in_the_pool_asked_for, on_allocate, by_aligned, is_pointer | has_info, can_block_info,
     "memory of the pool asked for"},
    {"OTH-04", broken_duty_is_reported, on_allocate, by_aligned, can_report, can_validate,
     "a report exactly for a zero tag, a type that is none of the four, or too high an IRQL"},
    {"OTH-05", is_freed_with_its_instance_and_tag, on_free, by_aligned_free, live_and_sound, 0,
     "a whole block to be freed, given its instance and tag"},
    {"OTH-05", another_tag_is_treated_as_declared, on_free, by_aligned_free, on_live, can_bug_check,
     "another tag than the allocation's to be treated as the subject declares"},
    {"OTH-05", broken_duty_is_reported_at_free, on_free, by_aligned_free, can_report, can_validate,
     "a report exactly for another tag or too high an IRQL"},
    {"OTH-05", another_instance_is_reported, on_free, by_aligned_free, can_report, can_validate,
     "a report exactly for another instance than the allocation's"},
};

} // namespace

std::span<const Row> aligned_rows() {
    return rows;
}

} // namespace poolproof::oracle
