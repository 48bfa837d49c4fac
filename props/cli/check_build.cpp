// See check_build.hpp. Here: the folder as a whole, and the rules that need no run.
#include "cli/check_build.hpp"

#include "cli/exit_code.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include <unistd.h>

namespace poolproof {
namespace {

namespace fs = std::filesystem;

// Our smallest target has ten times as many; OSS-Fuzz asks for 100.
constexpr std::uint64_t least_edges = 1000;
// As OSS-Fuzz has it: the runtimes of some sanitizers call a little into others.
constexpr unsigned enough_calls = 1000;
constexpr std::array<unsigned, sanitizers> calls_of_runtimes = {0, 3, 0, 200};

// What ClusterFuzz takes for the name of a target, and what we call one.
bool is_target_name(std::string_view name) {
    return name.ends_with("_fuzzer") && name.size() > std::string_view("_fuzzer").size() &&
           std::ranges::all_of(
               name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

bool is_program(const fs::path& path) {
    std::error_code error;
    return fs::is_regular_file(path, error) && access(path.c_str(), X_OK) == 0;
}

// Programs in the folder that ClusterFuzz would take for targets, by name.
std::vector<std::string> targets_in(const fs::path& folder) {
    std::vector<std::string> found;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        if (!is_program(entry.path()) || name == "llvm-symbolizer" || name.starts_with("afl-")) {
            continue;
        }
        std::ifstream file(entry.path(), std::ios::binary);
        std::ostringstream content;
        content << file.rdbuf();
        if (is_target_name(name) || content.view().find("LLVMFuzzerTestOneInput") != std::string_view::npos) {
            found.push_back(name);
        }
    }
    std::ranges::sort(found);
    return found;
}

std::string why_not_one_sanitizer(const ElfProgram& program, const std::array<unsigned, sanitizers>& calls) {
    if (!program.can_count_calls()) {
        return "its calls cannot be counted: it is no x86-64 program";
    }
    std::string found;
    std::size_t present = 0;
    bool enough = true;
    for (std::size_t i = 0; i < sanitizers; ++i) {
        if (calls[i] > calls_of_runtimes[i]) {
            found +=
                fmt::format("{}{} ({} calls)", present == 0 ? "" : " and ", sanitizer_names[i], calls[i]);
            enough = calls[i] >= enough_calls;
            ++present;
        }
    }
    if (present == 0) {
        return "no sanitizer is in it";
    }
    if (present > 1) {
        return fmt::format("more than one sanitizer: {}", found);
    }
    return enough ? ""
                  : fmt::format("hardly any of it is instrumented: {}, at least {}", found, enough_calls);
}

} // namespace

void CheckedTarget::judge(BuildRule rule, std::string why) {
    Verdict& verdict = verdicts[static_cast<std::size_t>(rule)];
    verdict.outcome = why.empty() ? RuleOutcome::kept : RuleOutcome::broken;
    verdict.why = std::move(why);
}

bool CheckedTarget::keeps(BuildRule rule) const {
    return verdicts[static_cast<std::size_t>(rule)].outcome == RuleOutcome::kept;
}

std::size_t CheckedTarget::broken() const {
    return static_cast<std::size_t>(std::ranges::count(verdicts, RuleOutcome::broken, &Verdict::outcome));
}

void check_unrun(const BuildToCheck& build, const TargetToCheck& target, CheckedTarget& into) {
    const fs::path path = build.folder / target.name;
    into.judge(BuildRule::listed, is_program(path) ? "" : "there is no program of that name");
    if (!into.keeps(BuildRule::listed)) {
        return;
    }
    into.judge(BuildRule::named, is_target_name(target.name) ? "" : "the name is not [a-z0-9_]+_fuzzer");
    std::string why;
    read_options(path.string() + ".options", why);
    into.judge(BuildRule::options, why);
    const auto program = ElfProgram::read(path);
    if (!program) {
        into.judge(BuildRule::counters, "it is no 64-bit ELF program");
        return;
    }
    into.edges = program->size_of("__sancov_cntrs");
    into.calls = program->sanitizer_calls();
    into.judge(BuildRule::counters, into.edges > 0 ? "" : "it has no counters of edges for libFuzzer");
    if (into.edges > 0) {
        into.judge(BuildRule::edges,
                   into.edges >= least_edges
                       ? ""
                       : fmt::format("{} edges have counters, at least {}", into.edges, least_edges));
    }
    into.judge(BuildRule::sanitizer, why_not_one_sanitizer(*program, into.calls));
    for (const std::string& folder : program->library_folders()) {
        into.judge(BuildRule::moved, fmt::format("it looks for libraries in {}", folder));
    }
}

std::vector<CheckedTarget> check_build(const BuildToCheck& build) {
    std::error_code error;
    if (!fs::is_directory(build.folder, error)) {
        throw Failure(ExitCode::missing_input, fmt::format("{} is no folder", build.folder.string()));
    }
    const std::vector<std::string> there = targets_in(build.folder);
    if (there.empty()) {
        throw Failure(ExitCode::missing_input,
                      fmt::format("{} holds no fuzz target; .clusterfuzzlite/build.sh makes them",
                                  build.folder.string()));
    }
    std::vector<CheckedTarget> checked;
    for (const TargetToCheck& target : build.targets) {
        if (build.progress) {
            build.progress(target.name);
        }
        CheckedTarget& into = checked.emplace_back();
        into.name = target.name;
        check_unrun(build, target, into);
        if (into.keeps(BuildRule::listed)) {
            check_runs(build, target, into);
        }
    }
    for (const std::string& name : there) {
        if (std::ranges::find(build.targets, name, &TargetToCheck::name) == build.targets.end()) {
            CheckedTarget& into = checked.emplace_back();
            into.name = name;
            into.judge(BuildRule::named, "it is a target, and none of the listed ones");
        }
    }
    return checked;
}

} // namespace poolproof
