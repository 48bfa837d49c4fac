// Implements pool/special_block.hpp.
#include "pool/special_block.hpp"

#include "machine/sanitizer.hpp"

#include <ddi/bugcodes.h>

#include <bit>
#include <cstring>

namespace poolproof {

namespace {

// Words where it can, so that an unchanged page costs what reading it costs.
bool all_bytes_are(const std::uint8_t* from, const std::uint8_t* to, std::uint8_t pattern) {
    const std::uint64_t word = pattern * 0x0101010101010101U;
    std::uint64_t differences = 0;
    for (; to - from >= 8; from += 8) {
        std::uint64_t value;
        std::memcpy(&value, from, 8);
        differences |= value ^ word;
    }
    for (; from != to; ++from)
        differences |= static_cast<std::uint64_t>(*from ^ pattern);
    return differences == 0;
}

} // namespace

void fill_pages(const SpecialBlock& block, std::uint8_t pattern) {
    // The first touch of an open page faults, which costs more in the midst of a string instruction.
    *reinterpret_cast<volatile std::uint8_t*>(block.first_page) = pattern;
    std::memset(block.first_page, pattern, block.pages * page_size);
}

void fill_block(const SpecialBlock& block, std::uint8_t pattern) {
    std::memset(block.first_page + block.offset, pattern, block.bytes);
}

std::optional<BugCheck> find_changed_byte(const SpecialBlock& block, std::uint8_t pattern) {
    const auto* first = reinterpret_cast<const std::uint8_t*>(block.first_page);
    const std::uint8_t* const start = first + block.offset;
    const std::uint8_t* const end = start + block.bytes;
    const std::uint8_t* const last = first + block.pages * page_size;
    if (all_bytes_are(first, start, pattern) && all_bytes_are(end, last, pattern))
        return std::nullopt;
    const std::uint8_t* found = nullptr;
    unsigned changed_bits = 0;
    for (const std::uint8_t* at = first; at != last; ++at) {
        if (at == start)
            at = end;
        if (at == last)
            break;
        if (*at == pattern)
            continue;
        found = found != nullptr ? found : at;
        changed_bits += static_cast<unsigned>(std::popcount(static_cast<unsigned>(*at ^ pattern)));
    }
    const std::uint64_t sub_code = changed_bits == 1 ? 0x32 : found >= end ? 0x24 : 0x23;
    return BugCheck{SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION,
                    {block.start(), reinterpret_cast<std::uint64_t>(found), 0, sub_code}};
}

} // namespace poolproof
