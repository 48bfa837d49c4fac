// `poolproof detect`: exact detection of special pool, access by access.
// Does not cover: the sweep (gen/detection.hpp) and what is foretold (oracle/prediction.hpp).
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/files.hpp"
#include "cli/subjects.hpp"
#include "cli/terminal.hpp"
#include "cli/words.hpp"
#include "gen/detection.hpp"
#include "subjects/reference.hpp"
#include "trace/text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdlib>
#include <memory>

namespace poolproof {
namespace {

using Json = nlohmann::ordered_json;

struct DetectOptions {
    std::string subject = "reference";
    std::string guards;
    std::string json;
    std::string findings = "findings";
    std::uint32_t stride = 1;
    unsigned threads = 0;
    bool is_32_bit = false;
};

constexpr std::uint32_t page = 4096;
// Blocks of a page and more, which special pool takes as an extension: around every boundary.
constexpr std::uint32_t runs[] = {page,         page + 1, page + 15,    page + 16,    5000,    6144,
                                  2 * page - 1, 2 * page, 2 * page + 1, 3 * page - 1, 3 * page};

std::vector<std::uint32_t> sizes_below_a_page(std::uint32_t stride) {
    std::vector<std::uint32_t> sizes;
    for (std::uint32_t size = 1; size < page; ++size) {
        if (size <= 17 || page - size <= 17 || size % stride == 0) {
            sizes.push_back(size);
        }
    }
    return sizes;
}

const char* name_of(Disagreement kind) {
    switch (kind) {
    case Disagreement::miss:
        return "miss";
    case Disagreement::false_alarm:
        return "false alarm";
    case Disagreement::wrong_report:
        return "wrong report";
    case Disagreement::not_placed:
        break;
    }
    return "wrong place";
}

// Small blocks, then, where the subject can be told to guard them, runs of pages.
DetectionResult sweep(const DetectOptions& options, Progress& progress) {
    DetectionOptions sweep;
    sweep.is_64_bit = !options.is_32_bit;
    sweep.sizes = sizes_below_a_page(options.stride);
    sweep.stride = options.stride;
    sweep.threads = options.threads;
    sweep.progress = [&](std::size_t done, std::size_t blocks) {
        progress.show(fmt::format("{} {}/{} blocks", options.subject, done, blocks));
    };
    DetectionResult result = sweep_detection(subject_maker(options.subject), sweep);
    if (result.counterexample || options.subject != "reference") {
        return result;
    }
    sweep.guards_large = true;
    sweep.sizes.assign(std::begin(runs), std::end(runs));
    MachineConfig config;
    config.guard_large_blocks = true;
    DetectionResult large = sweep_detection([&] { return make_reference(config); }, sweep);
    large.counts.add(result.counts);
    return large;
}

std::string to_json(const DetectOptions& options, const DetectionResult& result, double seconds) {
    const DetectionCounts& counts = result.counts;
    Json json = {{"subject", options.subject},
                 {"guards", options.guards.empty() ? "auto" : options.guards},
                 {"bits", options.is_32_bit ? 32 : 64},
                 {"stride", options.stride},
                 {"blocks", counts.blocks},
                 {"accesses", counts.accesses()},
                 {"own", counts.own},
                 {"undetectable", counts.undetectable},
                 {"at_free", counts.at_free},
                 {"faults", counts.faults},
                 {"clean_frees", counts.clean_frees},
                 {"seconds", seconds}};
    if (const auto& found = result.counterexample) {
        json["counterexample"] = {{"kind", name_of(found->kind)},
                                  {"expected", found->expected},
                                  {"got", in_words(found->trace.ops.back(), found->got)},
                                  {"alone", found->alone},
                                  {"trace", to_text(found->trace)}};
    }
    return json.dump(2) + "\n";
}

void print_counterexample(const DetectOptions& options, const Counterexample& found) {
    make_folder(options.findings);
    const std::string path =
        fmt::format("{}/{}-detection.pool", options.findings, file_name_of_subject(options.subject));
    write_output(path, to_text(found.trace));
    fmt::print("{}: expected {}; got {}\n", name_of(found.kind), found.expected,
               in_words(found.trace.ops.back(), found.got));
    std::string text = to_text(found.trace);
    fmt::print("the first counterexample:\n{}", text);
    fmt::print("replay it with: poolproof replay {} --subject {}\n", path, options.subject);
    if (!found.alone) {
        fmt::print("this trace alone does not show it: it took the accesses before it\n");
    }
}

ExitCode run_detect(const DetectOptions& options) {
    if (!options.guards.empty() && setenv("POOLPROOF_GUARDS", options.guards.c_str(), 1) != 0) {
        throw Failure(ExitCode::internal, "the environment cannot be changed");
    }
    Progress progress;
    const auto start = std::chrono::steady_clock::now();
    const DetectionResult result = sweep(options, progress);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    progress.clear();
    if (!options.json.empty()) {
        write_output(options.json, to_json(options, result, seconds));
    }
    const DetectionCounts& counts = result.counts;
    if (options.json != "-") {
        fmt::print("{}: {} blocks, {} accesses checked in {:.1f} s\n", options.subject, counts.blocks,
                   counts.accesses(), seconds);
        fmt::print(
            "{} of the caller's own bytes, {} faults, {} reported at the free, {} undetectable by design, "
            "{} clean frees\n",
            counts.own, counts.faults, counts.at_free, counts.undetectable, counts.clean_frees);
    }
    if (result.counterexample) {
        if (options.json != "-") {
            print_counterexample(options, *result.counterexample);
        }
        return ExitCode::violations;
    }
    if (counts.accesses() == 0) {
        throw Failure(ExitCode::violations, "no access was checked");
    }
    if (options.json != "-") {
        fmt::print("0 misses, 0 false alarms\n");
    }
    return ExitCode::fine;
}

} // namespace

void add_detect(CLI::App& app, Action& chosen) {
    CLI::App* command =
        app.add_subcommand("detect", R"(Check special pool access by access, against an exact prediction.

Every size below a page on both sides, and runs of pages: every offset from a page before the block to a page
past it, reads and writes of 1 to 16 bytes. Every miss and every false alarm counts; the first one ends the sweep.

Examples:
  poolproof detect                       the full domain, many minutes
  poolproof detect --stride 61           a sample with every edge in it, seconds
  poolproof detect --guards mprotect
  poolproof detect --subject faulty:slack-unchecked)");
    const auto options = std::make_shared<DetectOptions>();
    command->add_option("--subject", options->subject, "reference or faulty:NAME");
    command
        ->add_option("--guards", options->guards,
                     "how the reference closes pages: auto, guard-regions, mprotect")
        ->check(CLI::IsMember({"auto", "guard-regions", "mprotect"}));
    command->add_option("--stride", options->stride, "every n-th size and offset, and all near an edge")
        ->check(CLI::Range(1U, 4096U));
    command->add_flag("--32-bit", options->is_32_bit, "the 32-bit profile");
    command->add_option("--json", options->json, "write the figures to this file, - for standard output");
    command->add_option("--threads", options->threads, "worker threads, one per processor by default")
        ->check(CLI::Range(0U, 256U));
    command->add_option("--findings", options->findings,
                        "folder for the trace that shows a disagreement, made when there is one");
    command->callback([options, &chosen] { chosen = [options] { return run_detect(*options); }; });
}

} // namespace poolproof
