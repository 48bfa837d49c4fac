// Whether built fuzz targets are fit for ClusterFuzz: strict rules, tried on each target of a folder.
//
// Covers: what .clusterfuzzlite/build.sh leaves in $OUT for libFuzzer, whatever the sanitizer. Stricter than
// the check of OSS-Fuzz, which lets pass what is not instrumented, has next to no edges or crashes on its
// seeds, and one broken target in ten. Does not cover: builds for other engines, and for coverage.
#pragma once

#include "cli/elf_program.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace poolproof {

enum class BuildRule : std::uint8_t {
    listed,    // a program of that name is there
    named,     // [a-z0-9_]+_fuzzer, and no target beside the listed ones
    options,   // NAME.options is there, and libFuzzer knows what is in it
    counters,  // instrumented for coverage
    edges,     // and not only a little of it
    sanitizer, // one sanitizer, in all of it
    seeds,     // NAME_seed_corpus.zip has files, and no empty ones alone
    starts,    // tells its help, and runs the empty input
    clean,     // no finding in its seeds
    floor,     // its seeds cover as much as they did
    repeats,   // a hundred runs of each seed in one process: the same end, and the edges and features of two
    silent,    // prints nothing of its own
    writes,    // nothing outside the temporary folder
    moved,     // it needs nothing of where it was built
};
inline constexpr std::size_t build_rules = 14;
inline constexpr std::array<std::string_view, build_rules> build_rule_names = {
    "listed", "named", "options", "counters", "edges",  "sanitizer", "seeds",
    "starts", "clean", "floor",   "repeats",  "silent", "writes",    "moved"};

enum class RuleOutcome : std::uint8_t {
    not_tried, // another broken rule is in the way
    kept,
    broken,
};

struct TargetToCheck {
    std::string name;
    std::optional<unsigned> floor; // no floor: that rule is not tried
    bool same_coverage = true;     // of the same input; false where threads take turns
};

struct CheckedTarget {
    struct Verdict {
        RuleOutcome outcome = RuleOutcome::not_tried;
        std::string why; // when broken
    };

    std::string name;
    std::array<Verdict, build_rules> verdicts;
    std::uint64_t edges = 0;
    unsigned covered = 0; // edges, by its seeds
    std::size_t seed_count = 0;
    std::array<unsigned, sanitizers> calls = {};

    // Keeps the rule, or breaks it when there is a reason.
    void judge(BuildRule rule, std::string why = {});
    bool keeps(BuildRule rule) const;
    std::size_t broken() const;
};

struct BuildToCheck {
    std::filesystem::path folder;
    std::vector<TargetToCheck> targets;
    std::chrono::seconds limit{120};                     // of each run of a target
    std::function<void(std::string_view)> progress = {}; // told the name of each target
};

// The targets in their order, then programs that are targets and not among them. Throws Failure
// (missing_input) when the folder holds no target at all, (missing_tool) when something cannot be tried here.
std::vector<CheckedTarget> check_build(const BuildToCheck& build);

// The parts of it. The rules that need no run, seeds apart.
void check_unrun(const BuildToCheck& build, const TargetToCheck& target, CheckedTarget& into);
// The rules that take a run, and seeds.
void check_runs(const BuildToCheck& build, const TargetToCheck& target, CheckedTarget& into);

// What a .options file gives to libFuzzer: "-NAME=VALUE" each. `why` is set when the file is none.
std::vector<std::string> read_options(const std::filesystem::path& path, std::string& why);

} // namespace poolproof
