// Reading the text form (see text.hpp). Does not cover: writing it (text_write.cpp).
#include "contract/tables.hpp"
#include "trace/scanner.hpp"
#include "trace/text.hpp"
#include "trace/words.hpp"

#include <algorithm>

namespace poolproof {
namespace {

using namespace words;

constexpr unsigned newest_version = 2;

template <class Names> std::string list_of(const Names& names) {
    std::string text;
    for (const auto& name : names) {
        if (!name.empty()) {
            text += text.empty() ? "" : ", ";
            text += name;
        }
    }
    return text;
}

template <class Value> std::vector<std::string_view> names_in(std::span<const Value> table) {
    std::vector<std::string_view> names;
    for (const Value& entry : table) {
        names.push_back(entry.name);
    }
    return names;
}

// Reads one line after another. Every read_* returns false after it has set `message`.
class LineParser {
  public:
    explicit LineParser(std::string_view line) : rest_(line) {}

    bool read_op();
    bool read_header(bool& is_64_bit, bool& future_version);
    Op op() const { return canonical(op_); }
    const std::string& message() const { return message_; }

  private:
    bool fail(const std::string& expected, std::string_view got) {
        message_ = "expected " + expected + "; got " + (got.empty() ? "the end of the line" : quoted(got));
        return false;
    }
    template <class Names> bool read_choice(const char* what, const Names& names, std::size_t& choice);
    template <class Enum, class Names> bool read_enum(const char* what, const Names& names, Enum& value);
    bool read_routine(Role role);
    bool read_slot(bool or_pointer);
    bool read_count(const char* what, std::uint64_t last, std::uint64_t& value);
    bool read_words();
    bool read_fields();
    bool read_field(Field field, std::string_view value);
    bool read_tagged_value(Field field, std::string_view value);
    bool read_flags(std::string_view value);
    bool read_parameters(std::string_view value);
    bool read_index(const char* what, std::string_view value);
    template <class T>
    bool choice(const std::array<std::string_view, 2>& names, std::string_view text, T& value);
    bool number(const char* what, std::string_view text, std::uint64_t first, std::uint64_t last,
                std::uint64_t& value);

