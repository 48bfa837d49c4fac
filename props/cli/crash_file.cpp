// The trace that is being played, written when the process dies of it (see crash_file.hpp).
#include "cli/crash_file.hpp"

#include "trace/codec.hpp"

#include <fmt/format.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace poolproof {
namespace {

constexpr std::array<int, 5> fatal_signals = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};

char crash_folder[512];
char crash_path[640];
char crash_message[2048];
struct sigaction previous[NSIG];

// Plain data, so that the handler runs no initialiser.
thread_local const std::uint8_t* played_bytes = nullptr;
thread_local std::size_t played_size = 0;

void write_all(int file, const void* bytes, std::size_t size) {
    const char* at = static_cast<const char*>(bytes);
    while (size > 0) {
        const ssize_t written = write(file, at, size);
        if (written <= 0) {
            return;
        }
        at += written;
        size -= static_cast<std::size_t>(written);
    }
}

// Async-signal-safe: open, write, close, sigaction, raise. Hands on to whoever handled the signal before.
void on_fatal_signal(int signal) {
    if (played_bytes != nullptr) {
        mkdir(crash_folder, 0777);
        const int file = open(crash_path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
        if (file >= 0) {
            write_all(file, played_bytes, played_size);
            close(file);
            write_all(STDERR_FILENO, crash_message, std::strlen(crash_message));
        }
        played_bytes = nullptr;
    }
    sigaction(signal, &previous[signal], nullptr);
    if (signal == SIGABRT) {
        raise(signal);
    }
    // A fault happens again on return, and meets the handler of before.
}

template <std::size_t N> void keep(char (&into)[N], const std::string& text) {
    std::snprintf(into, N, "%s", text.c_str());
}

} // namespace

void write_crash_files(const std::string& folder, const std::string& arguments) {
    const std::string path = fmt::format("{}/crash-{}.trace", folder, getpid());
    keep(crash_folder, folder);
    keep(crash_path, path);
    keep(crash_message,
         fmt::format("poolproof: the subject crashed; replay it with: poolproof replay {}{}{}\n", path,
                     arguments.empty() ? "" : " ", arguments));
    struct sigaction action{};
    action.sa_handler = on_fatal_signal;
    action.sa_flags = SA_ONSTACK | SA_NODEFER;
    sigemptyset(&action.sa_mask);
    for (const int signal : fatal_signals) {
        sigaction(signal, &action, &previous[signal]);
    }
}

void note_played_trace(const Trace& trace) {
    thread_local std::vector<std::uint8_t> bytes;
    played_bytes = nullptr;
    bytes = encode(trace);
    played_size = bytes.size();
    played_bytes = bytes.data();
}

} // namespace poolproof
