// The FsRtl family of ntifs.h: what the macro FsRtlAllocatePoolWithTag stands for.
#include "ddi/pool_calls.hpp"

#include <ddi/ntifs.h>

using namespace poolproof;

PVOID poolproof_fsrtl_allocate_pool_with_tag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag) {
    AllocationCall call;
    call.request = {static_cast<std::uint32_t>(PoolType),
                    NumberOfBytes,
                    Tag,
                    PoolPriority::high,
                    std::nullopt,
                    false,
                    "FsRtlAllocatePoolWithTag",
                    reinterpret_cast<std::uint64_t>(__builtin_return_address(0))};
    call.rules.tag_is_seven_bit = true;
    call.rules.listed_types_only = true;
    call.rules.raises_always = true;
    return allocate_pool(call);
}
