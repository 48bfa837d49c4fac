/* The scalar types and helper macros that driver code takes for granted.
 *
 * Covers: the integer types beside those of ntdef.h, LARGE_INTEGER, NT_SUCCESS and its relatives,
 * CONTAINING_RECORD, FIELD_OFFSET, ARRAYSIZE, UNREFERENCED_PARAMETER, DBG. Does not cover: objects of the
 * system (drivers, devices, processes). Included by ntdef.h. Types and macros only: no thread-safety question
 * arises. */
#ifndef POOLPROOF_DDI_BASIC_TYPES_H
#define POOLPROOF_DDI_BASIC_TYPES_H

#include "ntdef.h"

typedef char CHAR;
typedef char CCHAR;
typedef int16_t SHORT;
typedef uint16_t USHORT;
typedef int INT;
typedef unsigned int UINT;
typedef int32_t INT32;
typedef uint32_t UINT32;
typedef uint32_t ULONG32;
typedef int64_t INT64;
typedef uint64_t UINT64;
typedef int64_t LONG64;
typedef uint64_t ULONG64;
typedef int64_t LONGLONG;
typedef uint64_t ULONGLONG;
typedef intptr_t LONG_PTR;
typedef uintptr_t ULONG_PTR;
typedef intptr_t INT_PTR;
typedef uintptr_t UINT_PTR;
typedef intptr_t SSIZE_T;
typedef UCHAR BYTE;
typedef USHORT WORD;
typedef UCHAR BOOLEAN;
typedef ULONG DEVICE_TYPE;

typedef CHAR* PCHAR;
typedef CHAR* PSTR;
typedef const CHAR* PCSTR;
typedef const CHAR* PCSZ;
typedef UCHAR* PUCHAR;
typedef SHORT* PSHORT;
typedef USHORT* PUSHORT;
typedef LONG* PLONG;
typedef ULONG* PULONG;
typedef LONGLONG* PLONGLONG;
typedef ULONGLONG* PULONGLONG;
typedef ULONG_PTR* PULONG_PTR;
typedef SIZE_T* PSIZE_T;
typedef BOOLEAN* PBOOLEAN;
typedef HANDLE* PHANDLE;
typedef NTSTATUS* PNTSTATUS;
typedef KIRQL* PKIRQL;

/* 16 bits. What a literal of it is spelled like: L"" under -fshort-wchar (target poolproof::driver), else
 * u"". */
#if defined(__cplusplus) && __SIZEOF_WCHAR_T__ == 2
typedef wchar_t WCHAR;
#elif defined(__cplusplus)
typedef char16_t WCHAR;
#else
typedef uint16_t WCHAR;
#endif
typedef WCHAR* PWCHAR;
typedef WCHAR* PWCH;
typedef WCHAR* PWSTR;
typedef const WCHAR* PCWCH;
typedef const WCHAR* PCWSTR;

/* The nameless struct is how drivers write it: x.LowPart and x.u.LowPart are the same. */
typedef union _LARGE_INTEGER {
    __extension__ struct {
        ULONG LowPart;
        LONG HighPart;
    };
    struct {
        ULONG LowPart;
        LONG HighPart;
    } u;
    LONGLONG QuadPart;
} LARGE_INTEGER, *PLARGE_INTEGER;

typedef union _ULARGE_INTEGER {
    __extension__ struct {
        ULONG LowPart;
        ULONG HighPart;
    };
    struct {
        ULONG LowPart;
        ULONG HighPart;
    } u;
    ULONGLONG QuadPart;
} ULARGE_INTEGER, *PULARGE_INTEGER;

/* The upper two bits of a status are its severity: success and informational values are not negative. */
#define NT_SUCCESS(Status) ((NTSTATUS)(Status) >= 0)
#define NT_INFORMATION(Status) ((((ULONG)(Status)) >> 30) == 1)
#define NT_WARNING(Status) ((((ULONG)(Status)) >> 30) == 2)
#define NT_ERROR(Status) ((((ULONG)(Status)) >> 30) == 3)

#define FIELD_OFFSET(type, field) ((LONG)offsetof(type, field))
#define UFIELD_OFFSET(type, field) ((ULONG)offsetof(type, field))
#define RTL_FIELD_SIZE(type, field) (sizeof(((type*)0)->field))
#define RTL_SIZEOF_THROUGH_FIELD(type, field) (offsetof(type, field) + RTL_FIELD_SIZE(type, field))
#define CONTAINING_RECORD(address, type, field) ((type*)((PCHAR)(address) - (ULONG_PTR)offsetof(type, field)))

#define RTL_NUMBER_OF(array) (sizeof(array) / sizeof((array)[0]))
#define ARRAYSIZE(array) RTL_NUMBER_OF(array)

#define UNREFERENCED_PARAMETER(parameter) ((void)(parameter))
#define DBG_UNREFERENCED_PARAMETER(parameter) ((void)(parameter))
#define DBG_UNREFERENCED_LOCAL_VARIABLE(variable) ((void)(variable))

/* Inlined wherever it is called, so that what it calls sees the driver as its caller. */
#define FORCEINLINE static inline __attribute__((always_inline, unused))
#define DECLSPEC_NORETURN __attribute__((noreturn))
#define DECLSPEC_ALIGN(bytes) __attribute__((aligned(bytes)))
#define NTAPI
#define NTKERNELAPI
#define NTSYSAPI
#ifdef __cplusplus
#define EXTERN_C extern "C"
#else
#define EXTERN_C extern
#define IN
#define OUT
#define OPTIONAL
#endif

/* 1 in a checked build, where PAGED_CODE() and ASSERT() check; 0 in a free one, where they are nothing. The
 * build of a driver sets it; a test wants the checks. */
#ifndef DBG
#define DBG 1
#endif

#endif
