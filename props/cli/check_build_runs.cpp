// See check_build.hpp. Here: the rules that take a run. The target is copied to a folder of its own and runs
// from another one, with an empty home, and with what ClusterFuzz gives it: its options, its seeds, a
// temporary folder.
#include "cli/check_build.hpp"
#include "cli/exit_code.hpp"
#include "cli/watched_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>

namespace poolproof {
namespace {

namespace fs = std::filesystem;

constexpr unsigned repetitions = 100;
constexpr std::size_t most_repeated = 200; // seeds; of more a sample is repeated

// What a program may read anywhere: the loader's files and the kernel's.
constexpr std::string_view of_the_system[] = {"/lib/",      "/lib64/", "/usr/lib/", "/usr/local/lib/",
                                              "/etc/ld.so", "/proc/",  "/sys/",     "/dev/"};
// And what it may write.
constexpr std::string_view devices[] = {"/dev/null", "/dev/tty", "/proc/self/"};
// How lines of libFuzzer begin in a run of given files.
constexpr std::string_view lines_of_libfuzzer[] = {"INFO: ", "Running: ", "Executed ", "***"};

// A folder that goes with its owner.
class Scratch {
  public:
    Scratch() {
        std::string name = (fs::temp_directory_path() / "poolproof-build-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) {
            throw Failure(ExitCode::unwritable, fmt::format("{} cannot be made", name));
        }
        path_ = fs::canonical(name);
        for (const char* part : {"target", "folder", "home", "tmp", "seeds"}) {
            fs::create_directory(path_ / part);
        }
    }
    ~Scratch() {
        std::error_code error;
        fs::remove_all(path_, error);
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    fs::path operator/(std::string_view part) const { return path_ / part; }

  private:
    fs::path path_;
};

// Features and edges that libFuzzer counts for a corpus: "#12 INITED cov: 345 ft: 678 corp: 9/10b ...".
struct Coverage {
    unsigned edges = 0;
    unsigned features = 0;
    bool operator==(const Coverage&) const = default;
};

unsigned number_behind(std::string_view text, std::string_view word) {
    const std::size_t at = text.find(word);
    unsigned number = 0;
    if (at != std::string_view::npos) {
        std::from_chars(text.data() + at + word.size(), text.data() + text.size(), number);
    }
    return number;
}

std::optional<Coverage> coverage_of(std::string_view output) {
    const std::size_t at = output.find("INITED");
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view line = output.substr(at, output.find('\n', at) - at);
    return Coverage{number_behind(line, "cov: "), number_behind(line, "ft: ")};
}

// The line that says most of what went wrong: a finding's, or the last one.
std::string telling_line(std::string_view output) {
    for (const std::string_view sign : {"Assertion failed: ", "ERROR: ", "error: "}) {
        if (const std::size_t at = output.find(sign); at != std::string_view::npos) {
            return std::string(output.substr(at, output.find('\n', at) - at));
        }
    }
    output = output.substr(0, output.find_last_not_of('\n') + 1);
    return std::string(output.substr(output.find_last_of('\n') + 1));
}

std::string why_bad(const WatchedRun& run) {
    return run.ended_well() ? "" : fmt::format("{}: {}", run.end(), telling_line(run.output));
}

// The runs of one target.
class Trial {
  public:
    Trial(const BuildToCheck& build, const TargetToCheck& target, CheckedTarget& into)
        : build_(&build), target_(&target), into_(&into) {
        std::string why;
        options_ = read_options(build.folder / (target.name + ".options"), why);
        fs::copy_file(build.folder / target.name, program());
    }

    void run() {
        const bool has_seeds = unpack_seeds();
        starts();
        if (into_->keeps(BuildRule::starts) && into_->keeps(BuildRule::counters) && has_seeds) {
            clean();
            if (into_->keeps(BuildRule::clean)) {
                repeats();
            }
        }
        touches();
    }

  private:
    fs::path program() const { return scratch_ / "target" / target_->name; }

    WatchedRun run_it(std::vector<std::string> arguments, const std::vector<std::string>& inputs) {
        WatchedCommand command;
        command.words = {program().string()};
        command.words.insert(command.words.end(), options_.begin(), options_.end());
        arguments.push_back("-artifact_prefix=" + (scratch_ / "tmp").string() + "/");
        arguments.emplace_back("-seed=1");
        command.words.insert(command.words.end(), arguments.begin(), arguments.end());
        command.words.insert(command.words.end(), inputs.begin(), inputs.end());
        command.folder = scratch_ / "folder";
        command.environment = {"PATH=/usr/bin:/bin", "HOME=" + (scratch_ / "home").string(),
                               "TMPDIR=" + (scratch_ / "tmp").string(), "ASAN_OPTIONS=symbolize=0",
                               "UBSAN_OPTIONS=symbolize=0:silence_unsigned_overflow=1"};
        command.limit = build_->limit;
        WatchedRun run = run_watched(command);
        touched_.insert(touched_.end(), run.touched.begin(), run.touched.end());
        return run;
    }

    bool unpack_seeds() {
        const std::string zip = target_->name + "_seed_corpus.zip";
        if (!fs::exists(build_->folder / zip)) {
            into_->judge(BuildRule::seeds, fmt::format("{} is missing", zip));
            return false;
        }
        WatchedCommand command;
        command.words = {"cmake", "-E", "tar", "xf", fs::absolute(build_->folder / zip).string()};
        command.folder = scratch_ / "seeds";
        command.environment = {"PATH=/usr/bin:/bin"};
        const WatchedRun unpacked = run_watched(command);
        std::uintmax_t bytes = 0;
        for (const fs::directory_entry& entry : fs::recursive_directory_iterator(scratch_ / "seeds")) {
            if (entry.is_regular_file()) {
                seeds_.push_back(entry.path());
                bytes += entry.file_size();
            }
        }
        std::ranges::sort(seeds_);
        into_->seed_count = seeds_.size();
        into_->judge(BuildRule::seeds, !unpacked.ended_well() ? fmt::format("{} cannot be unpacked", zip)
                                       : seeds_.empty()       ? fmt::format("{} has no file in it", zip)
                                       : bytes == 0           ? fmt::format("{} has empty files only", zip)
                                                              : "");
        return into_->keeps(BuildRule::seeds);
    }

