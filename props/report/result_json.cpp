// Results as JSON (see result_json.hpp).
//
// Covers: the document, and derived keys for readers (summary). Does not cover: which fields there are
// (result_fields.hpp), and how each is written and read (json_fields.hpp).
#include "report/result_json.hpp"

#include "report/json_fields.hpp"
#include "report/result_fields.hpp"

namespace poolproof {
namespace {

constexpr JsonForm form{"format", result_format, "a result", "poolproof verify --json"};

Json summary_of(const Result& result) {
    Json summary = Json::object();
    const auto counts = count_verdicts(result);
    for (std::size_t i = 0; i < counts.size(); ++i) {
        summary[std::string(name_of(static_cast<Verdict>(i)))] = counts[i];
    }
    return summary;
}

} // namespace

std::string to_json(const Result& result) {
    Json document = {{"format", result_format}};
    document.update(JsonWriter::encoded(result));
    document["summary"] = summary_of(result);
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result from_json(const std::string& name, std::string_view text) {
    const Parsed document = parsed(form, name, text);
    Result result;
    JsonReader reader(name, "", document);
    fields(reader, result);
    if (result.clauses.empty()) {
        throw ResultError(false, fmt::format("{}: /clauses: expected at least one clause", name));
    }
    return result;
}

} // namespace poolproof
