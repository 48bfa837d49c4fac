// What libFuzzer says, and what it is told; and the files of AFL++.
#include "night/afl.hpp"
#include "night/libfuzzer.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

namespace poolproof {
namespace {

namespace fs = std::filesystem;

fs::path fresh_folder(const char* name) {
    const fs::path folder = fs::path(testing::TempDir()) / name;
    fs::remove_all(folder);
    fs::create_directories(folder);
    return folder;
}

TEST(LibFuzzer, FiguresAreReadOffItsLines) {
    EngineFigures figures;
    read_libfuzzer_line("INFO: Seed: 1", figures);
    EXPECT_FALSE(figures.initialised);
    read_libfuzzer_line("#37\tINITED cov: 2743 ft: 6783 corp: 35/12Kb exec/s: 0 rss: 60Mb", figures);
    EXPECT_TRUE(figures.initialised);
    EXPECT_EQ(figures.first_edges, 2743U);
    read_libfuzzer_line("#2048\tNEW    cov: 2801 ft: 6900 corp: 41/13Kb lim: 1026 exec/s: 682", figures);
    EXPECT_EQ(figures.executions, 2048U);
    EXPECT_EQ(figures.edges, 2801U);
    EXPECT_EQ(figures.features, 6900U);
    EXPECT_EQ(figures.corpus_files, 41U);
    EXPECT_EQ(figures.first_edges, 2743U);
    read_libfuzzer_line("stat::number_of_executed_units: 3000", figures);
    EXPECT_EQ(figures.executions, 3000U);
}

TEST(LibFuzzer, TheFirstFindingIsKept) {
    EngineFigures figures;
    read_libfuzzer_line("something else", figures);
    EXPECT_EQ(figures.finding, "");
    read_libfuzzer_line("Assertion failed: EFPT-02", figures);
    read_libfuzzer_line("SUMMARY: libFuzzer: deadly signal", figures);
    EXPECT_EQ(figures.finding, "Assertion failed: EFPT-02");
}

TEST(LibFuzzer, TheOptionsBesideTheProgramAreGiven) {
    const fs::path folder = fresh_folder("poolproof-libfuzzer-options");
    std::ofstream(folder / "t.options") << "[asan]\nx = 1\n[libfuzzer]\nmax_len = 6146\nlen_control=20\n";
    LibfuzzerRun run;
    run.program = folder / "t";
    run.corpus = "corpus";
    run.artifacts = "kept";
    run.seed = 9;
    run.seconds = 30;
    const std::vector<std::string> command = libfuzzer_command(run);
    EXPECT_THAT(command, testing::IsSupersetOf({"-max_len=6146", "-len_control=20", "-seed=9",
                                                "-max_total_time=30", "-artifact_prefix=kept/"}));
    EXPECT_THAT(command, testing::Not(testing::Contains("-x=1")));
    EXPECT_EQ(command.back(), "corpus");
}

TEST(Afl, FiguresAndCrashesAreReadOffItsFolder) {
    const fs::path folder = fresh_folder("poolproof-afl");
    EngineFigures before;
    before.executions = 5;
    EXPECT_EQ(read_afl_figures(folder, before).executions, 5U);
    EXPECT_THAT(afl_command("t", "corpus", folder, 1, 10), testing::Contains("corpus"));

    fs::create_directories(folder / "default/crashes");
    fs::create_directories(folder / "kept");
    std::ofstream(folder / "default/fuzzer_stats")
        << "execs_done        : 1234\nedges_found       : 77\ncorpus_count      : 12\n";
    std::ofstream(folder / "default/crashes/id:000000,sig:06,src:000001") << "x";
    std::ofstream(folder / "default/crashes/README.txt") << "x";
    const EngineFigures figures = read_afl_figures(folder, before);
    EXPECT_EQ(figures.executions, 1234U);
    EXPECT_EQ(figures.edges, 77U);
    EXPECT_EQ(figures.corpus_files, 12U);
    EXPECT_THAT(afl_command("t", "corpus", folder, 1, 10), testing::Not(testing::Contains("corpus")));
    keep_afl_crashes(folder, folder / "kept");
    keep_afl_crashes(folder, folder / "kept"); // again and again
    EXPECT_TRUE(fs::exists(folder / "kept/crash-afl-id_000000_sig_06_src_000001"));
    EXPECT_EQ(std::distance(fs::directory_iterator(folder / "kept"), {}), 1);
}

} // namespace
} // namespace poolproof
