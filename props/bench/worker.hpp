// A worker of the bench: a child process that holds its blocks and measures when it is told to.
//
// Covers: starting it, its lines, what it says when it ends, ending it. Does not cover: which workers there
// are (contenders.hpp). One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace poolproof::bench {

struct WorkerCommand {
    std::vector<std::string> words;       // a program and its arguments
    std::vector<std::string> environment; // NAME=value, in addition to the bench's own
};

// What a process said and how it ended.
struct Outcome {
    int status = 0; // as waitpid gives it
    std::string output;
    std::string errors;
};

class Worker {
  public:
    // Throws std::system_error when the host refuses pipes or processes.
    explicit Worker(const WorkerCommand& command);
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    void tell(const std::string& line) const; // a worker that has ended hears nothing
    // The next line without its end; nothing when it ended or said nothing for that long.
    std::optional<std::string> listen(unsigned milliseconds);
    // Ends it. Why it said no more, in one line: how it ended, and the last line of its standard error.
    std::string end();
    // Waits for its end.
    Outcome wait(unsigned milliseconds);

  private:
    std::string errors() const;

    pid_t process_ = -1;
    int status_ = 0;
    int input_ = -1;
    int output_ = -1;
    int errors_ = -1; // a file without a name
    std::string heard_;
};

} // namespace poolproof::bench
