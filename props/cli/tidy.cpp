// Implements cli/tidy.hpp: every rule over every file, in a stable order.
#include "cli/tidy.hpp"

#include "cli/tidy_tree.hpp"

#include <algorithm>
#include <tuple>

namespace poolproof {

std::vector<TidyFinding> tidy(const std::filesystem::path& root) {
    const std::vector<TidyFile> tree = read_tree(root);
    TidyFindings findings;
    for (const TidyFile& file : tree) {
        check_layout(file, findings);
        check_lines(file, findings);
        check_clause_ids(file, findings);
        check_head(file, findings);
        check_lengths(file, findings);
    }
    check_includes(tree, findings);
    check_dead_sources(tree, findings);
    std::ranges::sort(findings, [](const TidyFinding& a, const TidyFinding& b) {
        return std::tie(a.file, a.line, a.rule, a.message) < std::tie(b.file, b.line, b.rule, b.message);
    });
    return findings;
}

std::string to_text(const TidyFinding& finding) {
    return finding.file + ':' + std::to_string(finding.line) + ": [" + finding.rule + "] " + finding.message;
}

} // namespace poolproof
