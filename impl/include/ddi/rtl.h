/* Run-time library of driver code: memory and counted strings.
 *
 * Covers: filling, copying and comparing memory; UNICODE_STRING and ANSI_STRING as far as initialising,
 * copying and comparing. Does not cover: conversion between the two, allocation of buffers, upcasing beyond
 * Latin-1. Each may be called by any thread, on storage that is the caller's. */
#ifndef POOLPROOF_DDI_RTL_H
#define POOLPROOF_DDI_RTL_H

#include "basic_types.h"

#include <string.h>

#define RtlZeroMemory(Destination, Length) memset((Destination), 0, (Length))
#define RtlCopyMemory(Destination, Source, Length) memcpy((Destination), (Source), (Length))
#define RtlMoveMemory(Destination, Source, Length) memmove((Destination), (Source), (Length))
#define RtlFillMemory(Destination, Length, Fill) memset((Destination), (Fill), (Length))
#define RtlEqualMemory(Source1, Source2, Length) (!memcmp((Source1), (Source2), (Length)))
#define RtlZeroBytes(Destination, Length) RtlZeroMemory(Destination, Length)
#define RtlCopyBytes(Destination, Source, Length) RtlCopyMemory(Destination, Source, Length)

/* Zeroes memory though nobody may read it afterwards; returns Destination. */
FORCEINLINE PVOID RtlSecureZeroMemory(PVOID Destination, SIZE_T Length) {
    volatile UCHAR* at = (volatile UCHAR*)Destination;
    while (Length-- != 0)
        *at++ = 0;
    return Destination;
}

/* Length and MaximumLength count bytes; Buffer need not end in a zero. */
typedef struct _UNICODE_STRING {
    USHORT Length;
    USHORT MaximumLength;
    PWCH Buffer;
} UNICODE_STRING, *PUNICODE_STRING;
typedef const UNICODE_STRING* PCUNICODE_STRING;

typedef struct _STRING {
    USHORT Length;
    USHORT MaximumLength;
    PCHAR Buffer;
} STRING, *PSTRING, ANSI_STRING, *PANSI_STRING;

/* The most that a UNICODE_STRING can count, in bytes and in characters: a USHORT, and even. */
#define UNICODE_STRING_MAX_BYTES ((USHORT)65534)
#define UNICODE_STRING_MAX_CHARS 32767
#define UNICODE_NULL ((WCHAR)0)

/* From a literal. MaximumLength counts its terminator, Length does not. */
#ifdef __cplusplus
#define RTL_CONSTANT_STRING(Literal)                                                                         \
    {(USHORT)(sizeof(Literal) - sizeof((Literal)[0])), (USHORT)sizeof(Literal),                              \
     poolproof_characters_of(Literal)}
constexpr PCHAR poolproof_characters_of(const CHAR* Literal) {
    return const_cast<PCHAR>(Literal);
}
constexpr PWCH poolproof_characters_of(const WCHAR* Literal) {
    return const_cast<PWCH>(Literal);
}
#else
#define RTL_CONSTANT_STRING(Literal)                                                                         \
    {(USHORT)(sizeof(Literal) - sizeof((Literal)[0])), (USHORT)sizeof(Literal), (Literal)}
#endif

#define DECLARE_CONST_UNICODE_STRING(Name, Literal)                                                          \
    static const WCHAR Name##_buffer[] = Literal;                                                            \
    static const UNICODE_STRING Name = {(USHORT)(sizeof(Literal) - sizeof(WCHAR)), (USHORT)sizeof(Literal),  \
                                        (PWCH)Name##_buffer}
#define DECLARE_UNICODE_STRING_SIZE(Name, Characters)                                                        \
    WCHAR Name##_buffer[Characters];                                                                         \
    UNICODE_STRING Name = {0, (USHORT)((Characters) * sizeof(WCHAR)), Name##_buffer}

DDI_EXTERN_C_START

/* How many bytes agree before the first that differ; Length when all do. */
SIZE_T RtlCompareMemory(const VOID* Source1, const VOID* Source2, SIZE_T Length);

/* Length is that of the zero-ended source, MaximumLength one character more; without a source all is 0. A
 * source longer than Length can count is cut there, which no page decides. */
VOID RtlInitUnicodeString(PUNICODE_STRING DestinationString, PCWSTR SourceString);
VOID RtlInitAnsiString(PANSI_STRING DestinationString, PCSZ SourceString);
/* Copies the smaller of the source's Length and the destination's MaximumLength; without a source Length
 * becomes 0. MaximumLength and Buffer stay as they are. */
VOID RtlCopyUnicodeString(PUNICODE_STRING DestinationString, PCUNICODE_STRING SourceString);
/* Negative, 0 or positive as String1 is less than, equal to or greater than String2. */
LONG RtlCompareUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2, BOOLEAN CaseInSensitive);
BOOLEAN RtlEqualUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2, BOOLEAN CaseInSensitive);
/* Latin-1 letters; every other character is itself. */
WCHAR RtlUpcaseUnicodeChar(WCHAR SourceCharacter);

DDI_EXTERN_C_END

#endif
