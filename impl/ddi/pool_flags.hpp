// POOL_FLAGS and extended parameters as data: what a call with them asks for, and whether it may.
//
// Covers: which bits are known, which combinations are invalid, the entries of ExAllocatePool3 and
// ExFreePool2. Does not cover: serving the call (pool_calls.hpp). Functions here neither throw nor change
// anything but their result.
#pragma once

#include "ddi/pool_calls.hpp"

#include <ddi/pool_flags.h>

#include <cstdint>

namespace poolproof {

// EAP2-02, EAP2-22, X-25: no bit in the lower half but the documented ones that are for drivers, and exactly
// one kind of pool.
bool pool_flags_are_valid(POOL_FLAGS flags);
// The POOL_TYPE that the flags amount to, without modifier bits. Paged wins where flags are invalid.
std::uint32_t pool_type_of(POOL_FLAGS flags);
// Everything that the flags say of a call.
void apply_pool_flags(AllocationCall& call, POOL_FLAGS flags);

// Everything that `count` entries say of a call with these flags; of entries of one type the last counts.
// Takes the machine's lock for secure pools.
void apply_parameters(AllocationCall& call, Machine::Impl& system, POOL_FLAGS flags,
                      PCPOOL_EXTENDED_PARAMETER entries, ULONG count);
// EFP2-04 to EFP2-06.
FreeParameters read_free_parameters(PCPOOL_EXTENDED_PARAMETER entries, ULONG count);

} // namespace poolproof
