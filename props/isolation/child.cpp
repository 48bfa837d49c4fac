// See child.hpp.
#include "isolation/child.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace poolproof {
namespace {

constexpr int window_descriptor = 3;
constexpr int look_each_milliseconds = 50; // at a child that does not answer

// A descriptor that is closed at the end of its block.
class Descriptor {
  public:
    explicit Descriptor(int descriptor) : descriptor_(descriptor) {
        if (descriptor_ < 0) {
            throw std::system_error(errno, std::generic_category(), "a process for the subject");
        }
    }
    ~Descriptor() { close(descriptor_); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    int get() const { return descriptor_; }

  private:
    int descriptor_;
};

// The end that the child gets, then ours.
struct Pipe {
    explicit Pipe(int childs_end) {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) != 0) {
            throw std::system_error(errno, std::generic_category(), "a pipe to the subject");
        }
        childs = ends[childs_end];
        ours = ends[1 - childs_end];
    }
    ~Pipe() {
        close(childs);
        if (ours >= 0) {
            close(ours);
        }
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    int childs;
    int ours;
};

pid_t spawn(const std::vector<std::string>& command, int commands, int answers, int window) {
    std::vector<char*> arguments;
    for (const std::string& argument : command) {
        arguments.push_back(const_cast<char*>(argument.c_str())); // posix_spawn does not write there
    }
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_adddup2(&actions, commands, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, answers, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, window, window_descriptor);
    posix_spawn_file_actions_addclosefrom_np(&actions, window_descriptor + 1);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    pid_t pid = -1;
    const int error =
        posix_spawn(&pid, command.front().c_str(), &actions, &attributes, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (error != 0) {
        throw SubjectError(command.front() + ": cannot be started: " + std::strerror(error));
    }
    return pid;
}

// To a pipe whose reader may have gone: that is an answer, and no signal for the judge.
bool write_quietly(int pipe, const Message& message) {
    sigset_t broken_pipe;
    sigset_t before;
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken_pipe, &before);
    const bool written = write(pipe, &message, sizeof message) == static_cast<ssize_t>(sizeof message);
    if (!written && errno == EPIPE && sigismember(&before, SIGPIPE) == 0) {
        const timespec at_once{0, 0};
        sigtimedwait(&broken_pipe, nullptr, &at_once);
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return written;
}

bool is_answer(const Message& message, std::uint64_t sequence) {
    const auto word = static_cast<Answer>(message.word);
    return message.magic == message_magic && message.sequence == sequence &&
           (word == Answer::ready || word == Answer::refused || word == Answer::done ||
            word == Answer::no_profile);
}

std::string text_of(const char* text, std::size_t most) {
    return {text, strnlen(text, most)};
}

} // namespace

Child::Child(const std::vector<std::string>& command, const ChildLimits& limits) : limits_(limits) {
    Descriptor memory(memfd_create("poolproof window", MFD_CLOEXEC));
    // The same number in the child and free here: a descriptor that is duplicated onto itself stays open on
    // exec.
    Descriptor window(fcntl(memory.get(), F_DUPFD_CLOEXEC, window_descriptor + 1));
    if (ftruncate(window.get(), sizeof(Window)) != 0) {
        throw std::system_error(errno, std::generic_category(), "memory shared with the subject");
    }
    void* mapped = mmap(nullptr, sizeof(Window), PROT_READ | PROT_WRITE, MAP_SHARED, window.get(), 0);
    if (mapped == MAP_FAILED) {
        throw std::system_error(errno, std::generic_category(), "memory shared with the subject");
    }
    window_ = static_cast<Window*>(mapped);
    window_->version = window_version;
    try {
        Pipe to(0);
        Pipe from(1);
        pid_ = spawn(command, to.childs, from.childs, window.get());
        commands_ = std::exchange(to.ours, -1);
        answers_ = std::exchange(from.ours, -1);
    } catch (...) {
        munmap(window_, sizeof(Window));
        throw;
    }
}

Child::~Child() {
    kill_it();
    munmap(window_, sizeof(Window));
}

void Child::kill_it() {
    for (int* descriptor : {&commands_, &answers_}) {
        if (*descriptor >= 0) {
            close(std::exchange(*descriptor, -1));
        }
    }
    if (pid_ < 0) {
        return;
    }
    kill(-pid_, SIGKILL); // its group: whatever it started
    kill(pid_, SIGKILL);  // should it have left the group
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    end_.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    end_.status = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    pid_ = -1;
}

Child::End Child::end() {
    // It may still be on its way out, and only then is the signal its own. Until it is reaped its number is
    // nobody else's.
    for (int tries = 0; pid_ >= 0 && tries < 200; ++tries) {
        siginfo_t info{};
        if (waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
            info.si_pid == pid_) {
            break;
        }
        poll(nullptr, 0, 1);
    }
    kill_it();
    return end_;
}

void Child::wait_until_ready() {
    Answer answer{};
    const Heard heard = hear(0, limits_.start, limits_.start, answer);
    if (heard == Heard::answer && answer == Answer::ready) {
        return;
    }
    const std::string error = text_of(window_->error, sizeof window_->error);
    if (!error.empty()) {
        throw SubjectError(error);
    }
    if (heard == Heard::end) {
        const End how = end();
        throw SubjectError(
            how.signal != 0
                ? std::string("the subject crashed while it was loaded: ") + strsignal(how.signal)
                : "the subject ended while it was loaded, with exit status " + std::to_string(how.status));
    }
    throw SubjectError(heard == Heard::time_out ? "the subject did not start in time"
                                                : "the subject's process began with what is no answer");
}

Heard Child::ask(Command command, Answer& answer) {
    window_->events_done.store(0, std::memory_order_relaxed);
    window_->words_said.store(0, std::memory_order_relaxed);
    const Message message{message_magic, static_cast<std::uint32_t>(command), 0, ++sequence_};
    if (!write_quietly(commands_, message)) {
        return Heard::end;
    }
    return hear(sequence_, limits_.each_op, limits_.trace, answer);
}

// Resident pages that no file backs, as the kernel counts them; 0 when it does not tell.
std::uint64_t Child::used_bytes() const {
    char text[128] = {};
    std::snprintf(text, sizeof text, "/proc/%d/statm", pid_);
    const int file = open(text, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return 0;
    }
    const ssize_t bytes = read(file, text, sizeof text - 1);
    close(file);
    text[std::max<ssize_t>(bytes, 0)] = 0;
    unsigned long resident = 0;
    unsigned long shared = 0;
    if (std::sscanf(text, "%*u %lu %lu", &resident, &shared) != 2 || resident < shared) {
        return 0;
    }
    return (resident - shared) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

// Nothing while something may come; else why no answer does.
std::optional<Heard> Child::wait_for_bytes(Patience& patience) {
    using Clock = std::chrono::steady_clock;
    for (;;) {
        pollfd ready{answers_, POLLIN, 0};
        if (poll(&ready, 1, look_each_milliseconds) > 0) {
            return {};
        }
        const auto now = Clock::now();
        const std::uint32_t done = window_->events_done.load(std::memory_order_relaxed);
        patience.progress = done == patience.seen ? patience.progress : now;
        patience.seen = done;
        if (now - patience.progress > patience.op_limit || now - patience.begin > patience.limit) {
            return Heard::time_out;
        }
        if (used_bytes() > limits_.used_bytes) {
            return Heard::too_large;
        }
    }
}

// Noise is read over until the answer behind it comes, so that it does not matter when it was made.
Heard Child::hear(std::uint64_t sequence, std::chrono::milliseconds op_limit, std::chrono::milliseconds limit,
                  Answer& answer) {
    const auto begin = std::chrono::steady_clock::now();
    Patience patience{begin, begin, window_->events_done.load(std::memory_order_relaxed), op_limit, limit};
    std::array<char, sizeof(Message)> heard{};
    std::size_t kept = 0;
    bool noise = false;
    for (;;) {
        if (const auto silence = wait_for_bytes(patience)) {
            return *silence;
        }
        const ssize_t bytes = read(answers_, heard.data() + kept, sizeof(Message) - kept);
        if (bytes <= 0) {
            return Heard::end;
        }
        kept += static_cast<std::size_t>(bytes);
        while (kept == sizeof(Message)) {
            Message message{};
            std::memcpy(&message, heard.data(), sizeof message);
            if (is_answer(message, sequence)) {
                answer = static_cast<Answer>(message.word);
                return noise ? Heard::garbage : Heard::answer;
            }
            noise = true;
            std::memmove(heard.data(), heard.data() + 1, --kept);
        }
    }
}

} // namespace poolproof
