// `poolproof check-build`: built fuzz targets against the rules of check_build.hpp.
// Does not cover: the rules.
#include "cli/check_build.hpp"
#include "cli/commands.hpp"
#include "cli/files.hpp"
#include "cli/terminal.hpp"
#include "run/fuzz_targets.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <memory>

namespace poolproof {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view words[] = {"-", "ok", "BROKEN"};                // of RuleOutcome, in the table
constexpr std::string_view json_words[] = {"not tried", "kept", "broken"}; // and as data

struct CheckBuildOptions {
    std::string folder;
    std::vector<std::string> targets;
    std::string json;
    unsigned limit = 120;
    bool list = false;
};

std::vector<TargetToCheck> registered_targets() {
    std::vector<TargetToCheck> targets;
    for (const FuzzTarget& target : all_fuzz_targets()) {
        targets.push_back({.name = std::string(target.name),
                           .floor = target.coverage_floor,
                           .same_coverage = target.input != FuzzInput::threads});
    }
    return targets;
}

// NAME or NAME:FLOOR.
TargetToCheck parsed(const std::string& word) {
    const std::size_t colon = word.find(':');
    TargetToCheck target{.name = word.substr(0, colon), .floor = std::nullopt, .same_coverage = true};
    if (colon != std::string::npos) {
        unsigned floor = 0;
        const char* end = word.data() + word.size();
        const auto read = std::from_chars(word.data() + colon + 1, end, floor);
        if (read.ec != std::errc() || read.ptr != end) {
            throw Failure(ExitCode::usage, fmt::format("--target {}: NAME or NAME:FLOOR is expected", word));
        }
        target.floor = floor;
    }
    if (target.name.empty() || target.name.find('/') != std::string::npos) {
        throw Failure(ExitCode::usage, fmt::format("--target {}: that is no name of a target", word));
    }
    return target;
}

ExitCode list_targets() {
    for (const FuzzTarget& target : all_fuzz_targets()) {
        fmt::print("{} {} {}\n", target.name, target.coverage_floor, fmt::join(target.canaries, " "));
    }
    return ExitCode::fine;
}

std::size_t count(const std::vector<CheckedTarget>& checked, RuleOutcome outcome) {
    std::size_t sum = 0;
    for (const CheckedTarget& target : checked) {
        sum += static_cast<std::size_t>(
            std::ranges::count(target.verdicts, outcome, &CheckedTarget::Verdict::outcome));
    }
    return sum;
}

std::string to_json(const std::string& folder, const std::vector<CheckedTarget>& checked) {
    Json targets = Json::array();
    for (const CheckedTarget& target : checked) {
        Json calls;
        for (std::size_t i = 0; i < sanitizers; ++i) {
            calls[std::string(sanitizer_names[i])] = target.calls[i];
        }
        Json rules;
        Json reasons = Json::object();
        for (std::size_t i = 0; i < build_rules; ++i) {
            const std::string rule(build_rule_names[i]);
            rules[rule] = json_words[static_cast<std::size_t>(target.verdicts[i].outcome)];
            if (!target.verdicts[i].why.empty()) {
                reasons[rule] = target.verdicts[i].why;
            }
        }
        targets.push_back({{"name", target.name},
                           {"edges", target.edges},
                           {"covered", target.covered},
                           {"seeds", target.seed_count},
                           {"sanitizer_calls", calls},
                           {"rules", rules},
                           {"reasons", reasons}});
    }
    const Json json = {{"format", 1},
                       {"folder", folder},
                       {"kept", count(checked, RuleOutcome::kept)},
                       {"broken", count(checked, RuleOutcome::broken)},
                       {"not_tried", count(checked, RuleOutcome::not_tried)},
                       {"targets", targets}};
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

void print_table(const std::vector<CheckedTarget>& checked) {
    std::size_t width = 6;
    for (const CheckedTarget& target : checked) {
        width = std::max(width, target.name.size());
    }
    fmt::print("{:<{}}", "target", width);
    for (const std::string_view rule : build_rule_names) {
        fmt::print(" {:>{}}", rule, std::max(rule.size(), std::size_t{6}));
    }
    fmt::print("\n");
    for (const CheckedTarget& target : checked) {
        fmt::print("{:<{}}", target.name, width);
        for (std::size_t i = 0; i < build_rules; ++i) {
            const auto outcome = static_cast<std::size_t>(target.verdicts[i].outcome);
            fmt::print(" {:>{}}", words[outcome], std::max(build_rule_names[i].size(), std::size_t{6}));
        }
        fmt::print("\n");
    }
    for (const CheckedTarget& target : checked) {
        fmt::print("{}: {} of {} edges covered by {} seeds\n", target.name, target.covered, target.edges,
                   target.seed_count);
        for (std::size_t i = 0; i < build_rules; ++i) {
            if (!target.verdicts[i].why.empty()) {
                fmt::print("{}: {}: {}\n", target.name, build_rule_names[i], target.verdicts[i].why);
            }
        }
    }
    fmt::print("{} targets: {} rules kept, {} broken, {} not tried\n", checked.size(),
               count(checked, RuleOutcome::kept), count(checked, RuleOutcome::broken),
               count(checked, RuleOutcome::not_tried));
}

ExitCode run_check_build(const CheckBuildOptions& options) {
    if (options.list) {
        return list_targets();
    }
    if (options.folder.empty()) {
        throw Failure(ExitCode::usage, "the folder of the built targets is expected; see check-build --help");
    }
    BuildToCheck build{.folder = options.folder, .targets = {}, .limit = std::chrono::seconds(options.limit)};
    for (const std::string& word : options.targets) {
        build.targets.push_back(parsed(word));
    }
    if (build.targets.empty()) {
        build.targets = registered_targets();
    }
    Progress progress;
    build.progress = [&](std::string_view name) { progress.show(name); };
    const std::vector<CheckedTarget> checked = check_build(build);
    progress.clear();
    if (!options.json.empty()) {
        write_output(options.json, to_json(options.folder, checked));
    }
    if (options.json != "-") {
        print_table(checked);
    }
    return count(checked, RuleOutcome::broken) == 0 ? ExitCode::fine : ExitCode::violations;
}

} // namespace

void add_check_build(CLI::App& app, Action& chosen) {
    CLI::App* command = app.add_subcommand("check-build", R"(Check built fuzz targets: fit for ClusterFuzz?

Every listed target is tried by every rule, and one broken rule is a failure: the target is there, its name and its
options are right, it is instrumented for coverage, and enough of it, by one sanitizer, its seeds are there, it
starts, finds nothing in them and covers its floor, a hundred runs of each seed are alike, it prints nothing, writes
nothing outside the temporary folder, and runs elsewhere. For libFuzzer.

Examples:
  poolproof check-build out                          what .clusterfuzzlite/build.sh made with OUT=out
  poolproof check-build out --json -
  poolproof check-build out --target my_driver_fuzzer:1200     targets of your own, with a floor of edges
  poolproof check-build --list                       the targets: name, floor, canaries)");
    const auto options = std::make_shared<CheckBuildOptions>();
    command->add_option("folder", options->folder, "the folder that the build filled");
    command->add_option("--target", options->targets,
                        "NAME or NAME:FLOOR, instead of the targets of this tree; may be repeated");
    command->add_option("--json", options->json, "write the verdicts to this file, - for standard output");
    command->add_option("--limit", options->limit, "seconds that each run of a target may take")
        ->check(CLI::Range(1U, 3600U));
    command->add_flag("--list", options->list, "only list the targets of this tree: name, floor, canaries");
    command->callback([options, &chosen] { chosen = [options] { return run_check_build(*options); }; });
}

} // namespace poolproof
