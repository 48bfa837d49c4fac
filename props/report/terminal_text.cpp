// A result as text for a terminal (see writers.hpp).
// Does not cover: how wide it is and whether it has colours (cli/terminal.hpp).
#include "report/text.hpp"
#include "report/writers.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace poolproof {
namespace {

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

std::string row(const ClauseResult& clause, const Look& look) {
    const std::string head = fmt::format("{:<9} {:<18} ", printable(clause.id),
                                         printable(fmt::format("{}", fmt::join(clause.kinds, ", "))));
    const std::string shown = fmt::format("{:<14}", name_of(clause.verdict));
    const std::string count = fmt::format(" {:>11}  ", clause.exercised());
    const std::size_t used = head.size() + shown.size() + count.size();
    const std::size_t left = look.width > used ? look.width - used : 0;
    return fmt::format("{}{}{}{}\n", head, paint(look, colour_of(clause.verdict), shown), count,
                       cut(printable(clause.rule), left));
}

std::string what_ran(const Result& result) {
    const Speed& speed = result.speed;
    std::string text = fmt::format("\n{} with seed {}: {} sweep traces, {} random traces, {} corpus traces\n",
                                   printable(result.subject), result.seed, result.traces.sweep,
                                   result.traces.random, result.traces.corpus);
    text += fmt::format("{} ops checked in {:.1f} s on {} threads: {:.0f} ops checked per second\n",
                        result.ops, result.seconds, speed.threads, speed.ops_per_second);
    if (speed.ordinary_ops_per_thread_second > 0) {
        text += fmt::format(
            "{} of them on ordinary-pool traces: {:.0f} ops checked per second, {:.0f} per thread\n",
            speed.ordinary_ops, speed.ordinary_ops_per_thread_second * speed.threads,
            speed.ordinary_ops_per_thread_second);
    }
    if (speed.hand_overs > 0) {
        text += fmt::format("{} hand-overs to a process of the subject's own, {:.1f} us each\n",
                            speed.hand_overs, speed.hand_over_microseconds);
    }
    return text;
}

std::string summary(const Result& result) {
    const auto counts = count_verdicts(result);
    std::string text = fmt::format("{} clauses:", result.clauses.size());
    for (std::size_t i = 0; i < counts.size(); ++i) {
        text += fmt::format("{} {} {}", i == 0 ? "" : ",", counts[i], name_of(static_cast<Verdict>(i)));
    }
    return text + "\n";
}

bool is_known(const Result& result, const std::string& id) {
    return std::any_of(result.clauses.begin(), result.clauses.end(), [&](const ClauseResult& clause) {
        return clause.id == id && is_known_violation(clause);
    });
}

std::string known_violations(const Result& result) {
    std::string ids;
    for (const ClauseResult& clause : result.clauses) {
        ids += is_known_violation(clause) ? (ids.empty() ? "" : ", ") + printable(clause.id) : "";
    }
    return ids.empty() ? "" : fmt::format("violated, as {} expects: {}\n", printable(result.baseline), ids);
}

std::string rule_of(const Result& result, const std::string& id) {
    for (const ClauseResult& clause : result.clauses) {
        if (clause.id == id) {
            return clause.rule;
        }
    }
    return {};
}

std::string shown(const Result& result, const FindingResult& finding, const Look& look) {
    std::string text = fmt::format("\n{} {}  {}\n", paint(look, Colour::red, "violated:"),
                                   printable(finding.clause), printable(rule_of(result, finding.clause)));
    text += fmt::format("  {}\n  found by {}; the shortest trace has {}:\n", printable(finding.text),
                        printable(finding.source), counted(finding.ops, "op"));
    for (const std::string& line : lines_of(printable(finding.trace))) {
        text += fmt::format("    {}\n", line);
    }
    return text + fmt::format("  replay it with: {}\n", printable(finding.replay));
}

} // namespace

std::string to_terminal(const Result& result, const Look& look) {
    std::string text =
        fmt::format("{:<9} {:<18} {:<14} {:>11}  {}\n", "clause", "kind", "verdict", "exercised", "rule");
    for (const ClauseResult& clause : result.clauses) {
        text += row(clause, look);
    }
    text += what_ran(result) + summary(result) + known_violations(result);
    for (const std::string& note : result.notes) {
        text += fmt::format("note: {}\n", printable(note));
    }
    for (const FindingResult& finding : result.findings) {
        if (is_known(result, finding.clause)) {
            continue;
        }
        text += shown(result, finding, look);
    }
    return text;
}

} // namespace poolproof
