// The differential mode: equals agree, a broken rule is decided by its clause, a choice of the register is
// not. Does not cover: what of two events is compared (compare_test.cpp), words (cli/diff_test.cpp).
#include "gen/differ.hpp"

#include "cli/subjects.hpp"
#include "play/local_player.hpp"
#include "subjects/reference.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace poolproof {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::uint32_t fred = 0x64657246;

Op allocation(std::uint64_t size, std::uint32_t tag = fred) {
    Op op;
    op.size = size;
    op.tag = tag;
    return canonical(op);
}

Op released(std::uint32_t tag = fred) {
    Op op = allocation(0, tag);
    op.kind = OpKind::free;
    op.routine = Routine::ExFreePoolWithTag;
    return canonical(op);
}

CampaignOptions reduced() {
    CampaignOptions options;
    options.seed = 5;
    options.threads = 1;
    options.random_ops = 20'000;
    options.sweep_stride = 24;
    options.corpus.push_back({"one_block.pool", {true, {allocation(100), released()}}});
    return options;
}

// Nothing but these ops.
CampaignOptions only(std::vector<Op> ops) {
    CampaignOptions options;
    options.threads = 1;
    options.random_ops = 0;
    options.sweeps = false;
    options.corpus.push_back({"these.pool", {true, std::move(ops)}});
    return options;
}

DifferResult differ(const std::string& a, const std::string& b, const CampaignOptions& options = reduced()) {
    return run_differ(player_maker(a), player_maker(b), options);
}

PlayerMaker reference_with(const Policies& policies) {
    return [policies] { return std::make_unique<LocalPlayer>(make_reference(policies)); };
}

std::vector<std::string_view> ids_of(const std::vector<int>& clauses) {
    std::vector<std::string_view> ids;
    for (const int clause : clauses) {
        ids.push_back(all_clauses()[static_cast<std::size_t>(clause)].id);
    }
    return ids;
}

// Clauses that decide a difference, each as who breaks it: "GEO-02 by B".
std::vector<std::string> decisions(const DifferResult& result) {
    std::vector<std::string> lines;
    for (const DifferenceGroup& group : result.groups) {
        if (group.key.is_decided()) {
            lines.push_back(std::string(ids_of({group.key.clause}).front()) + " by " +
                            (group.key.breaks[0] ? "A" : "") + (group.key.breaks[1] ? "B" : ""));
        }
    }
    return lines;
}

void expect_same(const DifferResult& a, const DifferResult& b) {
    EXPECT_EQ(a.ops, b.ops);
    EXPECT_EQ(a.traces(), b.traces());
    EXPECT_EQ(a.both_wrong, b.both_wrong);
    ASSERT_EQ(a.groups.size(), b.groups.size());
    for (std::size_t i = 0; i < a.groups.size(); ++i) {
        EXPECT_EQ(a.groups[i].key, b.groups[i].key);
        EXPECT_EQ(a.groups[i].count, b.groups[i].count);
        EXPECT_EQ(a.groups[i].trace, b.groups[i].trace);
        EXPECT_EQ(a.groups[i].source, b.groups[i].source);
    }
}

