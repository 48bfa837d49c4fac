/* The documented pool surface of ntifs.h.
 *
 * Covers: FsRtlAllocatePoolWithTag, a macro as the page has it. Does not cover: the quota form and the
 * obsolete untagged routines. */
#ifndef POOLPROOF_DDI_NTIFS_H
#define POOLPROOF_DDI_NTIFS_H

#include "ntddk.h"

DDI_EXTERN_C_START

/* What the macro stands for. Never returns NULL: a failure raises STATUS_INSUFFICIENT_RESOURCES (FPT-05). */
PVOID poolproof_fsrtl_allocate_pool_with_tag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag);

DDI_EXTERN_C_END

/* FPT-01 to FPT-12. Tag is required and non-zero; NumberOfBytes is not zero; freed with ExFreePool. */
#define FsRtlAllocatePoolWithTag(PoolType, NumberOfBytes, Tag)                                               \
    poolproof_fsrtl_allocate_pool_with_tag((PoolType), (NumberOfBytes), (Tag))

#endif
