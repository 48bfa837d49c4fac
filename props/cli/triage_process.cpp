// See triage_process.hpp.
#include "cli/triage_process.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace poolproof {
namespace {

using Clock = std::chrono::steady_clock;

std::vector<char*> pointers_to(const std::vector<std::string>& words) {
    std::vector<char*> pointers;
    for (const std::string& word : words) {
        pointers.push_back(const_cast<char*>(word.c_str()));
    }
    pointers.push_back(nullptr);
    return pointers;
}

// Reads to the end of the output, or until the limit. False at the limit.
bool read_output(int from, Clock::time_point end, std::string& into) {
    char chunk[65536];
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
        pollfd readable{from, POLLIN, 0};
        const int ready = poll(&readable, 1, static_cast<int>(std::max<long>(left.count(), 0)));
        if (ready < 0 && errno == EINTR) {
            continue;
        }
        if (ready <= 0) {
            return false;
        }
        const ssize_t got = read(from, chunk, sizeof chunk);
        if (got <= 0) {
            return true;
        }
        into.append(chunk, static_cast<std::size_t>(got));
    }
}

pid_t spawn(const std::vector<std::string>& command, const std::vector<std::string>& environment,
            int output) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    const std::vector<char*> arguments = pointers_to(command);
    const std::vector<std::string> variables = environment_with(environment);
    pid_t child = -1;
    if (posix_spawnp(&child, arguments[0], &actions, &attributes, arguments.data(),
                     pointers_to(variables).data()) != 0) {
        child = -1;
    }
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return child;
}

} // namespace

std::vector<std::string> environment_with(const std::vector<std::string>& more) {
    const auto name_of = [](const std::string& variable) { return variable.substr(0, variable.find('=')); };
    std::vector<std::string> all = more;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        const std::string inherited = *variable;
        if (std::none_of(more.begin(), more.end(),
                         [&](const std::string& given) { return name_of(given) == name_of(inherited); })) {
            all.push_back(inherited);
        }
    }
    return all;
}

Ended run_program(const std::vector<std::string>& command, const std::vector<std::string>& environment,
                  std::chrono::milliseconds limit) {
    Ended ended;
    int output[2];
    if (pipe2(output, O_CLOEXEC) != 0) {
        return ended;
    }
    const pid_t child = spawn(command, environment, output[1]);
    close(output[1]);
    if (child > 0) {
        ended.started = true;
        ended.timed_out = !read_output(output[0], Clock::now() + limit, ended.output);
        if (ended.timed_out) {
            kill(-child, SIGKILL);
        }
        int status = 0;
        while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
        }
        ended.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
        ended.status = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    }
    close(output[0]);
    return ended;
}

} // namespace poolproof
