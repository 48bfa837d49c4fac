// The runner: plays a trace on a subject and shows every event to the oracle.
//
// Covers: slots, stamps (what the runner writes into a block to see it kept), calls, judging. Does not cover:
// which traces are played (gen/).
#pragma once

#include "oracle/oracle.hpp"
#include "subjects/subject.hpp"
#include "trace/event.hpp"
#include "trace/op.hpp"
#include "trace/request.hpp"

#include <cstdint>
#include <vector>

namespace poolproof {

// A played op, for logs.
struct Step {
    Op op;
    Event event;
};

class Runner {
  public:
    // Neither is owned. One thread drives one runner.
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
    struct Slot {
        std::uint64_t address = 0; // 0: empty
        std::uint64_t size = 0;
        std::uint64_t pattern = 0; // seed of the bytes written there
        std::uint8_t process = 0;  // owner, for user memory
        bool user = false;
        bool paged = false;
        bool live = false;    // as far as the runner knows
        bool stamped = false; // the stamps were written
    };

    bool run_logged(const Trace& trace, std::vector<Step>* log);
    Event play(const Op& op);
    Event print(const Op& op);
    Event call(const Op& op);
    Event set_or_query(const Op& op);
    Event allocate(const Op& op);
    Event release(const Op& op);
    Event touch(const Op& op);
    bool in_reach(const Slot& slot) const;
    bool may_look(const Slot& slot) const;
    void look_at_new(const Slot& slot, bool zeros_promised, Event& event);
    void stamp(Slot& slot, Event& event);
    Seen stamps_intact(const Slot& slot);
    std::uint8_t owner_of_freed(const Op& op) const;
    void forget(std::uint64_t address, Slot& given, std::uint8_t owner);
    void restore_stamps(const Slot& aimed_at, std::uint64_t address, std::uint32_t length);

    Subject* subject_;
    Oracle* oracle_;
    std::uint64_t ops_ = 0;
    std::uint64_t allocations_ = 0; // in this trace; makes the pattern of each block its own
    Step last_;
    std::vector<Slot> slots_;
    ListSettings lists_;
    std::uint8_t irql_[processor_count] = {};
    std::uint8_t process_[processor_count] = {};
    std::uint8_t processor_ = 0;
};

} // namespace poolproof
