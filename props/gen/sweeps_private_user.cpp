// Sweeps over user memory of surfaces, and over ranges that are secured. Does not cover: user memory of the
// current process (sweeps_user.cpp).
#include "gen/sweep_builder.hpp"
#include "gen/sweep_list.hpp"

#include <array>

namespace poolproof::sweep {
namespace {

Op private_op(OpKind kind, unsigned slot, unsigned surface) {
    Op op;
    op.kind = kind;
    op.routine = kind == OpKind::allocate ? Routine::EngAllocPrivateUserMem : Routine::EngFreePrivateUserMem;
    op.slot = static_cast<std::uint8_t>(slot);
    op.index = static_cast<std::uint8_t>(surface);
    return op;
}

void take(SweepBuilder& b, unsigned slot, unsigned surface, std::uint64_t size,
          std::uint32_t tag = sweep_tag) {
    Op op = private_op(OpKind::allocate, slot, surface);
    op.size = size;
    op.tag = tag;
    b.push(op);
}

void put(SweepBuilder& b, unsigned slot, unsigned surface) {
    b.push(private_op(OpKind::free, slot, surface));
}

Op range_op(Routine routine, unsigned slot, std::int32_t offset, std::uint32_t length) {
    Op op;
    op.kind = OpKind::call;
    op.routine = routine;
    op.slot = static_cast<std::uint8_t>(slot);
    op.offset = offset;
    op.length = length;
    return op;
}

// From process `current`, memory of surface `owner` is used there and freed from `freer` with `surface`.
void visit_surface(SweepBuilder& b, unsigned current, unsigned owner, unsigned freer, unsigned surface) {
    b.process(current);
    take(b, 0, owner, 100);
    take(b, 1, owner, 70000);
    b.read(0, 0);
    b.process(owner);
    b.read(0, 0, 100);
    b.write(0, 99);
    b.process(freer);
    b.read(0, 50);
    put(b, 0, surface);
    put(b, 1, owner);
    b.process(owner);
    b.query_tag(sweep_tag, true);
}

} // namespace

void private_user(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    for (unsigned current = 0; current < process_count; ++current) {
        for (unsigned owner = 0; owner < process_count; ++owner) {
            for (unsigned freer = 0; freer < process_count; ++freer) {
                visit_surface(b, current, owner, freer, owner);
                if (!b.end_trace()) {
                    return;
                }
            }
            visit_surface(b, current, owner, current, (owner + 1) % process_count);
            if (!b.end_trace()) {
                return;
            }
        }
    }
    for (unsigned owner = 0; owner < process_count; ++owner) {
        take(b, 0, owner, 100, 0);
        b.fail_nth(1);
        take(b, 1, owner, 100);
        take(b, 2, owner, 0);
        put(b, 0, owner);
        take(b, 3, owner, std::uint64_t{1} << 48);
    }
    b.end_trace();
}

void secured(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    constexpr Ask user{Routine::EngAllocUserMem, 0, false};
    for (const std::uint64_t size : {100U, 8192U, 70000U}) {
        const auto all = static_cast<std::uint32_t>(size < 8192 ? size : 8192);
        for (const std::uint32_t length : {1U, all}) {
            for (const bool of_a_surface : {false, true}) {
                b.push(range_op(Routine::EngUnsecureMem, 0, 0, 1));
                of_a_surface ? take(b, 0, 0, size) : b.allocate(user, 0, size);
                b.push(range_op(Routine::EngUnsecureMem, 0, 0, 1)); // nothing is secured
                b.push(range_op(Routine::EngSecureMem, 0, 0, length));
                b.read(0, 0, length);
                of_a_surface ? put(b, 0, 0) : b.free(Routine::EngFreeUserMem, 0);
                b.read(0, 0, length);
                b.write(0, 0);
                for (unsigned slot = 1; slot < 5; ++slot) {
                    b.allocate(user, slot, size); // elsewhere
                }
                b.push(range_op(Routine::EngUnsecureMem, 0, 0, 1));
                b.push(range_op(Routine::EngUnsecureMem, 0, 0, 1));
                b.allocate(user, 5, size);
                // Secured, given free again, and freed.
                b.push(range_op(Routine::EngSecureMem, 5, 0, length));
                b.push(range_op(Routine::EngSecureMem, 5, 0, 1)); // the first handle is lost
                b.push(range_op(Routine::EngUnsecureMem, 5, 0, 1));
                b.free(Routine::EngFreeUserMem, 5);
                b.read(5, 0, length);
                // What is not all in a block, and what is of another process.
                b.push(range_op(Routine::EngSecureMem, 1, static_cast<std::int32_t>(size) - 1, 2));
                b.push(range_op(Routine::EngSecureMem, 1, -1, 1));
                b.process(1);
                b.push(range_op(Routine::EngSecureMem, 2, 0, 1));
                b.process(0);
                if (!b.end_trace()) {
                    return;
                }
            }
        }
    }
}

} // namespace poolproof::sweep
