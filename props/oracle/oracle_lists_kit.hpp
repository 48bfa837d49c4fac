// Ops and events of lookaside lists, for the oracle's tests.
//
// Covers: lists of index 0 of each kind, and what they tell. Does not cover: single rules.
#pragma once

#include "oracle/oracle_test_kit.hpp"

namespace poolproof::oracle::lists {

inline constexpr Routine inits[] = {Routine::ExInitializeNPagedLookasideList,
                                    Routine::ExInitializePagedLookasideList,
                                    Routine::ExInitializeLookasideListEx};
inline constexpr Routine takes[] = {Routine::ExAllocateFromNPagedLookasideList,
                                    Routine::ExAllocateFromPagedLookasideList,
                                    Routine::ExAllocateFromLookasideListEx};
inline constexpr Routine puts[] = {Routine::ExFreeToNPagedLookasideList, Routine::ExFreeToPagedLookasideList,
                                   Routine::ExFreeToLookasideListEx};
inline constexpr Routine deletes[] = {Routine::ExDeleteNPagedLookasideList,
                                      Routine::ExDeletePagedLookasideList, Routine::ExDeleteLookasideListEx};
inline constexpr Routine flush = Routine::ExFlushLookasideListEx;
inline constexpr std::uint64_t entry_bytes = 100;

inline Op call(Routine routine) {
    Op op;
    op.kind = OpKind::call;
    op.routine = routine;
    return op;
}

inline Op init(unsigned kind, std::uint32_t flags = 0, bool own = false) {
    Op op = call(inits[kind]);
    op.size = entry_bytes;
    op.tag = fred;
    op.level = own ? 1 : 0;
    (kind == 2 ? op.flags_high : op.pool_type) = flags;
    return op;
}

inline Op take(unsigned kind) {
    Op op;
    op.routine = takes[kind];
    return op;
}

inline Op put(unsigned kind) {
    Op op;
    op.kind = OpKind::free;
    op.routine = puts[kind];
    return op;
}

// What a list tells; the counts are those of a play's list.
struct Told {
    ListUse use{true, true, 0, 0, 0, 0, 0, {}};

    Event in(Event event) const {
        event.list = use;
        return event;
    }
    Told& missed() {
        ++use.allocates;
        ++use.allocate_misses;
        return *this;
    }
    Told& hit() {
        ++use.allocates;
        --use.cached;
        return *this;
    }
    Told& kept() {
        ++use.frees;
        ++use.cached;
        return *this;
    }
    Told& released() {
        ++use.frees;
        ++use.free_misses;
        return *this;
    }
    Told& own(bool is_free, std::uint32_t type = 0, std::uint8_t irql = 0) {
        use.own = {true, is_free, irql, type, is_free ? 0 : fred, is_free ? 0 : entry_bytes};
        return *this;
    }
};

inline Event entry_at(std::uint64_t address, bool paged, bool executable) {
    Event event = pointer(address);
    event.block.known = true;
    event.block.paged = paged;
    event.block.executable = executable;
    event.block.bytes = entry_bytes;
    event.block.tag = fred;
    return event;
}

// A list that was initialised.
inline Play with_list(unsigned kind, std::uint32_t flags = 0, bool own = false) {
    Play play;
    play.step(init(kind, flags, own), Told().in(answer(0)));
    return play;
}

} // namespace poolproof::oracle::lists
