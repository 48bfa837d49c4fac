// The Eng family of winddi.h: GDI memory over pool, user memory of the current process and of a surface's,
// ranges of it that are secured, and EngWritePrinter's rule.
//
// No page gives these routines IRQL, alignment or zero-size rules. EngAllocMem is built on pool and so shares
// its IRQL checks; a request for no bytes gets nothing. What the frees do with a pointer that they
// cannot free is not documented either: nothing happens, and the caller's duty is reported as broken.
#include "ddi/pool_calls.hpp"
#include "machine/sanitizer.hpp"

#include <ddi/wdm.h>
#include <ddi/winddi.h>

#include <cstring>
#include <mutex>

using namespace poolproof;

namespace {

// A block of one of the two kinds of user memory that its owner has not freed.
const UserBlock* find_user_block(const Machine::Impl& system, unsigned process, std::uint64_t address,
                                 bool is_private) {
    const UserBlock* const block = system.user.find(process, address);
    return block != nullptr && !block->freed && block->is_private == is_private ? block : nullptr;
}

void release_user_block(Machine::Impl& system, unsigned process, const UserBlock& block) {
    if (block.secured == 0 || system.config.policies.secured_free == Policies::SecuredFree::deferred)
        system.user.release(process, block);
}

// What a free of user memory that finds no block in its process breaks beside the address: EFU-02 when
// another process has one there, and that block stays.
std::uint32_t duties_of_missed_user_free(const Machine::Impl& system, unsigned process, std::uint64_t address,
                                         bool is_private) {
    std::uint32_t duties = 0;
    if (address >= system.system_start() && system.locate(address).what == AddressClass::live)
        duties |= duty_wrong_free_routine;
    if (find_user_block(system, process, address, !is_private) != nullptr)
        duties |= duty_wrong_free_routine;
    for (unsigned other = 0; other < max_processes; ++other)
        if (other != process && find_user_block(system, other, address, is_private) != nullptr)
            duties |= duty_wrong_process;
    return duties;
}

// The process of a surface, max_processes for what is no surface of the machine.
unsigned process_of(const Machine::Impl& system, PDD_SURFACE_LOCAL surface) {
    const auto index =
        reinterpret_cast<std::uint64_t>(surface) - reinterpret_cast<std::uint64_t>(system.surfaces.data());
    return index < max_processes ? static_cast<unsigned>(index) : max_processes;
}

} // namespace

PVOID EngAllocMem(ULONG Flags, ULONG MemSize, ULONG Tag) {
    const POOL_TYPE type = (Flags & FL_NONPAGED_MEMORY) != 0 ? NonPagedPool : PagedPool;
    AllocationCall call;
    call.request = {static_cast<std::uint32_t>(type),
                    MemSize,
                    Tag,
                    PoolPriority::high,
                    std::nullopt,
                    true,
                    "EngAllocMem",
                    reinterpret_cast<std::uint64_t>(__builtin_return_address(0))};
    call.rules.tag_is_lenient = true;
    call.rules.zero_bytes_rejected = true;
    void* block = allocate_pool(call);
    if (block != nullptr && (Flags & FL_ZERO_MEMORY) != 0)
        std::memset(block, 0, MemSize);
    return block;
}

VOID EngFreeMem(PVOID p) {
    const auto address = reinterpret_cast<std::uint64_t>(p);
    const Binding& here = current_binding();
    Machine::Impl& system = here.machine->impl();
    const std::lock_guard lock(system.lock);
    std::uint32_t& duties = here.processor->caller_faults;
    duties = duty_free_address;
    if (address < system.system_start()) {
        if (system.user.find(here.processor->process, address) != nullptr)
            duties |= duty_wrong_free_routine;
        return;
    }
    const PoolBlock block = system.locate(address);
    if (block.what != AddressClass::live)
        return;
    duties = (block.attributes.flags & block_is_eng) != 0 ? 0U : std::uint32_t{duty_wrong_free_routine};
    if (here.processor->irql > (block.paged ? APC_LEVEL : DISPATCH_LEVEL))
        duties |= duty_irql;
    check_free_irql(system, block, *here.processor);
    check_live_objects(system, block);
    if (const auto damage = system.find_damage(block))
        throw BugCheck{*damage};
    system.release(block, "EngFreeMem", reinterpret_cast<std::uint64_t>(__builtin_return_address(0)));
}

