// Names for regressions, made of what a trace does.
//
// Covers: plain words for the last op and what it depends on, names that are not taken yet. Does not cover:
// writing the file (triage_promote.cpp). Pure but for the look into folders.
#pragma once

#include "trace/op.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace poolproof {

// "free_of_a_block_with_another_tag".
std::string words_of(const Trace& trace);

// Lower-case letters, digits and `joint` in the place of all else, at most `most` of them.
std::string slug_of(std::string_view text, char joint, std::size_t most = 60);

// `words`, with `suffix` behind it, then with a number, whatever no file of the folders is called yet, with
// any extension.
std::string free_name(const std::string& words, const std::string& suffix,
                      const std::vector<std::filesystem::path>& folders);

} // namespace poolproof
