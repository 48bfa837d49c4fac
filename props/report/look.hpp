// What a text in a terminal looks like.
//
// Covers: colour, and cutting a line. Does not cover: what terminal there is (cli/terminal.hpp).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace poolproof {

enum class Colour : unsigned char { none, green, red, yellow, faint };

struct Look {
    std::size_t width = 120; // columns of a line
    bool colour = false;
};

// The text in a colour, or as it is.
std::string paint(const Look& look, Colour colour, std::string_view text);

// At most `columns` characters; what is cut away is replaced by "...".
std::string cut(std::string_view text, std::size_t columns);

} // namespace poolproof
