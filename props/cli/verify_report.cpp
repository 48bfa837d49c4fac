// What `poolproof verify` prints and writes (see verify_report.hpp).
#include "cli/verify_report.hpp"

#include "cli/contract_words.hpp"
#include "cli/files.hpp"
#include "cli/subjects.hpp"
#include "cli/words.hpp"
#include "trace/text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace poolproof {
namespace {

using Json = nlohmann::ordered_json;

const Clause& clause_at(int position) {
    return all_clauses()[static_cast<std::size_t>(position)];
}

Colour colour_of(Verdict verdict) {
    switch (verdict) {
    case Verdict::holds:
        return Colour::green;
    case Verdict::violated:
        return Colour::red;
    case Verdict::not_exercised:
        return Colour::yellow;
    default:
        return Colour::faint;
    }
}

void print_row(const VerifyRun& run, int position, const Terminal& terminal) {
    const auto index = static_cast<std::size_t>(position);
    const Clause& clause = clause_at(position);
    const Verdict verdict = run.verdicts[index];
    const std::string head = fmt::format("{:<9} {:<18} ", clause.id, joined(kind_words(clause.kinds)));
    const std::string shown = fmt::format("{:<14}", name_of(verdict));
    const std::string count = fmt::format(" {:>11}  ", run.result.tally[index].exercised());
    const std::size_t used = head.size() + shown.size() + count.size();
    const std::size_t left = terminal.width() > used ? terminal.width() - used : 0;
    fmt::print("{}{}{}{}\n", head, terminal.paint(colour_of(verdict), shown), count, cut(clause.rule, left));
}

void print_what_ran(const VerifyRun& run) {
    const CampaignResult& result = run.result;
    fmt::print("\n{} with seed {}: {} sweep traces, {} random traces, {} corpus traces\n", run.subject,
               run.seed, result.sweep_traces, result.random_traces, result.corpus_traces);
    fmt::print("{} ops checked in {:.1f} s on {} threads: {:.0f} ops checked per second\n", result.ops,
               run.seconds, result.threads, static_cast<double>(result.ops) / std::max(run.seconds, 0.001));
    if (result.ordinary_seconds > 0) {
        const double each = static_cast<double>(result.ordinary_ops) / result.ordinary_seconds;
        fmt::print("{} of them on ordinary-pool traces: {:.0f} ops checked per second, {:.0f} per thread\n",
                   result.ordinary_ops, each * result.threads, each);
    }
}

std::string summary(const VerifyRun& run) {
    const auto counts = count_verdicts(run);
    std::string text = fmt::format("{} clauses:", run.clauses.size());
    for (std::size_t i = 0; i < counts.size(); ++i) {
        text += fmt::format("{} {} {}", i == 0 ? "" : ",", counts[i], name_of(static_cast<Verdict>(i)));
    }
    return text;
}

} // namespace

void print_table(const VerifyRun& run, const Terminal& terminal) {
    fmt::print("{:<9} {:<18} {:<14} {:>11}  {}\n", "clause", "kind", "verdict", "exercised", "rule");
    for (const int position : run.clauses) {
        print_row(run, position, terminal);
    }
    print_what_ran(run);
    fmt::print("{}\n", summary(run));
}

void print_findings(const VerifyRun& run, const std::string& folder, const Terminal& terminal) {
    for (const Finding& finding : run.result.findings) {
        const Clause& clause = clause_at(finding.clause);
        const std::string path =
            fmt::format("{}/{}-{}.pool", folder, file_name_of_subject(run.subject), clause.id);
        make_folder(folder);
        write_output(
            path, commented_text(finding.trace, {fmt::format("{} violated by {}", clause.id, run.subject),
                                                 finding.text, fmt::format("found by {}", finding.source)}));
        fmt::print("\n{} {}  {}\n", terminal.paint(Colour::red, "violated:"), clause.id, clause.rule);
        fmt::print("  {}\n  found by {}; the shortest trace has {} ops:\n", finding.text, finding.source,
                   finding.trace.ops.size());
        const std::string trace = to_text(finding.trace);
        for (std::size_t from = 0; from < trace.size();) {
            const std::size_t to = trace.find('\n', from);
            fmt::print("    {}\n", trace.substr(from, to - from));
            from = to == std::string::npos ? trace.size() : to + 1;
        }
        fmt::print("  replay it with: poolproof replay {}{}\n", path,
                   run.subject == "reference" ? "" : " --subject " + run.subject);
    }
}

std::string to_json_text(const VerifyRun& run) {
    const CampaignResult& result = run.result;
    Json clauses = Json::array();
    for (const int position : run.clauses) {
        const auto index = static_cast<std::size_t>(position);
        clauses.push_back({{"id", clause_at(position).id},
                           {"kinds", kind_words(clause_at(position).kinds)},
                           {"verdict", name_of(run.verdicts[index])},
                           {"exercised", result.tally[index].exercised()}});
    }
    Json findings = Json::array();
    for (const Finding& finding : result.findings) {
        findings.push_back({{"clause", clause_at(finding.clause).id},
                            {"source", finding.source},
                            {"trace", to_text(finding.trace)}});
    }
    Json summary = Json::object();
    const auto counts = count_verdicts(run);
    for (std::size_t i = 0; i < counts.size(); ++i) {
        summary[std::string(name_of(static_cast<Verdict>(i)))] = counts[i];
    }
    const Json document = {{"subject", run.subject},
                           {"seed", run.seed},
                           {"ops", result.ops},
                           {"seconds", run.seconds},
                           {"version", POOLPROOF_VERSION},
                           {"traces",
                            {{"sweep", result.sweep_traces},
                             {"random", result.random_traces},
                             {"corpus", result.corpus_traces}}},
                           {"summary", summary},
                           {"clauses", clauses},
                           {"findings", findings}};
    return document.dump(2) + "\n";
}

} // namespace poolproof
