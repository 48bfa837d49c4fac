// See judge.hpp.
#include "judge.hpp"

#include "run/judge_protocol.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

// NOLINTBEGIN(bugprone-reserved-identifier): the sanitizers chose the names. Null where there is none.
extern "C" __attribute__((weak)) void __sanitizer_print_stack_trace();
extern "C" __attribute__((weak)) int __lsan_do_recoverable_leak_check();

namespace poolproof::fuzz {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int no_question = 3;
constexpr int leak_found = 99; // exit status of a child
constexpr std::chrono::milliseconds look_at_memory{20};
constexpr std::chrono::milliseconds last_words{3000}; // for a stack, after the limit

// False at the end, and for what is cut short.
bool read_whole(int file, void* into, std::size_t bytes) {
    auto* at = static_cast<std::byte*>(into);
    while (bytes > 0) {
        const ssize_t got = read(file, at, bytes);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return false;
        }
        at += got;
        bytes -= static_cast<std::size_t>(got);
    }
    return true;
}

bool write_whole(int file, const void* from, std::size_t bytes) {
    const auto* at = static_cast<const std::byte*>(from);
    while (bytes > 0) {
        const ssize_t written = write(file, at, bytes);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return false;
        }
        at += written;
        bytes -= static_cast<std::size_t>(written);
    }
    return true;
}

void on_time_out(int /*signal*/) {
    if (__sanitizer_print_stack_trace != nullptr) {
        __sanitizer_print_stack_trace();
    }
    _exit(0);
}

[[noreturn]] void play(const std::uint8_t* data, std::size_t size, bool check_leaks, int report) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setpgid(0, 0); // with a symbolizer that it may start
    const rlimit no_core{0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    const int nothing = open("/dev/null", O_RDWR);
    dup2(nothing, STDIN_FILENO);
    dup2(nothing, STDOUT_FILENO);
    dup2(report, STDERR_FILENO);
    std::signal(SIGALRM, on_time_out);
    LLVMFuzzerTestOneInput(data, size);
    if (check_leaks && __lsan_do_recoverable_leak_check != nullptr &&
        __lsan_do_recoverable_leak_check() != 0) {
        _exit(leak_found);
    }
    _exit(0);
}
// NOLINTEND(bugprone-reserved-identifier)

std::uint64_t resident_megabytes(pid_t child) {
    char path[64];
    std::snprintf(path, sizeof path, "/proc/%d/statm", static_cast<int>(child));
    unsigned long long pages = 0;
    if (std::FILE* file = std::fopen(path, "r")) {
        unsigned long long all = 0;
        if (std::fscanf(file, "%llu %llu", &all, &pages) != 2) {
            pages = 0;
        }
        std::fclose(file);
    }
    return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) >> 20U;
}

// True when the child has ended: it holds the other end of the pipe.
bool ends_within(int alive, std::chrono::milliseconds time) {
    pollfd end{alive, POLLIN, 0};
    return poll(&end, 1, static_cast<int>(time.count())) > 0;
}

// Waits for the child, and ends it at a limit. Outcome::clean when it ended by itself.
Outcome watch(pid_t child, int alive, const JudgeLimits& limits) {
    const auto end = Clock::now() + std::chrono::milliseconds(limits.milliseconds);
    while (!ends_within(alive, look_at_memory)) {
        if (resident_megabytes(child) > limits.megabytes) {
            kill(-child, SIGKILL);
            return Outcome::out_of_memory;
        }
        if (Clock::now() >= end) {
            kill(child, SIGALRM);
            ends_within(alive, last_words);
            kill(-child, SIGKILL);
            return Outcome::timed_out;
        }
    }
    return Outcome::clean;
}

JudgeAnswer answer_of(Outcome watched, int status) {
    JudgeAnswer answer;
    answer.outcome = watched;
    if (watched != Outcome::clean) {
        return answer;
    }
    if (WIFSIGNALED(status)) {
        answer.outcome = Outcome::signalled;
        answer.detail = WTERMSIG(status);
    } else if (WEXITSTATUS(status) == leak_found) {
        answer.outcome = Outcome::leaked;
    } else if (WEXITSTATUS(status) != 0) {
        answer.outcome = Outcome::exited;
        answer.detail = WEXITSTATUS(status);
    }
    return answer;
}

// The child's end of the pipe closes with it: it is no descriptor of a program that it starts.
bool judge(const std::uint8_t* data, const JudgeQuestion& question, const JudgeLimits& limits) {
    int alive[2];
    const int report = memfd_create("report", MFD_CLOEXEC);
    if (report < 0 || pipe2(alive, O_CLOEXEC) != 0) {
        return false;
    }
    const pid_t child = fork();
    if (child == 0) {
        close(alive[0]);
        play(data, question.bytes, question.check_leaks != 0, report);
    }
    close(alive[1]);
    bool good = child > 0;
    if (good) {
        setpgid(child, child);
        const Outcome watched = watch(child, alive[0], limits);
        int status = 0;
        while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
        }
        JudgeAnswer answer = answer_of(watched, status);
        const off_t written = lseek(report, 0, SEEK_END);
        const auto length = static_cast<std::uint64_t>(written < 0 ? 0 : written);
        std::vector<std::uint8_t> text(length < most_report_bytes ? length : most_report_bytes);
        lseek(report, 0, SEEK_SET);
        answer.report_bytes = static_cast<std::uint32_t>(text.size());
        good = read_whole(report, text.data(), text.size()) &&
               write_whole(STDOUT_FILENO, &answer, sizeof answer) &&
               write_whole(STDOUT_FILENO, text.data(), text.size());
    }
    close(alive[0]);
    close(report);
    return good;
}

} // namespace

int serve_as_judge(const JudgeLimits& limits) {
    const JudgeAnswer ready;
    bool good = write_whole(STDOUT_FILENO, &ready, sizeof ready);
    JudgeQuestion question;
    while (good && read_whole(STDIN_FILENO, &question, sizeof question)) {
        if (question.bytes > most_input_bytes) {
            return no_question;
        }
        // Of exactly its size, so that a sanitizer sees a read past its end.
        const auto data = std::make_unique<std::uint8_t[]>(question.bytes);
        good = read_whole(STDIN_FILENO, data.get(), question.bytes) && judge(data.get(), question, limits);
    }
    return good ? 0 : no_question;
}

} // namespace poolproof::fuzz
