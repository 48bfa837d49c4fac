// See processes.hpp.
#include "night/processes.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace poolproof {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int not_there = 127;               // as a shell has it
constexpr std::size_t longest_line = 65'536; // bytes; a longer one is cut

[[noreturn]] void fail(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

// In the child, which has one thread: nothing here allocates but what the parent made before the fork.
[[noreturn]] void become(char* const* arguments, const char* folder, pid_t parent, int output,
                         bool has_folder) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent || (has_folder && chdir(folder) != 0)) {
        _exit(not_there);
    }
    setpgid(0, 0);
    const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    dup2(nothing, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    execvp(arguments[0], arguments);
    _exit(not_there);
}

} // namespace

struct Processes::Running {
    Program program;
    std::unique_ptr<std::FILE, Closer> log;
    pid_t pid = -1;
    int output = -1;
    Clock::time_point begin = Clock::now();
    std::string line; // not ended yet
    bool timed_out = false;
    bool over = false;

    double seconds() const { return std::chrono::duration<double>(Clock::now() - begin).count(); }
    // The group, in which a program may have started others.
    void signal(int number) const { kill(-pid, number); }

    ~Running() {
        if (pid > 0 && !over) {
            signal(SIGKILL);
            waitpid(pid, nullptr, 0);
        }
        if (output >= 0) {
            close(output);
        }
    }
};

Processes::Processes() = default;
Processes::~Processes() = default;

void Processes::start(Program program) {
    auto one = std::make_unique<Running>();
    one->program = std::move(program);
    if (!one->program.log.empty()) {
        one->log.reset(std::fopen(one->program.log.c_str(), "wbe"));
        if (!one->log) {
            fail(one->program.log.string());
        }
    }
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        fail("a pipe");
    }
    std::vector<char*> arguments;
    for (std::string& argument : one->program.command) {
        arguments.push_back(argument.data());
    }
    arguments.push_back(nullptr);
    const std::string folder = one->program.folder.string();
    const pid_t parent = getpid();
    one->pid = fork();
    if (one->pid == 0) {
        for (const auto& [name, value] : one->program.environment) {
            setenv(name.c_str(), value.c_str(), 1);
        }
        become(arguments.data(), folder.c_str(), parent, ends[1], !folder.empty());
    }
    close(ends[1]);
    one->output = ends[0];
    if (one->pid < 0) {
        fail(one->program.command.front());
    }
    setpgid(one->pid, one->pid); // also by the child itself: whoever comes first
    fcntl(one->output, F_SETFL, O_NONBLOCK);
    all_.push_back(std::move(one));
}

std::size_t Processes::running() const {
    return all_.size();
}

void Processes::read(Running& one) {
    char block[16384];
    ssize_t got = 0;
    while ((got = ::read(one.output, block, sizeof block)) > 0) {
        const std::string_view text(block, static_cast<std::size_t>(got));
        if (one.log) {
            std::fwrite(text.data(), 1, text.size(), one.log.get());
        }
        for (const char c : text) {
            if (c != '\n' && one.line.size() < longest_line) {
                one.line += c;
            } else if (c == '\n') {
                if (one.program.on_line) {
                    one.program.on_line(one.line);
                }
                one.line.clear();
            }
        }
    }
}

void Processes::reap(Running& one) {
    int state = 0;
    if (waitpid(one.pid, &state, WNOHANG) != one.pid) {
        return;
    }
    one.over = true;
    one.signal(SIGKILL); // what it left behind
    read(one);
    if (!one.line.empty() && one.program.on_line) {
        one.program.on_line(one.line);
    }
    Ended ended;
    ended.status = WIFEXITED(state) ? WEXITSTATUS(state) : 0;
    ended.signal = WIFSIGNALED(state) ? WTERMSIG(state) : 0;
    ended.timed_out = one.timed_out;
    ended.seconds = one.seconds();
    one.log.reset();
    if (one.program.on_end) {
        one.program.on_end(ended);
    }
}

void Processes::turn(std::chrono::milliseconds most) {
    std::vector<pollfd> waits;
    for (const auto& one : all_) {
        waits.push_back({one->output, POLLIN, 0});
    }
    poll(waits.data(), static_cast<nfds_t>(waits.size()), static_cast<int>(most.count()));
    // Those that are started meanwhile come at the end.
    for (std::size_t i = 0, count = all_.size(); i < count; ++i) {
        Running& one = *all_[i];
        read(one);
        if (!one.timed_out && one.seconds() > one.program.most_seconds) {
            one.timed_out = true;
            one.signal(SIGKILL);
        }
        reap(one);
    }
    std::erase_if(all_, [](const auto& one) { return one->over; });
    if (!waits.empty() && std::all_of(waits.begin(), waits.end(), [](const pollfd& wait) {
            return (wait.revents & POLLHUP) != 0; // closed its output, and ends: poll() does not wait
        })) {
        usleep(1000);
    }
}

void Processes::stop(std::chrono::milliseconds patience) {
    const auto begin = Clock::now();
    for (const auto& one : all_) {
        one->signal(SIGINT);
    }
    while (!all_.empty()) {
        turn(std::chrono::milliseconds(20));
        if (Clock::now() - begin > patience) {
            for (const auto& one : all_) {
                one->signal(SIGKILL);
            }
        }
    }
}

Ended run_program(Program program) {
    Ended result;
    auto told = std::move(program.on_end);
    program.on_end = [&](const Ended& ended) {
        result = ended;
        if (told) {
            told(ended);
        }
    };
    Processes processes;
    processes.start(std::move(program));
    while (processes.running() != 0) {
        processes.turn(std::chrono::milliseconds(200));
    }
    return result;
}

} // namespace poolproof
