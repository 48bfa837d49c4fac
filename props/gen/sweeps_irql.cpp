// Sweeps over IRQL: allocate, free and touch at every level, and processors at different levels.
// Does not cover: IRQL with special pool and zero bytes (sweeps_special_rules.cpp, sweeps_sizes.cpp).
#include "gen/sweep_builder.hpp"
#include "gen/sweep_list.hpp"

#include <ddi/wdm.h>

#include <array>

namespace poolproof::sweep {
namespace {

constexpr std::array<std::uint64_t, 5> level_sizes = {0, 1, 100, PAGE_SIZE, PAGE_SIZE * 2 + 10};

void around_level(SweepBuilder& b, const Ask& ask, std::uint64_t size, unsigned level) {
    const std::uint64_t touched = size == 0 ? 1 : size;
    b.irql(0);
    b.allocate(ask, 0, size); // allocated below, touched and freed there
    b.allocate(ask, 1, size);
    b.irql(level);
    if (size > 0) {
        b.read(0, 0, touched);
        b.write(0, static_cast<std::int64_t>(size) - 1);
    }
    b.print(0, touched);
    b.release(ask, 0);
    b.allocate(ask, 2, size); // allocated there, freed there and below
    b.allocate(ask, 3, size);
    b.release(ask, 2);
    b.irql(0);
    if (size > 0) {
        b.read(1, 0, touched); // what was trimmed comes back whole
        b.write(3, 0);
    }
    for (unsigned slot = 0; slot < 4; ++slot) {
        b.release(ask, slot);
    }
}

} // namespace

void irql(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    for (const bool verified : {false, true}) {
        for (unsigned level = 0; level < 16; ++level) {
            for (const Ask& plain : every_ask()) {
                b.verifier(verified);
                for (const std::uint64_t size : level_sizes) {
                    around_level(b, plain, size, level);
                    if (traits_of(plain.routine).memory == Memory::pool) {
                        around_level(b, raising(plain), size, level);
                    }
                }
                if (!b.end_trace()) {
                    return;
                }
            }
        }
    }
}

void irql_processors(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    for (const Ask& ask : pool_asks()) {
        for (const unsigned high : {0U, 1U, 2U, 3U, 15U}) {
            for (const unsigned low : {0U, 1U, 2U}) {
                for (const std::uint64_t size : {32U, PAGE_SIZE, 3 * PAGE_SIZE}) {
                    b.allocate(ask, 0, size);
                    b.processor(1);
                    b.irql(high);
                    b.read(0, 0, size);
                    b.processor(2);
                    b.irql(low);
                    b.read(0, 0, size); // below DISPATCH_LEVEL it is paged in again
                    b.processor(1);
                    b.write(0, 0, size);
                    b.processor(0);
                    b.write(0, 0, size);
                    b.processor(1);
                    b.release(ask, 0);
                    b.irql(0);
                    b.processor(2);
                    b.release(ask, 0);
                    b.irql(0);
                    b.processor(0);
                    b.release(ask, 0);
                    if (!b.end_trace_at(200)) {
                        return;
                    }
                }
            }
        }
    }
    b.end_trace();
}

} // namespace poolproof::sweep
