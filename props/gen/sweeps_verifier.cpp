// Sweeps over Driver Verifier's flags: pool tracking and unloads, simulated shortage, code integrity, quota
// of the Idle process and of a DPC. Does not cover: its automatic checks (sweeps_sizes.cpp, sweeps_irql.cpp).
#include "gen/sweep_builder.hpp"
#include "gen/sweep_list.hpp"
#include "trace/request.hpp"

#include <ddi/wdm.h>

#include <array>

namespace poolproof::sweep {
namespace {

constexpr std::uint32_t low_resources_flag = 0x4;
constexpr std::uint32_t tracking_flag = 0x8;
constexpr std::uint32_t systematic_flag = 0x40000;
constexpr std::uint32_t integrity_flag = 0x2000000;
constexpr std::uint32_t other_tag = 0x506F6F6C; // 'Pool'
constexpr std::uint32_t half_tag = 0x4672652A;  // 'Fre*'

// Each routine that takes pool for a driver, with the types or flags that ask for memory of a kind.
constexpr std::array<Ask, 26> pool_of_a_driver = {{
    {Routine::ExAllocatePool, NonPagedPool, false},
    {Routine::ExAllocatePool, PagedPool, true},
    {Routine::ExAllocatePoolWithTag, NonPagedPool, false},
    {Routine::ExAllocatePoolWithTag, NonPagedPoolNx, false},
    {Routine::ExAllocatePoolWithTag, PagedPool, true},
    {Routine::ExAllocatePoolWithTagPriority, NonPagedPool, false},
    {Routine::ExAllocatePoolWithTagPriority, PagedPool, true},
    {Routine::ExAllocatePoolWithQuota, NonPagedPool, false},
    {Routine::ExAllocatePoolWithQuota, PagedPool, true},
    {Routine::ExAllocatePoolWithQuotaTag, NonPagedPoolNx, false},
    {Routine::ExAllocatePoolWithQuotaTag, PagedPool | POOL_QUOTA_FAIL_INSTEAD_OF_RAISE, true},
    {Routine::ExAllocatePool2, pool_flag_non_paged, false},
    {Routine::ExAllocatePool2, pool_flag_non_paged_execute, false},
    {Routine::ExAllocatePool2, pool_flag_paged | pool_flag_use_quota, true},
    {Routine::ExAllocatePool3, pool_flag_non_paged | pool_flag_raise_on_failure, false},
    {Routine::ExAllocatePool3, pool_flag_non_paged_execute | pool_flag_use_quota, false},
    {Routine::ExAllocatePoolZero, NonPagedPool, false},
    {Routine::ExAllocatePoolUninitialized, PagedPool, true},
    {Routine::ExAllocatePoolQuotaZero, NonPagedPool, false},
    {Routine::ExAllocatePoolQuotaUninitialized, PagedPool, true},
    {Routine::ExAllocatePoolPriorityZero, NonPagedPool | POOL_RAISE_IF_ALLOCATION_FAILURE, false},
    {Routine::ExAllocatePoolPriorityUninitialized, PagedPool, true},
    {Routine::FsRtlAllocatePoolWithTag, NonPagedPool, false},
    {Routine::FsRtlAllocatePoolWithQuotaTag, PagedPool, true},
    {Routine::EngAllocMem, 0, true},
    {Routine::EngAllocUserMem, 0, false},
}};

void knob(SweepBuilder& b, OpKind kind, unsigned index = 0, unsigned level = 0) {
    Op op;
    op.kind = kind;
    op.index = static_cast<std::uint8_t>(index);
    op.level = static_cast<std::uint8_t>(level);
    b.push(op);
}

void flags(SweepBuilder& b, std::uint32_t mask) {
    Op op;
    op.kind = OpKind::verifier;
    op.level = 1;
    op.pool_type = mask;
    b.push(op);
}

void counters(SweepBuilder& b, unsigned driver) {
    for (const bool paged : {false, true}) {
        Op op;
        op.kind = OpKind::query_driver;
        op.index = static_cast<std::uint8_t>(driver);
        op.paged = paged;
        b.push(op);
    }
    knob(b, OpKind::query_verifier);
}

// Not all of them have a tag of the caller's.
void give_back(SweepBuilder& b, const Ask& ask, unsigned slot) {
    if (traits_of(ask.routine).memory == Memory::pool) {
        b.free(Routine::ExFreePool, slot);
    } else {
        b.release(ask, slot);
    }
}

void leave_behind(SweepBuilder& b, const Ask& ask, std::uint64_t size, unsigned left) {
    constexpr unsigned driver = 1;
    knob(b, OpKind::driver, driver);
    counters(b, driver);
    for (unsigned slot = 0; slot < 3; ++slot) {
        b.allocate(ask, slot, size + slot);
    }
    for (unsigned slot = left; slot < 3; ++slot) {
        give_back(b, ask, slot);
    }
    counters(b, driver);
    knob(b, OpKind::unload, 0); // of another driver
    knob(b, OpKind::unload, driver, 1);
    b.allocate(ask, 4, size); // while it unloads
    give_back(b, ask, 4);
    knob(b, OpKind::unload, driver);
    for (unsigned slot = 0; slot < left; ++slot) {
        give_back(b, ask, slot);
    }
    counters(b, driver);
    knob(b, OpKind::unload, driver);
    b.allocate(ask, 4, size); // loaded again
    give_back(b, ask, 4);
    knob(b, OpKind::driver, 0);
}

void simulate(SweepBuilder& b, std::uint64_t probability, std::uint32_t tag) {
    Op op;
    op.kind = OpKind::low_resources;
    op.size = probability;
    op.tag = tag;
    b.push(op);
}

void wait(SweepBuilder& b, std::uint64_t seconds) {
    Op op;
    op.kind = OpKind::clock;
    op.size = seconds;
    b.push(op);
}

void each_kind_of_call(SweepBuilder& b) {
    for (const Ask& ask : pool_of_a_driver) {
        for (const std::uint64_t size : {32U, PAGE_SIZE}) {
            b.allocate(ask, 0, size);
            give_back(b, ask, 0);
        }
        knob(b, OpKind::query_verifier);
    }
}

} // namespace

void tracking(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    for (const Ask& ask : pool_of_a_driver) {
        for (const std::uint32_t mask : {0U, tracking_flag, tracking_flag | 0x800U}) {
            for (const std::uint64_t size : {1U, 100U, 2000U, PAGE_SIZE - 40, PAGE_SIZE, 3 * PAGE_SIZE + 8}) {
                for (unsigned left = 0; left < 3; ++left) {
                    flags(b, mask);
                    leave_behind(b, ask, size, left);
                    if (!b.end_trace()) {
                        return;
                    }
                }
            }
        }
    }
}

void tracked_damage(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    for (const Ask& ask : {pool_of_a_driver[2], pool_of_a_driver[4], pool_of_a_driver[8]}) {
        for (const std::uint64_t size : {1U, 8U, 20U, 100U, 4000U}) {
            for (std::int64_t beside = -20; beside < 36; ++beside) {
                const std::int64_t offset = beside < 0 ? beside : static_cast<std::int64_t>(size) + beside;
                flags(b, tracking_flag);
                b.allocate(ask, 0, size);
                b.write(0, offset);
                give_back(b, ask, 0);
                if (!b.end_trace()) {
                    return;
                }
                flags(b, tracking_flag);
                b.allocate(ask, 0, size);
                b.free(Routine::ExFreePool, 0, Pointer::of_slot, offset);
                give_back(b, ask, 0);
                knob(b, OpKind::unload);
                if (!b.end_trace()) {
                    return;
                }
            }
        }
    }
}

void low_resources(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    for (const std::uint64_t probability : {0U, 1U, 600U, 5000U, 9999U, 10'000U}) {
        for (const std::uint32_t tag : {0U, sweep_tag, other_tag, half_tag}) {
            for (const std::uint64_t seconds : {0U, 479U, 480U, 5000U}) {
                for (const std::uint32_t mask :
                     {0U, low_resources_flag, low_resources_flag | tracking_flag}) {
                    flags(b, mask);
                    simulate(b, probability, tag);
                    wait(b, seconds);
                    knob(b, OpKind::query_verifier);
                    each_kind_of_call(b);
                    if (!b.end_trace()) {
                        return;
                    }
                }
            }
        }
    }
    for (const std::uint32_t mask : {systematic_flag, systematic_flag | low_resources_flag}) {
        flags(b, mask);
        knob(b, OpKind::query_verifier);
        for (unsigned again = 0; again < 3; ++again) {
            each_kind_of_call(b);
        }
        if (!b.end_trace()) {
            return;
        }
    }
}

void verifier_flags(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    for (const std::uint32_t mask : {0U, integrity_flag, tracking_flag, tracking_flag | integrity_flag}) {
        for (const unsigned attached : {0U, 1U}) {
            for (const unsigned level : {0U, 1U, 2U}) {
                flags(b, mask);
                b.process(attached);
                b.irql(level);
                for (const Ask& ask : pool_of_a_driver) {
                    knob(b, OpKind::dpc, 0, 1);
                    b.allocate(ask, 0, 100);
                    give_back(b, ask, 0);
                    knob(b, OpKind::dpc, 0, 0);
                    knob(b, OpKind::idle, 1, 1);
                    b.allocate(ask, 0, 100);
                    give_back(b, ask, 0);
                    knob(b, OpKind::idle, 0, 0);
                    b.allocate(ask, 0, 5000);
                    give_back(b, ask, 0);
                }
                if (!b.end_trace()) {
                    return;
                }
            }
        }
    }
}

} // namespace poolproof::sweep
