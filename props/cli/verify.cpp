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
#include "report/result_json.hpp"

#include <fmt/format.h>

#include <memory>

namespace poolproof {
namespace {

ExitCode verify_one(const VerifyOptions& options, const std::vector<NamedTrace>& corpus) {
    Progress progress;
    const VerifyRun run =
        run_verify(options, options.subject, corpus, [&](std::size_t done, std::size_t units) {
            progress.show(fmt::format("{} {}/{}", options.subject, done, units));
        });
    progress.clear();
    const Result result = result_of(run, options.findings);
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
    return passed(result) ? ExitCode::fine : ExitCode::violations;
}

ExitCode run_main_job(const VerifyOptions& options) {
    // Whatever is wrong with the arguments shows before the work begins.
    const bool all = options.subject == "faulty:all";
    if (!all) {
        subject_maker(options.subject);
    }
    if (all && !options.clause.empty()) {
        throw Failure(ExitCode::usage, "--clause does not go with --subject faulty:all");
    }
    check_report_files(options.reports);
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
  poolproof verify --subject faulty:all)");
    const auto options = std::make_shared<VerifyOptions>();
    options->corpus = POOLPROOF_CORPUS_DIR;
    command->add_option("--subject", options->subject,
                        "reference, faulty:NAME, or faulty:all for the matrix of faulty subjects");
    command->add_option("--seed", options->seed, "seed of the random traces, 1 by default");
    command->add_option("--clause", options->clause, "only this clause counts");
    command->add_option("--json", options->reports.json,
                        "write the result to this file, - for standard output; poolproof report reads it");
    add_report_options(*command, options->reports);
    command->add_option("--ops", options->ops, "ops of random traces; a faulty subject gets a sample first");
    command->add_option("--threads", options->threads, "worker threads, one per processor by default")
        ->check(CLI::Range(0U, 256U));
    command->add_option("--corpus", options->corpus, "folder of corpora, the source tree's by default");
    command->add_option("--findings", options->findings,
                        "folder for traces that show a violation, made when there is one (default findings)");
    command->add_flag("--no-color", options->no_color, "never use colour");
    command->callback([options, &chosen] { chosen = [options] { return run_main_job(*options); }; });
}

} // namespace poolproof
