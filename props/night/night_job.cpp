// The rules of a nightly job.
//
// Time: the minutes asked for are minutes of fuzzing, on all cores. Building, canaries, merging and triage
// come on top.
//
// Canaries first: each target has to find the bugs that it is given (run/fuzz_targets.hpp), and the
// properties' launcher has to report the one property that must fail. What is silent then is blind, and the
// night is broken, whatever else it finds or does not find. A canary gets three minutes at the most.
//
// Shares: each target gets the same share of the time, on each engine asked for; a target of several threads
// is no exception. One core plays one target at a time, and a target is played by one core. A share is cut
// into at least four runs of 10 seconds to 10 minutes, and the target that has had the least of its share is
// next: so that each has run early in the night.
//
// Seeds: each run has a seed of its own, the night's seed plus the number of the run.
//
// Retries: a run that ends early is followed by another one. A target has said enough when twenty of its
// crashes are kept, or when three runs in a row ended with a crash that was there before; it is given up, and
// the night is broken, when three in a row ended early without one.
//
// Corpora: seeds join the corpus of their target at the start. Engines add to it as they go; AFL++ keeps a
// queue of its own, which joins the corpus after each of its runs. At the end of the night libFuzzer's merge
// makes a smaller corpus that covers the same, and that one takes the place of the old one at once. A merge
// that fails changes nothing.
//
// Crashes: what crashes leaves the corpus, so that the next run gets past it, and is kept as a crash as long
// as nobody deletes it. Triage plays all of them again each night, so that an old bug which is still there
// makes tonight fail too.
//
// Killed: what a killed job found lies in the corpora and among the crashes already. The record of the night
// is written every few seconds, each time whole; the next job with the same options goes on from there, and
// takes the time that was spent as spent. Programs die with the job.
//
// Does not cover: one target's runs (fuzz_job.cpp).
#include "night/night_job.hpp"

#include "report/night_json.hpp"
#include "run/fuzz_targets.hpp"

#include <algorithm>
#include <ctime>
#include <thread>

namespace poolproof {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto patience = 200ms; // with running programs, before the next look at everything
constexpr auto save_each = 5s;
constexpr double canary_seconds = 180;
constexpr std::uint64_t canary_runs = 5'000'000;
constexpr double merge_seconds = 900;
constexpr double look_seconds = 300;
constexpr std::size_t points_of_a_share = 32; // at most about so many in a record
constexpr const char* property_canary = "Canary.MustFail";
constexpr const char* properties = "poolproof_props";

std::string time_now() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text;
}

unsigned processors() {
    return std::max(1U, std::thread::hardware_concurrency());
}

} // namespace

NightJob::NightJob(NightOptions options, NightFolder& folder, NightWatch watch)
    : options_(std::move(options)), folder_(&folder), watch_(std::move(watch)) {
    options_.jobs = options_.jobs == 0 ? processors() : options_.jobs;
    if (options_.targets.empty()) {
        for (const FuzzTarget& target : all_fuzz_targets()) {
            options_.targets.emplace_back(target.name);
        }
    }
    const fs::path left = folder.under_way();
    if (fs::exists(left)) {
        night_ = night_from_json(left.string(), read_whole(left));
    }
    if (!fs::exists(left) || !goes_on(night_)) {
        begin();
    } else {
        ++night_.resumed;
        night_.troubles.clear(); // they show again
        spent_before_ = night_.seconds;
    }
    for (NightTarget& target : night_.targets) {
        FuzzJobOptions job;
        job.program = program_of(target);
        job.subject = options_.subject;
        job.share = share();
        job.seed = options_.seed;
        jobs_.push_back(std::make_unique<FuzzJob>(job, folder, target));
    }
    save();
}

// The same work: then the time that was spent on it counts.
bool NightJob::goes_on(const Night& left) const {
    std::vector<std::string> targets;
    for (const NightTarget& target : left.targets) {
        if (target.engine == left.engines.front()) {
            targets.push_back(target.name);
        }
    }
    return left.minutes == options_.minutes && left.subject == options_.subject &&
           left.seed == options_.seed && left.engines == options_.engines && targets == options_.targets &&
           left.version == options_.version && left.commit == options_.commit;
}

