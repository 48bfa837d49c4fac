// The fields of a result by name, in the order of the JSON form: one list for writing and for reading.
//
// Covers: fields(visit, part) for each struct of result.hpp calls visit(key, field) for each of its fields,
// and the words of its enumerations. Does not cover: how a value is written (json_fields.hpp).
#pragma once

#include "report/result.hpp"

#include <array>
#include <concepts>
#include <span>
#include <string_view>
#include <type_traits>

namespace poolproof {

// T, or const T.
template <class Part, class T>
concept Of = std::same_as<std::remove_const_t<Part>, T>;

// The words of an enumeration, in its order.
inline std::span<const std::string_view> words_of(Verdict) {
    static const auto words = [] {
        std::array<std::string_view, verdict_count> all;
        for (std::size_t i = 0; i < all.size(); ++i) {
            all[i] = name_of(static_cast<Verdict>(i));
        }
        return all;
    }();
    return words;
}

void fields(auto& visit, Of<EventResult> auto& event) {
    visit("op", event.op);
    visit("event", event.event);
}

void fields(auto& visit, Of<BlockResult> auto& block) {
    visit("op", block.op);
    visit("slot", block.slot);
    visit("address", block.address);
    visit("size", block.size);
    visit("special", block.special);
    visit("freed_by", block.freed_by);
}

void fields(auto& visit, Of<FindingResult> auto& finding) {
    visit("clause", finding.clause);
    visit("source", finding.source);
    visit("text", finding.text);
    visit("trace", finding.trace);
    visit("ops", finding.ops);
    visit("confirmed", finding.confirmed);
    visit("events", finding.events);
    visit("blocks", finding.blocks);
    visit("file", finding.file);
    visit("replay", finding.replay);
}

void fields(auto& visit, Of<ClauseResult> auto& clause) {
    visit("id", clause.id);
    visit("kinds", clause.kinds);
    visit("verdict", clause.verdict);
    visit("holds", clause.holds);
    visit("violated", clause.violated);
    visit("unspecified", clause.unspecified);
    visit("required", clause.required);
    visit("rule", clause.rule);
    visit("page", clause.page);
    visit("section", clause.section);
    visit("register", clause.entries);
    visit("unjudged", clause.unjudged);
    visit("expected", clause.expected);
    visit("expected_because", clause.expected_because);
}

void fields(auto& visit, Of<TraceCounts> auto& traces) {
    visit("sweep", traces.sweep);
    visit("random", traces.random);
    visit("corpus", traces.corpus);
}

void fields(auto& visit, Of<Speed> auto& speed) {
    visit("threads", speed.threads);
    visit("ops_per_second", speed.ops_per_second);
    visit("ordinary_ops", speed.ordinary_ops);
    visit("ordinary_ops_per_thread_second", speed.ordinary_ops_per_thread_second);
    visit("hand_overs", speed.hand_overs);
    visit("hand_over_microseconds", speed.hand_over_microseconds);
}

void fields(auto& visit, Of<Result> auto& result) {
    visit("subject", result.subject);
    visit("subject_version", result.subject_version);
    visit("profiles", result.profiles);
    visit("capabilities", result.capabilities);
    visit("seed", result.seed);
    visit("ops", result.ops);
    visit("seconds", result.seconds);
    visit("speed", result.speed);
    visit("version", result.version);
    visit("traces", result.traces);
    visit("clauses", result.clauses);
    visit("findings", result.findings);
    visit("baseline", result.baseline);
    visit("missing", result.missing);
    visit("notes", result.notes);
}

} // namespace poolproof
