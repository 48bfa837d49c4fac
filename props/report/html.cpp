// Results as one HTML page (see writers.hpp).
//
// Covers: the data. Does not cover: what the page does with them (page/), and how they get into it
// (page_text.hpp).
#include "report/page_text.hpp"
#include "report/result_json.hpp"
#include "report/writers.hpp"

#include <nlohmann/json.hpp>

#include <string_view>

namespace poolproof {

// Of page_files.cpp, which the build makes from page/.
extern const std::string_view page_template;
extern const std::string_view page_style;
extern const std::string_view page_script;

namespace {

using Json = nlohmann::ordered_json;

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
    return list.dump();
}

} // namespace

std::string to_html(const Results& results) {
    return page_text({page_template, page_style, data_of(results), page_script});
}

} // namespace poolproof