PVOID EngAllocUserMem(SIZE_T cj, ULONG tag) {
    const Binding& here = current_binding();
    Machine::Impl& system = here.machine->impl();
    const std::lock_guard lock(system.lock);
    const bool refused = system.count_allocation_call();
    here.processor->caller_faults = tag == 0 ? std::uint32_t{duty_tag_zero} : 0U;
    if (refused || cj == 0)
        return nullptr;
    const auto caller = reinterpret_cast<std::uint64_t>(__builtin_return_address(0));
    if (system.is_verified() &&
        system.injects_fault({"EngAllocUserMem", caller, tag, here.processor->process}))
        return nullptr; // LR-01
    system.user.open(here.processor->process);
    return system.user.allocate(here.processor->process, cj, tag, false);
}

VOID EngFreeUserMem(PVOID pv) {
    const auto address = reinterpret_cast<std::uint64_t>(pv);
    const Binding& here = current_binding();
    Machine::Impl& system = here.machine->impl();
    const std::lock_guard lock(system.lock);
    std::uint32_t& duties = here.processor->caller_faults;
    duties = duty_free_address;
    const unsigned process = here.processor->process;
    if (const UserBlock* block = find_user_block(system, process, address, false)) {
        duties = 0;
        system.user.open(process);
        release_user_block(system, process, *block);
        return;
    }
    duties |= duties_of_missed_user_free(system, process, address, false);
}

PVOID EngAllocPrivateUserMem(PDD_SURFACE_LOCAL psl, SIZE_T cj, ULONG tag) {
    const Binding& here = current_binding();
    Machine::Impl& system = here.machine->impl();
    const std::lock_guard lock(system.lock);
    const bool refused = system.count_allocation_call();
    const unsigned process = process_of(system, psl);
    here.processor->caller_faults = (tag == 0 ? std::uint32_t{duty_tag_zero} : 0U) |
                                    (process == max_processes ? std::uint32_t{duty_handle} : 0U);
    if (refused || cj == 0 || process == max_processes)
        return nullptr;
    return system.user.allocate(process, cj, tag, true);
}

VOID EngFreePrivateUserMem(PDD_SURFACE_LOCAL psl, PVOID pv) {
    const auto address = reinterpret_cast<std::uint64_t>(pv);
    const Binding& here = current_binding();
    Machine::Impl& system = here.machine->impl();
    const std::lock_guard lock(system.lock);
    std::uint32_t& duties = here.processor->caller_faults;
    duties = duty_handle;
    const unsigned process = process_of(system, psl);
    if (process == max_processes)
        return;
    duties = 0;
    if (const UserBlock* block = find_user_block(system, process, address, true)) {
        release_user_block(system, process, *block);
        return;
    }
    duties = duty_free_address | duties_of_missed_user_free(system, process, address, true);
}

HANDLE EngSecureMem(PVOID Address, ULONG cjLength) {
    const Binding& here = current_binding();
    Machine::Impl& system = here.machine->impl();
    const std::lock_guard lock(system.lock);
    here.processor->caller_faults = 0;
    const std::uint64_t handle =
        system.user.secure(here.processor->process, reinterpret_cast<std::uint64_t>(Address), cjLength);
    return reinterpret_cast<HANDLE>(handle);
}

VOID EngUnsecureMem(HANDLE hSecure) {
    const Binding& here = current_binding();
    Machine::Impl& system = here.machine->impl();
    const std::lock_guard lock(system.lock);
    const bool known = system.user.unsecure(reinterpret_cast<std::uint64_t>(hSecure));
    here.processor->caller_faults = known ? 0U : std::uint32_t{duty_handle};
}

BOOL EngWritePrinter(HANDLE, PVOID pBuf, DWORD cbBuf, LPDWORD pcbWritten) {
    const auto address = reinterpret_cast<std::uint64_t>(pBuf);
    const Binding& here = current_binding();
    const bool is_user = address < here.machine->system_range_start();
    here.processor->caller_faults = is_user ? std::uint32_t{duty_printer_memory} : 0U;
    bool readable = !is_user;
    std::uint8_t taken[512];
    for (DWORD done = 0; readable && done < cbBuf; done += sizeof taken) {
        const std::size_t part = cbBuf - done < sizeof taken ? cbBuf - done : sizeof taken;
        readable = !here.machine->read(address + done, part, taken).has_value();
    }
    if (pcbWritten != nullptr)
        *pcbWritten = readable ? cbBuf : 0;
    return readable ? TRUE : FALSE;
}
