// What the corpus shows of the contract on the reference.
//
// Covers: playing every trace once, and noting the clauses that the oracle saw hold and the bug checks that
// came; and which faulty subjects and direct properties stand for a clause. Does not cover: what is made of
// it (contract_coverage.hpp), and sweeps and random traces, which verify plays.
#pragma once

#include "contract/tables.hpp"
#include "gen/campaign.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace poolproof {

using TraceNames = std::vector<std::string>; // as in the corpus, in its order

// The first few, and how many more there are; for readers.
std::string in_short(const TraceNames& traces);

struct RowEvidence {
    const BugCheckEntry* entry = nullptr;
    const BugCheckRow* row = nullptr;
    TraceNames traces; // in which the reference reported it
};

struct CorpusEvidence {
    std::vector<TraceNames> holds;    // by position in all_clauses(): traces in which the clause held
    std::vector<RowEvidence> rows;    // every row of the bug-check table, in its order
    std::vector<std::string> unknown; // bug checks that no table has, with their trace
};

// By position in all_clauses(): the faulty subjects that it has to convict, and the direct properties that
// fail on one of those ("Suite.Property").
struct Convictions {
    std::vector<TraceNames> subjects;
    std::vector<TraceNames> properties;
};
// From the list that `poolproof_props --convictions` prints. Throws Failure when it cannot be read or names a
// subject that there is not.
Convictions read_convictions(const std::string& path);

// Each trace gets a machine and an oracle of its own. Throws what the reference throws when the host refuses
// memory.
CorpusEvidence play_on_reference(const std::vector<NamedTrace>& corpus);

} // namespace poolproof
