// One ordinary arena: sub-page blocks with tag headers inside pages, whole-page allocations, their tails.
//
// A page is a chain of blocks in granules of 16 (32-bit profile: 8) bytes; each begins with one granule of
// header, then the caller's bytes. A record of every block lies outside the pages as well; at free the header
// is compared with it. Free neighbours are joined; an empty page goes back at once. A request of more than a
// page minus a header takes whole pages and has no header; the bytes behind it in its last page become blocks
// for others (GEO-05).
//
// Covers: placement, splitting, joining, lookup by address, damage of headers. Does not cover: tags in use,
// IRQL, priorities (pool/system.hpp). Not locked.
#pragma once

#include "machine/budget.hpp"
#include "machine/layout.hpp"
#include "machine/mapping.hpp"
#include "pool/page_table.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace poolproof {

// A block charged to a quota has block_is_charged and its process from bit block_process_shift on; one of a
// filter instance has block_is_filter and the instance's index from bit block_filter_shift on.
enum BlockFlags : std::uint16_t {
    block_is_eng = 1,
    block_is_charged = 2,
    block_is_secure = 0x10,
    block_is_filter = 0x20,
    block_filter_index = 0xC0,
    block_is_tracked = 0x100, // by Pool Tracking
    block_driver = 0x600,     // that allocated it
};
inline constexpr unsigned block_process_shift = 2; // two bits wide
inline constexpr unsigned block_filter_shift = 6;
inline constexpr unsigned block_driver_shift = 9;
static_assert(max_processes == 4 && max_filter_instances == 4 && max_drivers == 4);
// What tells families of routines apart: a block is freed by the family that allocated it.
inline constexpr std::uint16_t block_family = block_is_eng | block_is_filter | block_filter_index;

inline bool is_charged(std::uint16_t flags) {
    return (flags & block_is_charged) != 0;
}
inline unsigned charged_process(std::uint16_t flags) {
    return flags >> block_process_shift & 3U;
}

// What a block is for; the size is separate.
struct BlockAttributes {
    std::uint32_t tag = 0;
    std::uint32_t pool_type = 0; // as passed
    std::uint16_t flags = 0;     // BlockFlags

    unsigned driver() const { return (flags & block_driver) >> block_driver_shift; }
};

struct PlacementRequest {
    std::uint64_t bytes;
    BlockAttributes attributes;
    PoolPriority priority;
    std::uint8_t local_node;
    const char* routine = nullptr; // documented name of who allocates
    std::uint64_t caller = 0;      // its return address
    bool only_local = false;       // nothing from another node
    std::uint32_t alignment = 0;   // more than the type gives: a power of two, at most page_size; 0 for none
};

enum class AddressClass : std::uint8_t { never_pool, free_start, free_memory, interior, live };

// What lies at an address of the arena.
struct Located {
    AddressClass what = AddressClass::never_pool;
    std::uint64_t start = 0; // live and interior: the block's first caller byte
    std::uint64_t bytes = 0;
    BlockAttributes attributes;
    std::uint8_t node = 0;
    std::uint64_t header = 0; // free_start and live: address of the header, 0 for whole-page blocks
};

// A word of a header in a page that differs from its record.
struct ChangedWord {
    std::uint64_t address = 0;
    std::uint64_t contents = 0;
    std::uint64_t expected = 0;
    unsigned word = 0; // of the header: 0 size and tag, 1 (64-bit profile) bytes and type
};
enum class HeaderOf : std::uint8_t { block, next };

// A block of a page of blocks, or what a whole page is (PageUse), as a debugger's dump of the page shows it.
struct PageEntry {
    enum class State : std::uint8_t { free, allocated, large };

    std::uint64_t address = 0;  // of the header; large: of the caller's first byte
    std::uint64_t size = 0;     // header included
    std::uint64_t previous = 0; // size of the block before it in the page
    State state = State::free;
    std::uint32_t tag = 0; // of an allocated block
};

class Arena {
  public:
    Arena(std::byte* base, PoolKind kind, Budget& budget);
    ~Arena();
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;

    // `processes`: the address that stands for process 0, as a charged block's header has it (QTA-04).
    void reset(bool is_64_bit, bool reuse_tails, std::uint64_t processes = 0);

    // The caller's first byte, or nullptr when pages or address space are short.
    std::byte* allocate(const PlacementRequest& request);
    // `address` is inside the arena.
    Located locate(std::uint64_t address) const;
    // Compares the headers that freeing this live block depends on with their records.
    std::optional<BugCheck> find_damage(std::uint64_t start) const;
    // `start` is a live block without damage.
    void release(std::uint64_t start);

    // For live blocks of less than a page of `bytes` requested bytes. The bytes from their end to the next
    // header or the end of the page; in changed_slack() the first that is not the pattern.
    void fill_slack(std::uint64_t start, std::uint64_t bytes, std::uint8_t pattern);
    std::optional<std::uint64_t> changed_slack(std::uint64_t start, std::uint64_t bytes,
                                               std::uint8_t pattern) const;
    // The first changed word of the block's own header, or of that of the block behind it in its page.
    std::optional<ChangedWord> changed_header(std::uint64_t start, HeaderOf whose) const;
    std::uint32_t granule() const { return granule_; }

    std::byte* base() const { return base_; }
    std::uint32_t high_water_pages() const { return pages_.high_water(); }
    // Calls visit for every live block in address order.
    template <class Visit> void for_each(Visit&& visit) const;
    // Calls visit with each PageEntry of the page that holds the address, which is inside the arena; for none
    // when the page is free.
    template <class Visit> void for_each_in_page(std::uint64_t address, Visit&& visit) const;

