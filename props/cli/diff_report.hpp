// What two subjects do differently, for people and for machines.
//
// Covers: the record of a run of `poolproof diff`, its text for a terminal, its JSON, and the trace files.
// Two runs of one seed give the same record: it holds no time, and stand-ins for addresses. Does not cover:
// the run (gen/differ.hpp).
#pragma once

#include "gen/differ.hpp"
#include "report/look.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace poolproof {

// One group of differences.
struct DifferenceReport {
    bool decided = false;
    std::string clause;                               // that decides it
    std::string what;                                 // open: the routine or op
    std::string aspect;                               // what differs
    std::array<bool, 2> breaks{};                     // the clause
    std::uint64_t traces = 0;                         // that ended so
    std::string source;                               // of the shortest trace before it was shrunk
    std::string trace;                                // text
    std::size_t ops = 0;                              // of it
    bool confirmed = true;                            // fresh subjects showed it again
    std::string op;                                   // the last one
    std::array<std::string, 2> did;                   // there, in words
    std::array<std::vector<std::string>, 2> expected; // of whom violates: "GEO-01, EAPT-07: expected ..."
    std::vector<std::string> speaks; // open: clauses that leave it open, with their register entries
    std::string file;
    std::array<std::string, 2> replay; // a command line each
};

struct DiffReport {
    std::array<std::string, 2> subjects;
    std::uint64_t seed = 1;
    DifferResult counts; // without groups
    std::vector<std::string> wrong_clauses;
    std::vector<DifferenceReport> differences; // as in DifferResult

    std::size_t decided() const;
    // Those that this one's trace shows, itself among them.
    std::vector<DifferenceReport> in_the_same_trace(const DifferenceReport& difference) const;
};

// `folder` is where write_difference_traces() puts the traces.
DiffReport diff_report(const std::array<std::string, 2>& subjects, std::uint64_t seed, DifferResult result,
                       const std::string& folder);

// Why the run shows nothing at all; empty when an op was compared.
std::string why_nothing(const DiffReport& report);
std::string to_terminal(const DiffReport& report, const Look& look);
std::string to_json(const DiffReport& report);
// Writes the trace of each difference into its file. Throws Failure (unwritable).
void write_difference_traces(const DiffReport& report);

} // namespace poolproof
