// Pool tags as tools show and read them.
//
// Covers: the forms in which one tag appears (TAG-05, register X-08) and the wildcards of tools (TAG-11).
// Does not cover: which tags are valid (TAG-02). Pure functions: safe in any thread, nothing is raised but
// where it is said.
//
// The literal 'Fred' has the value 0x46726564. Its bytes in memory are 64 65 72 46, so tools show derF, and
// its hexadecimal display is 0x64657246.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace poolproof {

// Four characters: the bytes of the tag in memory order, as debuggers and PoolMon show them. The high bytes
// that a short literal leaves zero become spaces, other bytes that cannot be printed become dots.
std::array<char, 4> tag_text(std::uint32_t tag);

// The same bytes read left to right as one hexadecimal number.
std::uint32_t tag_hex(std::uint32_t tag);

// What GFlags stores for a typed tag of at most four characters: the first one in the low byte, so that
// tag_text(tag_from_text(t)) is t. As a number it equals the literal spelt backwards. More than four
// characters: those behind the fourth are ignored.
std::uint32_t tag_from_text(std::string_view text);

// Whether the tag's text fits a pattern: ? stands for one character, * for any run of them, also an empty
// one; case counts. A pattern without * fits only when it is exactly four characters long.
bool tag_matches(std::string_view pattern, std::uint32_t tag);
// Whether any of the patterns, separated by spaces, fits; true when there is none.
bool tag_matches_any(std::string_view patterns, std::uint32_t tag);

} // namespace poolproof
