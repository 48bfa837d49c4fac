// What the corpus shows of the contract on the reference (see contract_evidence.hpp).
#include "cli/contract_evidence.hpp"

#include "cli/exit_code.hpp"
#include "cli/subjects.hpp"
#include "oracle/oracle.hpp"
#include "run/runner.hpp"
#include "subjects/registry.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <fstream>

namespace poolproof {
namespace {

// Once per trace, however often it came.
void note(TraceNames& traces, const std::string& name) {
    if (traces.empty() || traces.back() != name) {
        traces.push_back(name);
    }
}

void note_bug_check(CorpusEvidence& evidence, const Event& event, const std::string& name) {
    const BugCheckRow* row = find_row(event.code, event.parameters);
    for (RowEvidence& known : evidence.rows) {
        if (known.row == row) {
            note(known.traces, name);
            return;
        }
    }
    note(evidence.unknown,
         fmt::format("0x{:X} (0x{:X}, 0x{:X}, 0x{:X}, 0x{:X}) in {}", event.code, event.parameters[0],
                     event.parameters[1], event.parameters[2], event.parameters[3], name));
}

} // namespace

std::string in_short(const TraceNames& traces) {
    constexpr std::size_t shown = 2;
    const auto end = traces.begin() + static_cast<std::ptrdiff_t>(std::min(shown, traces.size()));
    std::string text = fmt::format("{}", fmt::join(traces.begin(), end, ", "));
    if (traces.size() > shown) {
        text += fmt::format(" and {} more", traces.size() - shown);
    }
    return text;
}

Convictions read_convictions(const std::string& path) {
    Convictions all;
    all.subjects.resize(all_clauses().size());
    all.properties.resize(all_clauses().size());
    const auto faults = all_faulty_subjects();
    for (const FaultySubject& fault : faults) {
        all.subjects[static_cast<std::size_t>(clause_index(fault.clause))].emplace_back(fault.name);
    }
    std::ifstream file(path);
    if (!file) {
        throw Failure(ExitCode::missing_input, fmt::format("{}: cannot be read", path));
    }
    std::string property;
    std::string subject;
    for (unsigned line = 1; file >> property >> subject; ++line) {
        const auto fault = std::find_if(faults.begin(), faults.end(),
                                        [&](const FaultySubject& f) { return f.name == subject; });
        if (fault == faults.end()) {
            throw Failure(ExitCode::internal,
                          fmt::format("{}:{}: expected a faulty subject; got {}", path, line, subject));
        }
        note(all.properties[static_cast<std::size_t>(clause_index(fault->clause))], property);
    }
    return all;
}

CorpusEvidence play_on_reference(const std::vector<NamedTrace>& corpus) {
    CorpusEvidence evidence;
    evidence.holds.resize(all_clauses().size());
    for (const BugCheckEntry& entry : bug_checks()) {
        for (const BugCheckRow& row : entry.rows) {
            evidence.rows.push_back({&entry, &row, {}});
        }
    }
    const auto subject = subject_maker("reference")();
    for (const NamedTrace& played : corpus) {
        Oracle oracle;
        Runner runner(*subject, oracle);
        std::vector<Step> log;
        runner.run(played.trace, log);
        const std::vector<ClauseTally>& tally = oracle.tally();
        for (std::size_t clause = 0; clause < tally.size(); ++clause) {
            if (tally[clause].holds != 0) {
                note(evidence.holds[clause], played.name);
            }
        }
        for (const Step& step : log) {
            if (step.event.kind == EventKind::bug_check) {
                note_bug_check(evidence, step.event, played.name);
            }
        }
    }
    return evidence;
}

} // namespace poolproof
