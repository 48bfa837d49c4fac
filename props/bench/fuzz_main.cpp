// The program poolproof_bench_fuzz: how fast pool_trace_fuzzer is under AddressSanitizer.
//
// Covers: executions of the same inputs a second, of pool_trace_fuzzer with all of its checks and of a naive
// target for malloc, in turns; medians, spread, ratios, the target. Does not cover: what an engine does
// around an execution, and the playing itself (fuzz/bench).
#include "bench/worker.hpp"
#include "cli/terminal.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <exception>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace poolproof::bench {
namespace {

constexpr const char* description = R"(How fast pool_trace_fuzzer is under AddressSanitizer.

pool_trace_fuzzer (decoding, playing on the reference, every check of the oracle) and a naive target (malloc, free,
contents) execute the same inputs: plain allocations of special sizes, frees, touches. All are built with the flags of
the fuzz build and run without an engine, whose own work is the same for all; in processes of their own, in turns, each
warmed up. Executions a second of processor time of the thread, the kernel's included; the figures are medians.

The naive target is what one writes first: it fills blocks, and checks every byte when it frees them. It is the target's
measure. For comparison it is there pared down as well: 64 bytes at each end of a block, as pool_trace_fuzzer does, and
compared many at once.

Examples:
  ci/bench fuzz
  ci/bench fuzz --quick --check

Exit codes:
  0   done
  1   a target was missed (with --check)
  2   wrong arguments
  3   it could not be measured, or the output not be written)";

constexpr double least_ratio = 1;

struct Contender {
    const char* name;
    const char* program;
};
constexpr Contender contenders[] = {{"pool_trace_fuzzer", "poolproof_speed_pool_trace"},
                                    {"naive", "poolproof_speed_naive"},
                                    {"naive, pared down", "poolproof_speed_naive_ends"}};
constexpr std::size_t contender_count = std::size(contenders);
constexpr std::size_t measure_of_it = 1; // the contender that has to be no faster

struct Options {
    std::vector<unsigned> ops = {8, 32, 128};
    std::string programs;
    std::string json;
    unsigned rounds = 9;
    unsigned round_ms = 300;
    unsigned warm_up_ms = 1500;
    bool check = false;
};

// Of inputs of one length.
struct Row {
    unsigned ops = 0;
    std::size_t bytes = 0;
    std::vector<double> speeds[contender_count]; // executions a second, by round

    double median(std::size_t contender) const {
        std::vector<double> sorted = speeds[contender];
        std::ranges::sort(sorted);
        return sorted[sorted.size() / 2];
    }
    // Of pool_trace_fuzzer's speed to a naive target's.
    double ratio(std::size_t naive) const { return median(0) / median(naive); }
};

double overall(const std::vector<Row>& rows, std::size_t naive) {
    double sum = 0;
    for (const Row& row : rows) {
        sum += std::log(row.ratio(naive));
    }
    return std::exp(sum / static_cast<double>(rows.size()));
}

int fail(int code, const std::string& message) {
    fmt::print(stderr, "poolproof_bench_fuzz: {}\n", message);
    return code;
}

// One target in a process of its own.
class Target {
  public:
    Target(const Contender& contender, const Options& options, unsigned ops)
        : name_(contender.name),
          worker_({{options.programs + "/" + contender.program, std::to_string(ops)}, {}}) {
        const std::string ready = answer(20000);
        bytes_ = ready.starts_with("ready ") ? number<std::size_t>(ready.substr(6)) : 0;
    }

    std::size_t bytes() const { return bytes_; }
    // Executions a second.
    double run(unsigned milliseconds) {
        worker_.tell(std::to_string(milliseconds));
        const std::string line = answer(milliseconds * 100 + 20000); // of processor time, on a busy machine
        const std::size_t space = line.find(' ');
        if (space == std::string::npos) {
            throw std::runtime_error(name_ + ": no answer: " + line);
        }
        return static_cast<double>(number<std::size_t>(line.substr(0, space))) /
               number<double>(line.substr(space + 1));
    }

  private:
    template <class Number> static Number number(const std::string& text) {
        Number number{};
        std::from_chars(text.data(), text.data() + text.size(), number);
        return number;
    }
    std::string answer(unsigned milliseconds) {
        if (const auto line = worker_.listen(milliseconds)) {
            return *line;
        }
        throw std::runtime_error(name_ + ": " + worker_.end());
    }

    std::string name_;
    Worker worker_;
    std::size_t bytes_ = 0;
};

