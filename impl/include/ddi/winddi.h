/* The documented memory services of winddi.h.
 *
 * Covers: EngAllocMem, EngFreeMem, EngAllocUserMem, EngFreeUserMem, and of EngWritePrinter the one rule that
 * concerns them (EAU-08). Does not cover: private user memory, EngSecureMem, section memory. */
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

/* Writes cbBuf bytes to a printer; here it counts and discards them. FALSE, and nothing written, when pBuf
 * lies in user memory (EAU-08) or cannot be read. pcbWritten may be NULL. */
BOOL EngWritePrinter(HANDLE hPrinter, PVOID pBuf, DWORD cbBuf, LPDWORD pcbWritten);

DDI_EXTERN_C_END

#endif
