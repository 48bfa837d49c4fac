// Which clauses an undecided difference is a matter of.
//
// Covers: clauses that left the outcome open, choices of the register that the two subjects declare
// differently, and clauses that a register entry bears on. Does not cover: differences that a clause decides
// (pair_player.hpp).
#pragma once

#include "contract/claims.hpp"
#include "gen/compare.hpp"
#include "play/player.hpp"

#include <array>
#include <vector>

namespace poolproof {

// What one of the two did; the last step is the one that differs.
struct Played {
    const std::vector<Step>& log;
    const Claims& claims;
};

// Clauses judged at the last op, in contract order: those whose register entries name a choice that the two
// declare differently; without any those that were `unspecified`; without any those that were kept and have
// register entries, before others those that only one of the two was judged by, and no duty of the caller. Of
// clauses that see something else than what differs none counts.
std::vector<int> silent_clauses(const std::array<Played, 2>& played, Aspect aspect);

} // namespace poolproof
