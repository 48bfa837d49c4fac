// What a run of the main job says, as the record that reports are made from.
//
// Covers: verdicts, findings with events in words and blocks, what makes the run fail although nothing was
// violated, and the trace files of the findings. Does not cover: the run (verify_run.hpp) and the reports
// (report/writers.hpp).
#pragma once

#include "cli/verify_run.hpp"
#include "report/result.hpp"

#include <string>

namespace poolproof {

// `folder` is where write_traces() puts the traces.
Result result_of(const VerifyRun& run, const std::string& folder);

// Writes the trace of each finding into its file. Throws Failure (unwritable).
void write_traces(const Result& result);

} // namespace poolproof
