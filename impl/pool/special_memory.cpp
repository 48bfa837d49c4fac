// Implements pool/special_memory.hpp.
#include "pool/special_memory.hpp"

#include <ddi/bugcodes.h>

#include <algorithm>

namespace poolproof {

SpecialMemory::SpecialMemory(std::byte* base, Budget& budget)
    : base_(base), budget_(&budget),
      pages_{GuardedPages(base, false), GuardedPages(base + special_area_stride, true)},
      runs_{GuardedRuns(base + 2 * special_area_stride, false),
            GuardedRuns(base + 2 * special_area_stride + special_run_stride, true)} {}

void SpecialMemory::reset(const MachineConfig& config) {
    const GuardBackend backend = resolve(config.guard_backend);
    for (GuardedPages& area : pages_)
        area.reset(backend, std::clamp(config.special_blocks, 1U, max_special_blocks));
    for (GuardedRuns& area : runs_)
        area.reset(backend, config.guard_large_blocks);
    granule_ = config.is_64_bit ? 16 : 8;
    pattern_ = config.policies.special_pattern;
}

// From the local node first (SHR-02).
SpecialBlock* SpecialMemory::take(const PlacementRequest& request, PoolKind kind, std::uint32_t pages) {
    unsigned node = request.local_node;
    const unsigned nodes = request.only_local ? 1 : budget_->nodes();
    for (unsigned i = 1; i < nodes && budget_->free_pages(node, kind) < pages; ++i)
        node = budget_->nth_node(request.local_node, i);
    if (budget_->free_pages(node, kind) < pages || !budget_->allows(kind, pages, request.priority))
        return nullptr;
    const std::size_t area = is_executable(kind, request.attributes.pool_type) ? 1 : 0;
    SpecialBlock* const block = request.bytes < page_size ? pages_[area].take() : runs_[area].take(pages);
    if (block == nullptr)
        return nullptr;
    budget_->take(node, kind, pages);
    block->node = static_cast<std::uint8_t>(node);
    block->kind = kind;
    return block;
}

std::byte* SpecialMemory::allocate(const PlacementRequest& request, PoolKind kind, VerifySide side) {
    if (request.bytes > special_run_pages * page_size)
        return nullptr;
    const auto pages = static_cast<std::uint32_t>((request.bytes + page_size - 1) / page_size);
    SpecialBlock* const block = take(request, kind, pages);
    if (block == nullptr)
        return nullptr;
    const bool cache_aligned = (request.attributes.pool_type & 4) != 0;
    const std::uint64_t alignment = std::max<std::uint64_t>(request.bytes >= page_size ? page_size
                                                            : cache_aligned            ? 64
                                                                                       : granule_,
                                                            request.alignment);
    const std::uint64_t rounded = (request.bytes + alignment - 1) & ~(alignment - 1);
    if (!block->holds_pattern)
        fill_pages(*block, pattern_);
    block->holds_pattern = false;
    block->side = side;
    block->offset = static_cast<std::uint32_t>(side == VerifySide::end ? pages * page_size - rounded : 0);
    block->bytes = request.bytes;
    block->attributes = request.attributes;
    block->allocated_by = request.routine;
    take_stack_from(request.caller, block->allocated_at);
    block->freed_at.depth = 0;
    block->state.store(SpecialBlock::State::live, std::memory_order_release);
    return block->first_page + block->offset;
}

SpecialBlock* SpecialMemory::find(std::uint64_t address) const {
    for (const GuardedPages& area : pages_)
        if (area.owns(address))
            return area.find(address);
    for (const GuardedRuns& area : runs_)
        if (area.owns(address))
            return area.find(address);
    return nullptr;
}

// The check of the pattern would wait for each line of the page, one after the other; asked for at once, they
// come while the rules of the free are gone through.
void SpecialMemory::prefetch(std::uint64_t address) const {
    constexpr std::size_t line = 64;
    for (const GuardedPages& area : pages_) {
        if (!area.owns(address))
            continue;
        const auto* const record = reinterpret_cast<const char*>(area.record_near(address));
        for (std::size_t at = 0; at < sizeof(SpecialBlock); at += line)
            __builtin_prefetch(record + at, 1);
        const auto* const page = reinterpret_cast<const char*>(address & ~(page_size - 1));
        for (std::size_t at = 0; at < page_size; at += line)
            __builtin_prefetch(page + at, 0, 0);
    }
}

void SpecialMemory::release(SpecialBlock& block, const char* routine, std::uint64_t caller) {
    block.freed_by = routine;
    take_stack_from(caller, block.freed_at);
    budget_->give_back(block.node, block.kind, block.pages);
    const auto address = reinterpret_cast<std::uint64_t>(block.first_page);
    for (GuardedPages& area : pages_)
        if (area.owns(address))
            return area.give_back(block, pattern_);
    for (GuardedRuns& area : runs_)
        if (area.owns(address))
            return area.give_back(block);
}

std::uint64_t SpecialMemory::live() const {
    return std::uint64_t{pages_[0].live()} + pages_[1].live() + runs_[0].live() + runs_[1].live();
}

// A data page is freed or was never used. A guard page is beyond the end of the block before it, or before
// the start of the one behind it, whichever lives; with none alive, an access to freed memory if there was
// any.
const SpecialBlock* SpecialMemory::nearest(std::uint64_t address) const {
    const SpecialBlock* const own = find(address);
    if (own != nullptr)
        return own;
    const SpecialBlock* const before = owns(address - page_size) ? find(address - page_size) : nullptr;
    const SpecialBlock* const behind = owns(address + page_size) ? find(address + page_size) : nullptr;
    for (const SpecialBlock* candidate : {before, behind})
        if (candidate != nullptr && candidate->is_live())
            return candidate;
    return before != nullptr ? before : behind;
}

std::uint32_t SpecialMemory::classify(std::uint64_t address) const {
    if (const SpecialBlock* const own = find(address))
        return own->is_freed() ? PAGE_FAULT_IN_FREED_SPECIAL_POOL : PAGE_FAULT_IN_NONPAGED_AREA;
    // Each neighbour's state is looked at once: another thread may be freeing one of them.
    const SpecialBlock* const before = owns(address - page_size) ? find(address - page_size) : nullptr;
    const SpecialBlock* const behind = owns(address + page_size) ? find(address + page_size) : nullptr;
    if ((before != nullptr && before->is_live()) || (behind != nullptr && behind->is_live()))
        return PAGE_FAULT_BEYOND_END_OF_ALLOCATION;
    return before != nullptr || behind != nullptr ? PAGE_FAULT_IN_FREED_SPECIAL_POOL
                                                  : PAGE_FAULT_IN_NONPAGED_AREA;
}

} // namespace poolproof
