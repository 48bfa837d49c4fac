// The oracle's naive model of the world: what is live, where it lies, and how the knobs stand.
//
// Covers: live blocks by address (one space for the system half, one per process for user memory), the
// history of all allocations of the trace, slots, IRQL and process per processor, budgets, special pool
// requests, injected failures, and what the tag ledger should say. Does not cover: where an allocator may put
// a block; the model learns addresses from events. Not thread-safe.
#pragma once

#include "contract/claims.hpp"
#include "oracle/verifier_counts.hpp"
#include "trace/event.hpp"
#include "trace/op.hpp"
#include "trace/request.hpp"

#include <ddi/ntdef.h>

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace poolproof::oracle {

inline constexpr std::uint64_t page_bytes = PAGE_SIZE;
inline constexpr std::uint64_t default_budget = 4096;            // pages per node and kind of pool
inline constexpr std::uint64_t arena_pages = 2 * default_budget; // contiguous pages of one kind
inline constexpr std::uint64_t user_granularity = 0x10000;       // bytes (EAU-05)

// Driver Verifier's flags (contract facts 13.4).
inline constexpr std::uint32_t low_resources_flag = 0x4;
inline constexpr std::uint32_t tracking_flag = 0x8;
inline constexpr std::uint32_t misc_flag = 0x800;
inline constexpr std::uint32_t compliance_flag = 0x20000;
inline constexpr std::uint32_t systematic_flag = 0x40000;
inline constexpr std::uint32_t integrity_flag = 0x2000000;

constexpr std::uint64_t page_of(std::uint64_t address) {
    return address & ~(page_bytes - 1);
}

enum class Placement : std::uint8_t { ordinary, special, user, unknown };
// `uncertain`: a call whose effect no document describes has been made on the block; nothing is asserted of
// it.
enum class Life : std::uint8_t { live, freed, uncertain };

inline constexpr std::uint32_t no_marks = 0xFFFFFFFF;

struct Block {
    std::uint64_t address = 0;
    std::uint64_t size = 0; // bytes requested
    std::uint32_t tag = 0;
    std::uint32_t pool_type = 0;    // as passed; of EngAllocMem the kind of pool it stands for
    std::uint32_t id = 0;           // position in the history
    std::uint32_t marks = no_marks; // special pool: the flipped bytes of its page
    Routine routine = Routine::ExAllocatePoolWithTag;
    std::uint8_t process = 0;     // attached at the allocation; the owner of user memory
    std::uint8_t index = 0;       // the list, the instance or the surface that it was asked of
    std::uint32_t generation = 0; // of that list
    Placement placement = Placement::ordinary;
    Life life = Life::live;
    Side side = Side::end; // of a special-pool block
    bool paged = false;
    bool cache_aligned = false;
    bool tainted = false;       // its bytes were changed through another pointer
    bool marks_unknown = false; // its page may have been changed: a faulting or foreign write
    bool refused = false;       // a free from another process was to be refused
    bool charged = false;       // to the quota of `process`
    bool secure = false;        // asked of a secure pool
    bool secure_known = false;  // of this one, with this cookie:
    std::uint8_t cookie = 0;
    std::uint8_t secure_pool = 0;
    std::uint32_t pool_generation = 0;
    bool in_list = false;    // freed to its lookaside list, which may hold it
    bool tracked = false;    // allocated while pool tracking was on
    std::uint8_t driver = 0; // that allocated it

    // A block of no bytes still occupies its address.
    std::uint64_t end() const { return address + (size == 0 ? 1 : size); }
    std::uint64_t page() const { return page_of(address); }
    bool is_user() const { return placement == Placement::user; }
    bool is_special() const { return placement == Placement::special; }
};

// One row of the tag ledger as it should be; `kind` 0 nonpaged, 1 paged, 2 user memory.
struct LedgerRow {
    std::uint32_t tag = 0;
    std::uint8_t kind = 0;
    bool loose = false;     // a block of the row is uncertain
    bool astray = false;    // and it is none that a lookaside list holds
    std::uint32_t held = 0; // blocks that lookaside lists may hold
    std::uint32_t next = 0;
    std::uint64_t live = 0;
    std::uint64_t frees = 0;
    std::uint64_t bytes = 0;         // requested, of live blocks
    std::uint64_t rounded_bytes = 0; // the same, each rounded up to pages
    std::uint64_t seen_allocations = 0;
    std::uint64_t seen_frees = 0;
};

// What a process may be charged, and what its live blocks were charged: at least (as requested, pages free of
// charge where X-16 leaves that open) and at most (rounded up to pages).
struct QuotaRow {
    std::uint64_t limit = UINT64_MAX;
    std::uint64_t least = 0;
    std::uint64_t most = 0;
    std::uint64_t by_call = 0; // of these, charged by PsChargePoolQuota
    std::uint64_t by_flag = 0; // live blocks charged because of POOL_FLAG_USE_QUOTA
    RoutineSet users = 0;      // what has charged or returned something in this trace
    RoutineSet large = 0;      // of these, those that served a page or more
    bool returned = false;     // a charged block was freed
    bool loose = false;        // the caller's own doing, so that nobody knows what is charged

    bool allows(std::uint64_t charged, std::uint64_t more) const {
        return charged <= limit && more <= limit - charged;
    }
};

// A private pool by the index that ops name it with.
struct PrivatePool {
    std::uint32_t generation = 0; // grows with each pool created there
    bool open = false;
    bool doubtful = false;    // it may hold blocks that the model does not count
    std::uint64_t blocks = 0; // certainly in it
};

// A range that EngSecureMem gave a handle for; empty where it lay in no block of the process.
struct SecuredRange {
    std::uint64_t from = 0;
    std::uint64_t end = 0;
    std::uint8_t process = 0;
    std::uint8_t slot = 0;
    bool lost = false; // another handle took its place: nothing gives the range free
};

// The answer to a query of an event, and the state of the pools it was given in.
struct EventAnswer {
    std::uint64_t version = 0; // 0: never asked
    bool set = false;
};

// Which bytes of a special-pool page differ from what was there: xor of old and new, by offset in the page.
using PageMarks = std::array<std::uint8_t, page_bytes>;

class World {
  public:
    World() { reset(); }
    // A clean machine. Costs what the last trace touched.
    void reset();

    // Live or uncertain blocks, or nullptr.
    const Block* covering(std::uint64_t address) const;                       // system half
    const Block* special_on(std::uint64_t page) const;                        // placed alone on that page
    const Block* user_covering(unsigned owner, std::uint64_t address) const;  // of one process
    const Block* user_elsewhere(unsigned owner, std::uint64_t address) const; // of any other process
    // The newest allocation of the trace, live or not, whose bytes or special page or 64 KB of user memory
    // hold the address; user memory of processes other than `owner` apart.
    const Block* last_holder(unsigned owner, std::uint64_t address) const;
    // The live neighbours of an address in its space, uncertain blocks apart: the last that starts at or
    // before it, and the first behind it.
    struct Neighbours {
        const Block* before = nullptr;
        const Block* after = nullptr;
    };
    Neighbours neighbours(std::uint64_t address, bool user, unsigned owner) const;
    // Whether a live or uncertain block has bytes on the page of the system half.
    bool in_use(std::uint64_t page) const;
    // What the slot's last allocation returned, live or not; nullptr for an empty slot.
    const Block* of_slot(unsigned slot) const;

    // Changes. The id is that of a block of the history.
    void add(Block block, unsigned slot);
    void remove(const Block& block);
    void make_uncertain(const Block& block);
    // The list holds the block from here on, or nothing of the list's any more.
    void hold_in_list(const Block& block);
    void empty_list(const Op& op);
    void empty_slot(unsigned slot) { slots_[slot] = 0; }
    Block& edit(const Block& block) { return history_[block.id]; }
    void flip(const Block& block, std::uint64_t address, std::uint8_t mask);
    const PageMarks* marks_of(const Block& block) const;

    // The row of a tag, or nullptr when nothing of the tag was ever allocated.
    const LedgerRow* ledger(std::uint32_t tag, unsigned kind) const;
    LedgerRow& ledger_row(std::uint32_t tag, unsigned kind);

    bool verifies(std::uint32_t flag) const { return (verifier_flags & flag) != 0; }
    // Low resources simulation of either kind fails calls; the rows of LR alone say which it may.
    bool simulates_shortage() const { return verifies(systematic_flag | low_resources_flag); }
    std::uint8_t irql() const { return irqls[processor]; }
    std::uint8_t process() const { return processes[processor]; }
    // Entries that the list of the op may hold, at most.
    std::uint32_t held_by(const Op& op) const {
        const ListUse& use = list_use(op);
        return use.known ? use.cached : freed_to[list_kind_of(op.routine)][op.index % list_count];
    }
    // What the list of the op was last seen doing, and whether a call that failed left it in an unknown
    // state.
    const ListUse& list_use(const Op& op) const {
        return list_uses[list_kind_of(op.routine)][op.index % list_count];
    }
    bool unsure_of_list(const Op& op) const {
        return unsure_lists[list_kind_of(op.routine)][op.index % list_count];
    }
    std::uint64_t total_budget(bool paged) const { return budget[0][paged] + budget[1][paged]; }

    std::array<std::uint8_t, processor_count> irqls{};
    std::array<std::uint8_t, processor_count> processes{};
    std::uint8_t processor = 0;
    bool verifier = false;
    std::uint32_t verifier_flags = 0; // contract facts 13.4, special pool's apart
    std::array<bool, processor_count> in_dpc{};
    std::optional<std::uint8_t> idle_process;
    std::array<std::uint8_t, processor_count> drivers{};
    std::array<bool, driver_count> unloading{};
    bool special_by_verifier = false;
    bool special_by_tag = false;
    bool special_used = false; // special pool has been requested in this trace
    Side special_side = Side::end;
    std::uint32_t special_tag = 0;                   // the GFlags value
    std::optional<std::uint32_t> former_special_tag; // the one that it replaced
    std::uint64_t fail_in = 0;                       // 1: the next allocation is refused memory
    bool may_fail = false;                           // failures are injected that the model does not foresee
    LowResources low_resources;
    Tracking tracking;
    CounterGrowth growth;
    ListSettings lists;
    std::array<std::array<QuotaRow, 2>, process_count> quota{}; // [process][paged]
    std::array<PrivatePool, list_count> pools{};
    bool ordinary_corrupt = false; // a stray write may have changed bytes that nobody owns
    std::array<std::array<std::uint32_t, list_count>, list_kinds> freed_to{}; // entries freed to each list
    std::array<std::array<ListUse, list_count>, list_kinds> list_uses{};
    std::array<std::array<bool, list_count>, list_kinds> unsure_lists{};
    std::vector<SecuredRange> secured;
    std::array<std::array<std::uint64_t, 2>, node_count> budget{}; // [node][paged], pages
    // A budget was lowered while blocks were live: a node may use more than it has, so the sum tells nothing.
    std::array<bool, 2> overdrawn{};
    // By kind of pool (index: paged), over live blocks: pages they use at most and at least, and how many.
    std::array<std::uint64_t, 2> most_pages{};
    std::array<std::uint64_t, 2> least_pages{};
    std::array<std::uint64_t, 2> blocks{};
    std::uint64_t special_live = 0;
    std::uint64_t user_live = 0;                               // blocks of user memory, in all processes
    std::uint64_t user_bytes = 0;                              // requested, of those
    std::uint64_t version = 1;                                 // grows whenever a pool event may change
    std::array<std::array<EventAnswer, 2>, 2> event_answers{}; // [paged][level]

  private:
    struct Entry {
        std::uint64_t address;
        std::uint32_t id;
    };
    using Order = std::vector<Entry>; // by address

    Order& order_of(const Block& block);
    const Block* covering_in(const Order& order, std::uint64_t address) const;
    void account(const Block& block, bool added);
    void track(const Block& block, bool added);
    void drop_uncertain(const Block& over); // their memory is given out again

    std::vector<Block> history_;
    Order system_;
    std::array<Order, process_count> user_;
    std::array<std::uint32_t, slot_count> slots_{}; // id + 1; 0: empty
    std::vector<LedgerRow> rows_;
    std::array<std::uint32_t, 256> row_heads_{}; // index + 1; 0: none
    std::vector<PageMarks> marks_;
    std::uint64_t uncertain_ = 0; // blocks
};

// Pages that a request needs.
constexpr std::uint64_t pages_of(std::uint64_t bytes) {
    return bytes < page_bytes ? 1 : bytes / page_bytes + (bytes % page_bytes != 0 ? 1 : 0);
}

// What a quota is charged for a request of a routine that charges one.
struct QuotaCharge {
    std::uint64_t least = 0;
    std::uint64_t most = 0;
};
constexpr QuotaCharge charge_of(Routine routine, std::uint64_t bytes) {
    if (bytes < page_bytes) {
        return {bytes, page_bytes};
    }
    // EAPQ-03 frees pages of charge; for the other routines that is register X-16.
    return {0, routine == Routine::ExAllocatePoolWithQuota ? 0 : pages_of(bytes) * page_bytes};
}

} // namespace poolproof::oracle
