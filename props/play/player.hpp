// Player: plays traces on one subject and tells what each op did.
//
// Covers: the interface that the runner, and so every judge, sees of a subject, wherever it lives: in this
// process (play/local_player.hpp) or in one of its own (isolation/isolated_player.hpp). Does not cover:
// judging (oracle/).
#pragma once

#include "contract/claims.hpp"
#include "trace/event.hpp"
#include "trace/op.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace poolproof {

// A played op, for logs.
struct Step {
    Op op;
    Event event;
};

// Sees ops and events in the order of the trace, until it returns false.
struct Listener {
    bool (*hear)(void* context, const Op& op, const Event& event);
    void* context;
};

// What isolation cost, since construction.
struct HandOvers {
    std::uint64_t count = 0;    // of ops to the subject's process and of events back
    double waiting_seconds = 0; // in hand-overs, beyond what the subject's process said it worked
    double playing_seconds = 0; // what it worked
    std::uint64_t crashes = 0;  // ends of the process that were not asked for
    std::uint64_t timeouts = 0; // ops that did not come back in time
    std::uint64_t garbled = 0;  // answers that were none
    std::uint64_t renewals = 0; // processes that were replaced because the subject kept too much memory
};

// Not thread-safe: one thread uses one player, and destroys it.
class Player {
  public:
    virtual ~Player() = default;

    // As on a command line: "reference", "plugin:FILE.so".
    virtual std::string_view name() const = 0;
    // What the implementation calls itself, and its version: "malloc 1.0". Empty for what comes with this
    // program.
    virtual std::string_view version() const { return {}; }
    // Of the profile of the last play() or has_profile().
    virtual const Claims& claims() const = 0;
    // Whether the subject has the profile. Leaves it on a clean machine of that profile when it does.
    virtual bool has_profile(bool is_64_bit) = 0;
    // A clean machine, then the ops in order, as long as the listener wants more and the subject lives.
    // False, and nothing is played, when the subject does not have the trace's profile.
    virtual bool play(const Trace& trace, Listener listener) = 0;
    // The subject as if it had never been used: a new process where it has one of its own.
    virtual void renew() {}
    // nullptr when the subject lives in this process.
    virtual const HandOvers* hand_overs() const { return nullptr; }
};

} // namespace poolproof
