// See triage_judge.hpp.
#include "cli/triage_judge.hpp"

#include "cli/exit_code.hpp"
#include "cli/triage_process.hpp"
#include "run/whole_io.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace poolproof {
namespace {

namespace fs = std::filesystem;

// A socket, so that a judge that has died is an error here and no signal.
bool send_whole(int socket, const void* from, std::size_t bytes) {
    return move_whole(bytes, [&](std::size_t at, std::size_t rest) {
        return send(socket, static_cast<const std::byte*>(from) + at, rest, MSG_NOSIGNAL);
    });
}

bool receive_whole(int socket, void* into, std::size_t bytes) {
    return move_whole(bytes, [&](std::size_t at, std::size_t rest) {
        return recv(socket, static_cast<std::byte*>(into) + at, rest, 0);
    });
}

// Functions in the reports of a sanitizer need a symbolizer; it is not always called by its plain name.
std::string symbolizer() {
    for (const char* path :
         {"/usr/bin/llvm-symbolizer", "/usr/bin/llvm-symbolizer-19", "/usr/bin/llvm-symbolizer-18",
          "/usr/bin/llvm-symbolizer-17", "/usr/bin/llvm-symbolizer-16", "/usr/bin/llvm-symbolizer-15",
          "/usr/bin/llvm-symbolizer-14"}) {
        if (access(path, X_OK) == 0) {
            return path;
        }
    }
    return {};
}

std::vector<std::string> variables_for(const std::string& subject) {
    std::vector<std::string> variables;
    if (!subject.empty()) {
        variables.push_back("POOLPROOF_SUBJECT=" + subject);
    }
    if (std::getenv("ASAN_SYMBOLIZER_PATH") == nullptr && !symbolizer().empty()) {
        variables.push_back("ASAN_SYMBOLIZER_PATH=" + symbolizer());
    }
    return environment_with(variables);
}

} // namespace

Judge::Judge(fs::path program, std::string subject, std::uint32_t milliseconds, std::uint32_t megabytes)
    : program_(std::move(program)), subject_(std::move(subject)), milliseconds_(milliseconds),
      megabytes_(megabytes) {
    if (!fs::is_regular_file(program_)) {
        throw Failure(ExitCode::missing_input,
                      fmt::format("{} is missing: build it (cmake --build BUILD --target {}), or name the "
                                  "build folder with --build",
                                  program_.string(), program_.filename().string()));
    }
    start();
}

Judge::~Judge() {
    stop();
}

void Judge::start() {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        throw Failure(ExitCode::internal, "no socket for a judge");
    }
    socket_ = ends[0];
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    std::array<std::string, 4> words = {program_.string(), "--judge", std::to_string(milliseconds_),
                                        std::to_string(megabytes_)};
    std::array<char*, 5> arguments = {words[0].data(), words[1].data(), words[2].data(), words[3].data(),
                                      nullptr};
    std::vector<std::string> variables = variables_for(subject_);
    std::vector<char*> environment;
    for (std::string& variable : variables) {
        environment.push_back(variable.data());
    }
    environment.push_back(nullptr);
    if (posix_spawn(&pid_, arguments[0], &actions, nullptr, arguments.data(), environment.data()) != 0) {
        pid_ = -1;
    }
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    JudgeAnswer ready;
    if (pid_ < 0 || !receive_whole(socket_, &ready, sizeof ready) || ready.magic != judge_magic ||
        ready.outcome != Outcome::ready) {
        stop();
        throw Failure(ExitCode::missing_input,
                      fmt::format("{} does not answer as a judge: it is of another version, or broken; build "
                                  "it again",
                                  program_.string()));
    }
}

// It ends when there are no more questions; what is stuck is ended.
void Judge::stop() {
    if (socket_ >= 0) {
        close(socket_);
        socket_ = -1;
    }
    if (pid_ > 0) {
        kill(pid_, SIGTERM);
        while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
        }
        pid_ = -1;
    }
}

bool Judge::try_ask(std::span<const std::uint8_t> bytes, Manner manner, Judgement& judgement) {
    const JudgeQuestion question{static_cast<std::uint32_t>(bytes.size()), manner.afresh ? 1U : 0U,
                                 manner.check_leaks ? 1U : 0U};
    JudgeAnswer answer;
    if (!send_whole(socket_, &question, sizeof question) ||
        !send_whole(socket_, bytes.data(), bytes.size()) || !receive_whole(socket_, &answer, sizeof answer) ||
        answer.magic != judge_magic || answer.report_bytes > most_report_bytes) {
        return false;
    }
    judgement.outcome = answer.outcome;
    judgement.detail = answer.detail;
    judgement.report.resize(answer.report_bytes);
    return receive_whole(socket_, judgement.report.data(), judgement.report.size());
}

Judgement Judge::ask(std::span<const std::uint8_t> bytes, Manner manner) {
    Judgement judgement;
    for (int attempt = 0; attempt < 2; ++attempt) {
        if (try_ask(bytes, manner, judgement)) {
            return judgement;
        }
        stop();
        start();
    }
    throw Failure(ExitCode::internal, fmt::format("{} dies as a judge", program_.string()));
}

} // namespace poolproof
