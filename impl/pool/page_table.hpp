// Which pages of one ordinary arena are in use, and for what.
//
// Covers: finding runs of free pages (first fit), the record of each page. Page records lie outside the pages
// they describe, so that a caller's stray write cannot corrupt them. Does not cover: blocks inside a page
// (arena.hpp). Not locked.
#pragma once

#include "machine/layout.hpp"
#include "machine/mapping.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace poolproof {

enum class PageUse : std::uint8_t {
    free,
    blocks,   // shared by sub-page blocks
    run,      // first page of a whole-page allocation
    run_body, // a further page of it; its last page may hold sub-page blocks behind the caller's bytes
};

struct PageRecord {
    PageUse use = PageUse::free;
    std::uint8_t node = 0;
    std::uint8_t session = 0;
    std::uint8_t tail_blocks = 0; // run_body: the bytes behind the caller's are given out
    std::uint8_t was_run = 0;     // free: a whole-page allocation started here and was freed
    std::uint16_t flags = 0;      // run: BlockFlags
    std::uint32_t run_pages = 0;  // run: pages of the allocation
    std::uint32_t tag = 0;        // run
    std::uint32_t pool_type = 0;  // run, as passed
    std::uint64_t bytes = 0;      // run: bytes requested
    // Granules at which a block started that was freed since; cleared where new blocks are laid.
    std::array<std::uint64_t, 8> freed_starts{};
};

class PageTable {
  public:
    static constexpr std::uint32_t none = 0xFFFFFFFF;

    PageTable();

    PageRecord& operator[](std::uint32_t page) { return records_[page]; }
    const PageRecord& operator[](std::uint32_t page) const { return records_[page]; }

    // The first run of `pages` (at most arena_pages) free pages, or none.
    std::uint32_t find(std::uint32_t pages) const;
    // Marks pages used or free. The records are the caller's business.
    void mark_used(std::uint32_t page, std::uint32_t pages);
    void mark_free(std::uint32_t page, std::uint32_t pages);

    // Pages below this one may have been used since the last reset.
    std::uint32_t high_water() const { return high_water_; }
    // The same, since construction.
    std::uint32_t most_used() const { return std::max(most_used_, high_water_); }
    void reset();

  private:
    Mapping records_memory_;
    PageRecord* records_;
    std::array<std::uint64_t, arena_pages / 64> words_{};
    std::uint32_t first_free_hint_ = 0; // no page below it is free
    std::uint32_t high_water_ = 0;
    std::uint32_t most_used_ = 0;
};

} // namespace poolproof
