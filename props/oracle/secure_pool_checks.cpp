// Secure pools: EAP3-10, EFP2-02 and EFP2-04 to EFP2-09, ECP, EDP and SEC clauses. An op makes secure pools
// without parameters and blocks without secure flags; whether such a block may be rewritten or freed at all
// hangs on flags that no page explains, so a refusal is open there. Does not cover: reports of broken duties
// but those of EDP-01 to EDP-03 (duties.cpp).
#include "oracle/alloc_defects.hpp"
#include "oracle/check.hpp"

#include <ddi/bugcodes.h>
#include <ddi/ntstatus.h>

namespace poolproof::oracle {

namespace {

constexpr std::uint32_t secure_flag = 1; // POOL_CREATE_FLG_SECURE_POOL

bool is_call(const Context& c, Routine routine) {
    return c.op->routine == routine;
}

const PrivatePool& pool_of(const Context& c) {
    return c.world->pools[c.op->index];
}

bool answered(const Context& c, std::int32_t status) {
    return c.has(is_value) && c.event->number == static_cast<std::uint32_t>(status);
}

// Four letters: no page says which other tags a pool may have.
bool has_plain_tag(const Context& c) {
    for (unsigned shift = 0; shift < 32; shift += 8) {
        const std::uint32_t letter = c.op->tag >> shift & 0xDFU;
        if (letter < 'A' || letter > 'Z') {
            return false;
        }
    }
    return true;
}

Outcome pool_is_created(const Context& c) {
    const bool sound = c.op->pool_type == secure_flag && has_plain_tag(c) &&
                       c.world->irql() == PASSIVE_LEVEL && !c.world->simulates_shortage();
    return is_call(c, Routine::ExCreatePool) && sound ? hold_if(answered(c, 0)) : Outcome::not_relevant;
}

// The flags of the other two kinds have no documented value; none at all is none of the three.
Outcome one_kind_is_asked_for(const Context& c) {
    if (!is_call(c, Routine::ExCreatePool) || c.world->irql() != PASSIVE_LEVEL) {
        return Outcome::not_relevant;
    }
    switch (c.op->pool_type) {
    case 0:
        return hold_if(answered(c, STATUS_INVALID_PARAMETER_1));
    case secure_flag:
        return hold_if(!answered(c, STATUS_INVALID_PARAMETER_1));
    default:
        return Outcome::unspecified;
    }
}

Outcome secure_pool_needs_no_name(const Context& c) {
    const bool secure = is_call(c, Routine::ExCreatePool) && c.op->pool_type == secure_flag;
    return secure ? hold_if(!answered(c, STATUS_INVALID_PARAMETER_3)) : Outcome::not_relevant;
}

// A bug check, whichever, or where the subject can a report.
Outcome is_caught(const Context& c) {
    if (c.has(is_bug_check)) {
        return Outcome::holds;
    }
    const bool reported = (c.event->caller_faults & (fault_handle | fault_parameters)) != 0;
    return c.has(can_report) ? hold_if(reported) : Outcome::unspecified;
}

Outcome only_an_open_pool_is_destroyed(const Context& c) {
    const PrivatePool& pool = pool_of(c);
    if (!is_call(c, Routine::ExDestroyPool) || c.world->irql() != PASSIVE_LEVEL) {
        return Outcome::not_relevant;
    }
    if (!pool.open) {
        return is_caught(c);
    }
    return pool.blocks == 0 && !pool.doubtful ? hold_if(!c.has(is_bug_check)) : Outcome::not_relevant;
}

Outcome only_an_empty_pool_is_destroyed(const Context& c) {
    const bool in_use = is_call(c, Routine::ExDestroyPool) && pool_of(c).open && pool_of(c).blocks != 0;
    return in_use ? is_caught(c) : Outcome::not_relevant;
}

// The handle of a pool that was destroyed.
bool is_dead(const PrivatePool& pool) {
    return !pool.open && pool.generation != 0;
}

Outcome dead_handle_is_no_handle(const Context& c) {
    if (!is_dead(pool_of(c))) {
        return Outcome::not_relevant;
    }
    switch (c.op->routine) {
    case Routine::ExDestroyPool:
        return is_caught(c);
    case Routine::ExSecurePoolUpdate:
    case Routine::ExSecurePoolValidate:
        return hold_if(!answered(c, 0));
    default:
        return Outcome::not_relevant;
    }
}

Outcome dead_handle_gives_no_memory(const Context& c) {
    SecureEntry entry;
    const bool stated = secure_entry_of(*c.op, entry) == SecureAsk::stated;
    return stated && is_dead(c.world->pools[entry.pool]) ? hold_if(!c.has(is_pointer))
                                                         : Outcome::not_relevant;
}

// The block that the call is about, where the model knows it.
const Block* block_of(const Context& c) {
    const Block* block = c.world->covering(c.event->used);
    const bool known = block != nullptr && block->life == Life::live && block->address == c.event->used &&
                       block->secure == block->secure_known;
    return known ? block : nullptr;
}

bool belongs(const Context& c, const Block& block) {
    const PrivatePool& pool = pool_of(c);
    return block.secure && pool.open && block.secure_pool == c.op->index &&
           block.pool_generation == pool.generation && block.cookie == c.op->priority &&
           block.tag == c.op->tag;
}

Outcome validates_what_belongs_together(const Context& c) {
    const Block* block = block_of(c);
    if (!is_call(c, Routine::ExSecurePoolValidate) || block == nullptr) {
        return Outcome::not_relevant;
    }
    return hold_if(belongs(c, *block) == answered(c, 0) && c.has(is_value));
}

Outcome update_stays_within_the_block(const Context& c) {
    const Block* block = block_of(c);
    if (!is_call(c, Routine::ExSecurePoolUpdate) || block == nullptr || !belongs(c, *block)) {
        return Outcome::not_relevant;
    }
    const std::int64_t end = std::int64_t{c.op->offset} + std::int64_t{c.op->length};
    const bool within = c.op->offset >= 0 && static_cast<std::uint64_t>(end) <= block->size;
    if (!within) {
        return hold_if(!answered(c, 0));
    }
    if (!c.has(is_value)) {
        return Outcome::violated;
    }
    return answered(c, 0) ? Outcome::holds : Outcome::unspecified;
}

Outcome secure_entry_is_served(const Context& c) {
    const AllocationRequest& ask = c.alloc.ask;
    SecureEntry entry;
    const bool plain = (c.op->extended >> 16) == 0 && ask.flags == Validity::valid &&
                       (c.op->pool_type & pool_flag_non_paged) != 0 && ask.size != 0 && !ask.quota &&
                       !ask.wants_special && has_plain_tag(c) && c.alloc.defects == 0;
    if (secure_entry_of(*c.op, entry) != SecureAsk::stated || !plain || !c.world->pools[entry.pool].open) {
        return Outcome::not_relevant;
    }
    if (c.alloc.injected || c.alloc.impossible) {
        return hold_if(failed_in_form(c));
    }
    return c.alloc.certain ? hold_if(c.has(is_pointer)) : Outcome::unspecified;
}

Outcome secure_block_is_nonpaged(const Context& c) {
    SecureEntry entry;
    const bool stated = secure_entry_of(*c.op, entry) == SecureAsk::stated;
    return stated ? hold_if(!c.event->block.paged) : Outcome::not_relevant;
}

Outcome secure_block_is_reached_at_dispatch(const Context& c) {
    const bool high = c.touch.own && c.touch.block->secure_known && c.world->irql() >= DISPATCH_LEVEL;
    return high ? hold_if(!c.has(is_fault)) : Outcome::not_relevant;
}

Outcome null_is_no_block(const Context& c) {
    return c.free.target == Target::null ? hold_if(c.bug_check(BAD_POOL_CALLER)) : Outcome::not_relevant;
}

Outcome bad_parameters_stop_the_system(const Context& c) {
    return judge_free(c, defect_free_parameters);
}

Outcome ordinary_block_has_no_parameters(const Context& c) {
    return c.free.block->secure ? Outcome::not_relevant : bad_parameters_stop_the_system(c);
}

bool is_one_secure_entry(const Op& op) {
    ExtendedParameter entries[max_parameters];
    return parameters_of(op, entries) == 1 && entries[0].type == parameter_secure_pool;
}

Outcome secure_block_has_one_entry(const Context& c) {
    return c.free.block->secure && !is_one_secure_entry(*c.op) ? bad_parameters_stop_the_system(c)
                                                               : Outcome::not_relevant;
}

Outcome secure_entry_is_checked(const Context& c) {
    return c.free.block->secure && is_one_secure_entry(*c.op) ? bad_parameters_stop_the_system(c)
                                                              : Outcome::not_relevant;
}

Outcome is_done_or_stops(const Context& c) {
    return hold_if(c.has(is_done) || c.has(is_bug_check));
}

// Diagnostics may find it or not.
Outcome damage_may_be_found(const Context& c) {
    const bool doubtful =
        c.free.target == Target::freed || (c.free.defects & defect_free_tag) != 0 || c.free.parameters_open;
    if (!doubtful) {
        return Outcome::not_relevant;
    }
    return c.has(is_bug_check) ? Outcome::holds : Outcome::unspecified;
}

constexpr OpSet on_call = on(OpKind::call);
constexpr std::uint32_t pools = can_secure_pools;
constexpr std::uint32_t stops = can_bug_check | can_fail_cleanly_at_free;
constexpr const char* dead = "a handle to be dead once its pool was destroyed";
constexpr const char* entry = "bug check 0xC2 for parameters that are not those of the block";

constexpr Row rows[] = {
    {"EAP3-10", secure_entry_is_served, on_allocate, by_pool3, 0, pools,
     "a block for a secure-pool entry that names an open pool"},
    {"EFP2-02", null_is_no_block, on_free, by_second_free, 0, stops, "bug check 0xC2 for NULL"},
    {"EFP2-04", ordinary_block_has_no_parameters, on_free, by_second_free, on_live, stops, entry},
    {"EFP2-05", secure_block_has_one_entry, on_free, by_second_free, on_live, stops | pools, entry},
    {"EFP2-06", secure_entry_is_checked, on_free, by_second_free, on_live, stops | pools, entry},
    {"EFP2-07", bad_parameters_stop_the_system, on_free, by_second_free, on_live, stops, entry},
    {"EFP2-08", is_done_or_stops, on_free, by_second_free, 0, stops, "the free to be done, or a bug check"},
    {"EFP2-09", damage_may_be_found, on_free, by_second_free, 0, stops, "a bug check, or silence", true},
    {"ECP-01", pool_is_created, on_call, 0, 0, pools, "STATUS_SUCCESS for a secure pool"},
    {"ECP-02", one_kind_is_asked_for, on_call, 0, 0, pools,
     "STATUS_INVALID_PARAMETER_1 where no kind of pool is named, and only then"},
    {"ECP-03", secure_pool_needs_no_name, on_call, 0, 0, pools,
     "no STATUS_INVALID_PARAMETER_3 for a secure pool without a name"},
    {"EDP-01", only_an_open_pool_is_destroyed, on_call, 0, 0, pools,
     "a bug check or a report exactly for a handle that is no pool's"},
    {"EDP-02", only_an_empty_pool_is_destroyed, on_call, 0, 0, pools,
     "a bug check or a report for a pool that still has blocks"},
    {"EDP-03", dead_handle_is_no_handle, on_call, 0, 0, pools, dead},
    {"EDP-03", dead_handle_gives_no_memory, on_allocate, by_pool3, 0, pools, dead},
    {"SEC-02", update_stays_within_the_block, on_call, 0, 0, pools,
     "an update within the block, and a refusal of one that is not"},
    {"SEC-03", validates_what_belongs_together, on_call, 0, 0, pools,
     "TRUE exactly for the handle, tag and cookie of the block"},
    {"SEC-04", secure_block_is_nonpaged, on_allocate, by_pool3, is_pointer | has_info, pools | can_block_info,
     "nonpaged memory for a secure block"},
    {"SEC-04", secure_block_is_reached_at_dispatch, on_touch, 0, 0, pools | can_irql,
     "a secure block to be usable at every IRQL"},
};

} // namespace

std::span<const Row> secure_pool_rows() {
    return rows;
}

} // namespace poolproof::oracle
