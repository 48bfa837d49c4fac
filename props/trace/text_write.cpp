// Writing the text form (see text.hpp). Does not cover: reading it (text_parse.cpp).
#include "contract/tables.hpp"
#include "trace/text.hpp"
#include "trace/words.hpp"

#include <bit>

namespace poolproof {
namespace {

using namespace words;

std::string hex(std::uint64_t value, unsigned digits) {
    std::string text = "0x";
    for (unsigned i = digits; i > 0; --i) {
        text += "0123456789ABCDEF"[value >> (4 * (i - 1)) & 15U];
    }
    return text;
}

// A literal of the characters from the first one that is not zero, when all of them may stand in one.
std::string tag_text(std::uint32_t tag) {
    std::string literal;
    for (unsigned shift = 32; shift > 0; shift -= 8) {
        const auto c = static_cast<char>(tag >> (shift - 8) & 0xFFU);
        if (c == 0 && literal.empty()) {
            continue;
        }
        if (c < 0x20 || c > 0x7E || c == '\'' || c == '\\') {
            return hex(tag, 8);
        }
        literal += c;
    }
    return literal.empty() ? hex(tag, 8) : "'" + literal + "'";
}

// Sizes near the end of the range are easier to know in hexadecimal.
std::string size_text(std::uint64_t size) {
    return size <= 0xFFFFFFFFU ? std::to_string(size) : hex(size, 16);
}

void add(std::string& line, std::string_view word) {
    line += ' ';
    line += word;
}
void add(std::string& line, std::string_view key, std::string_view value) {
    add(line, key);
    line += '=';
    line += value;
}

std::string slot_text(const Op& op) {
    return "s" + std::to_string(op.slot);
}

void add_words(std::string& line, const Op& op) {
    switch (op.kind) {
    case OpKind::allocate:
        add(line, name_of(op.routine));
        add(line, slot_text(op));
        break;
    case OpKind::free:
        add(line, name_of(op.routine));
        add(line, op.pointer == Pointer::of_slot
                      ? slot_text(op)
                      : std::string(pointers[static_cast<std::size_t>(op.pointer)]));
        break;
    case OpKind::read:
    case OpKind::write:
    case OpKind::print:
        add(line, slot_text(op));
        break;
    case OpKind::irql:
        add(line, std::to_string(op.level));
        break;
    case OpKind::processor:
    case OpKind::process:
        add(line, std::to_string(op.index));
        break;
    case OpKind::fail_nth:
        add(line, size_text(op.size));
        break;
    case OpKind::special_pool:
        add(line, modes[static_cast<std::size_t>(op.mode)]);
        break;
    case OpKind::verifier:
    case OpKind::dpc:
    case OpKind::idle:
        add(line, switches[op.level]);
        break;
    case OpKind::query_event:
        add(line, pool_events[op.level]);
        break;
    case OpKind::call:
        add(line, name_of(op.routine));
        if (traits_of(op.routine).takes(takes_block)) {
            add(line, slot_text(op));
        }
        break;
    case OpKind::driver:
    case OpKind::unload:
    case OpKind::query_driver:
        add(line, std::to_string(op.index));
        break;
    case OpKind::low_resources:
    case OpKind::clock:
        add(line, size_text(op.size));
        break;
    case OpKind::budget:
    case OpKind::query_tag:
    case OpKind::quota:
    case OpKind::query_quota:
    case OpKind::query_verifier:
        break;
    }
}

std::string flags_text(const Op& op) {
    if (op.kind == OpKind::verifier) {
        return name_of_verifier_flags(op.pool_type, "|");
    }
    switch (traits_of(op.routine).type) {
    case TypeArgument::eng_flags:
        return name_of_eng_flags(op.pool_type, "|");
    case TypeArgument::pool_flags:
        return name_of_pool_flags(std::uint64_t{op.flags_high} << 32 | op.pool_type, "|");
    default:
        return hex(op.pool_type, 8);
    }
}

std::string parameters_text(const Op& op) {
    ExtendedParameter entries[max_parameters];
    std::string text;
    for (unsigned i = 0, count = parameters_of(op, entries); i < count; ++i) {
        text += i == 0 ? "" : ",";
        text += std::to_string(entries[i].type) + ":" + std::to_string(entries[i].value);
        text += entries[i].any_node ? ":any" : "";
        text += entries[i].optional ? ":optional" : "";
    }
    return text;
}

void add_indexes(std::string& line, unsigned used, const Op& op) {
    for (const Field field :
         {field_node, field_list, field_instance, field_surface, field_process, field_private}) {
        if ((used & field) != 0) {
            add(line, fields[static_cast<std::size_t>(std::countr_zero(unsigned{field}))],
                std::to_string(op.index));
        }
    }
}

void add_fields(std::string& line, const Op& op) {
    const unsigned used = fields_of(op);
    add_indexes(line, used, op);
    if ((used & field_type) != 0) {
        add(line, "type", name_of_pool_type(op.pool_type, "|"));
    }
    if ((used & field_flags) != 0 && (op.pool_type | op.flags_high) != 0) {
        add(line, "flags", flags_text(op));
    }
    if ((used & field_list_flags) != 0 && op.flags_high != 0) {
        add(line, "list_flags", hex(op.flags_high, 8));
    }
    if ((used & field_params) != 0 && op.extended != 0) {
        add(line, "params", parameters_text(op));
    }
    if ((used & field_cookie) != 0) {
        add(line, "cookie", std::to_string(op.priority));
    }
    if ((used & field_phase) != 0 && op.level != 0) {
        add(line, "phase", phases[1]);
    }
    if ((used & field_routines) != 0 && op.level != 0) {
        add(line, "routines", callbacks[1]);
    }
    if ((used & field_pool) != 0) {
        add(line, "pool", pools[op.paged ? 1 : 0]);
    }
    if ((used & field_size) != 0) {
        add(line, "size", size_text(op.size));
    }
    if ((used & field_pages) != 0) {
        add(line, "pages", size_text(op.size));
    }
    if ((used & field_offset) != 0 && (op.kind != OpKind::free || op.offset != 0)) {
        add(line, "offset", std::to_string(op.offset));
    }
    if ((used & field_length) != 0) {
        add(line, "length", std::to_string(op.length));
    }
    if ((used & field_mask) != 0) {
        add(line, "mask", hex(op.mask, 2));
    }
    if ((used & field_side) != 0 && op.side != Side::end) {
        add(line, "side", sides[static_cast<std::size_t>(op.side)]);
    }
    if ((used & field_tag) != 0) {
        add(line, "tag", tag_text(op.tag));
    }
    if ((used & field_priority) != 0 && op.priority != Op{}.priority) {
        add(line, "priority", name_of_priority(op.priority));
    }
}

} // namespace

std::string to_text(const Op& op) {
    const Op written = canonical(op);
    std::string line(kinds[static_cast<std::size_t>(written.kind)]);
    add_words(line, written);
    add_fields(line, written);
    return line;
}

std::string to_text(const Trace& trace) {
    std::string text = "poolproof-trace 2 ";
    text += profiles[trace.is_64_bit ? 1 : 0];
    text += '\n';
    for (const Op& op : trace.ops) {
        text += to_text(op);
        text += '\n';
    }
    return text;
}

} // namespace poolproof
