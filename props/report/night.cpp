// Whether a night was fine (see night.hpp).
// Does not cover: what it looks like in words (night_text.cpp).
#include "report/night.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace poolproof {
namespace {

std::vector<std::string> troubles_of(const Night& night) {
    std::vector<std::string> lines = night.troubles;
    for (const NightTarget& target : night.targets) {
        if (target.executions == 0) {
            lines.push_back(fmt::format("{} on {} executed nothing", target.name, target.engine));
        } else if (!target.complete) {
            lines.push_back(
                fmt::format("{} on {} did not have the whole of its time", target.name, target.engine));
        }
    }
    for (const NightCanary& canary : night.canaries) {
        if (!canary.reported) {
            lines.push_back(fmt::format("{} was blind to the canary {}: it had to report {}", canary.target,
                                        canary.name, canary.expects));
        }
    }
    if (night.targets.empty()) {
        lines.emplace_back("no target ran");
    }
    if (night.canaries.empty()) {
        lines.emplace_back("no canary was tried, so that a blind target would not have been seen");
    }
    return lines;
}

// The number that the digits at that place are.
int digits(std::string_view text, std::size_t at, std::size_t count) {
    int number = -1;
    const std::string_view part = text.substr(at, count);
    const bool all = std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (all) {
        std::from_chars(part.data(), part.data() + part.size(), number);
    }
    return number;
}

} // namespace

std::string_view name_of(NightOutcome outcome) {
    static constexpr std::string_view names[] = {"fine", "findings", "broken"};
    return names[static_cast<std::size_t>(outcome)];
}

NightOutcome outcome_of(const Night& night) {
    if (!troubles_of(night).empty()) {
        return NightOutcome::broken;
    }
    return night.findings.empty() ? NightOutcome::fine : NightOutcome::findings;
}

std::vector<std::string> reasons_of(const Night& night) {
    std::vector<std::string> lines = troubles_of(night);
    for (const NightFinding& finding : night.findings) {
        lines.push_back(fmt::format("{} found {} in {}", finding.target, finding.bucket, finding.subject));
    }
    return lines;
}

bool is_time(std::string_view text) {
    constexpr std::string_view form = "dddd-dd-ddTdd:dd:ddZ";
    for (std::size_t i = 0; i < form.size(); ++i) {
        if (text.size() != form.size() || (form[i] != 'd' && text[i] != form[i])) {
            return false;
        }
    }
    const auto within = [&](std::size_t at, int least, int most) {
        const int number = digits(text, at, 2);
        return number >= least && number <= most;
    };
    static constexpr int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return digits(text, 0, 4) >= 0 && within(5, 1, 12) &&
           within(8, 1, days[static_cast<std::size_t>(digits(text, 5, 2)) - 1]) && within(11, 0, 23) &&
           within(14, 0, 59) && within(17, 0, 60);
}

} // namespace poolproof
