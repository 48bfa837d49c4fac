// Findings as JSON (see triage.hpp). Does not cover: what they mean.
#include "cli/exit_code.hpp"
#include "cli/triage.hpp"
#include "report/text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <span>
#include <string_view>

namespace poolproof {
namespace {

using Json = nlohmann::ordered_json;

constexpr int format = 1;

constexpr std::array<std::string_view, 9> kind_names = {"contract",  "assertion", "bug check",
                                                        "sanitizer", "signal",    "exit",
                                                        "time-out",  "memory",    "not shown again"};
constexpr std::array<std::string_view, 5> reproducer_names = {"none", "not tried", "shows", "does not show",
                                                              "does not compile"};

template <class Enum> Enum enum_from(const Json& json, std::span<const std::string_view> names) {
    const auto text = json.get<std::string>();
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == text) {
            return static_cast<Enum>(i);
        }
    }
    throw Failure(ExitCode::bad_result, fmt::format("no result of triage: unknown '{}'", text));
}

// Of a field of a finding: each is read back as it was written.
template <class Visit, class Finding> void each_field(Finding& f, Visit&& visit) {
    visit("target", f.target);
    visit("subject", f.subject);
    visit("bucket", f.bucket);
    visit("rule", f.rule);
    visit("explanation", f.explanation);
    visit("files", f.files);
    visit("crashes", f.crashes);
    visit("bytes_before", f.bytes_before);
    visit("bytes", f.bytes);
    visit("ops", f.ops);
    visit("shown", f.shown);
    visit("replays", f.replays);
    visit("known", f.known);
    visit("name", f.name);
    visit("bytes_file", f.bytes_file);
    visit("trace_file", f.trace_file);
    visit("reproducer_file", f.reproducer_file);
    visit("report_file", f.report_file);
}

template <class Read> auto guarded(Read&& read) {
    try {
        return read();
    } catch (const Json::exception& error) {
        throw Failure(ExitCode::bad_result, fmt::format("no result of triage: {}", error.what()));
    }
}

// File names are any bytes; JSON is not.
const std::string& as_text(const std::string& text, std::string& kept) {
    kept = printable(text);
    return kept;
}

} // namespace

std::string_view name_of(BucketKind kind) {
    return kind_names[static_cast<std::size_t>(kind)];
}
std::string_view name_of(Reproducer reproducer) {
    return reproducer_names[static_cast<std::size_t>(reproducer)];
}

Json to_json(const TriageFinding& finding) {
    Json json;
    json["kind"] = name_of(finding.kind);
    each_field(finding, [&](const char* name, const auto& value) {
        using Value = std::remove_cvref_t<decltype(value)>;
        std::string kept;
        if constexpr (std::is_same_v<Value, std::string>) {
            json[name] = as_text(value, kept);
        } else if constexpr (std::is_same_v<Value, std::vector<std::string>>) {
            json[name] = Json::array();
            for (const std::string& one : value) {
                json[name].push_back(as_text(one, kept));
            }
        } else {
            json[name] = value;
        }
    });
    json["reproducer"] = name_of(finding.reproducer);
    return json;
}

Json to_json(const TriageResult& result) {
    Json json;
    json["format"] = format;
    json["crashes"] = result.crashes;
    json["duplicates"] = result.duplicates;
    json["findings"] = Json::array();
    for (const TriageFinding& finding : result.findings) {
        json["findings"].push_back(to_json(finding));
    }
    json["remarks"] = Json::array();
    for (const std::string& remark : result.remarks) {
        json["remarks"].push_back(printable(remark));
    }
    return json;
}

TriageFinding triage_finding_from(const Json& json) {
    return guarded([&] {
        TriageFinding finding;
        finding.kind = enum_from<BucketKind>(json.at("kind"), kind_names);
        each_field(finding, [&](const char* name, auto& value) { json.at(name).get_to(value); });
        finding.reproducer = enum_from<Reproducer>(json.at("reproducer"), reproducer_names);
        return finding;
    });
}

TriageResult triage_result_from(const Json& json) {
    return guarded([&] {
        if (json.at("format") != format) {
            throw Failure(ExitCode::result_format,
                          fmt::format("a result of triage of format {}; this program reads format {}",
                                      json.at("format").dump(), format));
        }
        TriageResult result;
        json.at("crashes").get_to(result.crashes);
        json.at("duplicates").get_to(result.duplicates);
        for (const Json& finding : json.at("findings")) {
            result.findings.push_back(triage_finding_from(finding));
        }
        json.at("remarks").get_to(result.remarks);
        return result;
    });
}

} // namespace poolproof
