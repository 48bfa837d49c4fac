// Words and numbers of a line of the text form. Does not cover: what they mean (text_parse.cpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace poolproof {

// The next word of a line, and the line without it. Words end at a blank outside of quotes; one that begins
// with # ends the line. Empty at the end of the line.
std::string_view next_word(std::string_view& line);

// Decimal, or hexadecimal after 0x. Nothing when it is no number or does not fit.
std::optional<std::uint64_t> parse_number(std::string_view text);
// The same after an optional minus sign.
std::optional<std::int64_t> parse_signed(std::string_view text);
// 'F', 'Fred', ..., or a number of 32 bits.
std::optional<std::uint32_t> parse_tag(std::string_view text);

// A word as a message may show it: unprintable bytes as ?, long ones cut, in quotes.
std::string quoted(std::string_view word);

} // namespace poolproof
