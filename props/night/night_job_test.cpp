// A night with engines that are shell scripts: shares, retries, canaries, merging, and going on after an end.
// Does not cover: the real engines (check_nightly.sh).
#include "night/night_job.hpp"

#include "report/night_json.hpp"
#include "run/fuzz_targets.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

namespace poolproof {
namespace {

namespace fs = std::filesystem;

// As libFuzzer speaks: BEHAVIOUR is what a run does beyond that.
constexpr const char* engine = R"(#!/bin/sh
for argument; do
    case $argument in
        -artifact_prefix=*) prefix=${argument#-artifact_prefix=} ;;
        -max_total_time=*) seconds=${argument#-max_total_time=} ;;
        -set_cover_merge=1) merge=yes ;;
        -runs=0) look=yes ;;
        -*) ;;
        *) first=${first-$argument} last=$argument ;;
    esac
done
if [ "$merge" ]; then MERGE; fi
printf '#3\tINITED cov: 40 ft: 50 corp: 3/9b exec/s: 0 rss: 30Mb\n'
if [ "$look" ]; then exit 0; fi
if [ "$POOLPROOF_SUBJECT" != "$SUBJECT" ] || [ -z "$seconds" ]; then
    echo 'Assertion failed: GEO-01'
    exit 77
fi
BEHAVIOUR
)";

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
        text.replace(at, what.size(), by);
    }
    return text;
}

void write_program(const fs::path& file, const std::string& script) {
    std::ofstream(file) << script;
    fs::permissions(file, fs::perms::owner_all);
}

// Tests run at the same time.
const char* name_of_test() {
    return testing::UnitTest::GetInstance()->current_test_info()->name();
}

class NightJobs : public testing::Test {
  protected:
    NightJobs()
        : root(fs::path(testing::TempDir()) / (std::string("poolproof-night-job-") + name_of_test())) {
        fs::remove_all(root);
        fs::create_directories(root / "build/bin");
        fs::create_directories(root / "build/corpus" / target);
        std::ofstream(root / "build/corpus" / target / "seed") << "seed";
        options.minutes = 0.02;
        options.targets = {target};
        options.jobs = 2;
        options.build = root / "build";
        options.properties = root / "build/bin/properties";
        options.version = "0";
        write_program(options.properties, "#!/bin/sh\necho '[  FAILED  ] Canary.MustFail'\nexit 1\n");
        behave("sleep $seconds; printf '#100\\tDONE   cov: 44 ft: 60 corp: 4/9b\\n'; exit 0");
        open();
    }

    void behave(const std::string& behaviour, const std::string& merge = "cp $last/* $first/; exit 0") {
        std::string script = replaced(engine, "BEHAVIOUR", behaviour);
        script = replaced(script, "MERGE", merge);
        write_program(root / "build/bin" / target, replaced(script, "$SUBJECT", "reference"));
    }
    void open() {
        folder.reset();
        folder.emplace(root / "state");
    }
    NightJob job() { return {options, *folder, watch}; }
    Night night_of(NightJob& job) {
        job.try_canaries();
        job.fuzz();
        job.merge_corpora();
        return job.night();
    }
    Night whole_night() {
        NightJob one = job();
        return night_of(one);
    }

    const std::string target = "pool_trace_fuzzer";
    fs::path root;
    NightOptions options;
    NightWatch watch;
    std::optional<NightFolder> folder;
};

TEST_F(NightJobs, AQuietNightIsFine) {
    const Night night = whole_night();
    EXPECT_EQ(outcome_of(night), NightOutcome::fine) << to_text(night);
    ASSERT_EQ(night.targets.size(), 1U);
    EXPECT_TRUE(night.targets[0].complete);
    EXPECT_GE(night.targets[0].executions, 100U);
    EXPECT_EQ(night.targets[0].corpus_files, 1U); // the seed
    EXPECT_EQ(night.targets[0].edges, 40U);       // after merging
    EXPECT_FALSE(night.targets[0].points.empty());
}

TEST_F(NightJobs, ItsRecordJoinsTheOthersAndTheNextNightIsANewOne) {
    NightJob one = job();
    night_of(one);
    const fs::path file = one.finish();
    EXPECT_EQ(night_from_json(file.string(), read_whole(file)).targets.size(), 1U);
    EXPECT_FALSE(fs::exists(folder->under_way()));
    EXPECT_EQ(job().night().targets[0].executions, 0U);
}

TEST_F(NightJobs, ASilentCanaryBreaksTheNight) {
    write_program(root / "build/bin" / target, "#!/bin/sh\nexit 0\n");
    NightJob one = job();
    one.try_canaries();
    EXPECT_THAT(reasons_of(one.night()), testing::Contains(testing::HasSubstr("faulty:wrong-tag-accepted")));
    EXPECT_EQ(outcome_of(one.night()), NightOutcome::broken);
}

TEST_F(NightJobs, APropertyThatDoesNotFailBreaksTheNight) {
    write_program(options.properties, "#!/bin/sh\nexit 0\n");
    const Night night = whole_night();
    EXPECT_THAT(reasons_of(night), testing::Contains(testing::HasSubstr("Canary.MustFail")));
}

TEST_F(NightJobs, ATargetThatKeepsCrashingHasSaidEnough) {
    behave(R"(printf '#9\tNEW    cov: 41 ft: 60 corp: 4/9b\n'; echo 'Assertion failed: GEO-01'
              echo x >"${prefix}crash-same"; exit 77)");
    const Night night = whole_night();
    EXPECT_TRUE(night.targets[0].complete);
    EXPECT_EQ(night.targets[0].crashes, 1U);
    EXPECT_EQ(night.targets[0].runs, 4U); // one that found it, and three in vain
    EXPECT_TRUE(fs::exists(folder->crashes(target) / "crash-same"));
}

TEST_F(NightJobs, ATargetThatDoesNotRunBreaksTheNight) {
    behave("echo 'cannot be'; exit 1");
    const Night night = whole_night();
    EXPECT_EQ(outcome_of(night), NightOutcome::broken);
    EXPECT_THAT(night.troubles, testing::Contains(testing::HasSubstr("cannot be")));
    EXPECT_EQ(night.targets[0].runs, 3U);
}

TEST_F(NightJobs, AMergeThatFailsLeavesTheCorpusAlone) {
    behave("sleep $seconds; printf '#100\\tDONE   cov: 44 ft: 60 corp: 4/9b\\n'; exit 0", "exit 1");
    const Night night = whole_night();
    EXPECT_EQ(outcome_of(night), NightOutcome::broken);
    EXPECT_EQ(extent_of(folder->corpus(target)).files, 1U);
}

TEST_F(NightJobs, AnInterruptedNightGoesOn) {
    options.minutes = 0.2;
    int turns = 0;
    watch.stop = [&] { return ++turns > 8; };
    EXPECT_THROW(whole_night(), NightInterrupted);
    watch.stop = {};
    open();
    NightJob next = job();
    EXPECT_EQ(next.night().resumed, 1U);
    EXPECT_GT(next.night().seconds, 0);
    EXPECT_EQ(next.night().canaries.size(), 2U); // those that reported are not tried again
    options.minutes = 0.02;
    EXPECT_EQ(job().night().resumed, 0U); // another night
}

TEST_F(NightJobs, ARecordThatIsNoneIsAnErrorAndNotOverwritten) {
    write_whole(folder->under_way(), "{\"night");
    EXPECT_THROW(job(), ResultError);
    EXPECT_EQ(read_whole(folder->under_way()), "{\"night");
}

} // namespace
} // namespace poolproof
