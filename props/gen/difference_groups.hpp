// Groups of differences: what two subjects do differently, each thing once.
//
// Covers: the group of a difference, the shortest trace of each, shrinking it, playing it on fresh subjects.
// Does not cover: where the traces come from (differ.cpp).
#pragma once

#include "gen/differ.hpp"
#include "gen/pair_player.hpp"

#include <string>
#include <vector>

namespace poolproof {

// Adds a difference of the pair's last trace: to one group, or to one for each clause that decides it.
void add_difference(const PairPlayer& pair, const Difference& difference, const std::string& source,
                    std::vector<DifferenceGroup>& groups);
// Adds its count and the traces found for it, of which the shortest are kept, at most so many.
void add_group(std::vector<DifferenceGroup>& groups, DifferenceGroup&& group, std::size_t most);
// Adds those that are not there yet, in contract order.
void add_clauses(std::vector<int>& clauses, const std::vector<int>& more);

// Shrinks each trace on one pair, plays it on another that is renewed for it, and sorts the groups.
void finish_groups(std::vector<DifferenceGroup>& groups, PairPlayer& shrinking, PairPlayer& fresh);

} // namespace poolproof
