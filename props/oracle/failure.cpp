// What an allocation answers: memory that is the caller's, or a failure in the documented form; SHR-06 and
// SHR-07. Does not cover: priorities (priority_checks.cpp), exact bytes and tails (geometry.cpp).
#include "oracle/alloc_defects.hpp"
#include "oracle/check.hpp"

#include <ddi/ntstatus.h>

namespace poolproof::oracle {

namespace {

constexpr auto insufficient = static_cast<std::uint32_t>(STATUS_INSUFFICIENT_RESOURCES);
constexpr auto quota_exceeded = static_cast<std::uint32_t>(STATUS_QUOTA_EXCEEDED);

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

// EAPT-06, EATP-12, EAP-02, EAQT-04. EAP-10, EAQT-18: what more flags come to is stated nowhere.
Outcome gives_memory_or_null(const Context& c) {
    const Outcome outcome = memory_part(c);
    if (outcome != Outcome::not_relevant || !failure_is_due(c) || c.has(wants_raise)) {
        return outcome;
    }
    if (c.alloc.ask.form_open) {
        return failed_in_form(c) ? Outcome::unspecified : Outcome::violated;
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

// EAPQ-04, EAQT-03: no page names the status.
Outcome gives_memory_or_raises_an_error(const Context& c) {
    const Outcome outcome = memory_part(c);
    if (outcome != Outcome::not_relevant || !failure_is_due(c)) {
        return outcome;
    }
    return right_form(c, c.has(is_raised) && is_error_status(c.event->status));
}

Outcome raises_without_the_quota_flag(const Context& c) {
    return c.alloc.ask.raises ? gives_memory_or_raises_an_error(c) : Outcome::not_relevant;
}

Outcome is_null_with_the_quota_flag(const Context& c) {
    return c.alloc.ask.raises ? Outcome::not_relevant : gives_memory_or_null(c);
}

// FPT-05, FPQT-05. X-35: of a quota that may be exceeded either status tells.
Outcome gives_memory_or_raises(const Context& c) {
    const Outcome outcome = memory_part(c);
    if (outcome != Outcome::not_relevant || !failure_is_due(c)) {
        return outcome;
    }
    const std::uint32_t status = c.event->status;
    return right_form(c, c.has(is_raised) &&
                             (status == insufficient || (status == quota_exceeded && !c.alloc.quota_fits)));
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

// SHR-06: with the hint a request succeeds as without it. A block that is badly aligned breaks a rule of its
// own, and whether the hint is to blame no single op tells.
Outcome cold_changes_nothing(const Context& c) {
    if (c.alloc.expect != Expect::memory) {
        return Outcome::not_relevant;
    }
    const std::uint64_t bytes = c.op->size;
    const std::uint64_t alignment = bytes >= page_bytes ? page_bytes : c.claims->granule();
    if (c.has(is_pointer)) {
        return bytes == 0 || c.event->address % alignment == 0 ? Outcome::holds : Outcome::not_relevant;
    }
    return Outcome::violated;
}

// A block that lost bytes, or that a touch within it cannot reach, was no memory of the caller's.
template <RoutineSet From> Outcome stays_the_callers(const Context& c) {
    if (c.op->kind == OpKind::free) {
        const Block& block = *c.free.block;
        if (!contains(From, block.routine) || c.event->intact == Seen::not_looked || block.tainted ||
            &block != c.world->of_slot(c.op->slot)) {
            return Outcome::not_relevant;
        }
        return hold_if(c.event->intact == Seen::yes);
    }
    return c.touch.own && contains(From, c.touch.block->routine) ? hold_if(!c.has(is_fault))
                                                                 : Outcome::not_relevant;
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
constexpr const char* error_form =
    "memory of the caller's own, or an exception with an error status when it is short";
constexpr const char* fsrtl_form =
    "memory of the caller's own, or STATUS_INSUFFICIENT_RESOURCES raised when it is short";
constexpr const char* eng_form = "memory of the caller's own";
constexpr const char* user_form = "memory of the caller's own in the user half of the current process";
constexpr const char* eng_null = "NULL when memory is short";
constexpr const char* cold_form = "POOL_COLD_ALLOCATION to change nothing";
constexpr const char* any_form = "memory of the caller's own, or a failure in the documented form";
constexpr const char* failed = "a failure in the documented form when memory is short";
constexpr const char* kept = "a block to be usable and to hold what its owner wrote";
// Whose pages offer POOL_RAISE_IF_ALLOCATION_FAILURE.
constexpr RoutineSet raise_takers =
    by_tag_routine | by_priority_routine | by_tag_wrappers | by_priority_wrappers;
constexpr std::uint32_t sound_raise = is_sound | wants_raise;
constexpr std::uint32_t sound_cold = is_sound | wants_cold;

constexpr Row rows[] = {
    {"EAPT-06", gives_memory_or_null, on_allocate, by_tag_routine, 0, 0, null_form},
    {"EAPT-06", stays_the_callers<by_tag_routine>, on_free, 0, on_live, 0, kept},
    {"EAPT-06", stays_the_callers<by_tag_routine>, on_touch, 0, must_work, 0, kept},
    {"EATP-12", gives_memory_or_null, on_allocate, by_priority_routine, 0, 0, null_form},
    {"EATP-12", stays_the_callers<by_priority_routine>, on_free, 0, on_live, 0, kept},
    {"EATP-12", stays_the_callers<by_priority_routine>, on_touch, 0, must_work, 0, kept},
    {"FPT-05", gives_memory_or_raises, on_allocate, by_fsrtl, 0, can_raise, fsrtl_form},
    {"FPT-05", stays_the_callers<by_fsrtl>, on_free, 0, on_live, 0, kept},
    {"FPT-05", stays_the_callers<by_fsrtl>, on_touch, 0, must_work, 0, kept},
    {"EAP-02", gives_memory_or_null, on_allocate, by_plain_pool, 0, 0, null_form},
    {"EAP-02", stays_the_callers<by_plain_pool>, on_free, 0, on_live, 0, kept},
    {"EAP-02", stays_the_callers<by_plain_pool>, on_touch, 0, must_work, 0, kept},
    {"EAPQ-04", gives_memory_or_raises_an_error, on_allocate, by_quota_routine, 0, can_raise, error_form},
    {"EAPQ-04", stays_the_callers<by_quota_routine>, on_free, 0, on_live, 0, kept},
    {"EAPQ-04", stays_the_callers<by_quota_routine>, on_touch, 0, must_work, 0, kept},
    {"EAQT-03", raises_without_the_quota_flag, on_allocate, by_quota_tag_routine, 0, can_raise, error_form},
    {"EAQT-03", stays_the_callers<by_quota_tag_routine>, on_free, 0, on_live, 0, kept},
    {"EAQT-03", stays_the_callers<by_quota_tag_routine>, on_touch, 0, must_work, 0, kept},
    {"EAQT-04", is_null_with_the_quota_flag, on_allocate, by_quota_tag_routine, 0, 0, null_form},
    {"FPQT-05", gives_memory_or_raises, on_allocate, by_fsrtl_quota, 0, can_raise, fsrtl_form},
    {"FPQT-05", stays_the_callers<by_fsrtl_quota>, on_free, 0, on_live, 0, kept},
    {"FPQT-05", stays_the_callers<by_fsrtl_quota>, on_touch, 0, must_work, 0, kept},
    {"EAM-01", gives_memory, on_allocate, by_eng, 0, 0, eng_form},
    {"EAM-01", stays_the_callers<by_eng>, on_free, 0, on_live, 0, kept},
    {"EAM-01", stays_the_callers<by_eng>, on_touch, 0, must_work, 0, kept},
    {"EAU-01", gives_user_memory, on_allocate, by_eng_user, 0, 0, user_form},
    {"EAU-01", stays_the_callers<by_eng_user>, on_free, 0, on_live, 0, kept},
    {"EAU-01", stays_the_callers<by_eng_user>, on_touch, 0, must_work, 0, kept},
    {"EAM-08", failure_is_null, on_allocate, by_eng, is_sound, 0, eng_null},
    {"EAU-12", failure_is_null, on_allocate, by_eng_user, is_sound, 0, eng_null},
    {"SHR-07", failure_raises, on_allocate, raise_takers, sound_raise, can_raise, raise_form},
    {"EAPT-03", failure_raises, on_allocate, by_tag_routine, sound_raise, can_raise, raise_form},
    {"EATP-02", failure_raises, on_allocate, by_priority_routine, sound_raise, can_raise, raise_form},
    {"SHR-06", cold_changes_nothing, on_allocate, by_classic_ex, sound_cold, 0, cold_form},
    {"EAPT-04", cold_changes_nothing, on_allocate, by_tag_routine, sound_cold, 0, cold_form},
    {"EAPQ-12", cold_changes_nothing, on_allocate, by_quota_routine, sound_cold, 0, cold_form},
    {"EAQT-05", cold_changes_nothing, on_allocate, by_quota_tag_routine, sound_cold, 0, cold_form},
    {"EATP-03", cold_changes_nothing, on_allocate, by_priority_routine, sound_cold, 0, cold_form},
    {"EAP2-07", without_entries<gives_memory_or_null>, on_allocate, by_pool_flags, 0, 0, null_form},
    {"EAP2-08", failure_raises, on_allocate, by_pool_flags, sound_raise, can_raise, raise_form},
    {"EAP3-01", without_entries<gives_memory_or_fails>, on_allocate, by_pool3, 0, can_raise, any_form},
    {"ZW-01", gives_memory_or_fails, on_allocate, by_zero, 0, can_raise, any_form},
    {"ZW-02", gives_memory_or_fails, on_allocate, by_zero_of_base, 0, can_raise, any_form},
    {"ZW-03", fails_in_form, on_allocate, by_zero_wrappers, is_sound, can_raise, failed},
    {"ZW-06", gives_memory_or_fails, on_allocate, by_plain_wrappers, 0, can_raise, any_form},
    {"ZW-07", gives_memory_or_null, on_allocate, by_raising_wrappers, 0, 0, null_form},
    {"ZW-07", failure_raises, on_allocate, by_raising_wrappers, sound_raise, can_raise, raise_form},
    {"ZW-08", fails_in_form, on_allocate, by_quota_wrappers, is_sound, can_raise, failed},
    {"EAP2-07", stays_the_callers<by_pool2>, on_free, 0, on_live, 0, kept},
    {"EAP2-07", stays_the_callers<by_pool2>, on_touch, 0, must_work, 0, kept},
    {"EAP3-01", stays_the_callers<by_pool3>, on_free, 0, on_live, 0, kept},
    {"EAP3-01", stays_the_callers<by_pool3>, on_touch, 0, must_work, 0, kept},
    {"ZW-01", stays_the_callers<by_zero>, on_free, 0, on_live, 0, kept},
    {"ZW-01", stays_the_callers<by_zero>, on_touch, 0, must_work, 0, kept},
    {"ZW-02", stays_the_callers<by_zero_of_base>, on_free, 0, on_live, 0, kept},
    {"ZW-02", stays_the_callers<by_zero_of_base>, on_touch, 0, must_work, 0, kept},
    {"ZW-06", stays_the_callers<by_plain_wrappers>, on_free, 0, on_live, 0, kept},
    {"ZW-06", stays_the_callers<by_plain_wrappers>, on_touch, 0, must_work, 0, kept},
};

} // namespace

std::span<const Row> failure_rows() {
    return rows;
}

} // namespace poolproof::oracle
