// EPU, EPF and ESM clauses: user memory of the process of a surface, and ranges held against their free. Zero
// bytes and IRQL are open, as for EngAllocUserMem. Does not cover: user memory of the current process
// (user_checks.cpp), what the duties are (list_duties.cpp).
#include "oracle/check.hpp"

namespace poolproof::oracle {

namespace {

constexpr RoutineSet by_private = set_of(Routine::EngAllocPrivateUserMem);
constexpr RoutineSet by_private_free = set_of(Routine::EngFreePrivateUserMem);

bool is_private(const Block* block) {
    return block != nullptr && block->routine == Routine::EngAllocPrivateUserMem;
}

// EPU-01.
Outcome lies_in_the_process_of_the_surface(const Context& c) {
    return hold_if(c.event->block.user && c.event->block.process == c.op->index);
}

Outcome the_process_of_the_surface_reaches_it(const Context& c) {
    return c.touch.own && is_private(c.touch.block) ? hold_if(!c.has(is_fault)) : Outcome::not_relevant;
}

// EPU-05. Where memory is certainly there it is due, as far as EPU-01 goes.
Outcome failure_is_null(const Context& c) {
    switch (c.alloc.expect) {
    case Expect::memory:
        return hold_if(c.has(is_pointer) && c.alloc.overlapped == nullptr);
    case Expect::failure:
        return hold_if(c.has(is_null));
    default: // either: of a sound request
        return c.has(is_pointer) || c.has(is_null) ? Outcome::unspecified : Outcome::violated;
    }
}

// EPU-02.
Outcome other_processes_cannot_reach_it(const Context& c) {
    return c.touch.result == Touched::other_process && is_private(c.touch.block) ? hold_if(c.has(is_fault))
                                                                                 : Outcome::not_relevant;
}

Outcome takes_64_kilobytes(const Context& c) {
    const Block* before = c.alloc.before;
    const Block* after = c.alloc.after;
    const std::uint64_t start = c.event->address;
    const bool front = before == nullptr || start - before->address >= user_granularity;
    const bool back = after == nullptr || after->address - start >= user_granularity;
    return before == nullptr && after == nullptr ? Outcome::not_relevant : hold_if(front && back);
}

Outcome is_freed_from_any_process(const Context& c) {
    if (c.free.block->process == c.world->process()) {
        return Outcome::not_relevant;
    }
    const bool blamed = (c.event->caller_faults & (fault_wrong_process | fault_free_address)) != 0;
    return hold_if(c.has(is_done) && !blamed);
}

// EPU-03.
Outcome zero_tag_is_reported(const Context& c) {
    return judge_report(c, fault_tag_zero);
}

Outcome another_surface_is_reported(const Context& c) {
    constexpr std::uint32_t any =
        fault_free_address | fault_wrong_process | fault_wrong_free_routine | fault_handle;
    if (c.free.target == Target::start) {
        return judge_report(c, any);
    }
    // A block of another surface, while this one has none there.
    const Block* block = c.free.block;
    const bool others = c.free.target == Target::unpaired && is_private(block) && block->index != c.op->index;
    return others ? hold_if((c.event->caller_faults & any) != 0) : Outcome::not_relevant;
}

// EPF-01.
Outcome is_released(const Context& c) {
    return hold_if(c.has(is_done) && (c.event->intact != Seen::no || c.free.block->tainted));
}

bool may_wait(const Context& c) {
    return c.world->irql() < DISPATCH_LEVEL;
}

// ESM-01: also once its block was freed.
Outcome secured_range_stays(const Context& c) {
    const std::uint64_t from = c.event->used;
    const std::uint64_t end = from + c.op->length;
    for (const SecuredRange& range : c.world->secured) {
        if (range.process == c.world->process() && from >= range.from && end <= range.end && from < end &&
            may_wait(c)) {
            return hold_if(!c.has(is_fault));
        }
    }
    return Outcome::not_relevant;
}

Outcome secured_range_is_not_given_out(const Context& c) {
    const std::uint64_t start = c.event->address;
    bool any = false;
    for (const SecuredRange& range : c.world->secured) {
        const bool same_process = range.process == c.alloc.ask.process && range.from != range.end;
        if (same_process && start < range.end && range.from < start + c.alloc.ask.size) {
            return Outcome::violated;
        }
        any = any || same_process;
    }
    return any ? Outcome::holds : Outcome::not_relevant;
}

Outcome returns_a_handle_or_null(const Context& c) {
    const bool asked = c.op->routine == Routine::EngSecureMem && may_wait(c);
    return asked ? hold_if(c.has(is_value)) : Outcome::not_relevant;
}

// ESM-02.
Outcome unsecuring_comes_back(const Context& c) {
    const bool asked = c.op->routine == Routine::EngUnsecureMem && may_wait(c);
    return asked ? hold_if(c.has(is_value)) : Outcome::not_relevant;
}

Outcome foreign_handle_is_reported(const Context& c) {
    return c.op->routine == Routine::EngUnsecureMem ? judge_report(c, fault_handle) : Outcome::not_relevant;
}

constexpr OpSet on_call = on(OpKind::call);
constexpr std::uint32_t live_and_sound = on_live | is_sound;
constexpr const char* owner = "memory in the user half of the process of the surface";
constexpr const char* secured = "a secured range to stay until it is unsecured";

constexpr Row rows[] = {
    {"EPU-01", lies_in_the_process_of_the_surface, on_allocate, by_private, is_pointer | has_info,
     can_processes | can_block_info, owner},
    {"EPU-01", the_process_of_the_surface_reaches_it, on_touch, 0, must_work, can_processes, owner},
    {"EPU-02", other_processes_cannot_reach_it, on_touch, 0, must_fault, can_processes,
     "a fault for a touch from another process"},
    {"EPU-02", takes_64_kilobytes, on_allocate, by_private, is_pointer, 0,
     "64 KB of address space at least for each block of user memory"},
    {"EPU-02", is_freed_from_any_process, on_free, by_private_free, live_and_sound, can_processes,
     "a free from another process to be as good as one from its own"},
    {"EPU-03", zero_tag_is_reported, on_allocate, by_private, can_report, can_validate,
     "a report exactly for a tag that is zero"},
    {"EPU-03", another_surface_is_reported, on_free, by_private_free, can_report, can_validate,
     "a report for a surface that the block was not asked of"},
    {"EPU-05", failure_is_null, on_allocate, by_private, is_sound, 0, "memory, or NULL when it is short"},
    {"EPF-01", is_released, on_free, by_private_free, live_and_sound, 0,
     "a whole block to be released, given its surface"},
    {"ESM-01", secured_range_stays, on_touch, 0, 0, can_processes, secured},
    {"ESM-01", secured_range_is_not_given_out, on_allocate, by_eng_user | by_private, is_pointer,
     can_processes, secured},
    {"ESM-01", returns_a_handle_or_null, on_call, 0, 0, can_processes, "a handle or NULL"},
    {"ESM-02", unsecuring_comes_back, on_call, 0, 0, can_processes, "the range to be given free"},
    {"ESM-02", foreign_handle_is_reported, on_call, 0, can_report, can_processes | can_validate,
     "a report exactly for what is no handle of a secured range"},
};

} // namespace

std::span<const Row> private_user_rows() {
    return rows;
}

} // namespace poolproof::oracle
