// Results as one HTML page (see writers.hpp).
//
// Covers: putting style, script and data into the page. Does not cover: what the page does with them (page/).
#include "report/result_json.hpp"
#include "report/writers.hpp"

#include <nlohmann/json.hpp>

#include <string_view>
#include <utility>

namespace poolproof {

// Of page_files.cpp, which the build makes from page/.
extern const std::string_view page_template;
extern const std::string_view page_style;
extern const std::string_view page_script;

namespace {

using Json = nlohmann::ordered_json;

// In a script element the only dangerous character is the one that begins a tag.
std::string without_tags(const std::string& json) {
    std::string text;
    for (const char c : json) {
        text += c == '<' ? std::string("\\u003c") : std::string(1, c);
    }
    return text;
}

std::string data_of(const Results& results) {
    const std::vector<std::string> labels = labels_of(results);
    Json list = Json::array();
    for (std::size_t i = 0; i < results.size(); ++i) {
        Json json = Json::parse(to_json(results[i]));
        json["label"] = labels[i];
        json["seed"] = std::to_string(results[i].seed); // a script's numbers end at 2^53
        json["passed"] = passed(results[i]);
        for (std::size_t c = 0; c < results[i].clauses.size(); ++c) {
            const ClauseResult& clause = results[i].clauses[c];
            json["clauses"][c]["link"] = link_of(clause.page);
            json["clauses"][c]["family"] = family_of(clause.id);
            json["clauses"][c]["reason"] = reason_of(clause);
        }
        list.push_back(std::move(json));
    }
    return without_tags(list.dump());
}

} // namespace

std::string to_html(const Results& results) {
    const std::string data = data_of(results);
    const std::pair<std::string_view, std::string_view> parts[] = {
        {"{{style}}", page_style}, {"{{data}}", data}, {"{{script}}", page_script}};
    std::string page;
    std::string_view rest = page_template;
    for (const auto& [mark, part] : parts) { // in the order of the template
        const std::size_t at = rest.find(mark);
        page += rest.substr(0, at);
        page += part;
        rest.remove_prefix(at + mark.size());
    }
    page += rest;
    return page;
}

} // namespace poolproof
