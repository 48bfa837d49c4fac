// The bug-check table: codes, names and look-ups, with the rows of the codes that have few (contract facts
// 12.5). Does not cover: the rows of the long tables (bug_check_rows.cpp, bug_check_verifier_rows.cpp), and
// codes of the rest of the system (bug_check_system_rows.cpp).
#include "contract/bug_check_rows.hpp"

#include <algorithm>
#include <vector>

namespace poolproof {
namespace {

using contract::reserved;
using contract::sub_code;

constexpr std::array<std::string_view, 4> page_fault{"address touched", "0 read, 1 write", "code address",
                                                     reserved};
constexpr std::array<std::string_view, 4> corruption{"address touched", "IRQL", "0 read, 1 write",
                                                     "code address"};

constexpr BugCheckRow irql_not_less[] = {
    {0,
     "touch of pageable or invalid memory at too high an IRQL",
     {"address touched", "IRQL", "bit 0 write, bit 3 execute", "code address"},
     "the reference attributes such a touch to a driver: 0xD1"},
};
constexpr std::string_view memory_manager =
    "a report of the memory manager: the reference reports bad frees as 0xC2";
constexpr BugCheckRow memory_management[] = {
    {0x5200,
     "list of free pool blocks corrupt, earlier releases only",
     {sub_code, "block", "contents", "expected contents"},
     memory_manager},
    {0x5305, "free of a bad pool address", {sub_code, "address", "region size", reserved}, memory_manager},
    {0x41286, "free of a bad address", {sub_code, reserved, reserved, reserved}, memory_manager},
};
constexpr BugCheckRow must_succeed_empty[] = {
    {0,
     "must-succeed request that cannot be filled",
     {"bytes requested", "nonpaged pages in use", "nonpaged requests above a page", "pages available"},
     "a must-succeed request is 0xC2 with 0x9A first"},
};
constexpr BugCheckRow page_fault_nonpaged[] = {
    {0,
     "touch of memory that is not there",
     {"address touched", "0 read, 2 write, 10 execute; before Windows 10 and in part on Arm 1 is write",
      "code address",
      "0 entry marked free, 2 no valid entry, 3 wrong session, 4 not canonical, 0xF user address"}},
};
constexpr BugCheckRow corrupted_expool[] = {
    {0, "pool corrupt, usually a block below a page", corruption,
     "corruption of ordinary pool shows at a free: 0x19"},
};
constexpr BugCheckRow modifying_freed_pool[] = {
    {0,
     "touch of freed pool",
     {"address touched", "0 read, 1 write", "0 kernel mode, 1 user mode", reserved},
     "freed ordinary pool stays accessible: only freed special pool faults, as 0xCC"},
};
constexpr BugCheckRow freed_special_pool[] = {
    {0, "touch of freed special pool", page_fault},
};
constexpr BugCheckRow beyond_end[] = {
    {0, "touch beyond the end of a special-pool block", page_fault},
};
constexpr BugCheckRow corrupted_mmpool[] = {
    {0, "pool corrupt, usually a block of a page or more", corruption,
     "corruption of ordinary pool shows at a free: 0x19"},
};
constexpr BugCheckRow driver_irql_not_less[] = {
    {0,
     "touch of pageable or invalid memory at too high an IRQL, by a driver",
     {"address touched", "IRQL", "0 read, 1 write, 2 or 8 execute", "code address"}},
};
constexpr BugCheckRow driver_freed_special_pool[] = {
    {0, "touch of freed special pool, by a driver", page_fault,
     "the policy fault_names chooses it, which no trace sets; by default 0xCC"},
};
constexpr BugCheckRow driver_beyond_end[] = {
    {0, "touch beyond the end of a special-pool block, by a driver", page_fault,
     "the policy fault_names chooses it, which no trace sets; by default 0xCD"},
};

const std::vector<BugCheckEntry>& table() {
    static const std::vector<BugCheckEntry> entries = [] {
        std::vector<BugCheckEntry> all = {
            {0x0A, "IRQL_NOT_LESS_OR_EQUAL", 0, irql_not_less},
            {0x19, "BAD_POOL_HEADER", 1, contract::bad_pool_header_rows()},
            {0x1A, "MEMORY_MANAGEMENT", 1, memory_management},
            {0x41, "MUST_SUCCEED_POOL_EMPTY", 0, must_succeed_empty},
            {0x50, "PAGE_FAULT_IN_NONPAGED_AREA", 0, page_fault_nonpaged},
            {0xC1, "SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION", 4, contract::special_pool_rows()},
            {0xC2, "BAD_POOL_CALLER", 1, contract::bad_pool_caller_rows()},
            {0xC4, "DRIVER_VERIFIER_DETECTED_VIOLATION", 1, contract::verifier_rows()},
            {0xC5, "DRIVER_CORRUPTED_EXPOOL", 0, corrupted_expool},
            {0xC6, "DRIVER_CAUGHT_MODIFYING_FREED_POOL", 0, modifying_freed_pool},
            {0xCC, "PAGE_FAULT_IN_FREED_SPECIAL_POOL", 0, freed_special_pool},
            {0xCD, "PAGE_FAULT_BEYOND_END_OF_ALLOCATION", 0, beyond_end},
            {0xD0, "DRIVER_CORRUPTED_MMPOOL", 0, corrupted_mmpool},
            {0xD1, "DRIVER_IRQL_NOT_LESS_OR_EQUAL", 0, driver_irql_not_less},
            {0xD5, "DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL", 0, driver_freed_special_pool},
            {0xD6, "DRIVER_PAGE_FAULT_BEYOND_END_OF_ALLOCATION", 0, driver_beyond_end},
            {0x13A, "KERNEL_MODE_HEAP_CORRUPTION", 1, contract::kernel_heap_rows()},
        };
        const auto more = contract::system_bug_checks();
        all.insert(all.end(), more.begin(), more.end());
        std::sort(all.begin(), all.end(),
                  [](const BugCheckEntry& a, const BugCheckEntry& b) { return a.code < b.code; });
        return all;
    }();
    return entries;
}

} // namespace

std::span<const BugCheckEntry> bug_checks() {
    return table();
}

const BugCheckEntry* find_bug_check(std::uint32_t code) {
    const auto& entries = table();
    const auto found = std::lower_bound(entries.begin(), entries.end(), code,
                                        [](const BugCheckEntry& e, std::uint32_t c) { return e.code < c; });
    return found != entries.end() && found->code == code ? &*found : nullptr;
}

const BugCheckRow* find_row(std::uint32_t code, const std::array<std::uint64_t, 4>& parameters) {
    const BugCheckEntry* entry = find_bug_check(code);
    if (entry == nullptr) {
        return nullptr;
    }
    if (entry->sub_code_parameter == 0) {
        return &entry->rows.front();
    }
    const std::uint64_t wanted = parameters[entry->sub_code_parameter - 1U];
    for (const BugCheckRow& row : entry->rows) {
        if (row.sub_code == wanted) {
            return &row;
        }
    }
    return nullptr;
}

} // namespace poolproof
