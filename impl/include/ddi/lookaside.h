/* Lookaside lists of wdm.h (contract facts 5).
 *
 * Covers: the three kinds of list, their initialisation with custom routines, allocate, free, delete and
 * flush. Does not cover: ExAdjustLookasideDepth and ExQueryPoolBlockSize, which are reserved or obsolete
 * (LL-23), and the compile-time opt-in to no-execute pool (NX-02).
 *
 * The list's storage is the caller's and opaque: nonpaged memory, 16-byte aligned on 64-bit systems (LL-10).
 * Nothing is kept in it, so that reading or overwriting it has no effect; the machine of the calling thread
 * (poolproof/machine.h) knows the list by its address. Allocate and free may be called by several threads at
 * once; initialise, delete and flush of a list may not run beside other calls for it (LL-07). Custom routines
 * run at the IRQL of the call (LL-30), on its thread, with no lock held.
 *
 * What misuse does is not documented but for Driver Verifier's bug checks. Here an allocation from a list
 * that is not initialised, or is of another kind than the routine, returns NULL; an entry that is not out of
 * the list is not taken; initialising a list again starts it anew and forgets its entries, which stay
 * allocated. The caller's duty is reported as broken. With automatic checks: bug check 0xC4 with 0xCA for
 * initialising again, 0xCB for deleting what is not initialised, 0xCD for entries below
 * LOOKASIDE_MINIMUM_BLOCK_SIZE. */
#ifndef POOLPROOF_DDI_LOOKASIDE_H
#define POOLPROOF_DDI_LOOKASIDE_H

#include "wdm.h"

DDI_EXTERN_C_START

/* The documents name it and give no value: taken is the size of a pointer. The machine's profile decides: 8
 * on 64-bit systems, 4 on 32-bit ones. */
#define LOOKASIDE_MINIMUM_BLOCK_SIZE (sizeof(PVOID))

/* Contract facts 11.5. Mutually exclusive (LL-15). */
#define EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL 1
#define EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE 2

/* Opaque; the size is ours. */
typedef struct __attribute__((aligned(16))) _NPAGED_LOOKASIDE_LIST {
    UCHAR Opaque[128];
} NPAGED_LOOKASIDE_LIST, *PNPAGED_LOOKASIDE_LIST;
typedef struct __attribute__((aligned(16))) _PAGED_LOOKASIDE_LIST {
    UCHAR Opaque[128];
} PAGED_LOOKASIDE_LIST, *PPAGED_LOOKASIDE_LIST;
typedef struct __attribute__((aligned(16))) _LOOKASIDE_LIST_EX {
    UCHAR Opaque[128];
} LOOKASIDE_LIST_EX, *PLOOKASIDE_LIST_EX;

/* Custom routines. PoolType is that of the list, with POOL_RAISE_IF_ALLOCATION_FAILURE or
 * POOL_QUOTA_FAIL_INSTEAD_OF_RAISE when the list's flags ask for it (LL-16, X-31); NumberOfBytes and Tag are
 * those of the initialisation. An Allocate routine returns NULL or raises on failure. */
typedef PVOID ALLOCATE_FUNCTION(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag);
typedef ALLOCATE_FUNCTION* PALLOCATE_FUNCTION;
typedef VOID FREE_FUNCTION(PVOID Buffer);
typedef FREE_FUNCTION* PFREE_FUNCTION;
typedef PVOID ALLOCATE_FUNCTION_EX(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag,
                                   PLOOKASIDE_LIST_EX Lookaside);
typedef ALLOCATE_FUNCTION_EX* PALLOCATE_FUNCTION_EX;
typedef VOID FREE_FUNCTION_EX(PVOID Buffer, PLOOKASIDE_LIST_EX Lookaside);
typedef FREE_FUNCTION_EX* PFREE_FUNCTION_EX;

/* LL-01, LL-09 to LL-12. An empty list of entries of Size bytes from NonPagedPool, with POOL_NX_ALLOCATION in
 * Flags from NonPagedPoolNx. Allocate and Free may be NULL: ExAllocatePoolWithTag and ExFreePool then. Flags:
 * 0, POOL_RAISE_IF_ALLOCATION_FAILURE, POOL_NX_ALLOCATION or both. Size is at least
 * LOOKASIDE_MINIMUM_BLOCK_SIZE. Depth is reserved and 0. IRQL at most DISPATCH_LEVEL. */
VOID ExInitializeNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside, PALLOCATE_FUNCTION Allocate,
                                     PFREE_FUNCTION Free, ULONG Flags, SIZE_T Size, ULONG Tag, USHORT Depth);
/* LL-02, LL-05. The entry freed last, or a new one; NULL when there is no memory for one, or a raise when the
 * list's flags say so. Contents are uninitialised. IRQL at most DISPATCH_LEVEL. */
PVOID ExAllocateFromNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside);
/* LL-03, LL-18. Entry is out of this list. IRQL at most DISPATCH_LEVEL. */
VOID ExFreeToNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside, PVOID Entry);
/* LL-19. Frees the entries that the list holds; those still out stay allocated. IRQL at most DISPATCH_LEVEL.
 */
VOID ExDeleteNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside);

/* LL-13. As for nonpaged lists, with entries from PagedPool, without a documented minimum of Size, and at
 * IRQL at most APC_LEVEL (LL-22): above it, with DDI compliance checking, bug check 0xC4 with 0x00020006. Of
 * Flags only POOL_RAISE_IF_ALLOCATION_FAILURE has an effect. */
VOID ExInitializePagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside, PALLOCATE_FUNCTION Allocate,
                                    PFREE_FUNCTION Free, ULONG Flags, SIZE_T Size, ULONG Tag, USHORT Depth);
PVOID ExAllocateFromPagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside);
VOID ExFreeToPagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside, PVOID Entry);
VOID ExDeletePagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside);

/* LL-14 to LL-16. STATUS_INVALID_PARAMETER_4 for a PoolType that is no documented enumerator or is a
 * must-succeed one, STATUS_INVALID_PARAMETER_5 for Flags other than 0 and one of
 * EX_LOOKASIDE_LIST_EX_FLAGS_*; the list is not initialised then. FAIL_NO_RAISE with no Allocate is undefined
 * (Policies::default_no_raise). IRQL at most DISPATCH_LEVEL. */
NTSTATUS ExInitializeLookasideListEx(PLOOKASIDE_LIST_EX Lookaside, PALLOCATE_FUNCTION_EX Allocate,
                                     PFREE_FUNCTION_EX Free, POOL_TYPE PoolType, ULONG Flags, SIZE_T Size,
                                     ULONG Tag, USHORT Depth);
/* As for nonpaged lists; IRQL at most DISPATCH_LEVEL, with paged entries APC_LEVEL. Flush empties the list
 * and frees what it held (LL-19). */
PVOID ExAllocateFromLookasideListEx(PLOOKASIDE_LIST_EX Lookaside);
VOID ExFreeToLookasideListEx(PLOOKASIDE_LIST_EX Lookaside, PVOID Entry);
VOID ExDeleteLookasideListEx(PLOOKASIDE_LIST_EX Lookaside);
VOID ExFlushLookasideListEx(PLOOKASIDE_LIST_EX Lookaside);

DDI_EXTERN_C_END

#endif
