// See baseline.hpp.
#include "report/baseline.hpp"

#include "contract/clause.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>

namespace poolproof {
namespace {

constexpr std::string_view head = "# poolproof baseline ";
constexpr std::string_view subject_head = "# subject: ";

constexpr std::array verdicts = {Verdict::holds,          Verdict::violated,    Verdict::not_exercised,
                                 Verdict::not_applicable, Verdict::unspecified, Verdict::not_observable};

std::string word_of(Verdict verdict) {
    std::string word(name_of(verdict));
    std::replace(word.begin(), word.end(), ' ', '-');
    return word;
}

std::optional<Verdict> verdict_of_word(std::string_view word) {
    for (const Verdict verdict : verdicts) {
        if (word_of(verdict) == word) {
            return verdict;
        }
    }
    return {};
}

std::string_view trimmed(std::string_view text) {
    const std::size_t from = text.find_first_not_of(" \t\r");
    return from == std::string_view::npos ? "" : text.substr(from, text.find_last_not_of(" \t\r") + 1 - from);
}

// Cuts the first word off.
std::string_view next_word(std::string_view& text) {
    text = trimmed(text);
    const std::size_t end = std::min(text.find_first_of(" \t"), text.size());
    const std::string_view word = text.substr(0, end);
    text = trimmed(text.substr(end));
    return word;
}

class Parser {
  public:
    explicit Parser(const std::string& file) : file_(&file) {}

    void take(std::string_view line) {
        ++number_;
        line = trimmed(line);
        if (number_ == 1) {
            take_head(line);
        } else if (number_ == 2) {
            require(line.starts_with(subject_head), "'# subject: NAME VERSION'", line);
            baseline_.subject = line.substr(subject_head.size());
        } else if (line.starts_with('#')) {
            require(baseline_.lines.empty(), "comments before the first clause only", line);
            baseline_.comments.emplace_back(line);
        } else if (!line.empty()) {
            take_clause(line);
        }
    }

    Baseline finish() {
        require(number_ >= 2 && !baseline_.lines.empty(), "at least one clause", "the end of the file");
        return std::move(baseline_);
    }

  private:
    [[noreturn]] void fail(std::string_view expected, std::string_view got) const {
        throw BaselineError(
            fmt::format("{}:{}: expected {}, got '{}'", *file_, number_, expected, got.substr(0, 80)));
    }
    void require(bool good, std::string_view expected, std::string_view got) const {
        if (!good) {
            fail(expected, got);
        }
    }

    void take_head(std::string_view line) {
        require(line.starts_with(head), "'# poolproof baseline 1'", line);
        const std::string_view format = line.substr(head.size());
        if (format != std::to_string(baseline_format)) {
            throw BaselineError(fmt::format("{}: a baseline of format {}; this version reads format {}",
                                            *file_, format, baseline_format));
        }
    }

    void take_clause(std::string_view line) {
        std::string_view rest = line;
        BaselineLine read;
        read.clause = next_word(rest);
        const std::string_view word = next_word(rest);
        const auto verdict = verdict_of_word(word);
        if (!verdict) {
            fail("a clause and one of holds, violated, not-exercised, not-applicable, unspecified and "
                 "not-observable",
                 line);
        }
        read.verdict = *verdict;
        read.reason = rest;
        read.line = number_;
        if (!baseline_.lines.empty()) {
            require(baseline_.lines.back().clause < read.clause,
                    fmt::format("a clause after {} in the order of text", baseline_.lines.back().clause),
                    read.clause);
        }
        baseline_.lines.push_back(std::move(read));
    }

    const std::string* file_;
    unsigned number_ = 0;
    Baseline baseline_;
};

// How a clause came out otherwise than expected.
std::string difference(const BaselineLine& expected, const ClauseResult& clause, const std::string& file) {
    const std::string where = fmt::format("{}:{}", file, expected.line);
    const std::string both = fmt::format("{}: {}, where {} expects {}", clause.id, name_of(clause.verdict),
                                         where, name_of(expected.verdict));
    if (clause.verdict == Verdict::violated) {
        return "unexpected violation: " + both;
    }
    if (clause.verdict == Verdict::not_exercised) {
        return "newly not exercised: " + both;
    }
    if (expected.verdict == Verdict::violated && clause.verdict == Verdict::holds) {
        return "unexpected hold: " + both;
    }
    return "changed: " + both;
}

ClauseResult* clause_of(Result& result, const std::string& id) {
    const auto found = std::find_if(result.clauses.begin(), result.clauses.end(),
                                    [&](const ClauseResult& clause) { return clause.id == id; });
    return found == result.clauses.end() ? nullptr : &*found;
}

} // namespace

Baseline parse_baseline(std::string_view text, const std::string& file) {
    Parser parser(file);
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        parser.take(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parser.finish();
}

std::string to_text(const Baseline& baseline) {
    std::string text = fmt::format("{}{}\n{}{}\n", head, baseline_format, subject_head, baseline.subject);
    for (const std::string& comment : baseline.comments) {
        text += comment + '\n';
    }
    for (const BaselineLine& line : baseline.lines) {
        text += line.reason.empty()
                    ? fmt::format("{:<9} {}\n", line.clause, word_of(line.verdict))
                    : fmt::format("{:<9} {:<15} {}\n", line.clause, word_of(line.verdict), line.reason);
    }
    return text;
}

// Wherever its file lies. A subject that comes with the command has its version, which changes too often to
// be named.
std::string subject_of(const Result& result) {
    return result.subject_version == result.version ? result.subject : result.subject_version;
}

void compare(const Baseline& baseline, const std::string& file, Result& result) {
    if (baseline.subject != subject_of(result)) {
        throw BaselineError(
            fmt::format("{}:2: a baseline of '{}', and this is '{}'; --update-baseline makes one of it", file,
                        baseline.subject, subject_of(result)));
    }
    result.baseline = file;
    for (const BaselineLine& line : baseline.lines) {
        ClauseResult* clause = clause_of(result, line.clause);
        if (clause != nullptr) {
            clause->expected = name_of(line.verdict);
            clause->expected_because = line.reason;
            if (clause->verdict != line.verdict) {
                result.missing.push_back(difference(line, *clause, file));
            }
        } else if (clause_index(line.clause) < 0) {
            result.missing.push_back(
                fmt::format("unknown clause: {}:{} names {}, which this contract does not have", file,
                            line.line, line.clause));
        }
    }
    for (const ClauseResult& clause : result.clauses) {
        if (clause.expected.empty()) {
            result.notes.push_back(fmt::format("new clause: {} is {}, and {} does not have it", clause.id,
                                               name_of(clause.verdict), file));
        }
    }
}

Baseline updated(const Baseline& baseline, const Result& result) {
    Baseline made{subject_of(result), baseline.comments, {}};
    for (const ClauseResult& clause : result.clauses) {
        BaselineLine line{clause.id, clause.verdict, {}, 0};
        for (const BaselineLine& before : baseline.lines) {
            if (before.clause == clause.id && before.verdict == clause.verdict) {
                line.reason = before.reason;
            }
        }
        made.lines.push_back(std::move(line));
    }
    std::sort(made.lines.begin(), made.lines.end(),
              [](const BaselineLine& a, const BaselineLine& b) { return a.clause < b.clause; });
    return made;
}

} // namespace poolproof
