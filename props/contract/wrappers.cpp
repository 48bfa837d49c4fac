// The six header wrappers that zero or do not: ZW clauses.
#include "contract/families.hpp"

namespace poolproof::contract {
namespace {

constexpr std::string_view zero_page = "wdm/nf-wdm-exallocatepoolzero";
constexpr std::string_view uninitialized_page = "wdm/nf-wdm-exallocatepooluninitialized";
constexpr std::string_view quota_zero_page = "wdm/nf-wdm-exallocatepoolquotazero";
constexpr std::string_view priority_zero_page = "wdm/nf-wdm-exallocatepoolpriorityzero";
constexpr std::string_view migration_page = "kernel/updating-deprecated-exallocatepool-calls";

constexpr Clause clauses[] = {
    {"ZW-01", "ExAllocatePoolZero is ExAllocatePoolWithTag with zeroed contents and no other difference.",
     promise, no_seed, zero_page, "Description", all_profiles, by_contents | by_address | by_return,
     zero_wrapper, "", ""},
    {"ZW-02",
     "ExAllocatePoolQuotaZero and ExAllocatePoolPriorityZero are their base routines with zeroed contents.",
     promise, no_seed, quota_zero_page, "Description", all_profiles,
     by_contents | by_address | by_return | by_raise, quota_zero_wrapper | priority_zero_wrapper, "", ""},
    {"ZW-03",
     "The wrapper adds POOL_ZERO_ALLOCATION to the type; on a system that cannot zero it clears exactly the "
     "bytes asked for of a block that is not NULL.",
     promise, no_seed, migration_page, "", all_profiles, by_contents | by_return, zero_wrappers, "", ""},
    {"ZW-04",
     "For systems before Windows 10 version 2004 define POOL_ZERO_DOWN_LEVEL_SUPPORT and call "
     "ExInitializeDriverRuntime first.",
     duty, no_seed, migration_page, "", all_profiles, by_source, zero_wrappers, "",
     "a matter of how a driver is compiled and started: no op of a trace expresses it"},
    {"ZW-05",
     "On Windows 10 version 1909 wrappers built with an older kit can return memory that is not zeroed.",
     advice, no_seed, zero_page, "caution", all_profiles, 0, zero_wrappers, "",
     "a known defect of one release: a subject is held to the promise, ZW-01 and ZW-02"},
    {"ZW-06",
     "The three wrappers that do not zero behave as ExAllocatePoolWithTag and its quota and priority forms "
     "do.",
     promise, no_seed, uninitialized_page, "Description", all_profiles, by_address | by_return | by_raise,
     plain_wrappers, "", ""},
    {"ZW-07",
     "ExAllocatePoolZero and the priority wrappers honour the raise flag; without it a shortage returns "
     "NULL.",
     promise, no_seed, zero_page, "PoolType, Returns", all_profiles, by_return | by_raise,
     tag_wrappers | priority_wrappers, "X-13, unverified: status of a raise", ""},
    {"ZW-08", "The quota wrappers raise on a failure unless POOL_QUOTA_FAIL_INSTEAD_OF_RAISE is given.",
     promise, no_seed, quota_zero_page, "Returns", all_profiles, by_return | by_raise, quota_wrappers,
     "unverified: status of a quota routine's raise", ""},
    {"ZW-09", "The tag is not zero and has one to four characters, each in 0x20 to 0x7E.", duty, no_seed,
     zero_page, "Tag", all_profiles, by_validator | by_bug_check, wrappers, "X-05, X-06, X-07, X-09", ""},
    {"ZW-10", "The caller touches only the bytes allocated.", duty, no_seed, zero_page, "Remarks",
     all_profiles, by_guard | by_bug_check, tag_wrappers, "", ""},
    {"ZW-11", "The caller runs at DISPATCH_LEVEL or below; the remarks on the base routine apply.", duty,
     no_seed, zero_page, "Requirements", all_profiles, by_bug_check | by_validator, wrappers, "", ""},
    {"ZW-12",
     "The page of ExAllocatePoolUninitialized has no text on parameters and result; that of "
     "ExAllocatePoolWithTag serves.",
     advice, no_seed, uninitialized_page, "", all_profiles, 0, uninitialized_wrapper | with_tag, "",
     "descriptive: what it inherits is judged as ZW-06"},
    {"ZW-13", "The quota wrappers are for highest-level drivers; lower ones use the wrappers without quota.",
     advice, no_seed, quota_zero_page, "Remarks", all_profiles, by_source, tag_wrappers | quota_wrappers, "",
     "advice on who calls them: a machine has no driver stack, and every caller is served alike"},
    {"ZW-14",
     "Calls are replaced by the wrapper of like name: plain and tagged ones by Zero, quota ones by "
     "QuotaZero, those with a priority by PriorityZero.",
     advice, no_seed, migration_page, "", all_profiles, by_source, classic_ex, "",
     "advice on which routine to use: each works on its own"},
    {"ZW-15",
     "Static rules check the calls of the Zero, priority and quota wrappers; none is printed for "
     "ExAllocatePoolUninitialized.",
     detection, no_seed, priority_zero_page, "front matter", all_profiles, by_source, wrappers, "X-28",
     "static rules: they read driver source, a run never meets them"},
};

} // namespace

std::span<const Clause> wrapper_clauses() {
    return clauses;
}

} // namespace poolproof::contract
