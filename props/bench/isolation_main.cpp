// The program poolproof_bench_isolation: what a process of the subject's own costs.
//
// Covers: the main job on the reference in this process, which is the limit, and on the same reference as a
// plugin, op by op and in batches, in turns; medians, ratios, targets. Does not cover: special pool
// (main.cpp).
#include "cli/subjects.hpp"
#include "cli/terminal.hpp"
#include "gen/campaign.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace poolproof::bench {
namespace {

constexpr const char* description = R"(What a process of the subject's own costs.

The main job is played on the reference in this process, and on the same reference as a plugin: op by op, and in
batches. Rounds are interleaved; the figures are medians of ops checked per second over all threads.

Examples:
  ci/bench isolation
  poolproof_bench_isolation --rounds 5 --ops 5000000 --check

Exit codes:
  0   done
  1   a target was missed (with --check), or the plugin had other verdicts than the reference
  2   wrong arguments
  3   it could not be measured, or the output not be written)";

constexpr double least_ops_per_second = 500'000;

struct Contender {
    Contender(std::string name_of_it, std::string as_subject)
        : name(std::move(name_of_it)), subject(std::move(as_subject)) {}

    std::string name;
    std::string subject;
    std::vector<double> speeds; // ops per second
    double hand_over_microseconds = 0;
    std::uint64_t ops = 0;
    std::size_t findings = 0;

    double median() const {
        std::vector<double> sorted = speeds;
        std::sort(sorted.begin(), sorted.end());
        return sorted[sorted.size() / 2];
    }
};

void play(Contender& contender, const CampaignOptions& options) {
    const auto start = std::chrono::steady_clock::now();
    const CampaignResult result = run_campaign(player_maker(contender.subject), options);
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
    contender.speeds.push_back(static_cast<double>(result.ops) / passed.count());
    contender.ops = result.ops;
    contender.findings += result.findings.size();
    if (result.hand_overs.count > 0) {
        contender.hand_over_microseconds =
            result.hand_overs.waiting_seconds * 1e6 / static_cast<double>(result.hand_overs.count);
    }
}

nlohmann::ordered_json json_of(const std::vector<Contender>& contenders) {
    nlohmann::ordered_json rows = nlohmann::ordered_json::array();
    for (const Contender& contender : contenders) {
        rows.push_back({{"name", contender.name},
                        {"ops", contender.ops},
                        {"ops_per_second", contender.median()},
                        {"of_the_limit", contender.median() / contenders.front().median()},
                        {"hand_over_microseconds", contender.hand_over_microseconds},
                        {"rounds", contender.speeds}});
    }
    return {{"bench", "isolation"}, {"least_ops_per_second", least_ops_per_second}, {"rows", rows}};
}

int fail(int code, const std::string& message) {
    fmt::print(stderr, "poolproof_bench_isolation: {}\n", message);
    return code;
}

struct Options {
    unsigned rounds = 3;
    std::uint64_t ops = 2'000'000;
    std::string json;
    bool check = false;
};

int run(const Options& options) {
    std::vector<Contender> contenders = {
        {"in this process", "reference"},
        {"plugin, op by op", "plugin:" POOLPROOF_REFERENCE_PLUGIN},
        {"plugin, in batches", "plugin:" POOLPROOF_REFERENCE_PLUGIN ":batch"}};
    CampaignOptions campaign;
    campaign.random_ops = options.ops;
    campaign.sweep_stride = 8;
    Progress progress;
    for (unsigned round = 0; round < options.rounds; ++round) {
        for (Contender& contender : contenders) {
            progress.show(fmt::format("round {}: {}", round + 1, contender.name));
            play(contender, campaign);
        }
    }
    progress.clear();
    fmt::print("{:<20} {:>12} {:>10} {:>14}\n", "reference", "ops/s", "of limit", "hand-over, us");
    for (const Contender& contender : contenders) {
        fmt::print("{:<20} {:>12.0f} {:>10.2f} {:>14.1f}\n", contender.name, contender.median(),
                   contender.median() / contenders.front().median(), contender.hand_over_microseconds);
    }
    if (!options.json.empty()) {
        std::ofstream file(options.json);
        file << json_of(contenders).dump(2) << '\n' << std::flush;
        if (!file) {
            return fail(3, options.json + " cannot be written");
        }
    }
    for (const Contender& contender : contenders) {
        if (contender.findings != 0 || contender.ops != contenders.front().ops || contender.ops == 0) {
            return fail(1, contender.name + ": other verdicts than the reference has");
        }
        if (options.check && contender.median() < least_ops_per_second) {
            return fail(
                1, fmt::format("{}: fewer than {:.0f} ops a second", contender.name, least_ops_per_second));
        }
    }
    return 0;
}

int parse_and_run(int argc, const char* const* argv) {
    Options options;
    CLI::App app{description, "poolproof_bench_isolation"};
    app.add_option("--rounds", options.rounds, "How often (3)")->check(CLI::Range(1U, 100U));
    app.add_option("--ops", options.ops, "Ops of random traces in a round (2000000)");
    app.add_option("--json", options.json, "Write a report for machines to this file")->type_name("FILE");
    app.add_flag("--check", options.check, "Fail when a target is missed");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return error.get_exit_code() == 0 ? app.exit(error)
                                          : fail(2, fmt::format("{}; see --help", error.what()));
    }
    return run(options);
}

} // namespace
} // namespace poolproof::bench

int main(int argc, char** argv) {
    try {
        return poolproof::bench::parse_and_run(argc, argv);
    } catch (const std::exception& error) {
        return poolproof::bench::fail(3, error.what());
    }
}