    std::string_view rest_;
    Op op_;
    std::string message_;
};

template <class Names>
bool LineParser::read_choice(const char* what, const Names& names, std::size_t& choice) {
    const std::string_view word = next_word(rest_);
    const auto found = std::find(names.begin(), names.end(), word);
    if (word.empty() || found == names.end()) {
        return fail(std::string(what) + ", one of " + list_of(names), word);
    }
    choice = static_cast<std::size_t>(found - names.begin());
    return true;
}

template <class Enum, class Names>
bool LineParser::read_enum(const char* what, const Names& names, Enum& value) {
    std::size_t choice = 0;
    if (!read_choice(what, names, choice)) {
        return false;
    }
    value = static_cast<Enum>(choice);
    return true;
}

bool LineParser::read_routine(Role role) {
    std::array<std::string_view, routine_count> names{};
    for (const RoutineTraits& traits : routine_table) {
        const bool printed = traits.routine == Routine::EngWritePrinter; // has an op of its own
        if (traits.role == role && !printed) {
            names.at(static_cast<std::size_t>(traits.routine)) = traits.name;
        }
    }
    return read_enum("a routine", names, op_.routine);
}

bool LineParser::read_slot(bool or_pointer) {
    const std::string_view word = next_word(rest_);
    if (or_pointer) {
        const auto found = std::find(pointers.begin() + 1, pointers.end(), word);
        if (found != pointers.end()) {
            op_.pointer = static_cast<Pointer>(found - pointers.begin());
            return true;
        }
    }
    const auto slot = word.starts_with('s') ? parse_number(word.substr(1)) : std::nullopt;
    if (!slot || *slot >= slot_count) {
        return fail(or_pointer ? "s0 to s255, null, user_address or system_address" : "s0 to s255", word);
    }
    op_.slot = static_cast<std::uint8_t>(*slot);
    return true;
}

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

bool LineParser::read_count(const char* what, std::uint64_t last, std::uint64_t& value) {
    return number(what, next_word(rest_), 0, last, value);
}

bool LineParser::read_words() {
    std::uint64_t value = 0;
    switch (op_.kind) {
    case OpKind::allocate:
        return read_routine(Role::allocator) && read_slot(false);
    case OpKind::free:
        return read_routine(Role::release) && read_slot(true);
    case OpKind::call:
        return read_routine(Role::other) && (!traits_of(op_.routine).takes(takes_block) || read_slot(false));
    case OpKind::read:
    case OpKind::write:
    case OpKind::print:
        return read_slot(false);
    case OpKind::irql: {
        const bool good = read_count("an IRQL", 15, value);
        op_.level = static_cast<std::uint8_t>(value);
        return good;
    }
    case OpKind::processor:
    case OpKind::process: {
        const bool good = op_.kind == OpKind::process ? read_count("a process", process_count - 1, value)
                                                      : read_count("a processor", processor_count - 1, value);
        op_.index = static_cast<std::uint8_t>(value);
        return good;
    }
    case OpKind::fail_nth:
        return read_count("a count", UINT64_MAX, op_.size);
    case OpKind::clock:
        return read_count("seconds", UINT64_MAX, op_.size);
    case OpKind::low_resources:
        return read_count("allocations in 10,000", 10000, op_.size);
    case OpKind::driver:
    case OpKind::unload:
    case OpKind::query_driver: {
        const bool good = read_count("a driver", driver_count - 1, value);
        op_.index = static_cast<std::uint8_t>(value);
        return good;
    }
    case OpKind::special_pool:
        return read_enum("a mode", modes, op_.mode);
    case OpKind::verifier:
    case OpKind::dpc:
    case OpKind::idle:
        return read_enum("a switch", switches, op_.level);
    case OpKind::query_event:
        return read_enum("an event", pool_events, op_.level);
    case OpKind::budget:
    case OpKind::query_tag:
    case OpKind::quota:
    case OpKind::query_quota:
    case OpKind::query_verifier:
        return true;
    }
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

bool LineParser::read_index(const char* what, std::string_view value) {
    std::uint64_t parsed = 0;
    const bool good = number(what, value, 0, list_count - 1, parsed);
    op_.index = static_cast<std::uint8_t>(parsed);
    return good;
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
        good = number("a mask", value, 1, 255, parsed);
        op_.mask = static_cast<std::uint8_t>(parsed);
        return good;
    case field_node:
        good = number("a node", value, 0, node_count - 1, parsed);
        op_.index = static_cast<std::uint8_t>(parsed);
        return good;
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
        good = number("a cookie", value, 0, 63, parsed);
        op_.priority = static_cast<std::uint8_t>(parsed);
        return good;
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

bool LineParser::read_fields() {
    const unsigned taken = fields_of(op_);
    unsigned seen = 0;
    for (std::string_view word = next_word(rest_); !word.empty(); word = next_word(rest_)) {
        const auto equals = std::min(word.find('='), word.size());
        const auto found = std::find(fields.begin(), fields.end(), word.substr(0, equals));
        const unsigned bit = found == fields.end() ? 0U : 1U << (found - fields.begin());
        if ((bit & taken & ~seen) == 0 || equals == word.size()) {
            std::array<std::string_view, fields.size()> left{};
            for (std::size_t i = 0; i < fields.size(); ++i) {
                left.at(i) = (taken & ~seen & 1U << i) != 0 ? fields.at(i) : std::string_view();
            }
            const std::string known = list_of(left);
            return fail(known.empty() ? "the end of the line" : "KEY=VALUE with a key of " + known, word);
        }
        seen |= bit;
        if (!read_field(static_cast<Field>(bit), word.substr(equals + 1))) {
            return false;
        }
    }
    return true;
}

bool LineParser::read_op() {
    return read_enum("an op", kinds, op_.kind) && read_words() && read_fields();
}

bool LineParser::read_header(bool& is_64_bit, bool& future_version) {
    const std::string expected = "the header, poolproof-trace 2 64-bit or poolproof-trace 2 32-bit";
    std::string_view word = next_word(rest_);
    if (word != "poolproof-trace") {
        return fail(expected, word);
    }
    word = next_word(rest_);
    const auto version = parse_number(word);
    if (!version || *version == 0) {
        return fail(expected, word);
    }
    if (*version > newest_version) {
        future_version = true;
        return fail("version 2 of the format, the newest that this program reads", word);
    }
    std::size_t profile = 0;
    if (!read_choice("a profile", profiles, profile)) {
        return false;
    }
    is_64_bit = profile == 1;
    word = next_word(rest_);
    return word.empty() || fail("the end of the line", word);
}

std::string_view next_line(std::string_view& text) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    return line;
}

bool is_empty(std::string_view line) {
    return next_word(line).empty();
}

} // namespace

ParsedText parse_text(std::string_view text) {
    ParsedText result;
    bool header_read = false;
    while (!text.empty()) {
        const std::string_view line = next_line(text);
        ++result.line;
        if (is_empty(line)) {
            continue;
        }
        LineParser parser(line);
        const bool good = header_read ? parser.read_op()
                                      : parser.read_header(result.trace.is_64_bit, result.future_version);
        if (!good) {
            result.message = parser.message();
            return result;
        }
        if (header_read) {
            result.trace.ops.push_back(parser.op());
        }
        header_read = true;
    }
    if (!header_read) {
        result.line = std::max(result.line, 1U);
        result.message = "expected the header, poolproof-trace 2 64-bit or poolproof-trace 2 32-bit; got the "
                         "end of the text";
        return result;
    }
    result.ok = true;
    result.line = 0;
    return result;
}

} // namespace poolproof
