/* The documented pool surface of ntifs.h.
 *
 * Covers: FsRtlAllocatePoolWithTag, its quota form and the two obsolete untagged forms, macros all; the
 * quota of a process. Does not cover: the other FsRtl routines that hand out pool (FPX-01). */
#ifndef POOLPROOF_DDI_NTIFS_H
#define POOLPROOF_DDI_NTIFS_H

#include "ntddk.h"

DDI_EXTERN_C_START

/* What the macro stands for. Never returns NULL: a failure raises STATUS_INSUFFICIENT_RESOURCES (FPT-05). */
PVOID poolproof_fsrtl_allocate_pool_with_tag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag);
PVOID poolproof_fsrtl_allocate_pool_with_quota_tag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag);
PVOID poolproof_fsrtl_allocate_pool(POOL_TYPE PoolType, SIZE_T NumberOfBytes);
PVOID poolproof_fsrtl_allocate_pool_with_quota(POOL_TYPE PoolType, SIZE_T NumberOfBytes);

/* A process of the machine; opaque, and not to be dereferenced. */
typedef struct _EPROCESS* PEPROCESS;

/* The process that the calling processor is attached to. */
PEPROCESS PsGetCurrentProcess(VOID);

/* PSQ-01 to PSQ-05. Charges Amount bytes of one kind of pool to a process, or raises STATUS_QUOTA_EXCEEDED
 * and charges nothing. IRQL below DISPATCH_LEVEL. A Process that is none of the machine's is bug check 0x50.
 */
VOID PsChargePoolQuota(PEPROCESS Process, POOL_TYPE PoolType, ULONG_PTR Amount);

/* PSQ-01 to PSQ-05. Undoes one PsChargePoolQuota. Raises STATUS_QUOTA_EXCEEDED, and returns nothing, when
 * less than Amount is charged. */
VOID PsReturnPoolQuota(PEPROCESS Process, POOL_TYPE PoolType, ULONG_PTR Amount);

/* LL-23. Reserved and obsolete, and no result is documented: here the bytes that the caller may use, and
 * whether quota is charged for them; 0 and FALSE when no live block of pool starts at PoolBlock. QuotaCharged
 * may be NULL. */
SIZE_T ExQueryPoolBlockSize(PVOID PoolBlock, PBOOLEAN QuotaCharged);

DDI_EXTERN_C_END

/* FPT-01 to FPT-12. Tag is required and non-zero; NumberOfBytes is not zero; freed with ExFreePool. */
#define FsRtlAllocatePoolWithTag(PoolType, NumberOfBytes, Tag)                                               \
    poolproof_fsrtl_allocate_pool_with_tag((PoolType), (NumberOfBytes), (Tag))

/* FPQT-01 to FPQT-09. As FsRtlAllocatePoolWithTag, charging the current process's quota. */
#define FsRtlAllocatePoolWithQuotaTag(PoolType, NumberOfBytes, Tag)                                          \
    poolproof_fsrtl_allocate_pool_with_quota_tag((PoolType), (NumberOfBytes), (Tag))

/* FPO-01. Obsolete; as their successors above, which they are expected to raise like, with the tag "None". */
#define FsRtlAllocatePool(PoolType, NumberOfBytes) poolproof_fsrtl_allocate_pool((PoolType), (NumberOfBytes))
#define FsRtlAllocatePoolWithQuota(PoolType, NumberOfBytes)                                                  \
    poolproof_fsrtl_allocate_pool_with_quota((PoolType), (NumberOfBytes))

#endif
