// The model's containers. Does not cover: what an op changes (update.cpp).
#include "oracle/world.hpp"

#include <algorithm>

namespace poolproof::oracle {

namespace {

std::size_t bucket_of(std::uint32_t tag, unsigned kind) {
    return ((tag * 0x9E3779B1U) >> 24) ^ kind;
}

// Whether both cannot be there at once: in special pool each has its pages for itself.
bool meet(const Block& one, const Block& other) {
    return one.is_special() || other.is_special()
               ? page_of(one.address) < other.end() && page_of(other.address) < one.end()
               : one.address < other.end() && other.address < one.end();
}

} // namespace

void World::reset() {
    history_.clear();
    system_.clear();
    for (Order& order : user_) {
        order.clear();
    }
    slots_.fill(0);
    rows_.clear();
    row_heads_.fill(0);
    marks_.clear();
    irqls.fill(PASSIVE_LEVEL);
    processes.fill(0);
    processor = 0;
    verifier = special_by_verifier = special_by_tag = special_used = ordinary_corrupt = false;
    verifier_flags = 0;
    in_dpc.fill(false);
    idle_process.reset();
    drivers.fill(0);
    unloading.fill(false);
    low_resources = LowResources{};
    tracking = Tracking{};
    growth = CounterGrowth{};
    special_side = Side::end;
    special_tag = 0;
    former_special_tag.reset();
    fail_in = 0;
    may_fail = false;
    lists = ListSettings{};
    quota = {};
    pools = {};
    freed_to = {};
    list_uses = {};
    unsure_lists = {};
    secured.clear();
    for (auto& node : budget) {
        node.fill(default_budget);
    }
    most_pages.fill(0);
    least_pages.fill(0);
    blocks.fill(0);
    overdrawn.fill(false);
    special_live = user_live = user_bytes = uncertain_ = 0;
    version = 1;
    event_answers = {};
}

World::Order& World::order_of(const Block& block) {
    return block.is_user() ? user_[block.process] : system_;
}

World::Neighbours World::neighbours(std::uint64_t address, bool user, unsigned owner) const {
    const Order& order = user ? user_[owner] : system_;
    const auto behind = std::upper_bound(order.begin(), order.end(), address,
                                         [](std::uint64_t a, const Entry& e) { return a < e.address; });
    Neighbours found;
    for (auto at = behind; at != order.begin() && found.before == nullptr;) {
        const Block& block = history_[(--at)->id];
        found.before = block.life == Life::live ? &block : nullptr;
    }
    for (auto at = behind; at != order.end() && found.after == nullptr; ++at) {
        const Block& block = history_[at->id];
        found.after = block.life == Life::live ? &block : nullptr;
    }
    return found;
}

bool World::in_use(std::uint64_t page) const {
    const auto behind = std::lower_bound(system_.begin(), system_.end(), page + page_bytes,
                                         [](const Entry& e, std::uint64_t a) { return e.address < a; });
    return behind != system_.begin() && history_[std::prev(behind)->id].end() > page;
}

const Block* World::covering_in(const Order& order, std::uint64_t address) const {
    const auto behind = std::upper_bound(order.begin(), order.end(), address,
                                         [](std::uint64_t a, const Entry& e) { return a < e.address; });
    if (behind == order.begin()) {
        return nullptr;
    }
    const Block& block = history_[std::prev(behind)->id];
    return address < block.end() ? &block : nullptr;
}

const Block* World::covering(std::uint64_t address) const {
    return covering_in(system_, address);
}

const Block* World::special_on(std::uint64_t page) const {
    if (special_live == 0) {
        return nullptr;
    }
    const auto at = std::lower_bound(system_.begin(), system_.end(), page,
                                     [](const Entry& e, std::uint64_t a) { return e.address < a; });
    if (at == system_.end() || at->address - page >= page_bytes) {
        return nullptr;
    }
    const Block& block = history_[at->id];
    return block.is_special() ? &block : nullptr;
}

const Block* World::user_covering(unsigned owner, std::uint64_t address) const {
    return covering_in(user_[owner], address);
}

const Block* World::user_elsewhere(unsigned owner, std::uint64_t address) const {
    for (unsigned process = 0; process < process_count; ++process) {
        const Block* block = process == owner ? nullptr : user_covering(process, address);
        if (block != nullptr) {
            return block;
        }
    }
    return nullptr;
}

const Block* World::last_holder(unsigned owner, std::uint64_t address) const {
    for (auto block = history_.rbegin(); block != history_.rend(); ++block) {
        if (block->is_user() && block->process != owner) {
            continue;
        }
        // User memory comes in pieces of 64 KB, so what lies behind a block may be accessible too (EAU-05).
        const std::uint64_t behind = block->is_user() ? user_granularity : 0;
        const bool held = block->is_special() ? block->page() == page_of(address)
                                              : address >= block->address && address < block->end() + behind;
        if (held) {
            return &*block;
        }
    }
    return nullptr;
}

const Block* World::of_slot(unsigned slot) const {
    const std::uint32_t id = slots_[slot];
    return id == 0 ? nullptr : &history_[id - 1];
}

// Pages, counts and the ledger follow the live blocks. An uncertain block counts as using pages, but not as
// surely using any.
void World::account(const Block& block, bool added) {
    const auto change = [added](std::uint64_t& total, std::uint64_t by) {
        total = added ? total + by : total - std::min(total, by);
    };
    LedgerRow& row = ledger_row(block.tag, block.is_user() ? 2 : (block.paged ? 1 : 0));
    change(row.live, 1);
    change(row.bytes, block.size);
    change(row.rounded_bytes, pages_of(block.size) * page_bytes);
    if (block.charged) {
        const QuotaCharge charge = charge_of(block.routine, block.size);
        QuotaRow& payer = quota[block.process][block.paged];
        change(payer.least, charge.least);
        change(payer.most, charge.most);
        payer.users |= set_of(block.routine);
        payer.large |= block.size >= page_bytes ? set_of(block.routine) : RoutineSet{0};
        payer.returned = payer.returned || !added;
        if (traits_of(block.routine).quota == Quota::by_flag) {
            change(payer.by_flag, 1);
        }
    }
    if (block.secure_known && pools[block.secure_pool].generation == block.pool_generation) {
        change(pools[block.secure_pool].blocks, block.life == Life::uncertain ? 0 : 1); // it is surely in it
    } else if (block.secure && !block.secure_known) {
        pools[block.secure_pool].doubtful = true;
    }
    ++version;
    track(block, added);
    if (block.is_user()) {
        change(user_live, 1);
        change(user_bytes, block.size);
        return;
    }
    change(most_pages[block.paged], pages_of(block.size));
    change(blocks[block.paged], 1);
    overdrawn[block.paged] = overdrawn[block.paged] && blocks[block.paged] != 0;
    if ((block.is_special() || block.size >= page_bytes) && block.life != Life::uncertain) {
        change(least_pages[block.paged], pages_of(block.size));
    }
    if (block.is_special()) {
        change(special_live, 1);
    }
}

// What a block of a page or more counts is X-39, and whether EngAllocMem is tracked is stated nowhere.
void World::track(const Block& block, bool added) {
    if (block.is_user()) {
        return;
    }
    if (!block.tracked) {
        std::uint64_t& live = tracking.untracked[block.driver];
        live = added ? live + 1 : live - std::min<std::uint64_t>(live, 1);
        return;
    }
    const Memory memory = traits_of(block.routine).memory;
    const bool is_large = block.size >= page_bytes;
    const bool surely = !is_large && memory == Memory::pool;
    const std::uint64_t least_bytes = surely ? block.size : 0;
    const std::uint64_t most_bytes = pages_of(block.size) * page_bytes;
    TrackedUse& use = tracking.drivers[block.driver][block.paged];
    if (!added) {
        use.blocks.shrink(surely ? 1 : 0, 1);
        use.bytes.shrink(least_bytes, most_bytes);
        return;
    }
    tracking.used = true;
    tracking.large += is_large ? 1 : 0;
    // Such a block may stand for more than the caller asked for, or for none of pool's.
    tracking.loose = tracking.loose || memory == Memory::list || memory == Memory::aligned || block.secure;
    use.blocks.grow(surely ? 1 : 0, 1);
    use.bytes.grow(least_bytes, most_bytes);
    use.peak_blocks.rise_to(use.blocks);
    use.peak_bytes.rise_to(use.bytes);
}

void World::drop_uncertain(const Block& over) {
    const Order& order = order_of(over);
    for (std::size_t i = order.size(); uncertain_ != 0 && i-- > 0;) {
        const Block& block = history_[order[i].id];
        if (block.life == Life::uncertain && meet(block, over)) {
            remove(block);
        }
    }
}

void World::add(Block block, unsigned slot) {
    drop_uncertain(block);
    block.id = static_cast<std::uint32_t>(history_.size());
    history_.push_back(block);
    slots_[slot] = block.id + 1;
    Order& order = order_of(block);
    const auto behind = std::upper_bound(order.begin(), order.end(), block.address,
                                         [](std::uint64_t a, const Entry& e) { return a < e.address; });
    order.insert(behind, Entry{block.address, block.id});
    account(block, true);
}

void World::remove(const Block& block) {
    Order& order = order_of(block);
    auto at = std::lower_bound(order.begin(), order.end(), block.address,
                               [](const Entry& e, std::uint64_t a) { return e.address < a; });
    while (at != order.end() && at->id != block.id) {
        ++at;
    }
    if (at == order.end()) {
        return;
    }
    order.erase(at);
    uncertain_ -= block.life == Life::uncertain ? 1 : 0;
    account(block, false);
    LedgerRow& row = ledger_row(block.tag, block.is_user() ? 2 : (block.paged ? 1 : 0));
    ++row.frees;
    row.held -= block.in_list ? 1 : 0;
    history_[block.id].life = Life::freed;
}

void World::make_uncertain(const Block& block) {
    if (block.life != Life::live) {
        return;
    }
    LedgerRow& row = ledger_row(block.tag, block.is_user() ? 2 : (block.paged ? 1 : 0));
    row.loose = true;
    row.astray = row.astray || !block.in_list;
    if (!block.is_user() && (block.is_special() || block.size >= page_bytes)) {
        least_pages[block.paged] -= std::min(least_pages[block.paged], pages_of(block.size));
    }
    quota[block.process][block.paged].loose |= block.charged; // perhaps it has been given back
    if (block.secure) {
        PrivatePool& pool = pools[block.secure_pool];
        const bool counted = block.secure_known && pool.generation == block.pool_generation;
        pool.blocks -= counted ? std::min<std::uint64_t>(pool.blocks, 1) : 0;
        pool.doubtful = true;
    }
    tracking.loose = tracking.loose || block.tracked;
    history_[block.id].life = Life::uncertain;
    ++uncertain_;
    ++version;
}

void World::hold_in_list(const Block& block) {
    if (block.life == Life::live) {
        history_[block.id].in_list = true;
        ++ledger_row(block.tag, block.paged ? 1 : 0).held;
        make_uncertain(block);
    }
}

void World::empty_list(const Op& op) {
    const unsigned kind = list_kind_of(op.routine);
    for (const Block& block : history_) {
        if (block.in_list && block.life == Life::uncertain && list_kind_of(block.routine) == kind &&
            block.index == op.index && block.generation == list_of(op, lists).generation) {
            remove(block);
        }
    }
}

void World::flip(const Block& block, std::uint64_t address, std::uint8_t mask) {
    if (history_[block.id].marks == no_marks) {
        history_[block.id].marks = static_cast<std::uint32_t>(marks_.size());
        marks_.emplace_back().fill(0);
    }
    std::uint8_t& byte = marks_[history_[block.id].marks][address - block.page()];
    byte = static_cast<std::uint8_t>(byte ^ mask);
}

const PageMarks* World::marks_of(const Block& block) const {
    return block.marks == no_marks ? nullptr : &marks_[block.marks];
}

const LedgerRow* World::ledger(std::uint32_t tag, unsigned kind) const {
    std::uint32_t at = row_heads_[bucket_of(tag, kind) % row_heads_.size()];
    while (at != 0) {
        const LedgerRow& row = rows_[at - 1];
        if (row.tag == tag && row.kind == kind) {
            return &row;
        }
        at = row.next;
    }
    return nullptr;
}

LedgerRow& World::ledger_row(std::uint32_t tag, unsigned kind) {
    if (const LedgerRow* row = ledger(tag, kind)) {
        return rows_[static_cast<std::size_t>(row - rows_.data())];
    }
    std::uint32_t& head = row_heads_[bucket_of(tag, kind) % row_heads_.size()];
    LedgerRow row;
    row.tag = tag;
    row.kind = static_cast<std::uint8_t>(kind);
    row.next = head;
    rows_.push_back(row);
    head = static_cast<std::uint32_t>(rows_.size());
    return rows_.back();
}

} // namespace poolproof::oracle
