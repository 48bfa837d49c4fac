/* The documented routines as reproducers call them (see reproducer.h).
 *
 * Covers: a declaration of each under a name of its own, and in C the redirection to it. Does not cover: what
 * the routines do. */
#ifndef POOLPROOF_REPRODUCER_ROUTINES_H
#define POOLPROOF_REPRODUCER_ROUTINES_H

#include <ddi/fltkernel.h>
#include <ddi/ntifs.h>
#include <ddi/winddi.h>

#undef FsRtlAllocatePoolWithTag
#undef FsRtlAllocatePoolWithQuotaTag

#define REPRODUCER(routine) reproducer_##routine

DDI_EXTERN_C_START

PVOID REPRODUCER(ExAllocatePool)(POOL_TYPE type, SIZE_T bytes);
PVOID REPRODUCER(ExAllocatePoolWithTag)(POOL_TYPE type, SIZE_T bytes, ULONG tag);
PVOID REPRODUCER(ExAllocatePoolWithTagPriority)(POOL_TYPE type, SIZE_T bytes, ULONG tag,
                                                EX_POOL_PRIORITY priority);
PVOID REPRODUCER(ExAllocatePoolWithQuota)(POOL_TYPE type, SIZE_T bytes);
PVOID REPRODUCER(ExAllocatePoolWithQuotaTag)(POOL_TYPE type, SIZE_T bytes, ULONG tag);
PVOID REPRODUCER(ExAllocatePoolZero)(POOL_TYPE type, SIZE_T bytes, ULONG tag);
PVOID REPRODUCER(ExAllocatePoolUninitialized)(POOL_TYPE type, SIZE_T bytes, ULONG tag);
PVOID REPRODUCER(ExAllocatePoolQuotaZero)(POOL_TYPE type, SIZE_T bytes, ULONG tag);
PVOID REPRODUCER(ExAllocatePoolQuotaUninitialized)(POOL_TYPE type, SIZE_T bytes, ULONG tag);
PVOID REPRODUCER(ExAllocatePoolPriorityZero)(POOL_TYPE type, SIZE_T bytes, ULONG tag,
                                             EX_POOL_PRIORITY priority);
PVOID REPRODUCER(ExAllocatePoolPriorityUninitialized)(POOL_TYPE type, SIZE_T bytes, ULONG tag,
                                                      EX_POOL_PRIORITY priority);
PVOID REPRODUCER(ExAllocatePool2)(POOL_FLAGS flags, SIZE_T bytes, ULONG tag);
PVOID REPRODUCER(ExAllocatePool3)(POOL_FLAGS flags, SIZE_T bytes, ULONG tag,
                                  PCPOOL_EXTENDED_PARAMETER entries, ULONG count);
PVOID REPRODUCER(FsRtlAllocatePoolWithTag)(POOL_TYPE type, SIZE_T bytes, ULONG tag);
PVOID REPRODUCER(FsRtlAllocatePoolWithQuotaTag)(POOL_TYPE type, SIZE_T bytes, ULONG tag);
VOID REPRODUCER(ExFreePool)(PVOID block);
VOID REPRODUCER(ExFreePoolWithTag)(PVOID block, ULONG tag);
VOID REPRODUCER(ExFreePool2)(PVOID block, ULONG tag, PCPOOL_EXTENDED_PARAMETER entries, ULONG count);

NTSTATUS REPRODUCER(ExCreatePool)(ULONG flags, ULONG_PTR tag, POOL_CREATE_EXTENDED_PARAMS* params,
                                  HANDLE* pool);
VOID REPRODUCER(ExDestroyPool)(HANDLE pool);
NTSTATUS REPRODUCER(ExSecurePoolUpdate)(HANDLE pool, ULONG tag, PVOID block, ULONG_PTR cookie, SIZE_T offset,
                                        SIZE_T size, PVOID buffer);
LOGICAL REPRODUCER(ExSecurePoolValidate)(HANDLE pool, ULONG tag, PVOID block, ULONG_PTR cookie);

