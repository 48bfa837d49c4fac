// Secure pools of wdm.h: creating and destroying them, rewriting and validating their blocks.
//
// Allocating is ExAllocatePool3's business, freeing ExFreePool2's. No page says what a violated IRQL comes
// to: it is reported as the caller's fault, and the call goes on.
#include "ddi/pool_flags.hpp"

#include <ddi/bugcodes.h>

#include <cstring>
#include <mutex>

using namespace poolproof;

namespace {

// ECP-05, ECP-06, ECP-03: a secure pool takes no parameter, and so there is none that could be read.
NTSTATUS check_create_parameters(const POOL_CREATE_EXTENDED_PARAMS* params) {
    if (params == nullptr)
        return STATUS_SUCCESS;
    if (params->Version != POOL_CREATE_PARAMS_VERSION)
        return STATUS_INVALID_PARAMETER;
    return params->ParameterCount == 0 && params->Parameters == nullptr ? STATUS_SUCCESS
                                                                        : STATUS_INVALID_PARAMETER_3;
}

std::uint32_t passive_level_duty(const Processor& processor) {
    return processor.irql != PASSIVE_LEVEL ? std::uint32_t{duty_irql} : 0U;
}

// The secure block that starts at the address and is what the arguments say; nothing otherwise. The machine
// is locked.
std::optional<PoolBlock> find_block(const Machine::Impl& system, const void* start, ULONG tag,
                                    const SecureClaim& claim) {
    const SecureClaim* const found = system.secure_pools.claim_on(address_of(start));
    if (found == nullptr || *found != claim)
        return std::nullopt;
    const PoolBlock block = system.locate(address_of(start));
    return block.attributes.tag == tag ? std::optional(block) : std::nullopt;
}

} // namespace

NTSTATUS ExCreatePool(ULONG Flags, ULONG_PTR, POOL_CREATE_EXTENDED_PARAMS* Params, HANDLE* PoolHandle) {
    const Binding& here = current_binding();
    here.processor->caller_faults = passive_level_duty(*here.processor);
    NTSTATUS status = STATUS_SUCCESS;
    if (Flags != POOL_CREATE_FLG_SECURE_POOL)
        status = STATUS_INVALID_PARAMETER_1;
    else if (PoolHandle == nullptr)
        status = STATUS_INVALID_PARAMETER_4;
    else
        status = check_create_parameters(Params);
    if (status != STATUS_SUCCESS) {
        here.processor->caller_faults |= duty_parameters;
        return status;
    }
    Machine::Impl& system = here.machine->impl();
    const std::lock_guard lock(system.lock);
    *PoolHandle = reinterpret_cast<HANDLE>(system.secure_pools.create());
    return STATUS_SUCCESS;
}

// EDP-01 to EDP-03 ask for a bug check and name none: 0xC2 with sub-code 0x99 and the handle is this
// machine's choice.
VOID ExDestroyPool(HANDLE PoolHandle) {
    const std::uint64_t pool = address_of(PoolHandle);
    const Binding& here = current_binding();
    Machine::Impl& system = here.machine->impl();
    const std::lock_guard lock(system.lock);
    here.processor->caller_faults = passive_level_duty(*here.processor);
    if (!system.secure_pools.is_open(pool) || system.secure_pools.has_blocks(pool)) {
        here.processor->caller_faults |= duty_parameters;
        throw BugCheck{BAD_POOL_CALLER, {0x99, pool, 0, 0}};
    }
    system.secure_pools.destroy(pool);
}

NTSTATUS ExSecurePoolUpdate(HANDLE SecurePoolHandle, ULONG Tag, PVOID Allocation, ULONG_PTR Cookie,
                            SIZE_T Offset, SIZE_T Size, PVOID Buffer) {
    const Binding& here = current_binding();
    Machine::Impl& system = here.machine->impl();
    {
        const std::lock_guard lock(system.lock);
        const auto block = find_block(system, Allocation, Tag, {address_of(SecurePoolHandle), Cookie});
        const bool fits = block && Offset <= block->bytes && Size <= block->bytes - Offset;
        here.processor->caller_faults = fits ? 0U : std::uint32_t{duty_parameters};
        if (!fits)
            return STATUS_INVALID_PARAMETER;
    }
    if (Size != 0)
        std::memcpy(static_cast<std::byte*>(Allocation) + Offset, Buffer, Size);
    return STATUS_SUCCESS;
}

LOGICAL ExSecurePoolValidate(HANDLE SecurePoolHandle, ULONG Tag, PVOID Allocation, ULONG_PTR Cookie) {
    const Binding& here = current_binding();
    Machine::Impl& system = here.machine->impl();
    const std::lock_guard lock(system.lock);
    here.processor->caller_faults = 0;
    return find_block(system, Allocation, Tag, {address_of(SecurePoolHandle), Cookie}) ? TRUE : FALSE;
}
