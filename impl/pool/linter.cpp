// Implements pool/linter.hpp and poolproof/linter.h.
#include "pool/linter.hpp"

#include "machine/stacks.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>

namespace poolproof {

namespace {

// The word of the fill that lies at a multiple of 8: the finisher of splitmix64, so that neighbours have
// nothing in common and no word is an address or a small number but by chance.
std::uint64_t fill_word(std::uint64_t address) {
    std::uint64_t word = address + 0x9E3779B97F4A7C15;
    word = (word ^ word >> 30) * 0xBF58476D1CE4E5B9;
    word = (word ^ word >> 27) * 0x94D049BB133111EB;
    return word ^ word >> 31;
}

constexpr std::array<const char*, warning_kind_count> complaints = {
    "a POOL_TYPE where POOL_FLAGS are meant",
    "size and tag look swapped",
    "the tag is zero",
    "the tag has neither letter nor digit",
    "a must-succeed pool type",
    "an executable pool type where no-execute memory would do",
    "bytes that were never written become visible to user mode",
};

} // namespace

void Linter::set(bool on) {
    if (on)
        warnings_.reserve(max_warnings);
    on_ = on;
}

void Linter::reset() {
    on_ = false;
    warnings_.clear();
}

void Linter::add(const CallerWarning& warning) {
    const bool known = std::any_of(warnings_.begin(), warnings_.end(), [&](const CallerWarning& other) {
        return other.kind == warning.kind && other.caller == warning.caller;
    });
    if (!known && warnings_.size() < max_warnings)
        warnings_.push_back(warning);
}

// Blocks start at multiples of 8 in either profile.
void fill_unwritten(void* block, std::size_t bytes) {
    auto* at = static_cast<std::uint8_t*>(block);
    auto address = reinterpret_cast<std::uint64_t>(block);
    while (bytes != 0) {
        const std::uint64_t word = fill_word(address);
        const std::size_t part = std::min(bytes, sizeof word);
        std::memcpy(at, &word, part);
        at += part;
        address += part;
        bytes -= part;
    }
}

std::optional<std::uint64_t> UnwrittenRun::look(std::uint64_t address, const std::uint8_t* bytes,
                                                std::size_t count) {
    for (std::size_t i = 0; i < count; ++i, ++address) {
        const auto expected = static_cast<std::uint8_t>(fill_word(address & ~7ULL) >> 8 * (address & 7));
        length_ = bytes[i] == expected ? length_ + 1 : 0;
        if (length_ == least_unwritten_run)
            return address - (least_unwritten_run - 1);
    }
    return std::nullopt;
}

std::string to_text(const CallerWarning& warning) {
    char argument[40];
    std::snprintf(argument, sizeof argument, " (0x%llx)", static_cast<unsigned long long>(warning.argument));
    return std::string(warning.routine) + ", called by " + name_of_call(warning.caller) + ": " +
           complaints[static_cast<std::size_t>(warning.kind)] + argument + " [" + warning.clause + "]";
}

} // namespace poolproof
