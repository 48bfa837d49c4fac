// Implements ddi/verifier_rules.hpp.
#include "ddi/verifier_rules.hpp"

#include <ddi/bugcodes.h>
#include <ddi/wdm.h>

namespace poolproof {

void check_irql_rule(const Machine::Impl& system, const AllocationCall& call, const Processor& processor) {
    static constexpr char message[] = "ExAllocatePoolWithTag and ExAllocatePoolWithTagPriority are called at "
                                      "DISPATCH_LEVEL at most, and there for nonpaged types only.";
    if ((system.verifier_flags & verify_ddi_compliance) == 0 || !call.rules.irql_is_ruled)
        return;
    throw BugCheck{DRIVER_VERIFIER_DETECTED_VIOLATION,
                   {0x00020004, reinterpret_cast<std::uint64_t>(message),
                    reinterpret_cast<std::uint64_t>(&processor), 0}};
}

// What EngAllocMem takes is not the driver's choice. No page calls paged pool of the 32-bit profile a request
// for executable memory.
void check_flags_of_verifier(const Machine::Impl& system, const AllocationCall& call,
                             const Processor& processor) {
    const PoolRequest& request = call.request;
    if (system.tracks_pool())
        system.driver_verifier.check_allocation_of(processor.driver);
    const bool is_executable =
        !Machine::Impl::is_paged(request.pool_type) && (request.pool_type & POOL_NX_ALLOCATION) == 0;
    if ((system.verifier_flags & verify_code_integrity) != 0 && is_executable && !request.eng)
        throw BugCheck{DRIVER_VERIFIER_DETECTED_VIOLATION,
                       {0x2000, request.caller, request.pool_type, request.tag}};
}

} // namespace poolproof
