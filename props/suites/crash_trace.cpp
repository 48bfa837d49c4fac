// Implements crash_trace.hpp. The handler uses open() and write() alone.
#include "suites/crash_trace.hpp"

#include "trace/codec.hpp"

#include <array>
#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>
#include <vector>

// Present in builds with a sanitizer only.
// NOLINTNEXTLINE(bugprone-reserved-identifier): the name is the sanitizers'.
extern "C" __attribute__((weak)) void __sanitizer_set_death_callback(void (*callback)());

namespace poolproof {

namespace {

std::array<std::uint8_t, header_bytes + crash_trace_ops * record_bytes> buffer;
std::atomic<std::size_t> used = 0;
std::atomic<bool> cut_off = false;
std::array<char, 512> path;

constexpr std::array fatal_signals = {SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGFPE};
std::array<struct sigaction, fatal_signals.size()> previous;

void print(const char* text) {
    std::size_t left = std::strlen(text);
    while (left > 0) {
        const ssize_t wrote = write(STDERR_FILENO, text, left);
        if (wrote <= 0) {
            return;
        }
        text += wrote;
        left -= static_cast<std::size_t>(wrote);
    }
}

void write_file() {
    const std::size_t bytes = used.exchange(0);
    if (bytes <= header_bytes) {
        return;
    }
    const int file = open(path.data(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file < 0) {
        print("\npoolproof_props: cannot write the trace to ");
        print(path.data());
        print("\n");
        return;
    }
    std::size_t done = 0;
    while (done < bytes) {
        const ssize_t wrote = write(file, buffer.data() + done, bytes - done);
        if (wrote <= 0) {
            break;
        }
        done += static_cast<std::size_t>(wrote);
    }
    close(file);
    print(cut_off ? "\npoolproof_props: crashed; the first ops of the trace are kept. Replay it with:\n"
                  : "\npoolproof_props: crashed. Replay the trace with:\n");
    print("  poolproof replay ");
    print(path.data());
    print("\n");
}

// The handler before this one gets the signal: the instruction is executed again, or abort() raises it again.
void on_signal(int number) {
    write_file();
    for (std::size_t i = 0; i < fatal_signals.size(); ++i) {
        if (fatal_signals[i] == number) {
            sigaction(number, &previous[i], nullptr);
        }
    }
    if (number == SIGABRT) {
        std::raise(number);
    }
}

// The records of one trace, behind its header.
void append(const std::vector<std::uint8_t>& encoded) {
    const std::size_t at = used;
    std::size_t bytes = encoded.size() - header_bytes;
    if (at + bytes > buffer.size()) {
        bytes = buffer.size() - at;
        cut_off = true;
    }
    if (bytes > 0) {
        std::memcpy(buffer.data() + at, encoded.data() + header_bytes, bytes);
        used = at + bytes;
    }
}

} // namespace

void crash_trace_begin(bool is_64_bit) {
    Trace empty;
    empty.is_64_bit = is_64_bit;
    const std::vector<std::uint8_t> header = encode(empty);
    std::memcpy(buffer.data(), header.data(), header_bytes);
    cut_off = false;
    used = header_bytes;
}

void crash_trace_add(const Op& op) {
    if (used + record_bytes > buffer.size()) {
        cut_off = true;
        return;
    }
    static Trace one{true, std::vector<Op>(1)};
    one.ops[0] = canonical(op);
    append(encode(one));
}

void crash_trace_set(const Trace& trace) {
    crash_trace_begin(trace.is_64_bit);
    append(encode(trace));
}

void crash_trace_clear() {
    used = 0;
}

void write_crash_traces_to(const char* folder) {
    const int written =
        std::snprintf(path.data(), path.size(), "%s/crash-%d.trace", folder, static_cast<int>(getpid()));
    if (written < 0 || static_cast<std::size_t>(written) >= path.size()) {
        std::snprintf(path.data(), path.size(), "crash-%d.trace", static_cast<int>(getpid()));
    }
    if (__sanitizer_set_death_callback != nullptr) {
        __sanitizer_set_death_callback(write_file);
    }
    static bool installed = false;
    if (installed) {
        return;
    }
    installed = true;
    for (std::size_t i = 0; i < fatal_signals.size(); ++i) {
        struct sigaction action{};
        action.sa_handler = on_signal;
        action.sa_flags = SA_ONSTACK | SA_NODEFER;
        sigaction(fatal_signals[i], &action, &previous[i]);
    }
}

} // namespace poolproof
