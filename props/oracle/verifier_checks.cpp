// IC-02: what Driver Verifier's automatic checks forbid. 0xC4 is their code; where a page documents another
// one for the same breach (X-26, EFP-05 to EFP-07), that is accepted and left open. NX-06, QTA-01, QTA-02:
// requests that a flag of its forbids. Does not cover: special pool, tracking (tracking_checks.cpp).
#include "oracle/check.hpp"
#include "oracle/verifier_sets.hpp"

#include <ddi/bugcodes.h>

namespace poolproof::oracle {

namespace {

Outcome own_code_or_open(const Context& c, Outcome outcome) {
    const bool own = c.bug_check(DRIVER_VERIFIER_DETECTED_VIOLATION);
    return outcome == Outcome::holds && !own ? Outcome::unspecified : outcome;
}

Outcome forbidden_request_is_caught(const Context& c) {
    constexpr std::uint32_t forbidden = defect_must_succeed | defect_zero_bytes | defect_irql;
    const std::uint32_t standing = c.alloc.defects & forbidden;
    if (standing == 0) {
        return Outcome::not_relevant;
    }
    if (traits_of(c.op->routine).zero_bytes == ZeroBytesRule::no_outcome && standing == defect_zero_bytes) {
        return Outcome::unspecified; // ZER-03
    }
    return own_code_or_open(c, judge_alloc(c, standing & (~standing + 1)));
}

Outcome forbidden_free_is_caught(const Context& c) {
    const std::uint32_t defect = c.has(on_nothing) ? defect_address : defect_free_irql;
    return own_code_or_open(c, judge_free(c, defect));
}

// NX-06.
Outcome executable_pool_is_caught(const Context& c) {
    return judge_alloc(c, defect_executable);
}

// QTA-01.
Outcome charge_to_idle_is_caught(const Context& c) {
    return judge_alloc(c, defect_quota_idle);
}

// QTA-02.
Outcome charge_from_dpc_is_caught(const Context& c) {
    return judge_alloc(c, defect_quota_dpc);
}

constexpr std::uint32_t caps = can_bug_check | can_verifier;
constexpr std::uint32_t flag_caps = can_bug_check | can_verifier_flags;
constexpr std::uint32_t quota_caps = flag_caps | can_quota;
constexpr const char* caught = "a bug check under Driver Verifier for what its checks forbid";

constexpr Row rows[] = {
    {"IC-02", forbidden_request_is_caught, on_allocate, by_ex_family, is_defective | with_verifier, caps,
     caught},
    {"IC-02", forbidden_free_is_caught, on_free, by_ex_free, with_verifier, caps | can_fail_cleanly_at_free,
     caught},
    {"NX-06", executable_pool_is_caught, on_allocate, by_any_pool_routine, is_defective, flag_caps,
     "0xC4 with 0x2000 for a request of executable pool under code-integrity checks"},
    {"QTA-01", charge_to_idle_is_caught, on_allocate, by_charging, is_defective, quota_caps,
     "0xC4 with 0x10A for a charge to the Idle process"},
    {"QTA-02", charge_from_dpc_is_caught, on_allocate, by_charging, is_defective, quota_caps,
     "0xC4 with 0x10B for a charge from a DPC routine"},
};

} // namespace

std::span<const Row> verifier_rows() {
    return rows;
}

} // namespace poolproof::oracle
