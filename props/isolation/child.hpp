// Child: the process that a subject lives in.
//
// Covers: starting it, the window and the pipes, waiting with limits, ending it. Does not cover: what is
// asked of it (isolated_player.hpp) and what it runs (host/). Only processes that were started here are
// ended.
#pragma once

#include "isolation/window.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <sys/types.h>

namespace poolproof {

// A subject that cannot be put on trial: its file is missing, it refuses to start, it is made for another
// ABI.
class SubjectError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

struct ChildLimits {
    std::chrono::milliseconds each_op{2000}; // then the op has timed out
    std::chrono::milliseconds trace{10'000};
    std::chrono::milliseconds start{60'000};
    std::uint64_t used_bytes = std::uint64_t{2}
                               << 30U; // resident during an op; more, and the process is ended
    std::uint64_t kept_bytes = std::uint64_t{512}
                               << 20U; // held after a trace; more, and the process is replaced
};

// How the child answered.
enum class Heard : std::uint8_t {
    answer,
    end, // of the process
    time_out,
    too_large,
    garbage, // an answer, and noise before it
};

class Child {
  public:
    // `command`: program and arguments; the child finds the window at descriptor 3, commands at 0 and answers
    // at 1. Throws SubjectError when it cannot be started.
    Child(const std::vector<std::string>& command, const ChildLimits& limits);
    ~Child();
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    Window& window() { return *window_; }
    // The first answer. Throws SubjectError with what the child says, or why it says nothing.
    void wait_until_ready();
    // Hands the window over and waits for it back; `answer` is set when one came.
    Heard ask(Command command, Answer& answer);
    // After Heard::end: the signal that ended it, or 0, and the exit status.
    struct End {
        int signal = 0;
        int status = 0;
    };
    End end();

  private:
    // How long an answer is waited for, and since when nothing has moved.
    struct Patience {
        std::chrono::steady_clock::time_point begin;
        std::chrono::steady_clock::time_point progress;
        std::uint32_t seen;
        std::chrono::milliseconds op_limit;
        std::chrono::milliseconds limit;
    };

    std::optional<Heard> wait_for_bytes(Patience& patience);
    Heard hear(std::uint64_t sequence, std::chrono::milliseconds op_limit, std::chrono::milliseconds limit,
               Answer& answer);
    std::uint64_t used_bytes() const;
    void kill_it();

    ChildLimits limits_;
    Window* window_ = nullptr;
    pid_t pid_ = -1;
    int commands_ = -1;
    int answers_ = -1;
    std::uint64_t sequence_ = 0;
    End end_;
};

} // namespace poolproof
