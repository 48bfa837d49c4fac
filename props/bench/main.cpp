// The program poolproof_bench: its arguments, and how it ends.
//
// Does not cover: measuring (run.hpp, faults.hpp), what is printed (report.hpp).
#include "bench/report.hpp"
#include "cli/terminal.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <fstream>
#include <string>

namespace poolproof::bench {
namespace {

constexpr const char* description = R"(What special pool costs, against others on the same machine.

A pair frees one block, allocates one of 1 to 1024 bytes and writes its first and its last byte. Its time is
processor time of the thread, the kernel's included. The bare loop makes the same system calls on pages in
the same order, and nothing else: it is the limit. Electric Fence and DUMA are preloaded, DUMA with
DUMA_PROTECT_FREE=0, so that all of them reuse what is freed; GWP-ASan, in scudo, samples every allocation.
Repetitions are interleaved; the figures are medians. Who cannot hold so many blocks is listed with the reason.

Examples:
  ci/bench special                                          builds, measures everything, writes the JSON
  poolproof_bench --quick                                   1,000 and 30,000 blocks, within half a minute
  poolproof_bench --live 1000 --allocator poolproof,bare-loop
  poolproof_bench --check --json special.json)";

constexpr const char* exit_codes = R"(Exit codes:
  0   done
  1   a target was missed (with --check)
  2   wrong arguments
  3   an allocator could not be measured that should, or the output not be written)";

enum ExitCode : int { done = 0, missed = 1, usage = 2, unmeasured = 3 };

struct Options {
    Settings settings;
    std::string json;
    bool check = false;
    bool no_faults = false;
};

int fail(ExitCode code, const std::string& message) {
    fmt::print(stderr, "poolproof_bench: {}\n", message);
    return code;
}

Report measure(const Settings& settings, bool faults) {
    Progress progress;
    const auto announce = [](void* context, std::string_view text) {
        static_cast<Progress*>(context)->show(text);
    };
    Report report{settings, look_at_host(), {}, {}, {}};
    report.rows = run_pairs(settings, report.host, announce, &progress);
    if (faults) {
        progress.show("caught faults");
        report.faults = run_faults(settings.repetitions, settings.repetition_ms / 2);
    }
    progress.clear();
    report.targets = targets_of(report.rows);
    return report;
}

int run(const Options& options) {
    const Report report = measure(options.settings, !options.no_faults);
    fmt::print("{}", as_table(report));
    if (!options.json.empty()) {
        std::ofstream file(options.json);
        file << as_json(report) << std::flush;
        if (!file) {
            return fail(unmeasured, options.json + " cannot be written");
        }
    }
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
        return fail(unmeasured, "standard output cannot be written");
    }
    for (const Row& row : report.rows) {
        if (row.must) {
            return fail(unmeasured,
                        fmt::format("{} {} could not be measured at {} live blocks: {}",
                                    row.contender.allocator, row.contender.backend, row.live, row.why));
        }
    }
    for (const FaultRow& row : report.faults) {
        if (!row.why.empty() && (row.contender.backend != "guard-regions" || report.host.guard_regions)) {
            return fail(unmeasured, fmt::format("the caught fault of {} {} could not be measured: {}",
                                                row.contender.allocator, row.contender.backend, row.why));
        }
    }
    for (const Target& target : report.targets) {
        if (options.check && target.missed()) {
            return fail(missed, target.name + " misses its target");
        }
    }
    return done;
}

int parse_and_run(int argc, const char* const* argv) {
    Options options;
    Settings& settings = options.settings;
    bool quick = false;
    CLI::App app{description, "poolproof_bench"};
    app.footer(exit_codes);
    auto* const live = app.add_option("--live", settings.live, "Numbers of live blocks (1000,30000,1000000)")
                           ->delimiter(',')
                           ->check(CLI::Range(1U, 1'048'566U));
    app.add_option("--allocator", settings.allocators, "Only these (all)")
        ->delimiter(',')
        ->check(CLI::IsMember({"poolproof", "bare-loop", "electric-fence", "duma", "gwp-asan"}));
    auto* const repetitions =
        app.add_option("--repetitions", settings.repetitions, "How often (5)")->check(CLI::Range(1U, 1000U));
    app.add_option("--json", options.json, "Write a report for machines to this file")->type_name("FILE");
    app.add_flag("--quick", quick, "3 short repetitions, at 1,000 and 30,000 blocks unless told otherwise");
    app.add_flag("--no-faults", options.no_faults, "Pairs only, not the cost of a caught fault");
    app.add_flag("--check", options.check, "Fail when a target is missed");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return error.get_exit_code() == 0 ? app.exit(error)
                                          : fail(usage, fmt::format("{}; see --help", error.what()));
    }
    if (live->empty()) {
        settings.live = quick ? std::vector<std::uint32_t>{1000, 30'000}
                              : std::vector<std::uint32_t>{1000, 30'000, 1'000'000};
    }
    if (quick) {
        settings.repetitions = repetitions->empty() ? 3 : settings.repetitions;
        settings.repetition_ms = 100;
        settings.fill_limit_ms = 4000;
    }
    return run(options);
}

} // namespace
} // namespace poolproof::bench

int main(int argc, char** argv) {
    try {
        return poolproof::bench::parse_and_run(argc, argv);
    } catch (const std::exception& error) {
        return poolproof::bench::fail(poolproof::bench::unmeasured, error.what());
    }
}
