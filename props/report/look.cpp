// What a text in a terminal looks like (see look.hpp).
#include "report/look.hpp"

#include <fmt/format.h>

namespace poolproof {

std::string paint(const Look& look, Colour colour, std::string_view text) {
    static constexpr const char* codes[] = {"", "32", "31", "33", "2"};
    if (!look.colour || colour == Colour::none) {
        return std::string(text);
    }
    return fmt::format("\x1b[{}m{}\x1b[0m", codes[static_cast<unsigned>(colour)], text);
}

std::string cut(std::string_view text, std::size_t columns) {
    if (text.size() <= columns) {
        return std::string(text);
    }
    if (columns <= 3) {
        return std::string(text.substr(0, columns));
    }
    return std::string(text.substr(0, columns - 3)) + "...";
}

} // namespace poolproof
