// See wire.hpp.
#include "isolation/wire.hpp"

#include <algorithm>
#include <iterator>

namespace poolproof {

// The C interface has the numbers of ours.
static_assert(static_cast<unsigned>(OpKind::query_verifier) == POOLPROOF_QUERY_VERIFIER);
static_assert(static_cast<unsigned>(OpKind::special_pool) == POOLPROOF_SPECIAL_POOL);
static_assert(op_kind_count == POOLPROOF_QUERY_VERIFIER + 1);
static_assert(static_cast<unsigned>(Routine::EngWritePrinter) == POOLPROOF_EngWritePrinter);
static_assert(static_cast<unsigned>(Routine::ExFreePool2) == POOLPROOF_ExFreePool2);
static_assert(static_cast<unsigned>(Routine::ExSecurePoolValidate) == POOLPROOF_ExSecurePoolValidate);
static_assert(routine_count == POOLPROOF_FltFreePoolAlignedWithTag + 1);
static_assert(static_cast<unsigned>(EventKind::value) == POOLPROOF_VALUE);
static_assert(static_cast<unsigned>(EventKind::crashed) == POOLPROOF_CRASHED);
static_assert(static_cast<unsigned>(EventKind::unsupported) == POOLPROOF_UNSUPPORTED);
static_assert(can_everything == POOLPROOF_CAN_PAGE_RIGHTS * 2 - 1);
static_assert(static_cast<unsigned>(can_quota) == POOLPROOF_CAN_QUOTA);
static_assert(std::extent_v<decltype(poolproof_event::counters)> == counter_count);

namespace {

constexpr std::uint64_t every_routine = (std::uint64_t{1} << routine_count) - 1;

// Switches on the wire are 0 or 1, and anything else is no event.
struct Reader {
    bool good = true;

