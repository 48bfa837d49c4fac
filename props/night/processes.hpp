// Processes: programs that run at the same time, watched by one thread.
//
// Covers: starting them, their output line by line, a limit in time, what they ended with, ending them. A
// program dies with the process that started it, however that ends. Does not cover: what they are told and
// what their output means (libfuzzer.hpp, afl.hpp).
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace poolproof {

// How a program ended.
struct Ended {
    int status = 0;         // exit status, when no signal ended it
    int signal = 0;         // that ended it; 0: none
    bool timed_out = false; // it was ended for running longer than it may
    double seconds = 0;     // it ran
};

struct Program {
    std::vector<std::string> command;                             // program and arguments
    std::vector<std::pair<std::string, std::string>> environment; // beside what this process has
    std::filesystem::path folder;                                 // it runs in
    std::filesystem::path log;                                    // gets a copy of its output; replaced
    double most_seconds = 600;                                    // then it is killed
    std::function<void(std::string_view)> on_line;                // of its output, both streams; may be empty
    std::function<void(const Ended&)> on_end;                     // may start others
};

// One thread uses it. Destroying it kills what runs.
class Processes {
  public:
    Processes();
    ~Processes();
    Processes(const Processes&) = delete;
    Processes& operator=(const Processes&) = delete;

    // Throws std::system_error when the host gives no process, and when the log cannot be written. A program
    // that is not there ends with status 127.
    void start(Program program);
    std::size_t running() const;
    // Waits for something to happen, at most so long, and calls what the programs named for it.
    void turn(std::chrono::milliseconds most);
    // Asks all of them to end (SIGINT), and kills those that have not within `patience`. on_end is called.
    void stop(std::chrono::milliseconds patience);

  private:
    struct Running;

    void read(Running& one);
    void reap(Running& one);

    std::vector<std::unique_ptr<Running>> all_;
};

// Runs one program to its end, and returns how it ended; on_end may be empty.
Ended run_program(Program program);

} // namespace poolproof
