// What NonPagedPool means: executable, or not, or by a choice at compile time. NX clauses.
#include "contract/families.hpp"

namespace poolproof::contract {
namespace {

constexpr RoutineSet npaged_init = set_of(Routine::ExInitializeNPagedLookasideList);

constexpr Clause clauses[] = {
    {"NX-01",
     "NonPagedPool and NonPagedPoolExecute are executable, NonPagedPoolNx is not; the types that are not "
     "exist since Windows 8.",
     promise, no_seed, pool_type_page, "", all_profiles, by_tag_ledger | by_guard, type_takers, "", ""},
    {"NX-02",
     "With POOL_NX_OPTIN NonPagedPool becomes a variable, not executable on Windows 8 and later; "
     "ExInitializeDriverRuntime sets it before first use.",
     promise, no_seed, "kernel/single-binary-opt-in-pool-nx-optin", "", all_profiles, by_source,
     type_takers | npaged_init, "",
     "a substitution by the preprocessor: a run meets only the type that came of it"},
    {"NX-03",
     "With POOL_NX_OPTIN_AUTO NonPagedPool is the constant NonPagedPoolNx; both opt-ins map the "
     "cache-aligned type too.",
     promise, no_seed, "kernel/multiple-binary-opt-in-pool-nx-optin-auto", "", all_profiles, by_source,
     type_takers, "", "a substitution by the preprocessor: a run meets only the type that came of it"},
    {"NX-04", "POOL_NX_OPTOUT cancels the substitution in one file.", promise, no_seed,
     "kernel/selective-opt-out-pool-nx-optout", "", all_profiles, by_source, type_takers, "",
     "a substitution by the preprocessor: a run meets only the type that came of it"},
    {"NX-05", "NonPagedPoolNx is not used before Windows 8, where allocators take it wrongly.", duty, no_seed,
     "kernel/nx-pool-compatibility-issues", "", all_profiles, by_source, type_takers, "",
     "a matter of releases before those that the machine stands for"},
    {"NX-06",
     "Executing memory that is not executable is bug check 0xFC; asking for executable pool under "
     "code-integrity checks is 0xC4 with 0x2000.",
     detection, no_seed, "devtest/code-integrity-checking", "", all_profiles, by_bug_check,
     type_takers | flag_takers, "", ""},
    {"NX-07", "Compiler warnings flag executable requests and misplaced opt-in calls: C30029 to C30035.",
     detection, no_seed, "devtest/30029", "", all_profiles, by_source, type_takers, "",
     "static rules: they read driver source, a run never meets them"},
    {"NX-08", "For Arm the substitution by a constant is applied without being asked for.", advice, no_seed,
     "kernel/nx-pool-compatibility-issues", "", all_profiles, by_source, type_takers, "",
     "descriptive: a matter of how a driver is compiled for another architecture"},
};

} // namespace

std::span<const Clause> nx_clauses() {
    return clauses;
}

} // namespace poolproof::contract
