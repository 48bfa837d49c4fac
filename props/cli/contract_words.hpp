// The fields of a clause, and what a subject can, in words.
//
// Covers: masks as lists of names, and the failure for an unknown id. Does not cover: the lock text, which
// has words of its own (contract/lock.hpp) so that it links without this room.
#pragma once

#include "contract/claims.hpp"
#include "contract/clause.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace poolproof {

using Words = std::vector<std::string_view>;

Words kind_words(std::uint8_t kinds);
Words seed_words(SeedSet seeds);
Words profile_words(std::uint8_t profiles);
Words observation_words(std::uint16_t observed);
Words routine_words(RoutineSet routines);
Words capability_words(std::uint32_t capabilities);

std::string joined(const Words& words); // by ", "

// The position of the clause. Throws Failure (usage), which names the known ones.
int known_clause(const std::string& id);

} // namespace poolproof
