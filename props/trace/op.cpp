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

// The routine itself where it has the role, else one of those that do.
Routine with_role(Routine routine, Role role) {
    const unsigned value = static_cast<unsigned>(routine) % unsigned{routine_count};
    if (routine_table[value].role == role && value != static_cast<unsigned>(Routine::EngWritePrinter)) {
        return static_cast<Routine>(value);
    }
    switch (role) {
    case Role::allocator:
        return static_cast<Routine>(value % 5);
    case Role::release:
        return static_cast<Routine>(static_cast<unsigned>(Routine::ExFreePool) + value % 4);
    case Role::other:
        break;
    }
    const unsigned first = static_cast<unsigned>(Routine::ExInitializeNPagedLookasideList);
    const unsigned last = static_cast<unsigned>(Routine::ExSecurePoolValidate);
    return static_cast<Routine>(first + value % (last - first + 1));
}

std::uint32_t canonical_parameters(std::uint32_t extended) {
    const std::uint32_t kept = extended & 0xEFFFEFFFU;
    if ((kept & 0x8000U) == 0) {
        return 0;
    }
    return (kept & 0x80000000U) == 0 ? kept & 0xFFFFU : kept;
}

std::uint32_t touched(std::uint32_t length) {
    return length == 0 ? 1 : (length - 1) % max_touch + 1;
}

// The arguments that the routine of `out` takes.
void copy_arguments(const Op& op, Op& out) {
    const RoutineTraits& traits = traits_of(out.routine);
    if (traits.type != TypeArgument::none) {
        out.pool_type = traits.type == TypeArgument::pool_flags ? op.pool_type : op.pool_type & 0x7FFFFFFFU;
    }
    if (traits.type == TypeArgument::pool_flags || out.routine == Routine::ExInitializeLookasideListEx) {
        out.flags_high = op.flags_high;
    }
    if (traits.tag != TagRule::none) {
        out.tag = op.tag;
    }
    if (traits.takes(takes_size)) { // EngAllocMem takes it as a ULONG
        out.size = out.routine == Routine::EngAllocMem ? op.size & UINT32_MAX : op.size;
    }
    if (traits.takes(takes_priority)) {
        out.priority = op.priority & 63U;
    }
    if (traits.takes(takes_parameters)) {
        out.extended = canonical_parameters(op.extended);
    }
    if (traits.takes(takes_cookie)) {
        out.priority = op.priority & 63U;
    }
    constexpr unsigned indexed = takes_list | takes_instance | takes_surface | takes_process | takes_pool;
    if ((traits.arguments & indexed) != 0) {
        out.index = wrap(op.index, list_count);
    }
}

void copy_allocate(const Op& op, Op& out) {
    out.routine = with_role(op.routine, Role::allocator);
    out.slot = op.slot;
    copy_arguments(op, out);
}

void copy_free(const Op& op, Op& out) {
    out.routine = with_role(op.routine, Role::release);
    out.pointer = wrap_enum(op.pointer, 4);
    if (out.pointer == Pointer::of_slot) {
        out.slot = op.slot;
        out.offset = op.offset;
    }
    copy_arguments(op, out);
}

// A lookaside list is initialised with routines of the driver's own when level is 1.
void copy_call(const Op& op, Op& out) {
    out.routine = with_role(op.routine, Role::other);
    const RoutineTraits& traits = traits_of(out.routine);
    copy_arguments(op, out);
    if (traits.takes(takes_list) && traits.takes(takes_size)) {
        out.level = op.level & 1U;
    }
    if (traits.takes(takes_block)) {
        out.slot = op.slot;
    }
    if (traits.takes(takes_range)) {
        out.offset = op.offset;
        out.length = touched(op.length);
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

// Quota, drivers, and what Driver Verifier simulates and counts.
void copy_system(const Op& op, Op& out) {
    switch (out.kind) {
    case OpKind::quota:
        out.size = op.size;
        [[fallthrough]];
    case OpKind::query_quota:
    case OpKind::query_driver: // as many drivers as processes
        out.index = wrap(op.index, process_count);
        out.paged = op.paged;
        break;
    case OpKind::unload:
        out.level = op.level & 1U;
        [[fallthrough]];
    case OpKind::driver:
        out.index = wrap(op.index, driver_count);
        break;
    case OpKind::dpc:
        out.level = op.level & 1U;
        break;
    case OpKind::idle:
        out.level = op.level & 1U;
        out.index = out.level != 0 ? wrap(op.index, process_count) : std::uint8_t{0};
        break;
    case OpKind::low_resources:
        out.size = op.size % 10001;
        out.tag = op.tag;
        break;
    case OpKind::clock:
        out.size = op.size;
        break;
    default: // query_verifier takes nothing
        break;
    }
}
static_assert(driver_count == process_count);

} // namespace

unsigned parameters_of(const Op& op, ExtendedParameter (&entries)[max_parameters]) {
    unsigned count = 0;
    for (std::uint32_t left = op.extended; (left & 0x8000U) != 0 && count < max_parameters; left >>= 16) {
        entries[count++] = {static_cast<std::uint8_t>(left >> 8 & 15U), static_cast<std::uint8_t>(left),
                            (left & 0x4000U) != 0, (left & 0x2000U) != 0};
    }
    return count;
}

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
        out.pool_type = out.level != 0 ? op.pool_type & 0x7FFFFFFEU : 0; // special_pool is its own op
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
    case OpKind::call:
        copy_call(op, out);
        break;
    default:
        copy_system(op, out);
        break;
    }
    return out;
}

} // namespace poolproof
