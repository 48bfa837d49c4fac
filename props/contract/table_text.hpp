// Texts made of names and numbers, private to this room.
//
// Covers: what the tables of 32-bit values and of 64-bit flags share (tables.cpp, flag_tables.cpp). Does not
// cover: the tables. Pure functions; safe from any thread.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace poolproof::contract {

// "0x" and at least `least_digits` capital digits.
std::string hex(std::uint64_t value, unsigned least_digits = 1);
// Appends `part`, behind `separator` when something stands there already.
void append(std::string& text, std::string_view part, std::string_view separator);
// Decimal, or 0x and hex. Nothing when it is neither, or above `most`.
std::optional<std::uint64_t> parse_number(std::string_view text, std::uint64_t most);
// Without the blanks around it.
std::string_view trimmed(std::string_view text);

// The first entry with the value; null when there is none. An Entry has a name and a value.
template <class Entry> const Entry* find_value(std::span<const Entry> table, decltype(Entry::value) value) {
    for (const Entry& entry : table) {
        if (entry.value == value) {
            return &entry;
        }
    }
    return nullptr;
}

// Names the bits of `value` that `table` knows and appends the others as one number.
template <class Entry>
void append_bits(std::string& text, std::span<const Entry> table, decltype(Entry::value) value,
                 std::string_view separator) {
    for (const Entry& bit : table) {
        if ((value & bit.value) != 0) {
            append(text, bit.name, separator);
            value &= ~bit.value;
        }
    }
    if (value != 0) {
        append(text, hex(value), separator);
    }
}

// The bits by name, "0" for none.
template <class Entry>
std::string name_of_bits(std::span<const Entry> table, decltype(Entry::value) value,
                         std::string_view separator) {
    std::string text;
    append_bits(text, table, value, separator);
    return text.empty() ? "0" : text;
}

// One name or one number.
template <class Entry>
std::optional<decltype(Entry::value)> parse_one(std::span<const Entry> table, std::string_view text) {
    using Value = decltype(Entry::value);
    for (const Entry& entry : table) {
        if (entry.name == text) {
            return entry.value;
        }
    }
    if (const auto number = parse_number(text, std::numeric_limits<Value>::max())) {
        return static_cast<Value>(*number);
    }
    return std::nullopt;
}

// Names of either table and numbers, joined by '|' and OR-ed. Nothing when a part is neither.
template <class Entry>
std::optional<decltype(Entry::value)> parse_joined(std::span<const Entry> bases, std::span<const Entry> bits,
                                                   std::string_view text) {
    decltype(Entry::value) value = 0;
    for (bool more = true; more;) {
        const auto bar = text.find('|');
        more = bar != std::string_view::npos;
        const std::string_view part = trimmed(text.substr(0, bar));
        auto parsed = parse_one(bases, part);
        if (!parsed) {
            parsed = parse_one(bits, part);
        }
        if (!parsed) {
            return std::nullopt;
        }
        value |= *parsed;
        text.remove_prefix(more ? bar + 1 : text.size());
    }
    return value;
}

} // namespace poolproof::contract
