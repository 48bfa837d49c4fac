// `poolproof replay`: one trace after another, with everything that happened.
// Does not cover: the words of an event (words.hpp) and the pool dump (pool_dump.hpp).
#include "cli/commands.hpp"
#include "cli/contract_words.hpp"
#include "cli/crash_file.hpp"
#include "cli/files.hpp"
#include "cli/pool_dump.hpp"
#include "cli/subjects.hpp"
#include "cli/words.hpp"
#include "play/local_player.hpp"
#include "report/text.hpp"
#include "run/runner.hpp"
#include "trace/text.hpp"

#include <fmt/format.h>
#include <poolproof/displays.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace poolproof {
namespace {

using Json = nlohmann::ordered_json;

struct ReplayOptions {
    std::vector<std::string> files;
    std::string target;
    std::string subject = "reference";
    std::string json;
    std::string findings = "findings";
    bool poolmon = false;
};

// One file, played.
struct Replay {
    std::string file;
    Trace trace;
    std::vector<Step> log;
    std::vector<Violation> violations;
    std::vector<ClauseTally> tally;
    Claims claims;
    std::string dump; // empty where the subject shows no blocks
    Json dump_json;
    std::string poolmon; // asked for, and the subject shows its tags
};

const Clause& clause_at(std::size_t position) {
    return all_clauses()[position];
}

// Each file has a subject of its own, so that no file depends on the one before.
Replay play(const std::string& file, Trace trace, const FuzzTarget* target, const ReplayOptions& options) {
    const ReferenceSetup setup = target == nullptr ? ReferenceSetup{} : target->setup;
    const std::unique_ptr<Player> player = player_maker(options.subject, setup)();
    Oracle oracle;
    Runner runner(*player, oracle);
    Replay replay;
    replay.file = file;
    replay.trace = std::move(trace);
    note_played_trace(replay.trace);
    runner.run(replay.trace, replay.log);
    replay.violations = runner.violations();
    replay.tally = oracle.tally();
    replay.claims = player->claims();
    auto* local = dynamic_cast<LocalPlayer*>(player.get());
    if (auto* reference = local == nullptr ? nullptr : dynamic_cast<Reference*>(&local->subject())) {
        replay.dump = pool_dump(reference->machine(), replay.trace);
        replay.dump_json = pool_dump_json(reference->machine(), replay.trace);
        replay.poolmon = options.poolmon ? poolmon(reference->machine()) : "";
    }
    return replay;
}

void print_log(const Replay& replay) {
    fmt::print("{}: {} ops, {}\n\n", replay.file, replay.trace.ops.size(),
               replay.trace.is_64_bit ? "64-bit" : "32-bit");
    for (std::size_t i = 0; i < replay.log.size(); ++i) {
        const Step& step = replay.log[i];
        fmt::print("{:>5}  {}\n       -> {}\n", i, to_text(step.op), in_words(step.op, step.event));
        if (step.event.kind == EventKind::bug_check) {
            for (const std::string& line : stop_lines(step.event)) {
                fmt::print("          {}\n", line);
            }
        }
    }
    if (replay.log.size() < replay.trace.ops.size()) {
        fmt::print("       {} ops were not played: the run ends at the first violation\n",
                   replay.trace.ops.size() - replay.log.size());
    }
}

void print_verdicts(const Replay& replay) {
    fmt::print("\n{:<9} {:<14} {:>9}  rule\n", "clause", "verdict", "exercised");
    for (std::size_t i = 0; i < replay.tally.size(); ++i) {
        if (replay.tally[i].exercised() > 0) {
            fmt::print("{:<9} {:<14} {:>9}  {}\n", clause_at(i).id,
                       name_of(verdict_of(clause_at(i), replay.tally[i], replay.claims)),
                       replay.tally[i].exercised(), clause_at(i).rule);
        }
    }
    for (const Violation& violation : replay.violations) {
        const Step& step = replay.log[violation.op_index];
        fmt::print("\nviolated: {} at op {}\n  {}\n",
                   clause_at(static_cast<std::size_t>(violation.clause)).id, violation.op_index,
                   explain(violation, step.op, step.event));
    }
}

void print_replay(const Replay& replay) {
    print_log(replay);
    print_verdicts(replay);
    if (replay.dump.empty()) {
        fmt::print("\nNo pool dump: only the reference shows its blocks.\n");
    } else {
        fmt::print("\nPool, as the trace left it:\n{}", replay.dump);
    }
    if (!replay.poolmon.empty()) {
        fmt::print("\nTags, as PoolMon shows them:\n{}", replay.poolmon);
    }
}

Json to_json(const Replay& replay) {
    Json events = Json::array();
    for (const Step& step : replay.log) {
        events.push_back({{"op", to_text(step.op)}, {"event", in_words(step.op, step.event)}});
    }
    Json clauses = Json::array();
    for (std::size_t i = 0; i < replay.tally.size(); ++i) {
        if (replay.tally[i].exercised() > 0) {
            clauses.push_back({{"id", clause_at(i).id},
                               {"verdict", name_of(verdict_of(clause_at(i), replay.tally[i], replay.claims))},
                               {"exercised", replay.tally[i].exercised()}});
        }
    }
    Json violations = Json::array();
    for (const Violation& violation : replay.violations) {
        violations.push_back({{"clause", clause_at(static_cast<std::size_t>(violation.clause)).id},
                              {"op", violation.op_index},
                              {"expected", violation.expected}});
    }
    Json document = {{"file", replay.file},
                     {"events", events},
                     {"clauses", clauses},
                     {"violations", violations},
                     {"pool", replay.dump_json}};
    if (!replay.poolmon.empty()) {
        document["poolmon"] = lines_of(replay.poolmon);
    }
    return document;
}

ExitCode run_replay(const ReplayOptions& options) {
    const FuzzTarget* target = trace_target(options.target);
    check_subject(options.subject);
    write_crash_files(options.findings, options.subject == "reference" ? "" : "--subject " + options.subject);
    Json files = Json::array();
    bool violated = false;
    for (const std::string& file : options.files) {
        const Replay replay = play(file, read_trace(file, target), target, options);
        violated = violated || !replay.violations.empty();
        if (options.json != "-") {
            print_replay(replay);
        }
        files.push_back(to_json(replay));
    }
    if (!options.json.empty()) {
        write_output(options.json, Json{{"subject", options.subject}, {"files", files}}.dump(2) + "\n");
    }
    return violated ? ExitCode::violations : ExitCode::fine;
}

} // namespace

void add_replay(CLI::App& app, Action& chosen) {
    CLI::App* command = app.add_subcommand("replay", R"(Play trace files and show what happened.

Examples:
  poolproof replay findings/reference-GEO-02.pool
  poolproof replay crash-1234 --as pool_trace_fuzzer
  poolproof replay one_block.pool --poolmon
  poolproof replay one_block.pool --subject faulty:straddles-a-page)");
    const auto options = std::make_shared<ReplayOptions>();
    command->add_option("FILE", options->files, "traces, as text or encoded")->required();
    command->add_option("--as", options->target,
                        "read and play the file as this fuzz target does: " + trace_target_names());
    command->add_option("--subject", options->subject, subject_help);
    command->add_option("--json", options->json, "write everything to this file, - for standard output");
    command->add_flag("--poolmon", options->poolmon, "show the tags that were used as PoolMon does");
    command->add_option("--findings", options->findings,
                        "folder for the trace if the subject crashes (default findings)");
    command->callback([options, &chosen] { chosen = [options] { return run_replay(*options); }; });
}

} // namespace poolproof
