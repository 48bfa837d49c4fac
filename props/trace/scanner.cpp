// See scanner.hpp. Does not cover: anything beyond one line.
#include "trace/scanner.hpp"

namespace poolproof {
namespace {

bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

// The value of a digit, 16 for what is none.
unsigned digit_of(char c) {
    if (c >= '0' && c <= '9') {
        return static_cast<unsigned>(c - '0');
    }
    if (c >= 'a' && c <= 'f') {
        return static_cast<unsigned>(c - 'a') + 10;
    }
    return c >= 'A' && c <= 'F' ? static_cast<unsigned>(c - 'A') + 10 : 16;
}

} // namespace

std::string_view next_word(std::string_view& line) {
    std::size_t begin = 0;
    while (begin < line.size() && is_blank(line[begin])) {
        ++begin;
    }
    if (begin == line.size() || line[begin] == '#') {
        line = {};
        return {};
    }
    std::size_t end = begin;
    for (bool inside = false; end < line.size() && (inside || !is_blank(line[end])); ++end) {
        inside = inside != (line[end] == '\'');
    }
    const std::string_view word = line.substr(begin, end - begin);
    line.remove_prefix(end);
    return word;
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
    const bool is_hex = text.starts_with("0x");
    const unsigned base = is_hex ? 16 : 10;
    text.remove_prefix(is_hex ? 2 : 0);
    if (text.empty()) {
        return std::nullopt;
    }
    std::uint64_t value = 0;
    for (const char c : text) {
        const unsigned digit = digit_of(c);
        if (digit >= base || value > (UINT64_MAX - digit) / base) {
            return std::nullopt;
        }
        value = value * base + digit;
    }
    return value;
}

std::optional<std::int64_t> parse_signed(std::string_view text) {
    const bool negative = text.starts_with('-');
    const auto value = parse_number(text.substr(negative ? 1 : 0));
    if (!value || *value > static_cast<std::uint64_t>(INT64_MAX)) {
        return std::nullopt;
    }
    const auto number = static_cast<std::int64_t>(*value);
    return negative ? -number : number;
}

std::optional<std::uint32_t> parse_tag(std::string_view text) {
    if (!text.starts_with('\'')) {
        const auto value = parse_number(text);
        return value && *value <= UINT32_MAX ? std::optional(static_cast<std::uint32_t>(*value))
                                             : std::nullopt;
    }
    if (text.size() < 3 || text.size() > 6 || text.back() != '\'') {
        return std::nullopt;
    }
    std::uint32_t tag = 0;
    for (const char c : text.substr(1, text.size() - 2)) {
        if (c < 0x20 || c > 0x7E || c == '\'' || c == '\\') {
            return std::nullopt;
        }
        tag = tag << 8 | static_cast<unsigned char>(c);
    }
    return tag;
}

std::string quoted(std::string_view word) {
    constexpr std::size_t longest = 40;
    std::string text = "\"";
    for (const char c : word.substr(0, longest)) {
        text += c < 0x20 || c > 0x7E ? '?' : c;
    }
    return text + (word.size() > longest ? "...\"" : "\"");
}

} // namespace poolproof
