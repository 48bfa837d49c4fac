// The launcher on trial: it runs itself with good and bad parameters and looks at exit codes and output.
//
// Also: a property without a case fails, a failing trace is shown as its shortest text, and a crash leaves
// its trace in a file that replays. Does not cover: GoogleTest's own options.
#include "subjects/registry.hpp"
#include "suites/crash_trace.hpp"
#include "suites/property.hpp"
#include "suites/trace_property.hpp"
#include "trace/codec.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <sys/wait.h>
#include <vector>

namespace poolproof {
namespace {

TEST(Convictions, TheCheckedInListIsCurrent) {
    std::ifstream file(POOLPROOF_SOURCE_DIR "/props/suites/convictions.txt");
    std::vector<std::string> listed;
    for (std::string line; std::getline(file, line);) {
        listed.push_back(line);
    }
    EXPECT_GT(listed.size(), 50U);
    EXPECT_EQ(listed, convictions())
        << "stale: run `poolproof_props --convictions > props/suites/convictions.txt`";
}

struct Outcome {
    int code = -1;
    std::string output;
};

// Runs this program again, with `setting` in front of it (a shell's assignments).
Outcome run_self(const std::string& setting, const std::string& arguments) {
    static const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
    const std::string command =
        "env -u RC_PARAMS -u GTEST_FILTER -u GTEST_TOTAL_SHARDS -u GTEST_SHARD_INDEX " + setting + " '" +
        self + "' " + arguments + " 2>&1";
    Outcome outcome;
    std::FILE* pipe = popen(command.c_str(), "r");
    if (pipe == nullptr) {
        return outcome;
    }
    std::array<char, 4096> part{};
    while (const std::size_t count = std::fread(part.data(), 1, part.size(), pipe)) {
        outcome.output.append(part.data(), count);
    }
    const int status = pclose(pipe);
    outcome.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return outcome;
}

constexpr const char* one_property = "--gtest_filter='*Alignment.APageOrMoreIsPageAligned/Bits64'";

bool contains(const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
}

TEST(Launcher, RunsOnePropertyAndPrintsTheSeed) {
    const Outcome outcome = run_self("", one_property);
    EXPECT_EQ(outcome.code, 0) << outcome.output;
    EXPECT_TRUE(contains(outcome.output, "RC_PARAMS=\"seed=20261121\"")) << outcome.output;
    EXPECT_TRUE(
        contains(run_self("", std::string("--seed 7 ") + one_property).output, "RC_PARAMS=\"seed=7\""));
    EXPECT_TRUE(contains(run_self("RC_PARAMS='seed=8 max_size=50'", one_property).output,
                         "RC_PARAMS=\"seed=8 max_size=50\""));
}

TEST(Launcher, RefusesWhatItDoesNotKnow) {
    for (const char* arguments : {"--sead 3", "--seed", "--seed x", "--seed 1 --seed 2", "--gtest_fliter=x",
                                  "stray", "--crash-folder"}) {
        EXPECT_EQ(run_self("", arguments).code, 2) << arguments;
    }
    for (const char* setting : {"RC_PARAMS=sead=3", "RC_PARAMS=seed", "RC_PARAMS=max_success=0",
                                "RC_PARAMS='seed=1 max_sucess=5'", "RC_PARAMS=max_success=x"}) {
        EXPECT_EQ(run_self(setting, one_property).code, 2) << setting;
    }
    EXPECT_EQ(run_self("RC_PARAMS=seed=1", "--seed 2").code, 2);
}

TEST(Launcher, FailsWhenNoTestRuns) {
    const Outcome outcome = run_self("", "--gtest_filter=NoSuchFamily.*");
    EXPECT_EQ(outcome.code, 1);
    EXPECT_TRUE(contains(outcome.output, "no test ran")) << outcome.output;
}

TEST(Launcher, TheCanaryFails) {
    const Outcome outcome = run_self("", "--canary");
    EXPECT_EQ(outcome.code, 1) << outcome.output;
    EXPECT_TRUE(contains(outcome.output, "Falsifiable after")) << outcome.output;
    EXPECT_EQ(run_self("", "--gtest_filter=Canary.MustFail").code, 1); // it is none of the tests
    EXPECT_TRUE(contains(run_self("", "--gtest_filter=Canary.MustFail").output, "no test ran"));
}

TEST(Launcher, HelpShowsExamples) {
    const Outcome outcome = run_self("", "--help");
    EXPECT_EQ(outcome.code, 0);
    EXPECT_TRUE(contains(outcome.output, "Examples:"));
}

// In RapidCheck's reproduce mode every other property runs no case and would pass.
TEST(Launcher, APropertyThatIsNotReproducedFails) {
    EXPECT_FALSE(complaint_in(rc::detail::SuccessResult{0, {}}).empty());
    EXPECT_TRUE(complaint_in(rc::detail::SuccessResult{1, {}}).empty());
    rc::detail::Configuration configuration;
    configuration.reproduce["Somebody.Else"] = rc::detail::Reproduce{};
    const std::string parameters = rc::detail::configToMinimalString(configuration);
    const Outcome outcome = run_self("RC_PARAMS='" + parameters + "'", one_property);
    EXPECT_EQ(outcome.code, 1) << outcome.output;
    EXPECT_TRUE(contains(outcome.output, "ran no case")) << outcome.output;
}

void fails_on_every_trace(Driver& drive) {
    no_clause_is_violated(drive.subject(), Family::sizes, drive.is_64_bit());
}

TEST(TraceProperty, ShowsTheClauseAndTheShortestTrace) {
    const auto subject = make_subject("faulty:page-not-aligned");
    ASSERT_NE(subject, nullptr);
    const std::string complaint = complaint_about(fails_on_every_trace, *subject, true, "");
    EXPECT_TRUE(contains(complaint, "GEO-01")) << complaint;
    EXPECT_TRUE(contains(complaint, "poolproof-trace 2 64-bit\nallocate ")) << complaint;
    EXPECT_FALSE(contains(complaint, "\nfree ")) << complaint; // one op is enough
}

void crash_while_playing(const Trace& trace, const std::string& folder) {
    write_crash_traces_to(folder.c_str());
    crash_trace_set(trace);
    std::abort();
}

TEST(CrashTrace, TheTraceOfACrashIsInAFile) {
    const std::filesystem::path folder =
        std::filesystem::path(testing::TempDir()) / "poolproof-crash-trace-test";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    Random random(5);
    const Trace trace = family_trace(random, Family::frees, false, 100);
    EXPECT_EXIT(crash_while_playing(trace, folder.string()), testing::KilledBySignal(SIGABRT),
                "poolproof replay");
    ASSERT_FALSE(std::filesystem::is_empty(folder));
    std::ifstream file(std::filesystem::directory_iterator(folder)->path(), std::ios::binary);
    const std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(file),
                                          std::istreambuf_iterator<char>()};
    const DecodedFile decoded = decode_file(bytes);
    EXPECT_EQ(decoded.error, FileError::none) << decoded.message;
    EXPECT_EQ(decoded.trace, trace);
    std::filesystem::remove_all(folder);
}

TEST(CrashTrace, OpByOpIsTheSameAsAtOnce) {
    const std::filesystem::path folder =
        std::filesystem::path(testing::TempDir()) / "poolproof-crash-driver-test";
    std::filesystem::create_directories(folder);
    const auto crash = [&] {
        write_crash_traces_to(folder.c_str());
        const auto subject = make_subject("reference");
        Driver drive(*subject);
        drive.ExFreePoolWithTag(drive.ExAllocatePoolWithTag(0, 100, 0x46726564), 0x46726564);
        std::abort();
    };
    EXPECT_EXIT(crash(), testing::KilledBySignal(SIGABRT), "poolproof replay");
    ASSERT_FALSE(std::filesystem::is_empty(folder));
    std::ifstream file(std::filesystem::directory_iterator(folder)->path(), std::ios::binary);
    const std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(file),
                                          std::istreambuf_iterator<char>()};
    const DecodedFile decoded = decode_file(bytes);
    ASSERT_EQ(decoded.trace.ops.size(), 2U);
    EXPECT_EQ(decoded.trace.ops[0].kind, OpKind::allocate);
    EXPECT_EQ(decoded.trace.ops[1].kind, OpKind::free);
    EXPECT_EQ(decoded.trace.ops[1].slot, decoded.trace.ops[0].slot);
    std::filesystem::remove_all(folder);
}

} // namespace
} // namespace poolproof
