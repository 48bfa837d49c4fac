// The pages of special pool: one block a page, inaccessible pages on both sides, a pattern in the rest of the
// page.
//
// Covers: placement at the end or the start of a page, the pattern check at free, freed pages that stay
// inaccessible and are reused last. Does not cover: which requests come here (pool.hpp). Not locked;
// classify() is async-signal-safe.
#pragma once

#include "machine/budget.hpp"
#include "machine/layout.hpp"
#include "pool/arena.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace poolproof {

struct SpecialBlock {
    enum class State : std::uint8_t { never, live, freed } state = State::never;
    VerifySide side = VerifySide::end;
    std::uint8_t node = 0;
    PoolKind kind = PoolKind::nonpaged;
    std::uint16_t offset = 0; // of the block in its page
    std::uint16_t bytes = 0;
    BlockAttributes attributes;
};

class GuardedPages {
  public:
    GuardedPages(std::byte* base, Budget& budget) : base_(base), budget_(&budget) {}

    void reset(bool is_64_bit, std::uint8_t pattern);

    // nullptr when no slot, mapping or page is left: the request is then served by ordinary pool (SP-09).
    std::byte* allocate(const PlacementRequest& request, PoolKind kind, VerifySide side);
    bool owns(std::uint64_t address) const {
        return address - reinterpret_cast<std::uint64_t>(base_) < special_bytes;
    }
    // The block whose data page holds the address; nullptr for a guard page or a page never used.
    const SpecialBlock* find(std::uint64_t address) const;
    std::uint64_t start_of(const SpecialBlock& block) const;
    // Bytes of the page from the block's start to the page's end (verify end), or the whole page (verify
    // start).
    static std::uint64_t given(const SpecialBlock& block) { return page_size - block.offset; }
    // Nonpaged pool without the NX bit may be executed, in special pool as elsewhere.
    static bool is_executable(PoolKind kind, std::uint32_t pool_type);
    // A changed byte of the page outside the block, as 0xC1 with sub-code 0x23, 0x24 or 0x32 (SP-06).
    std::optional<BugCheck> find_damage(const SpecialBlock& block) const;
    void release(const SpecialBlock& block);

    // The bug check code that an access to this inaccessible address amounts to.
    std::uint32_t classify(std::uint64_t address) const;

    std::uint64_t live() const { return live_; }
    template <class Visit> void for_each(Visit&& visit) const {
        for (std::uint32_t slot = 0; slot < next_unused_; ++slot)
            if (blocks_[slot].state == SpecialBlock::State::live)
                visit(blocks_[slot]);
    }

  private:
    std::byte* page_of(std::uint32_t slot) const { return base_ + (2 * slot + 1) * page_size; }
    std::uint32_t slot_of(const SpecialBlock& block) const {
        return static_cast<std::uint32_t>(&block - blocks_.data());
    }

    std::byte* base_;
    Budget* budget_;
    std::array<SpecialBlock, special_slots> blocks_;
    // Freed slots, oldest first: a ring.
    std::array<std::uint16_t, special_slots> freed_;
    std::uint32_t freed_first_ = 0;
    std::uint32_t freed_count_ = 0;
    std::uint32_t next_unused_ = 0; // slots never used since the last reset are taken first
    std::uint64_t live_ = 0;
    std::uint32_t granule_ = 16;
    std::uint8_t pattern_ = 0;
};

} // namespace poolproof
