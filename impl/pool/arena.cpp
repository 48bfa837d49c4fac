// Implements pool/arena.hpp: sub-page blocks, their bins, splitting and joining. Whole pages and lookup by
// address are in arena_pages.cpp.
#include "pool/arena.hpp"

#include "machine/sanitizer.hpp"

#include <algorithm>
#include <bit>

namespace poolproof {

namespace {

constexpr std::uint32_t cache_aligned_type = 4;
constexpr unsigned cache_line = 64;
constexpr std::uint32_t free_mark = 0x65657246; // in the tag field of a free block's header

} // namespace

Arena::Arena(std::byte* base, PoolKind kind, Budget& budget)
    : base_(base), kind_(kind), budget_(&budget),
      granules_memory_(sizeof(Granule) * arena_pages * max_granules, Protection::read_write),
      granules_(reinterpret_cast<Granule*>(granules_memory_.data())) {}

// The addresses may serve somebody else next.
Arena::~Arena() {
    unpoison(base_, std::size_t{pages_.most_used()} * page_size);
}

void Arena::reset(bool is_64_bit, bool reuse_tails, std::uint64_t processes) {
    for (std::uint32_t page = 0; page < pages_.high_water(); ++page) {
        const PageRecord& record = pages_[page];
        if (record.use != PageUse::blocks && record.tail_blocks == 0)
            continue;
        std::uint32_t id = page << granules_shift_;
        while (page_of(id) == page) {
            const std::uint32_t size = granules_[id].size;
            granules_[id].state = not_a_start;
            id += size;
        }
    }
    pages_.reset();
    for (Bins& bins : bins_)
        bins.occupied.fill(0);
    granule_ = is_64_bit ? 16 : 8;
    granule_shift_ = is_64_bit ? 4 : 3;
    granules_shift_ = static_cast<std::uint32_t>(page_shift) - granule_shift_;
    granules_per_page_ = 1U << granules_shift_;
    reuse_tails_ = reuse_tails;
    processes_ = processes;
}

std::byte* Arena::allocate(const PlacementRequest& request) {
    if (request.bytes > arena_bytes)
        return nullptr;
    const bool cache_aligned = (request.attributes.pool_type & cache_aligned_type) != 0;
    const unsigned alignment = std::max(cache_aligned ? cache_line : granule_, request.alignment);
    if (request.bytes > page_size - granule_)
        return allocate_run(request);
    const auto data = static_cast<unsigned>((request.bytes + granule_ - 1) >> granule_shift_);
    const unsigned need = 1 + std::max(1U, data);
    if (need + alignment / granule_ - 1 > granules_per_page_)
        return allocate_run(request);
    return allocate_block(request, need, alignment);
}

// Local node first, then the closest (SHR-02); on each node a block of a page in use before a new page.
std::byte* Arena::allocate_block(const PlacementRequest& request, unsigned need, unsigned alignment) {
    const bool session = (request.attributes.pool_type & 0x20) != 0;
    const unsigned worst = need + alignment / granule_ - 1;
    const unsigned nodes = request.only_local ? 1 : budget_->nodes();
    for (unsigned i = 0; i < nodes; ++i) {
        const unsigned node = budget_->nth_node(request.local_node, i);
        std::uint32_t id = find_block((session ? most_nodes : 0) + node, worst);
        if (id == nil)
            id = new_block_page(node, session, request.priority);
        if (id != nil)
            return carve(id, request, need, alignment);
    }
    return nullptr;
}

std::uint32_t Arena::find_block(unsigned bin, unsigned size) const {
    const Bins& bins = bins_[bin];
    unsigned word = size / 64;
    std::uint64_t candidates = bins.occupied[word] & (~std::uint64_t{0} << (size % 64));
    while (candidates == 0) {
        if (++word >= bins.occupied.size())
            return nil;
        candidates = bins.occupied[word];
    }
    return bins.heads[word * 64 + static_cast<unsigned>(std::countr_zero(candidates))];
}

std::uint32_t Arena::new_block_page(unsigned node, bool session, PoolPriority priority) {
    if (budget_->free_pages(node, kind_) == 0 || !budget_->allows(kind_, 1, priority))
        return nil;
    const std::uint32_t page = pages_.find(1);
    if (page == PageTable::none)
        return nil;
    pages_.mark_used(page, 1);
    PageRecord& record = pages_[page] = PageRecord{};
    record.use = PageUse::blocks;
    record.node = static_cast<std::uint8_t>(node);
    record.session = session ? 1 : 0;
    budget_->take(node, kind_, 1);
    const std::uint32_t id = page << granules_shift_;
    granules_[id] = Granule{static_cast<std::uint16_t>(granules_per_page_), 0, 0, free_block, 0, nil, nil};
    poison(header_of(id), page_size);
    write_header(id);
    bin_insert(id);
    return id;
}

unsigned Arena::lead_for(std::uint32_t id, unsigned alignment) const {
    const auto data = (index_of(id) + 1) << granule_shift_;
    const unsigned aligned = (data + alignment - 1) & ~(alignment - 1);
    return (aligned - data) >> granule_shift_;
}

// Cuts a busy block out of a free one; what is left in front and behind stays free.
std::byte* Arena::carve(std::uint32_t id, const PlacementRequest& request, unsigned need,
                        unsigned alignment) {
    bin_remove(id);
    const unsigned lead = lead_for(id, alignment);
    const unsigned whole = granules_[id].size;
    const std::uint32_t block = id + lead;
    const unsigned rest = whole - lead - need;
    const std::uint16_t before = lead != 0 ? static_cast<std::uint16_t>(lead) : granules_[id].previous;
    if (lead != 0) {
        granules_[id].size = static_cast<std::uint16_t>(lead);
        write_header(id);
        bin_insert(id);
    }
    granules_[block] = Granule{static_cast<std::uint16_t>(need),
                               before,
                               static_cast<std::uint16_t>(request.bytes),
                               busy_block,
                               static_cast<std::uint16_t>(request.attributes.flags & 0xFFFU),
                               request.attributes.tag,
                               request.attributes.pool_type};
    write_header(block);
    if (rest != 0) {
        const std::uint32_t behind = block + need;
        granules_[behind] = Granule{
            static_cast<std::uint16_t>(rest), static_cast<std::uint16_t>(need), 0, free_block, 0, nil, nil};
        write_header(behind);
        bin_insert(behind);
    }
    const std::uint32_t next = id + whole;
    if (page_of(next) == page_of(id) && (lead != 0 || rest != 0)) {
        const bool intact = header_is_intact(next);
        granules_[next].previous = static_cast<std::uint16_t>(rest != 0 ? rest : need);
        if (intact)
            write_header(next);
    }
    clear_freed_starts(block, need);
    unpoison(bytes_of(block), request.bytes);
    return bytes_of(block);
}

void Arena::release(std::uint64_t start) {
    const auto offset = start - reinterpret_cast<std::uint64_t>(base_);
    const auto page = static_cast<std::uint32_t>(offset >> page_shift);
    if (pages_[page].use == PageUse::run) {
        release_run(page);
        return;
    }
    const std::uint32_t id = static_cast<std::uint32_t>(offset >> granule_shift_) - 1;
    const unsigned index = index_of(id);
    pages_[page].freed_starts[index / 64] |= std::uint64_t{1} << (index % 64);
    poison(bytes_of(id), static_cast<std::size_t>(granules_[id].size - 1U) << granule_shift_);
    join_and_bin(id);
}

// Joins the block with free neighbours in its page. An empty page goes back.
std::uint32_t Arena::join_and_bin(std::uint32_t id) {
    const std::uint32_t page = page_of(id);
    unsigned size = granules_[id].size;
    const std::uint32_t next = id + size;
    if (page_of(next) == page && granules_[next].state == free_block) {
        bin_remove(next);
        granules_[next].state = not_a_start;
        size += granules_[next].size;
    }
    std::uint32_t first = id;
    if (granules_[id].previous != 0 && granules_[id - granules_[id].previous].state == free_block) {
        first = id - granules_[id].previous;
        bin_remove(first);
        granules_[id].state = not_a_start;
        size += granules_[first].size;
    }
    Granule& joined = granules_[first];
    joined.size = static_cast<std::uint16_t>(size);
    joined.state = free_block;
    if (size == granules_per_page_) {
        release_page(page);
        return nil;
    }
    write_header(first);
    const std::uint32_t after = first + size;
    if (page_of(after) == page) {
        const bool intact = header_is_intact(after);
        granules_[after].previous = static_cast<std::uint16_t>(size);
        if (intact)
            write_header(after);
    }
    bin_insert(first);
    return first;
}

void Arena::release_page(std::uint32_t page) {
    granules_[page << granules_shift_].state = not_a_start;
    PageRecord& record = pages_[page];
    record.use = PageUse::free;
    budget_->give_back(record.node, kind_, 1);
    pages_.mark_free(page, 1);
}

void Arena::bin_insert(std::uint32_t id) {
    Bins& bins = bins_[bin_of(page_of(id))];
    Granule& block = granules_[id];
    const unsigned size = block.size;
    std::uint64_t& word = bins.occupied[size / 64];
    const std::uint64_t bit = std::uint64_t{1} << (size % 64);
    block.type_or_previous = nil;
    block.tag_or_next = (word & bit) != 0 ? bins.heads[size] : nil;
    if (block.tag_or_next != nil)
        granules_[block.tag_or_next].type_or_previous = id;
    bins.heads[size] = id;
    word |= bit;
}

void Arena::bin_remove(std::uint32_t id) {
    Bins& bins = bins_[bin_of(page_of(id))];
    const Granule& block = granules_[id];
    if (block.tag_or_next != nil)
        granules_[block.tag_or_next].type_or_previous = block.type_or_previous;
    if (block.type_or_previous != nil)
        granules_[block.type_or_previous].tag_or_next = block.tag_or_next;
    else if (block.tag_or_next != nil)
        bins.heads[block.size] = block.tag_or_next;
    else
        bins.occupied[block.size / 64] &= ~(std::uint64_t{1} << (block.size % 64));
}

// Word 0: size, previous size, tag. Word 1 (64-bit profile): bytes, state, flags, pool type; of a block that
// quota is charged for, the address that stands for the process (QTA-04).
std::uint64_t Arena::expected_header(std::uint32_t id, unsigned word) const {
    const Granule& block = granules_[id];
    const bool busy = block.state == busy_block;
    if (word == 0) {
        const std::uint32_t tag = busy ? block.tag_or_next : free_mark;
        return block.size | static_cast<std::uint64_t>(block.previous) << 16 |
               static_cast<std::uint64_t>(tag) << 32;
    }
    if (busy && is_charged(block.flags))
        return processes_ + charged_process(block.flags) * process_object_stride;
    const std::uint32_t type = busy ? block.type_or_previous : 0;
    return block.bytes | static_cast<std::uint64_t>(block.state) << 16 |
           static_cast<std::uint64_t>(block.flags) << 20 | static_cast<std::uint64_t>(type) << 32;
}

void Arena::write_header(std::uint32_t id) {
    raw_store(header_of(id), expected_header(id, 0));
    if (granule_ == 16)
        raw_store(header_of(id) + 8, expected_header(id, 1));
}

bool Arena::header_is_intact(std::uint32_t id) const {
    if (raw_load(header_of(id)) != expected_header(id, 0))
        return false;
    return granule_ == 8 || raw_load(header_of(id) + 8) == expected_header(id, 1);
}

void Arena::clear_freed_starts(std::uint32_t id, unsigned size) {
    auto& bits = pages_[page_of(id)].freed_starts;
    unsigned index = index_of(id);
    const unsigned end = index + size;
    while (index < end) {
        const unsigned in_word = std::min(64 - index % 64, end - index);
        const std::uint64_t mask = in_word == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << in_word) - 1;
        bits[index / 64] &= ~(mask << (index % 64));
        index += in_word;
    }
}

} // namespace poolproof
