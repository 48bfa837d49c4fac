// The words of the text form, and which fields each op takes (see text.hpp). Does not cover: writing and
// reading lines.
#pragma once

#include "trace/op.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace poolproof::words {

inline constexpr std::array<std::string_view, op_kind_count> kinds = {
    "allocate", "free",     "read",         "write",         "irql",   "processor",     "process",
    "budget",   "fail_nth", "special_pool", "verifier",      "print",  "query_tag",     "query_event",
    "call",     "quota",    "query_quota",  "driver",        "unload", "low_resources", "clock",
    "dpc",      "idle",     "query_driver", "query_verifier"};
inline constexpr std::array<std::string_view, 4> pointers = {"sN", "null", "user_address", "system_address"};
inline constexpr std::array<std::string_view, 3> modes = {"off", "verifier", "by_tag"};
inline constexpr std::array<std::string_view, 2> sides = {"end", "start"};
inline constexpr std::array<std::string_view, 2> pools = {"nonpaged", "paged"};
inline constexpr std::array<std::string_view, 2> switches = {"off", "on"};
inline constexpr std::array<std::string_view, 2> pool_events = {"low", "high"};
inline constexpr std::array<std::string_view, 2> profiles = {"32-bit", "64-bit"};

// Fields, KEY=VALUE. Bits of a mask.
enum Field : std::uint32_t {
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
    field_params = 1 << 12,
    field_list = 1 << 13,
    field_instance = 1 << 14,
    field_surface = 1 << 15,
    field_process = 1 << 16,
    field_private = 1 << 17,
    field_routines = 1 << 18,
    field_list_flags = 1 << 19,
    field_cookie = 1 << 20,
    field_phase = 1 << 21,
};
inline constexpr std::array<std::string_view, 22> fields = {
    "type",    "flags",   "size",     "pages",      "tag",    "priority", "offset",   "length",
    "mask",    "node",    "pool",     "side",       "params", "list",     "instance", "surface",
    "process", "private", "routines", "list_flags", "cookie", "phase"};
inline constexpr std::array<std::string_view, 2> callbacks = {"system", "own"};
inline constexpr std::array<std::string_view, 2> phases = {"end", "begin"};

// The fields of the arguments that the op's routine takes.
inline unsigned arguments_of(const Op& op) {
    const RoutineTraits& traits = traits_of(op.routine);
    const auto field = [&traits](Argument argument, Field of) {
        return traits.takes(argument) ? unsigned{of} : 0U;
    };
    unsigned used = traits.type == TypeArgument::none        ? 0U
                    : traits.type == TypeArgument::pool_type ? unsigned{field_type}
                                                             : unsigned{field_flags};
    used |= traits.tag == TagRule::none ? 0U : unsigned{field_tag};
    used |= op.routine == Routine::ExInitializeLookasideListEx ? unsigned{field_list_flags} : 0U;
    used |= field(takes_size, field_size) | field(takes_priority, field_priority) |
            field(takes_parameters, field_params) | field(takes_list, field_list) |
            field(takes_instance, field_instance) | field(takes_surface, field_surface) |
            field(takes_process, field_process) | field(takes_pool, field_private) |
            field(takes_cookie, field_cookie);
    used |= traits.takes(takes_range) ? field_offset | field_length : 0U;
    used |= traits.takes(takes_list) && traits.takes(takes_size) ? unsigned{field_routines} : 0U;
    return used;
}

// The fields that an op with this kind, routine, pointer and mode takes (mask of Field).
inline unsigned fields_of(const Op& op) {
    switch (op.kind) {
    case OpKind::allocate:
    case OpKind::call:
        return arguments_of(op);
    case OpKind::free:
        return (op.pointer == Pointer::of_slot ? unsigned{field_offset} : 0U) | arguments_of(op);
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
    case OpKind::query_driver:
        return field_pool;
    case OpKind::idle:
        return op.level != 0 ? unsigned{field_process} : 0U;
    case OpKind::unload:
        return field_phase;
    case OpKind::verifier:
        return op.level != 0 ? unsigned{field_flags} : 0U;
    case OpKind::quota:
        return field_process | field_pool | field_size;
    case OpKind::query_quota:
        return field_process | field_pool;
    case OpKind::low_resources:
        return field_tag;
    default:
        return 0;
    }
}

} // namespace poolproof::words
