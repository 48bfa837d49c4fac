// `poolproof contract --coverage`: which clause is judged, by what, and which is not and why.
// Does not cover: the bug checks (contract_bug_checks.cpp).
#include "cli/contract_coverage.hpp"

#include "cli/contract_words.hpp"
#include "cli/terminal.hpp"
#include "oracle/registry.hpp"
#include "trace/words.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>

#include <unistd.h>

namespace poolproof {
namespace {

using Json = nlohmann::ordered_json;

struct Coverage {
    const Clause* clause = nullptr;
    std::size_t rows = 0;
    Words operations; // that those rows look at
    const TraceNames* traces = nullptr;
    const TraceNames* subjects = nullptr;   // that it has to convict
    const TraceNames* properties = nullptr; // that fail on one of them

    bool is_judged() const { return rows != 0; }
    bool is_excused() const { return !clause->unjudged.empty(); }
};

std::vector<Coverage> coverage_of_all(const CorpusEvidence& evidence, const Convictions& convictions) {
    std::vector<Coverage> all;
    for (std::size_t i = 0; i < all_clauses().size(); ++i) {
        all.push_back({&all_clauses()[i],
                       0,
                       {},
                       &evidence.holds[i],
                       &convictions.subjects[i],
                       &convictions.properties[i]});
    }
    for (const oracle::BoundRow& bound : oracle::all_rows()) {
        if (bound.clause < 0) {
            continue;
        }
        Coverage& covered = all[static_cast<std::size_t>(bound.clause)];
        ++covered.rows;
        for (std::size_t kind = 0; kind < op_kind_count; ++kind) {
            const std::string_view word = words::kinds[kind];
            const bool known = std::find(covered.operations.begin(), covered.operations.end(), word) !=
                               covered.operations.end();
            if ((bound.row->ops >> kind & 1U) != 0 && !known) {
                covered.operations.push_back(word);
            }
        }
    }
    return all;
}

struct Totals {
    std::size_t judged = 0;
    std::size_t with_trace = 0; // of the judged
    std::size_t excused = 0;
    std::size_t wrong = 0; // neither judged nor excused, or both
};

Totals totals_of(const std::vector<Coverage>& all) {
    Totals totals;
    for (const Coverage& covered : all) {
        totals.judged += covered.is_judged() ? 1 : 0;
        totals.with_trace += covered.is_judged() && !covered.traces->empty() ? 1 : 0;
        totals.excused += covered.is_excused() ? 1 : 0;
        totals.wrong += covered.is_judged() == covered.is_excused() ? 1 : 0;
    }
    return totals;
}

std::string counted(std::size_t count, std::string_view what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string line_of(const Coverage& covered) {
    const std::string judged =
        fmt::format("judged by {} ({})", counted(covered.rows, "row"), joined(covered.operations));
    if (covered.is_judged() && covered.is_excused()) {
        return fmt::format("BOTH: {}, and yet: {}", judged, covered.clause->unjudged);
    }
    if (covered.is_excused()) {
        return fmt::format("not judged: {}", covered.clause->unjudged);
    }
    if (!covered.is_judged()) {
        return "NEITHER: no row of the oracle judges it, and nothing says why";
    }
    const TraceNames& traces = *covered.traces;
    const auto part = [](const TraceNames& names, std::string_view one, std::string_view many) {
        return names.empty() ? std::string()
                             : fmt::format("; {} {}: {}", names.size(), names.size() == 1 ? one : many,
                                           in_short(names));
    };
    return judged + part(*covered.subjects, "faulty subject", "faulty subjects") +
           part(*covered.properties, "property", "properties") + part(traces, "trace", "traces");
}

Json to_json(const Coverage& covered) {
    return {{"id", covered.clause->id},
            {"judged", covered.is_judged()},
            {"rows", covered.rows},
            {"operations", covered.operations},
            {"faulty_subjects", *covered.subjects},
            {"properties", *covered.properties},
            {"traces", *covered.traces},
            {"unjudged", covered.clause->unjudged}};
}

} // namespace

ExitCode show_coverage(const CorpusEvidence& evidence, const Convictions& convictions, bool json) {
    const std::vector<Coverage> all = coverage_of_all(evidence, convictions);
    const Totals totals = totals_of(all);
    const ExitCode code = totals.wrong == 0 ? ExitCode::fine : ExitCode::violations;
    if (json) {
        Json clauses = Json::array();
        for (const Coverage& covered : all) {
            clauses.push_back(to_json(covered));
        }
        const Json summary = {{"clauses", all.size()},
                              {"judged", totals.judged},
                              {"with_trace", totals.with_trace},
                              {"unjudged", totals.excused},
                              {"wrong", totals.wrong}};
        fmt::print("{}\n", Json{{"clauses", clauses}, {"summary", summary}}.dump(2));
        return code;
    }
    const bool on_terminal = isatty(STDOUT_FILENO) != 0;
    const std::size_t width = on_terminal ? Terminal(false).width() : std::numeric_limits<std::size_t>::max();
    for (const Coverage& covered : all) {
        fmt::print("{}\n", cut(fmt::format("{:<9} {}", covered.clause->id, line_of(covered)), width));
    }
    fmt::print("{} clauses: {} judged, {} of them in a corpus trace; {} not judged for a reason; {} with "
               "neither or both\n",
               all.size(), totals.judged, totals.with_trace, totals.excused, totals.wrong);
    return code;
}

} // namespace poolproof
