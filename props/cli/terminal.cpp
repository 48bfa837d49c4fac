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
        look_.width = size.ws_col;
    }
    look_.colour = colour && std::getenv("NO_COLOR") == nullptr;
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