    bool flag(std::uint8_t byte) {
        good = good && byte <= 1;
        return byte == 1;
    }
    template <class E> E choice(std::uint8_t byte, E last) {
        good = good && byte <= static_cast<std::uint8_t>(last);
        return static_cast<E>(byte);
    }
};

// A time-out is seen from outside; nobody tells of it.
bool is_kind(std::uint8_t wire) {
    return wire <= static_cast<std::uint8_t>(EventKind::garbled) &&
           wire != static_cast<std::uint8_t>(EventKind::timed_out);
}

} // namespace

poolproof_op to_wire(const Op& op, std::uint64_t address) {
    poolproof_op wire{};
    wire.kind = static_cast<std::uint8_t>(op.kind);
    wire.routine = static_cast<std::uint8_t>(op.routine);
    wire.slot = op.slot;
    wire.pointer = static_cast<std::uint8_t>(op.pointer);
    wire.index = op.index;
    wire.level = op.level;
    wire.paged = op.paged ? 1 : 0;
    wire.mode = static_cast<std::uint8_t>(op.mode);
    wire.side = static_cast<std::uint8_t>(op.side);
    wire.priority = op.priority;
    wire.mask = op.mask;
    wire.pool_type = op.pool_type;
    wire.flags_high = op.flags_high;
    wire.extended = op.extended;
    wire.tag = op.tag;
    wire.length = op.length;
    wire.offset = op.offset;
    wire.size = op.size;
    wire.address = address;
    return wire;
}

std::optional<Op> op_of(const poolproof_op& wire) {
    if (wire.kind >= op_kind_count || wire.routine >= routine_count) {
        return {};
    }
    Reader reader;
    Op op;
    op.kind = static_cast<OpKind>(wire.kind);
    op.routine = static_cast<Routine>(wire.routine);
    op.slot = wire.slot;
    op.pointer = reader.choice(wire.pointer, Pointer::system_address);
    op.index = wire.index;
    op.level = wire.level;
    op.paged = reader.flag(wire.paged);
    op.mode = reader.choice(wire.mode, SpecialMode::by_tag);
    op.side = reader.choice(wire.side, Side::start);
    op.priority = wire.priority;
    op.mask = wire.mask;
    op.pool_type = wire.pool_type;
    op.flags_high = wire.flags_high;
    op.extended = wire.extended;
    op.tag = wire.tag;
    op.length = wire.length;
    op.offset = wire.offset;
    op.size = wire.size;
    return reader.good ? std::optional<Op>(op) : std::nullopt;
}

poolproof_event to_wire(const Event& event) {
    poolproof_event wire{};
    wire.kind = static_cast<std::uint8_t>(event.kind);
    wire.accessible = static_cast<std::uint8_t>(event.accessible);
    wire.zeroed = static_cast<std::uint8_t>(event.zeroed);
    wire.intact = static_cast<std::uint8_t>(event.intact);
    wire.status = event.status;
    wire.code = event.code;
    wire.caller_faults = event.caller_faults;
    wire.address = event.address;
    wire.used = event.used;
    wire.number = event.number;
    std::copy(event.parameters.begin(), event.parameters.end(), wire.parameters);
    const BlockInfo& block = event.block;
    const auto bit = [](bool set) { return static_cast<std::uint8_t>(set ? 1 : 0); };
    wire.block = {bit(block.known), bit(block.rights_known), bit(block.special), bit(block.user),
                  bit(block.paged), bit(block.executable),   block.node,         block.process,
                  block.tag,        block.pool_type,         block.bytes};
    wire.row = {event.row.allocations, event.row.frees, event.row.bytes};
    std::copy(event.counters.begin(), event.counters.end(), wire.counters);
    const ListUse& list = event.list;
    const OwnRoutineCall& own = list.own;
    wire.list = {bit(list.known),
                 bit(list.live),
                 {},
                 list.cached,
                 list.allocates,
                 list.allocate_misses,
                 list.frees,
                 list.free_misses,
                 {bit(own.called), bit(own.is_free), own.irql, 0, own.pool_type, own.tag, 0, own.bytes}};
    return wire;
}

std::optional<Event> event_of(const poolproof_event& wire) {
    if (!is_kind(wire.kind)) {
        return {};
    }
    Reader reader;
    Event event;
    event.kind = static_cast<EventKind>(wire.kind);
    event.accessible = reader.choice(wire.accessible, Seen::no);
    event.zeroed = reader.choice(wire.zeroed, Seen::no);
    event.intact = reader.choice(wire.intact, Seen::no);
    event.status = wire.status;
    event.code = wire.code;
    event.caller_faults = wire.caller_faults;
    event.address = wire.address;
    event.used = wire.used;
    event.number = wire.number;
    std::copy(std::begin(wire.parameters), std::end(wire.parameters), event.parameters.begin());
    const poolproof_block& block = wire.block;
    event.block = {reader.flag(block.known),
                   reader.flag(block.special),
                   reader.flag(block.user),
                   reader.flag(block.paged),
                   reader.flag(block.rights_known),
                   reader.flag(block.executable),
                   block.node,
                   block.process,
                   block.tag,
                   block.pool_type,
                   block.bytes};
    event.row = {wire.row.allocations, wire.row.frees, wire.row.bytes};
    std::copy(std::begin(wire.counters), std::end(wire.counters), event.counters.begin());
    const poolproof_list_use& list = wire.list;
    const poolproof_own_call& own = list.own;
    event.list = {
        reader.flag(list.known),
        reader.flag(list.live),
        list.cached,
        list.allocates,
        list.allocate_misses,
        list.frees,
        list.free_misses,
        {reader.flag(own.called), reader.flag(own.is_free), own.irql, own.pool_type, own.tag, own.bytes}};
    return reader.good ? std::optional<Event>(event) : std::nullopt;
}

std::optional<Claims> claims_of(const poolproof_description& description, bool is_64_bit) {
    Reader reader;
    Claims claims;
    claims.is_64_bit = is_64_bit;
    claims.capabilities = description.capabilities & can_everything;
    const std::uint64_t routines = description.routines & every_routine;
    claims.routines = routines == every_routine ? ~RoutineSet{0} : routines;
    claims.special_pool_blocks = description.special_pool_blocks;
    claims.tag_zero = reader.choice(description.tag_zero, TagZero::null);
    claims.tag_mismatch = reader.choice(description.tag_mismatch, TagMismatch::silent);
    claims.zero_bytes = reader.choice(description.zero_bytes, ZeroBytes::bug_check);
    claims.null_free = reader.choice(description.null_free, NullFree::ignored);
    claims.tag_without_alnum = reader.choice(description.plain_tag, TagWithoutAlnum::verifier_only);
    claims.tail_reuse = reader.choice(description.tail, TailReuse::wasted);
    claims.must_succeed = reader.choice(description.must_succeed, MustSucceed::served);
    return reader.good ? std::optional<Claims>(claims) : std::nullopt;
}

poolproof_description describe(const Claims& claims, std::uint32_t profiles) {
    poolproof_description description{};
    description.size = sizeof description;
    description.minor = POOLPROOF_SUBJECT_MINOR;
    description.profiles = profiles;
    description.capabilities = claims.capabilities;
    description.routines = claims.routines & every_routine;
    description.special_pool_blocks = claims.special_pool_blocks;
    description.tag_zero = static_cast<std::uint8_t>(claims.tag_zero);
    description.tag_mismatch = static_cast<std::uint8_t>(claims.tag_mismatch);
    description.zero_bytes = static_cast<std::uint8_t>(claims.zero_bytes);
    description.null_free = static_cast<std::uint8_t>(claims.null_free);
    description.plain_tag = static_cast<std::uint8_t>(claims.tag_without_alnum);
    description.tail = static_cast<std::uint8_t>(claims.tail_reuse);
    description.must_succeed = static_cast<std::uint8_t>(claims.must_succeed);
    return description;
}

} // namespace poolproof
