// Bug checks of the rest of the system that the pool pages name: work items, timers, unloads, sessions,
// network pools, exhaustion (contract facts 12.4 and 12.5). Does not cover: what the allocator and Driver
// Verifier report themselves (bug_checks.cpp).
#include "contract/bug_check_rows.hpp"

namespace poolproof::contract {
namespace {

constexpr std::string_view no_unload =
    "the machine's drivers leave nothing but blocks behind: 0xC4 with 0x60 or 0x62";
constexpr std::string_view live_dump = "a live dump, after which the system goes on: no call ends with it";
constexpr std::string_view exhaustion =
    "the reference answers a shortage with NULL or a raise, as the routine does";
constexpr std::string_view queue = "queue number";

constexpr BugCheckRow no_more_ptes[] = {
    {0,
     "no contiguous address space: system expansion",
     {sub_code, "entries requested", "free entries", "total entries"},
     exhaustion},
    {1,
     "no contiguous address space: nonpaged pool expansion",
     {sub_code, "entries requested", "free entries", "total entries"},
     exhaustion},
};
constexpr BugCheckRow no_pages[] = {
    {0,
     "memory exhausted; with little nonpaged pool left the storage stack ran short of it",
     {"dirty pages", "dirty pages bound for the page file", "nonpaged pool available",
      "last error of the writer"},
     exhaustion},
};
constexpr BugCheckRow session_pool[] = {
    {0,
     "session ended with live pool, a live dump",
     {"session", "paged bytes", "nonpaged bytes", "blocks left: upper half nonpaged, lower half paged"},
     live_dump},
};
constexpr BugCheckRow hal_memory[] = {
    {0, "HAL got no nonpaged pool", {"bytes", "0", "file name", reserved}, other_part},
};
constexpr BugCheckRow timer_or_dpc[] = {
    {0,
     "timer in memory where none may be",
     {sub_code, "timer", "start of the range", "end of the range"},
     no_such_object},
    {1,
     "DPC in memory where none may be",
     {sub_code, "DPC", "start of the range", "end of the range"},
     no_such_object},
    {2,
     "DPC routine in memory where none may be",
     {sub_code, "routine", "start of the range", "end of the range"},
     no_such_object},
    {3,
     "bad processor number of a DPC",
     {sub_code, "DPC", "processor", "processors present"},
     no_such_object},
    {4,
     "APC disable count changed by a DPC routine",
     {sub_code, "routine", "count before", "count after"},
     no_such_object},
    {5,
     "APC disable count changed by a timer's DPC routine",
     {sub_code, "routine", "count before", "count after"},
     no_such_object},
};
constexpr BugCheckRow locked_pages[] = {
    {0,
     "process ended with pages that a driver locked",
     {"lock tracking structure", "0", "MDL", "locked pages"},
     no_mdl},
};
constexpr BugCheckRow unloaded_pending[] = {
    {0,
     "driver unloaded and left a lookaside list, DPC or worker behind",
     {"address", "0 read, 1 write", "code address", reserved},
     no_unload},
};
constexpr BugCheckRow scan_at_raised_irql[] = {
    {0,
     "driver unloaded and left something behind, noticed at raised IRQL",
     {"address", "IRQL", "0 read, 1 write", "code address"},
     no_unload},
};
constexpr BugCheckRow file_area[] = {
    {0, "pool pages bound for the disk are corrupt", {reserved, reserved, reserved, reserved}, other_part},
};
constexpr BugCheckRow worker[] = {
    {0,
     "active work item freed",
     {sub_code, "work item", "start of the block", "end of the block"},
     no_such_object},
    {1, "active work item queued again", {sub_code, "work item", queue, "0"}, no_such_object},
    {2, "queued I/O work item freed", {sub_code, "work item", "I/O worker routine", "0"}, no_such_object},
    {3,
     "I/O work item initialised with an invalid object",
     {sub_code, "work item", "invalid object", "0"},
     no_such_object},
    {5,
     "work item queued before it was initialised",
     {sub_code, "work item", queue, "NUMA node, or -1"},
     no_such_object},
    {6, "invalid queue type", {sub_code, "work item", queue, "0"}, no_such_object},
    {7, "invalid worker routine", {sub_code, "work item", queue, "0"}, no_such_object},
};
constexpr BugCheckRow session_special_pool[] = {
    {0, "session ended with live special pool", {"session", "pages", reserved, reserved}, other_part},
};
constexpr BugCheckRow execute_attempt[] = {
    {0,
     "execution of memory that is not executable",
     {"address", "page table entry", reserved, reserved},
     "an op reads and writes memory: none executes it"},
};
constexpr BugCheckRow structure_corruption[] = {
    {0x27, "corruption of pool", {reserved, reserved, reserved, sub_code}, other_part},
    {0x28, "corruption of pool", {reserved, reserved, reserved, sub_code}, other_part},
    {0x29, "corruption of pool", {reserved, reserved, reserved, sub_code}, other_part},
    {0x101, "corruption of pool", {reserved, reserved, reserved, sub_code}, other_part},
};
constexpr BugCheckRow netio[] = {
    {1,
     "network pool: invalid block state",
     {sub_code, "block or MDL", "page", "processor's pool"},
     other_part},
    {2, "network pool: invalid MDL state", {sub_code, "MDL", "processor's pool", "pool header"}, other_part},
};
constexpr BugCheckRow security_check[] = {
    {3,
     "list entry corrupt, for one by the free of a block still on a list",
     {sub_code, "trap frame", "exception record", reserved},
     "found by list macros in driver code: no op of a trace keeps a list"},
};
constexpr BugCheckRow verifier_live_dump[] = {
    {0x00020004,
     "DDI rule IrqlExAllocatePool broken, a live dump",
     {sub_code, "message", reserved, reserved},
     live_dump},
    {0x00020006,
     "DDI rule IrqlExApcLte2 broken, a live dump",
     {sub_code, "message", reserved, reserved},
     live_dump},
};
constexpr BugCheckRow kasan[] = {
    {0,
     "illegal access in a driver built with KASAN",
     {"address touched", "bytes", "caller", "bits 0 to 7 shadow code, bit 8 write"},
     "found by the instrumentation of a driver: here AddressSanitizer takes its part"},
};

constexpr BugCheckEntry entries[] = {
    {0x3F, "NO_MORE_SYSTEM_PTES", 1, no_more_ptes},
    {0x4D, "NO_PAGES_AVAILABLE", 0, no_pages},
    {0xAB, "SESSION_HAS_VALID_POOL_ON_EXIT", 0, session_pool},
    {0xAC, "HAL_MEMORY_ALLOCATION", 0, hal_memory},
    {0xC7, "TIMER_OR_DPC_INVALID", 1, timer_or_dpc},
    {0xCB, "DRIVER_LEFT_LOCKED_PAGES_IN_PROCESS", 0, locked_pages},
    {0xCE, "DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS", 0, unloaded_pending},
    {0xD4, "SYSTEM_SCAN_AT_RAISED_IRQL_CAUGHT_IMPROPER_DRIVER_UNLOAD", 0, scan_at_raised_irql},
    {0xDE, "POOL_CORRUPTION_IN_FILE_AREA", 0, file_area},
    {0xE4, "WORKER_INVALID", 1, worker},
    {0xEC, "SESSION_HAS_VALID_SPECIAL_POOL_ON_EXIT", 0, session_special_pool},
    {0xFC, "ATTEMPTED_EXECUTE_OF_NOEXECUTE_MEMORY", 0, execute_attempt},
    {0x109, "CRITICAL_STRUCTURE_CORRUPTION", 4, structure_corruption},
    {0x126, "NETIO_INVALID_POOL_CALLER", 1, netio},
    {0x139, "KERNEL_SECURITY_CHECK_FAILURE", 1, security_check},
    {0x1C4, "DRIVER_VERIFIER_DETECTED_VIOLATION_LIVEDUMP", 1, verifier_live_dump},
    {0x1F2, "KASAN_ILLEGAL_ACCESS", 0, kasan},
};

} // namespace

std::span<const BugCheckEntry> system_bug_checks() {
    return entries;
}

} // namespace poolproof::contract
