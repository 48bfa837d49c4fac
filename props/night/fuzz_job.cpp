// See fuzz_job.hpp.
#include "night/fuzz_job.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace poolproof {
namespace {

namespace fs = std::filesystem;

constexpr double shortest_slice = 10; // seconds
constexpr double longest_slice = 600;
constexpr double slices_of_a_share = 4; // so that each target has run early in the night
constexpr double left_over = 1;         // seconds of a share that are not worth a run
constexpr double grace = 120;           // seconds that a run may be late, reading its corpus and ending
constexpr unsigned most_in_vain = 3;

bool is_crash(const std::string& name) {
    for (const char* kind : {"crash-", "timeout-", "oom-", "leak-"}) {
        if (name.starts_with(kind)) {
            return true;
        }
    }
    return false;
}

std::uint64_t count_crashes(const fs::path& folder) {
    std::uint64_t count = 0;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
        count += is_crash(entry.path().filename().string()) ? 1 : 0;
    }
    return count;
}

} // namespace

FuzzJob::FuzzJob(FuzzJobOptions options, const NightFolder& folder, NightTarget& record)
    : options_(std::move(options)), folder_(&folder), record_(&record) {
    over_ = record.complete;
}

double FuzzJob::progress() const {
    return over_ ? 1 : std::min(1.0, record_->seconds / options_.share);
}

double FuzzJob::slice() const {
    const double rest = options_.share - record_->seconds;
    const double wanted = std::clamp(options_.share / slices_of_a_share, shortest_slice, longest_slice);
    return rest < wanted + shortest_slice ? rest : wanted;
}

void FuzzJob::start(Processes& processes) {
    before_ = *record_;
    figures_ = {};
    last_line_.clear();
    begin_ = std::chrono::steady_clock::now();
    running_ = true;
    ++record_->runs;
    const double seconds = std::max(1.0, std::ceil(slice()));
    Program program = record_->engine == "afl" ? afl_run(seconds) : libfuzzer_run(seconds);
    program.environment.emplace_back("POOLPROOF_SUBJECT", options_.subject);
    program.log = folder_->log(record_->name + "-" + record_->engine);
    program.most_seconds = seconds + grace;
    program.on_end = [this](const Ended& how) { ended(how); };
    processes.start(std::move(program));
}

Program FuzzJob::libfuzzer_run(double seconds) {
    LibfuzzerRun run;
    run.program = options_.program;
    run.corpus = folder_->corpus(record_->name);
    run.artifacts = folder_->crashes(record_->name);
    run.seed = options_.seed + record_->runs;
    run.seconds = static_cast<std::uint64_t>(seconds);
    Program program;
    program.command = libfuzzer_command(run);
    program.folder = folder_->scratch(record_->name);
    program.on_line = [this](std::string_view line) {
        read_libfuzzer_line(line, figures_);
        last_line_ = line.empty() ? last_line_ : std::string(line);
    };
    return program;
}

Program FuzzJob::afl_run(double seconds) {
    Program program;
    program.command = afl_command(options_.program, folder_->corpus(record_->name),
                                  folder_->scratch(record_->name + "-afl"), options_.seed,
                                  static_cast<std::uint64_t>(seconds));
    program.environment = afl_environment();
    program.folder = folder_->scratch(record_->name);
    program.on_line = [this](std::string_view line) {
        last_line_ = line.empty() ? last_line_ : std::string(line);
    };
    return program;
}

void FuzzJob::look() {
    if (!running_) {
        return;
    }
    if (record_->engine == "afl") {
        figures_ = read_afl_figures(folder_->scratch(record_->name + "-afl"), figures_);
    }
    NightTarget& record = *record_;
    record.seconds =
        before_.seconds + std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
    record.executions = before_.executions + figures_.executions;
    record.execs_per_second =
        record.seconds > 0 ? static_cast<double>(record.executions) / record.seconds : 0;
    record.edges = std::max(before_.edges, figures_.edges);
    record.features = std::max(before_.features, figures_.features);
    record.corpus_files = std::max(before_.corpus_files, figures_.corpus_files);
    if (record.corpus_edges_at_start == 0) {
        record.corpus_edges_at_start = figures_.first_edges;
    }
}

void FuzzJob::mark(std::uint64_t night_seconds) {
    record_->points.push_back({night_seconds, record_->executions, record_->edges, record_->corpus_files});
}

void FuzzJob::ended(const Ended& how) {
    look();
    running_ = false;
    if (record_->engine == "afl") {
        const fs::path scratch = folder_->scratch(record_->name + "-afl");
        folder_->add_to_corpus(record_->name, afl_queue(scratch));
        keep_afl_crashes(scratch, folder_->crashes(record_->name));
    }
    const std::uint64_t crashes = count_crashes(folder_->crashes(record_->name));
    const std::uint64_t fresh = crashes - std::min(crashes, record_->crashes);
    record_->crashes = crashes;
    if (crashes > 0) {
        folder_->drop_crashes_from_corpus(record_->name);
    }
    judge_end(how, fresh);
}

// A run that had its time ends with 0, of libFuzzer also when it was interrupted; one that found something
// with the code for it. Anything else is an engine that does not work.
void FuzzJob::judge_end(const Ended& how, std::uint64_t new_crashes) {
    const bool found = how.status == libfuzzer_crash || how.status == libfuzzer_timeout ||
                       how.status == libfuzzer_oom || !figures_.finding.empty();
    const bool fine =
        (how.status == 0 || how.status == libfuzzer_interrupted) && how.signal == 0 && !how.timed_out;
    in_vain_ = fine || new_crashes > 0 ? 0 : in_vain_ + 1;
    const bool had_time = record_->seconds + left_over >= options_.share;
    const bool said_enough = record_->crashes >= options_.most_crashes || (found && in_vain_ >= most_in_vain);
    over_ = had_time || said_enough || in_vain_ >= most_in_vain;
    record_->complete = had_time || said_enough;
    if (over_ && !record_->complete) {
        trouble_ = record_->name + " does not run under " + record_->engine + ": " +
                   (how.timed_out ? "it did not end in its time"
                                  : "exit status " + std::to_string(how.status) + ", signal " +
                                        std::to_string(how.signal)) +
                   ", last line: " + last_line_;
    }
}

} // namespace poolproof
