// EAU and EFU clauses: user memory is private to its process, takes 64 KB of address space at least, comes
// from no pool, is freed in its process, and is not for the printer. Contents, alignment, zero bytes and IRQL
// are open (EAU-13). Does not cover: success and failure (failure.cpp), reports of broken duties
// (duties.cpp).
#include "oracle/check.hpp"

#include <ddi/bugcodes.h>

namespace poolproof::oracle {

namespace {

Outcome takes_64_kilobytes(const Context& c) {
    const Block* before = c.alloc.before;
    const Block* after = c.alloc.after;
    const std::uint64_t start = c.event->address;
    const bool front = before == nullptr || start - before->address >= user_granularity;
    const bool back = after == nullptr || after->address - start >= user_granularity;
    return before == nullptr && after == nullptr ? Outcome::not_relevant : hold_if(front && back);
}

Outcome lies_in_no_pool(const Context& c) {
    return hold_if(c.event->block.user);
}

// 0x50 for the first byte that is not there: p2 is 0 for a read; for a write 1 or 2, by system version.
bool faulted_there(const Context& c) {
    const std::uint64_t end = c.event->used + c.op->length;
    if (c.event->kind == EventKind::guard_fault) {
        return c.event->address >= c.touch.fault_at && c.event->address < end;
    }
    const bool wrote = c.op->kind == OpKind::write;
    const bool way = wrote ? c.p(2) == 1 || c.p(2) == 2 : c.p(2) == 0;
    return c.bug_check(PAGE_FAULT_IN_NONPAGED_AREA) && way && c.p(1) >= c.touch.fault_at && c.p(1) < end;
}

Outcome other_processes_cannot_reach_it(const Context& c) {
    return c.touch.result == Touched::other_process ? hold_if(c.has(is_fault) && faulted_there(c))
                                                    : Outcome::not_relevant;
}

Outcome its_process_reaches_it(const Context& c) {
    return c.touch.own && c.touch.block->is_user() ? hold_if(!c.has(is_fault)) : Outcome::not_relevant;
}

// System memory is the same in every process.
Outcome system_memory_is_everywhere(const Context& c) {
    const bool elsewhere =
        c.touch.own && !c.touch.block->is_user() && c.touch.block->process != c.world->process();
    return elsewhere ? hold_if(!c.has(is_fault)) : Outcome::not_relevant;
}

// EFU-03: what a freed block's addresses do is stated nowhere.
Outcome touch_after_free_is_open(const Context& c) {
    if (c.touch.result != Touched::freed_user) {
        return Outcome::not_relevant;
    }
    return c.has(is_fault) ? Outcome::holds : Outcome::unspecified;
}

// EFU-02: a refused free leaves the block, so its own process can still use and free it.
Outcome survived_a_refused_free(const Context& c) {
    return c.free.block->refused ? hold_if(c.has(is_done)) : Outcome::not_relevant;
}

Outcome is_still_there_after_a_refused_free(const Context& c) {
    return c.touch.own && c.touch.block->refused ? hold_if(!c.has(is_fault)) : Outcome::not_relevant;
}

constexpr const char* foreign = "a fault at the first byte for a touch from another process";
constexpr const char* reached = "the process of the allocation to reach its user memory";
constexpr const char* refused = "a free from another process to leave the block alone";

constexpr Row rows[] = {
    {"EAU-03", other_processes_cannot_reach_it, on_touch, 0, must_fault, can_processes, foreign},
    {"EAU-03", its_process_reaches_it, on_touch, 0, must_work, can_processes, reached},
    {"EAU-04", other_processes_cannot_reach_it, on_touch, 0, must_fault, can_processes, foreign},
    {"EAU-05", takes_64_kilobytes, on_allocate, by_eng_user, is_pointer, 0,
     "64 KB of address space at least for each block of user memory"},
    {"EAU-17", other_processes_cannot_reach_it, on_touch, 0, must_fault, can_processes, foreign},
    {"EAU-17", system_memory_is_everywhere, on_touch, 0, must_work, can_processes,
     "system memory to be reached from every process"},
    {"EAU-18", lies_in_no_pool, on_allocate, by_eng_user, is_pointer | has_info, can_block_info,
     "a block in the user half, in no pool"},
    {"EFU-02", survived_a_refused_free, on_free, by_user_free, on_live | is_sound, can_processes, refused},
    {"EFU-02", is_still_there_after_a_refused_free, on_touch, 0, must_work, can_processes, refused},
    {"EFU-03", touch_after_free_is_open, on_touch, 0, 0, can_processes, "a fault, or nothing", true},
};

} // namespace

std::span<const Row> user_memory_rows() {
    return rows;
}

} // namespace poolproof::oracle
