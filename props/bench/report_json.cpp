// Implements as_json() of bench/report.hpp. The figures themselves are in report.cpp.
#include "bench/report.hpp"

#include <nlohmann/json.hpp>

namespace poolproof::bench {
namespace {

nlohmann::json json_of(const Row& row) {
    nlohmann::json json = {{"allocator", row.contender.allocator},
                           {"backend", row.contender.backend},
                           {"live", row.live},
                           {"ns_per_pair", nullptr}};
    if (row.ns_per_pair.empty()) {
        json["why"] = row.why;
        return json;
    }
    json["ns_per_pair"] = median(row.ns_per_pair);
    json["repetitions"] = row.ns_per_pair;
    return json;
}

nlohmann::json json_of(const FaultRow& row) {
    nlohmann::json json = {{"allocator", row.contender.allocator},
                           {"backend", row.contender.backend},
                           {"ns_per_fault", nullptr}};
    if (row.why.empty()) {
        json["ns_per_fault"] = row.ns_per_fault;
    } else {
        json["why"] = row.why;
    }
    return json;
}

} // namespace

std::string as_json(const Report& report) {
    nlohmann::json json = {
        {"bench", "special"},
        {"host",
         {{"kernel", report.host.kernel},
          {"processor", report.host.processor},
          {"processors", report.host.processors},
          {"load_average", report.host.load},
          {"max_map_count", report.host.most_mappings}}},
        {"settings",
         {{"repetitions", report.settings.repetitions},
          {"repetition_ms", report.settings.repetition_ms},
          {"fill_limit_ms", report.settings.fill_limit_ms}}},
        {"rows", nlohmann::json::array()},
        {"faults", nlohmann::json::array()},
        {"targets", nlohmann::json::array()},
    };
    for (const Row& row : report.rows) {
        json["rows"].push_back(json_of(row));
    }
    for (const FaultRow& row : report.faults) {
        json["faults"].push_back(json_of(row));
    }
    for (const Target& target : report.targets) {
        nlohmann::json one = {
            {"name", target.name}, {"ratio", nullptr}, {"limit", nullptr}, {"met", nullptr}};
        if (target.ratio) {
            one["ratio"] = *target.ratio;
        }
        if (target.limit != 0) {
            one["limit"] = target.limit;
            one["at_most"] = target.at_most;
            if (target.ratio) {
                one["met"] = !target.missed();
            }
        }
        json["targets"].push_back(one);
    }
    return json.dump(2) + "\n";
}

} // namespace poolproof::bench
