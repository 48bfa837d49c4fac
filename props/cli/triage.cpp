// From crash files to findings (see triage.hpp). Does not cover: the steps, each a triage_*.hpp of its own.
#include "cli/triage.hpp"

#include "cli/files.hpp"
#include "cli/subjects.hpp"
#include "cli/triage_bucket.hpp"
#include "cli/triage_files.hpp"
#include "cli/triage_input.hpp"
#include "cli/triage_judge.hpp"
#include "cli/triage_name.hpp"
#include "cli/triage_reproducer.hpp"
#include "cli/triage_shrink.hpp"
#include "cli/words.hpp"
#include "contract/clause.hpp"
#include "report/text.hpp"
#include "reproducer/c_source.hpp"
#include "trace/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>

#include <unistd.h>

namespace poolproof {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t most_replays = 10; // of an input that depends on the order of threads, to see it once

// Crashes of one bucket, the smallest first.
struct Group {
    const FuzzTarget* target = nullptr;
    Bucket bucket;
    std::vector<const CrashFile*> files;
};

bool is_known_subject(const std::string& name) {
    return name == "reference" || name.starts_with("faulty:");
}

std::string as_string(const std::vector<std::uint8_t>& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// What the program was told is one of: a subject for a trace, a program for driver code.
void check_subject_of(const FuzzTarget& target, const std::string& subject) {
    if (is_known_subject(subject)) {
        subject_maker(subject); // or the failure that names them
    } else if (target.input != FuzzInput::driver) {
        throw Failure(
            ExitCode::usage,
            fmt::format("{} takes the subjects reference and faulty:NAME, not '{}'", target.name, subject));
    }
}

void check_writable(const fs::path& out) {
    make_folder(out);
    if (access(out.c_str(), W_OK) != 0) {
        throw Failure(ExitCode::unwritable, fmt::format("{} cannot be written to", out.string()));
    }
}

class Triage {
  public:
    Triage(const TriageOptions& options, const TriageProgress& progress)
        : options_(&options), progress_(&progress) {}

    TriageResult run() {
        CrashFolder folder = read_crashes(options_->folder, options_->target);
        for (const CrashFile& crash : folder.crashes) {
            check_subject_of(*crash.target, options_->subject);
        }
        check_writable(options_->out);
        result_.remarks = std::move(folder.remarks);
        result_.crashes = folder.crashes.size();
        result_.duplicates = folder.duplicates;
        for (const Group& group : sorted_into_buckets(folder.crashes)) {
            result_.findings.push_back(finding_of(group));
        }
        return std::move(result_);
    }

  private:
    void say(const std::string& what) const {
        if (*progress_) {
            (*progress_)(what);
        }
    }

    // The crashes come by target, so that one judge lives at a time.
    Judge& judge_of(const FuzzTarget& target) {
        if (judged_ != &target) {
            const bool own_program = !is_known_subject(options_->subject);
            const std::string program = own_program ? options_->subject : std::string(target.name);
            judge_.reset();
            judge_ = std::make_unique<Judge>(options_->build / "bin" / (program + "_replay"),
                                             own_program ? "" : options_->subject, options_->time_limit_ms,
                                             options_->memory_limit_mb);
            judged_ = &target;
        }
        return *judge_;
    }

    Bucket bucket_of_crash(const CrashFile& crash) {
        const bool dealt = crash.target->input == FuzzInput::threads;
        const std::uint32_t replays = dealt ? most_replays : 1;
        for (std::uint32_t i = 0; i < replays; ++i) {
            const auto bucket = bucket_of(judge_of(*crash.target).ask(crash.bytes, {true, crash.leak}));
            if (bucket) {
                return *bucket;
            }
        }
        return {BucketKind::not_shown, fmt::format("not shown again in {}", counted(replays, "replay"))};
    }

    std::vector<Group> sorted_into_buckets(const std::vector<CrashFile>& crashes) {
        std::vector<Group> groups;
        for (std::size_t i = 0; i < crashes.size(); ++i) {
            const CrashFile& crash = crashes[i];
            say(fmt::format("{}: judging crash {} of {}", crash.target->name, i + 1, crashes.size()));
            const Bucket bucket = bucket_of_crash(crash);
            const auto same = std::ranges::find_if(groups, [&](const Group& group) {
                return group.target == crash.target && group.bucket == bucket;
            });
            Group& group =
                same == groups.end() ? groups.emplace_back(Group{crash.target, bucket, {}}) : *same;
            group.files.push_back(&crash);
        }
        for (Group& group : groups) {
            std::ranges::sort(group.files, {}, [](const CrashFile* crash) {
                return std::tuple(crash->bytes.size(), crash->file);
            });
        }
        std::ranges::sort(groups, {}, [](const Group& group) {
            return std::tuple(group.target, group.bucket.kind, group.bucket.name);
        });
        return groups;
    }

    TriageFinding finding_of(const Group& group) {
        TriageFinding finding;
        finding.target = group.target->name;
        finding.subject = options_->subject;
        finding.kind = group.bucket.kind;
        finding.bucket = group.bucket.name;
        finding.crashes = group.files.size();
        for (const CrashFile* crash : group.files) {
            finding.files.push_back(crash->file);
        }
        finding.bytes_before = finding.bytes = group.files.front()->bytes.size();
        if (finding.kind == BucketKind::not_shown) {
            return finding;
        }
        const auto known = known_finding(finding, options_->out);
        if (known && known->bytes_before <= finding.bytes_before) {
            return known_again(*known, finding);
        }
        minimise(group, finding);
        return finding;
    }

    // Its files stay; the crashes are those of now.
    TriageFinding known_again(TriageFinding known, const TriageFinding& now) {
        known.known = true;
        known.crashes = now.crashes;
        known.files = now.files;
        if (known.reproducer == Reproducer::not_tried && options_->compile) {
            known.reproducer = prove_reproducer(options_->out / known.reproducer_file, known.bucket);
        }
        write_finding(std::as_const(known), options_->out);
        return known;
    }

    void minimise(const Group& group, TriageFinding& finding) {
        const FuzzTarget& target = *group.target;
        const CrashFile& crash = *group.files.front();
        const char* unit = target.input == FuzzInput::driver ? "byte" : "op";
        const Shrunk shrunk =
            shrink_crash(judge_of(target), target, group.bucket, crash.bytes, crash.leak,
                         {options_->budget, options_->seconds_per_bucket, options_->replays},
                         [&](std::size_t tried, std::size_t size) {
                             say(fmt::format("{} {}: {} after {}", target.name, finding.bucket,
                                             counted(size, unit), counted(tried, "candidate")));
                         });
        finding.bytes = shrunk.bytes.size();
        finding.ops = shrunk.trace.ops.size();
        finding.shown = shrunk.shown;
        finding.replays = shrunk.replays;
        if (finding.kind == BucketKind::contract) {
            finding.rule = all_clauses()[static_cast<std::size_t>(clause_index(finding.bucket))].rule;
            finding.explanation = explanation_in(shrunk.judgement.report);
        }
        finding.name = name_for(target, shrunk, finding);
        FindingContents contents;
        contents.bytes = as_string(shrunk.bytes);
        contents.report = shrunk.judgement.report;
        if (target.input != FuzzInput::driver) {
            contents.trace = commented_text(shrunk.trace, comments_on(target, finding));
        }
        if (target.input == FuzzInput::trace && finding.kind == BucketKind::contract) {
            contents.reproducer = program_for(target, shrunk, finding);
            finding.reproducer = Reproducer::not_tried;
        }
        write_finding(finding, contents, options_->out);
        if (finding.reproducer == Reproducer::not_tried && options_->compile) {
            say(fmt::format("{} {}: compiling the reproducer", target.name, finding.bucket));
            finding.reproducer = prove_reproducer(options_->out / finding.reproducer_file, finding.bucket);
            write_finding(std::as_const(finding), options_->out);
        }
    }

    // No two findings of this run have one name.
    std::string name_for(const FuzzTarget& target, const Shrunk& shrunk, const TriageFinding& finding) const {
        const fs::path corpus = options_->corpus.empty() ? fs::path(POOLPROOF_CORPUS_DIR) : options_->corpus;
        const std::string code = finding.kind == BucketKind::bug_check ? "bug check " : "";
        const std::string words =
            target.input == FuzzInput::driver ? slug_of(code + finding.bucket, '_') : words_of(shrunk.trace);
        const std::string suffix =
            slug_of(target.input == FuzzInput::driver ? std::string("again") : finding.bucket, '_');
        std::string name = free_name(words, suffix, {corpus / "regressions", corpus / "seeds" / target.name});
        const auto is_taken = [&] {
            return std::ranges::any_of(result_.findings,
                                       [&](const TriageFinding& other) { return other.name == name; });
        };
        if (is_taken()) {
            name = words + "_" + suffix;
        }
        for (unsigned number = 2; is_taken(); ++number) {
            name = fmt::format("{}_{}_{}", words, suffix, number);
        }
        return name;
    }

    std::vector<std::string> comments_on(const FuzzTarget& target, const TriageFinding& finding) const {
        std::vector<std::string> comments = {
            fmt::format("{}: {}", finding.bucket,
                        finding.kind == BucketKind::contract ? finding.rule : name_of(finding.kind)),
            fmt::format("Found by {} on {}.", finding.target, finding.subject)};
        if (target.input == FuzzInput::threads) {
            comments.push_back(fmt::format("Dealt to threads; {}_replay plays the bytes, {}.bin.",
                                           finding.target, stem_of(finding)));
        } else {
            comments.push_back(fmt::format("Replay with: poolproof replay --as {} --subject {} {}.pool",
                                           finding.target, finding.subject, stem_of(finding)));
        }
        return comments;
    }

    // Of the ops that were played: those of the target's opening too, up to the one that shows it.
    std::string program_for(const FuzzTarget& target, const Shrunk& shrunk,
                            const TriageFinding& finding) const {
        ParsedText played = parse_text(trace_text_in(shrunk.judgement.report));
        if (!played.ok) {
            decode_as(target, shrunk.bytes, played.trace);
        }
        reproducer::CProgram about;
        about.subject = finding.subject;
        about.target = finding.target;
        about.clause = finding.bucket;
        about.rule = finding.rule;
        about.explanation = finding.explanation;
        about.compile = reproducer_command(options_->out / (stem_of(finding) + ".c"));
        return reproducer::c_program(played.trace, about);
    }

    const TriageOptions* options_;
    const TriageProgress* progress_;
    TriageResult result_;
    const FuzzTarget* judged_ = nullptr;
    std::unique_ptr<Judge> judge_;
};

} // namespace

TriageResult triage(const TriageOptions& options, const TriageProgress& progress) {
    return Triage(options, progress).run();
}

} // namespace poolproof
