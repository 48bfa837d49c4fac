// Structs as JSON: a writer and a reader that any list of fields can be shown to.
//
// Covers: values, derived keys for readers (exercised), enumerations as words, the format number, and the
// place of what is wrong. Does not cover: which fields there are (result_fields.hpp, night_fields.hpp).
#pragma once

#include "report/result_fields.hpp"
#include "report/result_json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <limits>
#include <span>

namespace poolproof {

using Json = nlohmann::ordered_json;
// What is read keeps no order: an ordered object copies its values, and so recurses, while it grows.
using Parsed = nlohmann::json;

// What a document is, and the key that says so.
struct JsonForm {
    std::string_view key;
    std::uint32_t version;
    std::string_view what;   // "a result"
    std::string_view writer; // "poolproof verify --json"
};

class JsonWriter {
  public:
    template <class T> void operator()(const char* key, const T& value) { json_[key] = encoded(value); }

    template <class T> static Json encoded(const T& value) {
        if constexpr (std::is_enum_v<T>) {
            return words_of(value)[static_cast<std::size_t>(value)];
        } else if constexpr (std::is_arithmetic_v<T> || std::same_as<T, std::string>) {
            return value;
        } else if constexpr (requires { value.begin(); }) {
            Json list = Json::array();
            for (const auto& entry : value) {
                list.push_back(encoded(entry));
            }
            return list;
        } else {
            JsonWriter writer;
            fields(writer, value);
            if constexpr (requires { value.exercised(); }) {
                writer("exercised", value.exercised());
            }
            return std::move(writer.json_);
        }
    }

  private:
    Json json_ = Json::object();
};

// Reads one object; `path` is where it stands, for messages.
class JsonReader {
  public:
    JsonReader(const std::string& file, std::string path, const Parsed& json)
        : file_(&file), path_(std::move(path)), json_(&json) {
        if (!json.is_object()) {
            fail(file, path_, "an object", json);
        }
    }

    template <class T> void operator()(const char* key, T& value) {
        const auto found = json_->find(key);
        const std::string place = path_ + '/' + key;
        if (found == json_->end()) {
            throw ResultError(false, fmt::format("{}: {}: expected this key; it is missing", *file_, place));
        }
        decode(*file_, place, *found, value);
    }

    [[noreturn]] static void fail(const std::string& file, const std::string& place,
                                  std::string_view expected, const Parsed& got) {
        // Lists and objects may be nested deeper than a stack is.
        std::string shown = got.is_array()    ? "a list"
                            : got.is_object() ? "an object"
                                              : got.dump(-1, ' ', true, Parsed::error_handler_t::replace);
        shown = shown.size() > 40 ? shown.substr(0, 37) + "..." : shown;
        throw ResultError(false, fmt::format("{}: {}: expected {}, got {}", file, place.empty() ? "/" : place,
                                             expected, shown));
    }

  private:
    template <class T>
    static void decode(const std::string& file, const std::string& place, const Parsed& json, T& value) {
        if constexpr (std::is_enum_v<T>) {
            value = word<T>(file, place, json);
        } else if constexpr (std::same_as<T, bool>) {
            value = json.is_boolean() ? json.get<bool>() : (fail(file, place, "true or false", json), false);
        } else if constexpr (std::same_as<T, std::string>) {
            if (!json.is_string()) {
                fail(file, place, "a string", json);
            }
            value = json.get<std::string>();
        } else if constexpr (std::same_as<T, double>) {
            if (!json.is_number()) {
                fail(file, place, "a number", json);
            }
            value = json.get<double>();
        } else if constexpr (std::is_integral_v<T>) {
            value = integer<T>(file, place, json);
        } else if constexpr (requires { value.emplace_back(); }) {
            if (!json.is_array()) {
                fail(file, place, "a list", json);
            }
            for (const Parsed& entry : json) {
                const std::string at = fmt::format("{}/{}", place, value.size());
                decode(file, at, entry, value.emplace_back());
            }
        } else {
            JsonReader reader(file, place, json);
            fields(reader, value);
        }
    }

    template <class T>
    static T integer(const std::string& file, const std::string& place, const Parsed& json) {
        constexpr auto most = std::numeric_limits<T>::max();
        const bool fits = json.is_number_unsigned() ? json.get<std::uint64_t>() <= std::uint64_t{most}
                                                    : std::is_signed_v<T> && json.is_number_integer();
        if (!fits) {
            fail(file, place,
                 fmt::format("a whole number {} {}", std::is_signed_v<T> ? "of at most" : "from 0 to", most),
                 json);
        }
        return json.get<T>();
    }

    template <class T> static T word(const std::string& file, const std::string& place, const Parsed& json) {
        const auto words = words_of(T());
        for (std::size_t i = 0; i < words.size(); ++i) {
            if (json == words[i]) {
                return static_cast<T>(i);
            }
        }
        fail(file, place, fmt::format("one of {}", fmt::join(words, ", ")), json);
    }

    const std::string* file_;
    std::string path_;
    const Parsed* json_;
};

// The document, of that form and version. Throws ResultError.
Parsed parsed(const JsonForm& form, const std::string& name, std::string_view text);

} // namespace poolproof
