// How an op changes the world, as its event tells. A bug check or a raise changes nothing; a touch that
// faults may have touched what lies before the fault. Does not cover: verdicts.
#include "oracle/context.hpp"

#include <algorithm>

namespace poolproof::oracle {

namespace {

Placement placement_of(const Context& c) {
    if (c.alloc.ask.user) {
        return Placement::user;
    }
    if (c.event->block.known) {
        return c.event->block.special ? Placement::special : Placement::ordinary;
    }
    return c.has(is_eligible) || c.alloc.gflags.open ? Placement::unknown : Placement::ordinary;
}

// An entry that a list may hold itself need not have been allocated: then nobody knows what is counted.
void count_allocation(World& w, const Context& c) {
    if (traits_of(c.op->routine).memory != Memory::list) {
        w.fail_in -= w.fail_in > 0 ? 1 : 0;
        return;
    }
    if (w.fail_in == 0 || !list_of(*c.op, w.lists).live) {
        return;
    }
    const ListUse& now = c.event->list;
    if (now.known && w.list_use(*c.op).known) {
        w.fail_in -= now.allocate_misses != w.list_use(*c.op).allocate_misses ? 1 : 0;
    } else if (w.held_by(*c.op) == 0) {
        --w.fail_in;
    } else {
        w.fail_in = 0;
        w.may_fail = true;
    }
}

// A block of a pool that is not open is nobody's: how it came about is judged, what it is is not known.
void note_secure_pool(const World& w, const Op& op, Block& block) {
    SecureEntry entry;
    const SecureAsk ask = secure_entry_of(op, entry);
    block.secure = ask != SecureAsk::none;
    block.secure_known = ask == SecureAsk::stated && w.pools[entry.pool].open;
    block.secure_pool = entry.pool;
    block.cookie = entry.cookie;
    block.pool_generation = w.pools[entry.pool].generation;
}

void update_allocate(World& w, const Context& c) {
    const Op& op = *c.op;
    const AllocationRequest& ask = c.alloc.ask;
    count_allocation(w, c);
    if (traits_of(op.routine).memory == Memory::list) {
        const ListSetting& list = list_of(op, w.lists); // which may charge a quota itself (LL-16)
        const bool own = list.own_routines || (list.pool_type & POOL_QUOTA_FAIL_INSTEAD_OF_RAISE) != 0;
        QuotaRow& row = w.quota[w.process()][(list.pool_type & PagedPool) != 0];
        row.loose = row.loose || own;
    }
    count_for_verifier(w, c);
    if (c.event->kind != EventKind::pointer) {
        w.empty_slot(op.slot);
        return;
    }
    Block block;
    block.address = c.event->address;
    block.size = ask.size;
    block.tag = ask.tag;
    block.routine = op.routine;
    block.process = ask.process;
    block.charged = ask.quota;
    block.index = op.index;
    if (traits_of(op.routine).memory == Memory::list) {
        block.generation = list_of(op, w.lists).generation;
    }
    block.placement = placement_of(c);
    block.side = c.alloc.side;
    if (c.alloc.side_open) {
        block.side = page_of(block.address) == block.address ? Side::start : Side::end;
    }
    block.paged = c.alloc.paged;
    block.pool_type = ask.pool_type;
    block.cache_aligned = !ask.user && (ask.pool_type & NonPagedPoolCacheAligned) != 0;
    note_secure_pool(w, op, block);
    block.tracked = w.verifies(tracking_flag);
    block.driver = w.drivers[w.processor];
    w.special_used = w.special_used || block.is_special();
    w.add(block, op.slot);
}

void update_free(World& w, const Context& c) {
    const FreeFacts& f = c.free;
    if (f.block == nullptr || c.event->kind != EventKind::done) {
        return;
    }
    ++w.version; // also where the free may have done nothing
    if (traits_of(c.op->routine).memory == Memory::list && f.target == Target::start) {
        // The list keeps it or gives it back to pool: where it does not tell, its memory is not the caller's,
        // and that is all.
        const ListUse& before = w.list_use(*c.op);
        if (c.event->list.known && before.known && c.event->list.free_misses != before.free_misses) {
            w.remove(*f.block);
            return;
        }
        ++w.freed_to[list_kind_of(c.op->routine)][c.op->index % list_count];
        w.hold_in_list(*f.block);
        return;
    }
    switch (f.target) {
    case Target::start:
        w.remove(*f.block);
        break;
    case Target::elsewhere:
        w.edit(*f.block).refused = true;
        break;
    case Target::unpaired:
    case Target::inside:
    case Target::uncertain:
        // What a list may still hold has been given back to pool behind its back.
        w.ordinary_corrupt = w.ordinary_corrupt || traits_of(f.block->routine).memory == Memory::list;
        w.make_uncertain(*f.block);
        break;
    case Target::user:
        if (f.block->life == Life::live) {
            w.make_uncertain(*f.block);
        }
        break;
    default:
        break;
    }
}

// The runner rewrites what it had written into the slot's own block, where it may look.
bool runner_restores(const World& w, const Block& own) {
    return !own.paged || own.is_user() || w.irql() < DISPATCH_LEVEL;
}

// What a write into [at, end) of one page does; `sure` when it surely happened.
std::uint64_t write_stretch(World& w, const Context& c, std::uint64_t at, std::uint64_t end, bool sure) {
    const Block* own = w.of_slot(c.op->slot);
    const Block* block = w.covering(at);
    if (block == nullptr) {
        block = w.user_covering(w.process(), at);
    }
    if (block != nullptr) {
        w.ordinary_corrupt = w.ordinary_corrupt || (block->life == Life::uncertain && !block->is_user());
        const bool restored = block == own && sure && runner_restores(w, *block);
        w.edit(*block).tainted = block->tainted || !restored;
        return std::min(end, block->end());
    }
    block = w.special_on(page_of(at));
    if (block != nullptr) {
        const std::uint64_t stop = at < block->address ? std::min(end, block->address) : end;
        if (block == own && sure) {
            for (; at < stop; ++at) {
                w.flip(*block, at, c.op->mask);
            }
        } else {
            w.edit(*block).marks_unknown = true;
        }
        return stop;
    }
    if (own == nullptr || !own->is_user()) {
        w.ordinary_corrupt = true;
    }
    return end;
}

void update_write(World& w, const Context& c) {
    const bool sure = c.event->kind == EventKind::done;
    if (c.touch.own && sure && runner_restores(w, *c.touch.block)) {
        return;
    }
    std::uint64_t at = c.event->used;
    std::uint64_t end = at + c.op->length;
    if (end < at) {
        w.ordinary_corrupt = true;
        return;
    }
    if (!sure && c.has(must_fault)) {
        end = std::min(end, c.touch.fault_at);
    } else if (!sure) {
        const std::uint64_t fault =
            c.event->kind == EventKind::guard_fault ? c.event->address : c.event->parameters[0];
        end = fault >= at && fault < end ? fault : end;
    }
    while (at < end) {
        at = write_stretch(w, c, at, std::min(end, page_of(at) + page_bytes), sure);
    }
}

void update_budget(World& w, const Op& op) {
    std::uint64_t& pages = w.budget[op.index][op.paged];
    const std::uint64_t wanted = std::min(op.size, default_budget);
    w.overdrawn[op.paged] = w.overdrawn[op.paged] || (wanted < pages && w.blocks[op.paged] != 0);
    pages = wanted;
    ++w.version;
}

void update_special(World& w, const Op& op) {
    switch (op.mode) {
    case SpecialMode::off:
        w.special_by_verifier = w.special_by_tag = false;
        w.former_special_tag.reset();
        return;
    case SpecialMode::verifier:
        w.special_by_verifier = true;
        break;
    case SpecialMode::by_tag:
        if (w.special_by_tag) {
            w.former_special_tag = w.special_tag;
        }
        w.special_by_tag = true;
        w.special_tag = op.tag;
        break;
    }
    w.special_used = true;
    w.special_side = op.side;
}

void update_queried(World& w, const Context& c) {
    const Op& op = *c.op;
    switch (op.kind) {
    case OpKind::query_event:
        w.event_answers[op.paged ? 1 : 0][op.level] = {w.version, c.event->number != 0};
        break;
    case OpKind::query_tag:
        if (c.event->kind == EventKind::value && w.ledger(op.tag, op.paged ? 1 : 0) != nullptr) {
            LedgerRow& row = w.ledger_row(op.tag, op.paged ? 1 : 0);
            row.seen_allocations = c.event->row.allocations;
            row.seen_frees = c.event->row.frees;
        }
        break;
    case OpKind::query_verifier:
        read_counters(w, *c.event);
        break;
    default: // a read, a print, or a query whose answer is not remembered
        break;
    }
}

// Knobs of the machine and of Driver Verifier.
void update_setting(World& w, const Context& c) {
    const Op& op = *c.op;
    switch (op.kind) {
    case OpKind::irql:
        w.irqls[w.processor] = op.level;
        break;
    case OpKind::processor:
        w.processor = op.index;
        break;
    case OpKind::process:
        w.processes[w.processor] = op.index;
        break;
    case OpKind::budget:
        update_budget(w, op);
        break;
    case OpKind::fail_nth:
        w.fail_in = op.size;
        w.may_fail = false;
        break;
    case OpKind::quota:
        w.quota[op.index][op.paged].limit = op.size;
        break;
    case OpKind::low_resources:
        w.low_resources.probability = static_cast<std::uint32_t>(op.size);
        w.low_resources.tag = op.tag;
        break;
    case OpKind::special_pool:
        update_special(w, op);
        break;
    case OpKind::verifier:
        update_verifier(w, op);
        break;
    case OpKind::driver:
        w.drivers[w.processor] = op.index;
        break;
    case OpKind::unload:
        if (op.level != 0 || c.event->kind == EventKind::done) {
            w.unloading[op.index] = op.level != 0;
        }
        break;
    case OpKind::clock:
        w.low_resources.clock += std::min(op.size, UINT64_MAX - w.low_resources.clock);
        break;
    case OpKind::dpc:
        w.in_dpc[w.processor] = op.level != 0;
        break;
    case OpKind::idle:
        w.idle_process.reset();
        if (op.level != 0) {
            w.idle_process = op.index;
        }
        break;
    default:
        update_queried(w, c);
        break;
    }
}

} // namespace

void update(World& w, const Context& c) {
    const Op& op = *c.op;
    switch (op.kind) {
    case OpKind::allocate:
        update_allocate(w, c);
        break;
    case OpKind::free:
        update_free(w, c);
        break;
    case OpKind::write:
        update_write(w, c);
        break;
    case OpKind::call:
        update_call(w, c);
        break;
    default:
        update_setting(w, c);
        break;
    }
    const bool of_a_routine =
        op.kind == OpKind::allocate || op.kind == OpKind::free || op.kind == OpKind::call;
    if (of_a_routine && traits_of(op.routine).takes(takes_list)) {
        w.list_uses[list_kind_of(op.routine)][op.index % list_count] = c.event->list;
    }
}

} // namespace poolproof::oracle
