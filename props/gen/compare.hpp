// Whether two subjects did the same at one op.
//
// Covers: what of two events says the same of every subject: outcomes, codes, statuses, what was seen in
// memory, answers, what is recorded of blocks and lists. Does not cover: addresses and nodes, which depend on
// where memory lies; contents that no one promised; what is right (oracle/).
#pragma once

#include "contract/claims.hpp"
#include "trace/event.hpp"
#include "trace/op.hpp"

#include <string_view>

namespace poolproof {

// What differs.
enum class Aspect : std::uint8_t {
    nothing,
    outcome,       // NULL, a raise, a bug check, ...
    status,        // of a raise
    bug_check,     // its code, its sub-code, or a parameter that is no address
    access,        // whether a new block is accessible
    zeros,         // whether a block that was promised to be zero is
    contents,      // whether a freed block held what was written there
    answer,        // of a query or a call
    block,         // what is recorded of it
    executable,    // whether it may be executed
    list,          // what a lookaside list holds and counts
    caller_faults, // duties reported as broken
    verdict,       // nothing that is compared: a rule of where blocks lie, or of what only one of them tells
};
std::string_view name_of(Aspect aspect);

// What one subject did, and what it says of itself.
struct Deed {
    const Event& event;
    const Claims& claims;
};

// False when one of them has no means to say what the other says, such as a raise: whether they did the same
// is then not known. Pure; safe from any thread.
bool are_comparable(const Deed& a, const Deed& b);

// The first that differs, in the order of Aspect. Both were given the op, and are comparable. Never
// `verdict`. `zeros_promised`: the op asks for memory that is zero. Pure; safe from any thread.
Aspect compare(const Op& op, const Deed& a, const Deed& b, bool zeros_promised);

} // namespace poolproof