void NightJob::begin() {
    night_ = Night{};
    night_.version = options_.version;
    night_.commit = options_.commit;
    night_.started = time_now();
    night_.minutes = options_.minutes;
    night_.cores = options_.jobs;
    night_.engines = options_.engines;
    night_.subject = options_.subject;
    night_.seed = options_.seed;
    for (const std::string& engine : options_.engines) {
        for (const std::string& name : options_.targets) {
            NightTarget target;
            target.name = name;
            target.engine = engine;
            night_.targets.push_back(target);
            folder_->add_to_corpus(name, options_.build / "corpus" / name);
            folder_->empty_scratch(name + "-afl");
        }
    }
}

fs::path NightJob::program_of(const NightTarget& target) const {
    return fs::absolute((target.engine == "afl" ? options_.afl_build : options_.build / "bin") / target.name);
}

double NightJob::share() const {
    const double targets = static_cast<double>(night_.targets.size());
    return options_.minutes * 60 * std::min<double>(options_.jobs, targets) / targets;
}

void NightJob::check_stop() {
    if (watch_.stop && watch_.stop()) {
        processes_.stop(5s);
        save();
        throw NightInterrupted("interrupted; the same command goes on from here");
    }
}

NightMoment NightJob::moment(const char* stage) const {
    NightMoment moment{stage};
    double spent = 0;
    for (const NightTarget& target : night_.targets) {
        spent += target.complete ? share() : std::min(target.seconds, share());
        moment.executions += target.executions;
        moment.edges += target.edges;
        moment.corpus_files += target.corpus_files;
        moment.crashes += target.crashes;
    }
    const double targets = static_cast<double>(night_.targets.size());
    moment.seconds_left = (share() * targets - spent) / std::min<double>(options_.jobs, targets);
    return moment;
}

void NightJob::turn(const char* stage) {
    processes_.turn(patience);
    const auto now = std::chrono::steady_clock::now();
    night_.seconds = spent_before_ + std::chrono::duration<double>(now - begin_).count();
    for (std::size_t i = 0; i < jobs_.size(); ++i) {
        jobs_[i]->look();
        const std::size_t points = night_.targets[i].points.size();
        if (jobs_[i]->progress() * static_cast<double>(points_of_a_share) > static_cast<double>(points)) {
            jobs_[i]->mark(static_cast<std::uint64_t>(night_.seconds));
        }
    }
    if (watch_.moment) {
        watch_.moment(moment(stage));
    }
    if (now - saved_ > save_each) {
        save();
        saved_ = now;
    }
    check_stop();
}

void NightJob::save() const {
    write_whole(folder_->under_way(), to_json(night_));
}

FuzzJob* NightJob::next() {
    FuzzJob* least = nullptr;
    for (const auto& job : jobs_) {
        if (!job->over() && !job->running() && (least == nullptr || job->progress() < least->progress())) {
            least = job.get();
        }
    }
    return least;
}

void NightJob::fuzz() {
    for (FuzzJob* job = next(); job != nullptr || processes_.running() > 0; job = next()) {
        if (job != nullptr && processes_.running() < options_.jobs) {
            job->start(processes_);
        } else {
            turn("fuzzing");
        }
    }
    for (const auto& job : jobs_) {
        if (!job->trouble().empty()) {
            night_.troubles.push_back(job->trouble());
        }
    }
    save();
}

bool NightJob::has_reported(const std::string& name, const std::string& target) const {
    return std::any_of(night_.canaries.begin(), night_.canaries.end(), [&](const NightCanary& canary) {
        return canary.name == name && canary.target == target && canary.reported;
    });
}

void NightJob::try_canaries() {
    std::erase_if(night_.canaries, [](const NightCanary& canary) { return !canary.reported; });
    for (const std::string& name : options_.targets) {
        for (const std::string_view canary : fuzz_target(name)->canaries) {
            if (!has_reported(std::string(canary), name)) {
                try_canary(name, std::string(canary));
            }
        }
    }
    if (!has_reported(property_canary, properties)) {
        try_property();
    }
    while (processes_.running() > 0) {
        turn("canaries");
    }
    save();
}

