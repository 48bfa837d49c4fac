/* The routines of wdm.h that take POOL_FLAGS and extended parameters, and secure pools.
 *
 * Covers: ExAllocatePool2, ExAllocatePool3, ExFreePool2, their flags and structures, ExCreatePool and
 * ExDestroyPool for secure pools, ExSecurePoolUpdate, ExSecurePoolValidate. Does not cover: private paged and
 * nonpaged pools, whose flag values no page prints and which no allocation routine can name, and what
 * SECURE_POOL_FLAGS and Buffer mean at allocation, which no page says: every secure block may be rewritten
 * and freed.
 *
 * Usable from any thread, as the routines of wdm.h are. The routines are those of Windows 10 2004 and later;
 * the machine has them in every profile. */
#ifndef POOLPROOF_DDI_POOL_FLAGS_H
#define POOLPROOF_DDI_POOL_FLAGS_H

#include "wdm.h"

DDI_EXTERN_C_START

/* Contract facts 11.3. What is unknown in the lower half fails a call, in the upper half it is ignored. */
typedef ULONG64 POOL_FLAGS;
#define POOL_FLAG_REQUIRED_START 0x0000000000000001ull
#define POOL_FLAG_USE_QUOTA 0x0000000000000001ull
#define POOL_FLAG_UNINITIALIZED 0x0000000000000002ull
#define POOL_FLAG_SESSION 0x0000000000000004ull
#define POOL_FLAG_CACHE_ALIGNED 0x0000000000000008ull
#define POOL_FLAG_RESERVED1 0x0000000000000010ull
#define POOL_FLAG_RAISE_ON_FAILURE 0x0000000000000020ull
#define POOL_FLAG_NON_PAGED 0x0000000000000040ull
#define POOL_FLAG_NON_PAGED_EXECUTE 0x0000000000000080ull
#define POOL_FLAG_PAGED 0x0000000000000100ull
#define POOL_FLAG_RESERVED2 0x0000000000000200ull
#define POOL_FLAG_RESERVED3 0x0000000000000400ull
#define POOL_FLAG_REQUIRED_END 0x0000000080000000ull
#define POOL_FLAG_OPTIONAL_START 0x0000000100000000ull
#define POOL_FLAG_SPECIAL_POOL 0x0000000100000000ull
#define POOL_FLAG_OPTIONAL_END 0x8000000000000000ull

typedef enum POOL_EXTENDED_PARAMETER_TYPE {
    PoolExtendedParameterInvalidType = 0,
    PoolExtendedParameterPriority = 1,
    PoolExtendedParameterSecurePool = 2,
    PoolExtendedParameterNumaNode = 3,
    PoolExtendedParameterMax = 4
} POOL_EXTENDED_PARAMETER_TYPE;

#define POOL_EXTENDED_PARAMETER_TYPE_BITS 8
#define POOL_EXTENDED_PARAMETER_REQUIRED_FIELD_BITS 1
#define POOL_EXTENDED_PARAMETER_RESERVED_BITS 55

/* SEC-05. */
#define SECURE_POOL_FLAGS_NONE 0x0
#define SECURE_POOL_FLAGS_FREEABLE 0x1
#define SECURE_POOL_FLAGS_MODIFIABLE 0x2

/* SEC-01. Cookie is the caller's own number; it identifies the block from then on. */
typedef struct _POOL_EXTENDED_PARAMS_SECURE_POOL {
    HANDLE SecurePoolHandle;
    PVOID Buffer;
    ULONG_PTR Cookie;
    ULONG SecurePoolFlags;
} POOL_EXTENDED_PARAMS_SECURE_POOL;

/* A node's index, with MM_ANY_NODE_OK when another will do as well. */
typedef ULONG POOL_NODE_REQUIREMENT;
#define MM_ANY_NODE_OK 0x80000000u

/* EAP3-04. */
typedef struct _POOL_EXTENDED_PARAMETER {
    struct {
        ULONG64 Type : POOL_EXTENDED_PARAMETER_TYPE_BITS;
        ULONG64 Optional : POOL_EXTENDED_PARAMETER_REQUIRED_FIELD_BITS;
        ULONG64 Reserved : POOL_EXTENDED_PARAMETER_RESERVED_BITS;
    };
    union {
        ULONG64 Reserved2;
        PVOID Reserved3;
        EX_POOL_PRIORITY Priority;
        POOL_EXTENDED_PARAMS_SECURE_POOL* SecurePoolParams;
        POOL_NODE_REQUIREMENT PreferredNode;
    };
} POOL_EXTENDED_PARAMETER, *PPOOL_EXTENDED_PARAMETER;
typedef const POOL_EXTENDED_PARAMETER* PCPOOL_EXTENDED_PARAMETER;

