// The rest of pool/arena.hpp: what an ordinary block tells to who looks closer, Pool Tracking and a debugger.
#include "pool/arena.hpp"

#include "machine/sanitizer.hpp"

namespace poolproof {

namespace {

POOLPROOF_RAW_ACCESS void fill_raw(std::uint64_t from, std::uint64_t to, std::uint8_t pattern) {
    for (; from != to; ++from)
        *reinterpret_cast<volatile std::uint8_t*>(from) = pattern;
}

POOLPROOF_RAW_ACCESS std::uint64_t first_other_byte(std::uint64_t from, std::uint64_t to,
                                                    std::uint8_t pattern) {
    while (from != to && *reinterpret_cast<const volatile std::uint8_t*>(from) == pattern)
        ++from;
    return from;
}

} // namespace

// A block of less than a page that has a page of its own ends with it.
std::uint64_t Arena::end_of(std::uint64_t start) const {
    const std::uint64_t offset = start - reinterpret_cast<std::uint64_t>(base_);
    if (pages_[static_cast<std::uint32_t>(offset >> page_shift)].use == PageUse::run)
        return start + page_size;
    const std::uint32_t id = static_cast<std::uint32_t>(offset >> granule_shift_) - 1;
    return reinterpret_cast<std::uint64_t>(header_of(id + granules_[id].size));
}

void Arena::fill_slack(std::uint64_t start, std::uint64_t bytes, std::uint8_t pattern) {
    fill_raw(start + bytes, end_of(start), pattern);
}

std::optional<std::uint64_t> Arena::changed_slack(std::uint64_t start, std::uint64_t bytes,
                                                  std::uint8_t pattern) const {
    const std::uint64_t end = end_of(start);
    const std::uint64_t found = first_other_byte(start + bytes, end, pattern);
    return found == end ? std::nullopt : std::optional(found);
}

std::optional<ChangedWord> Arena::changed_header(std::uint64_t start, HeaderOf whose) const {
    const std::uint64_t offset = start - reinterpret_cast<std::uint64_t>(base_);
    if (pages_[static_cast<std::uint32_t>(offset >> page_shift)].use == PageUse::run)
        return std::nullopt;
    std::uint32_t id = static_cast<std::uint32_t>(offset >> granule_shift_) - 1;
    if (whose == HeaderOf::next) {
        const std::uint32_t page = page_of(id);
        id += granules_[id].size;
        if (page_of(id) != page)
            return std::nullopt;
    }
    for (unsigned word = 0; word < granule_ / 8; ++word) {
        const std::byte* const at = header_of(id) + std::size_t{8} * word;
        const ChangedWord found{reinterpret_cast<std::uint64_t>(at), raw_load(at), expected_header(id, word),
                                word};
        if (found.contents != found.expected)
            return found;
    }
    return std::nullopt;
}

} // namespace poolproof