// A subject, played by the target itself; or a program of the same source.
void NightJob::try_canary(const std::string& target, const std::string& canary) {
    const bool is_subject = canary.starts_with("faulty:");
    LibfuzzerRun run;
    run.program = fs::absolute(options_.build / "bin" / (is_subject ? target : canary));
    run.corpus = folder_->empty_scratch("canary-" + canary + "-" + target);
    if (is_subject) {
        run.more = {fs::absolute(options_.build / "corpus" / target)};
    }
    run.artifacts = run.corpus;
    run.seed = options_.seed;
    run.runs = canary_runs;
    Program program;
    program.command = libfuzzer_command(run);
    program.environment = {{"POOLPROOF_SUBJECT", is_subject ? canary : "reference"}};
    program.folder = run.corpus;
    program.log = folder_->log("canary-" + canary + "-" + target);
    program.most_seconds = canary_seconds;
    const auto figures = std::make_shared<EngineFigures>();
    program.on_line = [figures](std::string_view line) { read_libfuzzer_line(line, *figures); };
    program.on_end = [this, figures, target, canary](const Ended& how) {
        const bool reported = how.status == libfuzzer_crash && !figures->finding.empty();
        night_.canaries.push_back({canary, target, "a finding", reported});
    };
    while (processes_.running() >= options_.jobs) {
        turn("canaries");
    }
    processes_.start(std::move(program));
}

void NightJob::try_property() {
    Program program;
    program.command = {fs::absolute(options_.properties).string(), "--canary"};
    program.folder = folder_->empty_scratch("canary-property");
    program.log = folder_->log("canary-property");
    program.most_seconds = canary_seconds;
    const auto failed = std::make_shared<bool>(false);
    program.on_line = [failed](std::string_view line) {
        *failed = *failed || line.find("[  FAILED  ] Canary.MustFail") != std::string_view::npos;
    };
    program.on_end = [this, failed](const Ended& how) {
        night_.canaries.push_back({property_canary, properties, "a failure", how.status == 1 && *failed});
    };
    processes_.start(std::move(program));
}

void NightJob::merge_corpora() {
    for (const std::string& target : options_.targets) {
        while (processes_.running() >= options_.jobs) {
            turn("merging");
        }
        merge(target);
    }
    while (processes_.running() > 0) {
        turn("merging");
    }
    save();
}

void NightJob::merge(const std::string& target) {
    const fs::path merged = folder_->empty_scratch(target + "-merged");
    Program program;
    program.command = libfuzzer_merge_command(fs::absolute(options_.build / "bin" / target), merged,
                                              {folder_->corpus(target)});
    program.environment = {{"POOLPROOF_SUBJECT", options_.subject}};
    program.folder = folder_->scratch(target);
    program.log = folder_->log(target + "-merge");
    program.most_seconds = merge_seconds;
    program.on_end = [this, target, merged](const Ended& how) {
        if (how.status == 0 && how.signal == 0 && extent_of(merged).files > 0) {
            folder_->replace_corpus(target, merged);
        } else {
            night_.troubles.push_back("the corpus of " + target + " could not be merged: exit status " +
                                      std::to_string(how.status) + "; see " +
                                      folder_->log(target + "-merge").string());
        }
        look_at(target);
    };
    processes_.start(std::move(program));
}

// What the corpus covers now.
void NightJob::look_at(const std::string& target) {
    Program program;
    program.command =
        libfuzzer_look_command(fs::absolute(options_.build / "bin" / target), {folder_->corpus(target)});
    program.environment = {{"POOLPROOF_SUBJECT", options_.subject}};
    program.folder = folder_->scratch(target);
    program.log = folder_->log(target + "-look");
    program.most_seconds = look_seconds;
    const auto figures = std::make_shared<EngineFigures>();
    program.on_line = [figures](std::string_view line) { read_libfuzzer_line(line, *figures); };
    program.on_end = [this, figures, target](const Ended&) {
        const Extent corpus = extent_of(folder_->corpus(target));
        for (NightTarget& row : night_.targets) {
            if (row.name == target) {
                row.edges = figures->initialised ? figures->edges : row.edges;
                row.features = figures->initialised ? figures->features : row.features;
                row.corpus_files = corpus.files;
                row.corpus_bytes = corpus.bytes;
            }
        }
    };
    processes_.start(std::move(program));
}

fs::path NightJob::finish() {
    turn("done");
    std::string name = night_.started;
    std::replace(name.begin(), name.end(), ':', '-');
    const fs::path file = folder_->nights() / (name + ".json");
    write_whole(file, to_json(night_));
    fs::remove(folder_->under_way());
    return file;
}

} // namespace poolproof
