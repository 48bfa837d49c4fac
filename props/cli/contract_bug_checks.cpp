// `poolproof contract --bug-checks`: which documented bug check a corpus trace reaches, and which none can.
// Does not cover: the table itself (contract/tables.hpp).
#include "cli/contract_coverage.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace poolproof {
namespace {

using Json = nlohmann::ordered_json;

bool is_wrong(const RowEvidence& row) {
    return row.traces.empty() == row.row->unreachable.empty();
}

std::string state_of(const RowEvidence& row) {
    if (!row.traces.empty() && !row.row->unreachable.empty()) {
        return fmt::format("BOTH: reached by {}, and yet: {}", in_short(row.traces), row.row->unreachable);
    }
    if (!row.traces.empty()) {
        return fmt::format("reached by {}", in_short(row.traces));
    }
    if (!row.row->unreachable.empty()) {
        return fmt::format("not reached: {}", row.row->unreachable);
    }
    return "NEITHER: no trace of the corpus reaches it, and nothing says why";
}

Json to_json(const RowEvidence& row) {
    Json document = {{"code", row.entry->code}, {"name", row.entry->name}};
    if (row.entry->sub_code_parameter != 0) {
        document["sub_code_parameter"] = row.entry->sub_code_parameter;
        document["sub_code"] = row.row->sub_code;
    }
    document["meaning"] = row.row->meaning;
    document["parameters"] = row.row->parameters;
    document["traces"] = row.traces;
    document["unreachable"] = row.row->unreachable;
    return document;
}

void print_row(const RowEvidence& row, bool first_of_its_code) {
    if (first_of_its_code) {
        fmt::print("0x{:X}  {}\n", row.entry->code, row.entry->name);
    }
    const std::string which =
        row.entry->sub_code_parameter == 0
            ? std::string()
            : fmt::format("p{}=0x{:X}  ", row.entry->sub_code_parameter, row.row->sub_code);
    fmt::print("  {}{}; {}\n", which, row.row->meaning, state_of(row));
}

} // namespace

ExitCode show_bug_checks(const CorpusEvidence& evidence, bool json) {
    std::size_t reached = 0;
    std::size_t excused = 0;
    std::size_t wrong = 0;
    Json rows = Json::array();
    const BugCheckEntry* last = nullptr;
    for (const RowEvidence& row : evidence.rows) {
        reached += row.traces.empty() ? 0 : 1;
        excused += row.row->unreachable.empty() ? 0 : 1;
        wrong += is_wrong(row) ? 1 : 0;
        if (json) {
            rows.push_back(to_json(row));
        } else {
            print_row(row, row.entry != last);
        }
        last = row.entry;
    }
    if (json) {
        const Json summary = {
            {"rows", evidence.rows.size()}, {"reached", reached}, {"unreachable", excused}, {"wrong", wrong}};
        fmt::print("{}\n",
                   Json{{"bug_checks", rows}, {"unknown", evidence.unknown}, {"summary", summary}}.dump(2));
    } else {
        for (const std::string& unknown : evidence.unknown) {
            fmt::print("NO ROW: {}\n", unknown);
        }
        fmt::print(
            "{} rows: {} reached by a corpus trace, {} not reached for a reason, {} with neither or both\n",
            evidence.rows.size(), reached, excused, wrong);
    }
    return wrong == 0 && evidence.unknown.empty() ? ExitCode::fine : ExitCode::violations;
}

} // namespace poolproof
