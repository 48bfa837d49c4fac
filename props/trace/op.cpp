// What each op kind uses of an Op (see op.hpp). Does not cover: how fields are written down (codec, text).
#include "trace/op.hpp"

namespace poolproof {
namespace {

constexpr std::uint8_t wrap(unsigned value, unsigned bound) {
    return static_cast<std::uint8_t>(value % bound);
}

template <class Enum> Enum wrap_enum(Enum value, unsigned bound) {
    return static_cast<Enum>(wrap(static_cast<unsigned>(value), bound));
}

Routine allocator_of(Routine routine) {
    return wrap_enum(routine, 5);
}

Routine free_routine_of(Routine routine) {
    const unsigned value = static_cast<unsigned>(routine);
    const unsigned first = static_cast<unsigned>(Routine::ExFreePool);
    return static_cast<Routine>(first + (value >= first ? value - first : value) % 4);
}

std::uint32_t touched(std::uint32_t length) {
    return length == 0 ? 1 : (length - 1) % max_touch + 1;
}

void copy_allocate(const Op& op, Op& out) {
    out.routine = allocator_of(op.routine);
    out.slot = op.slot;
    out.tag = op.tag;
    // EngAllocMem takes its size as a ULONG, EngAllocUserMem takes no type.
    out.size = out.routine == Routine::EngAllocMem ? op.size & UINT32_MAX : op.size;
    out.pool_type = out.routine == Routine::EngAllocUserMem ? 0 : op.pool_type & 0x7FFFFFFFU;
    if (out.routine == Routine::ExAllocatePoolWithTagPriority) {
        out.priority = op.priority & 63U;
    }
}

void copy_free(const Op& op, Op& out) {
    out.routine = free_routine_of(op.routine);
    out.pointer = wrap_enum(op.pointer, 4);
    if (out.pointer == Pointer::of_slot) {
        out.slot = op.slot;
        out.offset = op.offset;
    }
    if (out.routine == Routine::ExFreePoolWithTag) {
        out.tag = op.tag;
    }
}

void copy_touch(const Op& op, Op& out) {
    out.slot = op.slot;
    out.offset = op.offset;
    out.length = touched(op.length);
    if (out.kind == OpKind::write) {
        out.mask = op.mask == 0 ? 0xFF : op.mask;
    }
}

void copy_special_pool(const Op& op, Op& out) {
    out.mode = wrap_enum(op.mode, 3);
    if (out.mode != SpecialMode::off) {
        out.side = wrap_enum(op.side, 2);
    }
    if (out.mode == SpecialMode::by_tag) {
        out.tag = op.tag;
    }
}

} // namespace

Op canonical(Op op) {
    Op out;
    out.kind = wrap_enum(op.kind, op_kind_count);
    switch (out.kind) {
    case OpKind::allocate:
        copy_allocate(op, out);
        break;
    case OpKind::free:
        copy_free(op, out);
        break;
    case OpKind::read:
    case OpKind::write:
        copy_touch(op, out);
        break;
    case OpKind::irql:
        out.level = op.level & 15U;
        break;
    case OpKind::processor:
        out.index = wrap(op.index, processor_count);
        break;
    case OpKind::process:
        out.index = wrap(op.index, process_count);
        break;
    case OpKind::budget:
        out.index = wrap(op.index, node_count);
        out.paged = op.paged;
        out.size = op.size;
        break;
    case OpKind::fail_nth:
        out.size = op.size;
        break;
    case OpKind::special_pool:
        copy_special_pool(op, out);
        break;
    case OpKind::verifier:
        out.level = op.level & 1U;
        break;
    case OpKind::print:
        out.slot = op.slot;
        out.length = touched(op.length);
        break;
    case OpKind::query_tag:
        out.tag = op.tag;
        out.paged = op.paged;
        break;
    case OpKind::query_event:
        out.paged = op.paged;
        out.level = op.level & 1U;
        break;
    }
    return out;
}

} // namespace poolproof
