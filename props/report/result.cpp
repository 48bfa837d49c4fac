// What every writer asks of a result (see result.hpp).
#include "report/result.hpp"

#include <algorithm>
#include <string_view>

namespace poolproof {

std::array<std::size_t, verdict_count> count_verdicts(const Result& result) {
    std::array<std::size_t, verdict_count> counts{};
    for (const ClauseResult& clause : result.clauses) {
        ++counts[static_cast<std::size_t>(clause.verdict)];
    }
    return counts;
}

const FindingResult* finding_of(const Result& result, const std::string& clause) {
    const auto found = std::find_if(result.findings.begin(), result.findings.end(),
                                    [&](const FindingResult& finding) { return finding.clause == clause; });
    return found == result.findings.end() ? nullptr : &*found;
}

std::string family_of(const std::string& clause) {
    return clause.substr(0, clause.find('-'));
}

std::string link_of(const std::string& page) {
    const std::size_t slash = page.find('/');
    if (slash == std::string::npos || page.find(' ') != std::string::npos) {
        return {};
    }
    // Pages of a header are named by what they are of: a function, a structure, an enumeration or a callback.
    const std::string_view kind = std::string_view(page).substr(slash + 1, 3);
    const bool of_header = kind == "nf-" || kind == "ns-" || kind == "ne-" || kind == "nc-";
    return "https://learn.microsoft.com/windows-hardware/drivers/" + std::string(of_header ? "ddi/" : "") +
           page;
}

std::string reason_of(const ClauseResult& clause) {
    switch (clause.verdict) {
    case Verdict::not_exercised:
        return "not exercised: nothing in the run touched it";
    case Verdict::not_applicable:
        return "not applicable: the subject cannot express what the clause speaks of";
    case Verdict::unspecified:
        return "unspecified: exercised " + std::to_string(clause.exercised()) +
               " times, but the documents leave the outcome open";
    case Verdict::not_observable:
        return "not observable: " + (clause.unjudged.empty() ? "no run can judge it" : clause.unjudged);
    default:
        break;
    }
    if (is_known_violation(clause)) {
        return "violated, as the baseline expects" +
               (clause.expected_because.empty() ? "" : ": " + clause.expected_because);
    }
    return {};
}

bool is_known_violation(const ClauseResult& clause) {
    return clause.verdict == Verdict::violated && clause.expected == name_of(Verdict::violated);
}

bool passed(const Result& result) {
    const auto broken = [](const ClauseResult& clause) {
        return clause.verdict == Verdict::violated && !is_known_violation(clause);
    };
    return !result.clauses.empty() && result.missing.empty() &&
           std::none_of(result.clauses.begin(), result.clauses.end(), broken);
}

std::vector<std::string> labels_of(const std::vector<Result>& results) {
    std::vector<std::string> labels;
    for (const Result& result : results) {
        const auto same = [&](const Result& other) { return other.subject == result.subject; };
        const bool alone = std::count_if(results.begin(), results.end(), same) == 1;
        std::string label = alone ? result.subject : result.subject + " seed " + std::to_string(result.seed);
        const auto taken = std::count(labels.begin(), labels.end(), label);
        labels.push_back(taken == 0 ? label : label + " (" + std::to_string(labels.size() + 1) + ")");
    }
    return labels;
}

} // namespace poolproof