/* EAP2-01 to EAP2-28. NULL, or a raise with POOL_FLAG_RAISE_ON_FAILURE, when memory or quota is short, the
 * tag is zero, the flags are invalid (not exactly one of NON_PAGED, NON_PAGED_EXECUTE and PAGED: X-25), or
 * NumberOfBytes is zero. Zeroed unless POOL_FLAG_UNINITIALIZED. IRQL at most DISPATCH_LEVEL, for
 * POOL_FLAG_PAGED at most APC_LEVEL. Freed with ExFreePool, ExFreePoolWithTag or ExFreePool2. */
PVOID ExAllocatePool2(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag);

/* EAP3-01 to EAP3-13. As ExAllocatePool2, with Count extended parameters; of several entries of one type the
 * last counts. Fails likewise for an entry that is invalid and not optional. Count 0 ignores
 * ExtendedParameters. */
PVOID ExAllocatePool3(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag,
                      PCPOOL_EXTENDED_PARAMETER ExtendedParameters, ULONG Count);

/* EFP2-01 to EFP2-11. Count 0 for an ordinary block; for a secure one Count 1 and its secure-pool entry with
 * handle and cookie of the allocation, Buffer and SecurePoolFlags zero. Anything else is bug check 0xC2. */
VOID ExFreePool2(PVOID P, ULONG Tag, PCPOOL_EXTENDED_PARAMETER ExtendedParameters, ULONG Count);

/* Flags of ExCreatePool (SEC-05). */
#define POOL_CREATE_FLG_SECURE_POOL 0x1
#define POOL_CREATE_FLG_USE_GLOBAL_POOL 0x2

#define POOL_CREATE_PARAMS_VERSION 1

/* An entry names a private pool; a secure pool has none, so that its layout does not matter here. */
typedef struct _POOL_CREATE_EXTENDED_PARAMETER POOL_CREATE_EXTENDED_PARAMETER;

/* ECP-05, ECP-06. */
typedef struct _POOL_CREATE_EXTENDED_PARAMS {
    ULONG Version;
    ULONG ParameterCount;
    POOL_CREATE_EXTENDED_PARAMETER* Parameters;
} POOL_CREATE_EXTENDED_PARAMS, *PPOOL_CREATE_EXTENDED_PARAMS;

/* ECP-01 to ECP-10. Flags is POOL_CREATE_FLG_SECURE_POOL, else STATUS_INVALID_PARAMETER_1. Params is NULL or
 * has the right version (else STATUS_INVALID_PARAMETER) and no entry (else STATUS_INVALID_PARAMETER_3).
 * PoolHandle receives the handle; NULL is STATUS_INVALID_PARAMETER_4. PASSIVE_LEVEL. */
NTSTATUS ExCreatePool(ULONG Flags, ULONG_PTR Tag, POOL_CREATE_EXTENDED_PARAMS* Params, HANDLE* PoolHandle);

/* EDP-01 to EDP-04. Bug check 0xC2 for a handle that is not open, and while blocks of the pool live.
 * PASSIVE_LEVEL. */
VOID ExDestroyPool(HANDLE PoolHandle);

/* SEC-02. Copies Size bytes of Buffer to Offset of a secure block. STATUS_INVALID_PARAMETER, and nothing is
 * written, when handle, tag, block and cookie do not belong together or the range leaves the block. */
NTSTATUS ExSecurePoolUpdate(HANDLE SecurePoolHandle, ULONG Tag, PVOID Allocation, ULONG_PTR Cookie,
                            SIZE_T Offset, SIZE_T Size, PVOID Buffer);

/* SEC-03. TRUE when handle, tag, block and cookie belong together. */
LOGICAL ExSecurePoolValidate(HANDLE SecurePoolHandle, ULONG Tag, PVOID Allocation, ULONG_PTR Cookie);

DDI_EXTERN_C_END

#endif
