/* The documented pool surface of fltkernel.h.
 *
 * Covers: FltAllocatePoolAlignedWithTag, FltFreePoolAlignedWithTag (contract facts 8). Does not cover:
 * contexts, work items and the other objects that the filter manager takes from pool (OTH-03). */
#ifndef POOLPROOF_DDI_FLTKERNEL_H
#define POOLPROOF_DDI_FLTKERNEL_H

#include "ntifs.h"

DDI_EXTERN_C_START

/* Opaque: Machine::filter_instance() gives one. */
typedef struct _FLT_INSTANCE* PFLT_INSTANCE;

/* OTH-04, ZER-05. A buffer aligned as the device below Instance needs (Machine::filter_alignment());
 * NumberOfBytes may be 0: the smallest block so aligned. NULL when memory is short; NULL as well, which no
 * page tells, for an Instance that is none of the machine's. PoolType is one of NonPagedPool, PagedPool and
 * their cache-aligned forms; Tag is not zero. IRQL at most DISPATCH_LEVEL, with a paged type APC_LEVEL
 * . Contents are uninitialised. Bug checks are those of ExAllocatePoolWithTag. Any thread. */
PVOID FltAllocatePoolAlignedWithTag(PFLT_INSTANCE Instance, POOL_TYPE PoolType, SIZE_T NumberOfBytes,
                                    ULONG Tag);

/* OTH-05. Instance and Tag are those of the allocation. IRQL at most DISPATCH_LEVEL, for a paged buffer
 * APC_LEVEL. Another tag is bug check 0xC2 with 0x0A (Policies::tag_mismatch); another instance, or a block
 * of another family, has no documented outcome and is freed all the same. Any thread. */
VOID FltFreePoolAlignedWithTag(PFLT_INSTANCE Instance, PVOID Buffer, ULONG Tag);

DDI_EXTERN_C_END

#endif
