// The cost of a caught fault, as the Google Benchmark program of fault_main.cpp finds it.
//
// Covers: running it, its medians. Does not cover: pairs (run.hpp).
#pragma once

#include "bench/contenders.hpp"

#include <string>
#include <vector>

namespace poolproof::bench {

struct FaultRow {
    Contender contender;
    double ns_per_fault = 0;
    std::string why; // not empty when it could not be measured
};

// Poolproof and the bare handler, each backend. A program that is missing or fails makes one row that says
// so.
std::vector<FaultRow> run_faults(unsigned repetitions, unsigned repetition_ms);

} // namespace poolproof::bench
