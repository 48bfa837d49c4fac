// Duties of whoever uses lookaside lists, private user memory, secured ranges and aligned memory, by our own
// reading of the pages, and the LL rows that hold reports of them to it. Does not cover: reports of the other
// routines (duty_facts.cpp, duties.cpp), EPU and OTH rows (private_user_checks.cpp, aligned_checks.cpp).
#include "oracle/check.hpp"

#include <algorithm>

namespace poolproof::oracle {

namespace {

constexpr std::uint64_t largest_minimum = 64; // bytes; LOOKASIDE_MINIMUM_BLOCK_SIZE is unverified

// LL-12 to LL-15. A type or flags that may be good or bad leave it open.
void judge_list_arguments(const Op& op, DutyFacts& duties) {
    if (op.routine != Routine::ExInitializeLookasideListEx) {
        constexpr std::uint32_t good = POOL_RAISE_IF_ALLOCATION_FAILURE | POOL_NX_ALLOCATION;
        const bool nonpaged = op.routine == Routine::ExInitializeNPagedLookasideList;
        const bool none = nonpaged && op.size == 0; // LL-11
        duties.broken |= (op.pool_type & ~good) != 0 || none ? fault_lookaside : 0U;
        duties.open |= nonpaged && op.size < largest_minimum ? fault_lookaside : 0U;
        return;
    }
    const bool bad_flags = op.flags_high > 2;
    const bool plain_type = (op.pool_type & ~(unsigned{PagedPoolCacheAligned} | NonPagedPoolNx)) == 0 &&
                            op.pool_type != (unsigned{PagedPool} | NonPagedPoolNx) &&
                            op.pool_type != (unsigned{PagedPoolCacheAligned} | NonPagedPoolNx);
    duties.broken |= bad_flags ? fault_lookaside : 0U;
    duties.open |= !plain_type || (op.flags_high == 2 && op.level == 0) ? fault_lookaside : 0U;
}

void judge_list_call(const Context& c, DutyFacts& duties) {
    const Op& op = *c.op;
    const std::uint8_t irql = c.world->irql();
    const ListSetting& list = list_of(op, c.world->lists);
    const bool initialises = traits_of(op.routine).takes(takes_size);
    const bool paged_list = list_kind_of(op.routine) == 1;
    duties.open = ~(fault_lookaside | fault_irql); // the entries that go may break duties of their own
    duties.open |= c.world->unsure_of_list(op) ? fault_lookaside : 0U;
    duties.broken |= list.live == initialises ? fault_lookaside : 0U; // LL-21, LL-27
    if (initialises) {
        judge_list_arguments(op, duties);
    }
    // A status may be all that comes of bad arguments. Whether the entries of an Ex list count when it is
    // deleted is not said.
    const bool refused = initialises && c.event->number != 0;
    const bool too_high = irql > (paged_list ? APC_LEVEL : DISPATCH_LEVEL);
    (refused ? duties.open : duties.broken) |= too_high ? fault_irql : 0U;
    duties.open |= !initialises && irql >= DISPATCH_LEVEL ? fault_irql : 0U;
    if (c.world->unsure_of_list(op)) {
        duties.broken &= ~std::uint32_t{fault_lookaside};
    }
}

// LL-22: the routine pages of Ex lists allow DISPATCH_LEVEL without a word about paged entries.
void judge_list_irql(const Context& c, DutyFacts& duties) {
    const unsigned kind = list_kind_of(c.op->routine);
    const std::uint8_t irql = c.world->irql();
    duties.broken |= irql > DISPATCH_LEVEL || (irql == DISPATCH_LEVEL && kind == 1) ? fault_irql : 0U;
    duties.open |= irql == DISPATCH_LEVEL && kind == 2 ? fault_irql : 0U;
}

void judge_take(const Context& c, DutyFacts& duties) {
    const bool live = list_of(*c.op, c.world->lists).live;
    duties.open = ~(fault_lookaside | fault_irql); // what the list allocates may break duties of its own
    if (c.world->unsure_of_list(*c.op)) {
        duties.open |= fault_lookaside;
    } else {
        duties.broken |= live ? 0U : fault_lookaside;
    }
    judge_list_irql(c, duties);
}

void judge_put(const Context& c, DutyFacts& duties) {
    const FreeFacts& f = c.free;
    const bool live = list_of(*c.op, c.world->lists).live;
    duties.open = ~(fault_lookaside | fault_irql);
    judge_list_irql(c, duties);
    const bool twice = f.target == Target::uncertain && f.block->in_list && f.block->address == c.event->used;
    if (c.world->unsure_of_list(*c.op) || f.target == Target::null ||
        (f.target == Target::uncertain && !twice)) {
        duties.open |= fault_lookaside;
    } else {
        duties.broken |= live && f.target == Target::start ? 0U : fault_lookaside;
    }
}

// EPU-03: which report another surface gets is the subject's choice.
void judge_private_free(const Context& c, DutyFacts& duties) {
    constexpr std::uint32_t any =
        fault_free_address | fault_wrong_process | fault_wrong_free_routine | fault_handle;
    duties.open = c.free.target == Target::start ? ~any : ~0U;
}

// OTH-04. Nothing is wrong with zero bytes (ZER-05).
void judge_aligned(const Context& c, DutyFacts& duties) {
    const Op& op = *c.op;
    const std::uint8_t irql = c.world->irql();
    const std::uint32_t base = c.alloc.base;
    duties.broken |= op.tag == 0 ? fault_tag_zero : 0U;
    duties.broken |= irql > DISPATCH_LEVEL || (irql == DISPATCH_LEVEL && c.alloc.paged) ? fault_irql : 0U;
    const bool listed = (base & ~unsigned{PagedPoolCacheAligned}) == 0;
    duties.broken |= listed ? 0U : fault_pool_type;
    const bool must = (base & NonPagedPoolMustSucceed) != 0;
    duties.open = ~(fault_tag_zero | fault_irql | fault_pool_type | fault_zero_bytes);
    // X-33 warns of NX at most; must-succeed types have a report of their own.
    duties.open |= (op.pool_type & POOL_NX_ALLOCATION) != 0 || must ? fault_pool_type : 0U;
    duties.broken &= must ? ~std::uint32_t{fault_pool_type} : ~0U;
}

// OTH-05. Of a pointer to no block of the routine's neither instance, tag nor kind of pool is known.
void judge_aligned_free(const Context& c, DutyFacts& duties) {
    const FreeFacts& f = c.free;
    const std::uint8_t irql = c.world->irql();
    duties.open = ~0U;
    duties.broken |= irql > DISPATCH_LEVEL ? fault_irql : 0U;
    if (f.target == Target::start) {
        duties.open = ~(fault_irql | fault_free_tag | fault_wrong_free_routine | fault_handle);
        duties.broken |= irql == DISPATCH_LEVEL && f.block->paged ? fault_irql : 0U;
        duties.broken |= f.block->tag != c.op->tag ? fault_free_tag : 0U;
    }
}

void judge_unsecure(const Context& c, DutyFacts& duties) {
    const auto& secured = c.world->secured;
    const bool has_handle = std::any_of(secured.begin(), secured.end(), [&c](const SecuredRange& range) {
        return range.slot == c.op->slot && !range.lost;
    });
    duties.open = ~std::uint32_t{fault_handle};
    duties.broken = has_handle ? 0U : fault_handle;
}

constexpr RoutineSet takes =
    set_of(Routine::ExAllocateFromNPagedLookasideList, Routine::ExAllocateFromPagedLookasideList,
           Routine::ExAllocateFromLookasideListEx);
constexpr RoutineSet puts = set_of(Routine::ExFreeToNPagedLookasideList, Routine::ExFreeToPagedLookasideList,
                                   Routine::ExFreeToLookasideListEx);

template <Routine R> Outcome bad_list_is_reported(const Context& c) {
    return c.op->routine == R ? judge_report(c, fault_lookaside) : Outcome::not_relevant;
}

Outcome misplaced_entry_is_reported(const Context& c) {
    return judge_report(c, fault_lookaside);
}

bool is_about_a_list(const Context& c) {
    return traits_of(c.op->routine).takes(takes_list);
}

Outcome unknown_list_is_reported(const Context& c) {
    const bool initialises = traits_of(c.op->routine).takes(takes_size);
    return is_about_a_list(c) && !initialises ? judge_report(c, fault_lookaside) : Outcome::not_relevant;
}

Outcome high_irql_is_reported(const Context& c) {
    return is_about_a_list(c) ? judge_report(c, fault_irql) : Outcome::not_relevant;
}

constexpr OpSet on_call = on(OpKind::call);
constexpr const char* initialised = "a report exactly for a list that is not initialised";
constexpr const char* arguments = "a report exactly for a list that is initialised already, or badly";

constexpr Row rows[] = {
    {"LL-11", bad_list_is_reported<Routine::ExInitializeNPagedLookasideList>, on_call, 0, can_report,
     can_validate | can_lists, arguments},
    {"LL-13", bad_list_is_reported<Routine::ExInitializePagedLookasideList>, on_call, 0, can_report,
     can_validate | can_lists, arguments},
    {"LL-15", bad_list_is_reported<Routine::ExInitializeLookasideListEx>, on_call, 0, can_report,
     can_validate | can_lists, arguments},
    {"LL-18", misplaced_entry_is_reported, on_free, puts, can_report, can_validate | can_lists,
     "a report exactly for what is no entry out of the list"},
    {"LL-22", high_irql_is_reported, on_allocate, takes, can_report, can_validate | can_lists | can_irql,
     "a report exactly for too high an IRQL"},
    {"LL-22", high_irql_is_reported, on_free, puts, can_report, can_validate | can_lists | can_irql,
     "a report exactly for too high an IRQL"},
    {"LL-22", high_irql_is_reported, on_call, 0, can_report, can_validate | can_lists | can_irql,
     "a report exactly for too high an IRQL"},
    {"LL-27", unknown_list_is_reported, on_allocate, takes, can_report, can_validate | can_lists,
     initialised},
    {"LL-27", unknown_list_is_reported, on_call, 0, can_report, can_validate | can_lists, initialised},
};

} // namespace

bool find_other_duties(Context& c) {
    DutyFacts& duties = c.duties;
    const Op& op = *c.op;
    if (op.kind == OpKind::call) {
        if (traits_of(op.routine).takes(takes_list)) {
            judge_list_call(c, duties);
        } else if (op.routine == Routine::EngUnsecureMem) {
            judge_unsecure(c, duties);
        } else {
            return false;
        }
        return true;
    }
    if (op.kind != OpKind::allocate && op.kind != OpKind::free) {
        return false;
    }
    const bool allocates = op.kind == OpKind::allocate;
    switch (traits_of(op.routine).memory) {
    case Memory::list:
        allocates ? judge_take(c, duties) : judge_put(c, duties);
        return true;
    case Memory::aligned:
        allocates ? judge_aligned(c, duties) : judge_aligned_free(c, duties);
        return true;
    case Memory::private_user:
        if (!allocates) {
            judge_private_free(c, duties);
        }
        return !allocates;
    default:
        return false;
    }
}

std::span<const Row> list_duty_rows() {
    return rows;
}

} // namespace poolproof::oracle
