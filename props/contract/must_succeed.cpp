// Must-succeed requests, which no driver may make: MS clauses.
#include "contract/families.hpp"

namespace poolproof::contract {
namespace {

constexpr Clause clauses[] = {
    {"MS-01", "A must-succeed request is bug check 0xC2 with sub-code 0x9A; no driver may make one.",
     detection, no_seed, bad_pool_caller_page, "", all_profiles, by_bug_check, type_takers, "X-26", ""},
    {"MS-02", "A must-succeed request above one page is bug check 0xC4 with 0x03.", detection, no_seed,
     verifier_page, "", all_profiles, 0, type_takers, "X-26",
     "never met: every must-succeed request is bug check 0xC2 with 0x9A first, whatever its size"},
    {"MS-03", "A must-succeed request that cannot be filled is bug check 0x41.", detection, no_seed,
     "debugger/bug-check-0x41", "", all_profiles, 0, type_takers, "X-26",
     "never met: every must-succeed request is bug check 0xC2 with 0x9A first, so none is left to fill"},
    {"MS-04", "Must-succeed pool types are for system start-up; a driver that asks for one can crash.", duty,
     no_seed, pool_type_page, "", all_profiles, by_bug_check | by_validator, type_takers, "X-26", ""},
};

} // namespace

std::span<const Clause> must_succeed_clauses() {
    return clauses;
}

} // namespace poolproof::contract
