// Special pool: one block on pages of its own, inaccessible pages on both sides, a pattern in the rest.
//
// Covers: placement at the end or the start of a page, the pattern check at free, freed pages that stay
// inaccessible and are reused last, what a fault in it amounts to, and the stacks for its report. Does not
// cover: which requests come here (system.hpp). Not locked; classify() and find() are async-signal-safe.
#pragma once

#include "machine/budget.hpp"
#include "machine/layout.hpp"
#include "pool/guarded_pages.hpp"
#include "pool/guarded_runs.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace poolproof {

class SpecialMemory {
  public:
    SpecialMemory(std::byte* base, Budget& budget);

    // Throws std::system_error and std::invalid_argument (machine/guards.hpp).
    void reset(const MachineConfig& config);

    // nullptr when no slot, mapping or page is left: the request is then served by ordinary pool (SP-09).
    std::byte* allocate(const PlacementRequest& request, PoolKind kind, VerifySide side);
    bool owns(std::uint64_t address) const {
        return address - reinterpret_cast<std::uint64_t>(base_) < special_bytes;
    }
    // The block whose data pages hold the address, live or freed; nullptr for guard pages and pages never
    // used.
    SpecialBlock* find(std::uint64_t address) const;
    // Has the cache fetch what freeing a block at this address will read: its record and its page. Any
    // address will do. Safe without the lock.
    void prefetch(std::uint64_t address) const;
    std::optional<BugCheck> find_damage(const SpecialBlock& block) const {
        return find_changed_byte(block, pattern_);
    }
    void release(SpecialBlock& block, const char* routine, std::uint64_t caller);

    // Nonpaged pool without the NX bit may be executed, in special pool as elsewhere.
    static bool is_executable(PoolKind kind, std::uint32_t pool_type) {
        return kind == PoolKind::nonpaged && (pool_type & 0x200) == 0;
    }

    // The bug check code that an access to this inaccessible address amounts to.
    std::uint32_t classify(std::uint64_t address) const;
    // The block that an access to this address most likely missed: its own, the live one before or behind the
    // guard, or a freed one. nullptr when there is none.
    const SpecialBlock* nearest(std::uint64_t address) const;
    std::uint8_t pattern() const { return pattern_; }

    std::uint64_t live() const;
    template <class Visit> void for_each(Visit&& visit) const {
        for (const GuardedPages& area : pages_)
            area.for_each(visit);
        for (const GuardedRuns& area : runs_)
            area.for_each(visit);
    }

  private:
    SpecialBlock* take(const PlacementRequest& request, PoolKind kind, std::uint32_t pages);

    std::byte* base_;
    Budget* budget_;
    std::array<GuardedPages, 2> pages_; // the second ones are executable
    std::array<GuardedRuns, 2> runs_;
    std::uint32_t granule_ = 16;
    std::uint8_t pattern_ = 0;
};

} // namespace poolproof
