// `poolproof triage`: crash files to findings.
// Does not cover: the work (triage.hpp).
#include "cli/commands.hpp"
#include "cli/files.hpp"
#include "cli/terminal.hpp"
#include "cli/triage.hpp"
#include "report/text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>

namespace poolproof {
namespace {

struct CommandOptions {
    TriageOptions triage;
    std::string folder;
    std::string build = "build/fuzz";
    std::string out = "findings";
    std::string corpus = POOLPROOF_CORPUS_DIR;
    std::string json;
    double time_limit = 20;
    bool no_compile = false;
    bool promote = false;
};

std::string size_words(const TriageFinding& finding) {
    const std::string now = finding.ops > 0 ? counted(finding.ops, "op") : counted(finding.bytes, "byte");
    return fmt::format("{} of {}", now, counted(finding.bytes_before, "byte"));
}

std::string reproducer_words(const TriageFinding& finding) {
    switch (finding.reproducer) {
    case Reproducer::none:
        return {};
    case Reproducer::not_tried:
        return "; C not compiled";
    case Reproducer::shows:
        return fmt::format("; C compiles, shows {}", finding.bucket);
    case Reproducer::not_shown:
        return fmt::format("; C compiles, does not show {}", finding.bucket);
    case Reproducer::not_compiled:
        return "; C does not compile";
    }
    return {};
}

std::string replay_words(const TriageFinding& finding) {
    return finding.shown == finding.replays || finding.kind == BucketKind::not_shown
               ? ""
               : fmt::format("; not shown again {} of {}", finding.replays - finding.shown, finding.replays);
}

void print_table(const TriageResult& result, const TriageOptions& options) {
    std::size_t widest = std::string("target").size();
    for (const TriageFinding& finding : result.findings) {
        widest = std::max(widest, finding.target.size());
    }
    fmt::print("{:<{}}  {:<15}  {:>7}  bucket\n", "target", widest, "kind", "crashes");
    for (const TriageFinding& finding : result.findings) {
        fmt::print("{:<{}}  {:<15}  {:>7}  {}\n", finding.target, widest, name_of(finding.kind),
                   finding.crashes, finding.bucket);
        const std::string below(widest + 2, ' ');
        if (!finding.rule.empty()) {
            fmt::print("{}{}\n", below, finding.rule);
        }
        if (finding.kind != BucketKind::not_shown) {
            fmt::print("{}{}{}{}{}\n", below, size_words(finding), reproducer_words(finding),
                       replay_words(finding), finding.known ? "; known before" : "");
        }
        for (const std::string& file :
             {finding.trace_file, finding.bytes_file, finding.reproducer_file, finding.report_file}) {
            if (!file.empty()) {
                fmt::print("{}{}\n", below, (options.out / file).string());
            }
        }
        if (!finding.name.empty()) {
            fmt::print("{}regression: {}\n", below, finding.name);
        }
    }
    fmt::print("\n{}, {}, {} left out as copies\n", counted(result.crashes, "crash file"),
               counted(result.findings.size(), "bucket"), result.duplicates);
}

// One that cannot be promoted does not keep the others from it. True when all of them were.
bool promote_all(const TriageResult& result, const CommandOptions& options) {
    bool all = true;
    for (const TriageFinding& finding : result.findings) {
        if (finding.kind == BucketKind::not_shown) {
            continue;
        }
        try {
            const auto path = promote(finding, options.triage.out, options.corpus);
            if (options.json != "-") {
                fmt::print("added {}\n", path.string());
            }
        } catch (const Failure& failure) {
            if (failure.code() != ExitCode::usage) {
                throw;
            }
            fmt::print(stderr, "poolproof: not promoted: {}\n", failure.what());
            all = false;
        }
    }
    return all;
}

ExitCode run_triage(CommandOptions options) {
    TriageOptions& triage_options = options.triage;
    triage_options.folder = options.folder;
    triage_options.build = options.build;
    triage_options.out = options.out;
    triage_options.corpus = options.corpus;
    triage_options.compile = !options.no_compile;
    triage_options.time_limit_ms = static_cast<std::uint32_t>(options.time_limit * 1000);
    Progress progress;
    const TriageResult result = triage(triage_options, [&](const std::string& what) { progress.show(what); });
    progress.clear();
    for (const std::string& remark : result.remarks) {
        fmt::print(stderr, "poolproof: {}\n", printable(remark));
    }
    if (options.json != "-") {
        print_table(result, triage_options);
    }
    if (!options.json.empty()) {
        write_output(options.json, to_json(result).dump(2) + "\n");
    }
    if (options.promote && !promote_all(result, options)) {
        return ExitCode::usage;
    }
    const bool any_shown = std::ranges::any_of(
        result.findings, [](const TriageFinding& finding) { return finding.kind != BucketKind::not_shown; });
    return any_shown ? ExitCode::violations : ExitCode::fine;
}

} // namespace

void add_triage(CLI::App& app, Action& chosen) {
    CLI::App* command = app.add_subcommand("triage", R"(Turn crash files of fuzz targets into findings.

Each crash is played by its target's replay program and falls into a bucket: a clause, or what failed and where.
The smallest of each bucket is minimised as long as it falls into the same one; what comes of it is a trace in
text, its bytes, a program in C that shows it, and a name for a regression. Buckets that OUT has already are left
as they are, unless a smaller crash came. The exit code is 1 when a crash showed again, 0 when none did.

Examples:
  poolproof triage crashes                                     crashes/<target>/crash-*
  poolproof triage artifacts --target pool_trace_fuzzer -o findings --json triage.json
  poolproof triage crashes --subject faulty:slack-unchecked    what a canary was caught with
  poolproof triage afl_out --target special_pool_fuzzer --build build/fuzz
  poolproof triage crashes --promote                           add the findings to the corpus)");
    const auto options = std::make_shared<CommandOptions>();
    command->add_option("DIR", options->folder, "a folder of crash files, or with a folder for each target")
        ->required();
    command->add_option("--target", options->triage.target, "the target that the files of DIR are of");
    command
        ->add_option("--subject", options->triage.subject,
                     "reference, faulty:NAME, or a program of a driver target with a planted bug")
        ->capture_default_str();
    command->add_option("--build", options->build, "the build whose replay programs judge")
        ->capture_default_str();
    command->add_option("-o,--out", options->out, "the folder for what is found")->capture_default_str();
    command->add_option("--json", options->json, "write everything as JSON; - for standard output");
    command->add_option("--time-limit", options->time_limit, "seconds for one input")
        ->check(CLI::Range(0.1, 3600.0))
        ->capture_default_str();
    command->add_option("--memory-limit", options->triage.memory_limit_mb, "megabytes for one input")
        ->check(CLI::Range(64, 1 << 20))
        ->capture_default_str();
    command->add_option("--budget", options->triage.budget, "most candidates tried for one bucket")
        ->capture_default_str();
    command->add_option("--seconds", options->triage.seconds_per_bucket, "most time for shrinking one bucket")
        ->capture_default_str();
    command->add_flag("--no-compile", options->no_compile, "do not compile and run the programs in C");
    command->add_flag("--promote", options->promote, "add what was found to the corpus");
    command
        ->add_option("--corpus", options->corpus,
                     "the corpus whose names are taken, and that --promote adds to")
        ->capture_default_str();
    command->callback([options, &chosen] { chosen = [options] { return run_triage(*options); }; });
}

} // namespace poolproof
