// Processes and their quota as ntifs.h has them, and the one routine that tells what a block is charged.
#include "ddi/pool_calls.hpp"
#include "machine/raise.hpp"

#include <ddi/bugcodes.h>
#include <ddi/ntifs.h>

#include <mutex>

using namespace poolproof;

namespace {

// PSQ-05.
std::uint32_t broken_quota_duties(POOL_TYPE type, const Processor& processor) {
    const bool listed = type == NonPagedPool || type == PagedPool || type == NonPagedPoolCacheAligned ||
                        type == PagedPoolCacheAligned;
    return (listed ? 0U : std::uint32_t{duty_quota_type}) |
           (processor.irql >= DISPATCH_LEVEL ? std::uint32_t{duty_irql} : 0U);
}

// What a read of a process that is none comes to.
unsigned index_of(const Machine::Impl& system, PEPROCESS process, const void* caller) {
    const auto index = system.process_of(address_of(process));
    if (!index)
        throw BugCheck{PAGE_FAULT_IN_NONPAGED_AREA, {address_of(process), 0, address_of(caller), 0x2}};
    return *index;
}

} // namespace

PEPROCESS PsGetCurrentProcess(VOID) {
    const Binding& here = current_binding();
    return static_cast<PEPROCESS>(here.machine->process_object(here.processor->process));
}

VOID PsChargePoolQuota(PEPROCESS Process, POOL_TYPE PoolType, ULONG_PTR Amount) {
    const Binding& here = current_binding();
    Machine::Impl& system = here.machine->impl();
    const std::lock_guard lock(system.lock);
    here.processor->caller_faults = broken_quota_duties(PoolType, *here.processor);
    const unsigned process = index_of(system, Process, __builtin_return_address(0));
    check_charge(system, process, *here.processor);
    if (!system.quota.charge(process, Machine::Impl::kind_of(PoolType), Amount))
        raise_status(STATUS_QUOTA_EXCEEDED);
}

VOID PsReturnPoolQuota(PEPROCESS Process, POOL_TYPE PoolType, ULONG_PTR Amount) {
    const Binding& here = current_binding();
    Machine::Impl& system = here.machine->impl();
    const std::lock_guard lock(system.lock);
    here.processor->caller_faults = broken_quota_duties(PoolType, *here.processor);
    const unsigned process = index_of(system, Process, __builtin_return_address(0));
    if (!system.quota.give_back(process, Machine::Impl::kind_of(PoolType), Amount))
        raise_status(STATUS_QUOTA_EXCEEDED);
}

SIZE_T ExQueryPoolBlockSize(PVOID PoolBlock, PBOOLEAN QuotaCharged) {
    const auto block = current_binding().machine->describe(PoolBlock);
    const bool in_pool = block && !block->user;
    if (QuotaCharged != nullptr)
        *QuotaCharged = in_pool && block->charged != 0 ? TRUE : FALSE;
    return in_pool ? block->bytes : 0;
}
