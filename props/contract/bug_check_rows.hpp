// The rows of the long bug-check tables, private to this room. Each is in the order of the documented table.
//
// Covers: the rows, and the reasons that many of them share for not being met. Does not cover: look-ups
// (tables.hpp).
#pragma once

#include "contract/tables.hpp"

namespace poolproof::contract {

std::span<const BugCheckRow> bad_pool_header_rows();     // 0x19
std::span<const BugCheckRow> special_pool_rows();        // 0xC1
std::span<const BugCheckRow> bad_pool_caller_rows();     // 0xC2
std::span<const BugCheckRow> verifier_rows();            // 0xC4, the sub-codes about pool
std::span<const BugCheckRow> kernel_heap_rows();         // 0x13A
std::span<const BugCheckEntry> system_bug_checks();      // codes of the rest of the system, ascending
inline constexpr std::string_view sub_code = "sub-code"; // the parameter that picks the row
inline constexpr std::string_view reserved;              // no meaning documented

// Why a row is not met.
inline constexpr std::string_view other_header_row =
    "no page says which damage is which row: the reference reports what it finds as 0x5, 0xF, 0x20 or 0x21";
inline constexpr std::string_view invalid_address =
    "the reference has no page frames: every address that no allocator returned is 0x46";
inline constexpr std::string_view bad_free =
    "another code documented for the same fault comes first: 0xC2 with 0x07, 0x46 or 0x41286";
inline constexpr std::string_view no_such_object = "the machine has no kernel objects of this kind";
inline constexpr std::string_view no_mdl = "the machine has no MDLs: page allocators are not on trial";
inline constexpr std::string_view tracking_internals =
    "a detail of Driver Verifier's own tables, which no page describes";
inline constexpr std::string_view other_part =
    "reported by a part of the system that a model of the pool does not have";

} // namespace poolproof::contract
