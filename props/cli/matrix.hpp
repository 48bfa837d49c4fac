// The matrix of faulty subjects: does the suite convict each, by the right clause, with a short trace?
//
// Covers: `poolproof verify --subject faulty:all`. Does not cover: the faults (subjects/faulty*.cpp).
#pragma once

#include "cli/exit_code.hpp"
#include "cli/verify_run.hpp"

#include <vector>

namespace poolproof {

// Fine when every faulty subject is convicted by its intended clause first, with a trace of at most 10 ops.
ExitCode run_matrix(const VerifyOptions& options, const std::vector<NamedTrace>& corpus);

} // namespace poolproof
