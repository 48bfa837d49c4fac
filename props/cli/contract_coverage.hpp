// How far the contract is covered.
//
// Covers: `poolproof contract --coverage` and `--bug-checks`, as text or JSON. Does not cover: verdicts
// of a run (report/).
#pragma once

#include "cli/contract_evidence.hpp"
#include "cli/exit_code.hpp"

namespace poolproof {

// One line per clause: the rows of the oracle that judge it, on which ops, the faulty subjects that it
// convicts, the direct properties that fail on those, and the corpus traces in which it holds; or why it is
// not judged. `violations` when a clause has neither, or both.
ExitCode show_coverage(const CorpusEvidence& evidence, const Convictions& convictions, bool json);

// One line per row of the bug-check table: the corpus traces that reach it, or why none can. `violations`
// when a row has neither, or both, and when the reference reported what no row describes.
ExitCode show_bug_checks(const CorpusEvidence& evidence, bool json);

} // namespace poolproof
