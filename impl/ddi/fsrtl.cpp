// The FsRtl family of ntifs.h: what its macros stand for.
//
// The obsolete forms without a tag have no page of their own any more; they do what their successors do
// (FPO-01).
#include "ddi/pool_calls.hpp"

#include <ddi/ntifs.h>

using namespace poolproof;

namespace {

AllocationCall fsrtl_call(const char* routine, POOL_TYPE type, SIZE_T bytes, ULONG tag,
                          const void* return_address) {
    AllocationCall call = call_of(routine, type, bytes, tag, return_address);
    call.rules.tag_is_seven_bit = true;
    call.rules.listed_types_only = true;
    call.rules.raises_always = true;
    return call;
}

AllocationCall charged(AllocationCall call) {
    call.request.charges_quota = true;
    call.rules.zero_bytes_unstated = true;
    return call;
}

} // namespace

PVOID poolproof_fsrtl_allocate_pool_with_tag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag) {
    return allocate_pool(
        fsrtl_call("FsRtlAllocatePoolWithTag", PoolType, NumberOfBytes, Tag, __builtin_return_address(0)));
}

PVOID poolproof_fsrtl_allocate_pool_with_quota_tag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag) {
    return allocate_pool(charged(fsrtl_call("FsRtlAllocatePoolWithQuotaTag", PoolType, NumberOfBytes, Tag,
                                            __builtin_return_address(0))));
}

PVOID poolproof_fsrtl_allocate_pool(POOL_TYPE PoolType, SIZE_T NumberOfBytes) {
    return allocate_pool(
        fsrtl_call("FsRtlAllocatePool", PoolType, NumberOfBytes, default_tag, __builtin_return_address(0)));
}

PVOID poolproof_fsrtl_allocate_pool_with_quota(POOL_TYPE PoolType, SIZE_T NumberOfBytes) {
    return allocate_pool(charged(fsrtl_call("FsRtlAllocatePoolWithQuota", PoolType, NumberOfBytes,
                                            default_tag, __builtin_return_address(0))));
}
