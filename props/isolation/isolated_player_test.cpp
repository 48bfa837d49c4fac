// Subjects in processes of their own: the verdicts are those of a subject in this process, and whatever a
// plugin does wrong costs the trace that it does it in.
#include "isolation/isolated_player.hpp"

#include "cli/subjects.hpp"
#include "gen/campaign.hpp"
#include "oracle/oracle.hpp"
#include "run/runner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include <csignal>
#include <unistd.h>

namespace poolproof {
namespace {

using ::testing::HasSubstr;

constexpr const char* misbehaving = "plugin:" POOLPROOF_PLUGINS "/misbehaving_plugin.so:";

Op request(std::uint8_t slot, std::uint64_t size = 100) {
    Op op;
    op.slot = slot;
    op.size = size;
    op.tag = 0x64657246;
    return canonical(op);
}

Op release(std::uint8_t slot) {
    Op op = request(slot);
    op.kind = OpKind::free;
    op.routine = Routine::ExFreePoolWithTag;
    return canonical(op);
}

// The plugins go wrong at the third allocation.
const Trace third{true, {request(0), request(1), request(2), release(0)}};
const Trace harmless{true, {request(0), release(0)}};

class Played {
  public:
    explicit Played(const std::string& name) : player(player_maker(name)()), runner(*player, oracle) {}

    std::vector<Step> play(const Trace& trace) {
        std::vector<Step> steps;
        fine = runner.run(trace, steps);
        return steps;
    }
    std::string_view clause() const {
        return runner.violations().empty()
                   ? ""
                   : all_clauses()[static_cast<std::size_t>(runner.violations().front().clause)].id;
    }

