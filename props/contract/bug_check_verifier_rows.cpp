// Bug check 0xC4, what Driver Verifier reports of pool (contract facts 12.4). Does not cover: its deadlock,
// network and streaming ranges.
#include "contract/bug_check_rows.hpp"

namespace poolproof::contract {
namespace {

constexpr std::string_view write_past_end = "write past the end of the block, found at the free";
constexpr std::string_view tracked_value_wrong = "tracked value of the block is wrong at the free";

constexpr std::string_view other_tracked_value =
    "says of a damaged header in other parameters what 0x13C says: the reference reports 0x13C";

constexpr BugCheckRow verifier[] = {
    {0x00, "request for zero bytes", {sub_code, "IRQL", "pool type", "bytes"}},
    {0x01, "paged allocation above APC_LEVEL", {sub_code, "IRQL", "pool type", "bytes"}},
    {0x02, "nonpaged allocation above DISPATCH_LEVEL", {sub_code, "IRQL", "pool type", "bytes"}},
    {0x03,
     "must-succeed request above one page",
     {sub_code, reserved, reserved, reserved},
     "a must-succeed request of any size is 0xC2 with 0x9A first"},
    {0x10, "free of an address that no allocator returned", {sub_code, "bad address", "0", "0"}, bad_free},
    {0x11, "paged free above APC_LEVEL", {sub_code, "IRQL", "pool type", "address"}},
    {0x12, "nonpaged free above DISPATCH_LEVEL", {sub_code, "IRQL", "pool type", "address"}},
    {0x13, "block was freed before", {sub_code, reserved, "pool header", "header contents"}, bad_free},
    {0x14, "block was freed before", {sub_code, reserved, "pool header", "header contents"}, bad_free},
    {0x15, "freed block holds an active timer", {sub_code, "timer", "pool type", "address"}, no_such_object},
    {0x16, "bad address or bad parameters at a free", {sub_code, reserved, "pool address", "0"}, bad_free},
    {0x17,
     "freed block holds an active ERESOURCE",
     {sub_code, "ERESOURCE entry", "pool type", "address"},
     no_such_object},
    {0x51, write_past_end, {sub_code, "block", "reference beyond the end", "bytes charged"}},
    {0x52, write_past_end, {sub_code, "block", "hash entry", "bytes charged"}, tracking_internals},
    {0x53, write_past_end, {sub_code, "block", "header", reserved}, tracking_internals},
    {0x54, write_past_end, {sub_code, "block", reserved, "hash size"}, tracking_internals},
    {0x59, write_past_end, {sub_code, "block", "list index", reserved}, tracking_internals},
    {0x60,
     "unload with live blocks",
     {sub_code, "paged bytes", "nonpaged bytes", "blocks not freed"},
     "the policy unload_check chooses it, which no trace sets; by default 0x62"},
    {0x61, "allocation during unload", {sub_code, "paged bytes", "nonpaged bytes", "blocks not freed"}},
    {0x62, "unload with live blocks", {sub_code, "driver name", reserved, "blocks not freed"}},
    {0x7D, "MmUnlockPages on an MDL of nonpaged pool", {sub_code, "MDL", "MDL flags", "0"}, no_mdl},
    {0x7F,
     "MmBuildMdlForNonPagedPool on an MDL of paged pool",
     {sub_code, "IRQL", "MDL", "MDL flags"},
     no_mdl},
    {0xB0,
     "locking of an MDL built for nonpaged pool",
     {sub_code, "MDL", "MDL flags", "incorrect flags"},
     no_mdl},
    {0xB1,
     "locking of an MDL built for nonpaged pool",
     {sub_code, "MDL", "MDL flags", "incorrect flags"},
     no_mdl},
    {0xCA, "lookaside list initialised again", {sub_code, "list", reserved, reserved}},
    {0xCB, "lookaside list deleted that was never initialised", {sub_code, "list", reserved, reserved}},
    {0xCC, "freed block holds a live lookaside list", {sub_code, "list", "start of the block", "size"}},
    {0xCD, "block size of a lookaside list is too small", {sub_code, "list", "block size", "minimum"}},
    {0xD2,
     "freed block holds a live ERESOURCE",
     {sub_code, "ERESOURCE", "start of the block", "size"},
     no_such_object},
    {0xDF, "synchronization object in session space", {sub_code, "object", "0", "0"}, no_such_object},
    {0xE1,
     "address of a synchronization object is invalid or pageable",
     {sub_code, "object", reserved, reserved},
     no_such_object},
    {0x105, "ExFreePool used on an IRP", {sub_code, "IRP", "0", "0"}, no_such_object},
    {0x10A, "quota charged to the Idle process", {sub_code, "0", "0", "0"}},
    {0x10B, "quota charged from a DPC", {sub_code, "0", "0", "0"}},
    {0x130, "work item in session space", {sub_code, "work item", "0", "0"}, no_such_object},
    {0x131, "work item in pageable memory", {sub_code, "work item", "0", "0"}, no_such_object},
    {0x13A,
     tracked_value_wrong,
     {sub_code, "block", "bad value", "address of the bad value"},
     other_tracked_value},
    {0x13B,
     tracked_value_wrong,
     {sub_code, "block", "address of the bad value", "pointer to the bad page"},
     tracking_internals},
    {0x13C, tracked_value_wrong, {sub_code, "block", "bad value", "address of the bad value"}},
    {0x13D,
     tracked_value_wrong,
     {sub_code, "block", "address of the bad value", "expected value"},
     other_tracked_value},
    {0x13E,
     "address freed differs from the one tracked",
     {sub_code, "caller's address", "tracked address", "pointer to the tracked address"}},
    {0x13F,
     "size freed differs from the one tracked",
     {sub_code, "block", "bytes being freed", "pointer to the tracked size"}},
    {0x2000, "executable pool requested", {sub_code, "code address", "pool type", "tag"}},
    {0x2001,
     "executable page protection requested",
     {sub_code, "code address", "page protection", "0"},
     "the machine has no routine that changes the protection of pages"},
    {0x2002,
     "executable MDL mapping requested",
     {sub_code, "code address", "priority and mapping flags", "0"},
     no_mdl},
    {0x00020004, "DDI rule IrqlExAllocatePool broken", {sub_code, "message", "state", reserved}},
    {0x00020006, "DDI rule IrqlExApcLte2 broken", {sub_code, "message", "state", reserved}},
};

} // namespace

std::span<const BugCheckRow> verifier_rows() {
    return verifier;
}

} // namespace poolproof::contract
