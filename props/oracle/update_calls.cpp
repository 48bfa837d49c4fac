// How a call that neither allocates nor frees changes the world: quota, lookaside lists, private pools,
// secured ranges. Does not cover: verdicts.
#include "oracle/context.hpp"

#include <algorithm>

namespace poolproof::oracle {

namespace {

// What is given back without having been charged by a call may be a block's (PSQ-03).
void update_quota(World& w, const Op& op) {
    QuotaRow& row = w.quota[op.index][(op.pool_type & PagedPool) != 0];
    const bool charges = op.routine == Routine::PsChargePoolQuota;
    const bool known = charges ? op.size <= UINT64_MAX - row.most : op.size <= row.by_call;
    row.users |= set_of(op.routine);
    row.loose = row.loose || !known || !is_quota_type(op.pool_type);
    if (known) {
        const std::uint64_t by = charges ? op.size : 0 - op.size;
        row.least += by;
        row.most += by;
        row.by_call += by;
    }
}

void update_private_pools(World& w, const Context& c) {
    const Op& op = *c.op;
    PrivatePool& pool = w.pools[op.index];
    if (op.routine == Routine::ExCreatePool && c.event->number == 0) {
        pool = {pool.generation + 1, true, false, 0}; // a handle that stood there before is lost
    } else if (op.routine == Routine::ExDestroyPool) {
        pool.open = false;
    } else if (op.routine == Routine::ExSecurePoolUpdate) {
        const Block* block = w.covering(c.event->used);
        if (block != nullptr) {
            w.edit(*block).tainted = true;
        }
    }
}

// One that did not come back may have freed some of the entries.
void update_list(World& w, const Context& c) {
    const Op& op = *c.op;
    const bool initialises = traits_of(op.routine).takes(takes_size);
    bool& unsure = w.unsure_lists[list_kind_of(op.routine)][op.index % list_count];
    if (c.event->kind != EventKind::done && c.event->kind != EventKind::value) {
        unsure = unsure || !initialises;
    } else if (c.event->number == 0) { // a status, 0 for success
        unsure = unsure && !initialises;
        w.freed_to[list_kind_of(op.routine)][op.index % list_count] = 0;
        if (!initialises && !unsure) {
            w.empty_list(op);
        }
        apply(op, w.lists);
    }
}

// The current process's own user memory is held, whatever becomes of the block (ESM-01).
void update_secured(World& w, const Context& c) {
    const Op& op = *c.op;
    const auto of_slot = [&op](const SecuredRange& range) { return range.slot == op.slot && !range.lost; };
    if (op.routine == Routine::EngUnsecureMem) {
        std::erase_if(w.secured, of_slot);
    } else if (c.event->number == 0) {
        const auto former = std::find_if(w.secured.begin(), w.secured.end(), of_slot);
        if (former != w.secured.end()) {
            former->lost = true;
        }
        SecuredRange range;
        range.process = w.process();
        range.slot = op.slot;
        const std::uint64_t from = c.event->used + static_cast<std::uint64_t>(std::int64_t{op.offset});
        const Block* block = w.user_covering(w.process(), from);
        if (block != nullptr && block->life == Life::live && op.length <= block->end() - from) {
            range.from = from;
            range.end = from + op.length;
        }
        w.secured.push_back(range);
    }
}

} // namespace

void update_call(World& w, const Context& c) {
    const Op& op = *c.op;
    note_call(w, op);
    if (traits_of(op.routine).takes(takes_list)) {
        update_list(w, c);
    }
    if (c.event->kind != EventKind::done && c.event->kind != EventKind::value) {
        return;
    }
    if (traits_of(op.routine).takes(takes_pool)) {
        update_private_pools(w, c);
    } else if (op.routine == Routine::EngSecureMem || op.routine == Routine::EngUnsecureMem) {
        update_secured(w, c);
    } else if (is_quota_call(op.routine)) {
        update_quota(w, op);
    }
}

} // namespace poolproof::oracle
