// Implements bench/worker.hpp over posix_spawn.
#include "bench/worker.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <system_error>

#include <fmt/format.h>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace poolproof::bench {
namespace {

int checked(int outcome, const char* what) {
    if (outcome < 0) {
        throw std::system_error(errno, std::generic_category(), what);
    }
    return outcome;
}

std::array<int, 2> make_pipe() {
    std::array<int, 2> ends{};
    checked(pipe2(ends.data(), O_CLOEXEC), "pipe");
    return ends;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> all;
    for (std::string& word : words) {
        all.push_back(word.data());
    }
    all.push_back(nullptr);
    return all;
}

std::string last_line(std::string text) {
    while (!text.empty() && text.back() == '\n') {
        text.pop_back();
    }
    const std::size_t before = text.rfind('\n');
    return before == std::string::npos ? text : text.substr(before + 1);
}

} // namespace

Worker::Worker(const WorkerCommand& command) {
    (void)std::signal(SIGPIPE, SIG_IGN); // a worker that died is seen when it is listened to
    const std::array<int, 2> in = make_pipe();
    const std::array<int, 2> out = make_pipe();
    errors_ = checked(memfd_create("errors", MFD_CLOEXEC), "memfd_create");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, errors_, STDERR_FILENO);
    std::vector<std::string> words = command.words;
    std::vector<std::string> environment = command.environment; // the first of two of a name counts
    for (char** word = environ; *word != nullptr; ++word) {
        environment.emplace_back(*word);
    }
    const int error = posix_spawn(&process_, words.front().c_str(), &actions, nullptr, pointers(words).data(),
                                  pointers(environment).data());
    posix_spawn_file_actions_destroy(&actions);
    close(in[0]);
    close(out[1]);
    input_ = in[1];
    output_ = out[0];
    if (error != 0) {
        process_ = -1;
        heard_ = fmt::format("cannot {}: {}\n", words.front(), std::generic_category().message(error));
    }
}

Worker::~Worker() {
    (void)end();
    for (const int file : {input_, output_, errors_}) {
        close(file);
    }
}

void Worker::tell(const std::string& line) const {
    const std::string text = line + '\n';
    (void)!write(input_, text.data(), text.size());
}

std::optional<std::string> Worker::listen(unsigned milliseconds) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
    for (;;) {
        const std::size_t length = heard_.find('\n');
        if (length != std::string::npos) {
            std::string line = heard_.substr(0, length);
            heard_.erase(0, length + 1);
            return line;
        }
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        pollfd wanted{output_, POLLIN, 0};
        if (left.count() <= 0 || poll(&wanted, 1, static_cast<int>(left.count())) <= 0) {
            return std::nullopt;
        }
        std::array<char, 4096> part{};
        const ssize_t bytes = read(output_, part.data(), part.size());
        if (bytes <= 0) {
            return std::nullopt;
        }
        heard_.append(part.data(), static_cast<std::size_t>(bytes));
    }
}

std::string Worker::errors() const {
    std::string text;
    std::array<char, 4096> part{};
    for (off_t at = 0;;) {
        const ssize_t bytes = pread(errors_, part.data(), part.size(), at);
        if (bytes <= 0) {
            return text;
        }
        text.append(part.data(), static_cast<std::size_t>(bytes));
        at += bytes;
    }
}

std::string Worker::end() {
    if (process_ > 0) {
        pid_t ended = waitpid(process_, &status_, WNOHANG);
        for (int i = 0; i < 20 && ended == 0; ++i) { // one that closed its output may still be on its way out
            poll(nullptr, 0, 1);
            ended = waitpid(process_, &status_, WNOHANG);
        }
        if (ended == 0) {
            kill(process_, SIGKILL);
            waitpid(process_, &status_, 0);
        }
        process_ = -1;
    }
    const std::string how = WIFSIGNALED(status_)
                                ? fmt::format("ended by signal {}", WTERMSIG(status_))
                                : fmt::format("ended with exit code {}", WEXITSTATUS(status_));
    const std::string line = last_line(errors());
    return line.empty() ? how : fmt::format("{}: {}", how, line);
}

Outcome Worker::wait(unsigned milliseconds) {
    Outcome outcome;
    while (const std::optional<std::string> line = listen(milliseconds)) {
        outcome.output += *line + '\n';
    }
    outcome.output += heard_;
    (void)end();
    outcome.status = status_;
    outcome.errors = errors();
    return outcome;
}

} // namespace poolproof::bench
