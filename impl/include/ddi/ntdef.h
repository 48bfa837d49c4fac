/* Basic types of the driver interface.
 *
 * Covers: the scalar types, NTSTATUS and IRQL that the pool pages use; by inclusion what driver code takes
 * for granted (basic_types.h, sal.h). Does not cover: anything else of the real ntdef.h. Usable from C and
 * C++. No thread-safety question arises: these are types and constants only.
 */
#ifndef POOLPROOF_DDI_NTDEF_H
#define POOLPROOF_DDI_NTDEF_H

#include <stddef.h>
#include <stdint.h>

/* The names and widths are those of the documented interface (LLP64: LONG is 32 bits on every system). */
typedef void VOID;
typedef void* PVOID;
typedef void* HANDLE;
typedef uint32_t ULONG;
typedef int32_t LONG;
typedef uint32_t DWORD;
typedef uint32_t* LPDWORD;
typedef int32_t BOOL;
typedef uint8_t UCHAR;
typedef uint16_t USHORT;
typedef size_t SIZE_T;
typedef LONG NTSTATUS;
typedef UCHAR KIRQL;
typedef UCHAR BOOLEAN;
typedef BOOLEAN* PBOOLEAN;
typedef ULONG LOGICAL;
typedef uint64_t ULONG64;
typedef uintptr_t ULONG_PTR;

#ifndef TRUE
#define TRUE 1
#define FALSE 0
#endif

#ifdef __cplusplus
#define DDI_EXTERN_C_START extern "C" {
#define DDI_EXTERN_C_END }
#else
#define DDI_EXTERN_C_START
#define DDI_EXTERN_C_END
#endif

/* IRQL numbers (contract facts 0.2): PASSIVE 0, APC 1, DISPATCH 2; HIGH_LEVEL is 15 on 64-bit systems. */
#define PASSIVE_LEVEL 0
#define APC_LEVEL 1
#define DISPATCH_LEVEL 2
#define HIGH_LEVEL 15

/* PAGE_SIZE on x86 and x64. */
#define PAGE_SIZE 4096u

#include "basic_types.h"
#include "sal.h"

#endif
