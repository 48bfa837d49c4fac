// The Ex family of wdm.h that takes a POOL_TYPE. A few lines a routine; what they share is in pool_calls.hpp.
#include "ddi/pool_calls.hpp"

#include <ddi/wdm.h>

using namespace poolproof;

PVOID ExAllocatePool(POOL_TYPE PoolType, SIZE_T NumberOfBytes) {
    AllocationCall call =
        call_of("ExAllocatePool", PoolType, NumberOfBytes, default_tag, __builtin_return_address(0));
    call.rules.raise = Raise::never;
    return allocate_pool(call);
}

PVOID ExAllocatePoolWithTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag) {
    AllocationCall call =
        call_of("ExAllocatePoolWithTag", PoolType, NumberOfBytes, Tag, __builtin_return_address(0));
    call.rules.irql_is_ruled = true;
    return allocate_pool(call);
}

PVOID ExAllocatePoolWithTagPriority(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag,
                                    EX_POOL_PRIORITY Priority) {
    AllocationCall call =
        call_of("ExAllocatePoolWithTagPriority", PoolType, NumberOfBytes, Tag, __builtin_return_address(0));
    call.priority = static_cast<std::uint32_t>(Priority);
    call.request.priority = urgency_of(call.priority);
    call.request.variant = variant_of(call.priority);
    call.rules.irql_is_ruled = true;
    return allocate_pool(call);
}

PVOID ExAllocatePoolWithQuota(POOL_TYPE PoolType, SIZE_T NumberOfBytes) {
    AllocationCall call =
        call_of("ExAllocatePoolWithQuota", PoolType, NumberOfBytes, default_tag, __builtin_return_address(0));
    call.request.charges_quota = true;
    call.rules.raise = Raise::always;
    return allocate_pool(call);
}

PVOID ExAllocatePoolWithQuotaTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag) {
    AllocationCall call =
        call_of("ExAllocatePoolWithQuotaTag", PoolType, NumberOfBytes, Tag, __builtin_return_address(0));
    call.request.charges_quota = true;
    call.rules.raise = (PoolType & POOL_QUOTA_FAIL_INSTEAD_OF_RAISE) != 0 ? Raise::never : Raise::always;
    return allocate_pool(call);
}

VOID ExFreePool(PVOID P) {
    free_pool({"ExFreePool", address_of(__builtin_return_address(0)), address_of(P), false, 0});
}

VOID ExFreePoolWithTag(PVOID P, ULONG Tag) {
    free_pool({"ExFreePoolWithTag", address_of(__builtin_return_address(0)), address_of(P), true, Tag});
}