TEST(Differ, TheReferenceDoesWhatTheReferenceDoes) {
    const DifferResult result = differ("reference", "reference");
    EXPECT_TRUE(result.groups.empty());
    EXPECT_GT(result.sweep_traces, 100U);
    EXPECT_GT(result.random_traces, 0U);
    EXPECT_EQ(result.corpus_traces, 1U);
    EXPECT_GT(result.ops, 20'000U);
    EXPECT_EQ(result.left_out + result.cannot_tell + result.both_wrong + result.nothing_left, 0U);
    EXPECT_TRUE(result.has_profile[0] && result.has_profile[1]);
}

TEST(Differ, InAProcessOfItsOwnItDoesTheSame) {
    const DifferResult result = differ("reference", "plugin:" POOLPROOF_PLUGINS "/reference_plugin.so");
    EXPECT_TRUE(result.groups.empty());
    EXPECT_EQ(result.ops, differ("reference", "reference").ops);
}

TEST(Differ, ABrokenRuleIsDecidedByItsClauseOnEitherSide) {
    EXPECT_THAT(decisions(differ("reference", "faulty:straddles-a-page")), Contains("GEO-02 by B"));
    EXPECT_THAT(decisions(differ("faulty:straddles-a-page", "reference")), Contains("GEO-02 by A"));
}

TEST(Differ, WhatNoEventShowsIsDecidedAllTheSame) {
    const DifferResult result = differ("reference", "faulty:straddles-a-page");
    ASSERT_FALSE(result.groups.empty());
    const DifferenceGroup& group = result.groups.front();
    EXPECT_EQ(group.aspect, Aspect::verdict);
    EXPECT_TRUE(group.confirmed);
    EXPECT_EQ(group.trace.ops.size(), 1U);
    EXPECT_GT(group.count, 1U);
    EXPECT_TRUE(group.broken[0].empty());
    EXPECT_FALSE(group.broken[1].empty());
}

TEST(Differ, ABugCheckOrARaiseThatDoesNotComeIsDecided) {
    EXPECT_THAT(decisions(differ("reference", "faulty:wrong-tag-accepted")), Contains("EFPT-02 by B"));
    const DifferResult raise = differ("reference", "faulty:null-instead-of-raise");
    EXPECT_THAT(decisions(raise), Contains("SHR-07 by B"));
    for (const DifferenceGroup& group : raise.groups) {
        EXPECT_EQ(group.aspect, Aspect::outcome);
        EXPECT_EQ(group.log[0].back().event.kind, EventKind::raised);
        EXPECT_EQ(group.log[1].back().event.kind, EventKind::null);
        EXPECT_LE(group.trace.ops.size(), 3U);
    }
}

TEST(Differ, AnotherChoiceOfTheRegisterIsOpenAndNamesItsClause) {
    Policies other;
    other.tag_mismatch = Policies::TagMismatch::silent;
    other.tag_zero = Policies::TagZero::null;
    const DifferResult result = run_differ(player_maker("reference"), reference_with(other), reduced());
    EXPECT_THAT(decisions(result), IsEmpty());
    ASSERT_FALSE(result.groups.empty());
    std::vector<std::string_view> of_allocations;
    std::vector<std::string_view> of_frees;
    for (const DifferenceGroup& group : result.groups) {
        EXPECT_TRUE(group.confirmed);
        const std::vector<std::string_view> ids = ids_of(group.speaks);
        if (group.key.op == OpKind::allocate) {
            EXPECT_THAT(ids, Contains("TAG-06"));
            of_allocations = ids;
        } else if (group.key.routine == Routine::ExFreePoolWithTag) {
            of_frees = ids;
        }
    }
    EXPECT_THAT(of_allocations, Contains("TAG-06"));
    EXPECT_THAT(of_frees, Contains("EFPT-02"));
}

TEST(Differ, ChoicesThatTheRegisterLeavesAreNotDecided) {
    Policies other;
    other.tail_reuse = Policies::TailReuse::wasted;
    other.zero_bytes = Policies::ZeroBytes::bug_check;
    other.tag_without_alnum = Policies::TagWithoutAlnum::verifier_only;
    other.pool_flags_zero_bytes = Policies::PoolFlagsZeroBytes::smallest_block;
    other.quota_bytes = Policies::QuotaBytes::rounded;
    other.default_no_raise = Policies::DefaultNoRaise::invalid_parameter;
    other.secured_free = Policies::SecuredFree::refused;
    other.fault_names = Policies::FaultNames::driver;
    other.event_levels = Policies::EventLevels::two;
    const DifferResult result = run_differ(reference_with(other), player_maker("reference"), reduced());
    EXPECT_THAT(decisions(result), IsEmpty());
    EXPECT_GT(result.groups.size(), 5U);
}

TEST(Differ, ATraceEndsWhereTheirWorldsPart) {
    Policies silent;
    silent.tag_mismatch = Policies::TagMismatch::silent;
    // From the free on the block is there in one world only.
    const CampaignOptions options =
        only({allocation(100), released(0x32676154), released(), allocation(100)});
    const DifferResult result = run_differ(player_maker("reference"), reference_with(silent), options);
    ASSERT_EQ(result.groups.size(), 1U);
    EXPECT_EQ(result.ops, 2U);
    EXPECT_EQ(result.groups.front().trace.ops.size(), 2U);
}

TEST(Differ, BothWrongAlikeIsNoDifference) {
    const DifferResult result = differ("faulty:straddles-a-page", "faulty:straddles-a-page");
    EXPECT_TRUE(result.groups.empty());
    EXPECT_GT(result.both_wrong, 0U);
    EXPECT_THAT(ids_of(result.wrong_clauses), Contains("GEO-02"));
}

TEST(Differ, MallocBreaksThePageRules) {
    const DifferResult result = differ("reference", "plugin:" POOLPROOF_PLUGINS "/malloc_plugin.so");
    EXPECT_THAT(decisions(result), Contains("GEO-01 by B"));
    EXPECT_THAT(decisions(result), Contains("GEO-02 by B"));
    EXPECT_THAT(decisions(result), Not(Contains("GEO-03 by B")));
    for (const DifferenceGroup& group : result.groups) {
        EXPECT_FALSE(group.key.breaks[0]);
    }
    EXPECT_FALSE(result.has_profile[0]);
    EXPECT_GT(result.left_out, 0U);
    EXPECT_GT(result.nothing_left, 0U);
}

TEST(Differ, WhatOneIsNotGivenTheOtherIsNotEither) {
    Op raised;
    raised.kind = OpKind::irql;
    raised.level = 2;
    // malloc knows no IRQL, and would not survive the second free: the worlds stay alike without both.
    const CampaignOptions options =
        only({canonical(raised), allocation(100), released(), released(), allocation(64), released()});
    const DifferResult result = differ("reference", "plugin:" POOLPROOF_PLUGINS "/malloc_plugin.so", options);
    EXPECT_TRUE(result.groups.empty());
    EXPECT_EQ(result.left_out, 2U);
    EXPECT_EQ(result.ops, 4U);
}

TEST(Differ, TheNumberOfThreadsChangesNothingNorDoesASecondRun) {
    CampaignOptions options = reduced();
    const DifferResult one = differ("reference", "faulty:straddles-a-page", options);
    expect_same(one, differ("reference", "faulty:straddles-a-page", options));
    options.threads = 3;
    expect_same(one, differ("reference", "faulty:straddles-a-page", options));
}

TEST(Differ, ProgressReachesTheLastUnit) {
    CampaignOptions options = only({allocation(100)});
    std::size_t last = 0;
    options.progress = [&](std::size_t done, std::size_t units) { last = done == units ? done : 0; };
    differ("reference", "reference", options);
    EXPECT_EQ(last, 1U);
}

TEST(Differ, AFailureToMakeASubjectReachesTheCaller) {
    const PlayerMaker broken = []() -> std::unique_ptr<Player> { throw std::runtime_error("no subject"); };
    EXPECT_THROW(run_differ(player_maker("reference"), broken, reduced()), std::runtime_error);
}

} // namespace
} // namespace poolproof
