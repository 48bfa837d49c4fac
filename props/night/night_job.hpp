// The nightly job: fuzzes every target for its share of the time and keeps what it finds.
//
// Covers: the night as a whole, but for triage (see night_job.cpp for the rules). Does not cover: building
// the targets (ci/nightly), what crashes mean and what the terminal shows (cli/).
#pragma once

#include "night/folders.hpp"
#include "night/fuzz_job.hpp"
#include "night/processes.hpp"
#include "report/night.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace poolproof {

struct NightOptions {
    double minutes = 60;
    std::vector<std::string> targets; // names of fuzz_targets.hpp; empty: all
    std::vector<std::string> engines = {"libfuzzer"};
    std::string subject = "reference";
    std::uint64_t seed = 1;
    unsigned jobs = 0;                             // programs at once; 0: one per processor
    std::filesystem::path build = "build/fuzz";    // the targets for libFuzzer, in bin/, and their seeds
    std::filesystem::path afl_build = "build/afl"; // the targets for AFL++
    std::filesystem::path properties;              // the program of the properties, for its canary
    std::string commit;
    std::string version;
};

// A moment of a night, for those who wait.
struct NightMoment {
    const char* stage; // "canaries", "fuzzing", "merging"
    double seconds_left = 0;
    std::uint64_t executions = 0;
    std::uint64_t edges = 0; // summed over the targets
    std::uint64_t corpus_files = 0;
    std::uint64_t crashes = 0;
};

struct NightWatch {
    std::function<void(const NightMoment&)> moment; // now and then; may be empty
    std::function<bool()> stop; // true: leave off, so that the next job can go on; may be empty
};

// The night was left off before its end; the next job with the same options goes on.
class NightInterrupted : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

class NightJob {
  public:
    // Takes up the night that was left off in the folder, if it was one with the same options; otherwise
    // begins one.
    NightJob(NightOptions options, NightFolder& folder, NightWatch watch);

    const Night& night() const { return night_; }
    Night& night() { return night_; }

    // In this order. Each throws NightInterrupted, and std::system_error when the host refuses what it needs.
    void try_canaries();
    void fuzz();
    void merge_corpora();
    // The night is over: its record goes to the others, and the folder is ready for the next one. Returns its
    // file.
    std::filesystem::path finish();

    void save() const;

  private:
    bool goes_on(const Night& left) const;
    void begin();
    void plan(const std::string& target, const std::string& engine);
    std::filesystem::path program_of(const NightTarget& target) const;
    double share() const;
    void check_stop();
    void turn(const char* stage);
    NightMoment moment(const char* stage) const;
    FuzzJob* next();
    bool has_reported(const std::string& name, const std::string& target) const;
    void try_canary(const std::string& target, const std::string& canary);
    void try_property();
    void merge(const std::string& target);
    void look_at(const std::string& target);

    NightOptions options_;
    NightFolder* folder_;
    NightWatch watch_;
    Night night_;
    Processes processes_;
    std::vector<std::unique_ptr<FuzzJob>> jobs_;
    double spent_before_ = 0; // seconds, by earlier jobs on this night
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
    std::chrono::steady_clock::time_point saved_ = begin_;
};

} // namespace poolproof
