// Implements gen/detection_requests.hpp.
#include "gen/detection_requests.hpp"

#include <ddi/wdm.h>
#include <ddi/winddi.h>

#include <array>

namespace poolproof {

namespace {

constexpr std::uint32_t asked_tag = 0x46726564;  // 'Fred'
constexpr std::uint32_t close_tag = 0x47726564;  // differs in its last character in memory
constexpr std::uint32_t former_tag = 0x4F746872; // 'Othr'

enum class Way : std::uint8_t { verifier, tag, size };

std::uint32_t granule_of(bool is_64_bit) {
    return is_64_bit ? 16 : 8;
}

// The GFlags value of the size class (GF-03).
std::uint32_t size_value(std::uint32_t size, std::uint32_t granule) {
    return (size + granule - 1) / granule * granule + granule;
}

Way way_of(const DetectionBlock& block, bool is_64_bit) {
    const auto way = static_cast<Way>(block.size / 7 % 3);
    const bool has_value = size_value(block.size, granule_of(is_64_bit)) < PAGE_SIZE;
    return way == Way::size && !has_value ? Way::verifier : way;
}

Side other(Side side) {
    return side == Side::end ? Side::start : Side::end;
}

Op setting(SpecialMode mode, Side side, std::uint32_t tag) {
    Op op;
    op.kind = OpKind::special_pool;
    op.mode = mode;
    op.side = side;
    op.tag = tag;
    return canonical(op);
}

// The routines and kinds of memory that the documents name for special pool. With a priority the side is
// chosen by the call, against the setting.
Op allocation(const DetectionBlock& block) {
    struct Kind {
        Routine routine;
        std::uint32_t type;
    };
    static constexpr std::array<Kind, 7> kinds = {{{Routine::ExAllocatePoolWithTag, NonPagedPool},
                                                   {Routine::ExAllocatePoolWithTag, PagedPool},
                                                   {Routine::ExAllocatePoolWithTag, NonPagedPoolNx},
                                                   {Routine::ExAllocatePoolWithTagPriority, PagedPool},
                                                   {Routine::ExAllocatePoolWithTagPriority, NonPagedPool},
                                                   {Routine::EngAllocMem, FL_NONPAGED_MEMORY},
                                                   {Routine::EngAllocMem, 0}}};
    const Kind& kind = kinds[block.size % kinds.size()];
    Op op;
    op.kind = OpKind::allocate;
    op.routine = kind.routine;
    op.pool_type = kind.type;
    op.size = block.size;
    op.tag = asked_tag;
    if (kind.routine == Routine::ExAllocatePoolWithTagPriority) {
        op.priority =
            static_cast<std::uint8_t>(block.side == Side::start ? NormalPoolPrioritySpecialPoolUnderrun
                                                                : NormalPoolPrioritySpecialPoolOverrun);
    }
    return canonical(op);
}

Op plain_allocation(std::uint32_t size, std::uint32_t tag) {
    Op op;
    op.kind = OpKind::allocate;
    op.routine = Routine::ExAllocatePoolWithTag;
    op.size = size;
    op.tag = tag;
    return canonical(op);
}

} // namespace

std::vector<Op> request_ops(const DetectionBlock& block, bool is_64_bit) {
    const Op wanted = allocation(block);
    const bool by_call = wanted.routine == Routine::ExAllocatePoolWithTagPriority;
    const Side side = by_call ? other(block.side) : block.side;
    switch (way_of(block, is_64_bit)) {
    case Way::tag:
        return {setting(SpecialMode::by_tag, side, former_tag), setting(SpecialMode::by_tag, side, asked_tag),
                wanted};
    case Way::size:
        return {setting(SpecialMode::by_tag, side, size_value(block.size, granule_of(is_64_bit))), wanted};
    case Way::verifier:
        break;
    }
    return {setting(SpecialMode::verifier, side, 0), wanted};
}

std::vector<std::vector<Op>> strangers_to(const DetectionBlock& block, bool is_64_bit, bool guards_large) {
    const std::uint32_t granule = granule_of(is_64_bit);
    std::vector<std::vector<Op>> strangers;
    const Op wanted = allocation(block);
    if (wanted.routine == Routine::ExAllocatePoolWithTagPriority) {
        strangers.push_back({setting(SpecialMode::off, block.side, 0), wanted});
    }
    switch (way_of(block, is_64_bit)) {
    case Way::verifier:
        if (!guards_large) {
            strangers.push_back({plain_allocation(PAGE_SIZE, asked_tag)});
        }
        break;
    case Way::tag:
        if (block.size < PAGE_SIZE) {
            strangers.push_back({plain_allocation(block.size, former_tag)});
            strangers.push_back({plain_allocation(block.size, close_tag)});
        }
        break;
    case Way::size: {
        const std::uint32_t value = size_value(block.size, granule);
        strangers.push_back({plain_allocation(value - granule + 1, asked_tag)});
        if (value > 2 * granule) {
            strangers.push_back({plain_allocation(value - 2 * granule, asked_tag)});
        }
        break;
    }
    }
    return strangers;
}

Op free_of(const Op& allocated) {
    Op op;
    op.kind = OpKind::free;
    op.routine = allocated.routine == Routine::EngAllocMem ? Routine::EngFreeMem : Routine::ExFreePool;
    return canonical(op);
}

} // namespace poolproof
