// The filter manager's pool routines of fltkernel.h: pool aligned as the device of an instance needs.
#include "ddi/pool_calls.hpp"

#include <ddi/fltkernel.h>

#include <mutex>

using namespace poolproof;

namespace {

// max_filter_instances for what is no instance of the machine.
unsigned index_of(const Machine::Impl& system, PFLT_INSTANCE instance) {
    const auto index =
        reinterpret_cast<std::uint64_t>(instance) - reinterpret_cast<std::uint64_t>(system.filters.data());
    return index < max_filter_instances ? static_cast<unsigned>(index) : max_filter_instances;
}

// Of what is no instance: that of no block.
std::uint16_t family_of(unsigned instance) {
    if (instance == max_filter_instances)
        return block_is_eng | block_is_filter;
    return static_cast<std::uint16_t>(block_is_filter | instance << block_filter_shift);
}

} // namespace

PVOID FltAllocatePoolAlignedWithTag(PFLT_INSTANCE Instance, POOL_TYPE PoolType, SIZE_T NumberOfBytes,
                                    ULONG Tag) {
    const Binding& here = current_binding();
    Machine::Impl& system = here.machine->impl();
    const unsigned index = index_of(system, Instance);
    if (index == max_filter_instances) {
        const std::lock_guard lock(system.lock);
        system.count_allocation_call();
        here.processor->caller_faults = duty_handle;
        return nullptr;
    }
    AllocationCall call;
    call.request = {static_cast<std::uint32_t>(PoolType),
                    NumberOfBytes,
                    Tag,
                    PoolPriority::high,
                    std::nullopt,
                    false,
                    "FltAllocatePoolAlignedWithTag",
                    reinterpret_cast<std::uint64_t>(__builtin_return_address(0))};
    call.request.flags = family_of(index);
    call.request.alignment = Machine::filter_alignment(index);
    call.rules.tag_is_seven_bit = true;
    call.rules.listed_types_only = true;
    call.rules.zero_bytes_allowed = true;
    return allocate_pool(call);
}

VOID FltFreePoolAlignedWithTag(PFLT_INSTANCE Instance, PVOID Buffer, ULONG Tag) {
    const unsigned index = index_of(current_binding().machine->impl(), Instance);
    const std::uint32_t duties = index == max_filter_instances ? std::uint32_t{duty_handle} : 0U;
    FreeCall call{"FltFreePoolAlignedWithTag", reinterpret_cast<std::uint64_t>(__builtin_return_address(0)),
                  reinterpret_cast<std::uint64_t>(Buffer), true, Tag};
    call.family = family_of(index);
    call.tag_is_seven_bit = true;
    call.duties = duties;
    free_pool(call);
}
