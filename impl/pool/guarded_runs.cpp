// Implements pool/guarded_runs.hpp.
#include "pool/guarded_runs.hpp"

#include <algorithm>
#include <new>

namespace poolproof {

GuardedRuns::GuardedRuns(std::byte* base, bool executable)
    : base_(base), range_(base, executable),
      records_(special_run_pages * sizeof(SpecialBlock), Protection::read_write),
      blocks_(reinterpret_cast<SpecialBlock*>(records_.data())),
      firsts_(special_run_pages * sizeof(std::uint32_t), Protection::read_write),
      first_of_(reinterpret_cast<std::uint32_t*>(firsts_.data())) {}

void GuardedRuns::reset(GuardBackend backend, bool enabled) {
    if (live_ != 0)
        range_.close(base_, high_water_);
    std::fill_n(first_of_, high_water_, 0U);
    live_ = 0;
    cursor_ = high_water_ = 1;
    usable_ = enabled ? static_cast<std::uint32_t>(special_run_pages) : 0;
    if (enabled)
        range_.prepare(backend, special_run_pages, false);
}

std::uint32_t GuardedRuns::past_live(std::uint32_t page, std::uint32_t pages) const {
    for (std::uint32_t at = page + pages + 1; at-- > page;) {
        const std::uint32_t first = first_of_[at];
        if (first != 0 && blocks_[first].is_live())
            return first + blocks_[first].pages + 1;
    }
    return page;
}

std::uint32_t GuardedRuns::find_room(std::uint32_t pages) const {
    bool around = false;
    for (std::uint32_t page = cursor_;;) {
        if (page + pages >= usable_) { // the last page stays a guard
            if (around)
                return 0;
            around = true;
            page = 1;
            continue;
        }
        const std::uint32_t next = past_live(page, pages);
        if (next == page)
            return page;
        page = next;
    }
}

SpecialBlock* GuardedRuns::take(std::uint64_t pages) {
    if (pages + 2 > usable_)
        return nullptr;
    const auto count = static_cast<std::uint32_t>(pages);
    const std::uint32_t first = find_room(count);
    std::byte* const start = base_ + first * page_size;
    if (first == 0 || !range_.open(start, count))
        return nullptr;
    cursor_ = first + count + 1;
    high_water_ = std::max(high_water_, cursor_);
    std::fill_n(first_of_ + first, count, first);
    first_of_[first + count] = 0; // a guard now, whatever it was
    SpecialBlock* const block = new (&blocks_[first]) SpecialBlock;
    block->first_page = start;
    block->pages = count;
    ++live_;
    return block;
}

void GuardedRuns::give_back(SpecialBlock& block) {
    // First: a fault of another thread in the closed pages is one in freed memory.
    block.state.store(SpecialBlock::State::freed, std::memory_order_release);
    range_.close(block.first_page, block.pages);
    --live_;
}

SpecialBlock* GuardedRuns::find(std::uint64_t address) const {
    const std::uint64_t page = (address - reinterpret_cast<std::uint64_t>(base_)) >> page_shift;
    const std::uint32_t first = page < high_water_ ? first_of_[page] : 0;
    return first != 0 ? &blocks_[first] : nullptr;
}

} // namespace poolproof
