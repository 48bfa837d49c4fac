// See tame.hpp.
#include "gen/tame.hpp"

#include "trace/dense.hpp"
#include "trace/request.hpp"

#include <ddi/wdm.h>
#include <ddi/winddi.h>

#include <algorithm>

namespace poolproof {
namespace {

constexpr std::uint64_t largest_size = 65536;

// One kind of pool, and of the flags beside it those that any call may have.
std::uint32_t legal_pool_flags(std::uint32_t flags) {
    constexpr std::uint32_t free_choice =
        pool_flag_use_quota | pool_flag_uninitialized | pool_flag_cache_aligned | pool_flag_raise_on_failure;
    const std::uint32_t kind = (flags & pool_flag_paged) != 0               ? pool_flag_paged
                               : (flags & pool_flag_non_paged_execute) != 0 ? pool_flag_non_paged_execute
                                                                            : pool_flag_non_paged;
    return (flags & free_choice) | kind;
}

std::uint32_t legal_pool_type(Routine routine, std::uint32_t type) {
    const RoutineTraits& traits = traits_of(routine);
    if (traits.type == TypeArgument::eng_flags) {
        return type & (FL_ZERO_MEMORY | FL_NONPAGED_MEMORY);
    }
    if (traits.type == TypeArgument::pool_flags) {
        return legal_pool_flags(type);
    }
    if (traits.listed_types_only) {
        return type & PagedPoolCacheAligned;
    }
    type &=
        traits.failure == OnFailure::null_or_type_flag ? ~0U : ~unsigned{POOL_RAISE_IF_ALLOCATION_FAILURE};
    type &= unsigned{PagedPoolCacheAligned} | unsigned{NonPagedPoolSession} | unsigned{NonPagedPoolNx} |
            POOL_RAISE_IF_ALLOCATION_FAILURE | POOL_COLD_ALLOCATION;
    if ((type & PagedPool) != 0) {
        type &= ~unsigned{NonPagedPoolNx};
    }
    if ((type & NonPagedPoolSessionNx) == NonPagedPoolSessionNx) {
        type &= ~unsigned{NonPagedPoolCacheAligned};
    }
    return type;
}

std::uint32_t nonpaged_type(Routine routine, std::uint32_t type) {
    switch (traits_of(routine).type) {
    case TypeArgument::eng_flags:
        return type | FL_NONPAGED_MEMORY;
    case TypeArgument::pool_flags:
        return (type & pool_flag_paged) != 0 ? type ^ (pool_flag_paged | pool_flag_non_paged) : type;
    default:
        return type & ~unsigned{PagedPool};
    }
}

std::uint8_t legal_priority(std::uint8_t priority) {
    const unsigned variant = priority & 15U;
    const bool documented = priority < 48 && (variant == 0 || variant == 8 || variant == 9);
    return documented ? priority : std::uint8_t{NormalPoolPriority};
}

} // namespace

Tamer::Tamer(unsigned slots) : slots_(slots) {
    for (unsigned slot = 0; slot < slot_count; ++slot) {
        order_.at(slot) = static_cast<std::uint8_t>(slot);
    }
}

Op Tamer::tame(const Op& op, std::uint32_t pick) {
    Op tamed = op;
    switch (op.kind) {
    case OpKind::allocate:
        return live_ < slots_ ? allocate(op) : release(pick);
    case OpKind::free:
        return live_ > 0 ? release(pick) : allocate(Op{});
    case OpKind::read:
    case OpKind::write:
    case OpKind::print:
        return live_ > 0 ? touch(op, pick) : allocate(Op{});
    case OpKind::irql:
        tamed.level = op.level % 3;
        levels_.at(processor_) = tamed.level;
        return tamed;
    case OpKind::processor:
        processor_ = op.index;
        return tamed;
    case OpKind::query_tag:
        tamed.tag = usual_tag(pick);
        return tamed;
    case OpKind::query_event:
        return tamed;
    default:
        return live_ < slots_ ? allocate(Op{}) : release(pick);
    }
}

Op Tamer::allocate(const Op& op) {
    Op tamed = op;
    tamed.kind = OpKind::allocate;
    tamed.slot = order_.at(live_++);
    tamed.tag = usual_tag(tamed.slot);
    if (op.size == 0 || op.size > largest_size) {
        tamed.size = 1 + op.size % largest_size;
    }
    tamed.priority = legal_priority(op.priority);
    const Memory memory = traits_of(op.routine).memory;
    if (memory != Memory::pool && memory != Memory::eng_pool) {
        tamed.routine = Routine::ExAllocatePoolWithTag;
    }
    tamed.extended = 0;
    tamed.flags_high = 0;
    tamed.pool_type = legal_pool_type(tamed.routine, op.pool_type);
    if (at_dispatch()) {
        tamed.pool_type = nonpaged_type(tamed.routine, tamed.pool_type);
    }
    tamed = canonical(tamed);
    const bool pageable = request_of(tamed, 0, {}).paged;
    blocks_.at(tamed.slot) = {tamed.routine, pageable, tamed.tag, tamed.size};
    return tamed;
}

Op Tamer::release(std::uint32_t pick) {
    const unsigned place = pick % live_;
    const std::uint8_t slot = order_.at(place);
    const Block& block = blocks_.at(slot);
    if (block.pageable && at_dispatch()) {
        return lower_irql();
    }
    std::swap(order_.at(place), order_.at(--live_));
    Op tamed;
    tamed.kind = OpKind::free;
    tamed.slot = slot;
    const bool has_tag = traits_of(block.allocator).tag != TagRule::none;
    tamed.routine = free_routine_for(block.allocator, has_tag && (pick & 0x10000U) != 0);
    tamed.tag = block.tag;
    return canonical(tamed);
}

Op Tamer::touch(const Op& op, std::uint32_t pick) {
    const std::uint8_t slot = order_.at(pick % live_);
    const Block& block = blocks_.at(slot);
    if (block.pageable && at_dispatch()) {
        return lower_irql();
    }
    Op tamed = op;
    tamed.slot = slot;
    tamed.length = static_cast<std::uint32_t>(std::min<std::uint64_t>(op.length, block.size));
    if (op.kind != OpKind::print) {
        const auto room = static_cast<std::uint32_t>(block.size - tamed.length) + 1;
        tamed.offset = static_cast<std::int32_t>(static_cast<std::uint32_t>(op.offset) % room);
    }
    return tamed;
}

Op Tamer::lower_irql() {
    levels_.at(processor_) = 0;
    Op tamed;
    tamed.kind = OpKind::irql;
    return tamed;
}

} // namespace poolproof
