// Text on its way into a report.
//
// Covers: what no format can carry, and what HTML and Markdown would take for their own. Does not cover:
// escapes that the XML and JSON libraries make themselves.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace poolproof {

// Valid UTF-8 without control characters but tab and line end: each other one is shown as \x1B, a byte that
// is no UTF-8 as U+FFFD.
std::string printable(std::string_view text);

// printable(), with & < > " ' as entities.
std::string html_text(std::string_view text);

// Of a text, without their ends.
std::vector<std::string> lines_of(std::string_view text);

// "1 op", "2 ops".
std::string counted(std::uint64_t number, std::string_view thing);

} // namespace poolproof
