// One target on one engine for its share of a night.
//
// Covers: its runs one after another, what of them counts, and when it has had enough. Does not cover: whose
// turn it is (night.hpp), what a crash means (triage).
#pragma once

#include "night/afl.hpp"
#include "night/folders.hpp"
#include "night/libfuzzer.hpp"
#include "night/processes.hpp"
#include "report/night.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace poolproof {

struct FuzzJobOptions {
    std::filesystem::path program; // the target, built for the engine
    std::string subject;           // POOLPROOF_SUBJECT
    double share = 0;              // seconds
    std::uint64_t seed = 1;
    std::uint64_t most_crashes = 20; // kept; with more the target has said enough
};

class FuzzJob {
  public:
    // `record` is where it stands, perhaps from before the job was interrupted; it is kept up to date.
    // Neither it nor the folder is owned. The record names target and engine.
    FuzzJob(FuzzJobOptions options, const NightFolder& folder, NightTarget& record);

    bool over() const { return over_; }
    bool running() const { return running_; }
    // The part of its share that it has had, 0 to 1.
    double progress() const;
    // The next run. Not while one is running, or when it is over.
    void start(Processes& processes);
    // Takes the time of the running run, and what AFL wrote down, into the record.
    void look();
    // A point of the record's series.
    void mark(std::uint64_t night_seconds);
    // Why it ended before its time without any finding; empty when it did not.
    const std::string& trouble() const { return trouble_; }

  private:
    double slice() const;
    Program libfuzzer_run(double seconds);
    Program afl_run(double seconds);
    void ended(const Ended& how);
    void judge_end(const Ended& how, std::uint64_t new_crashes);

    FuzzJobOptions options_;
    const NightFolder* folder_;
    NightTarget* record_;
    NightTarget before_; // the record, at the start of the run
    EngineFigures figures_;
    std::chrono::steady_clock::time_point begin_;
    std::string last_line_;
    unsigned in_vain_ = 0; // runs in a row that ended early and left nothing new
    bool running_ = false;
    bool over_ = false;
    std::string trouble_;
};

} // namespace poolproof
