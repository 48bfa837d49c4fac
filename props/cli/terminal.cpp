// What the command knows of the terminal (see terminal.hpp).
#include "cli/terminal.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include <sys/ioctl.h>
#include <unistd.h>

namespace poolproof {

Terminal::Terminal(bool colour) {
    if (isatty(STDOUT_FILENO) == 0) {
        return;
    }
    winsize size{};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        width_ = size.ws_col;
    }
    colour_ = colour && std::getenv("NO_COLOR") == nullptr;
}

std::string Terminal::paint(Colour colour, std::string_view text) const {
    static constexpr const char* codes[] = {"", "32", "31", "33", "2"};
    if (!colour_ || colour == Colour::none) {
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

Progress::Progress() : on_(isatty(STDERR_FILENO) != 0) {}

void Progress::show(std::string_view text) {
    if (on_) {
        fmt::print(stderr, "\r\x1b[K{}", text);
        shown_ = true;
    }
}

void Progress::clear() {
    if (shown_) {
        fmt::print(stderr, "\r\x1b[K");
        shown_ = false;
    }
}

} // namespace poolproof
