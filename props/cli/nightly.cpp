// `poolproof nightly`: a night of fuzzing, its findings, its report and the dashboard.
// Does not cover: the rules of a night (night/night_job.cpp), what becomes of crashes (nightly.hpp).
#include "cli/nightly.hpp"

#include "cli/commands.hpp"
#include "cli/dashboard.hpp"
#include "cli/files.hpp"
#include "cli/subjects.hpp"
#include "cli/terminal.hpp"
#include "night/night_job.hpp"
#include "report/night_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <memory>
#include <sstream>
#include <system_error>

namespace poolproof {
namespace {

namespace fs = std::filesystem;

struct NightlyOptions {
    NightOptions night;
    std::string targets; // separated by commas
    std::string engine = "libfuzzer";
    std::string state;
    std::string json;
    std::string time_to_bug = "build/bench/faults.json";
    bool no_compile = false;
    bool no_color = false;
};

std::atomic<bool> stop_asked = false;

void ask_to_stop(int /*signal*/) {
    stop_asked = true;
}

std::string clock_text(double seconds) {
    const auto whole = static_cast<long>(std::max(0.0, seconds));
    return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

void choose_targets(NightlyOptions& options) {
    std::stringstream names(options.targets);
    for (std::string name; std::getline(names, name, ',');) {
        if (fuzz_target(name) == nullptr) {
            std::string known;
            for (const FuzzTarget& target : all_fuzz_targets()) {
                known += fmt::format("{}{}", known.empty() ? "" : ", ", target.name);
            }
            throw Failure(ExitCode::usage, fmt::format("unknown fuzz target '{}'; known: {}", name, known));
        }
        options.night.targets.push_back(name);
    }
    if (options.engine == "both") {
        options.night.engines = {"libfuzzer", "afl"};
    } else {
        options.night.engines = {options.engine};
    }
}

// Whatever is missing shows before the night begins.
void check_programs(const NightlyOptions& options) {
    const auto expect = [](const fs::path& program) {
        if (!fs::exists(program)) {
            throw Failure(ExitCode::missing_input,
                          fmt::format("{} is not there; ci/nightly builds it", program.string()));
        }
    };
    for (const FuzzTarget& target : all_fuzz_targets()) {
        const auto& chosen = options.night.targets;
        if (!chosen.empty() && std::find(chosen.begin(), chosen.end(), target.name) == chosen.end()) {
            continue;
        }
        expect(options.night.build / "bin" / target.name);
        expect(options.night.build / "bin" / (std::string(target.name) + "_replay"));
        expect(options.night.build / "corpus" / target.name);
        if (options.engine != "libfuzzer") {
            expect(options.night.afl_build / target.name);
        }
    }
    expect(options.night.properties);
}

Night run_night(const NightlyOptions& options, NightFolder& folder, Progress& progress) {
    NightWatch watch;
    watch.moment = [&](const NightMoment& moment) {
        progress.show(fmt::format("{}, {} left: {} executions, {} edges, {} inputs kept, {} crashes",
                                  moment.stage, clock_text(moment.seconds_left), moment.executions,
                                  moment.edges, moment.corpus_files, moment.crashes));
    };
    watch.stop = [] { return stop_asked.load(); };
    NightJob job(options.night, folder, watch);
    job.try_canaries();
    job.fuzz();
    job.merge_corpora();
    triage_night(job.night(), folder, {options.night.build, !options.no_compile},
                 [&](const std::string& text) { progress.show(text); });
    count_clauses(job.night(), folder);
    add_time_to_bug(job.night(), options.time_to_bug);
    job.finish();
    return job.night();
}

ExitCode code_of(const Night& night) {
    switch (outcome_of(night)) {
    case NightOutcome::fine:
        return ExitCode::fine;
    case NightOutcome::findings:
        return ExitCode::violations;
    default:
        return ExitCode::broken_night;
    }
}

ExitCode run_nightly(NightlyOptions options) {
    choose_targets(options);
    subject_maker(options.night.subject);
    if (options.state.empty()) {
        options.state = options.night.subject == "reference"
                            ? "build/nightly"
                            : "build/nightly-" + file_name_of_subject(options.night.subject);
    }
    check_programs(options);
    std::signal(SIGINT, ask_to_stop);
    std::signal(SIGTERM, ask_to_stop);
    Progress progress;
    try {
        NightFolder folder(options.state);
        const Night night = run_night(options, folder, progress);
        write_output(options.state + "/dashboard.html", nights_html(read_nights(folder.nights().string())));
        progress.clear();
        if (options.json != "-") {
            fmt::print("{}", to_text(night, Terminal(!options.no_color).look()));
        }
        if (!options.json.empty()) {
            write_output(options.json, to_json(night));
        }
        return code_of(night);
    } catch (const FolderBusy& busy) {
        throw Failure(ExitCode::busy, busy.what());
    } catch (const NightInterrupted& interrupted) {
        progress.clear();
        throw Failure(ExitCode::interrupted, interrupted.what());
    } catch (const std::system_error& error) {
        throw Failure(ExitCode::unwritable, error.what());
    }
}

} // namespace

void add_nightly(CLI::App& app, Action& chosen) {
    CLI::App* command =
        app.add_subcommand("nightly", R"(Fuzz every target for its share of the time, and report.

ci/nightly builds what this needs and calls it. A night that was interrupted or killed goes on when the same command
is given again. What was found is kept in the state folder: corpora, crashes, findings, a record of each night, and
dashboard.html.

Examples:
  ci/nightly --minutes 60
  ci/nightly --minutes 10 --targets pool_trace_fuzzer,special_pool_fuzzer
  ci/nightly --minutes 10 --engine both
  ci/nightly --minutes 10 --subject faulty:straddles-a-page

Exit codes: 0 nothing found; 1 findings; 12 the night is broken: a canary was silent, or a target did not run; 13 the
state folder is used by another job; 14 interrupted. The others as for every command.)");
    const auto options = std::make_shared<NightlyOptions>();
    command->add_option("--minutes", options->night.minutes, "of fuzzing, on all cores (default 60)")
        ->check(CLI::Range(0.05, 100000.0));
    command->add_option("--targets", options->targets, "names, with commas between them; all by default");
    command->add_option("--engine", options->engine, "libfuzzer (default), afl or both")
        ->check(CLI::IsMember({"libfuzzer", "afl", "both"}));
    command->add_option("--subject", options->night.subject, "reference (default) or faulty:NAME");
    command->add_option("--seed", options->night.seed, "of the engines (default 1)");
    command->add_option("--jobs", options->night.jobs, "programs at once; one per processor by default");
    command->add_option("--state", options->state,
                        "folder of the state (default build/nightly; build/nightly-SUBJECT for others)");
    command->add_option("--build", options->night.build, "build of the preset fuzz (default build/fuzz)");
    command->add_option("--afl-build", options->night.afl_build, "targets for AFL++ (default build/afl)");
    command->add_option("--properties", options->night.properties,
                        "the program poolproof_props, for its canary");
    command->add_option("--commit", options->night.commit, "what is fuzzed, for the record");
    command->add_option("--time-to-bug", options->time_to_bug,
                        "result of ci/bench faults, for the record (default build/bench/faults.json)");
    command->add_option("--json", options->json, "write the record to this file, - for standard output");
    command->add_flag("--no-compile", options->no_compile, "do not compile the reproducers");
    command->add_flag("--no-color", options->no_color, "no colour");
    command->callback([options, &chosen] {
        options->night.version = POOLPROOF_VERSION;
        if (options->night.properties.empty()) {
            options->night.properties = fs::read_symlink("/proc/self/exe").parent_path() / "poolproof_props";
        }
        chosen = [options] { return run_nightly(*options); };
    });
}

} // namespace poolproof
