// Result: everything that a run of the main job on one subject says, as plain data.
//
// Covers: the record that every report is made from (table, JSON, JUnit, SARIF, Markdown, HTML). What is
// added here is added to result_fields.hpp, which writes and reads it, and to nothing else. Does not cover:
// how a run is made (cli/verify_result.hpp) and what a report looks like (the writers beside this file).
#pragma once

#include "oracle/oracle.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace poolproof {

inline constexpr std::uint32_t result_format = 1; // of the JSON form

// An op of a trace and what came of it, both in words.
struct EventResult {
    std::string op;
    std::string event;
};

// A block that an op of a finding's trace was given. Addresses are stand-ins, the same in every run: each
// region of pages that the trace saw begins at a multiple of 2^32, and keeps the distances within it.
struct BlockResult {
    std::uint32_t op = 0;   // position in the trace
    std::uint32_t slot = 0; // 0 to 255
    std::uint64_t address = 0;
    std::uint64_t size = 0;     // bytes asked for
    bool special = false;       // in special pool, as far as the subject tells
    std::int64_t freed_by = -1; // position of the op that freed it, or -1
};

// The shortest trace found for one violated clause.
struct FindingResult {
    std::string clause;     // id
    std::string source;     // "sweep sizes", "random seed 1 unit 37", "corpus double_free.pool"
    std::string text;       // expected and got
    std::string trace;      // *.pool text
    std::uint64_t ops = 0;  // of that trace
    bool confirmed = false; // it showed again when played on a fresh subject
    std::vector<EventResult> events;
    std::vector<BlockResult> blocks;
    std::string file;   // the trace, in the findings folder as the run was told it
    std::string replay; // command that plays it
};

struct ClauseResult {
    std::string id;
    std::vector<std::string> kinds; // "promise", "duty", ...
    std::string rule;
    std::string page;                 // "wdm/nf-wdm-exallocatepoolwithtag"
    std::string section;              // of that page; may be empty
    std::vector<std::string> entries; // of the register: "X-05", "unverified: ..."
    Verdict verdict = Verdict::not_exercised;
    std::uint64_t holds = 0; // ops judged so
    std::uint64_t violated = 0;
    std::uint64_t unspecified = 0;
    bool required = false; // the run fails when it was not exercised
    std::string unjudged;  // why no run judges it; empty when one does
    // What a baseline says of it: the verdict in words, and why. Empty where there is none.
    std::string expected;
    std::string expected_because;

    std::uint64_t exercised() const { return holds + violated + unspecified; }
};

struct TraceCounts {
    std::uint64_t sweep = 0;
    std::uint64_t random = 0;
    std::uint64_t corpus = 0;
};

// What depends on the machine beside the seed; with `seconds` all that differs between two runs of one seed.
struct Speed {
    std::uint32_t threads = 1;
    double ops_per_second = 0;
    std::uint64_t ordinary_ops = 0;            // of the traces that use ordinary pool only
    double ordinary_ops_per_thread_second = 0; // 0 when there were none
    std::uint64_t hand_overs = 0;              // to the process of a subject that has one of its own
    double hand_over_microseconds = 0;         // what each took, beside the subject's own work
};

struct Result {
    std::string version;                   // of poolproof
    std::string subject;                   // "reference", "faulty:straddles-a-page"
    std::string subject_version;           // "malloc 1.0"; of what comes with this command its version
    std::vector<std::string> profiles;     // those it has: "32-bit", "64-bit"
    std::vector<std::string> capabilities; // "raises", "special pool", ...
    std::uint64_t seed = 1;
    std::uint64_t ops = 0;
    double seconds = 0;
    TraceCounts traces;
    Speed speed;
    std::vector<ClauseResult> clauses; // those that count, in contract order
    std::vector<FindingResult> findings;
    std::string baseline; // file that the run was held against; empty: none
    // Why the run fails beside the violated clauses, one line each: evidence that is missing, differences
    // from the baseline.
    std::vector<std::string> missing;
    std::vector<std::string> notes; // what a reader should know: "the subject crashed 3 times"
};

inline constexpr std::size_t verdict_count = 6;
// Clauses by verdict.
std::array<std::size_t, verdict_count> count_verdicts(const Result& result);

// The findings of that clause, at most one in a run; nullptr when there is none.
const FindingResult* finding_of(const Result& result, const std::string& clause);

// "GEO" of "GEO-02".
std::string family_of(const std::string& clause);

// Address of the documentation page, empty when it is not on the documentation site any more.
std::string link_of(const std::string& page);

// Why a clause has no verdict of holds or violated, for readers; empty when it has one.
std::string reason_of(const ClauseResult& clause);

// Violated, as the baseline says that it is.
bool is_known_violation(const ClauseResult& clause);

// True when there are clauses, nothing is missing, and nothing is violated; with a baseline nothing else than
// it says.
bool passed(const Result& result);

// Columns, suites and runs of several results: the subject, and the seed where one subject comes twice.
std::vector<std::string> labels_of(const std::vector<Result>& results);

} // namespace poolproof