    std::unique_ptr<Player> player;
    Oracle oracle;
    Runner runner;
    bool fine = false;
};

// Whatever happened, the next trace is played by a subject in good order.
void expect_next_is_fine(Played& played) {
    const auto steps = played.play(harmless);
    ASSERT_EQ(steps.size(), 2U);
    EXPECT_EQ(steps[0].event.kind, EventKind::pointer);
    EXPECT_EQ(steps[1].event.kind, EventKind::done);
    EXPECT_TRUE(played.fine);
}

Event third_event_of(Played& played) {
    const auto steps = played.play(third);
    EXPECT_EQ(steps.size(), 3U);
    return steps.size() == 3 ? steps[2].event : Event{};
}

CampaignOptions reduced() {
    CampaignOptions options;
    options.threads = 2;
    options.random_ops = 60'000;
    options.sweep_stride = 40;
    options.corpus.push_back({"harmless.pool", harmless});
    return options;
}

void expect_verdicts_of_the_reference(const std::string& plugin) {
    const CampaignResult here = run_campaign(player_maker("reference"), reduced());
    const CampaignResult there = run_campaign(player_maker(plugin), reduced());
    EXPECT_FALSE(here.isolated);
    EXPECT_TRUE(there.isolated);
    EXPECT_GT(there.hand_overs.count, there.random_traces);
    EXPECT_EQ(there.hand_overs.crashes, 0U);
    EXPECT_EQ(there.findings.size(), 0U);
    EXPECT_EQ(here.ops, there.ops);
    ASSERT_EQ(here.tally.size(), there.tally.size());
    std::uint64_t holds = 0;
    for (std::size_t i = 0; i < here.tally.size(); ++i) {
        EXPECT_EQ(here.tally[i].holds, there.tally[i].holds) << all_clauses()[i].id;
        EXPECT_EQ(here.tally[i].unspecified, there.tally[i].unspecified) << all_clauses()[i].id;
        EXPECT_EQ(verdict_of(all_clauses()[i], here.tally[i], here.claims),
                  verdict_of(all_clauses()[i], there.tally[i], there.claims));
        holds += here.tally[i].holds;
    }
    EXPECT_GT(holds, 100'000U);
}

TEST(IsolatedReference, IsAcquittedWithTheVerdictsOfTheReference) {
    expect_verdicts_of_the_reference("plugin:" POOLPROOF_PLUGINS "/reference_plugin.so");
}

TEST(IsolatedReference, IsAcquittedInBatchesToo) {
    expect_verdicts_of_the_reference("plugin:" POOLPROOF_PLUGINS "/reference_plugin.so:batch");
}

TEST(IsolatedReference, PlaysATraceThatIsLongerThanTheWindow) {
    Trace trace{true, {}};
    while (trace.ops.size() < 3 * window_ops + 7) {
        trace.ops.push_back(trace.ops.size() % 2 == 0 ? request(0) : release(0));
    }
    Played played("plugin:" POOLPROOF_PLUGINS "/reference_plugin.so");
    const auto steps = played.play(trace);
    ASSERT_EQ(steps.size(), trace.ops.size());
    EXPECT_TRUE(played.fine);
    EXPECT_EQ(steps[steps.size() - 2].event.kind, EventKind::done);
}

TEST(IsolatedMalloc, IsConvictedOfPageRulesAndKeepsTheAlignment) {
    CampaignOptions options = reduced();
    options.random_ops = 200'000;
    const CampaignResult result =
        run_campaign(player_maker("plugin:" POOLPROOF_PLUGINS "/malloc_plugin.so"), options);
    const auto tally = [&](const char* id) {
        return result.tally[static_cast<std::size_t>(clause_index(id))];
    };
    EXPECT_GT(tally("GEO-01").violated, 0U);
    EXPECT_GT(tally("GEO-02").violated, 0U);
    EXPECT_GT(tally("GEO-03").holds, 0U);
    EXPECT_EQ(tally("GEO-03").violated, 0U);
    EXPECT_EQ(tally("EAPT-06").violated, 0U);
    ASSERT_FALSE(result.findings.empty());
    for (const Finding& finding : result.findings) {
        EXPECT_TRUE(finding.confirmed) << all_clauses()[static_cast<std::size_t>(finding.clause)].id;
        EXPECT_LE(finding.trace.ops.size(), 5U);
    }
    const Clause& lookaside = all_clauses()[static_cast<std::size_t>(clause_index("LL-01"))];
    EXPECT_EQ(verdict_of(lookaside, tally("LL-01"), result.claims), Verdict::not_applicable);
}

TEST(IsolatedMisbehaviour, ACrashIsAnEventWithItsSignal) {
    for (const auto& [what, signal] : {std::pair("segfault", SIGSEGV), std::pair("abort", SIGABRT)}) {
        Played played(std::string(misbehaving) + what);
        const Event event = third_event_of(played);
        EXPECT_EQ(event.kind, EventKind::crashed) << what;
        EXPECT_EQ(event.code, static_cast<std::uint32_t>(signal)) << what;
        EXPECT_EQ(played.clause(), "EAPT-06");
        EXPECT_EQ(played.player->hand_overs()->crashes, 1U);
        expect_next_is_fine(played);
    }
}

TEST(IsolatedMisbehaviour, AnEndOfTheProcessIsAnEventWithItsStatus) {
    Played played(std::string(misbehaving) + "exit");
    const Event event = third_event_of(played);
    EXPECT_EQ(event.kind, EventKind::crashed);
    EXPECT_EQ(event.code, 0U);
    EXPECT_EQ(event.number, 7U);
    expect_next_is_fine(played);
}

TEST(IsolatedMisbehaviour, AHangIsATimeOut) {
    Played played(std::string(misbehaving) + "hang");
    EXPECT_EQ(third_event_of(played).kind, EventKind::timed_out);
    EXPECT_EQ(played.clause(), "EAPT-06");
    EXPECT_EQ(played.player->hand_overs()->timeouts, 1U);
    expect_next_is_fine(played);
}

TEST(IsolatedMisbehaviour, GarbageIsNoEvent) {
    Played played(std::string(misbehaving) + "garbage");
    EXPECT_EQ(third_event_of(played).kind, EventKind::garbled);
    EXPECT_EQ(played.clause(), "EAPT-06");
    expect_next_is_fine(played);
}

TEST(IsolatedMisbehaviour, NoiseOnEveryDescriptorIsNoAnswer) {
    Played played(std::string(misbehaving) + "scribble");
    const auto steps = played.play(third);
    // What came before the noise counts, and nothing after it.
    ASSERT_FALSE(steps.empty());
    EXPECT_GE(played.player->hand_overs()->garbled + played.player->hand_overs()->crashes, 1U);
    expect_next_is_fine(played);
}

TEST(IsolatedMisbehaviour, OverlappingBlocksAreJudged) {
    Played played(std::string(misbehaving) + "overlap");
    third_event_of(played);
    EXPECT_FALSE(played.fine);
    EXPECT_EQ(played.clause(), "GEO-04");
    expect_next_is_fine(played);
}

TEST(IsolatedMisbehaviour, LastWordsAreWhatACrashAmountsTo) {
    Played played(std::string(misbehaving) + "bug-check");
    const Event event = third_event_of(played);
    EXPECT_EQ(event.kind, EventKind::bug_check);
    EXPECT_EQ(event.code, 0xC2U);
    EXPECT_EQ(event.parameters[0], 0x99U);
    expect_next_is_fine(played);
}

TEST(IsolatedMisbehaviour, WhoKeepsTooMuchMemoryIsReplacedAndWhoTakesTooMuchIsEnded) {
    Trace many{true, {}};
    for (unsigned i = 0; i < 1200; ++i) {
        many.ops.push_back(request(static_cast<std::uint8_t>(i % 256)));
    }
    Played played(std::string(misbehaving) + "leak");
    EXPECT_EQ(played.play(many).size(), many.ops.size()); // 1.2 GB, which is more than it may keep
    EXPECT_TRUE(played.fine);
    for (unsigned i = 0; i < 40; ++i) { // it is looked at now and then
        played.play(harmless);
    }
    EXPECT_GE(played.player->hand_overs()->renewals, 1U);
    while (many.ops.size() < 60'000) {
        many.ops.push_back(request(0));
    }
    const auto steps = played.play(many);
    EXPECT_LT(steps.size(), many.ops.size());
    EXPECT_EQ(steps.back().event.kind, EventKind::crashed);
    EXPECT_EQ(steps.back().event.code, static_cast<std::uint32_t>(SIGKILL));
    expect_next_is_fine(played);
}

TEST(IsolatedMisbehaviour, ACampaignGoesOnAndEnds) {
    for (const char* what : {"segfault", "hang", "garbage", "overlap"}) {
        CampaignOptions options = reduced();
        options.sweeps = false;
        options.random_ops = 3000;
        options.most_timeouts = 1;
        const CampaignResult result = run_campaign(player_maker(std::string(misbehaving) + what), options);
        EXPECT_FALSE(result.findings.empty()) << what;
        EXPECT_GT(result.corpus_traces, 0U) << what;
        EXPECT_EQ(result.units_left_out > 0, std::string_view(what) == "hang") << what;
    }
}

std::string error_of(const std::string& name) {
    try {
        player_maker(name)();
    } catch (const SubjectError& error) {
        return error.what();
    }
    return {};
}

TEST(IsolatedStart, WhatCannotBePutOnTrialSaysWhy) {
    EXPECT_THAT(error_of(std::string(misbehaving) + "crash-at-start"),
                HasSubstr("crashed while it was loaded"));
    EXPECT_THAT(error_of(std::string(misbehaving) + "refuse"), HasSubstr("could not start"));
    EXPECT_THAT(error_of(std::string(misbehaving) + "no-allocator"), HasSubstr("declares no allocator"));
    EXPECT_THAT(error_of("plugin:/proc/self/exe"), HasSubstr("cannot be loaded"));
    const std::string text = ::testing::TempDir() + "no_library_" + std::to_string(getpid()) + ".so";
    std::ofstream(text) << "this is no library\n";
    EXPECT_THAT(error_of("plugin:" + text), HasSubstr("cannot be loaded"));
    std::filesystem::remove(text);
}

TEST(IsolatedStart, ALibraryThatIsNoPluginSaysSo) {
    EXPECT_THAT(error_of("plugin:/lib/x86_64-linux-gnu/libm.so.6"),
                HasSubstr("exports no poolproof_subject_1"));
}

TEST(IsolatedStart, NoProcessIsLeft) {
    pid_t before = -1;
    {
        Played played(std::string(misbehaving) + "nothing");
        expect_next_is_fine(played);
        std::ifstream children("/proc/self/task/" + std::to_string(gettid()) + "/children");
        children >> before;
        ASSERT_GT(before, 0);
    }
    EXPECT_EQ(kill(before, 0), -1);
}

} // namespace
} // namespace poolproof
