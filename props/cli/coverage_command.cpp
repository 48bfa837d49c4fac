// `poolproof coverage`: what the runs of ci/coverage executed, folder by folder.
// Does not cover: the figures and what is asked of them (coverage.hpp).
#include "cli/commands.hpp"
#include "cli/coverage.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace poolproof {
namespace {

using Json = nlohmann::ordered_json;

struct CoverageOptions {
    std::string file;
    std::string root = ".";
    std::string excuses = "ci/coverage_exceptions.txt";
    std::string gaps;
    bool json = false;
};

double percent_of(const Share& share) {
    return share.all == 0 ? 100 : 100 * static_cast<double>(share.covered) / static_cast<double>(share.all);
}

std::string cell(const Share& share) {
    return fmt::format("{:>6}/{:<6} {:>5.1f} %", share.covered, share.all, percent_of(share));
}

std::string row(std::string_view folder, const Shares& shares) {
    return fmt::format("{:<24}{}  {}  {}\n", folder, cell(shares.lines), cell(shares.branches),
                       cell(shares.functions));
}

void print_table(const std::vector<CoveredFile>& files) {
    fmt::print("{:<24}{:<21}  {:<21}  {}\n", "folder", "  lines", "  branches", "  functions");
    for (const CoveredFolder& folder : by_folder(files)) {
        fmt::print("{}", row(folder.folder, folder.shares));
    }
    for (const RequiredFolder& required : required_folders()) {
        fmt::print("{}", row(fmt::format("all of {}", required.folder), sum_below(files, required.folder)));
    }
}

void print_gaps(const std::vector<CoveredFile>& files, const std::string& prefix) {
    for (const CoveredFile& file : files) {
        if (!file.path.starts_with(prefix)) {
            continue;
        }
        for (const Gap& gap : file.lines) {
            fmt::print("{}:{}: not executed: {}\n", file.path, gap.line, gap.text);
        }
        for (const Gap& gap : file.branches) {
            fmt::print("{}:{}: {}: {}\n", file.path, gap.line, gap.what, gap.text);
        }
    }
}

Json json_of(const Share& share) {
    return {{"covered", share.covered}, {"all", share.all}, {"percent", percent_of(share)}};
}

Json json_of(std::string_view folder, const Shares& shares) {
    return {{"folder", folder},
            {"lines", json_of(shares.lines)},
            {"branches", json_of(shares.branches)},
            {"functions", json_of(shares.functions)}};
}

Json json_of(const std::vector<CoveredFile>& files, const std::vector<Excuse>& excuses,
             const std::vector<std::string>& missing) {
    Json folders = Json::array();
    for (const CoveredFolder& folder : by_folder(files)) {
        folders.push_back(json_of(folder.folder, folder.shares));
    }
    Json required = Json::array();
    for (const RequiredFolder& folder : required_folders()) {
        required.push_back(json_of(folder.folder, sum_below(files, folder.folder)));
        required.back()["expected"] = {{"lines", folder.lines}, {"branches", folder.branches}};
    }
    Json excused = Json::array();
    for (const Excuse& excuse : excuses) {
        excused.push_back({{"file", excuse.path}, {"text", excuse.text}, {"reason", excuse.reason}});
    }
    return {{"folders", folders}, {"required", required}, {"exceptions", excused}, {"missing", missing}};
}

ExitCode run_coverage(const CoverageOptions& options) {
    const std::vector<CoveredFile> files = read_coverage(options.file, options.root);
    if (!options.gaps.empty()) {
        print_gaps(files, options.gaps);
        return ExitCode::fine;
    }
    const std::vector<Excuse> excuses = read_excuses(options.excuses);
    const std::vector<std::string> missing = shortcomings(files, excuses, options.excuses, options.root);
    if (options.json) {
        fmt::print("{}\n", json_of(files, excuses, missing).dump(2));
    } else {
        print_table(files);
        fmt::print("{} lines are not covered for a reason ({})\n", excuses.size(), options.excuses);
    }
    for (const std::string& line : missing) {
        fmt::print(stderr, "poolproof: {}\n", line);
    }
    return missing.empty() ? ExitCode::fine : ExitCode::violations;
}

} // namespace

void add_coverage(CLI::App& app, Action& chosen) {
    CLI::App* command = app.add_subcommand("coverage", R"(Hold line and branch coverage against what is asked.

ci/coverage runs what is to be measured and calls this. impl/ and props/oracle/ have thresholds, and each line
there that nothing executed needs a reason in the list of exceptions.

Examples:
  poolproof coverage build/coverage/export.json
  poolproof coverage build/coverage/export.json --json
  poolproof coverage build/coverage/export.json --gaps impl/pool)");
    const auto options = std::make_shared<CoverageOptions>();
    command->add_option("FILE", options->file, "what llvm-cov export wrote")->required();
    command->add_option("--root", options->root, "root of the source tree, the current folder by default");
    command->add_option("--exceptions", options->excuses,
                        "lines that may stay uncovered, ci/coverage_exceptions.txt by default");
    const auto gaps = command->add_option(
        "--gaps", options->gaps, "only list the lines and conditions not covered in files below this path");
    command->add_flag("--json", options->json, "print JSON")->excludes(gaps);
    command->callback([options, &chosen] { chosen = [options] { return run_coverage(*options); }; });
}

} // namespace poolproof
