// The main job: sweeps, random traces and corpus traces against one subject, judged by the oracle.
//
// Covers: dividing the work into numbered units, playing them on worker threads, merging tallies in unit
// order so that the result depends on the seed alone, and shrinking the first trace found per violated
// clause. Does not cover: reading corpora from disk or printing (cli/).
#pragma once

#include "oracle/oracle.hpp"
#include "play/player.hpp"
#include "subjects/subject.hpp"
#include "trace/op.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace poolproof {

struct NamedTrace {
    std::string name; // file name, for reports
    Trace trace;
};

struct CampaignOptions {
    std::uint64_t seed = 1;
    unsigned threads = 0;                  // 0: one per processor of the host
    std::uint64_t random_ops = 20'000'000; // ops of random traces, over all flavours
    bool sweeps = true;
    // 1: every trace of every sweep. n: the first n of each, then every n-th.
    std::size_t sweep_stride = 1;
    std::string clause; // when not empty: only violations of this clause count
    std::vector<NamedTrace> corpus;
    // A unit ends once so many of its traces were wrong: a subject that was broken on purpose is not worth
    // more.
    unsigned most_violating = 50;
    // A subject that cannot be had in time, or not alive, is not waited for without end: after so many
    // time-outs, or so many crashes, over all threads, no more units are played.
    std::uint64_t most_timeouts = 8;
    std::uint64_t most_crashes = 2000;
    // Called from one thread at a time with units done and units in all; may be empty.
    std::function<void(std::size_t, std::size_t)> progress;
    // Called by the thread that is about to play the trace, several threads at once; may be empty. For crash
    // handlers.
    std::function<void(const Trace&)> before_trace;
};

// One violated clause and the shortest trace found for it.
struct Finding {
    int clause = -1;
    Trace trace;
    std::string source;     // "sweep sizes", "random seed 1 unit 37", "corpus double_free.pool"
    std::string text;       // expected and got
    std::vector<Step> log;  // of the trace, on a fresh subject
    bool confirmed = false; // the clause showed again on that one
    // More traces that showed it, of other units: what depends on what was played before may not show again.
    std::vector<Trace> spares;
};

struct CampaignResult {
    Claims claims; // of the 64-bit profile
    std::uint64_t ops = 0;
    std::uint64_t ordinary_ops = 0; // ops of the ordinary and fragment flavours
    double ordinary_seconds = 0;    // thread time spent on them
    unsigned threads = 1;           // that played units
    bool has_profile[2] = {};       // 32-bit, 64-bit
    std::string version;            // what the subject calls itself
    bool isolated = false;          // it lives in processes of its own
    HandOvers hand_overs;           // what that cost, over all threads
    std::size_t units_left_out = 0; // by most_timeouts or most_crashes
    std::uint64_t corpus_traces = 0;
    std::uint64_t sweep_traces = 0;
    std::uint64_t random_traces = 0;
    std::vector<ClauseTally> tally; // by position in all_clauses()
    // The simplest evidence first: by length of the trace, then in contract order. What breaks in consequence
    // of something else needs more ops to show.
    std::vector<Finding> findings;
};

// Gives each worker its own player; what it throws is rethrown by run_campaign().
using PlayerMaker = std::function<std::unique_ptr<Player>()>;

// A profile that the subject does not have is left out, and a category that was asked for and played nothing
// shows as zero traces.
CampaignResult run_campaign(const PlayerMaker& make, const CampaignOptions& options);
// The same for subjects of this process.
CampaignResult run_campaign(const std::function<std::unique_ptr<Subject>()>& make,
                            const CampaignOptions& options);

} // namespace poolproof
