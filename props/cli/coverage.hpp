// How far runs have executed the source tree, from the figures of `llvm-cov export`.
//
// Covers: reading them, sums for each folder, the lines that nothing executed, the list of those that have a
// reason, what has to be covered. Does not cover: how far the contract is covered (contract_coverage.hpp).
//
// Tests, their kits and what lies outside the tree or in its build folder do not count. A line counts once,
// however many instances a template has: executed in one of them is executed.
#pragma once

#include "cli/exit_code.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace poolproof {

struct Share {
    std::uint64_t covered = 0;
    std::uint64_t all = 0;

    void add(const Share& other) {
        covered += other.covered;
        all += other.all;
    }
    bool reaches(double percent) const {
        return static_cast<double>(covered) * 100 >= percent * static_cast<double>(all);
    }
};

struct Shares {
    Share lines;
    Share branches; // both ways of each condition
    Share functions;

    void add(const Shares& other) {
        lines.add(other.lines);
        branches.add(other.branches);
        functions.add(other.functions);
    }
};

// A line that nothing executed, or a condition that never went one way.
struct Gap {
    unsigned line = 0;
    std::string text; // of the line, without blanks around it
    std::string what; // of a condition: "never true", "never false"; empty for a line
};

struct CoveredFile {
    std::string path; // relative to the root of the tree, '/' between folders
    Shares shares;
    std::vector<Gap> lines;
    std::vector<Gap> branches;
};

// The files of the tree, by path. Throws Failure: missing_input when `file` or a source that it names cannot
// be read, bad_result when it is no such export.
std::vector<CoveredFile> read_coverage(const std::string& file, const std::filesystem::path& root);

// Lines that may stay as they are. The list is text: a reason at the start of a line, below it files behind
// two blanks, below each file its lines behind four, in the order of the file, without the blanks around
// them:
//     Only a host that refuses memory comes here.
//       impl/machine/mapping.cpp
//         throw std::bad_alloc();
struct Excuse {
    unsigned line = 0; // of the list, from 1
    std::string path;
    std::string text;
    std::string reason;
};

// Throws Failure: missing_input, and usage for a line out of form.
std::vector<Excuse> read_excuses(const std::string& file);

// A folder that has to be covered, with its thresholds in percent.
struct RequiredFolder {
    const char* folder;
    double lines;
    double branches;
};
const std::vector<RequiredFolder>& required_folders();

// Where the tree falls short: a folder below its threshold or without any figures, a source of it that no
// program contains, a line of it that is neither executed nor excused, an excuse whose line is not there or
// is executed. One line of text each, "file:line: ..." where it has one; empty when all is well.
std::vector<std::string> shortcomings(const std::vector<CoveredFile>& files,
                                      const std::vector<Excuse>& excuses, const std::string& list,
                                      const std::filesystem::path& root);

// Sums by folder, in the order of their names.
struct CoveredFolder {
    std::string folder;
    Shares shares;
};
std::vector<CoveredFolder> by_folder(const std::vector<CoveredFile>& files);
Shares sum_below(const std::vector<CoveredFile>& files, std::string_view prefix);

} // namespace poolproof
