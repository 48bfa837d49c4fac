// The tree as the tidy rules see it, private to the tidy check.
//
// Covers: listing and reading files, telling code from comments and literals. Does not cover: the rules.
#pragma once

#include "cli/tidy.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace poolproof {

struct TidyFile {
    std::string path;               // relative, '/' between folders
    std::vector<std::string> lines; // without their ends; none for a binary file
    std::vector<std::string> code;  // of C and C++: the same lines, comments and literals blanked
    bool executable = false;

    std::string_view extension() const; // ".cpp"; empty when there is none
    std::string_view name() const;      // behind the last '/'
    bool is_code() const;               // C or C++, by its extension
    bool is_header() const;
    bool is_script() const; // begins with #!
    bool is_test() const;   // a *_test.cpp, or a header *_test_* for them
    bool in(std::string_view folder) const { return path.starts_with(folder); }
};

// Throws std::filesystem::filesystem_error when something cannot be read.
std::vector<TidyFile> read_tree(const std::filesystem::path& root);

// `text` with every comment and the inside of every literal replaced by spaces; line ends stay.
std::string blank_comments_and_literals(std::string_view text);

using TidyFindings = std::vector<TidyFinding>;

// The rules, one function each. Each appends to `findings`, in any order.
void check_layout(const TidyFile& file, TidyFindings& findings);
void check_lines(const TidyFile& file, TidyFindings& findings);
void check_clause_ids(const TidyFile& file, TidyFindings& findings);
void check_head(const TidyFile& file, TidyFindings& findings);
void check_lengths(const TidyFile& file, TidyFindings& findings);
void check_includes(const std::vector<TidyFile>& tree, TidyFindings& findings); // layering, and dead headers
void check_dead_sources(const std::vector<TidyFile>& tree, TidyFindings& findings);

} // namespace poolproof
