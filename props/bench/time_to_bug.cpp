// See time_to_bug.hpp. Does not cover: the file of the figures (time_to_bug_figures.cpp).
#include "bench/time_to_bug.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fstream>
#include <system_error>

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace poolproof::bench {
namespace {

constexpr int ended_by_violation = 77; // see fuzz/milestones.hpp

// KEY=VALUE of the section for libFuzzer of the options that ClusterFuzz would read.
std::vector<std::string> own_options(const std::filesystem::path& program) {
    std::ifstream file(program.string() + ".options");
    std::vector<std::string> options;
    bool inside = false;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with('[')) {
            inside = line == "[libfuzzer]";
        } else if (const std::size_t equals = line.find(" = "); inside && equals != std::string::npos) {
            options.push_back(line.substr(0, equals) + "=" + line.substr(equals + 3));
        }
    }
    return options;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> all;
    for (std::string& word : words) {
        all.push_back(word.data());
    }
    all.push_back(nullptr);
    return all;
}

struct Ended {
    int status = -1; // of wait4
    double seconds = 0;
    std::string error;
};

Ended run_program(std::vector<std::string> words, std::vector<std::string> environment,
                  const std::string& log) {
    for (char** word = environ; *word != nullptr; ++word) { // the first of two of a name counts
        environment.emplace_back(*word);
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC,
                                     0600);
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    Ended ended;
    pid_t process = -1;
    int error = posix_spawn(&process, words.front().c_str(), &actions, nullptr, pointers(words).data(),
                            pointers(environment).data());
    posix_spawn_file_actions_destroy(&actions);
    rusage usage{};
    while (error == 0 && wait4(process, &ended.status, 0, &usage) < 0) {
        error = errno == EINTR ? 0 : errno;
    }
    if (error != 0) {
        ended.error = fmt::format("{}: {}", words.front(), std::generic_category().message(error));
    }
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    ended.seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    return ended;
}

Outcome read_milestones(const std::filesystem::path& path, std::uint64_t runs) {
    Outcome outcome;
    std::ifstream file(path);
    const auto after = [&](std::uint64_t execution) { return execution == 0 ? runs + 1 : execution; };
    for (std::string name; file >> name;) {
        if (name == "clause") {
            file >> outcome.clause;
            continue;
        }
        std::uint64_t execution = 0;
        file >> execution;
        if (name == "executions") {
            outcome.executions = execution;
        } else if (name == "reached") {
            outcome.reached = after(execution);
        } else if (name == "triggered") {
            outcome.triggered = after(execution);
        } else if (name == "detected") {
            outcome.detected = after(execution);
        }
    }
    return outcome;
}

} // namespace

std::vector<Pair> reachable_pairs() {
    std::vector<Pair> pairs;
    for (const FaultySubject& subject : all_faulty_subjects()) {
        if (subject.by_trace_fuzzer) {
            pairs.push_back({&subject, "pool_trace_fuzzer"});
        }
        if (subject.by_special_fuzzer) {
            pairs.push_back({&subject, "special_pool_fuzzer"});
        }
    }
    return pairs;
}

Outcome run_once(const RunSettings& settings, const Pair& pair, unsigned seed) {
    const std::filesystem::path program = settings.targets / pair.target;
    const std::filesystem::path milestones = settings.scratch / "milestones";
    const std::string log = settings.scratch / "log";
    std::filesystem::remove(milestones);
    std::vector<std::string> words = {program,
                                      fmt::format("-seed={}", seed),
                                      fmt::format("-runs={}", settings.runs),
                                      "-timeout=60",
                                      "-print_funcs=0",
                                      fmt::format("-artifact_prefix={}/", settings.scratch.string())};
    for (const std::string& option : own_options(program)) {
        words.push_back("-" + option);
    }
    for (const std::string& option : settings.engine_options) {
        words.push_back("-" + option);
    }
    const Ended ended = run_program(std::move(words),
                                    {fmt::format("POOLPROOF_SUBJECT=faulty:{}", pair.subject->name),
                                     fmt::format("POOLPROOF_MILESTONES={}", milestones.string())},
                                    log);
    Outcome outcome = read_milestones(milestones, settings.runs);
    outcome.seconds = ended.seconds;
    const bool detected = outcome.detected <= settings.runs;
    const bool well =
        WIFEXITED(ended.status) && WEXITSTATUS(ended.status) == (detected ? ended_by_violation : 0);
    if (!ended.error.empty()) {
        outcome.error = ended.error;
    } else if (!well || outcome.executions == 0 || (!detected && outcome.executions < settings.runs)) {
        outcome.error = fmt::format("{} on faulty:{}, seed {}: it ended without milestones, or out of turn",
                                    pair.target, pair.subject->name, seed);
    }
    return outcome;
}

} // namespace poolproof::bench
