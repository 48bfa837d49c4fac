// The matrix of faulty subjects (see matrix.hpp).
#include "cli/matrix.hpp"

#include "cli/files.hpp"
#include "cli/terminal.hpp"
#include "subjects/registry.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <string>

namespace poolproof {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t longest_trace = 10;

struct Row {
    const FaultySubject* subject;
    std::string named; // the clause named first; empty when none was
    std::size_t trace_ops = 0;
    std::uint64_t ops = 0;
    double seconds = 0;

    // Empty when the subject is convicted as it should be.
    std::string failure() const {
        if (named.empty()) {
            return "was not convicted";
        }
        if (named != subject->clause) {
            return fmt::format("was convicted by {} before {}", named, subject->clause);
        }
        if (trace_ops > longest_trace) {
            return fmt::format("was convicted by a trace of {} ops; at most {} is allowed", trace_ops,
                               longest_trace);
        }
        return {};
    }
};

Row try_subject(const FaultySubject& subject, const VerifyOptions& options,
                const std::vector<NamedTrace>& corpus, const VerifyProgress& progress) {
    const VerifyRun run = run_verify(options, fmt::format("faulty:{}", subject.name), corpus, progress);
    Row row{&subject, {}, 0, run.result.ops, run.seconds};
    if (!run.result.findings.empty()) {
        const Finding& first = run.result.findings.front();
        row.named = all_clauses()[static_cast<std::size_t>(first.clause)].id;
        row.trace_ops = first.trace.ops.size();
    }
    return row;
}

std::string matrix_json(const VerifyOptions& options, const std::vector<Row>& rows) {
    Json subjects = Json::array();
    std::uint64_t ops = 0;
    double seconds = 0;
    for (const Row& row : rows) {
        ops += row.ops;
        seconds += row.seconds;
        subjects.push_back({{"name", row.subject->name},
                            {"broken_rule", row.subject->broken_rule},
                            {"clause", row.subject->clause},
                            {"named", row.named},
                            {"trace_ops", row.trace_ops},
                            {"convicted", row.failure().empty()}});
    }
    const Json document = {{"subject", "faulty:all"}, {"seed", options.seed},     {"ops", ops},
                           {"seconds", seconds},      {"clauses", Json::array()}, {"subjects", subjects}};
    return document.dump(2) + "\n";
}

} // namespace

ExitCode run_matrix(const VerifyOptions& options, const std::vector<NamedTrace>& corpus) {
    const Terminal terminal(!options.no_color);
    const bool quiet = options.reports.json == "-";
    Progress progress;
    std::vector<Row> rows;
    if (!quiet) {
        fmt::print("{:<30} {:<9} {:<9} {:>5}  {:<9} {:>7}\n", "subject", "intended", "named", "ops",
                   "convicted", "seconds");
    }
    for (const FaultySubject& subject : all_faulty_subjects()) {
        rows.push_back(try_subject(subject, options, corpus, [&](std::size_t done, std::size_t units) {
            progress.show(fmt::format("faulty:{} {}/{}", subject.name, done, units));
        }));
        progress.clear();
        const Row& row = rows.back();
        const bool convicted = row.failure().empty();
        if (!quiet) {
            fmt::print("{:<30} {:<9} {:<9} {:>5}  {} {:>7.1f}\n", subject.name, subject.clause,
                       row.named.empty() ? "-" : row.named, row.trace_ops,
                       terminal.paint(convicted ? Colour::green : Colour::red,
                                      fmt::format("{:<9}", convicted ? "yes" : "no")),
                       row.seconds);
        }
    }
    if (!options.reports.json.empty()) {
        write_output(options.reports.json, matrix_json(options, rows));
    }
    ExitCode code = rows.empty() ? ExitCode::violations : ExitCode::fine;
    for (const Row& row : rows) {
        if (!row.failure().empty()) {
            fmt::print(stderr, "poolproof: faulty:{} {}\n", row.subject->name, row.failure());
            code = ExitCode::violations;
        }
    }
    return code;
}

} // namespace poolproof
