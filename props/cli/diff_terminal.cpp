// What two subjects do differently, as text for a terminal (see diff_report.hpp).
#include "cli/diff_report.hpp"
#include "contract/clause.hpp"
#include "report/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace poolproof {
namespace {

std::string what_ran(const DiffReport& report) {
    const DifferResult& counts = report.counts;
    std::string text =
        fmt::format("A: {}\nB: {}\n", printable(report.subjects[0]), printable(report.subjects[1]));
    text += fmt::format("seed {}: {} sweep traces, {} random traces, {} corpus traces\n", report.seed,
                        counts.sweep_traces, counts.random_traces, counts.corpus_traces);
    text += fmt::format("{} compared, {} left out of both because one of the two is not given them\n",
                        counted(counts.ops, "op"), counts.left_out);
    const auto line = [&](std::uint64_t traces, const std::string& what) {
        text += traces == 0 ? "" : fmt::format("{} {}\n", counted(traces, "trace"), what);
    };
    line(counts.nothing_left, "had no op that both are given");
    line(counts.cannot_tell, "ended where one of the two has no means to say what the other says");
    line(counts.both_wrong, fmt::format("ended where both violate the same, doing the same: {}",
                                        fmt::join(report.wrong_clauses, ", ")));
    if (counts.units_left_out > 0) {
        text +=
            fmt::format("note: the run was cut short after so many crashes or time-outs: {} were left out\n",
                        counted(counts.units_left_out, "part"));
    }
    if (counts.has_profile[0] != counts.has_profile[1]) {
        text +=
            fmt::format("note: both have the {} profile only\n", counts.has_profile[0] ? "32-bit" : "64-bit");
    }
    return text;
}

std::string breakers(const DifferenceReport& difference) {
    return difference.breaks[0] && difference.breaks[1] ? "A and B break it, differently"
           : difference.breaks[0]                       ? "A breaks it"
                                                        : "B breaks it";
}

std::string_view rule_of(const std::string& clause) {
    return all_clauses()[static_cast<std::size_t>(clause_index(clause))].rule;
}

std::string decided(const DiffReport& report, const DifferenceReport& difference, const Look& look) {
    std::string text = "\n";
    for (const DifferenceReport& one : report.in_the_same_trace(difference)) {
        text += fmt::format("{} {}  {}\n  {}; {} it\n", paint(look, Colour::red, "decided:"), one.clause,
                            rule_of(one.clause), breakers(one),
                            counted(one.traces, "trace") + (one.traces == 1 ? " shows" : " show"));
    }
    text += fmt::format("  the shortest trace has {}, found by {}:\n", counted(difference.ops, "op"),
                        printable(difference.source));
    for (const std::string& line : lines_of(printable(difference.trace))) {
        text += fmt::format("    {}\n", line);
    }
    for (const std::size_t side : {0U, 1U}) {
        text += fmt::format("  {}: {}\n", side == 0 ? 'A' : 'B', printable(difference.did[side]));
        for (const std::string& expected : difference.expected[side]) {
            text += fmt::format("     {}\n", printable(expected));
        }
    }
    return text + fmt::format("  replay it with: {}\n                  {}\n", printable(difference.replay[0]),
                              printable(difference.replay[1]));
}

std::string open(const DifferenceReport& difference, const Look& look) {
    std::string text =
        fmt::format("\n{} {}, {}; {}; {} in {}\n", paint(look, Colour::yellow, "open:"), difference.what,
                    difference.aspect,
                    difference.speaks.empty() ? std::string("no clause speaks of it")
                                              : fmt::format("{}", fmt::join(difference.speaks, ", ")),
                    counted(difference.traces, "trace"), printable(difference.file));
    text += fmt::format("  {}\n", difference.op);
    for (const std::size_t side : {0U, 1U}) {
        text += fmt::format("  {}: {}\n", side == 0 ? 'A' : 'B', printable(difference.did[side]));
    }
    return text;
}

} // namespace

std::string to_terminal(const DiffReport& report, const Look& look) {
    const std::size_t deciding = report.decided();
    const std::size_t undecided = report.differences.size() - deciding;
    std::string text = what_ran(report);
    text += fmt::format("{} that the contract decides, {} where it leaves things open\n",
                        counted(deciding, "difference"), counted(undecided, "difference"));
    for (const DifferenceReport& difference : report.differences) {
        const bool told =
            std::any_of(report.differences.data(), &difference,
                        [&](const DifferenceReport& earlier) { return earlier.file == difference.file; });
        if (difference.decided && !told) {
            text += decided(report, difference, look);
        } else if (!difference.decided) {
            text += open(difference, look);
        }
    }
    return text;
}

} // namespace poolproof
