// `poolproof report`: results that verify wrote, in every other form.
// Does not cover: the forms (report/writers.hpp).
#include "cli/commands.hpp"
#include "cli/reports.hpp"
#include "cli/terminal.hpp"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

namespace poolproof {
namespace {

struct ReportOptions {
    std::vector<std::string> inputs;
    ReportFiles files;
    bool no_color = false;
};

ExitCode run_report(const ReportOptions& options) {
    check_report_files(options.files);
    Results results;
    for (const std::string& input : options.inputs) {
        results.push_back(read_result(input));
    }
    write_reports(options.files, results);
    if (!options.files.any()) {
        const Terminal terminal(!options.no_color);
        for (std::size_t i = 0; i < results.size(); ++i) {
            fmt::print("{}{}", i == 0 ? "" : "\n", to_terminal(results[i], terminal.look()));
        }
    }
    return ExitCode::fine;
}

} // namespace

void add_report(CLI::App& app, Action& chosen) {
    CLI::App* command = app.add_subcommand("report", R"(Turn results of verify --json into reports.

Without a format it prints the table that verify prints. Several results are columns of the page and
of the Markdown table, suites of the JUnit file, runs of the SARIF file. The exit code tells whether
the reports were written, not what the verdicts are.

Examples:
  poolproof verify --json result.json; poolproof report result.json
  poolproof report result.json --junit junit.xml --sarif result.sarif
  poolproof report reference.json mine.json --html report.html
  poolproof report result.json --markdown - >> "$GITHUB_STEP_SUMMARY")");
    const auto options = std::make_shared<ReportOptions>();
    command->add_option("RESULT", options->inputs, "results, as poolproof verify --json writes them")
        ->required();
    add_report_options(*command, options->files);
    command->add_flag("--no-color", options->no_color, "never use colour");
    command->callback([options, &chosen] { chosen = [options] { return run_report(*options); }; });
}

} // namespace poolproof
