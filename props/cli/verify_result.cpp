// What a run says, as a record (see verify_result.hpp).
#include "cli/verify_result.hpp"

#include "cli/contract_words.hpp"
#include "cli/files.hpp"
#include "cli/stand_ins.hpp"
#include "cli/subjects.hpp"
#include "cli/words.hpp"
#include "report/text.hpp"
#include "trace/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace poolproof {
namespace {

std::vector<std::string> strings(const Words& words) {
    return {words.begin(), words.end()};
}

// The register entries of a clause, which it names with ", " between.
std::vector<std::string> entries_of(std::string_view text) {
    std::vector<std::string> entries;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(", "), text.size());
        entries.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 2, text.size()));
    }
    return entries;
}

ClauseResult clause_result(const VerifyRun& run, int position) {
    const auto index = static_cast<std::size_t>(position);
    const Clause& clause = all_clauses()[index];
    const ClauseTally& tally = run.result.tally[index];
    ClauseResult result;
    result.id = clause.id;
    result.kinds = strings(kind_words(clause.kinds));
    result.rule = clause.rule;
    result.page = clause.page;
    result.section = clause.section;
    result.entries = entries_of(clause.entries);
    result.verdict = run.verdicts[index];
    result.holds = tally.holds;
    result.violated = tally.violated;
    result.unspecified = tally.unspecified;
    // The reference expresses everything; another subject may leave out what it cannot.
    result.required = run.subject == "reference" && result.verdict != Verdict::not_applicable &&
                      result.verdict != Verdict::not_observable;
    result.unjudged = clause.unjudged;
    return result;
}

std::vector<BlockResult> blocks_of(const std::vector<Step>& log, StandIns& stand_ins) {
    std::vector<BlockResult> blocks;
    for (std::size_t i = 0; i < log.size(); ++i) {
        const auto& [op, event] = log[i];
        if (op.kind == OpKind::allocate && event.kind == EventKind::pointer) {
            const std::uint64_t size = op.size == 0 && event.block.known ? event.block.bytes : op.size;
            blocks.push_back({static_cast<std::uint32_t>(i), op.slot, stand_ins(event.address), size,
                              event.block.known && event.block.special, -1});
        } else if (op.kind == OpKind::free && event.kind == EventKind::done) {
            const std::uint64_t freed = stand_ins(event.used);
            for (BlockResult& block : blocks) {
                if (block.address == freed && block.freed_by < 0) {
                    block.freed_by = static_cast<std::int64_t>(i);
                }
            }
        }
    }
    return blocks;
}

FindingResult finding_result(const VerifyRun& run, const Finding& finding, const std::string& folder) {
    StandIns stand_ins(finding.log);
    FindingResult result;
    result.clause = all_clauses()[static_cast<std::size_t>(finding.clause)].id;
    result.source = finding.source;
    result.trace = to_text(finding.trace);
    result.ops = finding.trace.ops.size();
    result.confirmed = finding.confirmed;
    result.blocks = blocks_of(finding.log, stand_ins);
    for (const Step& step : finding.log) {
        result.events.push_back({to_text(step.op), stand_ins.in(in_words(step.op, step.event))});
    }
    result.text = stand_ins.in(finding.text);
    result.file = fmt::format("{}/{}-{}.pool", folder, file_name_of_subject(run.subject), result.clause);
    result.replay = fmt::format("poolproof replay {}{}", result.file,
                                run.subject == "reference" ? "" : " --subject " + run.subject);
    return result;
}

std::vector<std::string> missing_evidence(const VerifyRun& run, const Result& result) {
    std::vector<std::string> lines;
    const auto must_have_played = [&](std::uint64_t traces, std::string_view what) {
        if (traces == 0) {
            lines.push_back(fmt::format("no {} trace was played", what));
        }
    };
    must_have_played(result.traces.sweep, "sweep");
    if (run.random_asked) {
        must_have_played(result.traces.random, "random");
    }
    must_have_played(result.traces.corpus, "corpus");
    for (const ClauseResult& clause : result.clauses) {
        if (clause.required && clause.verdict == Verdict::not_exercised) {
            lines.push_back(fmt::format("{} was not exercised", clause.id));
        }
    }
    return lines;
}

Speed speed_of(const VerifyRun& run) {
    const CampaignResult& campaign = run.result;
    Speed speed;
    speed.threads = campaign.threads;
    speed.ops_per_second = static_cast<double>(campaign.ops) / std::max(run.seconds, 0.001);
    if (campaign.ordinary_seconds > 0) {
        speed.ordinary_ops = campaign.ordinary_ops;
        speed.ordinary_ops_per_thread_second =
            static_cast<double>(campaign.ordinary_ops) / campaign.ordinary_seconds;
    }
    const HandOvers& cost = campaign.hand_overs;
    if (campaign.isolated && cost.count > 0) {
        speed.hand_overs = cost.count;
        speed.hand_over_microseconds = cost.waiting_seconds * 1e6 / static_cast<double>(cost.count);
    }
    return speed;
}

void note_misbehaviour(const CampaignResult& campaign, std::vector<std::string>& notes) {
    const auto note = [&](std::uint64_t times, std::string_view what) {
        if (times > 0) {
            notes.push_back(fmt::format("{} {}", what, counted(times, "time")));
        }
    };
    note(campaign.hand_overs.crashes, "the subject's process crashed, ended or took too much memory");
    note(campaign.hand_overs.timeouts, "the subject did not come back in time");
    note(campaign.hand_overs.garbled, "the subject answered with what is no event");
    note(campaign.hand_overs.renewals,
         "the subject kept so much memory after a trace that its process was replaced");
    if (campaign.units_left_out > 0) {
        notes.push_back(
            fmt::format("the run was cut short after so many crashes or time-outs: {} were left out",
                        counted(campaign.units_left_out, "part")));
    }
}

} // namespace

Result result_of(const VerifyRun& run, const std::string& folder) {
    Result result;
    result.version = POOLPROOF_VERSION;
    result.subject = run.subject;
    // What lives in this process comes with this command.
    result.subject_version = run.result.isolated ? run.result.version : POOLPROOF_VERSION;
    result.profiles = run.profiles;
    result.capabilities = strings(capability_words(run.result.claims.capabilities));
    result.seed = run.seed;
    result.ops = run.result.ops;
    result.seconds = run.seconds;
    result.traces = {run.result.sweep_traces, run.result.random_traces, run.result.corpus_traces};
    result.speed = speed_of(run);
    for (const int position : run.clauses) {
        result.clauses.push_back(clause_result(run, position));
    }
    note_misbehaviour(run.result, result.notes);
    for (const Finding& finding : run.result.findings) {
        result.findings.push_back(finding_result(run, finding, folder));
        if (!finding.confirmed) {
            result.notes.push_back(
                fmt::format("{} did not show again when its trace was played on a fresh subject",
                            result.findings.back().clause));
        }
    }
    result.missing = missing_evidence(run, result);
    return result;
}

void write_traces(const Result& result) {
    for (const FindingResult& finding : result.findings) {
        make_folder(std::filesystem::path(finding.file).parent_path());
        std::string text;
        for (const std::string& comment : {fmt::format("{} violated by {}", finding.clause, result.subject),
                                           finding.text, fmt::format("found by {}", finding.source)}) {
            text += fmt::format("# {}\n", comment);
        }
        write_output(finding.file, text + finding.trace);
    }
}

} // namespace poolproof
