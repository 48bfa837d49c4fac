// The sweep over memory for minifilter instances. Does not cover: bytes outside such blocks.
#include "gen/sweep_builder.hpp"
#include "gen/sweep_list.hpp"

#include <ddi/wdm.h>

#include <array>

namespace poolproof::sweep {
namespace {

constexpr std::uint32_t other_tag = 0x31676154; // 'Tag1'

void take(SweepBuilder& b, unsigned slot, unsigned instance, std::uint32_t type, std::uint64_t size,
          std::uint32_t tag = sweep_tag) {
    Op op;
    op.routine = Routine::FltAllocatePoolAlignedWithTag;
    op.slot = static_cast<std::uint8_t>(slot);
    op.index = static_cast<std::uint8_t>(instance);
    op.pool_type = type;
    op.size = size;
    op.tag = tag;
    b.push(op);
}

void put(SweepBuilder& b, unsigned slot, unsigned instance, std::uint32_t tag = sweep_tag) {
    Op op;
    op.kind = OpKind::free;
    op.routine = Routine::FltFreePoolAlignedWithTag;
    op.slot = static_cast<std::uint8_t>(slot);
    op.index = static_cast<std::uint8_t>(instance);
    op.tag = tag;
    b.push(op);
}

void misuse(SweepBuilder& b, unsigned instance, std::uint32_t type) {
    take(b, 0, instance, type, 100);
    put(b, 0, instance, other_tag);
    put(b, 0, instance);
    take(b, 1, instance, type, 100, 0);
    b.fail_nth(1);
    take(b, 2, instance, type, 100);
    b.fail_nth(1);
    take(b, 2, instance, type, 0);
    for (unsigned level = 0; level < 4; ++level) {
        b.irql(0);
        take(b, 3, instance, type, 100);
        b.irql(level);
        take(b, 4, instance, type, 100);
        put(b, 4, instance);
        put(b, 3, instance);
    }
    b.irql(0);
    take(b, 5, instance, type, 100);
    put(b, 5, (instance + 1) % list_count);
}

} // namespace

void aligned(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    for (unsigned instance = 0; instance < list_count; ++instance) {
        for (const std::uint32_t type :
             {std::uint32_t{NonPagedPool}, std::uint32_t{PagedPool}, std::uint32_t{NonPagedPoolCacheAligned},
              std::uint32_t{PagedPoolCacheAligned}}) {
            for (const SpecialMode mode : {SpecialMode::off, SpecialMode::verifier}) {
                for (const std::uint64_t size : {0U, 1U, 16U, 63U, 512U, 4000U, 4096U, 4097U, 12000U}) {
                    b.special(mode);
                    for (unsigned slot = 0; slot < 4; ++slot) {
                        take(b, slot, instance, type, size);
                    }
                    for (unsigned slot = 0; slot < 4; ++slot) {
                        put(b, slot, instance);
                    }
                    b.query_tag(sweep_tag, (type & PagedPool) != 0);
                }
                if (!b.end_trace()) {
                    return;
                }
                b.special(mode);
                misuse(b, instance, type);
                if (!b.end_trace()) {
                    return;
                }
            }
        }
        for (std::uint32_t type = 0; type < 40; ++type) {
            take(b, type, instance, type, 10);
        }
        if (!b.end_trace()) {
            return;
        }
    }
}

} // namespace poolproof::sweep
