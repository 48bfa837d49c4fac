// One block of special pool: its record, and the pattern around it.
//
// Covers: what is known of a live or freed block, filling its pages, finding changed bytes. Records lie
// outside the pages they describe. Does not cover: where blocks lie (guarded_pages.hpp, guarded_runs.hpp).
#pragma once

#include "machine/layout.hpp"
#include "machine/stacks.hpp"
#include "pool/arena.hpp"

#include <atomic>
#include <cstdint>
#include <optional>

namespace poolproof {

// A line of the cache for what every free needs, then the stacks.
struct alignas(64) SpecialBlock {
    enum class State : std::uint8_t { never, live, freed };

    std::atomic<State> state{State::never}; // read by the fault handlers of other threads
    VerifySide side = VerifySide::end;
    std::uint8_t node = 0;
    PoolKind kind = PoolKind::nonpaged;
    std::uint32_t pages = 1;  // data pages
    std::uint32_t next = 0;   // index of the block freed after this one
    std::uint32_t offset = 0; // of the block in its pages
    std::byte* first_page = nullptr;
    std::uint64_t bytes = 0; // as requested
    BlockAttributes attributes;
    // Freed cleanly, on pages that keep what they held: nothing but the pattern.
    bool holds_pattern = false;
    const char* allocated_by = nullptr; // documented names of the routines
    const char* freed_by = nullptr;
    Stack allocated_at;
    Stack freed_at;

    std::uint64_t start() const { return reinterpret_cast<std::uint64_t>(first_page) + offset; }
    std::uint64_t pages_end() const {
        return reinterpret_cast<std::uint64_t>(first_page) + pages * page_size;
    }
    // Bytes from the block's start to the end of its pages.
    std::uint64_t given() const { return pages_end() - start(); }
    bool is_live() const { return state.load(std::memory_order_acquire) == State::live; }
    bool is_freed() const { return state.load(std::memory_order_acquire) == State::freed; }
};

static_assert(sizeof(SpecialBlock) == 64 + 2 * sizeof(Stack));

// Every byte of the open pages, the block's own included.
void fill_pages(const SpecialBlock& block, std::uint8_t pattern);
// The block's own bytes alone.
void fill_block(const SpecialBlock& block, std::uint8_t pattern);
// A changed byte of the pages outside the block, as 0xC1 with sub-code 0x23, 0x24 or 0x32 (SP-06).
std::optional<BugCheck> find_changed_byte(const SpecialBlock& block, std::uint8_t pattern);

} // namespace poolproof
