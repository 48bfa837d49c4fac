/* The header wrappers of wdm.h: the allocation routines for every system, zeroing or not.
 *
 * Covers: the Zero and Uninitialized forms (ZW-01 to ZW-15) and ExInitializeDriverRuntime. Does not cover:
 * the defect of old kits on Windows 10 1909 (ZW-05). Each wrapper is its base routine, inlined in the driver:
 * the same arguments, IRQL, failures and ways of freeing. */
#ifndef POOLPROOF_DDI_POOL_WRAPPERS_H
#define POOLPROOF_DDI_POOL_WRAPPERS_H

#include "wdm.h"

#include <string.h>

DDI_EXTERN_C_START

#define RtlZeroMemory(Destination, Length) memset((Destination), 0, (Length))

/* RuntimeFlags of ExInitializeDriverRuntime. */
#define DrvRtPoolNxOptIn 0x00000001

/* The type that NonPagedPool stands for under POOL_NX_OPTIN (NX-02): NonPagedPoolExecute until the driver has
 * opted in. A variable of the driver, which no reset of a machine touches. */
extern POOL_TYPE ExDefaultNonPagedPoolType;

/* ZW-04, NX-02. To be called once, while the driver initialises: finds out whether the system zeroes, and
 * with DrvRtPoolNxOptIn makes nonpaged pool no-execute under POOL_NX_OPTIN. */
VOID ExInitializeDriverRuntime(ULONG RuntimeFlags);

/* What ExInitializeDriverRuntime has found out of the machine; FALSE before it was called. */
BOOLEAN poolproof_zeroes_natively(VOID);

/* ZW-03. Zeroes what a system before Windows 10 2004 has left as it was, where the driver asks for that. */
FORCEINLINE PVOID poolproof_zero_down_level(PVOID Block, SIZE_T NumberOfBytes) {
#if defined(POOL_ZERO_DOWN_LEVEL_SUPPORT)
    if (Block != NULL && poolproof_zeroes_natively() == FALSE) {
        RtlZeroMemory(Block, NumberOfBytes);
    }
#else
    (VOID) NumberOfBytes;
#endif
    return Block;
}

/* ZW-01, ZW-03: ExAllocatePoolWithTag, zeroed. */
FORCEINLINE PVOID ExAllocatePoolZero(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag) {
    return poolproof_zero_down_level(
        ExAllocatePoolWithTag((POOL_TYPE)(PoolType | POOL_ZERO_ALLOCATION), NumberOfBytes, Tag),
        NumberOfBytes);
}

/* ZW-02, ZW-08: ExAllocatePoolWithQuotaTag, zeroed. */
FORCEINLINE PVOID ExAllocatePoolQuotaZero(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag) {
    return poolproof_zero_down_level(
        ExAllocatePoolWithQuotaTag((POOL_TYPE)(PoolType | POOL_ZERO_ALLOCATION), NumberOfBytes, Tag),
        NumberOfBytes);
}

/* ZW-02, ZW-03: ExAllocatePoolWithTagPriority, zeroed. */
FORCEINLINE PVOID ExAllocatePoolPriorityZero(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag,
                                             EX_POOL_PRIORITY Priority) {
    return poolproof_zero_down_level(
        ExAllocatePoolWithTagPriority((POOL_TYPE)(PoolType | POOL_ZERO_ALLOCATION), NumberOfBytes, Tag,
                                      Priority),
        NumberOfBytes);
}

/* ZW-06: ExAllocatePoolWithTag by another name. */
FORCEINLINE PVOID ExAllocatePoolUninitialized(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag) {
    return ExAllocatePoolWithTag(PoolType, NumberOfBytes, Tag);
}

/* ZW-06, ZW-08: ExAllocatePoolWithQuotaTag by another name. */
FORCEINLINE PVOID ExAllocatePoolQuotaUninitialized(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag) {
    return ExAllocatePoolWithQuotaTag(PoolType, NumberOfBytes, Tag);
}

/* ZW-06: ExAllocatePoolWithTagPriority by another name. */
FORCEINLINE PVOID ExAllocatePoolPriorityUninitialized(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag,
                                                      EX_POOL_PRIORITY Priority) {
    return ExAllocatePoolWithTagPriority(PoolType, NumberOfBytes, Tag, Priority);
}

DDI_EXTERN_C_END

#endif
