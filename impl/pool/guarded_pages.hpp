// Single pages between guards: where special pool puts its blocks.
//
// Guard, data, guard, data, ..., guard: neighbours share a guard page. A slot is a data page; a
// freed one is reused when enough others were freed after it, or none is left that was never used. Covers:
// opening and closing slots, records by address. Does not cover: what a block is (special_memory.hpp). Not
// locked; find() is async-signal-safe.
#pragma once

#include "machine/fork.hpp"
#include "machine/guards.hpp"
#include "machine/mapping.hpp"
#include "pool/special_block.hpp"

#include <atomic>
#include <cstdint>

namespace poolproof {

class GuardedPages final : private ForkListener {
  public:
    // Bytes of address space that `base` needs.
    static constexpr std::size_t bytes = special_area_bytes;

    GuardedPages(std::byte* base, bool executable);

    // All slots unused and closed. Costs what was used since the last reset. Throws std::system_error.
    void reset(GuardBackend backend, std::uint32_t slots);

    // Opens a slot, whose record is the caller's to fill in. nullptr when none is left, or the host is out of
    // mappings.
    SpecialBlock* take();
    // Closes the slot of a live block that find_changed_byte() has found clean. Where the page keeps what it
    // held the block's bytes get the pattern first, while the cache still has them.
    void give_back(SpecialBlock& block, std::uint8_t pattern);

    bool owns(std::uint64_t address) const {
        return address - reinterpret_cast<std::uint64_t>(base_) < bytes;
    }
    // The block, live or freed, whose data page holds the address; nullptr for a guard page or a page never
    // used.
    SpecialBlock* find(std::uint64_t address) const;
    // The record of the slot that an owned address belongs to, if only to have the cache fetch it.
    const SpecialBlock* record_near(std::uint64_t address) const {
        return blocks_ + (address - reinterpret_cast<std::uint64_t>(base_)) / (2 * page_size);
    }

    std::uint32_t live() const { return live_; }
    template <class Visit> void for_each(Visit&& visit) const {
        for (std::uint32_t slot = 0; slot < next_unused_; ++slot)
            if (blocks_[slot].is_live())
                visit(blocks_[slot]);
    }

  private:
    void forked_child() noexcept override;

    static constexpr std::uint32_t nil = 0xFFFFFFFF;
    // Freed slots that wait although others were never used: their memory may be kept, 128 MB.
    static constexpr std::uint32_t most_waiting = 32768;

    std::byte* base_;
    GuardedRange range_;
    Mapping records_;
    SpecialBlock* blocks_;
    std::uint32_t slots_ = 0;
    std::atomic<std::uint32_t> next_unused_{0}; // records below it may be looked at by fault handlers
    std::uint32_t oldest_freed_ = nil;
    std::uint32_t newest_freed_ = nil;
    std::uint32_t freed_ = 0;
    std::uint32_t live_ = 0;
};

} // namespace poolproof
