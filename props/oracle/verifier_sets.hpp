// Sets of routines that Driver Verifier's rules speak of. Does not cover: sets of a single family
// (check.hpp).
#pragma once

#include "contract/routines.hpp"

namespace poolproof::oracle {

// By a flag or always.
inline constexpr RoutineSet by_charging =
    set_of(Routine::ExAllocatePoolWithQuota, Routine::ExAllocatePoolWithQuotaTag, Routine::ExAllocatePool2,
           Routine::ExAllocatePool3, Routine::ExAllocatePoolQuotaZero,
           Routine::ExAllocatePoolQuotaUninitialized, Routine::FsRtlAllocatePoolWithQuotaTag);
// Every one that takes pool for a driver, lists and aligned blocks apart.
inline constexpr RoutineSet by_any_pool_routine =
    by_charging | set_of(Routine::ExAllocatePool, Routine::ExAllocatePoolWithTag,
                         Routine::ExAllocatePoolWithTagPriority, Routine::ExAllocatePoolZero,
                         Routine::ExAllocatePoolUninitialized, Routine::ExAllocatePoolPriorityZero,
                         Routine::ExAllocatePoolPriorityUninitialized, Routine::FsRtlAllocatePoolWithTag);

} // namespace poolproof::oracle
