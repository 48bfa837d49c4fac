// Sweeps over lookaside lists: what they do, their arguments, and what breaks the duties of their users.
// Does not cover: lists that are used by two threads.
#include "gen/sweep_builder.hpp"
#include "gen/sweep_list.hpp"

#include <ddi/wdm.h>

#include <array>

namespace poolproof::sweep {
namespace {

constexpr std::array inits = {Routine::ExInitializeNPagedLookasideList,
                              Routine::ExInitializePagedLookasideList, Routine::ExInitializeLookasideListEx};
constexpr std::array takes = {Routine::ExAllocateFromNPagedLookasideList,
                              Routine::ExAllocateFromPagedLookasideList,
                              Routine::ExAllocateFromLookasideListEx};
constexpr std::array puts = {Routine::ExFreeToNPagedLookasideList, Routine::ExFreeToPagedLookasideList,
                             Routine::ExFreeToLookasideListEx};
constexpr std::array deletes = {Routine::ExDeleteNPagedLookasideList, Routine::ExDeletePagedLookasideList,
                                Routine::ExDeleteLookasideListEx};

// The lists that one can ask for: kind, pool type or flags, flags of an Ex list, own routines.
struct List {
    unsigned kind;
    std::uint32_t type;
    std::uint32_t flags;
    bool own;

    bool paged() const { return kind == 1 || (kind == 2 && (type & PagedPool) != 0); }
};

constexpr std::array<List, 20> all_lists = {{
    {0, 0, 0, false},
    {0, 0, 0, true},
    {0, POOL_NX_ALLOCATION, 0, false},
    {0, POOL_RAISE_IF_ALLOCATION_FAILURE, 0, false},
    {0, POOL_RAISE_IF_ALLOCATION_FAILURE | POOL_NX_ALLOCATION, 0, true},
    {1, 0, 0, false},
    {1, 0, 0, true},
    {1, POOL_NX_ALLOCATION, 0, false},
    {1, POOL_RAISE_IF_ALLOCATION_FAILURE, 0, false},
    {1, POOL_RAISE_IF_ALLOCATION_FAILURE, 0, true},
    {2, NonPagedPool, 0, false},
    {2, PagedPool, 0, false},
    {2, NonPagedPoolNx, 0, true},
    {2, NonPagedPoolCacheAligned, 0, false},
    {2, NonPagedPool, 1, false},
    {2, PagedPool, 1, false},
    {2, NonPagedPool, 1, true},
    {2, PagedPool, 1, true},
    {2, NonPagedPool, 2, true},
    {2, PagedPool, 2, true},
}};

class ListBuilder : public SweepBuilder {
  public:
    using SweepBuilder::SweepBuilder;

    void init(const List& list, std::uint64_t size, std::uint32_t tag = sweep_tag) {
        Op op = call_of(inits.at(list.kind));
        op.pool_type = list.type;
        op.flags_high = list.flags;
        op.level = list.own ? 1 : 0;
        op.size = size;
        op.tag = tag;
        push(op);
    }
    void take(unsigned kind, unsigned slot, unsigned index = 0) {
        Op op;
        op.routine = takes.at(kind);
        op.slot = static_cast<std::uint8_t>(slot);
        op.index = static_cast<std::uint8_t>(index);
        push(op);
    }
    void put(unsigned kind, unsigned slot, std::int32_t offset = 0, Pointer pointer = Pointer::of_slot,
             unsigned index = 0) {
        Op op;
        op.kind = OpKind::free;
        op.routine = puts.at(kind);
        op.slot = static_cast<std::uint8_t>(slot);
        op.index = static_cast<std::uint8_t>(index);
        op.offset = offset;
        op.pointer = pointer;
        push(op);
    }
    void remove(unsigned kind) { push(call_of(deletes.at(kind))); }
    void flush() { push(call_of(Routine::ExFlushLookasideListEx)); }
    void verifier_flags(std::uint32_t flags) {
        Op op;
        op.kind = OpKind::verifier;
        op.level = 1;
        op.pool_type = flags;
        push(op);
    }
    void ledger() {
        query_tag(sweep_tag, false);
        query_tag(sweep_tag, true);
    }

