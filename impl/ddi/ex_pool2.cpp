// The Ex family of wdm.h that takes POOL_FLAGS, and the free routine that came with it.
#include "ddi/pool_flags.hpp"

using namespace poolproof;

PVOID ExAllocatePool2(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag) {
    AllocationCall call = call_of("ExAllocatePool2", 0, NumberOfBytes, Tag, __builtin_return_address(0));
    apply_pool_flags(call, Flags);
    return allocate_pool(call);
}

PVOID ExAllocatePool3(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag,
                      PCPOOL_EXTENDED_PARAMETER ExtendedParameters, ULONG Count) {
    AllocationCall call = call_of("ExAllocatePool3", 0, NumberOfBytes, Tag, __builtin_return_address(0));
    apply_pool_flags(call, Flags);
    apply_parameters(call, current_binding().machine->impl(), Flags, ExtendedParameters, Count);
    return allocate_pool(call);
}

VOID ExFreePool2(PVOID P, ULONG Tag, PCPOOL_EXTENDED_PARAMETER ExtendedParameters, ULONG Count) {
    const FreeParameters parameters = read_free_parameters(ExtendedParameters, Count);
    free_pool(
        {"ExFreePool2", address_of(__builtin_return_address(0)), address_of(P), true, Tag, &parameters});
}
