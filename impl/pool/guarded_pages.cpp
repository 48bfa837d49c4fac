// Implements pool/guarded_pages.hpp.
#include "pool/guarded_pages.hpp"

#include <algorithm>
#include <new>

namespace poolproof {

GuardedPages::GuardedPages(std::byte* base, bool executable)
    : base_(base), range_(base, executable),
      records_(max_special_blocks * sizeof(SpecialBlock), Protection::read_write),
      blocks_(reinterpret_cast<SpecialBlock*>(records_.data())) {}

void GuardedPages::reset(GuardBackend backend, std::uint32_t slots) {
    if (live_ != 0)
        range_.close(base_, 2 * static_cast<std::size_t>(next_unused_) + 1);
    for (std::uint32_t slot = 0; slot < next_unused_; ++slot)
        blocks_[slot].state.store(SpecialBlock::State::never, std::memory_order_relaxed);
    range_.prepare(backend, 2 * static_cast<std::size_t>(slots) + 1, true);
    slots_ = static_cast<std::uint32_t>(std::min<std::size_t>(slots, range_.most_blocks()));
    next_unused_ = 0;
    oldest_freed_ = newest_freed_ = nil;
    freed_ = live_ = 0;
}

SpecialBlock* GuardedPages::take() {
    const bool fresh = next_unused_ < slots_ && freed_ < most_waiting;
    if (!fresh && oldest_freed_ == nil)
        return nullptr;
    const std::uint32_t slot = fresh ? next_unused_.load(std::memory_order_relaxed) : oldest_freed_;
    for (std::size_t at = 0; at < sizeof(SpecialBlock); at += 64) // comes while the host opens the page
        __builtin_prefetch(reinterpret_cast<const std::byte*>(&blocks_[slot]) + at, 1);
    std::byte* const page = base_ + (2 * static_cast<std::size_t>(slot) + 1) * page_size;
    if (!range_.open(page, 1))
        return nullptr;
    if (fresh) {
        new (&blocks_[slot]) SpecialBlock;
        blocks_[slot].first_page = page;
        next_unused_.store(slot + 1, std::memory_order_release); // from here on find() looks at the record
    } else {
        oldest_freed_ = blocks_[slot].next;
        newest_freed_ = oldest_freed_ == nil ? nil : newest_freed_;
        --freed_;
    }
    ++live_;
    return &blocks_[slot];
}

void GuardedPages::give_back(SpecialBlock& block, std::uint8_t pattern) {
    block.holds_pattern = range_.keeps_contents();
    if (block.holds_pattern)
        fill_block(block, pattern);
    // First: a fault of another thread in the closed page is one in freed memory.
    block.state.store(SpecialBlock::State::freed, std::memory_order_release);
    range_.close(block.first_page, 1);
    block.next = nil;
    const auto slot = static_cast<std::uint32_t>(&block - blocks_);
    if (newest_freed_ == nil)
        oldest_freed_ = slot;
    else
        blocks_[newest_freed_].next = slot;
    newest_freed_ = slot;
    ++freed_;
    --live_;
}

SpecialBlock* GuardedPages::find(std::uint64_t address) const {
    const std::uint64_t page = (address - reinterpret_cast<std::uint64_t>(base_)) >> page_shift;
    const std::uint64_t slot = page / 2;
    if (page % 2 == 0 || slot >= next_unused_.load(std::memory_order_acquire) ||
        (!blocks_[slot].is_live() && !blocks_[slot].is_freed()))
        return nullptr;
    return &blocks_[slot];
}

// Memory that is kept is shared with the parent until here.
void GuardedPages::forked_child() noexcept {
    if (!range_.keeps_contents())
        return;
    range_.part_from_parent(2 * static_cast<std::size_t>(next_unused_) + 1);
    for_each([this](SpecialBlock& block) { range_.open(block.first_page, 1); });
}

} // namespace poolproof
