// Text for standard error from places where nothing may allocate, such as a signal handler.
//
// Covers: words and numbers in a fixed buffer, cut off when it is full. Async-signal-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unistd.h>

namespace poolproof {

class Line {
  public:
    Line& text(const char* words) {
        for (; *words != '\0'; ++words)
            put(*words);
        return *this;
    }
    Line& hex(std::uint64_t value, unsigned digits) {
        for (unsigned i = digits; i-- > 0;)
            put("0123456789abcdef"[value >> (4 * i) & 0xF]);
        return *this;
    }
    Line& decimal(std::uint64_t value) {
        char digits[20];
        unsigned count = 0;
        do
            digits[count++] = static_cast<char>('0' + value % 10);
        while ((value /= 10) != 0);
        while (count != 0)
            put(digits[--count]);
        return *this;
    }
    // The characters of a tag as tools show them: its bytes in memory order, dots for what cannot be printed.
    Line& tag(std::uint32_t value) {
        for (unsigned shift = 0; shift < 32; shift += 8) {
            const auto c = static_cast<char>(value >> shift & 0xFF);
            put(c >= 0x20 && c < 0x7F ? c : '.');
        }
        return *this;
    }
    // Writes what there is and starts again. What standard error does not take is lost.
    void print() {
        std::size_t done = 0;
        while (done < used_) {
            const ssize_t wrote = write(STDERR_FILENO, buffer_ + done, used_ - done);
            if (wrote <= 0)
                break;
            done += static_cast<std::size_t>(wrote);
        }
        used_ = 0;
    }

  private:
    void put(char c) {
        if (used_ < sizeof buffer_)
            buffer_[used_++] = c;
    }

    char buffer_[1024];
    std::size_t used_ = 0;
};

} // namespace poolproof
