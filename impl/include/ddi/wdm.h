/* The documented pool surface of wdm.h.
 *
 * Covers: POOL_TYPE and its modifier bits, EX_POOL_PRIORITY, ExAllocatePool, ExAllocatePoolWithTag,
 * ExAllocatePoolWithTagPriority, the quota forms, ExFreePool, ExFreePoolWithTag; and by inclusion
 * POOL_FLAGS and secure pools (pool_flags.h), the header wrappers (pool_wrappers.h), lookaside lists
 * (lookaside.h) and the NX opt-in (pool_nx.h).
 *
 * The routines act on the machine that the calling thread is bound to (poolproof/machine.h); a raise arrives
 * as the C++ exception poolproof::RaisedStatus, a bug check as poolproof::BugCheck. Each may be called by any
 * thread. */
#ifndef POOLPROOF_DDI_WDM_H
#define POOLPROOF_DDI_WDM_H

#include "ke.h"
#include "lists.h"
#include "ntdef.h"
#include "ntstatus.h"
#include "rtl.h"

DDI_EXTERN_C_START

/* Contract facts 11.1. Bit 0 paged, bit 1 must-succeed, bit 2 cache-aligned, bit 5 session, bit 9 no-execute.
 */
typedef enum _POOL_TYPE {
    NonPagedPool = 0,
    NonPagedPoolExecute = 0,
    NonPagedPoolBase = 0,
    PagedPool = 1,
    NonPagedPoolMustSucceed = 2,
    NonPagedPoolBaseMustSucceed = 2,
    DontUseThisType = 3,
    NonPagedPoolCacheAligned = 4,
    NonPagedPoolBaseCacheAligned = 4,
    PagedPoolCacheAligned = 5,
    NonPagedPoolCacheAlignedMustS = 6,
    NonPagedPoolBaseCacheAlignedMustS = 6,
    MaxPoolType = 7,
    NonPagedPoolSession = 32,
    PagedPoolSession = 33,
    NonPagedPoolMustSucceedSession = 34,
    DontUseThisTypeSession = 35,
    NonPagedPoolCacheAlignedSession = 36,
    PagedPoolCacheAlignedSession = 37,
    NonPagedPoolCacheAlignedMustSSession = 38,
    NonPagedPoolNx = 512,
    NonPagedPoolNxCacheAligned = 516,
    NonPagedPoolSessionNx = 544,
    /* Not documented: widens the type so that every 32-bit combination of modifier bits is a defined value.
     */
    PoolTypeAllBits = 0x7FFFFFFF
} POOL_TYPE;

/* Modifier bits OR-ed into POOL_TYPE (contract facts 11.2). */
#define POOL_QUOTA_FAIL_INSTEAD_OF_RAISE 8
#define POOL_RAISE_IF_ALLOCATION_FAILURE 16
#define POOL_COLD_ALLOCATION 256
#define POOL_NX_ALLOCATION 512
#define POOL_ZERO_ALLOCATION 1024

/* Contract facts 11.4. Bit 3 marks a special-pool variant, bit 0 of a variant selects underrun detection. */
typedef enum _EX_POOL_PRIORITY {
    LowPoolPriority = 0,
    LowPoolPrioritySpecialPoolOverrun = 8,
    LowPoolPrioritySpecialPoolUnderrun = 9,
    NormalPoolPriority = 16,
    NormalPoolPrioritySpecialPoolOverrun = 24,
    NormalPoolPrioritySpecialPoolUnderrun = 25,
    HighPoolPriority = 32,
    HighPoolPrioritySpecialPoolOverrun = 40,
    HighPoolPrioritySpecialPoolUnderrun = 41
} EX_POOL_PRIORITY;

/* EAPT-01 to EAPT-26. NULL when memory is short, or a raise when POOL_RAISE_IF_ALLOCATION_FAILURE is set.
 * IRQL at most DISPATCH_LEVEL, where only a nonpaged type may be asked for. Contents are uninitialised. */
PVOID ExAllocatePoolWithTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag);

/* EATP-01 to EATP-23. As ExAllocatePoolWithTag; Priority says how soon a shortage may fail the request. */
PVOID ExAllocatePoolWithTagPriority(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag,
                                    EX_POOL_PRIORITY Priority);

/* EAP-01 to EAP-14. NULL when memory is short; no modifier but POOL_COLD_ALLOCATION has an effect. The
 * block's tag is "None" (TAG-09). */
PVOID ExAllocatePool(POOL_TYPE PoolType, SIZE_T NumberOfBytes);

/* EAPQ-01 to EAPQ-14. As ExAllocatePool, but charges the current process's quota for requests below PAGE_SIZE
 * and raises where that one returns NULL: STATUS_QUOTA_EXCEEDED when the quota is short. */
PVOID ExAllocatePoolWithQuota(POOL_TYPE PoolType, SIZE_T NumberOfBytes);

/* EAQT-01 to EAQT-18. As ExAllocatePoolWithQuota; with POOL_QUOTA_FAIL_INSTEAD_OF_RAISE in PoolType it
 * returns NULL instead of a raise. */
PVOID ExAllocatePoolWithQuotaTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag);

/* EFP-01 to EFP-13. P is the start of a live block. IRQL at most DISPATCH_LEVEL, for paged blocks APC_LEVEL.
 */
VOID ExFreePool(PVOID P);

/* EFPT-01 to EFPT-07. As ExFreePool; Tag equals the tag of the allocation. */
VOID ExFreePoolWithTag(PVOID P, ULONG Tag);

DDI_EXTERN_C_END

#include "lookaside.h"
#include "pool_flags.h"
#include "pool_wrappers.h"

#include "pool_nx.h" /* last: it replaces names of POOL_TYPE */

#endif
