// Sweeps over pool types, modifiers, priorities and the flags of EngAllocMem.
// Does not cover: priorities when memory is short (sweeps_memory.cpp) and special pool's variants of them
// (sweeps_special_rules.cpp).
#include "gen/sweep_builder.hpp"
#include "gen/sweep_list.hpp"

#include <ddi/wdm.h>
#include <ddi/winddi.h>

#include <array>

namespace poolproof::sweep {
namespace {

// Contract facts 11.1: every value with a name.
constexpr std::array<std::uint32_t, 18> documented_types = {0,  1,  2,  3,  4,  5,  6,   7,   32,
                                                            33, 34, 35, 36, 37, 38, 512, 516, 544};
constexpr std::array<std::uint32_t, 4> modifiers = {0, POOL_RAISE_IF_ALLOCATION_FAILURE, POOL_COLD_ALLOCATION,
                                                    POOL_RAISE_IF_ALLOCATION_FAILURE | POOL_COLD_ALLOCATION};
// What a modifier must not change is looked at on both sides of a page.
constexpr std::array<std::uint64_t, 10> type_sizes = {1, 8, 9, 100, 4064, 4079, 4080, 4095, 4096, 4097};
constexpr std::array<std::uint64_t, 14> priority_sizes = {1,    7,    16,   17,   512,  2048,  4064,
                                                          4080, 4095, 4096, 4097, 8192, 12289, 65536};

void type_at(SweepBuilder& b, Routine routine, std::uint32_t type, unsigned level) {
    const Ask ask{routine, type, (type & 1) != 0};
    b.irql(level);
    unsigned slot = 0;
    for (const std::uint64_t size : type_sizes) {
        b.allocate(ask, slot, size);
        b.read(slot, 0, size);
        ++slot;
    }
    // Paged blocks cannot be freed where they cannot be touched: both are shown.
    for (unsigned i = 0; i < slot; i += 2) {
        b.release(ask, i);
    }
    b.irql(0);
    for (unsigned i = 1; i < slot; i += 2) {
        b.release(ask, i);
    }
}

} // namespace

void pool_types(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    for (const bool verified : {false, true}) {
        for (const RoutineTraits& traits : routine_table) {
            if (!is_ex_allocator(traits.routine)) {
                continue;
            }
            for (const std::uint32_t type : documented_types) {
                for (const std::uint32_t modifier : modifiers) {
                    b.verifier(verified);
                    for (const unsigned level : {0U, 1U, 2U}) {
                        type_at(b, traits.routine, type | modifier, level);
                    }
                    if (!b.end_trace()) {
                        return;
                    }
                }
            }
        }
    }
}

void priorities(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    for (const std::uint32_t type : {NonPagedPool, PagedPool, NonPagedPoolNx}) {
        for (unsigned priority = 0; priority < 64; ++priority) {
            const Ask ask{Routine::ExAllocatePoolWithTagPriority, type, (type & 1) != 0};
            unsigned slot = 0;
            for (const std::uint64_t size : priority_sizes) {
                b.allocate(ask, slot, size, sweep_tag, priority);
                b.write(slot, 0, size);
                ++slot;
            }
            while (slot-- > 0) {
                b.release(ask, slot);
            }
            if (!b.end_trace_at(400)) {
                return;
            }
        }
    }
    b.end_trace();
}

void eng_flags(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    for (const std::uint32_t kind : {0U, std::uint32_t{FL_NONPAGED_MEMORY}}) {
        const Ask dirty{Routine::EngAllocMem, kind, kind == 0};
        const Ask zeroed{Routine::EngAllocMem, kind | FL_ZERO_MEMORY, kind == 0};
        for (std::uint64_t size = 1; size <= 3 * PAGE_SIZE; size += size < PAGE_SIZE ? 1 : 13) {
            // Whatever is given out next was full of a pattern a moment ago.
            b.allocate(dirty, 0, size);
            b.allocate(dirty, 1, size / 2 + 1);
            b.release(dirty, 0);
            b.allocate(zeroed, 2, size);
            b.allocate(zeroed, 3, size / 3 + 1);
            b.read(2, 0, size);
            b.release(dirty, 1);
            b.allocate(zeroed, 4, size / 2 + 1);
            b.release(zeroed, 2);
            b.release(zeroed, 3);
            b.release(zeroed, 4);
            if (!b.end_trace_at(400)) {
                return;
            }
        }
    }
    b.end_trace();
}

} // namespace poolproof::sweep
