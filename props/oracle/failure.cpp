// What an allocation answers: memory that is the caller's, or a failure in the documented form; SHR-06 and
// SHR-07. Does not cover: priorities (priority_checks.cpp), exact bytes and tails (geometry.cpp).
#include "oracle/alloc_defects.hpp"
#include "oracle/check.hpp"

#include <ddi/ntstatus.h>

namespace poolproof::oracle {

namespace {

constexpr auto insufficient = static_cast<std::uint32_t>(STATUS_INSUFFICIENT_RESOURCES);

bool is_error_status(std::uint32_t status) {
    return status >> 28 == 0xC; // which error the Ex routines raise is stated nowhere
}

bool is_good_memory(const Context& c) {
    return c.alloc.overlapped == nullptr && c.event->accessible != Seen::no;
}

// The part that all allocators share: a pointer is to memory, and due when memory is certainly there.
// not_relevant means that the form of the failure decides.
Outcome memory_part(const Context& c) {
    if (c.has(is_pointer)) {
        if (!is_good_memory(c) || c.alloc.expect == Expect::failure) {
            return Outcome::violated;
        }
        return c.alloc.expect == Expect::reaction ? Outcome::not_relevant : Outcome::holds;
    }
    switch (c.alloc.expect) {
    case Expect::reaction:
        return Outcome::not_relevant;
    case Expect::open:
        return Outcome::unspecified;
    case Expect::memory:
        return Outcome::violated;
    default:
        return c.has(is_null) || c.has(is_raised) ? Outcome::not_relevant : Outcome::violated;
    }
}

bool failure_is_due(const Context& c) {
    return c.alloc.expect == Expect::failure || c.alloc.expect == Expect::either;
}

Outcome right_form(const Context& c, bool right) {
    if (!right) {
        return Outcome::violated;
    }
    return c.alloc.expect == Expect::failure ? Outcome::holds : Outcome::unspecified;
}

// EAPT-06, EATP-12.
Outcome gives_memory_or_null(const Context& c) {
    const Outcome outcome = memory_part(c);
    if (outcome != Outcome::not_relevant || !failure_is_due(c) || c.has(wants_raise)) {
        return outcome;
    }
    return right_form(c, c.has(is_null));
}

// SHR-07, EAPT-03, EATP-02.
Outcome failure_raises(const Context& c) {
    if (!failure_is_due(c)) {
        return Outcome::not_relevant;
    }
    if (c.has(is_pointer)) {
        return c.alloc.expect == Expect::failure ? Outcome::violated : Outcome::not_relevant;
    }
    return right_form(c, c.has(is_raised) && is_error_status(c.event->status));
}

// FPT-05.
Outcome gives_memory_or_raises(const Context& c) {
    const Outcome outcome = memory_part(c);
    if (outcome != Outcome::not_relevant || !failure_is_due(c)) {
        return outcome;
    }
    return right_form(c, c.has(is_raised) && c.event->status == insufficient);
}

// EAM-01.
Outcome gives_memory(const Context& c) {
    const bool failed = c.has(is_null) || c.has(is_raised);
    return failed && failure_is_due(c) ? Outcome::not_relevant : memory_part(c);
}

// EAM-08, EAU-12.
Outcome failure_is_null(const Context& c) {
    if (!failure_is_due(c) || (c.has(is_pointer) && c.alloc.expect == Expect::either)) {
        return Outcome::not_relevant;
    }
    return right_form(c, c.has(is_null));
}

// EAU-01: in the user half of the current process.
Outcome gives_user_memory(const Context& c) {
    const Outcome outcome = gives_memory(c);
    if (outcome != Outcome::holds || !c.has(has_info)) {
        return outcome;
    }
    return hold_if(c.event->block.user && c.event->block.process == c.world->process());
}

// SHR-06: with the hint a request succeeds as without it.
Outcome cold_changes_nothing(const Context& c) {
    if (c.alloc.expect != Expect::memory) {
        return Outcome::not_relevant;
    }
    const std::uint64_t bytes = c.op->size;
    const std::uint64_t alignment = bytes >= page_bytes ? page_bytes : c.claims->granule();
    return hold_if(c.has(is_pointer) && (bytes == 0 || c.event->address % alignment == 0));
}

// A block that lost bytes, or that a touch within it cannot reach, was no memory of the caller's.
template <RoutineSet Of> Outcome block_stays(const Context& c) {
    if (c.op->kind == OpKind::free) {
        const Block& block = *c.free.block;
        if (!contains(Of, block.routine) || c.event->intact == Seen::not_looked || block.tainted ||
            &block != c.world->of_slot(c.op->slot)) {
            return Outcome::not_relevant;
        }
        return hold_if(c.event->intact == Seen::yes);
    }
    return c.touch.own && contains(Of, c.touch.block->routine) ? hold_if(!c.has(is_fault))
                                                               : Outcome::not_relevant;
}
template <Routine R> Outcome stays_the_callers(const Context& c) {
    return block_stays<set_of(R)>(c);
}

// EAP3-01, ZW-01, ZW-02, ZW-06: in whatever form the routine and its flags say.
Outcome gives_memory_or_fails(const Context& c) {
    const Outcome outcome = memory_part(c);
    if (outcome != Outcome::not_relevant || !failure_is_due(c)) {
        return outcome;
    }
    return right_form(c, failed_in_form(c));
}

// EAP2-07, EAP3-01: what extended parameters come to, EAP3-02 to EAP3-10 say.
template <Check Rule> Outcome without_entries(const Context& c) {
    return c.op->extended != 0 ? Outcome::not_relevant : Rule(c);
}

// ZW-03, ZW-08: a failure is no more than that.
Outcome fails_in_form(const Context& c) {
    if (!failure_is_due(c) || (c.has(is_pointer) && c.alloc.expect == Expect::either)) {
        return Outcome::not_relevant;
    }
    return right_form(c, failed_in_form(c));
}

constexpr const char* null_form = "memory of the caller's own, or NULL when it is short";
constexpr const char* raise_form = "an exception with an error status when memory is short";
constexpr const char* fsrtl_form =
    "memory of the caller's own, or STATUS_INSUFFICIENT_RESOURCES raised when it is short";
constexpr const char* eng_form = "memory of the caller's own";
constexpr const char* user_form = "memory of the caller's own in the user half of the current process";
constexpr const char* eng_null = "NULL when memory is short";
constexpr const char* cold_form = "POOL_COLD_ALLOCATION to change nothing";
constexpr const char* any_form = "memory of the caller's own, or a failure in the documented form";
constexpr const char* failed = "a failure in the documented form when memory is short";
constexpr const char* kept = "a block to be usable and to hold what its owner wrote";
constexpr std::uint32_t sound_raise = is_sound | wants_raise;
constexpr std::uint32_t sound_cold = is_sound | wants_cold;

constexpr Row rows[] = {
    {"EAPT-06", gives_memory_or_null, on_allocate, by_tag_routine, 0, 0, null_form},
    {"EAPT-06", stays_the_callers<Routine::ExAllocatePoolWithTag>, on_free, 0, on_live, 0, kept},
    {"EAPT-06", stays_the_callers<Routine::ExAllocatePoolWithTag>, on_touch, 0, must_work, 0, kept},
    {"EATP-12", gives_memory_or_null, on_allocate, by_priority_routine, 0, 0, null_form},
    {"EATP-12", stays_the_callers<Routine::ExAllocatePoolWithTagPriority>, on_free, 0, on_live, 0, kept},
    {"EATP-12", stays_the_callers<Routine::ExAllocatePoolWithTagPriority>, on_touch, 0, must_work, 0, kept},
    {"FPT-05", gives_memory_or_raises, on_allocate, by_fsrtl, 0, can_raise, fsrtl_form},
    {"FPT-05", stays_the_callers<Routine::FsRtlAllocatePoolWithTag>, on_free, 0, on_live, 0, kept},
    {"FPT-05", stays_the_callers<Routine::FsRtlAllocatePoolWithTag>, on_touch, 0, must_work, 0, kept},
    {"EAM-01", gives_memory, on_allocate, by_eng, 0, 0, eng_form},
    {"EAM-01", stays_the_callers<Routine::EngAllocMem>, on_free, 0, on_live, 0, kept},
    {"EAM-01", stays_the_callers<Routine::EngAllocMem>, on_touch, 0, must_work, 0, kept},
    {"EAU-01", gives_user_memory, on_allocate, by_eng_user, 0, 0, user_form},
    {"EAU-01", stays_the_callers<Routine::EngAllocUserMem>, on_free, 0, on_live, 0, kept},
    {"EAU-01", stays_the_callers<Routine::EngAllocUserMem>, on_touch, 0, must_work, 0, kept},
    {"EAM-08", failure_is_null, on_allocate, by_eng, is_sound, 0, eng_null},
    {"EAU-12", failure_is_null, on_allocate, by_eng_user, is_sound, 0, eng_null},
    {"SHR-07", failure_raises, on_allocate, by_both_ex, sound_raise, can_raise, raise_form},
    {"EAPT-03", failure_raises, on_allocate, by_tag_routine, sound_raise, can_raise, raise_form},
    {"EATP-02", failure_raises, on_allocate, by_priority_routine, sound_raise, can_raise, raise_form},
    {"SHR-06", cold_changes_nothing, on_allocate, by_both_ex, sound_cold, 0, cold_form},
    {"EAPT-04", cold_changes_nothing, on_allocate, by_tag_routine, sound_cold, 0, cold_form},
    {"EATP-03", cold_changes_nothing, on_allocate, by_priority_routine, sound_cold, 0, cold_form},
    {"EAP2-07", without_entries<gives_memory_or_null>, on_allocate, by_pool_flags, 0, 0, null_form},
    {"EAP2-08", failure_raises, on_allocate, by_pool_flags, sound_raise, can_raise, raise_form},
    {"EAP3-01", without_entries<gives_memory_or_fails>, on_allocate, by_pool3, 0, can_raise, any_form},
    {"ZW-01", gives_memory_or_fails, on_allocate, by_zero, 0, can_raise, any_form},
    {"ZW-02", gives_memory_or_fails, on_allocate, by_zero_of_base, 0, can_raise, any_form},
    {"ZW-03", fails_in_form, on_allocate, by_zero_wrapper, is_sound, can_raise, failed},
    {"ZW-06", gives_memory_or_fails, on_allocate, by_plain_wrapper, 0, can_raise, any_form},
    {"ZW-07", gives_memory_or_null, on_allocate, by_raising_wrapper, 0, 0, null_form},
    {"ZW-07", failure_raises, on_allocate, by_raising_wrapper, sound_raise, can_raise, raise_form},
    {"ZW-08", fails_in_form, on_allocate, by_quota_wrapper, is_sound, can_raise, failed},
    {"EAP2-07", block_stays<by_pool2>, on_free, 0, on_live, 0, kept},
    {"EAP2-07", block_stays<by_pool2>, on_touch, 0, must_work, 0, kept},
    {"EAP3-01", block_stays<by_pool3>, on_free, 0, on_live, 0, kept},
    {"EAP3-01", block_stays<by_pool3>, on_touch, 0, must_work, 0, kept},
    {"ZW-01", block_stays<by_zero>, on_free, 0, on_live, 0, kept},
    {"ZW-01", block_stays<by_zero>, on_touch, 0, must_work, 0, kept},
    {"ZW-02", block_stays<by_zero_of_base>, on_free, 0, on_live, 0, kept},
    {"ZW-02", block_stays<by_zero_of_base>, on_touch, 0, must_work, 0, kept},
    {"ZW-06", block_stays<by_plain_wrapper>, on_free, 0, on_live, 0, kept},
    {"ZW-06", block_stays<by_plain_wrapper>, on_touch, 0, must_work, 0, kept},
};

} // namespace

std::span<const Row> failure_rows() {
    return rows;
}

} // namespace poolproof::oracle
