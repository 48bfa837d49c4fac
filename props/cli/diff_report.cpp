// The record of a run of `poolproof diff`, its JSON and its traces (see diff_report.hpp).
// Does not cover: the text for a terminal (diff_terminal.cpp).
#include "cli/diff_report.hpp"

#include "cli/exit_code.hpp"
#include "cli/files.hpp"
#include "cli/stand_ins.hpp"
#include "cli/subjects.hpp"
#include "cli/words.hpp"
#include "contract/routines.hpp"
#include "trace/text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace poolproof {
namespace {

using Json = nlohmann::ordered_json;

const Clause& clause_at(int position) {
    return all_clauses()[static_cast<std::size_t>(position)];
}

// "ExFreePool", "query_tag".
std::string what_differs(const DifferenceGroup& group) {
    const std::string line = to_text(group.trace.ops.back());
    const std::size_t space = std::min(line.find(' '), line.size());
    const OpKind kind = group.key.op;
    const bool by_routine = kind == OpKind::allocate || kind == OpKind::free || kind == OpKind::call;
    return by_routine ? line.substr(space + 1, line.find(' ', space + 1) - space - 1) : line.substr(0, space);
}

std::vector<std::string> who_speaks(const DifferenceGroup& group) {
    std::vector<std::string> lines;
    for (const int clause : group.speaks) {
        const std::string_view entries = clause_at(clause).entries;
        lines.push_back(entries.empty() ? std::string(clause_at(clause).id)
                                        : fmt::format("{} ({})", clause_at(clause).id, entries));
    }
    return lines;
}

// Clauses that say the same are named together.
std::vector<std::string> what_was_expected(const std::vector<Violation>& violations) {
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < violations.size(); ++i) {
        const std::string_view expected = violations[i].expected;
        const auto says_it = [&](const Violation& violation) { return violation.expected == expected; };
        const auto first = violations.begin() + static_cast<std::ptrdiff_t>(i);
        if (std::any_of(violations.begin(), first, says_it)) {
            continue;
        }
        std::string ids;
        for (auto at = first; at != violations.end(); ++at) {
            if (says_it(*at)) {
                ids += fmt::format("{}{}", ids.empty() ? "" : ", ", clause_at(at->clause).id);
            }
        }
        lines.push_back(fmt::format("{}: expected {}", ids, expected));
    }
    return lines;
}

DifferenceReport describe(const DifferenceGroup& group) {
    DifferenceReport report;
    report.decided = group.key.is_decided();
    if (report.decided) {
        report.clause = clause_at(group.key.clause).id;
    }
    report.what = what_differs(group);
    report.aspect = name_of(group.aspect);
    report.breaks = group.key.breaks;
    report.traces = group.count;
    report.source = group.source;
    report.trace = to_text(group.trace);
    report.ops = group.trace.ops.size();
    report.confirmed = group.confirmed;
    report.op = to_text(group.trace.ops.back());
    for (const std::size_t side : {0U, 1U}) {
        if (!group.confirmed) {
            report.did[side] = "did not show it again when the trace was played once more";
            continue;
        }
        StandIns stand_ins(group.log[side]);
        const Step& last = group.log[side].back();
        report.did[side] = stand_ins.in(in_words(last.op, last.event));
        report.expected[side] = what_was_expected(group.broken[side]);
    }
    if (!report.decided) {
        report.speaks = who_speaks(group);
    }
    return report;
}

Json json_of(const DiffReport& report, const DifferenceReport& difference) {
    Json json;
    if (difference.decided) {
        json["clause"] = difference.clause;
        Json breakers = Json::array();
        for (const std::size_t side : {0U, 1U}) {
            if (difference.breaks[side]) {
                breakers.push_back(report.subjects[side]);
            }
        }
        json["broken_by"] = breakers;
    } else {
        json["left_open_by"] = difference.speaks;
    }
    json["at"] = difference.what;
    json["differs"] = difference.aspect;
    json["traces"] = difference.traces;
    json["source"] = difference.source;
    json["confirmed"] = difference.confirmed;
    json["op"] = difference.op;
    json["did"] = difference.did;
    if (difference.decided) {
        json["expected"] = difference.expected;
    }
    json["trace"] = difference.trace;
    json["file"] = difference.file;
    json["replay"] = difference.replay;
    return json;
}

