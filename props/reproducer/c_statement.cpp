// Ops as statements in C (see c_source.hpp). Does not cover: the program around them (c_source.cpp).
#include "reproducer/c_source.hpp"

#include "contract/tables.hpp"
#include "trace/request.hpp"
#include "trace/text.hpp"

#include <ddi/winddi.h>

#include <cstdio>
#include <initializer_list>
#include <string_view>

namespace poolproof::reproducer {
namespace {

using std::to_string;

std::string hex(std::uint64_t value, int digits = 1) {
    char text[24];
    std::snprintf(text, sizeof text, "0x%0*llX", digits, static_cast<unsigned long long>(value));
    return text;
}

// NAME(A, B, C)
std::string call(std::string_view name, std::initializer_list<std::string> arguments) {
    std::string text(name);
    text += '(';
    for (const std::string& argument : arguments) {
        text += text.back() == '(' ? argument : ", " + argument;
    }
    return text + ")";
}

// A string in C has no question mark here, which may begin a trigraph.
std::string tag_of(const Op& op) {
    std::string letters;
    for (unsigned shift = 32; shift > 0; shift -= 8) {
        const auto c = static_cast<char>(op.tag >> (shift - 8) & 0xFFU);
        if (c == 0 && letters.empty()) {
            continue;
        }
        if (c < 0x20 || c > 0x7E || c == '"' || c == '\\' || c == '?' || c == '*') {
            return hex(op.tag, 8);
        }
        letters += c;
    }
    return letters.empty() ? "0" : "TAG(\"" + letters + "\")";
}

std::string number_of(std::uint64_t value) {
    return value <= 0x7FFFFFFFU ? to_string(value) : hex(value) + (value > 0xFFFFFFFFU ? "ull" : "u");
}

std::string type_of(const Op& op) {
    return name_of_pool_type(op.pool_type, " | ");
}

std::string flags_of(const Op& op) {
    if (traits_of(op.routine).type == TypeArgument::pool_flags) {
        const std::uint64_t flags = std::uint64_t{op.flags_high} << 32 | op.pool_type;
        return flags == 0 ? "0" : name_of_pool_flags(flags, " | ");
    }
    constexpr std::uint32_t named = FL_ZERO_MEMORY | FL_NONPAGED_MEMORY;
    return op.pool_type == 0 || (op.pool_type & ~named) != 0 ? number_of(op.pool_type)
                                                             : name_of_eng_flags(op.pool_type, " | ");
}

std::string entry_of(const ExtendedParameter& entry) {
    std::string text;
    if (entry.type == parameter_priority) {
        text = call("priority_entry", {to_string(entry.value)});
    } else if (entry.type == parameter_node) {
        text = call("node_entry", {to_string(entry.value)});
    } else if (entry.type == parameter_secure_pool) {
        text = call("secure_entry", {call("POOL", {to_string(entry.value % list_count)}),
                                     to_string(entry.value / list_count)});
    } else {
        text = call("other_entry", {to_string(entry.type), to_string(entry.value)});
    }
    text = entry.any_node ? call("any_node_entry", {text}) : text;
    return entry.optional ? call("optional_entry", {text}) : text;
}

std::string entries_of(const Op& op) {
    ExtendedParameter entries[max_parameters];
    const unsigned count = parameters_of(op, entries);
    if (count == 0) {
        return "NULL, 0";
    }
    std::string text = "(POOL_EXTENDED_PARAMETER[]){";
    for (unsigned i = 0; i < count; ++i) {
        text += (i == 0 ? "" : ", ") + entry_of(entries[i]);
    }
    return text + "}, " + to_string(count);
}

std::string block_of(const Op& op) {
    switch (op.pointer) {
    case Pointer::null:
        return "NULL";
    case Pointer::user_address:
        return "USER_ADDRESS";
    case Pointer::system_address:
        return "SYSTEM_ADDRESS";
    case Pointer::of_slot:
        break;
    }
    const bool ranged = op.kind == OpKind::call && op.routine == Routine::ExSecurePoolUpdate;
    return op.offset == 0 || ranged ? call("BLOCK", {to_string(op.slot)})
                                    : call("BLOCK_AT", {to_string(op.slot), to_string(op.offset)});
}

std::string list_of(const Op& op) {
    constexpr std::string_view names[] = {"NPAGED_LIST", "PAGED_LIST", "LIST_EX"};
    return call(names[list_kind_of(op.routine)], {to_string(op.index)});
}

std::string allocation(const Op& op) {
    const RoutineTraits& traits = traits_of(op.routine);
    const std::string size = number_of(op.size);
    const std::string index = to_string(op.index);
    if (traits.takes(takes_list)) {
        return call(traits.name, {list_of(op)});
    }
    if (traits.takes(takes_surface)) {
        return call(traits.name, {call("SURFACE", {index}), size, tag_of(op)});
    }
    if (traits.takes(takes_instance)) {
        return call(traits.name, {call("INSTANCE", {index}), type_of(op), size, tag_of(op)});
    }
    if (traits.takes(takes_parameters)) {
        return call(traits.name, {flags_of(op), size, tag_of(op), entries_of(op)});
    }
    if (traits.takes(takes_priority)) {
        return call(traits.name, {type_of(op), size, tag_of(op), name_of_priority(op.priority)});
    }
    if (traits.type == TypeArgument::none) {
        return call(traits.name, {size, tag_of(op)});
    }
    const std::string kind = traits.type == TypeArgument::pool_type ? type_of(op) : flags_of(op);
    return traits.tag == TagRule::none ? call(traits.name, {kind, size})
                                       : call(traits.name, {kind, size, tag_of(op)});
}

std::string release(const Op& op) {
    const RoutineTraits& traits = traits_of(op.routine);
    const std::string index = to_string(op.index);
    if (traits.takes(takes_list)) {
        return call(traits.name, {list_of(op), block_of(op)});
    }
    if (traits.takes(takes_surface)) {
        return call(traits.name, {call("SURFACE", {index}), block_of(op)});
    }
    if (traits.takes(takes_instance)) {
        return call(traits.name, {call("INSTANCE", {index}), block_of(op), tag_of(op)});
    }
    if (traits.takes(takes_parameters)) {
        return call(traits.name, {block_of(op), tag_of(op), entries_of(op)});
    }
    return traits.tag == TagRule::none ? call(traits.name, {block_of(op)})
                                       : call(traits.name, {block_of(op), tag_of(op)});
}

std::string list_call(const Op& op) {
    const RoutineTraits& traits = traits_of(op.routine);
    if (!traits.takes(takes_size)) {
        return call(traits.name, {list_of(op)});
    }
    const bool is_ex = op.routine == Routine::ExInitializeLookasideListEx;
    const std::string suffix = is_ex ? "_ex" : "";
    const std::string allocate = op.level != 0 ? "own_allocate" + suffix : "NULL";
    const std::string free = op.level != 0 ? "own_free" + suffix : "NULL";
    const std::string size = number_of(op.size);
    return is_ex ? call(traits.name, {list_of(op), allocate, free, type_of(op), number_of(op.flags_high),
                                      size, tag_of(op), "0"})
                 : call(traits.name,
                        {list_of(op), allocate, free, number_of(op.pool_type), size, tag_of(op), "0"});
}

std::string other_call(const Op& op) {
    const std::string_view name = traits_of(op.routine).name;
    const std::string pool = call("POOL", {to_string(op.index)});
    const std::string cookie = to_string(op.priority);
    switch (op.routine) {
    case Routine::EngSecureMem:
        return call(name, {block_of(op), to_string(op.length)});
    case Routine::EngUnsecureMem:
        return call(name, {call("SECURED", {to_string(op.slot)})});
    case Routine::PsChargePoolQuota:
    case Routine::PsReturnPoolQuota:
        return call(name, {call("PROCESS", {to_string(op.index)}), type_of(op), number_of(op.size)});
    case Routine::ExCreatePool:
        return call(
            name, {number_of(op.pool_type), tag_of(op), "NULL", call("POOL_HANDLE", {to_string(op.index)})});
    case Routine::ExDestroyPool:
        return call(name, {pool});
    case Routine::ExSecurePoolUpdate:
        return call(name, {pool, tag_of(op), block_of(op), cookie,
                           op.offset < 0 ? "(SIZE_T)" + to_string(op.offset) : to_string(op.offset),
                           to_string(op.length), "bytes_to_write"});
    case Routine::ExSecurePoolValidate:
        return call(name, {pool, tag_of(op), block_of(op), cookie});
    default:
        return list_call(op);
    }
}

std::string pool_of(const Op& op) {
    return op.paged ? "paged" : "nonpaged";
}

std::string special_pool(const Op& op) {
    constexpr const char* modes[] = {"special_pool_off", "special_pool_verifier", "special_pool_by_tag"};
    return call("machine_special_pool", {modes[static_cast<unsigned>(op.mode)],
                                         op.side == Side::end ? "verify_end" : "verify_start", tag_of(op)});
}

std::string system_call(const Op& op) {
    const std::string index = to_string(op.index);
    const std::string level = to_string(op.level);
    switch (op.kind) {
    case OpKind::quota:
        return call("machine_quota", {index, pool_of(op), number_of(op.size)});
    case OpKind::query_quota:
        return call("query_quota", {index, pool_of(op)});
    case OpKind::driver:
        return call("machine_driver", {index});
    case OpKind::unload:
        return call("machine_unload", {index, level});
    case OpKind::low_resources:
        return call("machine_low_resources", {number_of(op.size), tag_of(op)});
    case OpKind::clock:
        return call("machine_clock", {number_of(op.size)});
    case OpKind::dpc:
        return call("machine_dpc", {level});
    case OpKind::idle:
        return call("machine_idle", {level, index});
    case OpKind::query_driver:
        return call("query_driver", {index, pool_of(op)});
    default:
        return call("query_verifier", {});
    }
}

std::string expression_of(const Op& op) {
    const std::string slot = to_string(op.slot);
    const std::string offset = to_string(op.offset);
    const std::string length = to_string(op.length);
    switch (op.kind) {
    case OpKind::allocate:
        return call("KEEP", {slot, allocation(op)});
    case OpKind::free:
        return release(op);
    case OpKind::read:
        return call("read_block", {slot, offset, length});
    case OpKind::write:
        return call("write_block", {slot, offset, length, hex(op.mask, 2)});
    case OpKind::irql:
        return call("machine_irql", {to_string(op.level)});
    case OpKind::processor:
        return call("machine_processor", {to_string(op.index)});
    case OpKind::process:
        return call("machine_process", {to_string(op.index)});
    case OpKind::budget:
        return call("machine_budget", {to_string(op.index), pool_of(op), number_of(op.size)});
    case OpKind::fail_nth:
        return call("machine_fail_nth", {number_of(op.size)});
    case OpKind::special_pool:
        return special_pool(op);
    case OpKind::verifier:
        return call("machine_verifier", {to_string(op.level), hex(op.pool_type)});
    case OpKind::print:
        return call("EngWritePrinter", {"NULL", call("BLOCK", {slot}), length, "NULL"});
    case OpKind::query_tag:
        return call("query_tag", {pool_of(op), tag_of(op)});
    case OpKind::query_event:
        return call("query_event", {to_string(op.level), pool_of(op)});
    case OpKind::call:
        return other_call(op);
    default:
        return system_call(op);
    }
}

} // namespace

std::string c_statement(const Op& op) {
    return expression_of(canonical(op)) + ";";
}

} // namespace poolproof::reproducer
