// `poolproof diff`: the same traces on two subjects.
// Does not cover: the run (gen/differ.hpp) and what is printed (diff_report.hpp).
#include "cli/commands.hpp"
#include "cli/crash_file.hpp"
#include "cli/diff_report.hpp"
#include "cli/files.hpp"
#include "cli/subjects.hpp"
#include "cli/terminal.hpp"

#include <fmt/format.h>

#include <memory>

namespace poolproof {
namespace {

struct DiffOptions {
    std::vector<std::string> subjects;
    std::uint64_t seed = 1;
    std::uint64_t ops = 2'000'000;
    std::size_t sweep_stride = 1;
    std::string corpus = POOLPROOF_CORPUS_DIR;
    unsigned threads = 0;
    std::string json;
    std::string findings = "findings";
    bool no_color = false;
};

// Of the two, the one that a crash of this process would be of: a plugin has a process of its own.
std::string replay_arguments(const std::vector<std::string>& subjects) {
    for (const std::string& subject : subjects) {
        if (subject.starts_with("faulty:")) {
            return "--subject " + subject;
        }
    }
    return {};
}

CampaignOptions campaign_of(const DiffOptions& options, Progress& progress) {
    CampaignOptions campaign;
    campaign.seed = options.seed;
    campaign.threads = options.threads;
    campaign.random_ops = options.ops;
    campaign.sweep_stride = options.sweep_stride;
    campaign.corpus = read_corpus(options.corpus);
    campaign.before_trace = note_played_trace;
    campaign.progress = [&options, &progress](std::size_t done, std::size_t units) {
        progress.show(fmt::format("{} and {} {}/{}", options.subjects[0], options.subjects[1], done, units));
    };
    return campaign;
}

ExitCode run_diff(const DiffOptions& options) {
    if (options.subjects.size() != 2) {
        throw Failure(ExitCode::usage,
                      fmt::format("expected exactly two of --subject, got {}; see poolproof diff --help",
                                  options.subjects.size()));
    }
    for (const std::string& subject : options.subjects) {
        check_subject(subject);
    }
    Progress progress;
    const CampaignOptions campaign = campaign_of(options, progress);
    write_crash_files(options.findings, replay_arguments(options.subjects));
    DifferResult result =
        run_differ(player_maker(options.subjects[0]), player_maker(options.subjects[1]), campaign);
    progress.clear();
    const DiffReport report = diff_report({options.subjects[0], options.subjects[1]}, options.seed,
                                          std::move(result), options.findings);
    if (options.json != "-") {
        fmt::print("{}", to_terminal(report, Terminal(!options.no_color).look()));
    }
    if (!options.json.empty()) {
        write_output(options.json, to_json(report));
    }
    write_difference_traces(report);
    if (const std::string why = why_nothing(report); !why.empty()) {
        throw Failure(ExitCode::violations, why);
    }
    return report.decided() == 0 ? ExitCode::fine : ExitCode::violations;
}

} // namespace

void add_diff(CLI::App& app, Action& chosen) {
    CLI::App* command =
        app.add_subcommand("diff", R"(Play the same traces on two subjects and show what they do differently.

A difference that the contract decides names the clause, and which of the two breaks it; it makes the exit code 1.
Where the contract leaves things open, a difference is listed apart. Addresses are never compared.

Examples:
  poolproof diff --subject reference --subject plugin:./my_pool.so
  poolproof diff --subject reference --subject wine --ops 200000
  poolproof diff --subject plugin:./old_pool.so --subject plugin:./new_pool.so --json differences.json
  poolproof diff --subject reference --subject faulty:straddles-a-page --seed 7)");
    const auto options = std::make_shared<DiffOptions>();
    command->add_option("--subject", options->subjects, std::string(subject_help) + "; give it twice")
        ->allow_extra_args(false);
    command->add_option("--seed", options->seed, "seed of the random traces, 1 by default");
    command->add_option("--ops", options->ops, "ops of random traces, 2000000 by default");
    command->add_option("--sweep-stride", options->sweep_stride, sweep_stride_help)
        ->check(CLI::Range(1U, 1'000'000U));
    command->add_option("--corpus", options->corpus, "folder of corpora, the source tree's by default");
    command->add_option("--threads", options->threads, "worker threads, one per processor by default")
        ->check(CLI::Range(0U, 256U));
    command->add_option("--json", options->json, "write the differences to this file, - for standard output");
    command->add_option(
        "--findings", options->findings,
        "folder for traces that show a difference, made when there is one (default findings)");
    command->add_flag("--no-color", options->no_color, "never use colour");
    command->callback([options, &chosen] { chosen = [options] { return run_diff(*options); }; });
}

} // namespace poolproof
