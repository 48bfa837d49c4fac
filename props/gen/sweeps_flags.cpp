// Sweeps over POOL_FLAGS, extended parameters, the header wrappers, ExFreePool2 and secure pools.
// Does not cover: sizes and tags at large (sweeps_sizes.cpp, sweeps_tags.cpp).
#include "gen/sweep_builder.hpp"
#include "gen/sweep_list.hpp"
#include "trace/request.hpp"

#include <ddi/wdm.h>

#include <array>

namespace poolproof::sweep {
namespace {

constexpr std::array flag_routines = {Routine::ExAllocatePool2, Routine::ExAllocatePool3};
constexpr std::array all_frees = {Routine::ExFreePool, Routine::ExFreePoolWithTag, Routine::ExFreePool2};
constexpr std::array<std::uint64_t, 7> edge_sizes = {0, 1, 16, 100, PAGE_SIZE - 1, PAGE_SIZE, PAGE_SIZE + 1};

Op flag_request(Routine routine, std::uint64_t flags, std::uint64_t size, std::uint32_t extended = 0) {
    Op op;
    op.kind = OpKind::allocate;
    op.routine = routine;
    op.pool_type = static_cast<std::uint32_t>(flags);
    op.flags_high = static_cast<std::uint32_t>(flags >> 32);
    op.size = size;
    op.tag = sweep_tag;
    op.extended = extended;
    return op;
}

Op free_op(Routine routine, std::uint32_t extended = 0, std::uint32_t tag = sweep_tag) {
    Op op;
    op.kind = OpKind::free;
    op.routine = routine;
    op.extended = extended;
    op.tag = tag;
    return op;
}

// Asked of memory that was used before, so that what is not zeroed shows.
void ask_on_used_memory(SweepBuilder& b, const Op& op) {
    constexpr Ask used{Routine::ExAllocatePoolWithTag, NonPagedPoolNx, false};
    b.allocate(used, 1, op.size);
    b.free(Routine::ExFreePool, 1);
    b.push(op);
    b.push(free_op(all_frees[b.length() % all_frees.size()]));
}

void ask_in_every_state(SweepBuilder& b, const Op& op) {
    ask_on_used_memory(b, op);
    b.fail_nth(1);
    ask_on_used_memory(b, op);
    b.fail_nth(0);
    Op untagged = op;
    untagged.tag = 0;
    b.push(untagged);
}

std::uint32_t secure_entry(unsigned pool, unsigned cookie) {
    return packed(
        {parameter_secure_pool, static_cast<std::uint8_t>(cookie * list_count + pool), false, false});
}

Op pool_call(Routine routine, unsigned pool, unsigned cookie = 0, std::uint32_t flags = 0) {
    Op op;
    op.kind = OpKind::call;
    op.routine = routine;
    op.index = static_cast<std::uint8_t>(pool);
    op.priority = static_cast<std::uint8_t>(cookie);
    op.pool_type = flags;
    op.tag = sweep_tag;
    return op;
}

void update(SweepBuilder& b, unsigned pool, unsigned cookie, std::int32_t offset, std::uint32_t length) {
    Op op = pool_call(Routine::ExSecurePoolUpdate, pool, cookie);
    op.offset = offset;
    op.length = length;
    b.push(op);
}

// One block of pool 0 with cookie 7: validated, rewritten and freed with wrong arguments and right ones.
void use_secure_block(SweepBuilder& b, std::uint32_t size) {
    const auto end = static_cast<std::int32_t>(size);
    b.push(flag_request(Routine::ExAllocatePool3, pool_flag_non_paged, size, secure_entry(0, 7)));
    for (unsigned pool = 0; pool < list_count; ++pool) {
        b.push(pool_call(Routine::ExSecurePoolValidate, pool, 7));
        b.push(pool_call(Routine::ExSecurePoolValidate, pool, 8));
    }
    Op other_tag = pool_call(Routine::ExSecurePoolValidate, 0, 7);
    other_tag.tag = 0x706C7573;
    b.push(other_tag);
    for (const std::int32_t offset : {-1, 0, 1, end - 1, end, end + 1}) {
        update(b, 0, 7, offset, 1);
        update(b, 0, 7, offset, size);
    }
    update(b, 0, 8, 0, 1);
    b.irql(DISPATCH_LEVEL);
    b.read(0, 0, size);
    b.irql(PASSIVE_LEVEL);
    b.push(pool_call(Routine::ExDestroyPool, 0));
    const std::uint32_t right = secure_entry(0, 7);
    const std::uint32_t priority = packed({parameter_priority, 16, false, false});
    for (const std::uint32_t wrong :
         {0U, priority, right | right << 16, right | priority << 16, secure_entry(2, 7)}) {
        b.push(free_op(Routine::ExFreePool2, wrong));
    }
    b.free(Routine::ExFreePool, 0);
    b.free(Routine::ExFreePoolWithTag, 0);
    b.push(free_op(Routine::ExFreePool2, right));
    b.push(free_op(Routine::ExFreePool2, right));
}

} // namespace

void pool_flags(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    constexpr std::array<std::uint64_t, 4> kinds = {0, pool_flag_non_paged, pool_flag_non_paged_execute,
                                                    pool_flag_paged};
    for (const Routine routine : flag_routines) {
        for (const std::uint64_t kind : kinds) {
            for (const std::uint64_t raise : {std::uint64_t{0}, std::uint64_t{pool_flag_raise_on_failure}}) {
                for (unsigned bit = 0; bit < 64; ++bit) {
                    ask_in_every_state(b, flag_request(routine, kind | raise | 1ULL << bit, 100));
                    if (!b.end_trace_at(150)) {
                        return;
                    }
                }
                for (const std::uint64_t size : edge_sizes) {
                    ask_in_every_state(b, flag_request(routine, kind | raise, size));
                    ask_in_every_state(b, flag_request(routine, kind | pool_flag_special_pool, size));
                    b.irql(DISPATCH_LEVEL);
                    ask_on_used_memory(b, flag_request(routine, kind | raise, size));
                    b.irql(PASSIVE_LEVEL);
                }
                if (!b.end_trace()) {
                    return;
                }
            }
        }
    }
}

void flag_quota(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    Op limit;
    limit.kind = OpKind::quota;
    Op charged;
    charged.kind = OpKind::query_quota;
    for (const Routine routine : flag_routines) {
        for (const std::uint64_t bytes : {0U, 99U, 100U, 4096U, 20000U}) {
            for (const std::uint64_t size : edge_sizes) {
                limit.size = bytes;
                b.push(limit);
                b.push(flag_request(routine, pool_flag_non_paged | pool_flag_use_quota, size));
                b.push(charged);
                b.push(free_op(Routine::ExFreePool));
                b.push(charged);
                if (!b.end_trace()) {
                    return;
                }
            }
        }
    }
}

void parameters(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    constexpr std::uint32_t good = packed({parameter_priority, 32, false, false});
    for (const std::uint64_t kind : {pool_flag_non_paged, pool_flag_non_paged_execute, pool_flag_paged}) {
        for (unsigned type = 0; type < 16; ++type) {
            for (const bool optional : {false, true}) {
                for (const unsigned value : {0U, 1U, 2U, 7U, 9U, 16U, 24U, 32U, 41U, 64U}) {
                    const std::uint32_t entry = packed(
                        {static_cast<std::uint8_t>(type), static_cast<std::uint8_t>(value), optional, false});
                    for (const std::uint32_t entries : {entry, entry | 0x2000U, good | entry << 16}) {
                        ask_on_used_memory(b, flag_request(Routine::ExAllocatePool3, kind, 100, entries));
                        ask_on_used_memory(b, flag_request(Routine::ExAllocatePool3,
                                                           kind | pool_flag_raise_on_failure, PAGE_SIZE,
                                                           entries));
                    }
                }
                if (!b.end_trace()) {
                    return;
                }
            }
        }
    }
    // Nodes and priorities against a budget that is nearly spent on one node or both.
    for (unsigned first = 0; first < 3; ++first) {
        for (unsigned second = 0; second < 3; ++second) {
            b.budget(0, false, first);
            b.budget(1, false, second);
            for (const std::uint32_t entry :
                 {0x8300U, 0x8301U, 0xA300U, 0xA301U, 0x8100U, 0x8110U, 0x8120U}) {
                for (const std::uint64_t size : {100U, 4096U, 8192U}) {
                    b.push(flag_request(Routine::ExAllocatePool3, pool_flag_non_paged, size, entry));
                    b.push(free_op(Routine::ExFreePool2));
                }
            }
            if (!b.end_trace()) {
                return;
            }
        }
    }
}

void wrappers(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    const auto first = static_cast<unsigned>(Routine::ExAllocatePoolZero);
    const auto last = static_cast<unsigned>(Routine::ExAllocatePoolPriorityUninitialized);
    constexpr std::array<std::uint32_t, 3> modifiers = {0, POOL_RAISE_IF_ALLOCATION_FAILURE,
                                                        POOL_QUOTA_FAIL_INSTEAD_OF_RAISE};
    for (unsigned routine = first; routine <= last; ++routine) {
        for (const std::uint32_t type :
             {std::uint32_t{NonPagedPool}, std::uint32_t{NonPagedPoolNx}, std::uint32_t{PagedPool}}) {
            for (const std::uint32_t modifier : modifiers) {
                const Ask ask{static_cast<Routine>(routine), type | modifier, (type & PagedPool) != 0};
                for (const std::uint64_t size : edge_sizes) {
                    b.allocate({Routine::ExAllocatePoolWithTag, type, ask.paged}, 1, size);
                    b.free(Routine::ExFreePool, 1);
                    b.allocate(ask, 0, size); // where other bytes were
                    b.free(Routine::ExFreePool, 0);
                    b.fail_nth(1);
                    b.allocate(ask, 0, size);
                    b.fail_nth(0);
                }
                b.allocate(ask, 0, 100, 0);
                b.allocate(ask, 0, 100, 0x20202020);
                b.allocate(ask, 0, ~std::uint64_t{0});
                for (const unsigned level : {1U, 2U, 3U}) {
                    b.irql(level);
                    b.allocate(ask, 0, 100);
                }
                if (!b.end_trace()) {
                    return;
                }
            }
        }
    }
}

void second_free(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    for (const Ask& ask : pool_asks()) {
        for (unsigned type = 0; type < 6; ++type) {
            b.allocate(ask, 0, 100);
            b.push(free_op(Routine::ExFreePool2, packed({static_cast<std::uint8_t>(type), 0, false, false})));
            b.push(free_op(Routine::ExFreePool2, 0, 0x706C7573));
            b.push(free_op(Routine::ExFreePool2));
            b.push(free_op(Routine::ExFreePool2));
        }
        b.allocate(ask, 0, 100);
        b.free(Routine::ExFreePool2, 0, Pointer::of_slot, 16);
        b.irql(DISPATCH_LEVEL);
        b.push(free_op(Routine::ExFreePool2));
        b.irql(PASSIVE_LEVEL);
        for (const Pointer pointer : {Pointer::null, Pointer::user_address, Pointer::system_address}) {
            b.free(Routine::ExFreePool2, 0, pointer);
        }
        if (!b.end_trace()) {
            return;
        }
    }
}

void secure_pools(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    for (const std::uint32_t flags : {0U, 1U, 2U, 3U, 4U}) {
        for (const unsigned level : {0U, 1U, 2U}) {
            b.irql(level);
            b.push(pool_call(Routine::ExCreatePool, 0, 0, flags));
            b.push(pool_call(Routine::ExDestroyPool, 0));
            b.push(pool_call(Routine::ExDestroyPool, 0));
        }
        b.irql(PASSIVE_LEVEL);
        b.end_trace();
    }
    for (const std::uint32_t size : {1U, 100U, 4095U, 4096U, 5000U}) {
        b.push(pool_call(Routine::ExCreatePool, 0, 0, 1));
        b.push(pool_call(Routine::ExCreatePool, 1, 0, 1));
        use_secure_block(b, size);
        b.push(flag_request(Routine::ExAllocatePool3, pool_flag_paged, size, secure_entry(0, 7)));
        b.push(flag_request(Routine::ExAllocatePool3, pool_flag_non_paged, size, secure_entry(3, 7)));
        b.push(pool_call(Routine::ExDestroyPool, 0));
        b.push(flag_request(Routine::ExAllocatePool3, pool_flag_non_paged, size, secure_entry(0, 7)));
        b.push(pool_call(Routine::ExDestroyPool, 1));
        b.push(flag_request(Routine::ExAllocatePool2, pool_flag_non_paged, size));
        b.push(pool_call(Routine::ExSecurePoolValidate, 0, 7));
        update(b, 0, 7, 0, 1);
        b.push(free_op(Routine::ExFreePool2, secure_entry(0, 7)));
        b.push(free_op(Routine::ExFreePool2));
        if (!b.end_trace()) {
            return;
        }
    }
}

} // namespace poolproof::sweep
