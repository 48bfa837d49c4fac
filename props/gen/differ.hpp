// Differential mode: the traces of the main job on two subjects, and what they do differently.
//
// Covers: playing the units on worker threads, grouping differences, merging in unit order so that the result
// depends on the seed alone, the shortest trace per group, shrunk and shown again on fresh subjects. A trace
// ends at the first difference that parts the worlds of the two. Does not cover: what counts as one
// (compare.hpp), playing a trace (pair_player.hpp), words (cli/).
#pragma once

#include "gen/campaign.hpp"
#include "gen/pair_player.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace poolproof {

// What a subject did, without addresses.
struct Brief {
    EventKind kind = EventKind::skipped;
    std::uint32_t code = 0;     // of a bug check; the status of a raise
    std::uint64_t sub_code = 0; // of a bug check that has any

    friend bool operator==(const Brief&, const Brief&) = default;
};

// Differences with the same key are one group.
struct DifferenceKey {
    int clause = -1;              // that decides, position in all_clauses(); -1: none does
    std::array<bool, 2> breaks{}; // which of the two violates it
    OpKind op = OpKind::allocate; // where no clause decides
    Routine routine = Routine::ExAllocatePoolWithTag; // likewise, of an allocation, a free or a call
    Aspect aspect = Aspect::nothing;                  // likewise
    std::array<Brief, 2> did;                         // where a clause decides, only of who violates it

    bool is_decided() const { return clause >= 0; }
    friend bool operator==(const DifferenceKey&, const DifferenceKey&) = default;
};

// A trace that showed a difference, up to the op that did.
struct FoundTrace {
    Trace trace;
    std::string source; // as in Finding
};

struct DifferenceGroup {
    DifferenceKey key;
    std::uint64_t count = 0;         // of traces that show it
    Aspect aspect = Aspect::nothing; // at the last op of the trace
    std::vector<FoundTrace> found;   // the shortest ones, by length
    Trace trace;                     // shrunk; ends with the op that they differ at
    std::string source;              // of the trace before it was shrunk
    bool confirmed = false;          // shown again by fresh subjects; what follows is of those
    std::array<std::vector<Step>, 2> log;
    std::array<std::vector<Violation>, 2> broken; // at the last op, by subject
    // Clauses of which it is a matter, where none decides: those that were judged `unspecified` there, or
    // else those that were kept there and of which a register entry leaves a choice.
    std::vector<int> speaks;
};

struct DifferResult {
    std::uint64_t sweep_traces = 0;
    std::uint64_t random_traces = 0;
    std::uint64_t corpus_traces = 0;
    std::uint64_t ops = 0;          // compared
    std::uint64_t left_out = 0;     // ops that one of them is not given, kept from the other too
    std::uint64_t nothing_left = 0; // traces of which no op was left
    std::uint64_t both_wrong = 0;   // traces that ended where both violate the same clauses, doing the same
    std::uint64_t cannot_tell = 0;  // traces that ended where one has no means to say what the other says
    std::vector<int> wrong_clauses; // of both_wrong, in contract order
    bool has_profile[2] = {};       // 32-bit, 64-bit: both have it
    std::size_t units_left_out = 0; // by most_timeouts or most_crashes
    // Those that a clause decides come first; of each kind the shortest trace first, then in the order of
    // discovery.
    std::vector<DifferenceGroup> groups;

    std::uint64_t traces() const { return sweep_traces + random_traces + corpus_traces; }
};

// Of the options `clause` and `most_violating` have no meaning here. What a maker throws is rethrown.
DifferResult run_differ(const PlayerMaker& make_a, const PlayerMaker& make_b, const CampaignOptions& options);

} // namespace poolproof
