// The program poolproof_bench_time_to_bug: how soon the fuzz targets find each faulty subject.
//
// Covers: which runs, on every processor, the table, and what is compared with the checked-in figures. Does
// not cover: a run (time_to_bug.hpp) or the comparison (effect_size.hpp).
#include "bench/time_to_bug.hpp"
#include "cli/terminal.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <mutex>
#include <thread>

namespace poolproof::bench {
namespace {

namespace fs = std::filesystem;

constexpr const char* description = R"(How soon the fuzz targets find each faulty subject.

Each subject that a target must find is fuzzed from an empty corpus, once for each seed. Counted in executions:
when the clause was first judged (reached), when the subject first left the reference (triggered), when a clause
was violated (detected). The figures are medians over the seeds; seconds are of processor time. `by` says how many
seeds ended with the intended clause. The last columns hold the executions to detection against the checked-in
ones: A12 is the chance that a run now takes longer than one then.

Examples:
  ci/bench faults --quick
  ci/bench faults --subject straddles-a-page --target pool_trace_fuzzer --seeds 20
  ci/bench faults --engine-option len_control=0 --json without_len_control.json

Exit codes:
  0   done
  1   a median is above --runs (with --check)
  2   wrong arguments
  3   a run could not be made, or a file not be read or written)";

struct Options {
    fs::path targets;
    fs::path baseline;
    std::vector<std::string> subjects;
    std::vector<std::string> only_targets;
    std::vector<std::string> engine_options;
    std::uint64_t runs = 200'000;
    unsigned seeds = 10;
    unsigned stride = 1;
    unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
    std::string json;
    bool quick = false;
    bool check = false;
    bool update = false;
};

struct Row {
    Pair pair;
    std::vector<Outcome> outcomes; // by seed

    std::uint64_t median_of(std::uint64_t Outcome::* milestone) const { return median(sample_of(milestone)); }
    Sample sample_of(std::uint64_t Outcome::* milestone) const {
        Sample sample;
        for (const Outcome& outcome : outcomes) {
            sample.push_back(outcome.*milestone);
        }
        return sample;
    }
    std::size_t detected_within(std::uint64_t runs) const {
        return static_cast<std::size_t>(std::count_if(outcomes.begin(), outcomes.end(),
                                                      [&](const Outcome& o) { return o.detected <= runs; }));
    }
    std::size_t by_clause() const {
        return static_cast<std::size_t>(
            std::count_if(outcomes.begin(), outcomes.end(),
                          [&](const Outcome& o) { return o.clause == pair.subject->clause; }));
    }
    double median_seconds() const {
        std::vector<double> sorted;
        for (const Outcome& outcome : outcomes) {
            sorted.push_back(outcome.seconds);
        }
        std::sort(sorted.begin(), sorted.end());
        return sorted[sorted.size() / 2];
    }
};

class Scratch {
  public:
    Scratch() {
        std::string name = (fs::temp_directory_path() / "poolproof_time_to_bug_XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) {
            throw std::runtime_error(name + " cannot be made");
        }
        path_ = name;
    }
    ~Scratch() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    fs::path folder(unsigned job) const {
        const fs::path folder = path_ / std::to_string(job);
        fs::create_directories(folder);
        return folder;
    }

