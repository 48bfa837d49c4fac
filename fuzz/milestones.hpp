// Milestones of a run on a faulty subject: the executions at which its clause was first judged, at which it
// first left the reference, and at which a clause convicted it.
//
// Asked for by the environment variable POOLPROOF_MILESTONES, which names the file to write: at a violation,
// which then ends the process without a report (exit code 77), or when the process ends. Covers: counting and
// writing. Does not cover: runs, seeds and figures (props/bench/time_to_bug*), targets that play by threads.
#pragma once

#include "run/runner.hpp"
#include "subjects/registry.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace poolproof::fuzz {

class Milestones {
  public:
    // nullptr when nobody asked for them. A subject that is not a faulty one ends the process: one line on
    // standard error, then abort().
    static std::unique_ptr<Milestones> asked_for(const Subject& subject);
    // Writes the file.
    ~Milestones();
    Milestones(const Milestones&) = delete;
    Milestones& operator=(const Milestones&) = delete;

    // After each execution. Does not return when the runner found a violation.
    void note(const Runner& runner, const Oracle& oracle);

  private:
    Milestones(std::string path, const Subject& subject, const FaultySubject& fault);

    void write() const;

    std::string path_;
    const Subject* subject_;
    std::size_t clause_;
    std::uint64_t executions_ = 0;
    std::uint64_t reached_ = 0; // executions are counted from 1; 0: never
    std::uint64_t triggered_ = 0;
    std::uint64_t detected_ = 0;
    std::string by_;
};

} // namespace poolproof::fuzz