// What shows in the same trace has the same file.
std::string file_of(const DifferenceReport& difference, const DiffReport& report, const std::string& folder) {
    std::size_t number = 1;
    for (const DifferenceReport& other : report.differences) {
        if (&other == &difference) {
            break;
        }
        if (other.trace == difference.trace) {
            return other.file;
        }
        ++number;
    }
    return fmt::format("{}/diff-{}-{}-{}.pool", folder, file_name_of_subject(report.subjects[0]),
                       file_name_of_subject(report.subjects[1]), number);
}

} // namespace

std::size_t DiffReport::decided() const {
    return static_cast<std::size_t>(std::count_if(differences.begin(), differences.end(),
                                                  [](const DifferenceReport& one) { return one.decided; }));
}

DiffReport diff_report(const std::array<std::string, 2>& subjects, std::uint64_t seed, DifferResult result,
                       const std::string& folder) {
    DiffReport report;
    report.subjects = subjects;
    report.seed = seed;
    for (const int clause : result.wrong_clauses) {
        report.wrong_clauses.emplace_back(clause_at(clause).id);
    }
    for (const DifferenceGroup& group : result.groups) {
        DifferenceReport& one = report.differences.emplace_back(describe(group));
        one.file = file_of(one, report, folder);
        for (const std::size_t side : {0U, 1U}) {
            one.replay[side] = fmt::format("poolproof replay {} --subject {}", one.file, subjects[side]);
        }
    }
    report.counts = std::move(result);
    report.counts.groups.clear();
    return report;
}

std::string to_json(const DiffReport& report) {
    const DifferResult& counts = report.counts;
    Json decided = Json::array();
    Json open = Json::array();
    for (const DifferenceReport& difference : report.differences) {
        (difference.decided ? decided : open).push_back(json_of(report, difference));
    }
    Json profiles = Json::array();
    for (const bool is_64_bit : {false, true}) {
        if (counts.has_profile[is_64_bit ? 1 : 0]) {
            profiles.push_back(is_64_bit ? "64-bit" : "32-bit");
        }
    }
    const Json json = {
        {"version", POOLPROOF_VERSION},
        {"subjects", report.subjects},
        {"profiles", profiles},
        {"seed", report.seed},
        {"traces",
         {{"sweep", counts.sweep_traces},
          {"random", counts.random_traces},
          {"corpus", counts.corpus_traces}}},
        {"traces_without_common_ops", counts.nothing_left},
        {"traces_ended_by_the_same_violation", counts.both_wrong},
        {"violated_by_both", report.wrong_clauses},
        {"traces_ended_by_an_event_that_one_cannot_tell", counts.cannot_tell},
        {"units_left_out", counts.units_left_out},
        {"ops_compared", counts.ops},
        {"ops_left_out", counts.left_out},
        {"decided", decided},
        {"open", open},
    };
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string why_nothing(const DiffReport& report) {
    if (report.counts.ops > 0) {
        return {};
    }
    return report.counts.has_profile[0] || report.counts.has_profile[1]
               ? "no op was compared: the two are given no op in common"
               : "no op was compared: the two have no profile in common";
}

std::vector<DifferenceReport> DiffReport::in_the_same_trace(const DifferenceReport& difference) const {
    std::vector<DifferenceReport> same;
    std::copy_if(differences.begin(), differences.end(), std::back_inserter(same),
                 [&](const DifferenceReport& other) { return other.file == difference.file; });
    return same;
}

void write_difference_traces(const DiffReport& report) {
    for (const DifferenceReport& difference : report.differences) {
        make_folder(std::filesystem::path(difference.file).parent_path());
        std::string deciding;
        for (const DifferenceReport& one : report.in_the_same_trace(difference)) {
            deciding += fmt::format("{}{}", deciding.empty() ? "" : ", ", one.clause);
        }
        std::string text = fmt::format(
            "# {} and {} differ at the last op; {}\n", report.subjects[0], report.subjects[1],
            difference.decided ? "decided by " + deciding : std::string("the contract leaves it open"));
        for (const std::size_t side : {0U, 1U}) {
            text += fmt::format("# {}: {}\n", report.subjects[side], difference.did[side]);
        }
        write_output(difference.file,
                     text + fmt::format("# found by {}\n", difference.source) + difference.trace);
    }
}

} // namespace poolproof
