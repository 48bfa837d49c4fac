// The fields of a night by name, in the order of the JSON form: one list for writing and for reading.
//
// Covers: fields(visit, part) for each struct of night.hpp, and the words of its kinds. Does not cover: how a
// value is written (json_fields.hpp).
#pragma once

#include "report/night.hpp"
#include "report/result_fields.hpp"

#include <span>

namespace poolproof {

inline std::span<const std::string_view> words_of(NightKind) {
    return night_kind_names;
}

void fields(auto& visit, Of<NightPoint> auto& point) {
    visit("seconds", point.seconds);
    visit("executions", point.executions);
    visit("edges", point.edges);
    visit("corpus_files", point.corpus_files);
}

void fields(auto& visit, Of<NightTarget> auto& target) {
    visit("name", target.name);
    visit("engine", target.engine);
    visit("executions", target.executions);
    visit("seconds", target.seconds);
    visit("runs", target.runs);
    visit("execs_per_second", target.execs_per_second);
    visit("edges", target.edges);
    visit("features", target.features);
    visit("corpus_files", target.corpus_files);
    visit("corpus_bytes", target.corpus_bytes);
    visit("corpus_edges_at_start", target.corpus_edges_at_start);
    visit("crashes", target.crashes);
    visit("complete", target.complete);
    visit("points", target.points);
}

void fields(auto& visit, Of<NightFinding> auto& finding) {
    visit("target", finding.target);
    visit("subject", finding.subject);
    visit("kind", finding.kind);
    visit("bucket", finding.bucket);
    visit("rule", finding.rule);
    visit("text", finding.text);
    visit("first_seen", finding.first_seen);
    visit("crashes", finding.crashes);
    visit("trace", finding.trace);
    visit("ops", finding.ops);
    visit("file", finding.file);
    visit("reproducer", finding.reproducer);
    visit("replay", finding.replay);
    visit("suggested_name", finding.suggested_name);
    visit("shown_again", finding.shown_again);
    visit("known", finding.known);
}

void fields(auto& visit, Of<NightCanary> auto& canary) {
    visit("name", canary.name);
    visit("target", canary.target);
    visit("expects", canary.expects);
    visit("reported", canary.reported);
}

void fields(auto& visit, Of<NightClause> auto& clause) {
    visit("id", clause.id);
    visit("ops", clause.ops);
}

void fields(auto& visit, Of<TimeToBug> auto& row) {
    visit("subject", row.subject);
    visit("target", row.target);
    visit("median_executions", row.median_executions);
    visit("detected", row.detected);
    visit("seeds", row.seeds);
}

void fields(auto& visit, Of<Night> auto& night) {
    visit("version", night.version);
    visit("commit", night.commit);
    visit("started", night.started);
    visit("minutes", night.minutes);
    visit("seconds", night.seconds);
    visit("cores", night.cores);
    visit("engines", night.engines);
    visit("subject", night.subject);
    visit("seed", night.seed);
    visit("resumed", night.resumed);
    visit("targets", night.targets);
    visit("findings", night.findings);
    visit("canaries", night.canaries);
    visit("clauses", night.clauses);
    visit("time_to_bug", night.time_to_bug);
    visit("troubles", night.troubles);
}

} // namespace poolproof
