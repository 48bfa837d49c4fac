// See documented_calls.hpp.
#include "subjects/documented_calls.hpp"

#include "trace/request.hpp"

#include <ddi/fltkernel.h>
#include <ddi/ntifs.h>
#include <ddi/winddi.h>

#include <algorithm>

namespace poolproof {

namespace {

// What the routines of the driver's own were called with last, by this thread.
thread_local OwnRoutineCall last_own_call;

PVOID own_allocate(POOL_TYPE type, SIZE_T bytes, ULONG tag) {
    last_own_call = {true, false, KeGetCurrentIrql(), static_cast<std::uint32_t>(type), tag, bytes};
    return ExAllocatePoolWithTag(type, bytes, tag);
}

VOID own_free(PVOID block) {
    last_own_call = {true, true, KeGetCurrentIrql(), 0, 0, 0};
    ExFreePool(block);
}

PVOID own_allocate_ex(POOL_TYPE type, SIZE_T bytes, ULONG tag, PLOOKASIDE_LIST_EX /*list*/) {
    last_own_call = {true, false, KeGetCurrentIrql(), static_cast<std::uint32_t>(type), tag, bytes};
    if ((type & POOL_QUOTA_FAIL_INSTEAD_OF_RAISE) != 0) {
        return ExAllocatePoolWithQuotaTag(type, bytes, tag);
    }
    return ExAllocatePoolWithTag(type, bytes, tag);
}

VOID own_free_ex(PVOID block, PLOOKASIDE_LIST_EX /*list*/) {
    last_own_call = {true, true, KeGetCurrentIrql(), 0, 0, 0};
    ExFreePool(block);
}

void* allocate_typed(const Op& op) {
    const auto type = static_cast<POOL_TYPE>(op.pool_type);
    const auto bytes = static_cast<SIZE_T>(op.size);
    const auto priority = static_cast<EX_POOL_PRIORITY>(op.priority);
    switch (op.routine) {
    case Routine::ExAllocatePool:
        return ExAllocatePool(type, bytes);
    case Routine::ExAllocatePoolWithTag:
        return ExAllocatePoolWithTag(type, bytes, op.tag);
    case Routine::ExAllocatePoolWithTagPriority:
        return ExAllocatePoolWithTagPriority(type, bytes, op.tag, priority);
    case Routine::ExAllocatePoolWithQuota:
        return ExAllocatePoolWithQuota(type, bytes);
    case Routine::ExAllocatePoolWithQuotaTag:
        return ExAllocatePoolWithQuotaTag(type, bytes, op.tag);
    case Routine::ExAllocatePoolZero:
        return ExAllocatePoolZero(type, bytes, op.tag);
    case Routine::ExAllocatePoolUninitialized:
        return ExAllocatePoolUninitialized(type, bytes, op.tag);
    case Routine::ExAllocatePoolQuotaZero:
        return ExAllocatePoolQuotaZero(type, bytes, op.tag);
    case Routine::ExAllocatePoolQuotaUninitialized:
        return ExAllocatePoolQuotaUninitialized(type, bytes, op.tag);
    case Routine::ExAllocatePoolPriorityZero:
        return ExAllocatePoolPriorityZero(type, bytes, op.tag, priority);
    case Routine::ExAllocatePoolPriorityUninitialized:
        return ExAllocatePoolPriorityUninitialized(type, bytes, op.tag, priority);
    case Routine::FsRtlAllocatePoolWithQuotaTag:
        return FsRtlAllocatePoolWithQuotaTag(type, bytes, op.tag);
    default:
        return FsRtlAllocatePoolWithTag(type, bytes, op.tag);
    }
}

} // namespace

void DocumentedCalls::reset() {
    secured_.fill(nullptr);
    pools_.fill(nullptr);
    last_own_call = OwnRoutineCall{};
}

void* DocumentedCalls::head_of(const Op& op) const {
    return &lists_[list_kind_of(op.routine)][op.index % list_count];
}

ULONG DocumentedCalls::read_parameters(const Op& op, POOL_EXTENDED_PARAMETER (&entries)[max_parameters]) {
    ExtendedParameter asked[max_parameters];
    const unsigned count = parameters_of(op, asked);
    for (unsigned i = 0; i < count; ++i) {
        POOL_EXTENDED_PARAMETER& entry = entries[i] = POOL_EXTENDED_PARAMETER{};
        entry.Type = asked[i].type;
        entry.Optional = asked[i].optional ? 1 : 0;
        if (asked[i].type == PoolExtendedParameterPriority) {
            entry.Reserved2 = asked[i].value;
        } else if (asked[i].type == PoolExtendedParameterNumaNode) {
            entry.PreferredNode = asked[i].value | (asked[i].any_node ? MM_ANY_NODE_OK : 0U);
        } else if (asked[i].type == PoolExtendedParameterSecurePool) {
            // The low bits name the pool, the others are the cookie.
            secure_entries_[i] = {pools_[asked[i].value % list_count], nullptr, asked[i].value / list_count,
                                  0};
            entry.SecurePoolParams = &secure_entries_[i];
        }
    }
    return count;
}

void* DocumentedCalls::allocate(Machine& machine, const Op& op) {
    const POOL_FLAGS flags = std::uint64_t{op.flags_high} << 32 | op.pool_type;
    const auto bytes = static_cast<SIZE_T>(op.size);
    last_own_call = OwnRoutineCall{};
    switch (op.routine) {
    case Routine::ExAllocatePool2:
        return ExAllocatePool2(flags, bytes, op.tag);
    case Routine::ExAllocatePool3: {
        POOL_EXTENDED_PARAMETER entries[max_parameters];
        const ULONG count = read_parameters(op, entries);
        return ExAllocatePool3(flags, bytes, op.tag, count == 0 ? nullptr : entries, count);
    }
    case Routine::EngAllocMem:
        return EngAllocMem(op.pool_type, static_cast<ULONG>(op.size), op.tag);
    case Routine::EngAllocUserMem:
        return EngAllocUserMem(bytes, op.tag);
    case Routine::EngAllocPrivateUserMem:
        return EngAllocPrivateUserMem(static_cast<PDD_SURFACE_LOCAL>(machine.surface_of_process(op.index)),
                                      bytes, op.tag);
    case Routine::FltAllocatePoolAlignedWithTag:
        return FltAllocatePoolAlignedWithTag(static_cast<PFLT_INSTANCE>(machine.filter_instance(op.index)),
                                             static_cast<POOL_TYPE>(op.pool_type), bytes, op.tag);
    case Routine::ExAllocateFromNPagedLookasideList:
        return ExAllocateFromNPagedLookasideList(static_cast<PNPAGED_LOOKASIDE_LIST>(head_of(op)));
    case Routine::ExAllocateFromPagedLookasideList:
        return ExAllocateFromPagedLookasideList(static_cast<PPAGED_LOOKASIDE_LIST>(head_of(op)));
    case Routine::ExAllocateFromLookasideListEx:
        return ExAllocateFromLookasideListEx(static_cast<PLOOKASIDE_LIST_EX>(head_of(op)));
    default:
        return allocate_typed(op);
    }
}

void DocumentedCalls::free(Machine& machine, const Op& op, void* block) {
    last_own_call = OwnRoutineCall{};
    switch (op.routine) {
    case Routine::ExFreePool:
        ExFreePool(block);
        break;
    case Routine::ExFreePoolWithTag:
        ExFreePoolWithTag(block, op.tag);
        break;
    case Routine::ExFreePool2: {
        POOL_EXTENDED_PARAMETER entries[max_parameters];
        const ULONG count = read_parameters(op, entries);
        ExFreePool2(block, op.tag, count == 0 ? nullptr : entries, count);
        break;
    }
    case Routine::EngFreeMem:
        EngFreeMem(block);
        break;
    case Routine::EngFreePrivateUserMem:
        EngFreePrivateUserMem(static_cast<PDD_SURFACE_LOCAL>(machine.surface_of_process(op.index)), block);
        break;
    case Routine::FltFreePoolAlignedWithTag:
        FltFreePoolAlignedWithTag(static_cast<PFLT_INSTANCE>(machine.filter_instance(op.index)), block,
                                  op.tag);
        break;
    case Routine::ExFreeToNPagedLookasideList:
        ExFreeToNPagedLookasideList(static_cast<PNPAGED_LOOKASIDE_LIST>(head_of(op)), block);
        break;
    case Routine::ExFreeToPagedLookasideList:
        ExFreeToPagedLookasideList(static_cast<PPAGED_LOOKASIDE_LIST>(head_of(op)), block);
        break;
    case Routine::ExFreeToLookasideListEx:
        ExFreeToLookasideListEx(static_cast<PLOOKASIDE_LIST_EX>(head_of(op)), block);
        break;
    default:
        EngFreeUserMem(block);
        break;
    }
}

NTSTATUS DocumentedCalls::initialise_list(const Op& op) {
    const bool own = op.level != 0;
    const auto bytes = static_cast<SIZE_T>(op.size);
    void* const head = head_of(op);
    switch (op.routine) {
    case Routine::ExInitializeNPagedLookasideList:
        ExInitializeNPagedLookasideList(static_cast<PNPAGED_LOOKASIDE_LIST>(head),
                                        own ? own_allocate : nullptr, own ? own_free : nullptr, op.pool_type,
                                        bytes, op.tag, 0);
        return STATUS_SUCCESS;
    case Routine::ExInitializePagedLookasideList:
        ExInitializePagedLookasideList(static_cast<PPAGED_LOOKASIDE_LIST>(head), own ? own_allocate : nullptr,
                                       own ? own_free : nullptr, op.pool_type, bytes, op.tag, 0);
        return STATUS_SUCCESS;
    default:
        return ExInitializeLookasideListEx(static_cast<PLOOKASIDE_LIST_EX>(head),
                                           own ? own_allocate_ex : nullptr, own ? own_free_ex : nullptr,
                                           static_cast<POOL_TYPE>(op.pool_type), op.flags_high, bytes, op.tag,
                                           0);
    }
}

void DocumentedCalls::end_list(const Op& op) {
    void* const head = head_of(op);
    switch (op.routine) {
    case Routine::ExDeleteNPagedLookasideList:
        ExDeleteNPagedLookasideList(static_cast<PNPAGED_LOOKASIDE_LIST>(head));
        break;
    case Routine::ExDeletePagedLookasideList:
        ExDeletePagedLookasideList(static_cast<PPAGED_LOOKASIDE_LIST>(head));
        break;
    case Routine::ExDeleteLookasideListEx:
        ExDeleteLookasideListEx(static_cast<PLOOKASIDE_LIST_EX>(head));
        break;
    default:
        ExFlushLookasideListEx(static_cast<PLOOKASIDE_LIST_EX>(head));
        break;
    }
}

// 0 when a handle came.
std::uint64_t DocumentedCalls::secure_range(const Op& op, void* block) {
    const auto address = reinterpret_cast<std::uintptr_t>(block) +
                         static_cast<std::uintptr_t>(static_cast<std::intptr_t>(op.offset));
    const HANDLE handle = EngSecureMem(reinterpret_cast<PVOID>(address), op.length);
    if (handle != nullptr) {
        secured_[op.slot] = handle;
    }
    return handle == nullptr ? 1 : 0;
}

std::uint64_t DocumentedCalls::call_secure_pool(const Op& op, void* block) {
    HANDLE& pool = pools_[op.index % list_count];
    switch (op.routine) {
    case Routine::ExCreatePool:
        return static_cast<std::uint32_t>(ExCreatePool(op.pool_type, op.tag, nullptr, &pool));
    case Routine::ExDestroyPool:
        ExDestroyPool(pool);
        return 0;
    case Routine::ExSecurePoolUpdate: {
        std::array<UCHAR, max_touch> bytes{};
        bytes.fill(0xA5);
        return static_cast<std::uint32_t>(ExSecurePoolUpdate(
            pool, op.tag, block, op.priority, static_cast<SIZE_T>(op.offset), op.length, bytes.data()));
    }
    default:
        return ExSecurePoolValidate(pool, op.tag, block, op.priority) != 0 ? 0 : 1;
    }
}

Event DocumentedCalls::call(Machine& machine, const Op& op, void* block) {
    last_own_call = OwnRoutineCall{};
    Event event;
    event.kind = EventKind::value;
    const RoutineTraits& traits = traits_of(op.routine);
    if (traits.takes(takes_list)) {
        if (traits.takes(takes_size)) {
            event.number = static_cast<std::uint32_t>(initialise_list(op));
        } else {
            end_list(op);
        }
    } else if (op.routine == Routine::EngSecureMem) {
        event.number = secure_range(op, block);
    } else if (op.routine == Routine::EngUnsecureMem) {
        EngUnsecureMem(secured_[op.slot]);
        secured_[op.slot] = nullptr;
    } else if (op.routine == Routine::PsChargePoolQuota || op.routine == Routine::PsReturnPoolQuota) {
        const auto process = static_cast<PEPROCESS>(machine.process_object(op.index));
        const auto routine = op.routine == Routine::PsChargePoolQuota ? PsChargePoolQuota : PsReturnPoolQuota;
        routine(process, static_cast<POOL_TYPE>(op.pool_type), static_cast<ULONG_PTR>(op.size));
    } else {
        event.number = call_secure_pool(op, block);
    }
    return event;
}

ListUse DocumentedCalls::list_use(const Machine& machine, const Op& op) const {
    const LookasideUse found = machine.lookaside_use(head_of(op));
    ListUse use;
    use.known = true;
    use.live = found.known;
    use.cached = found.cached;
    use.allocates = found.allocates;
    use.allocate_misses = found.allocate_misses;
    use.frees = found.frees;
    use.free_misses = found.free_misses;
    use.own = last_own_call;
    return use;
}

} // namespace poolproof