    void starts() {
        const fs::path empty = scratch_ / "tmp" / "empty";
        std::ofstream(empty, std::ios::binary).flush();
        std::string why = why_bad(run_it({"-help=1"}, {}));
        if (why.empty()) {
            why = why_bad(run_it({}, {empty.string()}));
        }
        into_->judge(BuildRule::starts, why);
    }

    void clean() {
        const WatchedRun run = run_it({"-runs=0"}, {(scratch_ / "seeds").string()});
        const auto coverage = coverage_of(run.output);
        std::string why = why_bad(run);
        if (why.empty() && !coverage) {
            why = "its output tells no coverage; is the engine libFuzzer?";
        }
        into_->judge(BuildRule::clean, why);
        if (!why.empty() || !coverage) {
            return;
        }
        into_->covered = coverage->edges;
        if (target_->floor) {
            const unsigned floor = *target_->floor;
            into_->judge(BuildRule::floor, floor == 0 ? "no floor is named in props/run/fuzz_targets.cpp"
                                           : coverage->edges >= floor
                                               ? ""
                                               : fmt::format("its seeds cover {} edges, the floor is {}",
                                                             coverage->edges, floor));
        }
    }

    std::vector<std::string> repeated_seeds() const {
        const std::size_t step = 1 + seeds_.size() / most_repeated;
        std::vector<std::string> some;
        for (std::size_t i = 0; i < seeds_.size(); i += step) {
            some.push_back(seeds_[i].string());
        }
        return some;
    }

    // Coverage of a corpus in which each of these seeds comes so many times in a row, in one process. In the
    // order given: room that one input had made for it may serve the next.
    std::optional<Coverage> coverage_of_copies(const std::vector<std::string>& seeds, unsigned copies) {
        const fs::path list = scratch_ / "tmp" / "list";
        std::ofstream file(list, std::ios::binary);
        for (const std::string& seed : seeds) {
            for (unsigned copy = 0; copy < copies; ++copy) {
                file << seed << ',';
            }
        }
        file << seeds.back();
        file.close();
        return coverage_of(
            run_it({"-runs=0", "-shuffle=0", "-prefer_small=0", "-seed_inputs=@" + list.string()}, {})
                .output);
    }

    void repeats() {
        const std::vector<std::string> seeds = repeated_seeds();
        const WatchedRun run = run_it({fmt::format("-runs={}", repetitions)}, seeds);
        std::string why = why_bad(run);
        if (why.empty()) {
            into_->judge(BuildRule::silent, own_line(run.output));
        }
        if (why.empty() && target_->same_coverage) {
            // The first run of a seed may still find room to be made for it; from the second one on all are
            // alike.
            const auto twice = coverage_of_copies(seeds, 2);
            const auto often = coverage_of_copies(seeds, repetitions);
            if (!twice || !often || *twice != *often) {
                why = fmt::format("two runs of each seed reach {} edges and {} features, {} runs {} and {}",
                                  twice.value_or(Coverage()).edges, twice.value_or(Coverage()).features,
                                  repetitions, often.value_or(Coverage()).edges,
                                  often.value_or(Coverage()).features);
            }
        }
        into_->judge(BuildRule::repeats, why);
    }

    std::string own_line(std::string_view output) const {
        while (!output.empty()) {
            const std::string_view line = output.substr(0, output.find('\n'));
            output.remove_prefix(std::min(output.size(), line.size() + 1));
            const bool is_libfuzzers =
                line.empty() || line.starts_with(program().string() + ": Running ") ||
                std::ranges::any_of(lines_of_libfuzzer,
                                    [&](std::string_view beginning) { return line.starts_with(beginning); });
            if (!is_libfuzzers) {
                return fmt::format("it prints: {}", line.substr(0, 200));
            }
        }
        return {};
    }

    void touches() {
        const std::string everything = (scratch_ / "").string();
        const std::string temporary = (scratch_ / "tmp").string() + "/";
        std::string written;
        std::string read;
        for (const Touched& touched : touched_) {
            const auto is_below = [&](std::string_view beginning) {
                return touched.path.starts_with(beginning);
            };
            if (touched.writes && !is_below(temporary) && std::ranges::none_of(devices, is_below)) {
                written = fmt::format("it writes {}", touched.path);
            }
            if (!touched.writes && !is_below(everything) && std::ranges::none_of(of_the_system, is_below)) {
                read = fmt::format("it opens {}", touched.path);
            }
        }
        into_->judge(BuildRule::writes, written);
        if (into_->verdicts[static_cast<std::size_t>(BuildRule::moved)].outcome != RuleOutcome::broken) {
            into_->judge(BuildRule::moved, read);
        }
    }

    const BuildToCheck* build_;
    const TargetToCheck* target_;
    CheckedTarget* into_;
    Scratch scratch_;
    std::vector<std::string> options_;
    std::vector<fs::path> seeds_;
    std::vector<Touched> touched_;
};

} // namespace

void check_runs(const BuildToCheck& build, const TargetToCheck& target, CheckedTarget& into) {
    Trial(build, target, into).run();
}

} // namespace poolproof
