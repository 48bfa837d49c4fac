// The parser of one line of the text form, private to this room.
//
// Covers: the class; words and headers are read in text_parse.cpp, the values of fields in text_values.cpp.
// Does not cover: lines put together to a trace.
#pragma once

#include "contract/tables.hpp"
#include "trace/scanner.hpp"
#include "trace/text.hpp"
#include "trace/words.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace poolproof {

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
    bool read_field(words::Field field, std::string_view value);
    bool read_tagged_value(words::Field field, std::string_view value);
    bool read_flags(std::string_view value);
    bool read_parameters(std::string_view value);
    bool read_small(std::uint64_t first, std::uint64_t last, const char* what, std::string_view value,
                    std::uint8_t& into);
    bool read_index(const char* what, std::string_view value);
    template <class T>
    bool choice(const std::array<std::string_view, 2>& names, std::string_view text, T& value);
    bool number(const char* what, std::string_view text, std::uint64_t first, std::uint64_t last,
                std::uint64_t& value);

    std::string_view rest_;
    Op op_;
    std::string message_;
};

} // namespace poolproof
