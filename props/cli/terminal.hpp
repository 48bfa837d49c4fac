// What the command knows of the terminal it writes to.
//
// Covers: width, colour, the progress line. Does not cover: what is printed.
#pragma once

#include "report/look.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace poolproof {

// The terminal behind standard output; thread-compatible.
class Terminal {
  public:
    // `colour` false: never any colour.
    explicit Terminal(bool colour);

    const Look& look() const { return look_; }
    // Columns of a line. Where output is no terminal: a fixed number, so that the output does not depend on
    // who looks.
    std::size_t width() const { return look_.width; }
    // The text in a colour, or as it is.
    std::string paint(Colour colour, std::string_view text) const {
        return poolproof::paint(look_, colour, text);
    }

  private:
    Look look_;
};

// A line on stderr that overwrites itself; nothing where stderr is no terminal. Called from one thread at a
// time.
class Progress {
  public:
    Progress();
    void show(std::string_view text);
    // Removes the line.
    void clear();

  private:
    bool on_;
    bool shown_ = false;
};

} // namespace poolproof
