// See judge.hpp.
#include "judge.hpp"

#include "run/judge_protocol.hpp"
#include "run/whole_io.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
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

bool read_whole(int file, void* into, std::size_t bytes) {
    return move_whole(bytes, [&](std::size_t at, std::size_t rest) {
        return read(file, static_cast<std::byte*>(into) + at, rest);
    });
}

bool write_whole(int file, const void* from, std::size_t bytes) {
    return move_whole(bytes, [&](std::size_t at, std::size_t rest) {
        return write(file, static_cast<const std::byte*>(from) + at, rest);
    });
}

void on_time_out(int /*signal*/) {
    if (__sanitizer_print_stack_trace != nullptr) {
        __sanitizer_print_stack_trace();
    }
    _exit(0);
}

void become_player(int report) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setpgid(0, 0); // with a symbolizer that it may start
    const rlimit no_core{0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    const int nothing = open("/dev/null", O_RDWR);
    if (nothing < 0) {
        _exit(EXIT_FAILURE);
    }
    dup2(nothing, STDIN_FILENO);
    dup2(nothing, STDOUT_FILENO);
    dup2(report, STDERR_FILENO);
    std::signal(SIGALRM, on_time_out);
}

bool leaks() {
    return __lsan_do_recoverable_leak_check != nullptr && __lsan_do_recoverable_leak_check() != 0;
}
// NOLINTEND(bugprone-reserved-identifier)

// An input in a block of exactly its size, so that a sanitizer sees a read past its end.
struct Input {
    JudgeQuestion question;
    std::unique_ptr<std::uint8_t[]> data;
};

// False at the end, and for what is no question.
bool read_input(int file, Input& input) {
    if (!read_whole(file, &input.question, sizeof input.question) ||
        input.question.bytes > most_input_bytes) {
        return false;
    }
    input.data = std::make_unique<std::uint8_t[]>(input.question.bytes);
    return read_whole(file, input.data.get(), input.question.bytes);
}

// One input after another, a byte for each that ran to its end.
[[noreturn]] void play(int inputs, int answers, int report) {
    become_player(report);
    Input input;
    while (read_input(inputs, input)) {
        LLVMFuzzerTestOneInput(input.data.get(), input.question.bytes);
        if (input.question.check_leaks != 0 && leaks()) {
            _exit(leak_found);
        }
        const char done = 1;
        if (!write_whole(answers, &done, 1)) {
            break;
        }
    }
    _exit(0);
}

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

// The process that plays. Its report is the judge's to read.
class Player {
  public:
    Player() = default;
    ~Player() { end(); }
    Player(const Player&) = delete;
    Player& operator=(const Player&) = delete;

    bool is_there() const { return pid_ > 0; }
    bool has_played() const { return played_; }
    bool start();
    void end();
    // False when the process cannot be told.
    bool play(const Input& input, const JudgeLimits& limits, JudgeAnswer& answer);
    std::vector<char> report() const;

  private:
    bool hears_within(std::chrono::milliseconds time) const {
        pollfd answer{answers_, POLLIN, 0};
        return poll(&answer, 1, static_cast<int>(time.count())) > 0;
    }
    Outcome watch(const JudgeLimits& limits);
    void wait_for_end(JudgeAnswer& answer);

    pid_t pid_ = -1;
    int inputs_ = -1;
    int answers_ = -1;
    int report_ = -1;
    bool played_ = false;
};

bool Player::start() {
    int inputs[2];
    int answers[2];
    report_ = memfd_create("report", MFD_CLOEXEC);
    if (report_ < 0 || pipe2(inputs, O_CLOEXEC) != 0 || pipe2(answers, O_CLOEXEC) != 0) {
        return false;
    }
    pid_ = fork();
    if (pid_ == 0) {
        close(inputs[1]);
        close(answers[0]);
        fuzz::play(inputs[0], answers[1], report_);
    }
    close(inputs[0]);
    close(answers[1]);
    inputs_ = inputs[1];
    answers_ = answers[0];
    played_ = false;
    if (pid_ > 0) {
        setpgid(pid_, pid_);
    }
    return pid_ > 0;
}

