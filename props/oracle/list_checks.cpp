// LL clauses: what lookaside lists do. A list is seen through what its subject tells of it before and after a
// call; entries that it holds may go back to pool at any time (LL-25), so only that they do not appear from
// nowhere is asserted. Does not cover: reports of broken duties (list_duties.cpp).
#include "oracle/check.hpp"

#include <ddi/bugcodes.h>
#include <ddi/ntstatus.h>

namespace poolproof::oracle {

namespace {

constexpr std::uint64_t largest_minimum = 64; // bytes; LOOKASIDE_MINIMUM_BLOCK_SIZE is unverified

const ListSetting& setting(const Context& c) {
    return list_of(*c.op, c.world->lists);
}
const ListUse& before(const Context& c) {
    return c.world->list_use(*c.op);
}
const ListUse& after(const Context& c) {
    return c.event->list;
}

// The list was initialised, and the subject told of it before the op and after.
bool is_told(const Context& c) {
    return setting(c).live && !c.world->unsure_of_list(*c.op) && before(c).known && before(c).live &&
           after(c).known;
}

bool is_call_of(const Context& c, RoutineSet routines) {
    return contains(routines, c.op->routine);
}

constexpr RoutineSet takes =
    set_of(Routine::ExAllocateFromNPagedLookasideList, Routine::ExAllocateFromPagedLookasideList,
           Routine::ExAllocateFromLookasideListEx);
constexpr RoutineSet puts = set_of(Routine::ExFreeToNPagedLookasideList, Routine::ExFreeToPagedLookasideList,
                                   Routine::ExFreeToLookasideListEx);
constexpr RoutineSet inits =
    set_of(Routine::ExInitializeNPagedLookasideList, Routine::ExInitializePagedLookasideList,
           Routine::ExInitializeLookasideListEx);
constexpr RoutineSet deletes = set_of(Routine::ExDeleteNPagedLookasideList,
                                      Routine::ExDeletePagedLookasideList, Routine::ExDeleteLookasideListEx);
constexpr RoutineSet flush = set_of(Routine::ExFlushLookasideListEx);
constexpr RoutineSet npaged_take = set_of(Routine::ExAllocateFromNPagedLookasideList);
constexpr RoutineSet paged_take = set_of(Routine::ExAllocateFromPagedLookasideList);
constexpr RoutineSet ex_take = set_of(Routine::ExAllocateFromLookasideListEx);

bool is_nonpaged_init(const Context& c) {
    return c.op->routine == Routine::ExInitializeNPagedLookasideList;
}

// LL-22: for the calls about a list as a whole.
bool irql_is_right(const Context& c) {
    return c.world->irql() <= (list_kind_of(c.op->routine) == 1 ? APC_LEVEL : DISPATCH_LEVEL);
}

// LL-01.
Outcome starts_empty(const Context& c) {
    if (!is_call_of(c, inits) || c.event->number != 0 || !after(c).known) {
        return Outcome::not_relevant;
    }
    return hold_if(after(c).live && after(c).cached == 0 && !after(c).own.called);
}

// The list took it before, from whoever it had given it to. What became of an entry that was given to
// something else first is not known.
Outcome is_entry_of_the_list(const Context& c) {
    const Block* block = c.world->covering(c.event->address);
    const bool of_a_list = block != nullptr && block->address == c.event->address &&
                           block->life == Life::uncertain &&
                           list_kind_of(block->routine) == list_kind_of(c.op->routine) &&
                           block->index == c.op->index && block->generation == setting(c).generation;
    return !of_a_list ? Outcome::violated : block->in_list ? Outcome::holds : Outcome::unspecified;
}

// LL-02.
Outcome entry_comes_from_the_list_or_its_allocator(const Context& c) {
    if (!is_told(c) || c.has(is_bug_check)) {
        return Outcome::not_relevant;
    }
    const std::uint64_t missed = after(c).allocate_misses - before(c).allocate_misses;
    if (after(c).allocates != before(c).allocates + 1 || missed > 1 ||
        (c.has(is_pointer) && c.alloc.overlapped != nullptr)) {
        return Outcome::violated;
    }
    const OwnRoutineCall& own = after(c).own;
    if (missed == 0) {
        const bool taken = before(c).cached > after(c).cached && !own.called && c.has(is_pointer);
        return taken ? is_entry_of_the_list(c) : Outcome::violated;
    }
    if (after(c).cached != 0 || own.called != setting(c).own_routines) {
        return Outcome::violated;
    }
    if (own.called &&
        (own.is_free || own.tag != setting(c).tag || !same_type(own.pool_type, setting(c).pool_type))) {
        return Outcome::violated;
    }
    return before(c).cached == 0 ? Outcome::holds : Outcome::unspecified;
}

// LL-03.
Outcome entry_stays_or_is_released(const Context& c) {
    if (!is_told(c)) {
        return Outcome::not_relevant;
    }
    if (!c.has(is_done)) { // releasing a page of special pool may find it damaged
        return c.has(is_sound) && !c.has(in_special) ? Outcome::violated : Outcome::not_relevant;
    }
    const std::uint64_t released = after(c).free_misses - before(c).free_misses;
    const OwnRoutineCall& own = after(c).own;
    if (after(c).frees != before(c).frees + 1 || released > 1) {
        return Outcome::violated;
    }
    if (released == 0) {
        return hold_if(!own.called && after(c).cached >= 1 && after(c).cached <= before(c).cached + 1);
    }
    return hold_if(own.called == setting(c).own_routines && own.is_free == own.called &&
                   after(c).cached <= before(c).cached);
}

// LL-05.
Outcome failure_is_null_unless_it_raises(const Context& c) {
    if (c.alloc.expect == Expect::memory) {
        return hold_if(c.has(is_pointer) && c.event->accessible != Seen::no);
    }
    if (c.alloc.ask.raises || (c.alloc.expect == Expect::either && c.has(is_pointer))) {
        return Outcome::not_relevant;
    }
    return !c.has(is_null)                     ? Outcome::violated
           : c.alloc.expect == Expect::failure ? Outcome::holds
                                               : Outcome::unspecified;
}

// LL-12, LL-13, LL-16.
Outcome failure_raises(const Context& c) {
    const bool failed = c.alloc.expect == Expect::failure;
    if (!c.alloc.ask.raises || (!failed && c.alloc.expect != Expect::either) ||
        (!failed && c.has(is_pointer))) {
        return Outcome::not_relevant;
    }
    if (!c.has(is_raised) || c.event->status >> 28 != 0xC) { // which error status is stated nowhere
        return Outcome::violated;
    }
    return failed ? Outcome::holds : Outcome::unspecified;
}

// LL-06.
Outcome has_the_size_of_the_list(const Context& c) {
    return is_told(c) ? hold_if(c.event->block.bytes == setting(c).size) : Outcome::not_relevant;
}

Outcome allocator_is_told_the_size(const Context& c) {
    const OwnRoutineCall& own = after(c).own;
    return is_told(c) && own.called && !own.is_free ? hold_if(own.bytes == setting(c).size)
                                                    : Outcome::not_relevant;
}

// LL-12, LL-13.
Outcome is_of_the_nonpaged_kind_asked_for(const Context& c) {
    if (!is_told(c)) {
        return Outcome::not_relevant;
    }
    const bool no_execute = (setting(c).pool_type & POOL_NX_ALLOCATION) != 0;
    return hold_if(!c.event->block.paged && c.event->block.executable == !no_execute);
}

Outcome is_paged(const Context& c) {
    return is_told(c) ? hold_if(c.event->block.paged) : Outcome::not_relevant;
}

// LL-14, LL-15. Session and must-succeed types, and types with modifier bits, may be refused or not.
enum class Argument : std::uint8_t { good, bad, open };

Argument type_of(const Op& op) {
    switch (op.pool_type) {
    case NonPagedPool:
    case PagedPool:
    case NonPagedPoolCacheAligned:
    case PagedPoolCacheAligned:
    case NonPagedPoolNx:
    case NonPagedPoolNxCacheAligned:
        return Argument::good;
    default:
        break;
    }
    const std::uint32_t base = op.pool_type & ~type_modifiers;
    constexpr std::uint32_t enumerators = 0x27;
    return (base & ~enumerators) != 0 || op.pool_type == MaxPoolType ? Argument::bad : Argument::open;
}

Argument flags_of(const Op& op) {
    constexpr std::uint32_t raise_on_fail = 1;
    constexpr std::uint32_t fail_without_raise = 2;
    if (op.flags_high > fail_without_raise) {
        return Argument::bad;
    }
    const bool open = op.flags_high == fail_without_raise && op.level == 0;
    return op.flags_high <= raise_on_fail || !open ? Argument::good : Argument::open;
}

// Bug checks of a list that is known already, and of a high IRQL, come first.
bool status_is_due(const Context& c) {
    return c.op->routine == Routine::ExInitializeLookasideListEx && irql_is_right(c) &&
           !(c.world->verifier && (setting(c).live || c.world->unsure_of_list(*c.op)));
}

Outcome status_tells_which_argument_is_bad(const Context& c) {
    if (!status_is_due(c)) {
        return Outcome::not_relevant;
    }
    const Argument type = type_of(*c.op);
    const Argument flags = flags_of(*c.op);
    const std::uint64_t status = c.event->number;
    const bool blames_type = status == static_cast<std::uint32_t>(STATUS_INVALID_PARAMETER_4);
    const bool blames_flags = status == static_cast<std::uint32_t>(STATUS_INVALID_PARAMETER_5);
    if (!c.has(is_value) || (status != 0 && !blames_type && !blames_flags)) {
        return c.op->size == 0 || c.op->tag == 0 ? Outcome::unspecified : Outcome::violated;
    }
    if ((blames_type && type == Argument::good) || (blames_flags && flags == Argument::good) ||
        (status == 0 && (type == Argument::bad || flags == Argument::bad))) {
        return Outcome::violated;
    }
    return type == Argument::open || flags == Argument::open ? Outcome::unspecified : Outcome::holds;
}

Outcome flags_exclude_each_other(const Context& c) {
    if (!status_is_due(c) || type_of(*c.op) != Argument::good || flags_of(*c.op) != Argument::bad) {
        return Outcome::not_relevant;
    }
    return hold_if(c.has(is_value) &&
                   c.event->number == static_cast<std::uint32_t>(STATUS_INVALID_PARAMETER_5));
}

// LL-16. X-31: without the flag's bit, the type is as it was at the initialisation.
Outcome allocator_is_told_the_flag(const Context& c) {
    const OwnRoutineCall& own = after(c).own;
    if (!is_told(c) || !own.called || own.is_free) {
        return Outcome::not_relevant;
    }
    constexpr std::uint32_t bits = POOL_RAISE_IF_ALLOCATION_FAILURE | POOL_QUOTA_FAIL_INSTEAD_OF_RAISE;
    if (own.pool_type == setting(c).pool_type) {
        return Outcome::holds;
    }
    return own.pool_type == (setting(c).pool_type & ~bits) ? Outcome::unspecified : Outcome::violated;
}

// LL-11.
Outcome small_entries_are_caught(const Context& c) {
    if (!is_nonpaged_init(c) || !irql_is_right(c) || setting(c).live || c.world->unsure_of_list(*c.op)) {
        return Outcome::not_relevant;
    }
    const bool caught = c.bug_check(DRIVER_VERIFIER_DETECTED_VIOLATION) && c.p(1) == 0xCD;
    if (c.op->size > 0 && c.op->size < largest_minimum) {
        return Outcome::unspecified;
    }
    return hold_if(c.op->size == 0 ? caught && c.p(3) == c.op->size : !caught);
}

// LL-19.
Outcome nothing_is_left(const Context& c) {
    if (!is_call_of(c, deletes | flush) || !is_told(c)) {
        return Outcome::not_relevant;
    }
    if (!c.has(is_value)) { // entries may be damaged, or their pool not to be freed at this IRQL
        const bool plain = !c.world->special_used && c.world->irql() < DISPATCH_LEVEL;
        return plain ? Outcome::violated : Outcome::unspecified;
    }
    const bool deleted = is_call_of(c, deletes);
    const OwnRoutineCall& own = after(c).own;
    if (after(c).live == deleted || after(c).cached != 0 || (own.called && !own.is_free) ||
        (own.called && !setting(c).own_routines)) {
        return Outcome::violated;
    }
    const bool owed = setting(c).own_routines && before(c).cached != 0;
    return owed && !own.called ? Outcome::unspecified : Outcome::holds;
}

// Where all the blocks of a tag that are not the caller's were a list's, and the list is empty.
Outcome no_entry_is_left_in_the_ledger(const Context& c) {
    const LedgerRow* row = c.world->ledger(c.op->tag, c.op->paged ? 1 : 0);
    if (row == nullptr || !row->loose || row->astray || row->held != 0) {
        return Outcome::not_relevant;
    }
    const TagRow& seen = c.event->row;
    return hold_if(seen.allocations - seen.frees == row->live && seen.bytes >= row->bytes &&
                   seen.bytes <= row->rounded_bytes);
}

// LL-21.
Outcome verifier_knows_the_list(const Context& c) {
    const bool initialises = is_call_of(c, inits);
    if ((!initialises && !is_call_of(c, deletes)) || !irql_is_right(c) || c.world->unsure_of_list(*c.op)) {
        return Outcome::not_relevant;
    }
    const bool ex = c.op->routine == Routine::ExInitializeLookasideListEx;
    if (ex && (type_of(*c.op) != Argument::good || flags_of(*c.op) != Argument::good)) {
        return Outcome::not_relevant;
    }
    const bool caught =
        c.bug_check(DRIVER_VERIFIER_DETECTED_VIOLATION) && c.p(1) == (initialises ? 0xCAU : 0xCBU);
    return hold_if(caught == (setting(c).live == initialises));
}

// LL-22. X-18: the rule of compliance checking speaks of paged lists above APC_LEVEL, the pages of
// no reaction.
Outcome compliance_checking_knows_the_irql(const Context& c) {
    if (!c.world->verifies(compliance_flag) || list_kind_of(c.op->routine) != 1 ||
        !traits_of(c.op->routine).takes(takes_list)) {
        return Outcome::not_relevant;
    }
    const bool caught = c.bug_check(DRIVER_VERIFIER_DETECTED_VIOLATION) && c.p(1) == 0x00020006;
    if (c.world->irql() <= APC_LEVEL) {
        return hold_if(!caught);
    }
    return caught ? Outcome::holds : Outcome::unspecified;
}

// LL-26.
Outcome paged_entries_fault_at_dispatch(const Context& c) {
    const Block* block = c.touch.block;
    if (c.touch.result != Touched::paged_high || block == nullptr ||
        traits_of(block->routine).memory != Memory::list) {
        return Outcome::not_relevant;
    }
    const std::uint64_t end = c.event->used + c.op->length;
    const bool in_it = c.event->kind == EventKind::guard_fault ? c.event->address < end : c.p(1) < end;
    return hold_if(c.has(is_fault) && in_it);
}

// LL-30.
Outcome own_routines_run_at_the_irql_of_the_call(const Context& c) {
    return after(c).known && after(c).own.called ? hold_if(after(c).own.irql == c.world->irql())
                                                 : Outcome::not_relevant;
}

constexpr OpSet on_call = on(OpKind::call);
constexpr std::uint32_t told_block = is_pointer | has_info;
constexpr std::uint32_t lists_and_info = can_lists | can_block_info;
constexpr const char* raised = "an exception with an error status when memory is short";
constexpr const char* emptied = "every entry that the list held to be freed, and a deleted list to be gone";

constexpr Row rows[] = {
    {"LL-01", starts_empty, on_call, 0, is_value, can_lists, "a list that holds nothing at first"},
    {"LL-02", entry_comes_from_the_list_or_its_allocator, on_allocate, takes, 0, can_lists,
     "an entry that the list holds, else one of its own allocator, else one from pool"},
    {"LL-03", entry_stays_or_is_released, on_free, puts, on_live, can_lists,
     "the entry in the list, or released by the list's own routine, else to pool"},
    {"LL-05", failure_is_null_unless_it_raises, on_allocate, takes, is_sound, can_lists,
     "an entry, or NULL when the list is empty and memory is short"},
    {"LL-06", has_the_size_of_the_list, on_allocate, takes, told_block, lists_and_info,
     "an entry of the size of the list"},
    {"LL-06", allocator_is_told_the_size, on_allocate, takes, 0, can_lists,
     "the list's allocator to be asked for the size of the list"},
    {"LL-11", small_entries_are_caught, on_call, 0, with_verifier, can_verifier | can_bug_check | can_lists,
     "bug check 0xC4 with 0xCD exactly for entries below the minimum"},
    {"LL-12", is_of_the_nonpaged_kind_asked_for, on_allocate, npaged_take, told_block, lists_and_info,
     "nonpaged memory, executable unless POOL_NX_ALLOCATION was asked for"},
    {"LL-12", failure_raises, on_allocate, npaged_take, is_sound, can_lists | can_raise, raised},
    {"LL-13", is_paged, on_allocate, paged_take, told_block, lists_and_info, "paged memory"},
    {"LL-13", failure_raises, on_allocate, paged_take, is_sound, can_lists | can_raise, raised},
    {"LL-14", status_tells_which_argument_is_bad, on_call, 0, 0, can_lists,
     "STATUS_SUCCESS, STATUS_INVALID_PARAMETER_4 for a bad type, STATUS_INVALID_PARAMETER_5 for bad flags"},
    {"LL-15", flags_exclude_each_other, on_call, 0, 0, can_lists,
     "STATUS_INVALID_PARAMETER_5 for flags that are none or both of the two"},
    {"LL-16", failure_raises, on_allocate, ex_take, is_sound, can_lists | can_raise, raised},
    {"LL-16", allocator_is_told_the_flag, on_allocate, ex_take, 0, can_lists,
     "the list's allocator to be given its type with the bit that its flag stands for"},
    {"LL-19", nothing_is_left, on_call, 0, 0, can_lists, emptied},
    {"LL-19", no_entry_is_left_in_the_ledger, on(OpKind::query_tag), 0, is_value, can_lists | can_ledger,
     emptied},
    {"LL-21", verifier_knows_the_list, on_call, 0, with_verifier, can_verifier | can_bug_check | can_lists,
     "bug check 0xC4 with 0xCA exactly for a list initialised again, with 0xCB for one never initialised"},
    {"LL-22", compliance_checking_knows_the_irql, on(OpKind::allocate, OpKind::free, OpKind::call), 0, 0,
     can_lists | can_verifier_flags | can_irql | can_bug_check,
     "bug check 0xC4 with 0x20006 for paged lists above APC_LEVEL only"},
    {"LL-26", paged_entries_fault_at_dispatch, on_touch, 0, must_fault, can_lists | can_irql | can_trim_paged,
     "a fault for a touch of a paged entry at DISPATCH_LEVEL"},
    {"LL-30", own_routines_run_at_the_irql_of_the_call, on(OpKind::allocate, OpKind::free, OpKind::call), 0,
     0, can_lists | can_irql, "the list's own routines to run at the IRQL of the call"},
};

} // namespace

std::span<const Row> list_rows() {
    return rows;
}

} // namespace poolproof::oracle
