// `poolproof dashboard`: the results of many nights as one page.
//
// Covers: which files of a folder are nights, in which order, and where the page goes. Does not cover: what
// the page says (report/nights.hpp), and how a night is run.
#include "cli/dashboard.hpp"

#include "cli/commands.hpp"
#include "cli/files.hpp"
#include "cli/terminal.hpp"
#include "report/night_json.hpp"
#include "report/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace poolproof {
namespace {

namespace fs = std::filesystem;

struct DashboardOptions {
    std::string folder;
    std::string page;
    std::string json;
    bool no_color = false;
};

// Every *.json right in the folder, by name.
std::vector<fs::path> files_of(const std::string& folder) {
    std::error_code error;
    std::vector<fs::path> files;
    for (fs::directory_iterator entry(folder, error); !error && entry != fs::directory_iterator();
         entry.increment(error)) {
        if (entry->path().extension() == ".json") {
            files.push_back(entry->path());
        }
    }
    if (error) {
        throw Failure(ExitCode::missing_input, fmt::format("{} cannot be read: {}", folder, error.message()));
    }
    if (files.empty()) {
        throw Failure(ExitCode::missing_input,
                      fmt::format("no *.json in {}; expected results of the nightly job", folder));
    }
    std::sort(files.begin(), files.end());
    return files;
}

Night read_night(const fs::path& file) {
    const std::vector<std::uint8_t> bytes = read_bytes(file);
    try {
        return night_from_json(file.string(), {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    } catch (const ResultError& error) {
        throw Failure(error.other_format() ? ExitCode::result_format : ExitCode::bad_result, error.what());
    }
}

void print_nights(const Nights& nights, const Look& look) {
    fmt::print("{:<20}  {:<8}  {:>8}  {:>16}\n", "night", "outcome", "findings", "executions");
    for (const Night& night : nights) {
        std::uint64_t executions = 0;
        for (const NightTarget& target : night.targets) {
            executions += target.executions;
        }
        fmt::print("{:<20}  {:<8}  {:>8}  {:>16}\n", night.started, name_of(outcome_of(night)),
                   night.findings.size(), executions);
    }
    fmt::print("\n{}", to_text(nights.back(), look));
}

ExitCode run_dashboard(const DashboardOptions& options) {
    if (options.page == options.json && !options.page.empty()) {
        throw Failure(ExitCode::usage, fmt::format("the page and the JSON cannot both go to {}",
                                                   options.page == "-" ? "standard output" : options.page));
    }
    const Nights nights = read_nights(options.folder);
    if (!options.page.empty()) {
        write_output(options.page, nights_html(nights));
    }
    if (!options.json.empty()) {
        write_output(options.json, nights_json(nights));
    }
    if (options.page.empty() && options.json.empty()) {
        print_nights(nights, Terminal(!options.no_color).look());
    }
    return ExitCode::fine;
}

} // namespace

// A file that is no night is told of and left out; when no file is one, it is the last one that fails.
Nights read_nights(const std::string& folder) {
    Nights nights;
    const std::vector<fs::path> files = files_of(folder);
    ExitCode code = ExitCode::fine;
    for (const fs::path& file : files) {
        try {
            Night night = read_night(file);
            const auto later =
                std::upper_bound(nights.begin(), nights.end(), night,
                                 [](const Night& a, const Night& b) { return a.started < b.started; });
            nights.insert(later, std::move(night));
        } catch (const Failure& failure) {
            code = failure.code();
            fmt::print(stderr, "poolproof: warning: {}; left out\n", cut(printable(failure.what()), 400));
        }
    }
    if (nights.empty()) {
        throw Failure(code, fmt::format("{} holds no result of a night: {} left out", folder,
                                        counted(files.size(), "file")));
    }
    return nights;
}

void add_dashboard(CLI::App& app, Action& chosen) {
    CLI::App* command = app.add_subcommand("dashboard", R"(Make one page of the results of many nights.

FOLDER holds a *.json of the nightly job for each night. A file that is none, is cut off or of another
version of the form is left out with a warning. Without -o and --json it prints a row for each night, and
the last night. The exit code tells whether the page was written, not how the nights went.

Examples:
  poolproof dashboard nights -o dashboard.html
  poolproof dashboard nights
  poolproof dashboard nights --json - | jq '.nights[-1].outcome')");
    const auto options = std::make_shared<DashboardOptions>();
    command->add_option("FOLDER", options->folder, "where the results of the nights are")->required();
    command->add_option("-o,--output", options->page, "write the page to this file, - for standard output");
    command->add_option("--json", options->json,
                        "write what the page shows as JSON to this file, - for standard output");
    command->add_flag("--no-color", options->no_color, "never use colour");
    command->callback([options, &chosen] { chosen = [options] { return run_dashboard(*options); }; });
}

} // namespace poolproof