void Player::end() {
    if (pid_ > 0) {
        kill(-pid_, SIGKILL);
        while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
        }
    }
    for (int* file : {&inputs_, &answers_, &report_}) {
        if (*file >= 0) {
            close(*file);
        }
        *file = -1;
    }
    pid_ = -1;
}

// Waits for the answer, and ends the player at a limit. Outcome::clean when it came, or the player ended.
Outcome Player::watch(const JudgeLimits& limits) {
    const auto end = Clock::now() + std::chrono::milliseconds(limits.milliseconds);
    while (!hears_within(look_at_memory)) {
        if (resident_megabytes(pid_) > limits.megabytes) {
            kill(-pid_, SIGKILL);
            return Outcome::out_of_memory;
        }
        if (Clock::now() >= end) {
            kill(pid_, SIGALRM);
            hears_within(last_words);
            kill(-pid_, SIGKILL);
            return Outcome::timed_out;
        }
    }
    return Outcome::clean;
}

void Player::wait_for_end(JudgeAnswer& answer) {
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    if (answer.outcome != Outcome::clean) {
        return;
    }
    if (WIFSIGNALED(status)) {
        answer.outcome = Outcome::signalled;
        answer.detail = WTERMSIG(status);
    } else {
        answer.outcome = WEXITSTATUS(status) == leak_found ? Outcome::leaked : Outcome::exited;
        answer.detail = WEXITSTATUS(status);
    }
}

bool Player::play(const Input& input, const JudgeLimits& limits, JudgeAnswer& answer) {
    if (!write_whole(inputs_, &input.question, sizeof input.question) ||
        !write_whole(inputs_, input.data.get(), input.question.bytes)) {
        return false;
    }
    answer.outcome = watch(limits);
    char done = 0;
    if (answer.outcome != Outcome::clean || !read_whole(answers_, &done, 1)) {
        wait_for_end(answer);
    }
    played_ = true;
    return true;
}

std::vector<char> Player::report() const {
    const off_t written = lseek(report_, 0, SEEK_END);
    std::vector<char> text(
        std::min<std::size_t>(written < 0 ? 0 : static_cast<std::size_t>(written), most_report_bytes));
    lseek(report_, 0, SEEK_SET);
    if (!read_whole(report_, text.data(), text.size())) {
        text.clear();
    }
    return text;
}

// A player that has played serves again, unless a new one is asked for; what an earlier input may have to do
// with is played on a new one.
bool judge(Player& player, const Input& input, const JudgeLimits& limits) {
    if (input.question.afresh != 0 && player.has_played()) {
        player.end();
    }
    JudgeAnswer answer;
    for (bool again = true; again;) {
        if (!player.is_there()) {
            player.end();
            if (!player.start()) {
                return false;
            }
        }
        const bool first = !player.has_played();
        answer = JudgeAnswer{};
        if (!player.play(input, limits, answer)) {
            return false;
        }
        again = answer.outcome == Outcome::out_of_memory && !first;
    }
    const std::vector<char> text = player.is_there() ? std::vector<char>() : player.report();
    answer.report_bytes = static_cast<std::uint32_t>(text.size());
    return write_whole(STDOUT_FILENO, &answer, sizeof answer) &&
           write_whole(STDOUT_FILENO, text.data(), text.size());
}

} // namespace

int serve_as_judge(const JudgeLimits& limits) {
    std::signal(SIGPIPE, SIG_IGN); // whoever asked may be gone, and so may a player
    const JudgeAnswer ready;
    bool good = write_whole(STDOUT_FILENO, &ready, sizeof ready);
    Player player;
    Input input;
    while (good && read_input(STDIN_FILENO, input)) {
        good = judge(player, input, limits);
    }
    return good ? 0 : no_question;
}

} // namespace poolproof::fuzz
