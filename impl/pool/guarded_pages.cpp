// Implements pool/guarded_pages.hpp with mprotect: a data page is opened at allocation and closed at free;
// the guard pages between data pages are never opened.
#include "pool/guarded_pages.hpp"

#include "machine/mapping.hpp"

#include <ddi/bugcodes.h>

#include <algorithm>
#include <bit>
#include <cstring>

namespace poolproof {

bool GuardedPages::is_executable(PoolKind kind, std::uint32_t pool_type) {
    return kind == PoolKind::nonpaged && (pool_type & 0x200) == 0;
}

void GuardedPages::reset(bool is_64_bit, std::uint8_t pattern) {
    if (live_ != 0)
        protect(base_, (2 * static_cast<std::size_t>(next_unused_) + 1) * page_size, Protection::none);
    std::fill_n(blocks_.begin(), next_unused_, SpecialBlock{});
    freed_first_ = 0;
    freed_count_ = 0;
    next_unused_ = 0;
    live_ = 0;
    granule_ = is_64_bit ? 16 : 8;
    pattern_ = pattern;
}

std::byte* GuardedPages::allocate(const PlacementRequest& request, PoolKind kind, VerifySide side) {
    unsigned node = request.local_node;
    for (unsigned i = 0; i < max_nodes && budget_->free_pages(node, kind) == 0; ++i)
        node = (node + 1) % max_nodes;
    if (budget_->free_pages(node, kind) == 0 || !budget_->allows(kind, 1, request.priority))
        return nullptr;
    if (next_unused_ == special_slots && freed_count_ == 0)
        return nullptr;
    const std::uint32_t slot = next_unused_ < special_slots ? next_unused_ : freed_[freed_first_];
    std::byte* page = page_of(slot);
    const bool executable = is_executable(kind, request.attributes.pool_type);
    if (!try_protect(page, page_size, executable ? Protection::read_write_execute : Protection::read_write))
        return nullptr;
    if (next_unused_ < special_slots) {
        ++next_unused_;
    } else {
        freed_first_ = (freed_first_ + 1) % special_slots;
        --freed_count_;
    }
    const bool cache_aligned = (request.attributes.pool_type & 4) != 0;
    const std::uint64_t alignment = cache_aligned ? 64 : granule_;
    const std::uint64_t rounded = (request.bytes + alignment - 1) & ~(alignment - 1);
    SpecialBlock& block = blocks_[slot];
    block.state = SpecialBlock::State::live;
    block.side = side;
    block.node = static_cast<std::uint8_t>(node);
    block.kind = kind;
    block.offset = static_cast<std::uint16_t>(side == VerifySide::end ? page_size - rounded : 0);
    block.bytes = static_cast<std::uint16_t>(request.bytes);
    block.attributes = request.attributes;
    budget_->take(node, kind, 1);
    ++live_;
    std::memset(page, pattern_, page_size);
    return page + block.offset;
}

const SpecialBlock* GuardedPages::find(std::uint64_t address) const {
    const std::uint64_t page = (address - reinterpret_cast<std::uint64_t>(base_)) >> page_shift;
    if (page % 2 == 0)
        return nullptr;
    const SpecialBlock& block = blocks_[page / 2];
    return block.state == SpecialBlock::State::never ? nullptr : &block;
}

std::uint64_t GuardedPages::start_of(const SpecialBlock& block) const {
    return reinterpret_cast<std::uint64_t>(page_of(slot_of(block))) + block.offset;
}

std::optional<BugCheck> GuardedPages::find_damage(const SpecialBlock& block) const {
    const auto* page = reinterpret_cast<const std::uint8_t*>(page_of(slot_of(block)));
    std::uint8_t expected[page_size];
    std::memset(expected, pattern_, page_size);
    const std::size_t end = std::size_t{block.offset} + block.bytes;
    if (std::memcmp(page, expected, block.offset) == 0 &&
        std::memcmp(page + end, expected, page_size - end) == 0)
        return std::nullopt;
    std::size_t first = page_size;
    unsigned changed_bits = 0;
    for (std::size_t i = 0; i < page_size; ++i) {
        if ((i >= block.offset && i < end) || page[i] == pattern_)
            continue;
        first = std::min(first, i);
        changed_bits += static_cast<unsigned>(std::popcount(static_cast<unsigned>(page[i] ^ pattern_)));
    }
    const std::uint64_t sub_code = changed_bits == 1 ? 0x32 : first >= end ? 0x24 : 0x23;
    return BugCheck{SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION,
                    {start_of(block), reinterpret_cast<std::uint64_t>(page) + first, 0, sub_code}};
}

void GuardedPages::release(const SpecialBlock& block) {
    const std::uint32_t slot = slot_of(block);
    protect(page_of(slot), page_size, Protection::none);
    blocks_[slot].state = SpecialBlock::State::freed;
    freed_[(freed_first_ + freed_count_) % special_slots] = static_cast<std::uint16_t>(slot);
    ++freed_count_;
    --live_;
    budget_->give_back(block.node, block.kind, 1);
}

// A data page: freed or never used. A guard page: beyond the end of the block before it, or before the start
// of the one behind it, whichever lives; with none alive, an access to freed memory if there was any.
std::uint32_t GuardedPages::classify(std::uint64_t address) const {
    const std::uint64_t page = (address - reinterpret_cast<std::uint64_t>(base_)) >> page_shift;
    const auto state = [this](std::uint64_t slot) {
        return slot < special_slots ? blocks_[slot].state : SpecialBlock::State::never;
    };
    const auto own = state(page / 2);
    const auto before = page >= 2 ? state(page / 2 - 1) : SpecialBlock::State::never;
    if (page % 2 == 1)
        return own == SpecialBlock::State::freed ? PAGE_FAULT_IN_FREED_SPECIAL_POOL
                                                 : PAGE_FAULT_IN_NONPAGED_AREA;
    if (before == SpecialBlock::State::live || own == SpecialBlock::State::live)
        return PAGE_FAULT_BEYOND_END_OF_ALLOCATION;
    if (before == SpecialBlock::State::freed || own == SpecialBlock::State::freed)
        return PAGE_FAULT_IN_FREED_SPECIAL_POOL;
    return PAGE_FAULT_IN_NONPAGED_AREA;
}

} // namespace poolproof
