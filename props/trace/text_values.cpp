// The values of fields (see line_parser.hpp). Does not cover: which fields an op takes (words.hpp).
#include "trace/line_parser.hpp"

#include <algorithm>

namespace poolproof {

using namespace words;

bool LineParser::number(const char* what, std::string_view text, std::uint64_t first, std::uint64_t last,
                        std::uint64_t& value) {
    const auto parsed = parse_number(text);
    if (!parsed || *parsed < first || *parsed > last) {
        return fail(std::string(what) + ", " + std::to_string(first) + " to " + std::to_string(last), text);
    }
    value = *parsed;
    return true;
}

template <class T>
bool LineParser::choice(const std::array<std::string_view, 2>& names, std::string_view text, T& value) {
    if (text != names[0] && text != names[1]) {
        return fail("one of " + list_of(names), text);
    }
    value = static_cast<T>(text == names[1]);
    return true;
}

// POOL_FLAGS have 64 bits, in two fields of the op; flags that have no names are numbers.
bool LineParser::read_flags(std::string_view value) {
    std::optional<std::uint64_t> parsed;
    std::string known;
    if (op_.kind == OpKind::verifier) {
        parsed = parse_verifier_flags(value);
        known = list_of(names_in(verifier_flags()));
    } else if (traits_of(op_.routine).type == TypeArgument::pool_flags) {
        parsed = parse_pool_flags(value);
        known = list_of(names_in(pool_flags()));
    } else {
        parsed = parse_number(value);
    }
    const bool wide = op_.kind != OpKind::verifier && traits_of(op_.routine).type == TypeArgument::pool_flags;
    if (!parsed || *parsed > (wide ? UINT64_MAX : 0x7FFFFFFFU)) {
        return fail("flags joined by |" + (known.empty() ? "" : ", of " + known) + ", or a number of " +
                        (wide ? "64" : "31") + " bits",
                    value);
    }
    op_.pool_type = static_cast<std::uint32_t>(*parsed);
    op_.flags_high = static_cast<std::uint32_t>(*parsed >> 32);
    return true;
}

// type:value, then :any and :optional where they are set; two entries are parted by a comma.
bool LineParser::read_parameters(std::string_view value) {
    const std::string expected =
        "entries TYPE:VALUE[:any][:optional], parted by a comma, at most " + std::to_string(max_parameters);
    for (unsigned entry = 0; entry < max_parameters; ++entry) {
        const std::string_view whole = value;
        std::string_view one = value.substr(0, value.find(','));
        value.remove_prefix(std::min(value.size(), one.size() + 1));
        const auto part = [&one] {
            const std::string_view found = one.substr(0, one.find(':'));
            one.remove_prefix(std::min(one.size(), found.size() + 1));
            return found;
        };
        const auto type = parse_number(part());
        const auto number = parse_number(part());
        if (!type || *type > 15 || !number || *number > 255) {
            return fail(expected, whole);
        }
        ExtendedParameter parameter{static_cast<std::uint8_t>(*type), static_cast<std::uint8_t>(*number),
                                    false, false};
        while (!one.empty()) {
            const std::string_view word = part();
            if (word != "any" && word != "optional") {
                return fail(expected, whole);
            }
            (word == "any" ? parameter.any_node : parameter.optional) = true;
        }
        op_.extended |= packed(parameter) << (16 * entry);
        if (value.empty()) {
            return true;
        }
    }
    return fail(expected, value);
}

bool LineParser::read_small(std::uint64_t first, std::uint64_t last, const char* what, std::string_view value,
                            std::uint8_t& into) {
    std::uint64_t parsed = 0;
    const bool good = number(what, value, first, last, parsed);
    into = static_cast<std::uint8_t>(parsed);
    return good;
}

bool LineParser::read_index(const char* what, std::string_view value) {
    return read_small(0, list_count - 1, what, value, op_.index);
}

bool LineParser::read_tagged_value(Field field, std::string_view value) {
    std::optional<std::uint32_t> parsed;
    std::string expected;
    if (field == field_tag) {
        parsed = parse_tag(value);
        expected = "a tag, 'c' to 'cccc' or 0xHHHHHHHH";
    } else if (field == field_type) {
        parsed = parse_pool_type(value);
        expected = "pool types and modifiers joined by |, of " + list_of(names_in(pool_types())) + ", " +
                   list_of(names_in(pool_type_modifiers())) + ", or a number of 31 bits";
    } else {
        parsed = parse_eng_flags(value);
        expected = "flags joined by |, of " + list_of(names_in(eng_flags())) + ", or a number of 31 bits";
    }
    if (!parsed || (field != field_tag && *parsed > 0x7FFFFFFFU)) {
        return fail(expected, value);
    }
    (field == field_tag ? op_.tag : op_.pool_type) = *parsed;
    return true;
}

bool LineParser::read_field(Field field, std::string_view value) {
    std::uint64_t parsed = 0;
    bool good = false;
    switch (field) {
    case field_size:
        return number("bytes", value, 0, op_.routine == Routine::EngAllocMem ? UINT32_MAX : UINT64_MAX,
                      op_.size);
    case field_pages:
        return number("pages", value, 0, UINT64_MAX, op_.size);
    case field_length:
        good = number("bytes", value, 1, max_touch, parsed);
        op_.length = static_cast<std::uint32_t>(parsed);
        return good;
    case field_mask:
        return read_small(1, 255, "a mask", value, op_.mask);
    case field_node:
        return read_small(0, node_count - 1, "a node", value, op_.index);
    case field_offset: {
        const auto offset = parse_signed(value);
        if (!offset || *offset < INT32_MIN || *offset > INT32_MAX) {
            return fail("an offset, a signed number of 32 bits", value);
        }
        op_.offset = static_cast<std::int32_t>(*offset);
        return true;
    }
    case field_priority: {
        const auto priority = parse_priority(value);
        if (!priority || *priority > 63) {
            return fail("a priority, one of " + list_of(names_in(priorities())) + ", or 0 to 63", value);
        }
        op_.priority = static_cast<std::uint8_t>(*priority);
        return true;
    }
    case field_flags:
        return op_.kind != OpKind::verifier && traits_of(op_.routine).type == TypeArgument::eng_flags
                   ? read_tagged_value(field, value)
                   : read_flags(value);
    case field_params:
        return read_parameters(value);
    case field_list:
        return read_index("a list", value);
    case field_instance:
        return read_index("an instance", value);
    case field_surface:
        return read_index("a surface", value);
    case field_process:
        return read_index("a process", value);
    case field_private:
        return read_index("a private pool", value);
    case field_cookie:
        return read_small(0, 63, "a cookie", value, op_.priority);
    case field_phase:
        return choice(phases, value, op_.level);
    case field_routines:
        return choice(callbacks, value, op_.level);
    case field_list_flags:
        good = number("flags", value, 0, UINT32_MAX, parsed);
        op_.flags_high = static_cast<std::uint32_t>(parsed);
        return good;
    case field_pool:
        return choice(pools, value, op_.paged);
    case field_side:
        return choice(sides, value, op_.side);
    default:
        return read_tagged_value(field, value);
    }
}

} // namespace poolproof
