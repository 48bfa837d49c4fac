// Sweeps over user memory: processes, address space, the printer.
// Does not cover: sizes of user memory (sweeps_sizes.cpp) and its bad frees in one process
// (sweeps_frees.cpp).
#include "gen/sweep_builder.hpp"
#include "gen/sweep_list.hpp"

#include <ddi/wdm.h>

#include <array>

namespace poolproof::sweep {
namespace {

constexpr Ask user{Routine::EngAllocUserMem, 0, false};
constexpr std::array<std::uint64_t, 7> user_sizes = {0, 1, 100, PAGE_SIZE, 65535, 65536, 65537};

// Slot 0 belongs to `owner`: used there, in `visitor` and there again.
void visit_process(SweepBuilder& b, unsigned owner, unsigned visitor, std::uint64_t size) {
    const auto last = static_cast<std::int64_t>(size) - 1;
    b.process(owner);
    b.allocate(user, 0, size);
    b.process(visitor);
    b.allocate(user, 1, size); // the same address may be given out, for other memory
    b.write(1, 0, size == 0 ? 1 : size);
    if (size > 0) {
        b.read(0, 0, size);
        b.write(0, last);
    }
    b.print(0, 1);
    b.free(Routine::EngFreeUserMem, 0);
    b.process(owner);
    if (size > 0) {
        b.read(0, 0, size);
        b.write(0, last);
    }
    b.print(0, 1);
    b.free(Routine::EngFreeUserMem, 0);
    b.read(0, 0); // gone
    b.write(0, 0);
    b.free(Routine::EngFreeUserMem, 0);
    b.process(visitor);
    b.free(Routine::EngFreeUserMem, 1);
}

} // namespace

void processes(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    for (unsigned owner = 0; owner < process_count; ++owner) {
        for (unsigned visitor = 0; visitor < process_count; ++visitor) {
            for (const std::uint64_t size : user_sizes) {
                visit_process(b, owner, visitor, size);
                // Pool is the same in every process (EAU-17).
                for (const Ask& ask : pool_asks()) {
                    b.process(owner);
                    b.allocate(ask, 2, size);
                    b.process(visitor);
                    b.read(2, 0);
                    b.release(ask, 2);
                }
                // Two processors in two processes at once.
                b.processor(1);
                b.process(visitor);
                b.allocate(user, 3, size);
                b.processor(0);
                b.process(owner);
                b.read(3, 0);
                b.free(Routine::EngFreeUserMem, 3);
                b.processor(1);
                b.read(3, 0);
                b.free(Routine::EngFreeUserMem, 3);
                b.processor(0);
                if (!b.end_trace_at(150)) {
                    return;
                }
            }
        }
    }
    b.end_trace();
}

void user_space(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    for (const std::uint64_t size : {1U, 100U, 4096U, 65535U, 65536U, 65537U, 200000U}) {
        for (const unsigned count : {2U, 16U, 64U}) {
            b.query_tag(sweep_tag, true);
            b.query_tag(sweep_tag, false);
            b.query_events(true);
            for (unsigned slot = 0; slot < count; ++slot) {
                b.process(slot % 2);
                b.allocate(user, slot, size);
                b.write(slot, 0);
            }
            b.query_tag(sweep_tag, true); // nothing was taken from pool
            b.query_tag(sweep_tag, false);
            b.query_events(true);
            // Every third goes and is given out again, in whatever order.
            for (unsigned slot = 0; slot < count; slot += 3) {
                b.process(slot % 2);
                b.free(Routine::EngFreeUserMem, slot);
                b.allocate(user, slot, size + slot);
            }
            for (unsigned slot = count; slot-- > 0;) {
                b.process(slot % 2);
                b.read(slot, static_cast<std::int64_t>(size) - 1);
                b.free(Routine::EngFreeUserMem, slot);
            }
            if (!b.end_trace()) {
                return;
            }
        }
    }
    // Until the address space of a process is used up: NULL then, and no harm.
    for (unsigned slot = 0; slot < slot_count; ++slot) {
        b.allocate(user, slot, std::uint64_t{16} << 20);
    }
    for (unsigned slot = 0; slot < slot_count; ++slot) {
        b.free(Routine::EngFreeUserMem, slot);
    }
    b.allocate(user, 0, 1);
    b.free(Routine::EngFreeUserMem, 0);
    b.end_trace();
}

void printer(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    for (const Ask& ask : every_ask()) {
        for (const std::uint64_t size : {1U, 100U, PAGE_SIZE, 8000U}) {
            for (const SpecialMode mode : {SpecialMode::off, SpecialMode::verifier}) {
                b.special(mode);
                b.allocate(ask, 0, size);
                b.print(0, 1);
                b.print(0, size);
                b.process(1);
                b.print(0, size);
                b.process(0);
                b.release(ask, 0);
                if (!b.end_trace_at(100)) {
                    return;
                }
            }
        }
    }
    b.end_trace();
}

} // namespace poolproof::sweep
