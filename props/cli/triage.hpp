// Triage: crash files of fuzz targets to findings.
//
// Covers: which files of a folder are crashes, the bucket that each falls into, the smallest input of each
// bucket that still falls into it, and what is written of it: trace, bytes, reproducer in C, report. The
// judge is the fuzz target's own replay program (triage_judge.hpp). Does not cover: finding crashes, and what
// the terminal shows of it (triage_command.cpp).
#pragma once

#include "run/fuzz_targets.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace poolproof {

enum class BucketKind : std::uint8_t {
    contract,      // a violated clause
    assertion,     // a check of the target's own
    bug_check,     // one that nobody caught, by its code and its first frame
    sanitizer,     // a report of a sanitizer, by its kind and its frames
    signal,        // a signal without a report
    exit,          // the program ended itself
    time_out,      // by its frames
    out_of_memory, // more than the limit
    not_shown,     // the crash did not show again
};

enum class Reproducer : std::uint8_t {
    none,         // not for this kind of target or finding
    not_tried,    // written, and not compiled (no_compile)
    shows,        // compiles, and shows the clause
    not_shown,    // compiles, and does not show it
    not_compiled, // the compiler refuses it
};

struct TriageOptions {
    std::filesystem::path folder; // with crash files, or with a folder of them for each target
    std::string target;           // of files in `folder` itself; empty: by folder
    // reference, faulty:NAME; for a target of driver code a program of the same source with a planted bug.
    std::string subject = "reference";
    std::filesystem::path build = "build/fuzz"; // whose bin/ holds the replay programs
    std::filesystem::path out = "findings";
    bool compile = true;                    // reproducers, and run them
    std::uint32_t time_limit_ms = 20'000;   // for one input; more is a time-out
    std::uint32_t memory_limit_mb = 2560;   // for one input; more is out of memory
    std::uint32_t budget = 5000;            // most candidates tried for one bucket
    std::uint32_t seconds_per_bucket = 300; // most time spent on shrinking one bucket
    std::uint32_t replays = 3;              // that must all show what depends on the order of threads
    std::filesystem::path corpus;           // whose names are taken; empty: that of this tree
};

struct TriageFinding {
    std::string target;
    std::string subject;
    BucketKind kind = BucketKind::contract;
    std::string bucket;             // the clause; or what failed and where, without addresses
    std::string rule;               // contract: the clause's rule in words
    std::string explanation;        // contract: what was expected and what came
    std::vector<std::string> files; // that fell into it, the one that was minimised first
    std::uint64_t crashes = 0;      // files, counted once by content
    std::uint64_t bytes_before = 0; // of the minimised file
    std::uint64_t bytes = 0;        // after
    std::uint64_t ops = 0;          // after; 0 for driver code
    std::uint32_t shown = 0;        // replays of the result that showed it, of `replays`
    std::uint32_t replays = 0;
    bool known = false; // `out` had it before, and no new file was smaller: it was not minimised again
    std::string name;   // suggested for a regression, without extension
    Reproducer reproducer = Reproducer::none;
    // What was written, below TriageOptions::out; empty: none.
    std::string bytes_file;      // for the target
    std::string trace_file;      // text
    std::string reproducer_file; // C
    std::string report_file;     // what the target said

    friend bool operator==(const TriageFinding&, const TriageFinding&) = default;
};

struct TriageResult {
    std::vector<TriageFinding> findings; // by target, kind and bucket
    std::vector<std::string> remarks;    // a line for each file that was no crash or cannot be read
    std::uint64_t crashes = 0;           // different files
    std::uint64_t duplicates = 0;        // files that were left out: another one has the same bytes
};

// Told now and then what is going on, in one line.
using TriageProgress = std::function<void(const std::string&)>;

// Throws Failure: (missing_input) for a folder without crash files and for a build without the replay
// program, (usage) for an unknown target or subject, (unwritable).
TriageResult triage(const TriageOptions& options, const TriageProgress& progress = {});

std::string_view name_of(BucketKind kind);
std::string_view name_of(Reproducer reproducer);

nlohmann::ordered_json to_json(const TriageFinding& finding);
nlohmann::ordered_json to_json(const TriageResult& result); // {"format": 1, "findings": [...], ...}
// Throw Failure (bad_result).
TriageFinding triage_finding_from(const nlohmann::ordered_json& json);
TriageResult triage_result_from(const nlohmann::ordered_json& json);

// Adds the finding to the corpus: as a regression where any target can play it, else to the seeds of its
// target. Returns the file. Throws Failure (usage) where there is such a file already, or the finding is none
// that can be promoted.
std::filesystem::path promote(const TriageFinding& finding, const std::filesystem::path& out,
                              const std::filesystem::path& corpus);

} // namespace poolproof
