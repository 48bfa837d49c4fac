// Implements pool/gflags.hpp.
#include "pool/gflags.hpp"

#include "machine/layout.hpp"

namespace poolproof {

namespace {

bool tag_fits(std::uint32_t pattern, std::uint32_t tag) {
    // A size of two digits and more is no pattern, even where a byte of it happens to be a wildcard.
    const bool has_wildcards = pattern <= 0xFF || pattern >= page_size;
    for (unsigned shift = 0; shift < 32; shift += 8) {
        const std::uint32_t wanted = pattern >> shift & 0xFF;
        if (has_wildcards && wanted == '*')
            return true;
        if (wanted != (tag >> shift & 0xFF) && !(has_wildcards && wanted == '?'))
            return false;
    }
    return true;
}

// The value is the upper bound of the size class plus one granule.
bool size_fits(std::uint32_t value, std::uint64_t bytes, std::uint32_t granule) {
    if (value >= page_size || value % granule != 0 || value < 2 * granule)
        return false;
    return bytes > value - 2 * granule && bytes <= value - granule;
}

} // namespace

bool gflags_select(std::uint32_t value, std::uint32_t tag, std::uint64_t bytes, std::uint32_t granule) {
    return tag_fits(value, tag) || size_fits(value, bytes, granule);
}

} // namespace poolproof