Row measure(const Options& options, unsigned ops, Progress& progress) {
    Row row;
    row.ops = ops;
    std::vector<std::unique_ptr<Target>> targets;
    for (const Contender& contender : contenders) {
        progress.show(fmt::format("{} ops: {} warms up", ops, contender.name));
        targets.push_back(std::make_unique<Target>(contender, options, ops));
        targets.back()->run(options.warm_up_ms);
    }
    row.bytes = targets.front()->bytes();
    for (const auto& target : targets) {
        if (target->bytes() != row.bytes || row.bytes == 0) {
            throw std::runtime_error("the targets have other inputs");
        }
    }
    for (unsigned round = 0; round < options.rounds; ++round) {
        progress.show(fmt::format("{} ops: round {}", ops, round + 1));
        for (std::size_t i = 0; i < contender_count; ++i) {
            row.speeds[i].push_back(targets[i]->run(options.round_ms));
        }
    }
    return row;
}

nlohmann::ordered_json json_of(const std::vector<Row>& rows, const Options& options) {
    nlohmann::ordered_json json = {
        {"bench", "fuzz"},
        {"settings",
         {{"rounds", options.rounds}, {"round_ms", options.round_ms}, {"warm_up_ms", options.warm_up_ms}}},
        {"least_ratio", least_ratio},
        {"rows", nlohmann::ordered_json::array()},
        {"overall", nlohmann::ordered_json::object()}};
    for (const Row& row : rows) {
        for (std::size_t i = 0; i < contender_count; ++i) {
            json["rows"].push_back({{"ops", row.ops},
                                    {"bytes", row.bytes},
                                    {"target", contenders[i].name},
                                    {"executions_per_second", row.median(i)},
                                    {"ratio_of_pool_trace_fuzzer", row.ratio(i)},
                                    {"rounds", row.speeds[i]}});
        }
    }
    for (std::size_t i = 1; i < contender_count; ++i) {
        json["overall"][contenders[i].name] = overall(rows, i);
    }
    return json;
}

std::string as_table(const std::vector<Row>& rows) {
    std::string text = fmt::format("{:>5} {:>6}  {:<18} {:>13} {:>19} {:>18}\n", "ops", "bytes", "target",
                                   "executions/s", "lowest..highest", "pool_trace_fuzzer");
    for (const Row& row : rows) {
        for (std::size_t i = 0; i < contender_count; ++i) {
            const auto [low, high] = std::ranges::minmax(row.speeds[i]);
            text += fmt::format("{:>5} {:>6}  {:<18} {:>13.0f} {:>19} {:>18}\n", row.ops, row.bytes,
                                contenders[i].name, row.median(i), fmt::format("{:.0f}..{:.0f}", low, high),
                                i == 0 ? "" : fmt::format("{:.2f} times", row.ratio(i)));
        }
    }
    for (std::size_t i = 1; i < contender_count; ++i) {
        text += fmt::format("overall, to {}: {:.2f} times\n", contenders[i].name, overall(rows, i));
    }
    return text;
}

int run(const Options& options) {
    std::vector<Row> rows;
    Progress progress;
    for (const unsigned ops : options.ops) {
        rows.push_back(measure(options, ops, progress));
    }
    progress.clear();
    fmt::print("{}", as_table(rows));
    if (!options.json.empty()) {
        std::ofstream file(options.json);
        file << json_of(rows, options).dump(2) << '\n' << std::flush;
        if (!file) {
            return fail(3, options.json + " cannot be written");
        }
    }
    for (const Row& row : rows) {
        if (options.check && row.ratio(measure_of_it) < least_ratio) {
            return fail(1,
                        fmt::format("pool_trace_fuzzer is slower than the naive target at {} ops", row.ops));
        }
    }
    return 0;
}

int parse_and_run(int argc, const char* const* argv) {
    Options options;
    bool quick = false;
    CLI::App app{description, "poolproof_bench_fuzz"};
    app.add_option("--programs", options.programs,
                   "Folder of the programs measured, build/fuzz/bin (ci/bench knows)")
        ->required()
        ->check(CLI::ExistingDirectory);
    app.add_option("--ops", options.ops, "Lengths of the inputs (8,32,128)")
        ->delimiter(',')
        ->check(CLI::Range(1U, 4096U));
    auto* const rounds =
        app.add_option("--rounds", options.rounds, "How often (9)")->check(CLI::Range(1U, 1000U));
    app.add_option("--json", options.json, "Write a report for machines to this file")->type_name("FILE");
    app.add_flag("--quick", quick, "3 short rounds");
    app.add_flag("--check", options.check, "Fail when a target is missed");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return error.get_exit_code() == 0 ? app.exit(error)
                                          : fail(2, fmt::format("{}; see --help", error.what()));
    }
    if (quick) {
        options.rounds = rounds->empty() ? 3 : options.rounds;
        options.round_ms = 100;
        options.warm_up_ms = 500;
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