  private:
    struct Granule {
        std::uint16_t size = 0;       // granules, header included
        std::uint16_t previous = 0;   // size of the block before it in the page, 0 for the first
        std::uint16_t bytes = 0;      // busy: bytes requested
        std::uint16_t state : 4 = 0;  // GranuleState
        std::uint16_t flags : 12 = 0; // busy: BlockFlags
        std::uint32_t tag_or_next = 0;
        std::uint32_t type_or_previous = 0;
    };
    enum GranuleState : std::uint8_t { not_a_start = 0, free_block, busy_block, run_bytes };
    static constexpr std::uint32_t nil = 0xFFFFFFFF;
    static constexpr std::size_t max_granules = 512; // of a page, 32-bit profile
    static constexpr std::size_t bin_count = 2 * most_nodes;

    struct Bins {
        std::array<std::uint64_t, max_granules / 64 + 1> occupied{};
        std::array<std::uint32_t, max_granules + 1> heads{};
    };

    std::byte* allocate_block(const PlacementRequest& request, unsigned need, unsigned alignment);
    std::byte* allocate_run(const PlacementRequest& request);
    std::byte* carve(std::uint32_t id, const PlacementRequest& request, unsigned need, unsigned alignment);
    void give_tail(std::uint32_t last_page, std::uint64_t bytes_in_page, const PageRecord& first);
    void release_run(std::uint32_t page);
    std::uint32_t join_and_bin(std::uint32_t id);
    std::uint32_t find_block(unsigned bin, unsigned size) const;
    std::uint32_t new_block_page(unsigned node, bool session, PoolPriority priority);
    void release_page(std::uint32_t page);

    void bin_insert(std::uint32_t id);
    void bin_remove(std::uint32_t id);
    unsigned bin_of(std::uint32_t page) const {
        return static_cast<unsigned>(pages_[page].session * most_nodes + pages_[page].node);
    }

    std::uint32_t page_of(std::uint32_t id) const { return id >> granules_shift_; }
    unsigned index_of(std::uint32_t id) const { return id & (granules_per_page_ - 1); }
    std::byte* header_of(std::uint32_t id) const {
        return base_ + (static_cast<std::size_t>(id) << granule_shift_);
    }
    // The caller's bytes follow the header.
    std::byte* bytes_of(std::uint32_t id) const { return header_of(id) + granule_; }
    std::uint64_t expected_header(std::uint32_t id, unsigned word) const;
    void write_header(std::uint32_t id);
    bool header_is_intact(std::uint32_t id) const;
    void clear_freed_starts(std::uint32_t id, unsigned size);
    unsigned lead_for(std::uint32_t id, unsigned alignment) const;
    std::uint64_t end_of(std::uint64_t start) const; // of the space of a live block of less than a page

    std::byte* base_;
    PoolKind kind_;
    Budget* budget_;
    PageTable pages_;
    Mapping granules_memory_;
    Granule* granules_;
    std::array<Bins, bin_count> bins_;
    std::uint32_t granule_ = 16;
    std::uint32_t granule_shift_ = 4;
    std::uint32_t granules_shift_ = 8;
    std::uint32_t granules_per_page_ = 256;
    bool reuse_tails_ = true;
    std::uint64_t processes_ = 0;
};

template <class Visit> void Arena::for_each(Visit&& visit) const {
    for (std::uint32_t page = 0; page < pages_.high_water(); ++page) {
        const PageRecord& record = pages_[page];
        const auto page_address = reinterpret_cast<std::uint64_t>(base_) + page * page_size;
        if (record.use == PageUse::run)
            visit(locate(page_address));
        if (record.use != PageUse::blocks && record.tail_blocks == 0)
            continue;
        for (std::uint32_t id = page << granules_shift_; page_of(id) == page; id += granules_[id].size)
            if (granules_[id].state == busy_block)
                visit(locate(reinterpret_cast<std::uint64_t>(bytes_of(id))));
    }
}

template <class Visit> void Arena::for_each_in_page(std::uint64_t address, Visit&& visit) const {
    const std::uint64_t offset = address - reinterpret_cast<std::uint64_t>(base_);
    const auto page = static_cast<std::uint32_t>(offset >> page_shift);
    const PageRecord& record = pages_[page];
    if (record.use == PageUse::run || record.use == PageUse::run_body) {
        const std::uint32_t first = record.use == PageUse::run ? page : page - record.run_pages;
        const PageRecord& head = pages_[first];
        visit(PageEntry{reinterpret_cast<std::uint64_t>(base_) + std::uint64_t{first} * page_size, head.bytes,
                        0, PageEntry::State::large, head.tag});
    }
    if (record.use != PageUse::blocks && record.tail_blocks == 0)
        return;
    for (std::uint32_t id = page << granules_shift_; page_of(id) == page; id += granules_[id].size) {
        const Granule& block = granules_[id];
        if (block.state == run_bytes)
            continue;
        const bool busy = block.state == busy_block;
        visit(PageEntry{
            reinterpret_cast<std::uint64_t>(header_of(id)), std::uint64_t{block.size} << granule_shift_,
            std::uint64_t{block.previous} << granule_shift_,
            busy ? PageEntry::State::allocated : PageEntry::State::free, busy ? block.tag_or_next : 0});
    }
}

} // namespace poolproof
