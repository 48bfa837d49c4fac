// Implements poolproof/tag_text.h.
#include "poolproof/tag_text.h"

#include <algorithm>

namespace poolproof {

namespace {

bool text_fits(std::string_view pattern, std::string_view text) {
    if (pattern.empty())
        return text.empty();
    const std::string_view rest = pattern.substr(1);
    if (pattern.front() == '*') {
        for (std::size_t skipped = 0; skipped <= text.size(); ++skipped)
            if (text_fits(rest, text.substr(skipped)))
                return true;
        return false;
    }
    return !text.empty() && (pattern.front() == '?' || pattern.front() == text.front()) &&
           text_fits(rest, text.substr(1));
}

} // namespace

std::array<char, 4> tag_text(std::uint32_t tag) {
    std::array<char, 4> text{' ', ' ', ' ', ' '};
    for (char& c : text) {
        if (tag == 0)
            break;
        const std::uint32_t byte = tag & 0xFF;
        c = byte >= 0x20 && byte < 0x7F ? static_cast<char>(byte) : '.';
        tag >>= 8;
    }
    return text;
}

std::uint32_t tag_hex(std::uint32_t tag) {
    return __builtin_bswap32(tag);
}

std::uint32_t tag_from_text(std::string_view text) {
    std::uint32_t tag = 0;
    unsigned shift = 0;
    for (const char c : text.substr(0, 4)) {
        tag |= static_cast<std::uint32_t>(static_cast<unsigned char>(c)) << shift;
        shift += 8;
    }
    return tag;
}

// Stars in a row match what one does; without that, a long row of them would take exponential time.
bool tag_matches(std::string_view pattern, std::uint32_t tag) {
    const std::array<char, 4> text = tag_text(tag);
    if (pattern.find('*') == std::string_view::npos && pattern.size() != text.size())
        return false;
    std::array<char, 2 * 4 + 2> folded{};
    std::size_t length = 0;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (i != 0 && pattern[i] == '*' && pattern[i - 1] == '*')
            continue;
        if (length == folded.size()) // five characters at least that stand for one each
            return false;
        folded[length++] = pattern[i];
    }
    return text_fits({folded.data(), length}, {text.data(), text.size()});
}

bool tag_matches_any(std::string_view patterns, std::uint32_t tag) {
    bool none = true;
    while (!patterns.empty()) {
        const std::size_t end = std::min(patterns.find(' '), patterns.size());
        const std::string_view pattern = patterns.substr(0, end);
        if (!pattern.empty() && tag_matches(pattern, tag))
            return true;
        none = none && pattern.empty();
        patterns.remove_prefix(std::min(end + 1, patterns.size()));
    }
    return none;
}

} // namespace poolproof
