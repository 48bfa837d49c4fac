// A night as text for a terminal (see night.hpp).
// Does not cover: how wide it is and whether it has colours (cli/terminal.hpp).
#include "report/night.hpp"
#include "report/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace poolproof {
namespace {

Colour colour_of(NightOutcome outcome) {
    static constexpr Colour colours[] = {Colour::green, Colour::red, Colour::yellow};
    return colours[static_cast<std::size_t>(outcome)];
}

std::string head(const Night& night) {
    return fmt::format("{}, {} with seed {}: {:.1f} of {:.1f} minutes on {}{}\n", printable(night.started),
                       printable(night.subject), night.seed, night.seconds / 60, night.minutes,
                       counted(night.cores, "core"),
                       night.resumed == 0 ? "" : ", taken up again " + counted(night.resumed, "time"));
}

std::string row(const NightTarget& target) {
    return fmt::format("{:<26} {:<10} {:>14} {:>10.0f} {:>8} {:>8} {:>8}{}\n", printable(target.name),
                       printable(target.engine), target.executions, target.execs_per_second, target.edges,
                       target.corpus_files, target.crashes, target.complete ? "" : "  incomplete");
}

std::string line(const NightFinding& finding, const Look& look) {
    const std::string mark = finding.known ? "known:" : "found:";
    std::string text =
        fmt::format("{} {} ({}) by {} in {}, {}\n", paint(look, Colour::red, mark), printable(finding.bucket),
                    night_kind_names[static_cast<std::size_t>(finding.kind)], printable(finding.target),
                    printable(finding.subject),
                    finding.crashes == 1 ? "1 crash" : fmt::format("{} crashes", finding.crashes));
    if (!finding.replay.empty()) {
        text += fmt::format("  replay it with: {}\n", printable(finding.replay));
    }
    return text;
}

} // namespace

std::string to_text(const Night& night, const Look& look) {
    std::string text = head(night);
    if (!night.targets.empty()) {
        text += fmt::format("{:<26} {:<10} {:>14} {:>10} {:>8} {:>8} {:>8}\n", "target", "engine",
                            "executions", "a second", "edges", "corpus", "crashes");
    }
    for (const NightTarget& target : night.targets) {
        text += row(target);
    }
    for (const NightFinding& finding : night.findings) {
        text += line(finding, look);
    }
    const auto reported = std::count_if(night.canaries.begin(), night.canaries.end(),
                                        [](const NightCanary& canary) { return canary.reported; });
    text += fmt::format("canaries: {} of {} reported\n", reported, night.canaries.size());
    const NightOutcome outcome = outcome_of(night);
    text += fmt::format("outcome: {}\n", paint(look, colour_of(outcome), name_of(outcome)));
    for (const std::string& reason : reasons_of(night)) {
        text += fmt::format("  {}\n", printable(reason));
    }
    return text;
}

} // namespace poolproof
