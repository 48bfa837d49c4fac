// A program that is run to its end.
//
// Covers: its output, how it ended, a limit of time. Does not cover: programs that are talked to
// (triage_judge.hpp).
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace poolproof {

struct Ended {
    bool started = false; // false: there is no such program
    bool timed_out = false;
    int signal = 0;
    int status = 0;     // exit status, when signal is 0
    std::string output; // both streams
};

// The first of `command` is looked up in PATH when it has no slash; `environment` are NAME=VALUE beside what
// this process has. Standard input is empty. At the limit the program is ended.
Ended run_program(const std::vector<std::string>& command, const std::vector<std::string>& environment,
                  std::chrono::milliseconds limit);

// Variables of this process and these, which take precedence.
std::vector<std::string> environment_with(const std::vector<std::string>& more);

} // namespace poolproof
