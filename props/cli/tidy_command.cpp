// `poolproof tidy`: the house rules over the whole tree.
// Does not cover: the rules (tidy.hpp).
#include "cli/commands.hpp"
#include "cli/tidy.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>

namespace poolproof {
namespace {

ExitCode run_tidy(const std::string& root) {
    std::vector<TidyFinding> findings;
    try {
        findings = tidy(root);
    } catch (const std::filesystem::filesystem_error& error) {
        throw Failure(ExitCode::missing_input, error.what());
    }
    for (const TidyFinding& finding : findings) {
        fmt::print("{}\n", to_text(finding));
    }
    return findings.empty() ? ExitCode::fine : ExitCode::violations;
}

} // namespace

void add_tidy(CLI::App& app, Action& chosen) {
    CLI::App* command = app.add_subcommand("tidy", R"(Check the house rules of a source tree.

Examples:
  poolproof tidy
  poolproof tidy ../poolproof)");
    const auto root = std::make_shared<std::string>(".");
    command->add_option("DIR", *root, "root of the tree, the current folder by default");
    command->callback([root, &chosen] { chosen = [root] { return run_tidy(*root); }; });
}

} // namespace poolproof
