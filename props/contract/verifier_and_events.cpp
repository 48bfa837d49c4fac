// Driver Verifier's checks, and the low and high pool events: IC and EV clauses.
#include "contract/families.hpp"

namespace poolproof::contract {
namespace {

constexpr Clause clauses[] = {
    {"IC-01",
     "With forced IRQL checking, reaching DISPATCH_LEVEL trims pageable memory, so a paged-pool touch there "
     "faults.",
     detection, no_seed, "devtest/force-irql-checking", "", all_profiles, by_guard | by_bug_check,
     pool_allocators, "", ""},
    {"IC-02",
     "Verifier's checks forbid zero bytes, too high an IRQL at allocation or free, bad or repeated frees, "
     "and must-succeed requests.",
     detection, no_seed, "devtest/automatic-checks", "", all_profiles, by_bug_check, ex_and_fsrtl | ex_frees,
     "X-12, X-26, X-44", ""},
    {"EV-02",
     "A High event is set while free pool is above a limit of the system's choice, a Low event while it is "
     "below another.",
     promise, no_seed, "kernel/standard-event-objects", "", all_profiles, by_event, 0,
     "unverified: event thresholds", ""},
    {"EV-03", "The pool events are notification events and stay set while the condition holds.", promise,
     no_seed, "kernel/standard-event-objects", "", all_profiles, by_event, 0, "unverified: event thresholds",
     ""},
};

} // namespace

std::span<const Clause> verifier_and_event_clauses() {
    return clauses;
}

} // namespace poolproof::contract
