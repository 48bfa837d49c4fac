// The list of the fuzz targets against the build's, and what a target makes of bytes.
#include "run/fuzz_targets.hpp"

#include "oracle/oracle.hpp"
#include "run/runner.hpp"
#include "subjects/registry.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

namespace poolproof {
namespace {

namespace fs = std::filesystem;

TEST(FuzzTargets, AreTheSourcesInFuzz) {
    std::vector<std::string> sources;
    for (const fs::directory_entry& entry : fs::directory_iterator(POOLPROOF_SOURCE_DIR "/fuzz")) {
        if (entry.path().string().ends_with("_fuzzer.cpp")) {
            sources.push_back(entry.path().stem().string());
        }
    }
    std::vector<std::string> listed;
    for (const FuzzTarget& target : all_fuzz_targets()) {
        listed.emplace_back(target.name);
    }
    EXPECT_THAT(listed, testing::UnorderedElementsAreArray(sources));
}

TEST(FuzzTargets, EachHasACanaryThatExists) {
    for (const FuzzTarget& target : all_fuzz_targets()) {
        ASSERT_FALSE(target.canaries.empty()) << target.name;
        for (const std::string_view canary : target.canaries) {
            EXPECT_TRUE(canary.ends_with("_planted") || make_subject(canary) != nullptr) << canary;
        }
    }
}

TEST(FuzzTargets, AnUnknownNameIsNone) {
    EXPECT_EQ(fuzz_target("other_fuzzer"), nullptr);
    EXPECT_NE(fuzz_target("pool_trace_fuzzer"), nullptr);
}

TEST(FuzzTargets, TheExhaustionTargetBeginsByFillingSpecialPool) {
    const FuzzTarget& target = *fuzz_target("special_exhaustion_fuzzer");
    Trace trace;
    decode_as(target, {}, trace);
    ASSERT_GT(trace.ops.size(), target.opening.size());
    EXPECT_EQ(trace.ops.front().kind, OpKind::special_pool);
    EXPECT_TRUE(std::equal(target.opening.begin(), target.opening.end(), trace.ops.begin() + 1));
    const auto subject = make_subject("reference", target.setup);
    Oracle oracle;
    Runner runner(*subject, oracle);
    EXPECT_TRUE(runner.run(trace));
}

} // namespace
} // namespace poolproof
