// A fuzz target's judge, asked from here.
//
// Covers: starting the replay program as a judge (fuzz/judge.hpp), a question at a time, starting it again
// when it dies. Does not cover: what an answer means (triage_bucket.hpp). One thread.
#pragma once

#include "run/judge_protocol.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include <sys/types.h>

namespace poolproof {

struct Judgement {
    Outcome outcome = Outcome::clean;
    int detail = 0; // the signal or the exit status
    std::string report;
};

class Judge {
  public:
    // Throws Failure (missing_input) when the program is missing or is no judge. `subject`: what the target
    // is told to put on trial; may be empty.
    Judge(std::filesystem::path program, std::string subject, std::uint32_t milliseconds,
          std::uint32_t megabytes);
    ~Judge();
    Judge(const Judge&) = delete;
    Judge& operator=(const Judge&) = delete;

    // Whether the input is played where others were before, as most candidates of a shrinker can be, and
    // whether leaks are looked for.
    struct Manner {
        bool afresh = true;
        bool check_leaks = false;
    };
    // Throws Failure (internal) when the judge itself dies of it twice.
    Judgement ask(std::span<const std::uint8_t> bytes, Manner manner);

  private:
    void start();
    void stop();
    bool try_ask(std::span<const std::uint8_t> bytes, Manner manner, Judgement& judgement);

    std::filesystem::path program_;
    std::string subject_;
    std::uint32_t milliseconds_;
    std::uint32_t megabytes_;
    pid_t pid_ = -1;
    int socket_ = -1;
};

} // namespace poolproof
