// What special-pool properties look at: placement, guards, reports of damage.
//
// Covers: the three checks that properties and sweeps share. They assert with RC_ASSERT. Does not cover: when
// a block is in special pool.
#pragma once

#include "suites/driver.hpp"

#include <cstdint>

namespace poolproof {

// Where in its page a block starts: at the start, or so that its rounded size ends the page (SP-03 to SP-05).
std::uint64_t special_offset(const Driver& drive, Side side, std::uint64_t bytes);

// The first byte of the page behind the block's and the last byte of the page in front of it fault, read or
// written, at exactly that byte (SP-02, SP-03, SP-04).
void expect_guarded(Driver& drive, Address block, std::uint64_t bytes);

// The report of a page in which the byte at `corrupt` was XORed with `mask` (SP-06, contract facts 12.2).
void expect_damage_report(const Stop& stop, Address block, Address corrupt, bool behind, unsigned mask);

} // namespace poolproof
