// The words of the text form, and which fields each op takes (see text.hpp). Does not cover: writing and
// reading lines.
#pragma once

#include "trace/op.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace poolproof::words {

inline constexpr std::array<std::string_view, op_kind_count> kinds = {
    "allocate", "free",     "read",         "write",    "irql",  "processor", "process",
    "budget",   "fail_nth", "special_pool", "verifier", "print", "query_tag", "query_event"};
inline constexpr std::array<std::string_view, 4> pointers = {"sN", "null", "user_address", "system_address"};
inline constexpr std::array<std::string_view, 3> modes = {"off", "verifier", "by_tag"};
inline constexpr std::array<std::string_view, 2> sides = {"end", "start"};
inline constexpr std::array<std::string_view, 2> pools = {"nonpaged", "paged"};
inline constexpr std::array<std::string_view, 2> switches = {"off", "on"};
inline constexpr std::array<std::string_view, 2> pool_events = {"low", "high"};
inline constexpr std::array<std::string_view, 2> profiles = {"32-bit", "64-bit"};

// Fields, KEY=VALUE. Bits of a mask.
enum Field : std::uint16_t {
    field_type = 1,
    field_flags = 2,
    field_size = 4,
    field_pages = 8,
    field_tag = 16,
    field_priority = 32,
    field_offset = 64,
    field_length = 128,
    field_mask = 256,
    field_node = 512,
    field_pool = 1024,
    field_side = 2048,
};
inline constexpr std::array<std::string_view, 12> fields = {
    "type", "flags", "size", "pages", "tag", "priority", "offset", "length", "mask", "node", "pool", "side"};

// The fields that an op with this kind, routine, pointer and mode takes (mask of Field).
constexpr unsigned fields_of(const Op& op) {
    switch (op.kind) {
    case OpKind::allocate:
        if (op.routine == Routine::EngAllocMem) {
            return field_flags | field_size | field_tag;
        }
        if (op.routine == Routine::EngAllocUserMem) {
            return field_size | field_tag;
        }
        return field_type | field_size | field_tag |
               (op.routine == Routine::ExAllocatePoolWithTagPriority ? unsigned{field_priority} : 0U);
    case OpKind::free:
        return (op.pointer == Pointer::of_slot ? unsigned{field_offset} : 0U) |
               (op.routine == Routine::ExFreePoolWithTag ? unsigned{field_tag} : 0U);
    case OpKind::read:
        return field_offset | field_length;
    case OpKind::write:
        return field_offset | field_length | field_mask;
    case OpKind::budget:
        return field_node | field_pool | field_pages;
    case OpKind::special_pool:
        return (op.mode != SpecialMode::off ? unsigned{field_side} : 0U) |
               (op.mode == SpecialMode::by_tag ? unsigned{field_tag} : 0U);
    case OpKind::print:
        return field_length;
    case OpKind::query_tag:
        return field_pool | field_tag;
    case OpKind::query_event:
        return field_pool;
    default:
        return 0;
    }
}

} // namespace poolproof::words
