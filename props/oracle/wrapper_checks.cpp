// What the Zero wrappers add to their base routines: CON-04, ZW-01 to ZW-03. What the six share with those is
// judged beside them (failure.cpp, geometry.cpp, tag_checks.cpp, irql_checks.cpp, guards.cpp). Does not
// cover: bytes behind those asked for, of which nothing is promised (ZW-03).
#include "oracle/check.hpp"

namespace poolproof::oracle {

namespace {

Outcome is_zeroed(const Context& c) {
    return c.event->zeroed == Seen::not_looked ? Outcome::not_relevant
                                               : hold_if(c.event->zeroed == Seen::yes);
}

// ZW-06: any bytes are right.
Outcome is_not_promised_zeroes(const Context& c) {
    return c.event->zeroed == Seen::not_looked ? Outcome::not_relevant : Outcome::unspecified;
}

constexpr const char* zeroes = "a block full of zeroes";

constexpr Row rows[] = {
    {"CON-04", is_zeroed, on_allocate, by_zero_wrappers, is_pointer, 0, zeroes},
    {"ZW-01", is_zeroed, on_allocate, by_zero, is_pointer, 0, zeroes},
    {"ZW-02", is_zeroed, on_allocate, by_zero_of_base, is_pointer, 0, zeroes},
    {"ZW-03", is_zeroed, on_allocate, by_zero_wrappers, is_pointer, 0, zeroes},
    {"ZW-06", is_not_promised_zeroes, on_allocate, by_plain_wrappers, is_pointer, 0, "any bytes", true},
};

} // namespace

std::span<const Row> wrapper_rows() {
    return rows;
}

} // namespace poolproof::oracle
