/* The documented memory services of winddi.h.
 *
 * Covers: EngAllocMem, EngFreeMem, EngAllocUserMem, EngFreeUserMem, and their private
 * forms, EngSecureMem, EngUnsecureMem, and of EngWritePrinter the one rule that concerns user memory
 * (EAU-08). Does not cover: section memory, of which no page is found (ESX-01). Each may be called by any
 * thread. */
#ifndef POOLPROOF_DDI_WINDDI_H
#define POOLPROOF_DDI_WINDDI_H

#include "ntdef.h"

DDI_EXTERN_C_START

/* Flags of EngAllocMem (contract facts 7). */
#define FL_ZERO_MEMORY 1
#define FL_NONPAGED_MEMORY 2

/* EAM-01 to EAM-13. Paged pool unless FL_NONPAGED_MEMORY; uninitialised unless FL_ZERO_MEMORY; NULL when
 * short. */
PVOID EngAllocMem(ULONG Flags, ULONG MemSize, ULONG Tag);

/* EFM-01 to EFM-03. Releases a block of EngAllocMem. */
VOID EngFreeMem(PVOID p);

/* EAU-01 to EAU-18. Memory in the current process's user address space, at least 64 KB of it; NULL when
 * short. */
PVOID EngAllocUserMem(SIZE_T cj, ULONG tag);

/* EFU-01 to EFU-03. Releases a block of EngAllocUserMem, in the process that allocated it. */
VOID EngFreeUserMem(PVOID pv);

/* Opaque here: Machine::surface_of_process() gives one. */
typedef struct _DD_SURFACE_LOCAL* PDD_SURFACE_LOCAL;

/* EPU-01 to EPU-05. As EngAllocUserMem, in the process that is recorded with psl's DirectDraw object,
 * whichever is current; NULL when short. NULL as well for no bytes and for a psl that is no surface, which no
 * page tells. */
PVOID EngAllocPrivateUserMem(PDD_SURFACE_LOCAL psl, SIZE_T cj, ULONG tag);

/* EPF-01, EPU-02. Releases a block of EngAllocPrivateUserMem with the same surface, in any process's context.
 * What it cannot free it leaves alone, and reports the caller's duty as broken. */
VOID EngFreePrivateUserMem(PDD_SURFACE_LOCAL psl, PVOID pv);

/* ESM-01. A handle, or NULL when the cjLength bytes (1 or more) at Address do not lie in one block of user
 * memory of the current process. Until EngUnsecureMem a free of that block leaves the memory as it is: it
 * happens when the last range of the block is unsecured, or not at all (Policies::secured_free). */
HANDLE EngSecureMem(PVOID Address, ULONG cjLength);

/* ESM-02. Takes a handle of EngSecureMem once, in any process's context; anything else does nothing. */
VOID EngUnsecureMem(HANDLE hSecure);

/* Writes cbBuf bytes to a printer; here it counts and discards them. FALSE, and nothing written, when pBuf
 * lies in user memory (EAU-08) or cannot be read. pcbWritten may be NULL. */
BOOL EngWritePrinter(HANDLE hPrinter, PVOID pBuf, DWORD cbBuf, LPDWORD pcbWritten);

DDI_EXTERN_C_END

#endif