  private:
    static Op call_of(Routine routine) {
        Op op;
        op.kind = OpKind::call;
        op.routine = routine;
        return op;
    }
};

// `count` entries go out and come back twice; the second time the list has some.
void fill_and_empty(ListBuilder& b, const List& list, std::uint64_t size, unsigned count) {
    b.init(list, size);
    for (unsigned round = 0; round < 2; ++round) {
        for (unsigned slot = 0; slot < count; ++slot) {
            b.take(list.kind, slot);
            b.write(slot, static_cast<std::int64_t>(size) - 1);
        }
        b.ledger();
        for (unsigned slot = 0; slot < count; ++slot) {
            b.put(list.kind, round == 0 ? slot : count - 1 - slot);
        }
    }
    if (list.kind == 2) {
        b.flush();
        b.ledger();
        b.take(2, 0);
        b.put(2, 0);
    }
    b.remove(list.kind);
    b.ledger();
    b.take(list.kind, 0);
}

void at_level(ListBuilder& b, const List& list, unsigned level) {
    b.irql(0);
    b.init(list, 64);
    b.take(list.kind, 0);
    b.take(list.kind, 1);
    b.put(list.kind, 1);
    b.irql(level);
    b.read(0, 0);
    b.take(list.kind, 1); // held by the list
    b.take(list.kind, 2); // and not
    b.put(list.kind, 1);
    b.put(list.kind, 2);
    b.irql(0);
    b.put(list.kind, 0);
    b.put(list.kind, 1);
    b.irql(level);
    if (list.kind == 2) {
        b.flush();
    }
    b.remove(list.kind);
    b.irql(0);
    b.remove(list.kind);
    b.irql(level);
    b.init(list, 64);
    b.irql(0);
    b.remove(list.kind);
}

} // namespace

void lists(bool is_64_bit, TraceVisitor visit, void* context) {
    ListBuilder b(is_64_bit, visit, context);
    for (const List& list : all_lists) {
        for (const std::uint64_t size : {16U, 100U, 4096U, 9000U}) {
            for (const unsigned count : {1U, 2U, 8U, 40U}) {
                fill_and_empty(b, list, size, count);
                if (!b.end_trace()) {
                    return;
                }
            }
        }
        for (unsigned level = 0; level < 4; ++level) {
            for (const std::uint32_t flags : {0U, 0x20000U}) {
                if (flags != 0) {
                    b.verifier_flags(flags);
                }
                at_level(b, list, level);
                if (!b.end_trace()) {
                    return;
                }
            }
        }
        b.special(SpecialMode::verifier);
        fill_and_empty(b, list, 100, 3);
        if (!b.end_trace()) {
            return;
        }
    }
}

void list_arguments(bool is_64_bit, TraceVisitor visit, void* context) {
    ListBuilder b(is_64_bit, visit, context);
    for (const List& list : all_lists) {
        // The allocation that the list needs fails; what the list holds needs none.
        b.init(list, 100);
        b.fail_nth(1);
        b.take(list.kind, 0);
        b.take(list.kind, 1);
        b.put(list.kind, 1);
        b.fail_nth(1);
        b.take(list.kind, 1);
        b.take(list.kind, 2);
        b.fail_nth(0);
        for (const bool paged : {false, true}) {
            b.budget(0, paged, 0);
            b.budget(1, paged, 0);
        }
        for (unsigned slot = 3; slot < 48; ++slot) {
            b.take(list.kind, slot); // until the page of the first is full
        }
        if (!b.end_trace()) {
            return;
        }
    }
    for (const bool own : {false, true}) {
        for (const std::uint32_t flags : {0U, 1U, 2U, 3U, 4U, 16U, 0x80000000U}) {
            for (const std::uint32_t type : {0U, 1U, 2U, 3U, 4U, 5U, 7U, 32U, 64U, 512U, 516U, 0x10000U}) {
                b.init({2, type, flags, own}, 64);
                b.take(2, 0);
                b.put(2, 0);
                b.remove(2);
            }
            b.init({0, flags, 0, own}, 64);
            b.init({1, flags, 0, own}, 64);
            if (!b.end_trace()) {
                return;
            }
        }
    }
    for (unsigned kind = 0; kind < 3; ++kind) {
        for (const bool verified : {false, true}) {
            for (const std::uint64_t size : {0U, 1U, 4U, 7U, 8U, 63U, 64U, 65U}) {
                b.verifier(verified);
                b.init({kind, 0, 0, false}, size);
                b.take(kind, 0);
                if (!b.end_trace()) {
                    return;
                }
            }
        }
    }
}

void list_misuse(bool is_64_bit, TraceVisitor visit, void* context) {
    ListBuilder b(is_64_bit, visit, context);
    for (const bool verified : {false, true}) {
        for (unsigned kind = 0; kind < 3; ++kind) {
            const List list{kind, 0, 0, false};
            b.verifier(verified);
            b.take(kind, 0);
            b.remove(kind);
            b.flush();
            b.init(list, 64);
            b.take(kind, 0);
            b.put(kind, 0);
            b.init(list, 128);
            b.take(kind, 1);
            b.remove(kind);
            b.remove(kind);
            if (!b.end_trace()) {
                return;
            }
            // Entries of another list, parts of entries, twice, and what is no entry at all.
            b.verifier(verified);
            b.init(list, 64);
            b.put(kind, 0, 0, Pointer::null);
            b.put(kind, 0, 0, Pointer::system_address);
            b.put(kind, 0, 0, Pointer::user_address);
            b.take(kind, 0);
            b.put(kind, 0, 16);
            b.put(kind, 0);
            b.put(kind, 0);
            b.take(kind, 1);
            b.put(kind, 1, 0, Pointer::of_slot, 1);
            if (!b.end_trace()) {
                return;
            }
        }
    }
}

} // namespace poolproof::sweep
