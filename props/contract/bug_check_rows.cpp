// Bug checks that the pool allocator itself reports: 0x19, 0xC1, 0xC2 and 0x13A (contract facts 12.1 to 12.3,
// 12.5). Does not cover: Driver Verifier's 0xC4 (bug_check_verifier_rows.cpp).
#include "contract/bug_check_rows.hpp"

namespace poolproof::contract {
namespace {

constexpr std::string_view freed_header_changed =
    "header of a freed block was changed, usually by an overrun of the block before it";
constexpr std::string_view quota_on_corrupt_block = "quota release on a corrupt block";

constexpr std::string_view other_heap =
    "found by another kind of kernel heap: the reference reports the like as 0x19 and 0xC2";

constexpr BugCheckRow bad_pool_header[] = {
    {0x2,
     "special-pool pattern damaged",
     {sub_code, "pool entry", "block size", "0"},
     "special pool reports a damaged pattern as 0xC1"},
    {0x3,
     "free list corrupt",
     {sub_code, "pool entry", "forward link read back", "backward link read back"},
     other_header_row},
    {0x5,
     "two neighbouring headers contradict each other",
     {sub_code, "pool entry", reserved, "other entry"}},
    {0x6,
     "previous-size field of a header is too large",
     {sub_code, "miscalculated entry", reserved, "bad entry"},
     other_header_row},
    {0x7, "size field of a header is corrupt", {sub_code, "0", reserved, "bad entry"}, other_header_row},
    {0x8, "size field of a header is zero", {sub_code, "0", reserved, "bad entry"}, other_header_row},
    {0x9,
     "size field of a header is too large",
     {sub_code, "miscalculated entry", reserved, "bad entry"},
     other_header_row},
    {0xA,
     "size field of a header is corrupt",
     {sub_code, "entry that was not found", reserved, "page"},
     other_header_row},
    {0xD, freed_header_changed, {sub_code, reserved, reserved, reserved}, other_header_row},
    {0xE, freed_header_changed, {sub_code, reserved, reserved, reserved}, other_header_row},
    {0xF, freed_header_changed, {sub_code, reserved, reserved, reserved}},
    {0x20,
     "size field of a header is corrupt",
     {sub_code, "entry that was not found", "next entry", reserved}},
    {0x21,
     "bytes after the block were overwritten, found at the free",
     {sub_code, "pointer being freed", "bytes allocated", "corrupt value after the block"}},
    {0x22,
     "no tracking entry: freed twice, or never allocated",
     {sub_code, "address being freed", reserved, reserved},
     bad_free},
    {0x23, freed_header_changed, {sub_code, reserved, reserved, reserved}, other_header_row},
    {0x24, freed_header_changed, {sub_code, reserved, reserved, reserved}, other_header_row},
    {0x25, freed_header_changed, {sub_code, reserved, reserved, reserved}, other_header_row},
};

constexpr BugCheckRow special_pool[] = {
    {0x20, "free of pool that is not allocated", {"address freed", reserved, "0", sub_code}},
    {0x21, "free of a bad address", {"address freed", "bytes requested", "bytes given", sub_code}},
    {0x22,
     "free of a bad address",
     {"address freed", "bytes requested", "bytes given", sub_code},
     "what separates it from 0x21 is not stated: the reference reports 0x21"},
    {0x23, "bytes near the block were damaged", {"address freed", "corrupt address", reserved, sub_code}},
    {0x24, "bytes after the block were damaged", {"address freed", "corrupt address", reserved, sub_code}},
    {0x30, "allocation at a wrong IRQL", {"IRQL", "pool type", "bytes", sub_code}},
    {0x31, "free at a wrong IRQL", {"IRQL", "pool type", "address", sub_code}},
    {0x32, "one bit near the block is wrong", {"address freed", "address of the bit", reserved, sub_code}},
};

constexpr BugCheckRow bad_pool_caller[] = {
    {0x00,
     "request for zero bytes",
     {sub_code, "0", "pool type", "tag"},
     "the policy zero_bytes chooses it, which no trace sets; by default the smallest block"},
    {0x01, "pool header corrupt", {sub_code, "pool header", "header contents", "0"}},
    {0x02,
     "pool header corrupt",
     {sub_code, "pool header", "header contents", "0"},
     "what separates the three is not stated: the reference reports 0x01"},
    {0x04,
     "pool header corrupt",
     {sub_code, "pool header", "header contents", "0"},
     "what separates the three is not stated: the reference reports 0x01"},
    {0x06,
     "block was freed before",
     {sub_code, reserved, "pool header", "header contents"},
     "what separates it from 0x07 is not stated: the reference reports 0x07"},
    {0x07, "block was freed before", {sub_code, reserved, "header contents", "block"}},
    {0x08, "allocation at a bad IRQL", {sub_code, "IRQL", "pool type", "bytes"}},
    {0x09, "free at a bad IRQL", {sub_code, "IRQL", "pool type", "address"}},
    {0x0A,
     "freed with another tag than allocated with",
     {sub_code, "address", "tag of the allocation", "tag of the free"}},
    {0x0B,
     quota_on_corrupt_block,
     {sub_code, "address", "tag", "bad quota process"},
     "what separates the three is not stated: the reference reports 0x0C"},
    {0x0C, quota_on_corrupt_block, {sub_code, "address", "tag", "bad quota process"}},
    {0x0D,
     quota_on_corrupt_block,
     {sub_code, "address", "tag", "bad quota process"},
     "what separates the three is not stated: the reference reports 0x0C"},
    {0x40, "free of a user-mode address", {sub_code, "address", "start of system space", "0"}},
    {0x41,
     "free of nonpaged memory that is not allocated",
     {sub_code, "address", "page frame", "highest page frame"},
     invalid_address},
    {0x42, "free of an address that was never in a pool", {sub_code, "address", "0", "0"}, invalid_address},
    {0x43, "free of an address that was never in a pool", {sub_code, "address", "0", "0"}, invalid_address},
    {0x44,
     "free of nonpaged memory that is not allocated",
     {sub_code, "address", reserved, "0"},
     invalid_address},
    {0x46, "free of an invalid pool address", {sub_code, "address", "0", "0"}},
    {0x47,
     "free of nonpaged memory that is not allocated",
     {sub_code, "address", "page frame", "highest page frame"},
     invalid_address},
    {0x48,
     "free of paged memory that is not allocated",
     {sub_code, "address", reserved, reserved},
     invalid_address},
    {0x50,
     "free of paged memory that is not allocated",
     {sub_code, "address", "page offset in paged pool", "paged pool size"},
     invalid_address},
    {0x60,
     "bad pointer given to MmFreeContiguousMemory",
     {sub_code, "address", "0", "0"},
     "MmFreeContiguousMemory is not on trial"},
    {0x99, "free of an invalid address, or header corrupt", {sub_code, "address", "0", "0"}},
    {0x9A, "must-succeed memory requested", {sub_code, "pool type", "bytes", "tag"}},
    {0x9B, "tag is zero", {sub_code, "pool type", "bytes", "caller"}},
    {0x9C, "tag is BIG", {sub_code, "pool type", "bytes", "caller"}},
    {0x9D, "tag has neither letter nor digit", {sub_code, "tag", "pool type", "caller"}},
    {0x41286,
     "free of a paged address in the middle of a block",
     {sub_code, reserved, reserved, "page offset"}},
};

constexpr BugCheckRow kernel_heap[] = {
    {0x3, "entry header corrupt", {sub_code, "heap", "address", reserved}, other_heap},
    {0x4, "several entry headers corrupt", {sub_code, "heap", "address", reserved}, other_heap},
    {0x5, "header of a large block corrupt", {sub_code, "heap", "address", reserved}, other_heap},
    {0x6, "corruption like that of an overrun", {sub_code, "heap", "address", reserved}, other_heap},
    {0x7, "corruption like that of an underrun", {sub_code, "heap", "address", reserved}, other_heap},
    {0x8, "free block used as if it were busy", {sub_code, "heap", "address", reserved}, other_heap},
    {0x9, "bad argument", {sub_code, "heap", "address", reserved}, other_heap},
    {0xA, "heap type error", {sub_code, "heap", "address", reserved}, other_heap},
    {0xB, "corruption like that of a use after free", {sub_code, "heap", "address", reserved}, other_heap},
    {0xC, "wrong heap", {sub_code, "heap", "address", reserved}, other_heap},
    {0xD, "free list corrupt", {sub_code, "heap", "address", reserved}, other_heap},
    {0xE, "another list corrupt", {sub_code, "heap", "address", reserved}, other_heap},
    {0xF, "operation that a free block does not allow", {sub_code, "heap", "address", reserved}, other_heap},
    {0x10, "state like that after an overflow", {sub_code, "heap", "address", reserved}, other_heap},
    {0x11, "state like that after a double free", {sub_code, "heap", "address", reserved}, other_heap},
    {0x12, "state like that after a use after free", {sub_code, "heap", "address", reserved}, other_heap},
    {0x13, "heap handle is null", {sub_code, "heap", "address", reserved}, other_heap},
    {0x14, "request over the size limit", {sub_code, "heap", "address", reserved}, other_heap},
    {0x15, "request over the commit limit", {sub_code, "heap", "address", reserved}, other_heap},
    {0x16, "internal error", {sub_code, "heap", "address", reserved}, other_heap},
    {0x17, "list of delayed frees corrupt", {sub_code, "heap", "address", reserved}, other_heap},
};

} // namespace

std::span<const BugCheckRow> bad_pool_header_rows() {
    return bad_pool_header;
}
std::span<const BugCheckRow> special_pool_rows() {
    return special_pool;
}
std::span<const BugCheckRow> bad_pool_caller_rows() {
    return bad_pool_caller;
}
std::span<const BugCheckRow> kernel_heap_rows() {
    return kernel_heap;
}

} // namespace poolproof::contract
