// The Ex family of wdm.h. One line a routine; what they share is in pool_calls.hpp.
#include "ddi/pool_calls.hpp"

#include <ddi/wdm.h>

using namespace poolproof;

namespace {

// EX_POOL_PRIORITY as bits (contract facts 11.4); an undocumented value is served as NormalPoolPriority.
PoolPriority urgency_of(std::uint32_t priority) {
    switch (is_documented_priority(priority) ? priority & 0x30 : std::uint32_t{NormalPoolPriority}) {
    case LowPoolPriority:
        return PoolPriority::low;
    case HighPoolPriority:
        return PoolPriority::high;
    default:
        return PoolPriority::normal;
    }
}

std::optional<VerifySide> variant_of(std::uint32_t priority) {
    if ((priority & 8) == 0 || !is_documented_priority(priority))
        return std::nullopt;
    return (priority & 1) != 0 ? VerifySide::start : VerifySide::end;
}

std::uint64_t caller_of(void* return_address) {
    return reinterpret_cast<std::uint64_t>(return_address);
}

} // namespace

PVOID ExAllocatePoolWithTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag) {
    AllocationCall call;
    call.request = {static_cast<std::uint32_t>(PoolType),
                    NumberOfBytes,
                    Tag,
                    PoolPriority::high,
                    std::nullopt,
                    false,
                    "ExAllocatePoolWithTag",
                    caller_of(__builtin_return_address(0))};
    call.rules.irql_is_ruled = true;
    return allocate_pool(call);
}

PVOID ExAllocatePoolWithTagPriority(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag,
                                    EX_POOL_PRIORITY Priority) {
    const auto priority = static_cast<std::uint32_t>(Priority);
    AllocationCall call;
    call.request = {static_cast<std::uint32_t>(PoolType),
                    NumberOfBytes,
                    Tag,
                    urgency_of(priority),
                    variant_of(priority),
                    false,
                    "ExAllocatePoolWithTagPriority",
                    caller_of(__builtin_return_address(0))};
    call.priority = priority;
    call.rules.irql_is_ruled = true;
    return allocate_pool(call);
}

VOID ExFreePool(PVOID P) {
    free_pool(
        {"ExFreePool", caller_of(__builtin_return_address(0)), reinterpret_cast<std::uint64_t>(P), false, 0});
}

VOID ExFreePoolWithTag(PVOID P, ULONG Tag) {
    free_pool({"ExFreePoolWithTag", caller_of(__builtin_return_address(0)),
               reinterpret_cast<std::uint64_t>(P), true, Tag});
}
