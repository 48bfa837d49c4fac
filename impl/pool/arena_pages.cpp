// The rest of pool/arena.hpp: whole-page allocations with their tails, lookup by address, damage of headers.
#include "pool/arena.hpp"

#include "machine/sanitizer.hpp"

#include <ddi/bugcodes.h>

#include <algorithm>

namespace poolproof {

std::byte* Arena::allocate_run(const PlacementRequest& request) {
    // A page even for no bytes, which a page-aligned block may have (ZER-05).
    const auto count =
        std::max(1U, static_cast<std::uint32_t>((request.bytes + page_size - 1) >> page_shift));
    if (!budget_->allows(kind_, count, request.priority) ||
        (request.only_local && budget_->free_pages(request.local_node, kind_) < count))
        return nullptr;
    const std::uint32_t first = pages_.find(count);
    if (first == PageTable::none)
        return nullptr;
    // All pages from one node where one has enough, local first; else local pages first, then the others'.
    unsigned nth = 0;
    const auto node = [&] { return budget_->nth_node(request.local_node, nth); };
    while (nth < budget_->nodes() && budget_->free_pages(node(), kind_) < count)
        ++nth;
    const bool from_one_node = nth < budget_->nodes();
    if (from_one_node)
        budget_->take(node(), kind_, count);
    else
        nth = 0;
    pages_.mark_used(first, count);
    for (std::uint32_t i = 0; i < count; ++i) {
        if (!from_one_node) {
            while (budget_->free_pages(node(), kind_) == 0)
                nth = nth + 1 < budget_->nodes() ? nth + 1 : 0;
            budget_->take(node(), kind_, 1);
        }
        PageRecord& record = pages_[first + i] = PageRecord{};
        record.use = PageUse::run_body;
        record.node = static_cast<std::uint8_t>(node());
        record.session = (request.attributes.pool_type & 0x20) != 0 ? 1 : 0;
        record.run_pages = i; // back to the first
    }
    PageRecord& head = pages_[first];
    head.use = PageUse::run;
    head.run_pages = count;
    head.flags = request.attributes.flags;
    head.tag = request.attributes.tag;
    head.pool_type = request.attributes.pool_type;
    head.bytes = request.bytes;
    std::byte* start = base_ + static_cast<std::size_t>(first) * page_size;
    unpoison(start, request.bytes);
    const std::uint64_t in_last_page = request.bytes - static_cast<std::uint64_t>(count - 1) * page_size;
    poison(start + request.bytes, static_cast<std::size_t>(count) * page_size - request.bytes);
    if (reuse_tails_ && count > 1)
        give_tail(first + count - 1, in_last_page, head);
    return start;
}

// Makes the bytes behind a large block a free block (GEO-05).
void Arena::give_tail(std::uint32_t last_page, std::uint64_t bytes_in_page, const PageRecord& first) {
    const auto used = static_cast<unsigned>((bytes_in_page + granule_ - 1) >> granule_shift_);
    if (used + 2 > granules_per_page_)
        return;
    PageRecord& record = pages_[last_page];
    record.tail_blocks = 1;
    record.session = first.session;
    const std::uint32_t id = last_page << granules_shift_;
    granules_[id] = Granule{static_cast<std::uint16_t>(used), 0, 0, run_bytes, 0, nil, nil};
    const std::uint32_t tail = id + used;
    granules_[tail] = Granule{static_cast<std::uint16_t>(granules_per_page_ - used),
                              static_cast<std::uint16_t>(used),
                              0,
                              free_block,
                              0,
                              nil,
                              nil};
    write_header(tail);
    bin_insert(tail);
}

void Arena::release_run(std::uint32_t page) {
    const std::uint32_t count = pages_[page].run_pages;
    const std::uint32_t last = page + count - 1;
    poison(base_ + static_cast<std::size_t>(page) * page_size, pages_[page].bytes);
    const bool keeps_tail = pages_[last].tail_blocks != 0;
    const std::uint32_t freed = keeps_tail ? count - 1 : count;
    for (std::uint32_t i = page; i < page + freed; ++i) {
        pages_[i].use = PageUse::free;
        budget_->give_back(pages_[i].node, kind_, 1);
    }
    pages_.mark_free(page, freed);
    pages_[page].was_run = 1;
    if (keeps_tail) {
        PageRecord& record = pages_[last];
        record.use = PageUse::blocks;
        record.tail_blocks = 0;
        join_and_bin(last << granules_shift_);
    }
}

Located Arena::locate(std::uint64_t address) const {
    const auto base = reinterpret_cast<std::uint64_t>(base_);
    const std::uint64_t offset = address - base;
    const auto page = static_cast<std::uint32_t>(offset >> page_shift);
    const std::uint64_t in_page = offset & (page_size - 1);
    const PageRecord& record = pages_[page];
    const std::uint32_t slot = static_cast<std::uint32_t>(offset >> granule_shift_);
    const bool aligned = (offset & (granule_ - 1)) == 0 && in_page != 0;
    Located found;
    found.node = record.node;

    if (record.use == PageUse::run || record.use == PageUse::run_body) {
        const std::uint32_t first = record.use == PageUse::run ? page : page - record.run_pages;
        const PageRecord& head = pages_[first];
        found.start = base + static_cast<std::uint64_t>(first) * page_size;
        if (address < found.start + head.bytes || record.tail_blocks == 0) {
            const bool inside = address < found.start + head.bytes;
            found.what = address == found.start ? AddressClass::live
                         : inside               ? AddressClass::interior
                                                : AddressClass::free_memory;
            found.bytes = head.bytes;
            found.attributes = {head.tag, head.pool_type, head.flags};
            found.node = head.node;
            return found;
        }
    }
    const bool in_blocks = record.use == PageUse::blocks || record.tail_blocks != 0;
    std::uint32_t id = slot - 1;
    if (in_blocks && !(aligned && granules_[id].state == busy_block)) {
        id = page << granules_shift_; // not a start: find the block around it
        while (id + granules_[id].size <= slot)
            id += granules_[id].size;
    }
    const auto first_byte = reinterpret_cast<std::uint64_t>(bytes_of(id));
    if (in_blocks && granules_[id].state == busy_block && address >= first_byte) {
        const Granule& block = granules_[id];
        found.start = reinterpret_cast<std::uint64_t>(bytes_of(id));
        found.header = reinterpret_cast<std::uint64_t>(header_of(id));
        found.what = address == found.start ? AddressClass::live : AddressClass::interior;
        found.bytes = block.bytes;
        found.attributes = {block.tag_or_next, block.type_or_previous, block.flags};
        return found;
    }
    const unsigned index = index_of(slot - 1);
    const bool was_block = aligned && (record.freed_starts[index / 64] >> (index % 64) & 1U) != 0;
    if (was_block)
        found.header = address - granule_;
    if (was_block || (in_page == 0 && record.was_run != 0))
        found.what = AddressClass::free_start;
    else if (page < pages_.high_water())
        found.what = AddressClass::free_memory;
    return found;
}

std::optional<BugCheck> Arena::find_damage(std::uint64_t start) const {
    const std::uint64_t offset = start - reinterpret_cast<std::uint64_t>(base_);
    const auto page = static_cast<std::uint32_t>(offset >> page_shift);
    const auto address = [this](std::uint32_t id) { return reinterpret_cast<std::uint64_t>(header_of(id)); };
    const bool is_run = pages_[page].use == PageUse::run;
    // The block whose right neighbour an overrun would hit: the block itself, or what stands for a run in its
    // last page.
    std::uint32_t id = is_run ? 0 : static_cast<std::uint32_t>(offset >> granule_shift_) - 1;
    const std::uint64_t bytes = is_run ? pages_[page].bytes : granules_[id].bytes;
    if (is_run) {
        const std::uint32_t last = page + pages_[page].run_pages - 1;
        if (pages_[last].tail_blocks == 0)
            return std::nullopt;
        id = last << granules_shift_;
    } else if (!header_is_intact(id)) {
        const std::uint64_t contents = raw_load(header_of(id));
        const std::uint64_t difference = contents ^ expected_header(id, 0);
        if ((difference & 0xFFFF) != 0) // the size field
            return BugCheck{BAD_POOL_HEADER, {0x20, address(id), address(id + granules_[id].size), 0}};
        if ((difference & 0xFFFF0000) != 0) // the size of the block before
            return BugCheck{BAD_POOL_HEADER, {0x5, address(id), 0, address(id - granules_[id].previous)}};
        // The second word alone of a charged block: which of 0x0B, 0x0C and 0x0D it is, no page says.
        if (difference == 0 && is_charged(granules_[id].flags))
            return BugCheck{BAD_POOL_CALLER,
                            {0xC, start, granules_[id].tag_or_next, raw_load(header_of(id) + 8)}};
        return BugCheck{BAD_POOL_CALLER, {0x1, address(id), contents, 0}};
    }
    const std::uint32_t next = id + granules_[id].size;
    if (page_of(next) == page_of(id) && !header_is_intact(next))
        return BugCheck{BAD_POOL_HEADER, {0x21, start, bytes, raw_load(header_of(next))}};
    const unsigned previous = granules_[id].previous;
    if (previous != 0 && granules_[id - previous].state == free_block && !header_is_intact(id - previous))
        return BugCheck{BAD_POOL_HEADER, {0xF, 0, 0, address(id - previous)}};
    return std::nullopt;
}

} // namespace poolproof
