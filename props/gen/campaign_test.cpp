// The campaign: the same for the same seed whatever the threads, the reference acquitted, a faulty subject
// convicted with a short trace.
// Does not cover: the verdicts of single clauses (oracle/) and every faulty subject (the command's matrix).
#include "gen/campaign.hpp"

#include "subjects/registry.hpp"

#include <gtest/gtest.h>

#include <string>

namespace poolproof {
namespace {

CampaignOptions reduced() {
    CampaignOptions options;
    options.seed = 5;
    options.threads = 1;
    options.random_ops = 40'000;
    options.sweeps = false;
    Op allocate;
    allocate.tag = 0x46726564;
    allocate.size = 100;
    Op release;
    release.kind = OpKind::free;
    release.routine = Routine::ExFreePool;
    options.corpus.push_back({"one_block.pool", {true, {canonical(allocate), canonical(release)}}});
    return options;
}

CampaignResult run(const std::string& subject, const CampaignOptions& options) {
    return run_campaign([&] { return make_subject(subject); }, options);
}

void expect_same(const CampaignResult& a, const CampaignResult& b) {
    EXPECT_EQ(a.ops, b.ops);
    EXPECT_EQ(a.random_traces, b.random_traces);
    ASSERT_EQ(a.tally.size(), b.tally.size());
    for (std::size_t i = 0; i < a.tally.size(); ++i) {
        EXPECT_EQ(a.tally[i].holds, b.tally[i].holds) << all_clauses()[i].id;
        EXPECT_EQ(a.tally[i].violated, b.tally[i].violated) << all_clauses()[i].id;
        EXPECT_EQ(a.tally[i].unspecified, b.tally[i].unspecified) << all_clauses()[i].id;
    }
    ASSERT_EQ(a.findings.size(), b.findings.size());
    for (std::size_t i = 0; i < a.findings.size(); ++i) {
        EXPECT_EQ(a.findings[i].clause, b.findings[i].clause);
        EXPECT_EQ(a.findings[i].source, b.findings[i].source);
        EXPECT_EQ(a.findings[i].trace, b.findings[i].trace);
    }
}

TEST(Campaign, TheSameSeedGivesTheSameTalliesTwice) {
    expect_same(run("reference", reduced()), run("reference", reduced()));
}

TEST(Campaign, TheNumberOfThreadsChangesNothing) {
    CampaignOptions options = reduced();
    options.sweeps = true;
    const CampaignResult one = run("reference", options);
    options.threads = 2;
    expect_same(one, run("reference", options));
}

TEST(Campaign, TheNumberOfThreadsChangesNothingForAFaultySubjectEither) {
    ASSERT_FALSE(all_faulty_subjects().empty());
    const std::string name = "faulty:" + std::string(all_faulty_subjects().front().name);
    CampaignOptions options = reduced();
    const CampaignResult one = run(name, options);
    options.threads = 2;
    expect_same(one, run(name, options));
}

TEST(Campaign, AnotherSeedMakesOtherTraces) {
    CampaignOptions options = reduced();
    const CampaignResult one = run("reference", options);
    options.seed = 6;
    const CampaignResult other = run("reference", options);
    bool differs = one.random_traces != other.random_traces;
    for (std::size_t i = 0; i < one.tally.size(); ++i) {
        differs = differs || one.tally[i].holds != other.tally[i].holds;
    }
    EXPECT_TRUE(differs);
}

TEST(Campaign, TheReferenceIsAcquittedAndEveryCategoryPlayed) {
    CampaignOptions options = reduced();
    options.sweeps = true;
    options.threads = 2;
    const CampaignResult result = run("reference", options);
    for (const Finding& finding : result.findings) {
        ADD_FAILURE() << all_clauses()[static_cast<std::size_t>(finding.clause)].id << ": " << finding.text;
    }
    EXPECT_GT(result.sweep_traces, 0U);
    EXPECT_GT(result.random_traces, 0U);
    EXPECT_EQ(result.corpus_traces, 1U);
    EXPECT_GT(result.ordinary_ops, 0U);
    EXPECT_GT(result.ordinary_seconds, 0.0);
}

TEST(Campaign, AFaultySubjectIsConvictedByItsClauseWithAShortTrace) {
    ASSERT_FALSE(all_faulty_subjects().empty());
    const FaultySubject& subject = all_faulty_subjects().front();
    CampaignOptions options = reduced();
    options.sweeps = true;
    const CampaignResult result = run("faulty:" + std::string(subject.name), options);
    ASSERT_FALSE(result.findings.empty());
    const Finding& first = result.findings.front();
    EXPECT_EQ(all_clauses()[static_cast<std::size_t>(first.clause)].id, subject.clause);
    EXPECT_LE(first.trace.ops.size(), 10U);
    EXPECT_FALSE(first.text.empty());
    EXPECT_FALSE(first.source.empty());
}

TEST(Campaign, AFindingShowsAgainOnAFreshSubjectAndTellsWhatHappened) {
    CampaignOptions options = reduced();
    options.sweeps = true;
    options.sweep_stride = 8;
    const CampaignResult result = run("faulty:straddles-a-page", options);
    ASSERT_FALSE(result.findings.empty());
    for (const Finding& finding : result.findings) {
        EXPECT_TRUE(finding.confirmed);
        EXPECT_EQ(finding.log.size(), finding.trace.ops.size());
    }
}

TEST(Campaign, AFindingThatAFreshSubjectDoesNotShowIsNotConfirmed) {
    CampaignOptions options = reduced();
    options.sweeps = true;
    options.sweep_stride = 8;
    unsigned made = 0;
    // The worker and the shrinker get the faulty one, what comes after them does not.
    const CampaignResult result = run_campaign(
        [&] { return make_subject(++made <= 2 ? "faulty:straddles-a-page" : "reference"); }, options);
    ASSERT_FALSE(result.findings.empty());
    for (const Finding& finding : result.findings) {
        EXPECT_FALSE(finding.confirmed);
        EXPECT_FALSE(finding.text.empty());
        EXPECT_EQ(finding.log.size(), finding.trace.ops.size());
    }
}

TEST(Campaign, WithOneClauseOnlyThatOneCounts) {
    const FaultySubject& subject = all_faulty_subjects().front();
    CampaignOptions options = reduced();
    options.sweeps = true;
    options.clause = subject.clause;
    for (const Finding& finding : run("faulty:" + std::string(subject.name), options).findings) {
        EXPECT_EQ(all_clauses()[static_cast<std::size_t>(finding.clause)].id, subject.clause);
    }
}

TEST(Campaign, NothingAskedForIsNothingPlayed) {
    CampaignOptions options = reduced();
    options.random_ops = 0;
    options.corpus.clear();
    const CampaignResult result = run("reference", options);
    EXPECT_EQ(result.ops, 0U);
    EXPECT_EQ(result.sweep_traces + result.random_traces + result.corpus_traces, 0U);
}

TEST(Campaign, ReportsProgressUntilTheLastUnit) {
    CampaignOptions options = reduced();
    std::size_t last = 0;
    std::size_t units = 0;
    options.progress = [&](std::size_t done, std::size_t all) {
        last = done;
        units = all;
    };
    std::size_t noted = 0;
    options.before_trace = [&](const Trace&) { ++noted; };
    const CampaignResult result = run("reference", options);
    EXPECT_EQ(last, units);
    EXPECT_EQ(noted, result.random_traces + result.corpus_traces);
}

TEST(Campaign, AFailureToMakeASubjectReachesTheCaller) {
    EXPECT_THROW(run_campaign([]() -> std::unique_ptr<Subject> { throw std::bad_alloc(); }, reduced()),
                 std::bad_alloc);
}

} // namespace
} // namespace poolproof
