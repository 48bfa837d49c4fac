// ZER-01 and MS-01: requests for no bytes, and must-succeed requests. What zero bytes get from FsRtl is open
// (ZER-03) and Eng says nothing. Does not cover: the validator (duties.cpp).
#include "oracle/check.hpp"

namespace poolproof::oracle {

namespace {

// With a verifier a bug check; without one a block of its own or a bug check, as the subject declares.
Outcome zero_bytes_are_treated_as_documented(const Context& c) {
    if (c.op->size != 0) {
        return Outcome::not_relevant;
    }
    if (c.has(is_defective)) {
        return judge_alloc(c, defect_zero_bytes);
    }
    if (c.alloc.expect == Expect::memory) {
        return hold_if(c.has(is_pointer) && c.alloc.overlapped == nullptr);
    }
    return c.has(is_bug_check) && c.alloc.expect != Expect::open ? Outcome::violated : Outcome::unspecified;
}

Outcome must_succeed_is_caught(const Context& c) {
    return judge_alloc(c, defect_must_succeed);
}

constexpr const char* zero = "for zero bytes a bug check under Verifier, else a block that can be freed";
constexpr const char* must = "bug check 0xC2 with sub-code 0x9A for a must-succeed request";

constexpr Row zero_rows[] = {
    {"ZER-01", zero_bytes_are_treated_as_documented, on_allocate, by_classic_ex, 0, can_bug_check, zero},
    {"EAPT-19", zero_bytes_are_treated_as_documented, on_allocate, by_tag_routine, 0, can_bug_check, zero},
    {"EATP-15", zero_bytes_are_treated_as_documented, on_allocate, by_priority_routine, 0, can_bug_check,
     zero},
    {"EAP-07", zero_bytes_are_treated_as_documented, on_allocate, by_plain_pool, 0, can_bug_check, zero},
    {"EAPQ-08", zero_bytes_are_treated_as_documented, on_allocate, by_quota_routine, 0, can_bug_check, zero},
    {"EAQT-11", zero_bytes_are_treated_as_documented, on_allocate, by_quota_tag_routine, 0, can_bug_check,
     zero},
};

constexpr Row must_rows[] = {
    {"MS-01", must_succeed_is_caught, on_allocate, by_type_takers, is_defective, can_bug_check, must},
    {"MS-04", must_succeed_is_caught, on_allocate, by_type_takers, is_defective, can_bug_check, must},
    {"FPT-02", must_succeed_is_caught, on_allocate, by_fsrtl, is_defective, can_bug_check, must},
    {"FPQT-02", must_succeed_is_caught, on_allocate, by_fsrtl_quota, is_defective, can_bug_check, must},
};

} // namespace

std::span<const Row> zero_size_rows() {
    return zero_rows;
}

std::span<const Row> must_succeed_rows() {
    return must_rows;
}

} // namespace poolproof::oracle
