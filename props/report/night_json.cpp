// Nights as JSON (see night_json.hpp).
// Does not cover: which fields there are (night_fields.hpp), and how each is read (json_fields.hpp).
#include "report/night_json.hpp"

#include "report/json_fields.hpp"
#include "report/night_fields.hpp"

namespace poolproof {
namespace {

constexpr JsonForm form{"night_format", night_format, "the result of a night", "the nightly job"};

} // namespace

std::string to_json(const Night& night) {
    Json document = {{std::string(form.key), night_format}};
    document["outcome"] = name_of(outcome_of(night));
    document["reasons"] = reasons_of(night);
    document.update(JsonWriter::encoded(night));
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Night night_from_json(const std::string& name, std::string_view text) {
    const Parsed document = parsed(form, name, text);
    Night night;
    JsonReader reader(name, "", document);
    fields(reader, night);
    if (!is_time(night.started)) {
        JsonReader::fail(name, "/started", "a time such as \"2026-11-29T02:00:00Z\"", document["started"]);
    }
    if (night.targets.empty() && night.troubles.empty()) {
        throw ResultError(false, name + ": /targets: expected at least one target, or a trouble");
    }
    return night;
}

} // namespace poolproof
