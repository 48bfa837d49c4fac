// Time to bug: how many executions a fuzz target needs until it convicts a faulty subject.
//
// Covers: one run of the engine from an empty corpus, and what the target tells of it (fuzz/milestones.hpp);
// the checked-in figures. Does not cover: which runs, the table (time_to_bug_main.cpp).
#pragma once

#include "bench/effect_size.hpp"
#include "subjects/registry.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace poolproof::bench {

struct RunSettings {
    std::filesystem::path targets; // the folder of the fuzz targets, built for libFuzzer
    std::filesystem::path scratch; // an empty folder
    std::uint64_t runs = 200'000;
    std::vector<std::string> engine_options; // KEY=VALUE, behind those of the target's own .options file
};

// Executions are counted from 1; what did not happen is runs + 1.
struct Outcome {
    std::uint64_t executions = 0;
    std::uint64_t reached = 0;   // the clause was judged
    std::uint64_t triggered = 0; // the subject left the reference
    std::uint64_t detected = 0;  // some clause was violated
    std::string clause;          // that, the intended one if it is among them
    double seconds = 0;          // of processor time
    std::string error;           // why there is no outcome; one line
};

// A faulty subject and the target that must find it.
struct Pair {
    const FaultySubject* subject = nullptr;
    std::string target;
};
std::vector<Pair> reachable_pairs();

// May be called by several threads at once, each with a scratch folder of its own.
Outcome run_once(const RunSettings& settings, const Pair& pair, unsigned seed);

// Executions to detection, by subject and target.
using Figures = std::map<std::pair<std::string, std::string>, Sample>;
// The file's lines: `subject target N...`; lines that begin with # are remarks. Throws std::runtime_error
// with one line when it cannot be read.
Figures read_figures(const std::filesystem::path& path);
// Replaces the figures named, and keeps the rest and the remarks above them. Throws likewise.
void write_figures(const std::filesystem::path& path, const Figures& figures);

} // namespace poolproof::bench
