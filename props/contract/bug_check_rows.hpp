// The rows of the long bug-check tables, private to this room. Each is in the order of the documented table.
#pragma once

#include "contract/tables.hpp"

namespace poolproof::contract {

std::span<const BugCheckRow> bad_pool_header_rows();     // 0x19
std::span<const BugCheckRow> special_pool_rows();        // 0xC1
std::span<const BugCheckRow> bad_pool_caller_rows();     // 0xC2
std::span<const BugCheckRow> verifier_rows();            // 0xC4, the sub-codes about pool
std::span<const BugCheckRow> kernel_heap_rows();         // 0x13A
inline constexpr std::string_view sub_code = "sub-code"; // the parameter that picks the row
inline constexpr std::string_view reserved;              // no meaning documented

} // namespace poolproof::contract
