// EFP-05 to EFP-08, EFPT-01 and SP-13: frees of what is not the start of a live block. The sets of documented
// bug checks are those of free_facts.cpp. Does not cover: NULL and Eng frees, of which nothing is documented
// (free_checks.cpp).
#include "oracle/check.hpp"

#include <ddi/bugcodes.h>

namespace poolproof::oracle {

namespace {

Outcome bad_address_is_caught(const Context& c) {
    return judge_free(c, defect_address);
}

Outcome stranger_is_caught(const Context& c) {
    return c.free.target == Target::foreign ? bad_address_is_caught(c) : Outcome::not_relevant;
}

Outcome middle_is_caught(const Context& c) {
    return c.free.target == Target::inside ? bad_address_is_caught(c) : Outcome::not_relevant;
}

Outcome second_free_is_caught(const Context& c) {
    return c.free.target == Target::freed ? bad_address_is_caught(c) : Outcome::not_relevant;
}

Outcome user_address_is_caught(const Context& c) {
    return c.free.target == Target::user ? bad_address_is_caught(c) : Outcome::not_relevant;
}

// Special pool has codes of its own; the general ones are documented too.
Outcome special_pool_reports_it(const Context& c) {
    const Outcome outcome = bad_address_is_caught(c);
    const bool other_code =
        outcome == Outcome::holds && c.event->code != SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION;
    return other_code ? Outcome::unspecified : outcome;
}

constexpr std::uint32_t both = can_bug_check | can_fail_cleanly_at_free;

constexpr Row rows[] = {
    {"EFP-05", stranger_is_caught, on_free, by_ex_free, on_nothing, both,
     "a documented bug check for a pointer that is in no block"},
    {"EFP-06", middle_is_caught, on_free, by_ex_free, on_nothing, both,
     "a documented bug check for a pointer into the middle of a block"},
    {"EFP-07", second_free_is_caught, on_free, by_ex_free, on_nothing, both,
     "a documented bug check for a block that was freed before"},
    {"EFP-08", user_address_is_caught, on_free, by_ex_free, on_nothing, both,
     "bug check 0xC2 with sub-code 0x40 for a user-mode address"},
    {"EFPT-01", bad_address_is_caught, on_free, by_tagged_free, on_nothing, both,
     "a documented bug check for a pointer that is not the start of a block"},
    {"SP-13", special_pool_reports_it, on_free, by_ex_free, on_nothing | in_special, both | can_special_pool,
     "bug check 0xC1 with 0x20, 0x21 or 0x22, or another documented one"},
    {"EFP2-02", bad_address_is_caught, on_free, by_second_free, on_nothing, both,
     "a documented bug check for a pointer that is not the start of a block"},
};

} // namespace

std::span<const Row> bad_free_rows() {
    return rows;
}

} // namespace poolproof::oracle
