// Runs of pages between guards: where special pool puts blocks of a page and more, when a test asks for it.
//
// An extension: the documents leave such requests to ordinary pool (SP-08). A run starts at a page boundary,
// as GEO-01 has it, so that of an overrun the part inside the last page is found at the free and the rest at
// once. Runs are laid behind one another, and around again, so that freed pages are reused late. Covers:
// opening and closing runs, records by address. Does not cover: what a block is (special_memory.hpp). Not
// locked; find() is async-signal-safe.
#pragma once

#include "machine/guards.hpp"
#include "machine/mapping.hpp"
#include "pool/special_block.hpp"

#include <cstdint>

namespace poolproof {

class GuardedRuns {
  public:
    static constexpr std::size_t bytes = special_run_pages * page_size;

    GuardedRuns(std::byte* base, bool executable);

    // Nothing is usable while `enabled` is false. Throws std::system_error.
    void reset(GuardBackend backend, bool enabled);

    // Opens so many pages between two closed ones. nullptr when there is no room, or the host is out of
    // mappings.
    SpecialBlock* take(std::uint64_t pages);
    void give_back(SpecialBlock& block);

    bool owns(std::uint64_t address) const {
        return address - reinterpret_cast<std::uint64_t>(base_) < bytes;
    }
    SpecialBlock* find(std::uint64_t address) const;

    std::uint32_t live() const { return live_; }
    template <class Visit> void for_each(Visit&& visit) const {
        for (std::uint32_t page = 1; page < high_water_; ++page)
            if (first_of_[page] == page && blocks_[page].is_live())
                visit(blocks_[page]);
    }

  private:
    // The first page from `page` on that no live run in [page, page + pages] holds; the same page when free.
    std::uint32_t past_live(std::uint32_t page, std::uint32_t pages) const;
    std::uint32_t find_room(std::uint32_t pages) const; // 0: none

    std::byte* base_;
    GuardedRange range_;
    Mapping records_; // by first page
    SpecialBlock* blocks_;
    Mapping firsts_; // for each page the first page of the run that held it last; 0 for none
    std::uint32_t* first_of_;
    std::uint32_t usable_ = 0; // pages; 0 while not enabled
    std::uint32_t cursor_ = 1; // the next run is looked for from here on
    std::uint32_t high_water_ = 1;
    std::uint32_t live_ = 0;
};

} // namespace poolproof
