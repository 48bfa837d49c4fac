// What `poolproof verify` prints and writes.
//
// Covers: the table, what ran, the findings with the files that replay them, JSON. Does not cover: the run
// (verify_run.hpp) and the matrix of faulty subjects (matrix.hpp).
#pragma once

#include "cli/terminal.hpp"
#include "cli/verify_run.hpp"

#include <string>

namespace poolproof {

// One row per clause, what ran, counts per verdict.
void print_table(const VerifyRun& run, const Terminal& terminal);

// Each finding: clause, expected and got, source, the shortest trace, and the line that replays it. Writes
// the traces into `folder`, which is made when there is something to write. Throws Failure (unwritable).
void print_findings(const VerifyRun& run, const std::string& folder, const Terminal& terminal);

// Everything that depends on the seed alone, and `seconds`. Ends with a line end.
std::string to_json_text(const VerifyRun& run);

} // namespace poolproof
