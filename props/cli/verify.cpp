// `poolproof verify`: the main job.
// Does not cover: the campaign (gen/campaign.hpp) and what is printed (report/, matrix.hpp).
#include "cli/commands.hpp"
#include "cli/contract_words.hpp"
#include "cli/crash_file.hpp"
#include "cli/files.hpp"
#include "cli/matrix.hpp"
#include "cli/reports.hpp"
#include "cli/subjects.hpp"
#include "cli/terminal.hpp"
#include "cli/verify_result.hpp"
#include "report/baseline.hpp"
#include "report/result_json.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <optional>

namespace poolproof {
namespace {

// Read before the work begins, which it would be for nothing. A file that is to be written may not be there
// yet.
std::optional<Baseline> read_baseline(const VerifyOptions& options) {
    if (options.baseline.empty() || (options.update_baseline && !std::filesystem::exists(options.baseline))) {
        return {};
    }
    const std::vector<std::uint8_t> bytes = read_bytes(options.baseline);
    return parse_baseline({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, options.baseline);
}

ExitCode verify_one(const VerifyOptions& options, const std::vector<NamedTrace>& corpus) {
    const std::optional<Baseline> baseline = read_baseline(options);
    Progress progress;
    const VerifyRun run =
        run_verify(options, options.subject, corpus, [&](std::size_t done, std::size_t units) {
            progress.show(fmt::format("{} {}/{}", options.subject, done, units));
        });
    progress.clear();
    Result result = result_of(run, options.findings);
    if (baseline && !options.update_baseline) {
        compare(*baseline, options.baseline, result);
    }
    // First what is lost when it is not written: from JSON every other report can be made again.
    if (!options.reports.on_stdout()) {
        fmt::print("{}", to_terminal(result, Terminal(!options.no_color).look()));
    }
    if (!options.reports.json.empty()) {
        write_output(options.reports.json, to_json(result));
    }
    write_traces(result);
    write_reports(options.reports, {result});
    for (const std::string& line : result.missing) {
        fmt::print(stderr, "poolproof: {}\n", line);
    }
    if (options.update_baseline) {
        write_output(options.baseline, to_text(updated(baseline.value_or(Baseline{}), result)));
        return result.missing.empty() ? ExitCode::fine : ExitCode::violations;
    }
    return passed(result) ? ExitCode::fine : ExitCode::violations;
}

ExitCode run_main_job(const VerifyOptions& options) {
    // Whatever is wrong with the arguments shows before the work begins.
    const bool all = options.subject == "faulty:all";
    if (!all) {
        check_subject(options.subject);
    }
    if (all && !options.clause.empty()) {
        throw Failure(ExitCode::usage, "--clause does not go with --subject faulty:all");
    }
    check_report_files(options.reports);
    if (!options.baseline.empty() && (all || (options.update_baseline && !options.clause.empty()))) {
        throw Failure(ExitCode::usage, "a baseline is of one subject and all clauses");
    }
    if (all && options.reports.any_but_json()) {
        throw Failure(ExitCode::usage,
                      "--subject faulty:all goes with --json only, not with the other reports");
    }
    if (!options.clause.empty()) {
        known_clause(options.clause);
    }
    write_crash_files(options.findings,
                      options.subject == "reference" || all ? "" : "--subject " + options.subject);
    const std::vector<NamedTrace> corpus = read_corpus(options.corpus);
    return all ? run_matrix(options, corpus) : verify_one(options, corpus);
}

} // namespace

void add_verify(CLI::App& app, Action& chosen) {
    CLI::App* command = app.add_subcommand("verify", R"(Check the whole contract against a subject.

Examples:
  poolproof verify
  poolproof verify --seed 7 --json verdicts.json
  poolproof verify --junit junit.xml --html report.html
  poolproof verify --clause TAG-05
  poolproof verify --subject plugin:./my_pool.so --baseline my_pool.txt --update-baseline
  poolproof verify --subject plugin:./my_pool.so --baseline my_pool.txt
  poolproof verify --subject faulty:all)");
    const auto options = std::make_shared<VerifyOptions>();
    options->corpus = POOLPROOF_CORPUS_DIR;
    command->add_option("--subject", options->subject,
                        std::string(subject_help) + ", or faulty:all for the matrix of faulty subjects");
    command->add_option("--seed", options->seed, "seed of the random traces, 1 by default");
    command->add_option("--clause", options->clause, "only this clause counts");
    command->add_option("--json", options->reports.json,
                        "write the result to this file, - for standard output; poolproof report reads it");
    add_report_options(*command, options->reports);
    const auto baseline = command->add_option(
        "--baseline", options->baseline,
        "verdicts that are expected, a line each: fail on any other, and on no known one");
    command
        ->add_flag("--update-baseline", options->update_baseline,
                   "write the file of --baseline, keeping its reasons")
        ->needs(baseline);
    command->add_option("--ops", options->ops, "ops of random traces; a faulty subject gets a sample first");
    command->add_option("--sweep-stride", options->sweep_stride, sweep_stride_help)
        ->check(CLI::Range(1U, 1'000'000U));
    command->add_option("--threads", options->threads, "worker threads, one per processor by default")
        ->check(CLI::Range(0U, 256U));
    command->add_option("--corpus", options->corpus, "folder of corpora, the source tree's by default");
    command->add_option("--findings", options->findings,
                        "folder for traces that show a violation, made when there is one (default findings)");
    command->add_flag("--no-color", options->no_color, "never use colour");
    command->callback([options, &chosen] { chosen = [options] { return run_main_job(*options); }; });
}

} // namespace poolproof
