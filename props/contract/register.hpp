// The register of contradictions and silences, as far as it bears on the clauses of this version.
//
// Covers: what the documents leave open, what was decided, and the switch that chooses otherwise. Does not
// cover: how the oracle judges such a case (oracle/).
#pragma once

#include <span>
#include <string_view>

namespace poolproof {

struct RegisterEntry {
    std::string_view id;       // "X-05", or "unverified: ..." for what no page states; as in Clause::entries
    std::string_view conflict; // what the pages contradict each other in, or do not say
    std::string_view decision; // what holds by default
    std::string_view policy;   // the field of Claims or of a machine's policies that chooses; may be empty
};

// The X entries in ascending order, then the unverified items. Static storage; safe from any thread.
std::span<const RegisterEntry> register_entries();

// Null when there is no such entry.
const RegisterEntry* find_register_entry(std::string_view id);

} // namespace poolproof
