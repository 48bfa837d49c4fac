// Results as Markdown for the summary of a CI job (see writers.hpp).
//
// Covers: GitHub's dialect, with tables and details. Does not cover: the clauses that held, which the page
// lists.
#include "report/text.hpp"
#include "report/writers.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace poolproof {
namespace {

// Plain text for a paragraph or a table cell: one line in which no character means anything to Markdown or
// HTML.
std::string plain(std::string_view text) {
    std::string result;
    for (const char c : html_text(text)) {
        if (std::string_view("\\`*_[]|~$").find(c) != std::string_view::npos) {
            result += '\\';
        }
        result += c == '\n' || c == '\t' ? ' ' : c;
    }
    return result;
}

// A code block; the fence is longer than any run of backticks in it.
std::string fenced(const std::string& text) {
    const std::string shown = printable(text);
    std::size_t longest = 2;
    std::size_t run = 0;
    for (const char c : shown) {
        run = c == '`' ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    const std::string fence(longest + 1, '`');
    return fmt::format("{}text\n{}{}{}\n", fence, shown, shown.ends_with('\n') ? "" : "\n", fence);
}

std::string counts_table(const Results& results, const std::vector<std::string>& labels) {
    std::string text = "| subject | result |";
    std::string rule = "|---|---|";
    for (std::size_t i = 0; i < verdict_count; ++i) {
        text += fmt::format(" {} |", name_of(static_cast<Verdict>(i)));
        rule += "--:|";
    }
    text += " ops |\n" + rule + "--:|\n";
    for (std::size_t i = 0; i < results.size(); ++i) {
        text += fmt::format("| {} | {} |", plain(labels[i]), passed(results[i]) ? "passed" : "**failed**");
        for (const std::size_t count : count_verdicts(results[i])) {
            text += fmt::format(" {} |", count);
        }
        text += fmt::format(" {} |\n", results[i].ops);
    }
    return text;
}

std::string violation(const ClauseResult& clause, const FindingResult* finding) {
    std::string text = fmt::format("\n- **{}** {}\n", plain(clause.id), plain(clause.rule));
    if (finding == nullptr) {
        return text;
    }
    text += fmt::format(
        "\n<details><summary>{}: shortest trace, {}</summary>\n\n{}\n\nFound by {}{}.\n\n{}\n",
        html_text(clause.id), counted(finding->ops, "op"), plain(finding->text), plain(finding->source),
        finding->confirmed ? ", shown again on a fresh subject" : ", not shown again on a fresh subject",
        fenced(finding->trace));
    if (!finding->events.empty()) {
        std::string events;
        for (std::size_t i = 0; i < finding->events.size(); ++i) {
            events +=
                fmt::format("{:>3}  {}\n     -> {}\n", i, finding->events[i].op, finding->events[i].event);
        }
        text += "What happened:\n\n" + fenced(events) + "\n";
    }
    return text + "Replay it with:\n\n" + fenced(finding->replay) + "\n</details>\n";
}

std::string section(const Result& result, const std::string& label) {
    std::string text = fmt::format(
        "\n### {}\n\npoolproof {}, seed {}: {} sweep, {} random and {} corpus traces.\n", plain(label),
        plain(result.version), result.seed, result.traces.sweep, result.traces.random, result.traces.corpus);
    std::string known;
    for (const ClauseResult& clause : result.clauses) {
        if (is_known_violation(clause)) {
            known += (known.empty() ? "" : ", ") + plain(clause.id);
        } else if (clause.verdict == Verdict::violated) {
            text += violation(clause, finding_of(result, clause.id));
        }
    }
    if (!known.empty()) {
        text += fmt::format("\nViolated, as the baseline expects: {}.\n", known);
    }
    for (const std::string& line : result.missing) {
        text += fmt::format("\n- missing: {}\n", plain(line));
    }
    for (const std::string& note : result.notes) {
        text += fmt::format("\n- note: {}\n", plain(note));
    }
    return text;
}

} // namespace

std::string to_markdown(const Results& results) {
    const std::vector<std::string> labels = labels_of(results);
    std::string text = "## poolproof\n\n" + counts_table(results, labels);
    for (std::size_t i = 0; i < results.size(); ++i) {
        text += section(results[i], labels[i]);
    }
    return text;
}

} // namespace poolproof
