// A program in a process of its own, and which files it opens.
//
// Covers: folder, environment, a time limit, what it prints, how it ends; every path that it or a process it
// starts opens, makes, renames or removes, by notification of the kernel (seccomp, Linux 5.8 and later; no
// privilege is needed). Does not cover: files that it holds open from before, sockets, what it only asks
// about (stat).
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace poolproof {

struct WatchedCommand {
    std::vector<std::string> words;       // the program, looked up in the caller's PATH, and its arguments
    std::filesystem::path folder;         // it starts there
    std::vector<std::string> environment; // NAME=VALUE, all of it
    std::chrono::milliseconds limit{60'000};
};

struct Touched {
    std::string path; // absolute
    bool writes = false;
};

struct WatchedRun {
    int status = -1; // of its exit; -1 when a signal ended it
    int signal = 0;
    bool timed_out = false; // and was ended therefore
    std::string output;     // both standard streams, up to a megabyte
    std::vector<Touched> touched;

    bool ended_well() const { return status == 0 && !timed_out; }
    // "exit code 77", "signal 6", "no end within the time limit"
    std::string end() const;
};

// Throws Failure (missing_tool) when the host does not let it watch, or has no such program.
WatchedRun run_watched(const WatchedCommand& command);

} // namespace poolproof
