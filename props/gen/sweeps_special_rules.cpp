// Sweeps over special pool's rules: who asks for it, which side, bad frees, what happens when it is full.
// Does not cover: guards and pattern (sweeps_special.cpp).
#include "gen/sweep_builder.hpp"
#include "gen/sweep_list.hpp"

#include <ddi/wdm.h>

#include <array>

namespace poolproof::sweep {
namespace {

constexpr std::uint32_t other_tag = 0x4F746872; // 'Othr'
constexpr std::array<unsigned, 10> named_priorities = {0, 8, 9, 16, 24, 25, 32, 40, 41, 1};
constexpr std::array<std::uint64_t, 7> rule_sizes = {0, 1, 100, 2048, 4095, 4096, 5000};
constexpr std::array<Side, 2> sides = {Side::end, Side::start};

struct Request {
    SpecialMode first;
    SpecialMode second; // made after the first
    std::uint32_t tag;
};
constexpr std::array<Request, 8> requests = {{
    {SpecialMode::off, SpecialMode::off, 0},
    {SpecialMode::verifier, SpecialMode::verifier, 0},
    {SpecialMode::by_tag, SpecialMode::by_tag, sweep_tag},
    {SpecialMode::by_tag, SpecialMode::by_tag, other_tag},
    {SpecialMode::by_tag, SpecialMode::verifier, other_tag},
    {SpecialMode::verifier, SpecialMode::by_tag, other_tag},
    {SpecialMode::verifier, SpecialMode::off, 0},
    {SpecialMode::by_tag, SpecialMode::off, sweep_tag},
}};

void request(SweepBuilder& b, const Request& wanted, Side side) {
    b.special(wanted.first, side, wanted.tag);
    b.special(wanted.second, side, wanted.tag);
}

// Both neighbours of the block, read: guards only if the block is special and the side says so. In ordinary
// pool a read outside is open, so only frees and the block itself are touched there.
void use_block(SweepBuilder& b, const Ask& ask, std::uint64_t size, unsigned priority) {
    b.allocate(ask, 0, size, sweep_tag, priority);
    b.allocate(ask, 1, size, other_tag, priority);
    if (size > 0) {
        b.write(0, 0, size);
        b.write(1, static_cast<std::int64_t>(size) - 1);
    }
    b.release(ask, 1, other_tag);
    b.release(ask, 0);
}

} // namespace

void special_requests(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    for (const Side side : sides) {
        for (const Request& wanted : requests) {
            for (const Ask& ask : every_ask()) {
                request(b, wanted, side);
                for (const std::uint64_t size : rule_sizes) {
                    for (const unsigned level : {0U, 1U, 2U, 3U}) {
                        b.irql(level);
                        use_block(b, ask, size, NormalPoolPriority);
                        b.irql(0);
                        b.release(ask, 1, other_tag);
                        b.release(ask, 0);
                    }
                }
                // Fail the allocation itself, and the memory behind it.
                b.fail_nth(1);
                b.allocate(ask, 0, 64);
                b.budget(0, ask.paged, 0);
                b.budget(1, ask.paged, 0);
                b.allocate(ask, 0, 64);
                if (!b.end_trace()) {
                    return;
                }
            }
        }
    }
}

void special_sides(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    for (const Side side : sides) {
        for (const Request& wanted : requests) {
            for (const std::uint32_t type : {NonPagedPool, PagedPool, NonPagedPoolNx}) {
                for (const unsigned priority : named_priorities) {
                    const Ask ask{Routine::ExAllocatePoolWithTagPriority, type, (type & 1) != 0};
                    request(b, wanted, side);
                    for (const std::uint64_t size : rule_sizes) {
                        use_block(b, ask, size, priority);
                    }
                    if (!b.end_trace_at(150)) {
                        return;
                    }
                }
            }
        }
    }
    b.end_trace();
}

void special_frees(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    for (const Side side : sides) {
        for (const bool verified : {false, true}) {
            for (const std::uint64_t size : {1U, 16U, 100U, 2048U, 4095U}) {
                for (const Ask& ask : pool_asks()) {
                    const auto bytes = static_cast<std::int64_t>(size);
                    b.verifier(verified);
                    b.special(SpecialMode::verifier, side);
                    b.allocate(ask, 0, size);
                    for (const Routine routine : {Routine::ExFreePool, Routine::ExFreePoolWithTag}) {
                        for (const std::int64_t offset :
                             {std::int64_t{1}, std::int64_t{-1}, bytes / 2, bytes, std::int64_t{8},
                              std::int64_t{-16}, std::int64_t{PAGE_SIZE}, -std::int64_t{PAGE_SIZE}}) {
                            b.free(routine, 0, Pointer::of_slot, offset);
                        }
                    }
                    b.free(Routine::ExFreePoolWithTag, 0, Pointer::of_slot, 0, other_tag);
                    b.irql(ask.paged ? 2 : 3);
                    b.release(ask, 0);
                    b.irql(0);
                    b.read(0, 0, size);
                    b.release(ask, 0);
                    // It is gone: every touch and every further free is a bug check.
                    for (const std::int64_t offset : {std::int64_t{0}, bytes - 1, bytes, std::int64_t{-1}}) {
                        b.read(0, offset);
                        b.write(0, offset);
                    }
                    b.free(Routine::ExFreePool, 0);
                    b.free(Routine::ExFreePoolWithTag, 0);
                    b.release(ask, 0);
                    if (!b.end_trace_at(100)) {
                        return;
                    }
                }
            }
        }
    }
    b.end_trace();
}

void special_exhaustion(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    for (const Side side : sides) {
        for (const Ask& ask : {pool_asks()[0], pool_asks()[3], pool_asks()[7]}) {
            b.special(SpecialMode::verifier, side);
            // More than any subject claims to hold; slots are used again, so the first blocks stay for good.
            for (unsigned i = 0; i < 2300; ++i) {
                b.allocate(ask, i % slot_count, 1 + i % 4000);
            }
            for (unsigned slot = 0; slot < slot_count; ++slot) {
                b.write(slot, 0);
                b.release(ask, slot);
            }
            for (unsigned slot = 0; slot < slot_count; ++slot) {
                b.allocate(ask, slot, 1 + slot);
                b.write(slot, slot);
            }
            for (unsigned slot = 0; slot < slot_count; ++slot) {
                b.release(ask, slot);
            }
            if (!b.end_trace()) {
                return;
            }
        }
    }
}

} // namespace poolproof::sweep
