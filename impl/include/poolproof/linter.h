// What a machine noticed of its callers: mistakes of driver code that a run survives, or that only show
// later.
//
// Covers: the warnings that Machine::set_linter() asks for, as data and as text. Does not cover: duties whose
// breach is reported by every call (Machine::caller_faults()), and the tags of user memory.
//
// Uninitialised bytes (CON-02). While the linter is on, every block that is not zeroed is filled with bytes
// that only its address decides, and Machine::copy_to_user() warns where at least 8 consecutive bytes of what
// is copied still hold them. A wrong warning needs 8 bytes of the driver's own to equal a fill it never read:
// 1 in 2^64 for each byte copied. Not noticed: fewer than 8 unwritten bytes in a row (the padding of a
// structure), bytes that were moved to another place first, entries that a lookaside list gives out again,
// blocks that were allocated with the linter off.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace poolproof {

enum class WarningKind : std::uint8_t {
    pool_type_as_flags,   // POOL_FLAGS that are invalid, and the value of a POOL_TYPE (EAP2-22, EAP2-23)
    size_and_tag_swapped, // a size that spells a tag, a tag that is a small number (TAG-01)
    tag_zero,             // TAG-01; of EngAllocMem EAM-06
    tag_without_alnum,    // TAG-08
    must_succeed,         // MS-04; of the FsRtl routines FPT-02
    // NX-01. The names NonPagedPool and NonPagedPoolExecute are one value, so a driver that means the latter
    // is warned too. Not of routines whose page lists no other type (FsRtl, Flt), nor of POOL_FLAGS, which
    // say it.
    executable_pool,
    uninitialised_bytes, // CON-02
};
inline constexpr std::size_t warning_kind_count = 7;

// Once for each call site and kind.
struct CallerWarning {
    WarningKind kind = WarningKind::tag_zero;
    const char* clause = "";    // its id
    const char* routine = "";   // the documented name
    std::uint64_t caller = 0;   // return address
    std::uint64_t argument = 0; // the one at fault; for uninitialised_bytes the address of the first
};

// Warnings that a machine keeps; those of further call sites are lost.
inline constexpr std::size_t max_warnings = 256;

// "routine, called by function at file:line: what is wrong (argument) [clause]". Function, file and line
// where the host has a symbolizer and the code its debug information, else module and offset; the symbolizer
// is a program that each call starts.
std::string to_text(const CallerWarning& warning);

} // namespace poolproof
