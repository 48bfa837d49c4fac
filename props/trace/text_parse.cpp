// Reading the text form (see text.hpp). Does not cover: the values of fields (text_values.cpp), writing it
// (text_write.cpp).
#include "trace/line_parser.hpp"

#include <algorithm>

namespace poolproof {

using namespace words;

namespace {
constexpr unsigned newest_version = 2;
}

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

namespace {

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
