// Must-succeed requests, which no driver may make: MS clauses.
#include "contract/families.hpp"

namespace poolproof::contract {
namespace {

constexpr Clause clauses[] = {
    {"MS-01", "A must-succeed request is bug check 0xC2 with sub-code 0x9A; no driver may make one.",
     detection, no_seed, bad_pool_caller_page, "", all_profiles, by_bug_check, ex_and_fsrtl, "X-26", ""},
    {"MS-04", "Must-succeed pool types are for system start-up; a driver that asks for one can crash.", duty,
     no_seed, pool_type_page, "", all_profiles, by_bug_check | by_validator, ex_and_fsrtl, "X-26", ""},
};

} // namespace

std::span<const Clause> must_succeed_clauses() {
    return clauses;
}

} // namespace poolproof::contract
