// At which IRQL memory may be allocated, touched and freed: IRQ clauses.
#include "contract/families.hpp"

namespace poolproof::contract {
namespace {

constexpr Clause clauses[] = {
    {"IRQ-01", "Allocate at DISPATCH_LEVEL or below.", duty, s3 | s4 | s5, with_tag_page, "Remarks",
     all_profiles, by_bug_check | by_validator, ex_and_fsrtl, "", ""},
    {"IRQ-02", "At DISPATCH_LEVEL ask for a nonpaged type only.", duty, s3 | s4 | s5, with_tag_page,
     "Remarks", all_profiles, by_bug_check | by_validator, ex_and_fsrtl, "", ""},
    {"IRQ-03", "At APC_LEVEL or below every pool type may be asked for.", promise, s3 | s5, with_tag_page,
     "Remarks", all_profiles, by_return | by_bug_check, classic_ex, "X-11, unverified: APC_LEVEL value", ""},
    {"IRQ-04", "Free at DISPATCH_LEVEL or below, and paged memory at APC_LEVEL or below.", duty, no_seed,
     free_page, "Remarks", all_profiles, by_bug_check | by_validator, all_ex_frees, "X-28", ""},
    {"IRQ-05", "Paged pool is touched below DISPATCH_LEVEL only; nonpaged pool may be touched at any IRQL.",
     duty, no_seed, pool_type_page, "", all_profiles, by_guard | by_bug_check, pool_allocators, "", ""},
    {"IRQ-06", "Memory that DISPATCH_LEVEL will touch is nonpaged, at whatever IRQL it was allocated.", duty,
     no_seed, pool2_page, "Remarks", all_profiles, by_guard | by_bug_check, pool_allocators, "", ""},
    {"IRQ-07",
     "Paged pool is for what is always used at APC_LEVEL or below and off the paging path; paged memory for "
     "start-up is freed before the start-up routine ends.",
     duty, no_seed, "kernel/allocating-system-space-memory", "", all_profiles, by_source, pool_allocators, "",
     "duty without a documented reaction: the machine has no paging device and no start-up routines"},
};

} // namespace

std::span<const Clause> irql_clauses() {
    return clauses;
}

} // namespace poolproof::contract
