// What the command knows of the terminal it writes to.
//
// Covers: width, colour, the progress line. Does not cover: what is printed.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace poolproof {

enum class Colour : unsigned char { none, green, red, yellow, faint };

// The terminal behind standard output; thread-compatible.
class Terminal {
  public:
    // `colour` false: never any colour.
    explicit Terminal(bool colour);

    // Columns of a line. Where output is no terminal: a fixed number, so that the output does not depend on
    // who looks.
    std::size_t width() const { return width_; }
    // The text in a colour, or as it is.
    std::string paint(Colour colour, std::string_view text) const;

  private:
    std::size_t width_ = 120;
    bool colour_ = false;
};

// At most `columns` characters; what is cut away is replaced by "...".
std::string cut(std::string_view text, std::size_t columns);

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
