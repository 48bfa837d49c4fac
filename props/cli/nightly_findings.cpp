// See nightly.hpp.
#include "cli/nightly.hpp"

#include "cli/dashboard.hpp"
#include "cli/files.hpp"
#include "cli/subjects.hpp"
#include "cli/triage.hpp"
#include "contract/clause.hpp"
#include "oracle/oracle.hpp"
#include "run/fuzz_targets.hpp"
#include "run/runner.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <ctime>

#include <sys/stat.h>

namespace poolproof {
namespace {

namespace fs = std::filesystem;

std::time_t time_of(const std::string& text) {
    std::tm parts{};
    return strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts) == nullptr ? 0 : timegm(&parts);
}

bool is_older(const fs::path& file, std::time_t time) {
    struct stat found{};
    return stat(file.c_str(), &found) == 0 && found.st_mtime < time;
}

bool has_crashes(const fs::path& folder) {
    for (const fs::directory_entry& target : fs::directory_iterator(folder)) {
        if (target.is_directory() && extent_of(target.path()).files > 0) {
            return true;
        }
    }
    return false;
}

// Of the first night that had it; tonight when none had.
std::string first_seen(const TriageFinding& finding, const Nights& nights, const Night& tonight) {
    for (const Night& night : nights) {
        for (const NightFinding& earlier : night.findings) {
            if (earlier.target == finding.target && earlier.bucket == finding.bucket &&
                earlier.subject == finding.subject) {
                return earlier.first_seen;
            }
        }
    }
    return tonight.started;
}

// The two are the same list.
NightKind kind_of(BucketKind kind) {
    static_assert(static_cast<int>(BucketKind::not_shown) == static_cast<int>(NightKind::not_shown));
    return static_cast<NightKind>(kind);
}

// As TriageResult has it, and what a night tells of it.
NightFinding finding_of(const TriageFinding& from, const fs::path& findings) {
    NightFinding finding;
    finding.target = from.target;
    finding.subject = from.subject;
    finding.kind = kind_of(from.kind);
    finding.bucket = from.bucket;
    finding.rule = from.rule;
    finding.text = from.explanation;
    finding.crashes = from.crashes;
    finding.ops = from.ops;
    finding.trace = from.trace_file.empty() ? "" : read_whole(findings / from.trace_file);
    const std::string best = from.reproducer_file.empty() ? from.bytes_file : from.reproducer_file;
    finding.file = best.empty() ? "" : (findings / best).string();
    finding.replay = fmt::format("POOLPROOF_SUBJECT={} build/fuzz/bin/{} {}", from.subject, from.target,
                                 (findings / from.bytes_file).string());
    finding.suggested_name = from.name;
    finding.reproducer = name_of(from.reproducer);
    finding.shown_again = from.shown > 0;
    return finding;
}

// A crash of an earlier night that is none any more.
bool is_mended(const TriageFinding& finding, const Night& night) {
    return finding.kind == BucketKind::not_shown &&
           std::all_of(finding.files.begin(), finding.files.end(),
                       [&](const std::string& file) { return is_older(file, time_of(night.started)); });
}

void put_away(const TriageFinding& finding, const NightFolder& folder) {
    const fs::path mended = folder.crashes(finding.target) / "mended";
    make_folder(mended);
    for (const std::string& file : finding.files) {
        fs::rename(file, mended / fs::path(file).filename());
    }
}

Nights earlier_nights(const NightFolder& folder) {
    return extent_of(folder.nights()).files == 0 ? Nights{} : read_nights(folder.nights().string());
}

} // namespace

void triage_night(Night& night, const NightFolder& folder, const NightTriage& options,
                  const std::function<void(const std::string&)>& progress) {
    night.findings.clear();
    if (!has_crashes(folder.all_crashes())) {
        return;
    }
    TriageOptions triage_options;
    triage_options.folder = folder.all_crashes();
    triage_options.subject = night.subject;
    triage_options.build = options.build;
    triage_options.out = folder.findings();
    triage_options.compile = options.compile;
    const Nights nights = earlier_nights(folder);
    TriageResult result;
    try {
        result = triage(triage_options, progress);
    } catch (const Failure& failure) {
        if (failure.code() != ExitCode::missing_input) {
            throw;
        }
        night.troubles.emplace_back(failure.what()); // files are kept with the crashes, and none is a crash
    }
    for (const TriageFinding& found : result.findings) {
        if (is_mended(found, night)) {
            put_away(found, folder);
            continue;
        }
        NightFinding finding = finding_of(found, folder.findings());
        finding.first_seen = first_seen(found, nights, night);
        finding.known = finding.first_seen != night.started;
        night.findings.push_back(std::move(finding));
    }
}

void add_time_to_bug(Night& night, const fs::path& file) {
    if (!fs::exists(file)) {
        return;
    }
    const auto json = nlohmann::json::parse(read_whole(file), nullptr, false);
    try {
        const std::uint64_t runs = json.at("runs");
        for (const auto& row : json.at("rows")) {
            TimeToBug bug{row.at("subject"), row.at("target"), 0, 0, row.at("detected").size()};
            for (const std::uint64_t executions : row.at("detected")) {
                bug.detected += executions <= runs ? 1 : 0;
            }
            const auto median = static_cast<std::uint64_t>(row.at("median_detected").get<double>());
            bug.median_executions = median <= runs ? median : 0;
            night.time_to_bug.push_back(bug);
        }
    } catch (const nlohmann::json::exception& error) {
        throw Failure(ExitCode::bad_result,
                      fmt::format("{} is no result of ci/bench faults: {}", file.string(), error.what()));
    }
}

void count_clauses(Night& night, const NightFolder& folder) {
    Oracle oracle;
    for (const NightTarget& row : night.targets) {
        const FuzzTarget* target = fuzz_target(row.name);
        if (target == nullptr || target->input != FuzzInput::trace || row.engine != night.engines.front()) {
            continue;
        }
        const auto player = player_maker(night.subject, target->setup)();
        Runner runner(*player, oracle);
        Trace trace;
        for (const fs::directory_entry& entry : fs::directory_iterator(folder.corpus(row.name))) {
            decode_as(*target, read_bytes(entry.path()), trace);
            runner.run(trace);
        }
    }
    night.clauses.clear();
    const std::vector<ClauseTally>& tally = oracle.tally();
    for (std::size_t i = 0; i < tally.size(); ++i) {
        if (tally[i].exercised() > 0) {
            night.clauses.push_back({std::string(all_clauses()[i].id), tally[i].exercised()});
        }
    }
}

} // namespace poolproof