VOID REPRODUCER(ExInitializeNPagedLookasideList)(PNPAGED_LOOKASIDE_LIST list, PALLOCATE_FUNCTION allocate,
                                                 PFREE_FUNCTION free, ULONG flags, SIZE_T size, ULONG tag,
                                                 USHORT depth);
VOID REPRODUCER(ExInitializePagedLookasideList)(PPAGED_LOOKASIDE_LIST list, PALLOCATE_FUNCTION allocate,
                                                PFREE_FUNCTION free, ULONG flags, SIZE_T size, ULONG tag,
                                                USHORT depth);
NTSTATUS REPRODUCER(ExInitializeLookasideListEx)(PLOOKASIDE_LIST_EX list, PALLOCATE_FUNCTION_EX allocate,
                                                 PFREE_FUNCTION_EX free, POOL_TYPE type, ULONG flags,
                                                 SIZE_T size, ULONG tag, USHORT depth);
PVOID REPRODUCER(ExAllocateFromNPagedLookasideList)(PNPAGED_LOOKASIDE_LIST list);
PVOID REPRODUCER(ExAllocateFromPagedLookasideList)(PPAGED_LOOKASIDE_LIST list);
PVOID REPRODUCER(ExAllocateFromLookasideListEx)(PLOOKASIDE_LIST_EX list);
VOID REPRODUCER(ExFreeToNPagedLookasideList)(PNPAGED_LOOKASIDE_LIST list, PVOID entry);
VOID REPRODUCER(ExFreeToPagedLookasideList)(PPAGED_LOOKASIDE_LIST list, PVOID entry);
VOID REPRODUCER(ExFreeToLookasideListEx)(PLOOKASIDE_LIST_EX list, PVOID entry);
VOID REPRODUCER(ExDeleteNPagedLookasideList)(PNPAGED_LOOKASIDE_LIST list);
VOID REPRODUCER(ExDeletePagedLookasideList)(PPAGED_LOOKASIDE_LIST list);
VOID REPRODUCER(ExDeleteLookasideListEx)(PLOOKASIDE_LIST_EX list);
VOID REPRODUCER(ExFlushLookasideListEx)(PLOOKASIDE_LIST_EX list);

PVOID REPRODUCER(EngAllocMem)(ULONG flags, ULONG bytes, ULONG tag);
VOID REPRODUCER(EngFreeMem)(PVOID block);
PVOID REPRODUCER(EngAllocUserMem)(SIZE_T bytes, ULONG tag);
VOID REPRODUCER(EngFreeUserMem)(PVOID block);
PVOID REPRODUCER(EngAllocPrivateUserMem)(PDD_SURFACE_LOCAL surface, SIZE_T bytes, ULONG tag);
VOID REPRODUCER(EngFreePrivateUserMem)(PDD_SURFACE_LOCAL surface, PVOID block);
HANDLE REPRODUCER(EngSecureMem)(PVOID address, ULONG length);
VOID REPRODUCER(EngUnsecureMem)(HANDLE secured);
BOOL REPRODUCER(EngWritePrinter)(HANDLE printer, PVOID buffer, DWORD bytes, LPDWORD written);

PVOID REPRODUCER(FltAllocatePoolAlignedWithTag)(PFLT_INSTANCE instance, POOL_TYPE type, SIZE_T bytes,
                                                ULONG tag);
VOID REPRODUCER(FltFreePoolAlignedWithTag)(PFLT_INSTANCE instance, PVOID buffer, ULONG tag);
VOID REPRODUCER(PsChargePoolQuota)(PEPROCESS process, POOL_TYPE type, ULONG_PTR amount);
VOID REPRODUCER(PsReturnPoolQuota)(PEPROCESS process, POOL_TYPE type, ULONG_PTR amount);

DDI_EXTERN_C_END

