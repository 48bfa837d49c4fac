// Which requests a GFlags value for special pool selects: GF-01 to GF-04, X-08, X-40.
//
// Written from the documents. Covers: a tag with wildcards, a size class, and what is left open. Does not
// cover: Driver Verifier's requests, nor what special pool then does (placement.cpp).
#pragma once

#include <cstdint>

namespace poolproof::oracle {

struct GflagsSelection {
    bool by_tag = false;  // the value is the tag, or a pattern that it fits (GF-02)
    bool by_size = false; // the value names the size class of the request (GF-03)
    bool open = false;    // the documents do not say whether it is selected

    bool selects() const { return by_tag || by_size; }
};

// `size` is 1 to PAGE_SIZE - 1; `granule` is that of the profile (GEO-09).
GflagsSelection gflags_selection(std::uint32_t value, std::uint32_t tag, std::uint64_t size,
                                 std::uint32_t granule);
// A multiple of the granule that is the upper bound of a size class plus one granule (GF-03).
bool is_size_value(std::uint32_t value, std::uint32_t granule);

} // namespace poolproof::oracle
