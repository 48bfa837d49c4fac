// The runner: plays a trace on a subject and shows every event to the oracle.
//
// Covers: playing up to the first op that is wrong, and what it was. Does not cover: playing an op (play/),
// judging it (oracle/), which traces are played (gen/).
#pragma once

#include "oracle/oracle.hpp"
#include "play/local_player.hpp"
#include "play/player.hpp"
#include "subjects/subject.hpp"
#include "trace/event.hpp"
#include "trace/op.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace poolproof {

class Runner {
  public:
    // Neither is owned. One thread drives one runner.
    Runner(Player& player, Oracle& oracle);
    Runner(Subject& subject, Oracle& oracle);

    // Plays the trace on a clean machine, up to and including the first op that violates a clause or crashes
    // the subject. Returns true when nothing was violated. A subject that does not have the trace's profile
    // plays nothing.
    bool run(const Trace& trace);
    // As run(), and appends what happened to `log`.
    bool run(const Trace& trace, std::vector<Step>& log);

    // Ops shown to the oracle since construction.
    std::uint64_t ops() const { return ops_; }
    // The violations of the last run, and the op and event that showed them.
    const std::vector<Violation>& violations() const { return oracle_->violations(); }
    const Step& last_step() const { return last_; }

  private:
    bool run_logged(const Trace& trace, std::vector<Step>* log);
    bool hear(const Op& op, const Event& event);

    std::unique_ptr<LocalPlayer> own_; // for a subject of this process
    Player* player_;
    Oracle* oracle_;
    std::uint64_t ops_ = 0;
    std::vector<Step>* log_ = nullptr;
    bool begun_ = false; // the oracle knows of the trace
    bool violated_ = false;
    Step last_;
};

} // namespace poolproof
