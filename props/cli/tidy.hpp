// The tidy check: house rules over the whole tree, as an ordinary test.
//
// Covers: layout, dead files, over-long files and functions, forbidden includes, machine paths, unknown
// clause ids, missing head comments, unfinished work, trailing blanks, executable bits. Does not cover: what
// compilers, clang-format, clang-tidy and shellcheck say.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace poolproof {

struct TidyFinding {
    std::string file;  // relative to the root, '/' between folders
    unsigned line = 0; // from 1; 0 when the whole file is meant
    std::string rule;  // stable name, for example "long-function"
    std::string message;
};

// The findings in the tree under `root`, by file, line and rule; empty when it is tidy. The files are git's,
// new ones that nobody ignored included, when `root` is a checkout that git can read; elsewhere everything
// outside build/ and .git/. Throws std::filesystem::filesystem_error when `root` or a file in it cannot be
// read.
std::vector<TidyFinding> tidy(const std::filesystem::path& root);

// "file:line: [rule] message", without its end.
std::string to_text(const TidyFinding& finding);

} // namespace poolproof
