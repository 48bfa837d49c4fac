// The run-time library of ddi/rtl.h. Plain computations: they know no machine, and any thread may call them.
//
// Does not cover: what the header has as macros. Characters beyond Latin-1 have no upper case here.
#include <ddi/rtl.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

SIZE_T RtlCompareMemory(const VOID* Source1, const VOID* Source2, SIZE_T Length) {
    const auto* first = static_cast<const UCHAR*>(Source1);
    const auto* second = static_cast<const UCHAR*>(Source2);
    SIZE_T same = 0;
    while (same < Length && first[same] == second[same])
        ++same;
    return same;
}

namespace {

// The bytes of a zero-ended text, at most as many as leave room for the terminator in a USHORT.
template <typename Character> USHORT bytes_of(const Character* text) {
    constexpr std::size_t most = UNICODE_STRING_MAX_BYTES / sizeof(Character) - 1;
    std::size_t characters = 0;
    while (characters < most && text[characters] != 0)
        ++characters;
    return static_cast<USHORT>(characters * sizeof(Character));
}

template <typename String, typename Character> void describe(String& string, const Character* text) {
    string = String{};
    if (text == nullptr)
        return;
    string.Length = bytes_of(text);
    string.MaximumLength = static_cast<USHORT>(string.Length + sizeof(Character));
    string.Buffer = const_cast<Character*>(text);
}

} // namespace

VOID RtlInitUnicodeString(PUNICODE_STRING DestinationString, PCWSTR SourceString) {
    describe(*DestinationString, SourceString);
}

VOID RtlInitAnsiString(PANSI_STRING DestinationString, PCSZ SourceString) {
    describe(*DestinationString, SourceString);
}

VOID RtlCopyUnicodeString(PUNICODE_STRING DestinationString, PCUNICODE_STRING SourceString) {
    DestinationString->Length = 0;
    if (SourceString == nullptr)
        return;
    const USHORT bytes = std::min(SourceString->Length, DestinationString->MaximumLength);
    if (bytes != 0)
        std::memmove(DestinationString->Buffer, SourceString->Buffer, bytes);
    DestinationString->Length = bytes;
}

LONG RtlCompareUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2, BOOLEAN CaseInSensitive) {
    const SIZE_T first = String1->Length / sizeof(WCHAR);
    const SIZE_T second = String2->Length / sizeof(WCHAR);
    for (SIZE_T i = 0; i < std::min(first, second); ++i) {
        WCHAR a = String1->Buffer[i];
        WCHAR b = String2->Buffer[i];
        if (CaseInSensitive != FALSE) {
            a = RtlUpcaseUnicodeChar(a);
            b = RtlUpcaseUnicodeChar(b);
        }
        if (a != b)
            return static_cast<LONG>(a) - static_cast<LONG>(b);
    }
    return static_cast<LONG>(first) - static_cast<LONG>(second);
}

BOOLEAN RtlEqualUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2, BOOLEAN CaseInSensitive) {
    return String1->Length == String2->Length &&
                   RtlCompareUnicodeString(String1, String2, CaseInSensitive) == 0
               ? TRUE
               : FALSE;
}

WCHAR RtlUpcaseUnicodeChar(WCHAR SourceCharacter) {
    const auto c = static_cast<std::uint32_t>(SourceCharacter);
    const bool lower = (c >= 'a' && c <= 'z') || (c >= 0xE0 && c <= 0xFE && c != 0xF7);
    if (c == 0xFF)
        return static_cast<WCHAR>(0x178); // the one whose upper case lies beyond Latin-1
    return lower ? static_cast<WCHAR>(c - 0x20) : SourceCharacter;
}