  private:
    fs::path path_;
};

std::vector<Row> chosen_rows(const Options& options) {
    const auto wanted = [](const std::vector<std::string>& names, std::string_view name) {
        return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
    };
    std::vector<Row> rows;
    std::size_t number = 0;
    for (Pair& pair : reachable_pairs()) {
        if (wanted(options.subjects, pair.subject->name) && wanted(options.only_targets, pair.target) &&
            number++ % options.stride == 0) {
            rows.push_back({std::move(pair), std::vector<Outcome>(options.seeds)});
        }
    }
    return rows;
}

void run_all(const Options& options, std::vector<Row>& rows) {
    const Scratch scratch;
    Progress progress;
    std::mutex showing;
    std::atomic<std::size_t> next{0};
    const std::size_t count = rows.size() * options.seeds;
    const auto work = [&](unsigned job) {
        const RunSettings settings{options.targets, scratch.folder(job), options.runs,
                                   options.engine_options};
        for (std::size_t at = next++; at < count; at = next++) {
            Row& row = rows[at / options.seeds];
            const auto seed = static_cast<unsigned>(at % options.seeds);
            {
                const std::scoped_lock lock(showing);
                progress.show(fmt::format("run {} of {}: {}, seed {}", at + 1, count, row.pair.subject->name,
                                          seed + 1));
            }
            try {
                row.outcomes[seed] = run_once(settings, row.pair, seed + 1);
            } catch (const std::exception& error) {
                row.outcomes[seed].error = error.what();
            }
        }
    };
    std::vector<std::thread> threads;
    for (unsigned job = 1; job < options.jobs; ++job) {
        threads.emplace_back(work, job);
    }
    work(0);
    for (std::thread& thread : threads) {
        thread.join();
    }
    progress.clear();
}

Effect effect_of(const Row& row, const Figures& before) {
    const auto found = before.find({std::string(row.pair.subject->name), row.pair.target});
    return found == before.end() ? Effect{} : compare(found->second, row.sample_of(&Outcome::detected));
}

std::string word_of(const Effect& effect) {
    return !effect.is_large() ? "" : effect.a12 > 0.5 ? "slower" : "faster";
}

std::string shown(std::uint64_t executions, std::uint64_t runs) {
    return executions > runs ? "-" : std::to_string(executions);
}

void print_rows(const Options& options, const std::vector<Row>& rows, const Figures& before) {
    fmt::print("{:<32} {:<20} {:<8} {:>8} {:>9} {:>9} {:>6} {:>6} {:>8}  {:>5}\n", "subject", "target",
               "clause", "reached", "triggered", "detected", "seeds", "by", "seconds", "A12");
    for (const Row& row : rows) {
        const Effect effect = effect_of(row, before);
        fmt::print("{:<32} {:<20} {:<8} {:>8} {:>9} {:>9} {:>6} {:>6} {:>8.2f}  {:>5.2f} {}\n",
                   row.pair.subject->name, row.pair.target, row.pair.subject->clause,
                   shown(row.median_of(&Outcome::reached), options.runs),
                   shown(row.median_of(&Outcome::triggered), options.runs),
                   shown(row.median_of(&Outcome::detected), options.runs),
                   fmt::format("{}/{}", row.detected_within(options.runs), options.seeds), row.by_clause(),
                   row.median_seconds(), effect.a12, word_of(effect));
    }
}

struct Sum {
    std::uint64_t median_of_medians = 0;
    std::size_t undetected = 0; // rows whose median is above the limit
    std::size_t compared = 0;
    std::size_t slower = 0;
    std::size_t faster = 0;
    double mean_a12 = 0.5; // of those compared
};

Sum sum_of(const Options& options, const std::vector<Row>& rows, const Figures& before) {
    Sum sum;
    Sample medians;
    double a12 = 0;
    for (const Row& row : rows) {
        medians.push_back(row.median_of(&Outcome::detected));
        sum.undetected += medians.back() > options.runs ? 1U : 0U;
        if (before.contains({std::string(row.pair.subject->name), row.pair.target})) {
            const Effect effect = effect_of(row, before);
            ++sum.compared;
            a12 += effect.a12;
            sum.slower += effect.is_large() && effect.a12 > 0.5 ? 1U : 0U;
            sum.faster += effect.is_large() && effect.a12 < 0.5 ? 1U : 0U;
        }
    }
    sum.median_of_medians = median(medians);
    sum.mean_a12 = sum.compared == 0 ? 0.5 : a12 / static_cast<double>(sum.compared);
    return sum;
}

nlohmann::ordered_json json_of(const Options& options, const std::vector<Row>& rows, const Figures& before,
                               const Sum& sum) {
    nlohmann::ordered_json all = nlohmann::ordered_json::array();
    for (const Row& row : rows) {
        const Effect effect = effect_of(row, before);
        std::vector<double> seconds;
        std::vector<std::string> clauses;
        for (const Outcome& outcome : row.outcomes) {
            seconds.push_back(outcome.seconds);
            clauses.push_back(outcome.clause);
        }
        all.push_back({{"subject", row.pair.subject->name},
                       {"target", row.pair.target},
                       {"clause", row.pair.subject->clause},
                       {"reached", row.sample_of(&Outcome::reached)},
                       {"triggered", row.sample_of(&Outcome::triggered)},
                       {"detected", row.sample_of(&Outcome::detected)},
                       {"by", clauses},
                       {"seconds", seconds},
                       {"median_detected", row.median_of(&Outcome::detected)},
                       {"a12", effect.a12},
                       {"p", effect.p}});
    }
    return {{"bench", "faults"},
            {"runs", options.runs},
            {"seeds", options.seeds},
            {"engine_options", options.engine_options},
            {"median_of_medians", sum.median_of_medians},
            {"undetected", sum.undetected},
            {"slower", sum.slower},
            {"faster", sum.faster},
            {"mean_a12", sum.mean_a12},
            {"rows", all}};
}

int fail(int code, const std::string& message) {
    fmt::print(stderr, "poolproof_bench_time_to_bug: {}\n", message);
    return code;
}

int run(const Options& options) {
    const Figures before = fs::exists(options.baseline) ? read_figures(options.baseline) : Figures{};
    std::vector<Row> rows = chosen_rows(options);
    if (rows.empty()) {
        return fail(2,
                    "no faulty subject and target of these names; see poolproof verify --subject faulty:all");
    }
    run_all(options, rows);
    for (const Row& row : rows) {
        for (const Outcome& outcome : row.outcomes) {
            if (!outcome.error.empty()) {
                return fail(3, outcome.error);
            }
        }
    }
    print_rows(options, rows, before);
    const Sum sum = sum_of(options, rows, before);
    fmt::print(
        "median of medians {}; {} of {} not detected within {} executions; against the checked-in figures: "
        "{} slower, {} faster of {}, mean A12 {:.2f}\n",
        shown(sum.median_of_medians, options.runs), sum.undetected, rows.size(), options.runs, sum.slower,
        sum.faster, sum.compared, sum.mean_a12);
    if (!options.json.empty()) {
        std::ofstream file(options.json);
        file << json_of(options, rows, before, sum).dump(1) << '\n' << std::flush;
        if (!file) {
            return fail(3, options.json + " cannot be written");
        }
    }
    if (options.update) {
        Figures now;
        for (const Row& row : rows) {
            now[{std::string(row.pair.subject->name), row.pair.target}] = row.sample_of(&Outcome::detected);
        }
        write_figures(options.baseline, now);
    }
    return options.check && sum.undetected > 0 ? fail(1, "a median is above the limit") : 0;
}

int parse_and_run(int argc, const char* const* argv) {
    Options options;
    options.baseline = fs::path(POOLPROOF_CORPUS_DIR) / "baselines/time_to_bug.txt";
    CLI::App app{description, "poolproof_bench_time_to_bug"};
    app.add_option("--targets", options.targets, "The folder of the fuzz targets, built for libFuzzer")
        ->required()
        ->check(CLI::ExistingDirectory);
    app.add_option("--subject", options.subjects, "Only this faulty subject; may be given again")
        ->type_name("NAME");
    app.add_option("--target", options.only_targets, "Only this fuzz target; may be given again")
        ->type_name("NAME");
    auto* seeds = app.add_option("--seeds", options.seeds, "How many seeds, from 1 on (10)")
                      ->check(CLI::Range(1U, 1000U));
    app.add_option("--runs", options.runs, "Executions at most (200000)")
        ->check(CLI::Range(1U, 1'000'000'000U));
    app.add_option("--stride", options.stride, "Every n-th row only (1)")->check(CLI::Range(1U, 1000U));
    app.add_option("--jobs", options.jobs, "Runs at a time (one for each processor)")
        ->check(CLI::Range(1U, 256U));
    app.add_option("--engine-option", options.engine_options,
                   "KEY=VALUE for libFuzzer, to try it; may be given again");
    app.add_option("--baseline", options.baseline, "The checked-in figures")->type_name("FILE");
    app.add_option("--json", options.json, "Write a report for machines to this file")->type_name("FILE");
    app.add_flag("--quick", options.quick, "Three seeds of every eighth row");
    app.add_flag("--check", options.check, "Fail when a median is above --runs");
    app.add_flag("--update", options.update, "Check these figures in");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return error.get_exit_code() == 0 ? app.exit(error)
                                          : fail(2, fmt::format("{}; see --help", error.what()));
    }
    if (options.quick) {
        options.seeds = seeds->count() > 0 ? options.seeds : 3;
        options.stride = std::max(options.stride, 8U);
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
