// The detection sweep: on the reference with each guard backend, on faulty subjects, and its own bookkeeping.
// Does not cover: the full domain (poolproof detect).
#include "gen/detection.hpp"

#include "subjects/reference.hpp"
#include "subjects/registry.hpp"

#include <gtest/gtest.h>

#include <atomic>

namespace poolproof {
namespace {

DetectionOptions sample() {
    DetectionOptions options;
    options.sizes = {1, 2, 3, 7, 8, 9, 15, 16, 17, 100, 2048, 4079, 4080, 4081, 4095};
    options.stride = 211;
    options.threads = 1;
    return options;
}

DetectionResult sweep(const MachineConfig& config, const DetectionOptions& options) {
    return sweep_detection([&] { return make_reference(config); }, options);
}

TEST(Detection, TheReferenceAgreesWithEveryPredictionOnBothBackendsAndProfiles) {
    for (const GuardBackend backend : {GuardBackend::automatic, GuardBackend::mprotect}) {
        for (const bool is_64_bit : {false, true}) {
            MachineConfig config;
            config.guard_backend = backend;
            DetectionOptions options = sample();
            options.is_64_bit = is_64_bit;
            const DetectionResult result = sweep(config, options);
            EXPECT_FALSE(result.counterexample.has_value());
            EXPECT_EQ(result.counts.blocks, 30U);
            EXPECT_EQ(result.counts.clean_frees, 30U);
            EXPECT_GT(result.counts.faults, 10'000U);
            EXPECT_GT(result.counts.at_free, 1000U);
            EXPECT_GT(result.counts.undetectable, 1000U);
            EXPECT_GT(result.counts.own, 1000U);
        }
    }
}

TEST(Detection, RunsOfPagesAreGuardedWhenATestAsksForIt) {
    MachineConfig config;
    config.guard_large_blocks = true;
    DetectionOptions options = sample();
    options.sizes = {4096, 4097, 5000, 8191, 8192, 12288};
    options.guards_large = true;
    EXPECT_FALSE(sweep(config, options).counterexample.has_value());
    const DetectionResult unasked = sweep(MachineConfig{}, options);
    ASSERT_TRUE(unasked.counterexample.has_value());
    EXPECT_EQ(unasked.counterexample.value().kind, Disagreement::not_placed);
}

// Every faulty subject that breaks a rule of special pool, by the intended clause's family.
TEST(Detection, EveryFaultOfSpecialPoolHasACounterexample) {
    unsigned tried = 0;
    for (const char* name :
         {"gflags-size-too-wide", "gflags-last-character-ignored", "gflags-former-value-stays",
          "underrun-variant-ignored", "variant-selects-special-pool", "eng-not-in-special-pool",
          "guard-behind-missing", "guard-in-front-missing", "front-unchecked", "verify-start-ignored",
          "slack-unchecked", "special-use-after-free", "large-reported-special", "special-double-free-silent",
          "tag-request-ignored"}) {
        SCOPED_TRACE(name);
        const std::string subject = std::string("faulty:") + name;
        const DetectionResult result = sweep_detection([&] { return make_subject(subject); }, sample());
        ASSERT_TRUE(result.counterexample.has_value());
        EXPECT_TRUE(result.counterexample.value().alone);
        EXPECT_LE(result.counterexample.value().trace.ops.size(), 5U);
        ++tried;
    }
    EXPECT_EQ(tried, 15U);
}

TEST(Detection, TheFirstCounterexampleIsTheSameOnAnyNumberOfThreads) {
    DetectionOptions options = sample();
    const auto make = [] { return make_subject("faulty:slack-unchecked"); };
    const DetectionResult one = sweep_detection(make, options);
    options.threads = 3;
    const DetectionResult three = sweep_detection(make, options);
    ASSERT_TRUE(one.counterexample && three.counterexample);
    EXPECT_EQ(one.counterexample.value().trace, three.counterexample.value().trace);
}

TEST(Detection, AnExceptionOfAWorkerReachesTheCaller) {
    const auto make = []() -> std::unique_ptr<Subject> { throw std::runtime_error("no machine"); };
    EXPECT_THROW(sweep_detection(make, sample()), std::runtime_error);
}

TEST(Detection, ProgressCountsEveryBlock) {
    DetectionOptions options = sample();
    std::atomic<std::size_t> calls{0};
    options.progress = [&](std::size_t done, std::size_t blocks) {
        EXPECT_EQ(done, ++calls);
        EXPECT_EQ(blocks, 30U);
    };
    sweep(MachineConfig{}, options);
    EXPECT_EQ(calls, 30U);
}

} // namespace
} // namespace poolproof
