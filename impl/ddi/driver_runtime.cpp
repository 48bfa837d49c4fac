// What the header wrappers of wdm.h ask of the system, and the NX opt-in of a driver.
#include "pool/system.hpp"

#include <ddi/wdm.h>

#include <mutex>

using namespace poolproof;

POOL_TYPE ExDefaultNonPagedPoolType = NonPagedPoolExecute;

VOID ExInitializeDriverRuntime(ULONG RuntimeFlags) {
    if ((RuntimeFlags & DrvRtPoolNxOptIn) != 0)
        ExDefaultNonPagedPoolType = NonPagedPoolNx;
    Machine::Impl& system = current_binding().machine->impl();
    const std::lock_guard lock(system.lock);
    system.driver_runtime = true;
}

BOOLEAN poolproof_zeroes_natively(VOID) {
    Machine::Impl& system = current_binding().machine->impl();
    const std::lock_guard lock(system.lock);
    return system.driver_runtime && system.config.since_2004 ? TRUE : FALSE;
}
