// The register's entries that bear on the clauses of this version: contradictions (X) and silences.
#include "contract/register.hpp"

namespace poolproof {
namespace {

constexpr RegisterEntry entries[] = {
    {"X-01", "At exactly PAGE_SIZE one page of the quota routine promises less than page alignment.",
     "page-aligned from PAGE_SIZE on", ""},
    {"X-02", "Older texts promise 8-byte alignment on every system.", "16 bytes on 64-bit systems", ""},
    {"X-03", "The tail of a block above PAGE_SIZE is given out again, or it is wasted.",
     "never the caller's; giving it out again is optional", "tail_reuse"},
    {"X-04", "An index row calls ExAllocatePoolWithTag optionally cache-aligned; its own page does not.",
     "cache alignment is not promised", ""},
    {"X-05", "A zero tag is forbidden, is bug check 0xC2 with 0x9B, or gets NULL.",
     "the classic Ex routines bug-check or return NULL", "tag_zero"},
    {"X-06", "Tag characters are 0x20 to 0x7E, or 7-bit ASCII, or 0 to 127.",
     "0x20 to 0x7E for Ex routines, 7-bit for FsRtl", ""},
    {"X-07", "Short literals leave zero bytes, which no character range allows.",
     "trailing zero bytes are accepted", ""},
    {"X-08", "The hexadecimal form of a tag is its bytes in memory order, or its value.",
     "tags are compared by value; each display is a function of its own", ""},
    {"X-09", "A tag of punctuation keeps the character rule and is bug check 0xC2 with 0x9D all the same.",
     "both rules apply", ""},
    {"X-10", "Blocks without a tag count as \"None\", or under the tag of a header's macro.",
     "\"None\" unless a header defines otherwise", ""},
    {"X-11", "Besides the IRQL the environment must be considered, which nothing can test.", "ignored", ""},
    {"X-12", "Zero bytes: 0xC2 with 0x00, or 0xC4 with 0x00 under Driver Verifier only, or nothing stated.",
     "Driver Verifier: 0xC4 with 0x00; else the smallest block; FsRtl: anything but a crash", "zero_bytes"},
    {"X-13", "The raise flag's status is not named for Ex routines, and one return text knows NULL only.",
     "STATUS_INSUFFICIENT_RESOURCES, as an assumption", "raise_status"},
    {"X-14", "The lists of what the free routines take omit the priority routine and FsRtl's.",
     "ExFreePool and ExFreePoolWithTag take every Ex and FsRtl block", ""},
    {"X-15",
     "Special-pool variants of a priority count only in special pool, or bound the block by themselves.",
     "only in special pool", ""},
    {"X-26", "Must-succeed is obsolete, internal, unsupported, never permitted, or allowed up to one page.",
     "0xC2 with 0x9A always; 0xC4 with 0x03 is a table row only", ""},
    {"X-27",
     "A wrong tag at the free is always a bug check, is silent, or is checked for protected tags only.",
     "bug check", "tag_mismatch"},
    {"X-28", "Three static rules state one IRQL rule for different pairings and omit ExFreePool.",
     "one IRQL rule, applied to both free routines", ""},
    {"X-33", "FsRtl lists cache-aligned types that are internal elsewhere, and omits the no-execute type.",
     "both are accepted", ""},
    {"X-34", "Macro pages print no return value for EngAllocMem, EngAllocUserMem and the FsRtl macro.",
     "they return a pointer; on failure Eng returns NULL and FsRtl raises", ""},
    {"X-36", "User memory belongs to a thread's context, or to a process's.", "to the process", ""},
    {"X-38", "Special pool puts a block at the highest possible address, or at a rounded one.",
     "rounded, as the worked listings show", ""},
    {"X-39", "Blocks of a page or more are neither special nor tracked, yet a listing tracks one.",
     "not special, but tracked", ""},
    {"X-40", "GFlags' value 0x420 selects 1024 to 1040 bytes in an example, 1025 to 1040 by the rule.",
     "the rule", ""},
    {"X-42", "Special pool guards both sides, yet a block takes only two pages of address space.",
     "guards may be shared; both neighbours are inaccessible", ""},
    {"X-43", "Exactly the bytes asked for: below PAGE_SIZE, or up to it.",
     "exact up to PAGE_SIZE, where no tail exists", ""},
    {"X-44", "Automatic checks are part of some verifier flags, or are always performed.",
     "they follow the verifier switch", ""},
    {"unverified: status of a raise", "No page names the status that the raise flag of Ex routines raises.",
     "STATUS_INSUFFICIENT_RESOURCES; any error status passes", "raise_status"},
    {"unverified: priority thresholds", "No page says how full pool is when a priority may be failed.",
     "only plenty and complete exhaustion are certain", ""},
    {"unverified: event thresholds", "No page says at which amount a pool event is set or cleared.",
     "only an empty and a nearly full pool are certain", ""},
    {"unverified: special-pool pattern and quarantine",
     "No page tells the fill pattern, or how long a freed page stays inaccessible.",
     "any pattern; freed pages are used again last", "special_pattern"},
    {"unverified: NULL at a free", "No page says what NULL gets from ExFreePool or ExFreePoolWithTag.",
     "0xC2 with 0x46; anything but a crash of the subject passes", "null_free"},
    {"unverified: free without a tag",
     "That ExFreePool equals ExFreePoolWithTag with tag zero is on no page.", "ExFreePool checks no tag", ""},
    {"unverified: BIG value", "Which 32-bit value or values count as BIG is not stated.",
     "'BIG' and 'BIG ' as literals", ""},
    {"unverified: tag without letter or digit", "Whether sub-code 0x9D needs Driver Verifier is not stated.",
     "it does not", "tag_without_alnum"},
    {"unverified: PROTECTED_POOL", "A tag bit that demands tag checking at the free is on no Microsoft page.",
     "the bit has no meaning", ""},
    {"unverified: EngAllocMem silence", "IRQL, alignment and zero bytes are not documented for EngAllocMem.",
     "nothing is asserted", ""},
    {"unverified: Eng user memory on 64-bit", "The pages give 32-bit figures for user memory only.",
     "64 KB and the two halves hold on both; the figures do not", ""},
    {"unverified: zero bytes of EngAllocUserMem", "What a request for no user memory gets is not documented.",
     "anything but a crash passes", ""},
    {"unverified: APC_LEVEL value", "No page prints the number of APC_LEVEL.", "1, between 0 and 2", ""},
    {"unverified: immediate underrun", "No page names the bug check of a touch before a Verify Start block.",
     "0xCD; also 0xD6, 0x50 or a plain fault", ""},
    {"unverified: 32-bit details", "Beyond alignment and granularity no page tells 32-bit behaviour apart.",
     "as on 64-bit", ""},
    {"unverified: FsRtl inheritance",
     "That FsRtl blocks inherit alignment, nodes and events follows from a merged change note only.",
     "not asserted", ""},
    {"unverified: other priorities", "What a value outside the nine priorities does is not documented.",
     "served as Normal; anything but a crash passes", ""},
    {"unverified: undefined pool types", "What an undefined pool type does is not documented.",
     "unknown bits are ignored; anything but a crash passes", ""},
    {"unverified: bad pointer to EngFreeMem",
     "NULL, a second free and a foreign pointer are not documented for EngFreeMem.",
     "ignored; anything but a crash passes", ""},
    {"unverified: free in another process", "How EngFreeUserMem fails in another process is not stated.",
     "the call is refused and the block stays", ""},
    {"unverified: one changed bit", "For one changed bit 0x32 and 0x23 or 0x24 all fit.", "any of the three",
     ""},
    {"unverified: 0x21 or 0x22", "What separates sub-codes 0x21 and 0x22 of 0xC1 is not stated.",
     "0x21; either passes", ""},
};

} // namespace

std::span<const RegisterEntry> register_entries() {
    return entries;
}

const RegisterEntry* find_register_entry(std::string_view id) {
    for (const RegisterEntry& entry : entries) {
        if (entry.id == id) {
            return &entry;
        }
    }
    return nullptr;
}

} // namespace poolproof
