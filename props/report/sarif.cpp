// Results as SARIF 2.1.0 (see writers.hpp).
//
// Covers: a run per result, rules, results, notifications. A result is fingerprinted by clause and subject:
// the same rule broken by the same subject is the same result, whatever trace shows it. Does not cover: what
// held.
#include "report/writers.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace poolproof {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* schema = "https://json.schemastore.org/sarif-2.1.0.json";

// A path as a URI reference: what is no letter, digit or one of -._~/ is percent-encoded.
std::string uri_of(const std::string& path) {
    std::string uri = path.starts_with('/') ? "file://" : "";
    for (const char c : path) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           std::string_view("-._~/").find(c) != std::string_view::npos;
        uri += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
    }
    return uri;
}

Json rule_of(const ClauseResult& clause) {
    const std::string source =
        clause.section.empty() ? clause.page : fmt::format("{}, {}", clause.page, clause.section);
    std::string help = fmt::format("{}\n\nSource: {}.", clause.rule, source);
    std::string markdown = fmt::format(
        "{}\n\nSource: {}.", clause.rule,
        link_of(clause.page).empty() ? source : fmt::format("[{}]({})", source, link_of(clause.page)));
    if (!clause.entries.empty()) {
        const std::string entries = fmt::format("\n\nRegister: {}.", fmt::join(clause.entries, ", "));
        help += entries;
        markdown += entries;
    }
    Json rule = {{"id", clause.id},
                 {"shortDescription", {{"text", clause.rule}}},
                 {"fullDescription", {{"text", clause.rule}}},
                 {"help", {{"text", help}, {"markdown", markdown}}},
                 {"defaultConfiguration", {{"level", "error"}}},
                 {"properties", {{"tags", clause.kinds}}}};
    if (!link_of(clause.page).empty()) {
        rule["helpUri"] = link_of(clause.page);
    }
    return rule;
}

Json result_of(const Result& result, std::size_t position) {
    const ClauseResult& clause = result.clauses[position];
    const FindingResult* finding = finding_of(result, clause.id);
    const std::string text = finding == nullptr ? clause.rule : finding->text;
    Json json = {
        {"ruleId", clause.id},
        {"ruleIndex", position},
        {"level", is_known_violation(clause) ? "note" : "error"},
        {"message", {{"text", fmt::format("{} breaks {}: {}.", result.subject, clause.id, text)}}},
        {"fingerprints", {{"clauseAndSubject/v1", fmt::format("{}/{}", clause.id, result.subject)}}}};
    if (!result.baseline.empty()) {
        json["baselineState"] = is_known_violation(clause) ? "unchanged" : "new";
    }
    if (finding != nullptr) {
        json["locations"] = {{{"physicalLocation",
                               {{"artifactLocation", {{"uri", uri_of(finding->file)}}},
                                {"region", {{"startLine", 1}, {"snippet", {{"text", finding->trace}}}}}}}}};
        json["properties"] = {{"foundBy", finding->source},
                              {"ops", finding->ops},
                              {"confirmed", finding->confirmed},
                              {"replay", finding->replay}};
    }
    return json;
}

Json notifications_of(const Result& result) {
    Json list = Json::array();
    for (const std::string& line : result.missing) {
        list.push_back({{"level", "error"}, {"message", {{"text", line + "."}}}});
    }
    for (const std::string& note : result.notes) {
        list.push_back({{"level", "note"}, {"message", {{"text", note + "."}}}});
    }
    return list;
}

Json run_of(const Result& result, const std::string& label) {
    Json rules = Json::array();
    Json results = Json::array();
    for (std::size_t i = 0; i < result.clauses.size(); ++i) {
        rules.push_back(rule_of(result.clauses[i]));
        if (result.clauses[i].verdict == Verdict::violated) {
            results.push_back(result_of(result, i));
        }
    }
    Json verdicts = Json::object();
    const auto counts = count_verdicts(result);
    for (std::size_t i = 0; i < counts.size(); ++i) {
        verdicts[std::string(name_of(static_cast<Verdict>(i)))] = counts[i];
    }
    return {{"tool",
             {{"driver",
               {{"name", "poolproof"},
                {"version", result.version},
                {"semanticVersion", result.version},
                {"rules", rules}}}}},
            {"automationDetails", {{"id", fmt::format("poolproof/{}/", label)}}},
            {"invocations",
             {{{"executionSuccessful", result.missing.empty()},
               {"toolExecutionNotifications", notifications_of(result)}}}},
            {"columnKind", "utf16CodeUnits"},
            {"results", results},
            {"properties",
             {{"subject", result.subject},
              {"subjectVersion", result.subject_version},
              {"seed", std::to_string(result.seed)},
              {"ops", result.ops},
              {"verdicts", verdicts}}}};
}

} // namespace

std::string to_sarif(const Results& results) {
    const std::vector<std::string> labels = labels_of(results);
    Json runs = Json::array();
    for (std::size_t i = 0; i < results.size(); ++i) {
        runs.push_back(run_of(results[i], labels[i]));
    }
    const Json document = {{"$schema", schema}, {"version", "2.1.0"}, {"runs", runs}};
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace poolproof
