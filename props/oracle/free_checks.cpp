// Frees that are the caller's right: EFP-01, EAPT-14 and their relatives (X-14: both Ex frees release every
// Ex and FsRtl block). EFPT-02/03: the tag at the free. Does not cover: bad pointers (bad_frees.cpp), IRQL
// (irql_checks.cpp), damage (guards.cpp).
#include "oracle/check.hpp"

namespace poolproof::oracle {

namespace {

Outcome completes(const Context& c) {
    if (c.free.tolerated && !c.has(is_done)) {
        return Outcome::unspecified;
    }
    return hold_if(c.has(is_done));
}

template <RoutineSet From> Outcome releases(const Context& c) {
    return contains(From, c.free.block->routine) ? completes(c) : Outcome::not_relevant;
}

Outcome any_process_may_free(const Context& c) {
    return c.free.block->process != c.world->process() ? completes(c) : Outcome::not_relevant;
}

Outcome wrong_tag_is_caught(const Context& c) {
    return judge_free(c, defect_free_tag);
}

// EFP-12, EFM-03: open, but a subject is held to what it declares of NULL.
Outcome null_is_treated_as_declared(const Context& c) {
    if (c.free.target != Target::null) {
        return Outcome::not_relevant;
    }
    switch (c.claims->null_free) {
    case NullFree::bug_check:
        return hold_if(c.has(is_bug_check));
    case NullFree::ignored:
        return hold_if(c.has(is_done));
    case NullFree::unstated:
        break;
    }
    return Outcome::unspecified;
}

Outcome anything_but_a_crash(const Context& c) {
    return c.has(on_live) ? Outcome::not_relevant : Outcome::unspecified;
}

// EFP-01 and EFP-02: allocators that the page of ExFreePool names, and those whose own pages do.
constexpr RoutineSet named_by_the_page =
    by_plain_pool | by_tag_routine | by_quota_routine | by_quota_tag_routine;
constexpr RoutineSet named_elsewhere = by_pool_flags | by_fsrtl_routines | by_wrappers | by_priority_routine;
constexpr std::uint32_t sound_free = on_live | is_sound;
constexpr const char* done = "a valid free to be done";
constexpr const char* mismatch =
    "bug check 0xC2 with sub-code 0x0A for another tag than the allocation's, or silence where declared";

constexpr Row rows[] = {
    {"EFP-01", releases<named_by_the_page>, on_free, by_plain_free, sound_free, 0, done},
    {"EFP-02", releases<named_elsewhere>, on_free, by_plain_free, sound_free, 0, done},
    {"EAP-13", releases<by_plain_pool>, on_free, by_both_frees, sound_free, 0, done},
    {"EAQT-10", releases<by_quota_tag_routine>, on_free, by_both_frees, sound_free, 0, done},
    {"FPQT-09", releases<by_fsrtl_quota>, on_free, by_both_frees, sound_free, 0, done},
    {"EAPT-14", releases<by_tag_routine>, on_free, by_both_frees, sound_free, 0, done},
    {"EATP-21", releases<by_priority_routine>, on_free, by_both_frees, sound_free, 0, done},
    {"FPT-10", releases<by_fsrtl>, on_free, by_both_frees, sound_free, 0, done},
    {"EFP-13", any_process_may_free, on_free, by_both_frees, sound_free, can_processes,
     "a free to be done in whatever process it is called"},
    {"EFM-01", completes, on_free, by_eng_free, sound_free, 0, done},
    {"EFU-01", completes, on_free, by_user_free, sound_free, 0, done},
    {"EAU-09", completes, on_free, by_user_free, sound_free, 0, done},
    {"EFPT-02", wrong_tag_is_caught, on_free, by_tagged_free, on_live, can_bug_check, mismatch},
    {"EFPT-03", wrong_tag_is_caught, on_free, by_tagged_free, on_live, can_bug_check, mismatch},
    {"EFP-12", null_is_treated_as_declared, on_free, by_both_frees, 0,
     can_bug_check | can_fail_cleanly_at_free, "what the subject declares of freeing NULL"},
    {"EFM-03", anything_but_a_crash, on_free, by_eng_free, 0, 0, "anything but a crash", true},
    {"EAP2-14", releases<by_pool_flags>, on_free, by_both_frees, sound_free, 0, done},
    {"EFP2-01", completes, on_free, by_second_free, sound_free, 0, done},
    {"EFP2-03", wrong_tag_is_caught, on_free, by_second_free, on_live, can_bug_check,
     "a bug check for another tag than the allocation's, or the free to be done"},
};

} // namespace

std::span<const Row> free_rows() {
    return rows;
}

} // namespace poolproof::oracle
