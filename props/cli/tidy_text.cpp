// Tidy rules that read text: layout, head comments, single lines, clause ids.
//
// The words that the rules look for are written in two halves, so that this file passes its own rules.
#include "cli/tidy_tree.hpp"
#include "contract/clause.hpp"
#include "contract/register.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace poolproof {

namespace {

// Beside dot-files.
constexpr std::array<std::string_view, 11> top_level = {
    "CMakeLists.txt",
    "CMakePresets.json",
    "LICENSE",
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "impl",
    "fuzz",
    "props",
    "corpus",
    "ci",
};

// Folders of one machine. A name has to follow.
constexpr std::array<std::string_view, 4> machine_folders = {
    "/wo"
    "rk/",
    "/fa"
    "rm/",
    "/ro"
    "ot/",
    "/ho"
    "me/",
};
constexpr std::string_view library_folder = ".lib"
                                            "rary";

// What marks work that is not finished, or a test that does not run.
constexpr std::array<std::string_view, 6> unfinished = {
    "TO"
    "DO",
    "FIX"
    "ME",
    "not imple"
    "mented",
    "GTEST_"
    "SKIP",
    "DIS"
    "ABLED_",
    "RC_SUC"
    "CEED",
};

// Ids of the contract facts that only later versions of the contract will hold, and that may be named
// already.
constexpr std::array<std::string_view, 8> later_ids = {"EFP-02", "GF-01",  "GF-04", "GF-05",
                                                       "IRQ-06", "TAG-13", "X-23",  "ZER-06"};

// The number of ids that tests and examples use for "no such clause".
constexpr std::string_view nobodys_number = "99";

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool is_digit(char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

bool names_machine_path(std::string_view line) {
    for (const std::string_view folder : machine_folders) {
        for (std::size_t at = line.find(folder); at != std::string_view::npos;
             at = line.find(folder, at + 1)) {
            // Behind a word, a variable or a dot it is a folder of some other path.
            const bool whole =
                at == 0 || (!is_word(line[at - 1]) &&
                            std::string_view(".})~").find(line[at - 1]) == std::string_view::npos);
            const std::size_t next = at + folder.size();
            if (whole && next < line.size() && (is_word(line[next]) || line[next] == '.')) {
                return true;
            }
        }
    }
    return line.find(library_folder) != std::string_view::npos;
}

// "GEO" of "GEO-01".
std::string_view family_of(std::string_view id) {
    return id.substr(0, id.find('-'));
}

bool is_known_family(std::string_view family) {
    const auto same = [family](const auto& entry) { return family_of(entry.id) == family; };
    return std::ranges::any_of(all_clauses(), same) || std::ranges::any_of(register_entries(), same);
}

bool is_known_id(std::string_view id) {
    return clause_index(id) >= 0 || id.ends_with(nobodys_number) || find_register_entry(id) != nullptr ||
           std::ranges::find(later_ids, id) != later_ids.end();
}

// The id that ends behind the two digits behind the dash at `dash`, or nothing.
std::string_view id_around(std::string_view line, std::size_t dash) {
    std::size_t first = dash;
    while (first > 0 && line[first - 1] >= 'A' && line[first - 1] <= 'Z') {
        --first;
    }
    const std::size_t end = dash + 3;
    const bool has_shape =
        first < dash && end <= line.size() && is_digit(line[dash + 1]) && is_digit(line[dash + 2]);
    if (!has_shape || (end < line.size() && is_word(line[end])) ||
        (first > 0 && (is_word(line[first - 1]) || line[first - 1] == '-'))) {
        return {};
    }
    return line.substr(first, end - first);
}

} // namespace

void check_layout(const TidyFile& file, TidyFindings& findings) {
    const std::string_view path = file.path;
    const std::string_view top = path.substr(0, path.find('/'));
    if (!top.starts_with('.') && std::ranges::find(top_level, top) == top_level.end()) {
        findings.push_back({file.path, 0, "layout", "no such entry is agreed at the top level"});
    }
    if (file.is_script() && !file.executable) {
        findings.push_back({file.path, 1, "executable", "begins with #! but cannot be executed; chmod +x"});
    } else if (!file.is_script() && file.executable) {
        findings.push_back(
            {file.path, 1, "executable", "can be executed but does not begin with #!; chmod -x"});
    }
}

void check_lines(const TidyFile& file, TidyFindings& findings) {
    for (unsigned number = 1; const std::string& line : file.lines) {
        if (!line.empty() && (line.back() == ' ' || line.back() == '\t' || line.back() == '\r')) {
            findings.push_back({file.path, number, "trailing-blank", "blank at the end of the line"});
        }
        if (names_machine_path(line)) {
            findings.push_back({file.path, number, "machine-path", "names a folder of one machine"});
        }
        for (const std::string_view marker : unfinished) {
            if ((file.is_code() || file.is_script()) && line.find(marker) != std::string::npos) {
                findings.push_back({file.path, number, "unfinished", "says " + std::string(marker)});
            }
        }
        ++number;
    }
}

void check_clause_ids(const TidyFile& file, TidyFindings& findings) {
    for (unsigned number = 1; const std::string& line : file.lines) {
        for (std::size_t dash = line.find('-'); dash != std::string::npos; dash = line.find('-', dash + 1)) {
            const std::string_view id = id_around(line, dash);
            if (!id.empty() && is_known_family(family_of(id)) && !is_known_id(id)) {
                findings.push_back(
                    {file.path, number, "unknown-clause", "the contract has no " + std::string(id)});
            }
        }
        ++number;
    }
}

void check_head(const TidyFile& file, TidyFindings& findings) {
    if (file.is_code() &&
        (file.lines.empty() || (!file.lines[0].starts_with("//") && !file.lines[0].starts_with("/*")))) {
        findings.push_back(
            {file.path, 1, "head-comment", "does not begin with a comment that says what it covers"});
    }
    if (file.is_script() && (file.lines.size() < 2 || !file.lines[1].starts_with("# "))) {
        findings.push_back(
            {file.path, 2, "head-comment", "has no comment that says what it does below its #! line"});
    }
    if (file.extension() == ".pool" && (file.lines.empty() || !file.lines[0].starts_with("# "))) {
        findings.push_back(
            {file.path, 1, "head-comment", "does not begin with a comment that says what it shows"});
    }
}

} // namespace poolproof
