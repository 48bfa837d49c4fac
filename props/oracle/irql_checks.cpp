// IRQ-01 to IRQ-04: the IRQL of allocations and frees. Does not cover: touches (touches.cpp).
#include "oracle/check.hpp"

#include <ddi/bugcodes.h>

namespace poolproof::oracle {

namespace {

Outcome too_high_is_caught(const Context& c) {
    return c.world->irql() > DISPATCH_LEVEL ? judge_alloc(c, defect_irql) : Outcome::not_relevant;
}

Outcome paged_at_dispatch_is_caught(const Context& c) {
    return c.world->irql() == DISPATCH_LEVEL ? judge_alloc(c, defect_irql) : Outcome::not_relevant;
}

Outcome bad_irql_is_caught(const Context& c) {
    return judge_alloc(c, defect_irql);
}

// A bug check at a low IRQL for a request that breaks no duty.
Outcome low_irql_permits_every_type(const Context& c) {
    return c.world->irql() > APC_LEVEL ? Outcome::not_relevant : hold_if(!c.has(is_bug_check));
}

Outcome bad_free_irql_is_caught(const Context& c) {
    return judge_free(c, defect_free_irql);
}

// Special pool has a code of its own; the general ones are documented too.
Outcome special_pool_reports_alloc(const Context& c) {
    const Outcome outcome = judge_alloc(c, defect_irql);
    const bool other_code =
        outcome == Outcome::holds && c.event->code != SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION;
    return other_code ? Outcome::unspecified : outcome;
}

Outcome special_pool_reports_free(const Context& c) {
    const Outcome outcome = judge_free(c, defect_free_irql);
    const bool other_code =
        outcome == Outcome::holds && c.event->code != SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION;
    return other_code ? Outcome::unspecified : outcome;
}

constexpr std::uint32_t both = can_bug_check | can_irql;
constexpr const char* above = "a bug check for an allocation above DISPATCH_LEVEL";
constexpr const char* paged = "a bug check for a paged allocation at DISPATCH_LEVEL";
constexpr const char* either = "a bug check for an allocation at too high an IRQL";
constexpr const char* permitted = "no bug check for a legal type at APC_LEVEL or below";
constexpr const char* at_free = "a bug check for a free at too high an IRQL";

constexpr Row rows[] = {
    {"IRQ-01", too_high_is_caught, on_allocate, by_ex_family, is_defective, both, above},
    {"IRQ-02", paged_at_dispatch_is_caught, on_allocate, by_ex_family, is_defective, both, paged},
    {"IRQ-03", low_irql_permits_every_type, on_allocate, by_classic_ex, is_sound, can_bug_check, permitted},
    {"EAPT-16", too_high_is_caught, on_allocate, by_tag_routine, is_defective, both, above},
    {"EAPT-17", paged_at_dispatch_is_caught, on_allocate, by_tag_routine, is_defective, both, paged},
    {"EAPT-18", low_irql_permits_every_type, on_allocate, by_tag_routine, is_sound, can_bug_check, permitted},
    {"EATP-13", bad_irql_is_caught, on_allocate, by_priority_routine, is_defective, both, either},
    {"FPT-09", bad_irql_is_caught, on_allocate, by_fsrtl, is_defective, both, either},
    {"EAP-06", bad_irql_is_caught, on_allocate, by_plain_pool, is_defective, both, either},
    {"EAP-06", low_irql_permits_every_type, on_allocate, by_plain_pool, is_sound, can_bug_check, permitted},
    {"EAPQ-11", bad_irql_is_caught, on_allocate, by_quota_routine, is_defective, both, either},
    {"EAQT-15", bad_irql_is_caught, on_allocate, by_quota_tag_routine, is_defective, both, either},
    {"FPQT-08", bad_irql_is_caught, on_allocate, by_fsrtl_quota, is_defective, both, either},
    {"SP-14", special_pool_reports_alloc, on_allocate, by_ex_family, is_defective | is_eligible,
     both | can_special_pool, either},
    {"SP-14", special_pool_reports_free, on_free, by_ex_free, is_defective | in_special,
     both | can_special_pool, at_free},
    {"IRQ-04", bad_free_irql_is_caught, on_free, by_ex_free, on_live, both, at_free},
    {"EFP-04", bad_free_irql_is_caught, on_free, by_plain_free, on_live, both, at_free},
    {"EFPT-05", bad_free_irql_is_caught, on_free, by_tagged_free, on_live, both, at_free},
    {"EAP2-15", bad_irql_is_caught, on_allocate, by_pool_flags, is_defective, both, either},
    {"EAP2-16", paged_at_dispatch_is_caught, on_allocate, by_pool_flags, is_defective, both, paged},
    {"ZW-11", bad_irql_is_caught, on_allocate, by_wrappers, is_defective, both, either},
    {"ZW-11", low_irql_permits_every_type, on_allocate, by_wrappers, is_sound, can_bug_check, permitted},
    {"EFP2-10", bad_free_irql_is_caught, on_free, by_second_free, on_live, both, at_free},
};

} // namespace

std::span<const Row> irql_rows() {
    return rows;
}

} // namespace poolproof::oracle
