// Night: everything that one run of the nightly fuzzing job says, as plain data.
//
// Covers: the record that the job writes and the dashboard reads, and whether the night was fine. What is
// added here is added to night_fields.hpp, which writes and reads it. Does not cover: how a night is run
// (night/night_job.hpp), and the page over many nights (nights.hpp).
#pragma once

#include "report/look.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace poolproof {

inline constexpr std::uint32_t night_format = 1; // of the JSON form

// Where a target stood at a moment of the night; added up over its runs so far.
struct NightPoint {
    std::uint64_t seconds = 0; // since the night began
    std::uint64_t executions = 0;
    std::uint64_t edges = 0;
    std::uint64_t corpus_files = 0;
};

// A fuzz target on one engine.
struct NightTarget {
    std::string name;   // as of fuzz_targets.hpp
    std::string engine; // "libfuzzer", "afl"
    std::uint64_t executions = 0;
    double seconds = 0;
    std::uint64_t runs = 0; // processes of the engine
    double execs_per_second = 0;
    std::uint64_t edges = 0; // covered at the end
    std::uint64_t features = 0;
    std::uint64_t corpus_files = 0; // after minimisation
    std::uint64_t corpus_bytes = 0;
    std::uint64_t corpus_edges_at_start = 0;
    std::uint64_t crashes = 0; // inputs kept
    std::vector<NightPoint> points;
    bool complete = false; // it had the whole of its time
};

// What a crash is; all but the first are no matter of a clause.
enum class NightKind : std::uint8_t {
    contract,
    assertion,
    bug_check,
    sanitizer,
    signal,
    exit,
    time_out,
    out_of_memory,
    not_shown,
};
inline constexpr std::string_view night_kind_names[] = {
    "contract", "assertion", "bug check",     "sanitizer",       "signal",
    "exit",     "time-out",  "out of memory", "not shown again",
};

// Crashes of one target that are one bug: the same kind and bucket.
struct NightFinding {
    std::string target;
    std::string subject;
    NightKind kind = NightKind::contract;
    std::string bucket;     // of contract: the clause id; of others: the stack, or what tells it apart
    std::string rule;       // of the clause; may be empty
    std::string text;       // expected and got, or the report of the engine; may be empty
    std::string first_seen; // in which night or at what time, as of Night::started
    std::uint64_t crashes = 0;
    std::string trace;      // *.pool text; empty for driver code
    std::uint64_t ops = 0;  // of that trace
    std::string file;       // the reproducer
    std::string reproducer; // whether it was compiled and what it showed, in words; empty where there is none
    std::string replay;     // command that plays it
    std::string suggested_name;
    bool shown_again = false; // on a fresh subject
    bool known = false;       // an earlier night had it; as long as it shows, it makes the night fail
};

// A bug that a target has to find, or the target is blind.
struct NightCanary {
    std::string name;    // of the subject or the program
    std::string target;  // that was run on it
    std::string expects; // clause id or kind that it had to report
    bool reported = false;
};

// How often the corpora exercise a clause.
struct NightClause {
    std::string id;
    std::uint64_t ops = 0; // judged
};

// A row of the time-to-bug bench.
struct TimeToBug {
    std::string subject; // "faulty:slack-unchecked"
    std::string target;
    std::uint64_t median_executions = 0; // 0 when fewer than half of the seeds detected it
    std::uint64_t detected = 0;          // of the seeds
    std::uint64_t seeds = 0;
};

struct Night {
    std::string version; // of poolproof
    std::string commit;  // may be empty
    std::string started; // "2026-11-29T02:00:00Z"
    double minutes = 0;  // asked for
    double seconds = 0;  // spent
    std::uint32_t cores = 1;
    std::vector<std::string> engines;
    std::string subject; // on trial: "reference"
    std::uint64_t seed = 1;
    std::uint32_t resumed = 0; // times that the night was interrupted and taken up again
    std::vector<NightTarget> targets;
    std::vector<NightFinding> findings;
    std::vector<NightCanary> canaries;
    std::vector<NightClause> clauses;   // empty when they were not counted
    std::vector<TimeToBug> time_to_bug; // empty when the bench did not run
    std::vector<std::string> troubles;  // what the job itself knows to be broken, one line each
};

enum class NightOutcome : std::uint8_t {
    fine,
    findings,
    broken, // what it says is not to be relied on
};
std::string_view name_of(NightOutcome outcome);

// Broken when there is a trouble, a target with no execution or without its whole time, a silent canary, no
// target or no canary at all: a night that did not run found nothing either.
NightOutcome outcome_of(const Night& night);
// One line each; those of a broken night come before its findings. Empty exactly when it was fine.
std::vector<std::string> reasons_of(const Night& night);

// "2026-11-29T02:00:00Z", a time that there is.
bool is_time(std::string_view text);

// For a terminal: a line on the night, a row per target, a line per finding, and the outcome with its
// reasons.
std::string to_text(const Night& night, const Look& look = {});

} // namespace poolproof
