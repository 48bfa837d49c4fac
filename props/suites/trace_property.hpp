// Trace properties: random traces of a family's flavour through the runner, judged by the oracle.
//
//   POOL_TRACE_PROPERTY(Alignment, NoTraceOfSizesBreaksAClause, Family::sizes)
//
// A failure shows the violated clause and the shortest trace found for it, as text. Does not cover: direct
// properties (property.hpp), and the traces of the main job (gen/campaign.hpp).
#pragma once

#include "gen/random.hpp"
#include "suites/property.hpp"
#include "trace/op.hpp"

#include <cstddef>
#include <cstdint>

namespace poolproof {

// What the traces of a rule family are about.
enum class Family : std::uint8_t {
    sizes,       // allocations of every size, touches, frees
    types,       // pool types and flags
    tags,        // legal and illegal tags, queries of the ledger
    zero_bytes,  // requests for no bytes, verifier on and off
    failures,    // failing requests: injected, for lack of budget, for their size
    frees,       // frees of every kind of pointer
    priorities,  // priorities under a budget
    irql,        // every IRQL on every processor
    user_memory, // processes, EngWritePrinter
    special,     // special pool, touches around the edges
    machine,     // events, budgets and nodes
};

// A trace of at most `length` ops, the same for the same state of `random`.
Trace family_trace(Random& random, Family family, bool is_64_bit, std::size_t length);

// Plays a random trace of the family on the reference; fails the property with the shortest trace when a
// clause is violated.
void no_clause_is_violated(Subject& subject, Family family, bool is_64_bit);

} // namespace poolproof

#define POOL_TRACE_PROPERTY(Suite, Name, family)                                                             \
    POOL_PROPERTY(Suite, Name) {                                                                             \
        poolproof::no_clause_is_violated(drive.subject(), family, drive.is_64_bit());                        \
    }