#ifndef __cplusplus
#define ExAllocatePool REPRODUCER(ExAllocatePool)
#define ExAllocatePoolWithTag REPRODUCER(ExAllocatePoolWithTag)
#define ExAllocatePoolWithTagPriority REPRODUCER(ExAllocatePoolWithTagPriority)
#define ExAllocatePoolWithQuota REPRODUCER(ExAllocatePoolWithQuota)
#define ExAllocatePoolWithQuotaTag REPRODUCER(ExAllocatePoolWithQuotaTag)
#define ExAllocatePoolZero REPRODUCER(ExAllocatePoolZero)
#define ExAllocatePoolUninitialized REPRODUCER(ExAllocatePoolUninitialized)
#define ExAllocatePoolQuotaZero REPRODUCER(ExAllocatePoolQuotaZero)
#define ExAllocatePoolQuotaUninitialized REPRODUCER(ExAllocatePoolQuotaUninitialized)
#define ExAllocatePoolPriorityZero REPRODUCER(ExAllocatePoolPriorityZero)
#define ExAllocatePoolPriorityUninitialized REPRODUCER(ExAllocatePoolPriorityUninitialized)
#define ExAllocatePool2 REPRODUCER(ExAllocatePool2)
#define ExAllocatePool3 REPRODUCER(ExAllocatePool3)
#define FsRtlAllocatePoolWithTag REPRODUCER(FsRtlAllocatePoolWithTag)
#define FsRtlAllocatePoolWithQuotaTag REPRODUCER(FsRtlAllocatePoolWithQuotaTag)
#define ExFreePool REPRODUCER(ExFreePool)
#define ExFreePoolWithTag REPRODUCER(ExFreePoolWithTag)
#define ExFreePool2 REPRODUCER(ExFreePool2)
#define ExCreatePool REPRODUCER(ExCreatePool)
#define ExDestroyPool REPRODUCER(ExDestroyPool)
#define ExSecurePoolUpdate REPRODUCER(ExSecurePoolUpdate)
#define ExSecurePoolValidate REPRODUCER(ExSecurePoolValidate)
#define ExInitializeNPagedLookasideList REPRODUCER(ExInitializeNPagedLookasideList)
#define ExInitializePagedLookasideList REPRODUCER(ExInitializePagedLookasideList)
#define ExInitializeLookasideListEx REPRODUCER(ExInitializeLookasideListEx)
#define ExAllocateFromNPagedLookasideList REPRODUCER(ExAllocateFromNPagedLookasideList)
#define ExAllocateFromPagedLookasideList REPRODUCER(ExAllocateFromPagedLookasideList)
#define ExAllocateFromLookasideListEx REPRODUCER(ExAllocateFromLookasideListEx)
#define ExFreeToNPagedLookasideList REPRODUCER(ExFreeToNPagedLookasideList)
#define ExFreeToPagedLookasideList REPRODUCER(ExFreeToPagedLookasideList)
#define ExFreeToLookasideListEx REPRODUCER(ExFreeToLookasideListEx)
#define ExDeleteNPagedLookasideList REPRODUCER(ExDeleteNPagedLookasideList)
#define ExDeletePagedLookasideList REPRODUCER(ExDeletePagedLookasideList)
#define ExDeleteLookasideListEx REPRODUCER(ExDeleteLookasideListEx)
#define ExFlushLookasideListEx REPRODUCER(ExFlushLookasideListEx)
#define EngAllocMem REPRODUCER(EngAllocMem)
#define EngFreeMem REPRODUCER(EngFreeMem)
#define EngAllocUserMem REPRODUCER(EngAllocUserMem)
#define EngFreeUserMem REPRODUCER(EngFreeUserMem)
#define EngAllocPrivateUserMem REPRODUCER(EngAllocPrivateUserMem)
#define EngFreePrivateUserMem REPRODUCER(EngFreePrivateUserMem)
#define EngSecureMem REPRODUCER(EngSecureMem)
#define EngUnsecureMem REPRODUCER(EngUnsecureMem)
#define EngWritePrinter REPRODUCER(EngWritePrinter)
#define FltAllocatePoolAlignedWithTag REPRODUCER(FltAllocatePoolAlignedWithTag)
#define FltFreePoolAlignedWithTag REPRODUCER(FltFreePoolAlignedWithTag)
#define PsChargePoolQuota REPRODUCER(PsChargePoolQuota)
#define PsReturnPoolQuota REPRODUCER(PsReturnPoolQuota)
#endif

#endif
