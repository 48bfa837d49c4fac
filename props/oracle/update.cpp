// How an op changes the world, as its event tells. A bug check or a raise changes nothing; a touch that
// faults may have touched what lies before the fault. Does not cover: verdicts.
#include "oracle/context.hpp"

#include <algorithm>

namespace poolproof::oracle {

namespace {

Placement placement_of(const Context& c) {
    if (c.op->routine == Routine::EngAllocUserMem) {
        return Placement::user;
    }
    if (c.event->block.known) {
        return c.event->block.special ? Placement::special : Placement::ordinary;
    }
    return c.has(is_eligible) || c.alloc.gflags.open ? Placement::unknown : Placement::ordinary;
}

void update_allocate(World& w, const Context& c) {
    const Op& op = *c.op;
    w.fail_in -= w.fail_in > 0 ? 1 : 0;
    if (c.event->kind != EventKind::pointer) {
        w.empty_slot(op.slot);
        return;
    }
    Block block;
    block.address = c.event->address;
    block.size = op.size;
    block.tag = op.tag;
    block.routine = op.routine;
    block.process = w.process();
    block.placement = placement_of(c);
    block.side = c.alloc.side;
    if (c.alloc.side_open) {
        block.side = page_of(block.address) == block.address ? Side::start : Side::end;
    }
    block.paged = c.alloc.paged;
    const POOL_TYPE kind = block.paged ? PagedPool : NonPagedPool;
    block.pool_type = is_ex_allocator(op.routine) ? op.pool_type : static_cast<std::uint32_t>(kind);
    block.cache_aligned = is_ex_allocator(op.routine) && (op.pool_type & NonPagedPoolCacheAligned) != 0;
    w.add(block, op.slot);
}

void update_free(World& w, const Context& c) {
    const FreeFacts& f = c.free;
    if (f.block == nullptr || c.event->kind != EventKind::done) {
        return;
    }
    ++w.version; // also where the free may have done nothing
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
        break;
    case OpKind::special_pool:
        update_special(w, op);
        break;
    case OpKind::verifier:
        w.verifier = op.level != 0;
        break;
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
    case OpKind::read:
    case OpKind::print:
        break;
    }
}

} // namespace poolproof::oracle
