// Results as JSON (see result_json.hpp).
//
// Covers: values, derived keys for readers (summary, exercised), and the place of what is wrong. Does not
// cover: which fields there are (result_fields.hpp).
#include "report/result_json.hpp"

#include "report/result_fields.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <limits>

namespace poolproof {
namespace {

using Json = nlohmann::ordered_json;
// What is read keeps no order: an ordered object copies its values, and so recurses, while it grows.
using Parsed = nlohmann::json;

std::string_view word_of(Verdict verdict) {
    return name_of(verdict);
}

class JsonWriter {
  public:
    template <class T> void operator()(const char* key, const T& value) { json_[key] = encoded(value); }

    template <class T> static Json encoded(const T& value) {
        if constexpr (std::same_as<T, Verdict>) {
            return word_of(value);
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
            if constexpr (std::same_as<T, ClauseResult>) {
                writer("exercised", value.exercised());
            }
            return std::move(writer.json_);
        }
    }

  private:
    Json json_ = Json::object();
};

Json summary_of(const Result& result) {
    Json summary = Json::object();
    const auto counts = count_verdicts(result);
    for (std::size_t i = 0; i < counts.size(); ++i) {
        summary[std::string(word_of(static_cast<Verdict>(i)))] = counts[i];
    }
    return summary;
}

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
        if constexpr (std::same_as<T, Verdict>) {
            value = verdict(file, place, json);
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

    static Verdict verdict(const std::string& file, const std::string& place, const Parsed& json) {
        std::string known;
        for (std::size_t i = 0; i < verdict_count; ++i) {
            const auto verdict = static_cast<Verdict>(i);
            if (json == word_of(verdict)) {
                return verdict;
            }
            known += fmt::format("{}{}", i == 0 ? "" : ", ", word_of(verdict));
        }
        fail(file, place, "one of " + known, json);
    }

    const std::string* file_;
    std::string path_;
    const Parsed* json_;
};

Parsed parsed(const std::string& name, std::string_view text) {
    try {
        return Parsed::parse(text);
    } catch (const Parsed::parse_error& error) {
        // "[json.exception.parse_error.101] parse error at line 1, column 2: what"
        const std::string_view what = error.what();
        const std::size_t at = what.find(" at line ");
        throw ResultError(false, fmt::format("{}: expected a result in JSON; it ends or goes wrong{}", name,
                                             at == std::string_view::npos ? "" : what.substr(at)));
    }
}

void check_format(const std::string& name, const Parsed& document) {
    const auto format = document.is_object() ? document.find("format") : document.end();
    if (format == document.end() || !format->is_number_unsigned()) {
        throw ResultError(
            false, fmt::format("{}: /format: expected the number {}, as poolproof verify --json writes it",
                               name, result_format));
    }
    if (*format != result_format) {
        const auto version = document.find("version");
        throw ResultError(true, fmt::format("{}: /format: expected {}, got {}{}", name, result_format,
                                            format->get<std::uint64_t>(),
                                            version != document.end() && version->is_string()
                                                ? ", of poolproof " + version->get<std::string>()
                                                : std::string()));
    }
}

} // namespace

std::string to_json(const Result& result) {
    Json document = {{"format", result_format}};
    document.update(JsonWriter::encoded(result));
    document["summary"] = summary_of(result);
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result from_json(const std::string& name, std::string_view text) {
    const Parsed document = parsed(name, text);
    check_format(name, document);
    Result result;
    JsonReader reader(name, "", document);
    fields(reader, result);
    if (result.clauses.empty()) {
        throw ResultError(false, fmt::format("{}: /clauses: expected at least one clause", name));
    }
    return result;
}

} // namespace poolproof
