// A clause: one documented rule as typed data.
//
// Covers: the record and its vocabularies (kind, observation, routine, profile). Does not cover: the clauses
// themselves (one file per rule family beside this one) nor how they are judged (oracle/).
#pragma once

#include "contract/routines.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace poolproof {

// Kinds (contract facts 0.2). A clause may be a promise and a duty at once. Bits of a mask.
enum Kind : std::uint8_t { promise = 1, duty = 2, detection = 4, advice = 8, evidence = 16 };

// How a test sees the rule (contract facts 0.2). Bits of a mask; 0 means that a run cannot see it.
enum Observation : std::uint16_t {
    by_return = 1,
    by_raise = 2,
    by_address = 4,
    by_contents = 8,
    by_guard = 16,
    by_bug_check = 32,
    by_tag_ledger = 64,
    by_event = 128,
    by_counter = 256,
    by_validator = 512, // the subject's own report of a broken caller's duty
    by_source = 1024,   // only a source checker can see it
    by_quota = 2048,    // what a process is charged
};

// Profiles a clause holds for. Bits of a mask.
enum ProfileSet : std::uint8_t { bits32 = 1, bits64 = 2, all_profiles = 3 };

// Seeds that state the rule themselves: bit 0 is S1, bit 4 is S5.
using SeedSet = std::uint8_t;

// Fields stand in reading order, not packed.
// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding)
struct Clause {
    std::string_view id;      // as in the contract facts, for example "GEO-01"
    std::string_view rule;    // in our words, one sentence or two
    std::uint8_t kinds;       // mask of Kind
    SeedSet seeds;            // 0 when no seed states it
    std::string_view page;    // documentation page, for example "wdm/nf-wdm-exallocatepoolwithtag"
    std::string_view section; // section of that page, for example "Remarks"
    std::uint8_t profiles;    // mask of ProfileSet
    std::uint16_t observed;   // mask of Observation
    RoutineSet routines;      // the routines that it speaks of
    std::string_view
        entries; // register entries and notes that bear on it, for example "X-05, X-09"; may be empty
    std::string_view unjudged; // why no run judges it; empty when the oracle does
};

// Every clause of this version, in contract order (the order of the facts). Static storage; safe from any
// thread.
std::span<const Clause> all_clauses();

// The position of `id` in all_clauses(), or -1 when there is no such clause.
int clause_index(std::string_view id);

} // namespace poolproof
