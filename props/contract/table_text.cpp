// Texts made of names and numbers (see table_text.hpp).
#include "contract/table_text.hpp"

namespace poolproof::contract {

std::string hex(std::uint64_t value, unsigned least_digits) {
    std::string digits;
    for (; value != 0 || digits.size() < least_digits; value >>= 4) {
        digits.insert(digits.begin(), "0123456789ABCDEF"[value & 15U]);
    }
    return "0x" + digits;
}

void append(std::string& text, std::string_view part, std::string_view separator) {
    if (!text.empty()) {
        text += separator;
    }
    text += part;
}

std::optional<std::uint64_t> parse_number(std::string_view text, std::uint64_t most) {
    const bool is_hex = text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    const std::uint64_t base = is_hex ? 16 : 10;
    if (is_hex) {
        text.remove_prefix(2);
    }
    if (text.empty()) {
        return std::nullopt;
    }
    std::uint64_t number = 0;
    for (const char c : text) {
        std::uint64_t digit = 16;
        if (c >= '0' && c <= '9') {
            digit = static_cast<std::uint64_t>(c - '0');
        } else if (c >= 'a' && c <= 'f') {
            digit = static_cast<std::uint64_t>(c - 'a') + 10;
        } else if (c >= 'A' && c <= 'F') {
            digit = static_cast<std::uint64_t>(c - 'A') + 10;
        }
        if (digit >= base || number > (most - digit) / base) {
            return std::nullopt;
        }
        number = number * base + digit;
    }
    return number;
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(' ');
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

} // namespace poolproof::contract
