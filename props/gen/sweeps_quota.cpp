// Sweeps over quota: limits around what is asked for, charges by call, and damaged headers of charged blocks.
// Does not cover: Driver Verifier's rules of quota.
#include "gen/sweep_builder.hpp"
#include "gen/sweep_list.hpp"

#include "trace/request.hpp"

#include <ddi/wdm.h>

#include <array>
#include <limits>

namespace poolproof::sweep {
namespace {

constexpr std::array<std::uint64_t, 8> sizes_charged = {0, 1, 100, 4080, 4095, 4096, 4097, 10000};
constexpr std::array<std::uint64_t, 5> amounts = {0, 1, 100, 5000, std::numeric_limits<std::uint64_t>::max()};
constexpr std::uint64_t no_limit = std::numeric_limits<std::uint64_t>::max();

// The ways to ask a routine that charges: with and without what decides how it fails.
unsigned ways_of(const RoutineTraits& traits, bool paged, std::array<Ask, 3>& ways) {
    if (traits.type == TypeArgument::pool_flags) {
        const auto flags = static_cast<std::uint32_t>(
            pool_flag_use_quota | (paged ? std::uint64_t{pool_flag_paged} : pool_flag_non_paged));
        ways = {Ask{traits.routine, flags, paged}, raising(Ask{traits.routine, flags, paged})};
        return 2;
    }
    const std::uint32_t type = paged ? PagedPool : NonPagedPool;
    ways = {Ask{traits.routine, type, paged},
            Ask{traits.routine, type | POOL_QUOTA_FAIL_INSTEAD_OF_RAISE, paged},
            Ask{traits.routine, type | POOL_COLD_ALLOCATION, paged}};
    return traits.failure == OnFailure::raise ? 1 : 3;
}

void around_limit(SweepBuilder& b, const Ask& ask, std::uint64_t size, std::uint64_t limit) {
    b.query_quotas(0);
    b.quota(0, ask.paged, limit);
    b.allocate(ask, 0, size);
    b.query_quotas(0);
    b.allocate(ask, 1, size);
    b.process(1); // where nothing is charged and no limit stands
    b.allocate(ask, 2, size);
    b.query_quotas(1);
    b.release(ask, 0);
    b.query_quotas(0); // the charge goes back to who bore it
    b.process(0);
    b.fail_nth(1);
    b.allocate(ask, 3, size);
    b.fail_nth(0);
    b.query_quotas(0);
    b.allocate(ask, 0, size);
    for (unsigned slot = 0; slot < 4; ++slot) {
        b.release(ask, slot);
    }
    b.query_quotas(0);
    b.quota(0, ask.paged, no_limit);
}

void charge_and_return(SweepBuilder& b, std::uint32_t type, std::uint64_t amount, std::uint64_t limit) {
    const bool paged = (type & PagedPool) != 0;
    b.quota(1, paged, limit);
    b.call_quota(Routine::PsChargePoolQuota, 1, type, amount);
    b.query_quotas(1);
    b.call_quota(Routine::PsChargePoolQuota, 1, type, 7);
    b.query_quotas(1);
    b.call_quota(Routine::PsReturnPoolQuota, 1, type, 7);
    b.call_quota(Routine::PsReturnPoolQuota, 1, type, amount);
    b.query_quotas(1);
    b.call_quota(Routine::PsReturnPoolQuota, 1, type, 1);
    b.query_quotas(0);
    b.quota(1, paged, no_limit);
}

} // namespace

void quota_limits(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    for (const RoutineTraits& traits : routine_table) {
        for (const bool paged : {false, true}) {
            if (traits.memory != Memory::pool || traits.quota == Quota::never) {
                continue;
            }
            std::array<Ask, 3> ways{};
            const unsigned count = ways_of(traits, paged, ways);
            for (const std::uint64_t size : sizes_charged) {
                for (const std::uint64_t limit : {std::uint64_t{0}, size == 0 ? 0 : size - 1, size, size + 15,
                                                  2 * size, std::uint64_t{PAGE_SIZE}, no_limit}) {
                    for (unsigned way = 0; way < count; ++way) {
                        around_limit(b, ways[way], size, limit);
                        if (!b.end_trace()) {
                            return;
                        }
                    }
                }
            }
        }
    }
}

void quota_calls(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    constexpr std::array<std::uint32_t, 7> types = {NonPagedPool,
                                                    PagedPool,
                                                    NonPagedPoolCacheAligned,
                                                    PagedPoolCacheAligned,
                                                    NonPagedPoolMustSucceed,
                                                    NonPagedPoolNx,
                                                    PagedPoolSession};
    for (const std::uint32_t type : types) {
        for (const std::uint64_t amount : amounts) {
            for (const std::uint64_t limit : {std::uint64_t{0}, amount, amount + 6, amount + 7, no_limit}) {
                for (const unsigned level : {0U, 1U, 2U, 3U}) {
                    b.irql(level);
                    charge_and_return(b, type, amount, limit);
                    if (!b.end_trace()) {
                        return;
                    }
                }
            }
        }
        // A charged block beside it, whose quota a call may return too.
        const Ask ask{Routine::ExAllocatePoolWithQuotaTag, NonPagedPool, false};
        b.call_quota(Routine::PsChargePoolQuota, 0, type, 50);
        b.allocate(ask, 0, 100);
        b.query_quotas(0);
        b.call_quota(Routine::PsReturnPoolQuota, 0, type, 60);
        b.query_quotas(0);
        b.release(ask, 0);
        b.query_quotas(0);
        if (!b.end_trace()) {
            return;
        }
    }
}

void quota_owners(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    for (const std::uint32_t type : {NonPagedPool, PagedPool}) {
        const Ask ask{Routine::ExAllocatePoolWithQuotaTag, type, (type & 1U) != 0};
        for (const std::uint64_t size : {24U, 100U, 2000U}) {
            for (std::int64_t offset = -16; offset < 0; ++offset) {
                for (const unsigned mask : {0x01U, 0xFFU}) {
                    b.allocate(ask, 0, size);
                    b.allocate(ask, 1, size);
                    b.write(1, offset, 1, mask);
                    b.release(ask, 1);
                    b.release(ask, 0);
                    b.query_quotas(0);
                    if (!b.end_trace()) {
                        return;
                    }
                }
            }
        }
    }
}

} // namespace poolproof::sweep
