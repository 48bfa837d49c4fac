// The crash files of a folder.
//
// Covers: which files are crashes and of which target, by the names that libFuzzer and AFL give them; copies.
// Does not cover: whether they crash (triage_judge.hpp). Nothing is changed or removed.
#pragma once

#include "run/fuzz_targets.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace poolproof {

struct CrashFile {
    const FuzzTarget* target = nullptr;
    std::string file; // below the folder
    std::vector<std::uint8_t> bytes;
    bool leak = false; // found by a check for leaks
};

struct CrashFolder {
    std::vector<CrashFile> crashes;   // by target and name, none twice
    std::vector<std::string> remarks; // a line for each file that is none
    std::uint64_t duplicates = 0;
};

// With a target every crash file of the folder is one of that target; without one the folder holds a folder
// for each. Throws Failure: (usage) for an unknown target, (missing_input) for a folder that is missing or
// holds no crash file.
CrashFolder read_crashes(const std::filesystem::path& folder, const std::string& target);

} // namespace poolproof
