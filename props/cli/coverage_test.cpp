// `poolproof coverage` over hand-made figures: what is counted, what falls short, which reasons are stale.
// Does not cover: what llvm-cov exports of a real run (ci/coverage).
#include "cli/cli_test_kit.hpp"
#include "cli/coverage.hpp"

#include <nlohmann/json.hpp>

#include <vector>

namespace poolproof {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* source = "int sign(int x) {\n"
                               "    if (x < 0)\n"
                               "        return -1;\n"
                               "    return 1;\n"
                               "}\n";

json share(unsigned covered, unsigned count) {
    return {{"count", count}, {"covered", covered}};
}

// `source` as a file of the tree, its function called `calls` times, the negative way `negative` times.
json figures(const std::string& path, unsigned calls, unsigned negative) {
    const unsigned covered = (negative != 0 ? 1 : 0) + (calls > negative ? 1 : 0);
    const unsigned positive = calls - negative;
    const json segments = {{1, 17, calls, true, true, false},    {2, 14, calls, true, false, false},
                           {2, 15, negative, true, false, true}, // blanks
                           {3, 9, negative, true, true, false},  {3, 18, calls, true, false, false},
                           {3, 19, positive, true, false, true}, // blanks
                           {4, 5, positive, true, true, false},  {5, 2, 0, false, false, false}};
    return {{"filename", path},
            {"segments", segments},
            {"branches", {{2, 9, 2, 14, negative, calls - negative, 0, 0, 4}}},
            {"summary", {{"branches", share(covered, 2)}, {"functions", share(calls != 0 ? 1 : 0, 1)}}}};
}

json exported(const json& files) {
    return {{"type", "llvm.coverage.json.export"}, {"data", {{{"files", files}}}}};
}

// A tree of three sources: both required folders, and another one.
class CoverageTree : public Command {
  protected:
    void SetUp() override {
        Command::SetUp();
        for (const char* path :
             {"impl/pool/a.cpp", "props/oracle/b.cpp", "props/cli/c.cpp", "impl/pool/a_test.cpp"}) {
            spill(at(path), source);
        }
        write_excuses("");
    }

    void write_figures(unsigned negative, const json& more = json::array()) const {
        json files = {figures(at("impl/pool/a.cpp"), 5, negative), figures(at("props/oracle/b.cpp"), 5, 1),
                      figures(at("props/cli/c.cpp"), 0, 0),        figures(at("impl/pool/a_test.cpp"), 0, 0),
                      figures(at("build/made.cpp"), 0, 0),         figures("/usr/include/vector", 0, 0)};
        files.insert(files.end(), more.begin(), more.end());
        spill(at("export.json"), exported(files).dump());
    }
    void write_excuses(const std::string& text) const { spill(at("ci/coverage_exceptions.txt"), text); }

    static constexpr const char* reason = "Nobody asks for it.\n  impl/pool/a.cpp\n    return -1;\n";
};

TEST_F(CoverageTree, CountsLinesBranchesAndFunctionsOfTheTreeWithoutItsTests) {
    write_figures(1);
    const std::vector<CoveredFile> files = read_coverage(at("export.json"), folder_);
    ASSERT_EQ(files.size(), 3U);
    EXPECT_EQ(files[0].path, "impl/pool/a.cpp");
    EXPECT_EQ(files[0].shares.lines.covered, 5U);
    EXPECT_EQ(files[0].shares.lines.all, 5U);
    EXPECT_EQ(files[0].shares.branches.covered, 2U);
    EXPECT_THAT(files[0].lines, IsEmpty());
    EXPECT_EQ(files[1].path, "props/cli/c.cpp");
    EXPECT_EQ(files[1].shares.lines.covered, 0U);
    EXPECT_EQ(files[1].shares.functions.all, 1U);
}

TEST_F(CoverageTree, NamesTheLineAndTheWayThatNothingTook) {
    write_figures(0);
    const CoveredFile file = read_coverage(at("export.json"), folder_).front();
    ASSERT_EQ(file.lines.size(), 1U);
    EXPECT_EQ(file.lines[0].line, 3U);
    EXPECT_EQ(file.lines[0].text, "return -1;");
    ASSERT_EQ(file.branches.size(), 1U);
    EXPECT_EQ(file.branches[0].what, "never true at column 9");
    EXPECT_EQ(run("coverage export.json --gaps impl").out,
              "impl/pool/a.cpp:3: not executed: return -1;\n"
              "impl/pool/a.cpp:2: never true at column 9: if (x < 0)\n");
}

TEST_F(CoverageTree, IsFineWhenTheRequiredFoldersAreCovered) {
    write_figures(1);
    const Ran ran = run("coverage export.json");
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_THAT(ran.out,
                HasSubstr("impl/pool                    5/5      100.0 %       2/2      100.0 %       1/1"));
    EXPECT_THAT(ran.out, HasSubstr("props/cli                    0/5        0.0 %"));
}

TEST_F(CoverageTree, FallsShortBelowTheThresholdOfAFolder) {
    write_figures(0);
    write_excuses(reason);
    const Ran ran = run("coverage export.json");
    EXPECT_EQ(ran.code, 1);
    EXPECT_EQ(ran.err, "poolproof: impl/: 4 of 5 lines covered, expected 98 %\n"
                       "poolproof: impl/: 1 of 2 branches covered, expected 90 %\n");
}

TEST_F(CoverageTree, ALineThatNothingExecutedNeedsAReason) {
    write_figures(0);
    EXPECT_THAT(run("coverage export.json").err,
                HasSubstr("impl/pool/a.cpp:3: nothing executed it, and nothing says why: return -1;\n"));
}

TEST_F(CoverageTree, AReasonForALineThatIsExecutedOrNotThereIsStale) {
    write_figures(1);
    write_excuses(std::string(reason) + "    no such line\n");
    const Ran ran = run("coverage export.json");
    EXPECT_EQ(ran.code, 1);
    EXPECT_EQ(ran.err,
              "poolproof: ci/coverage_exceptions.txt:3: impl/pool/a.cpp has no such line that nothing "
              "executed: return -1;\n"
              "poolproof: ci/coverage_exceptions.txt:4: impl/pool/a.cpp has no such line that nothing "
              "executed: no such line\n");
}

TEST_F(CoverageTree, AReasonExcusesAsManyLinesAsItNames) {
    std::vector<CoveredFile> files(1);
    files[0].path = "impl/pool/a.cpp";
    files[0].lines = {{3, "return -1;", {}}, {9, "return -1;", {}}, {12, "throw 1;", {}}};
    write_excuses(std::string(reason) + "    throw 1;\n");
    const std::vector<Excuse> excuses = read_excuses(at("ci/coverage_exceptions.txt"));
    ASSERT_EQ(excuses.size(), 2U);
    EXPECT_EQ(excuses[1].reason, "Nobody asks for it.");
    std::vector<std::string> found = shortcomings(files, excuses, "list", folder_);
    std::erase_if(found, [](const std::string& line) { return line.find("nothing says why") == line.npos; });
    EXPECT_THAT(found, ElementsAre(HasSubstr("impl/pool/a.cpp:9:")));
}

TEST_F(CoverageTree, ASourceThatNoProgramContainsFallsShort) {
    write_figures(1);
    spill(at("impl/pool/forgotten.cpp"), source);
    spill(at("impl/example/of_its_own.c"), source);
    EXPECT_EQ(run("coverage export.json").err,
              "poolproof: impl/pool/forgotten.cpp: no program that ran contains it\n");
}

TEST_F(CoverageTree, NothingCountedIsNoSuccess) {
    spill(at("export.json"), exported(json::array()).dump());
    EXPECT_THAT(run("coverage export.json").err, HasSubstr("impl/: no lines were counted\n"));
}

TEST_F(CoverageTree, TellsTheSameInJson) {
    write_figures(0);
    write_excuses(reason);
    const Ran ran = run("coverage export.json --json");
    EXPECT_EQ(ran.code, 1);
    const json document = json::parse(ran.out);
    EXPECT_EQ(document["folders"][0]["folder"], "impl/pool");
    EXPECT_EQ(document["folders"][0]["lines"]["covered"], 4);
    EXPECT_EQ(document["required"][0]["expected"]["lines"], 98);
    EXPECT_EQ(document["exceptions"][0]["reason"], "Nobody asks for it.");
    EXPECT_EQ(document["missing"].size(), 2U);
}

TEST_F(CoverageTree, RefusesWhatIsNoExportOrNotOfThisTree) {
    spill(at("none.json"), "{}");
    expect_failure("coverage none.json", 8, "none.json: expected the output of llvm-cov export");
    spill(at("other.json"), R"({"type": "something else"})");
    expect_failure("coverage other.json", 8, "other.json: expected the output of llvm-cov export");
    expect_failure("coverage missing.json", 7, "missing.json");
    write_figures(1);
    spill(at("impl/pool/a.cpp"), "int a;\n");
    write_figures(0);
    expect_failure("coverage export.json", 8, "a line is not there");
}

TEST_F(CoverageTree, RefusesAListOutOfForm) {
    write_figures(1);
    for (const char* text : {"  impl/pool/a.cpp\n", "Reason.\n    a line\n", "Reason.\n  f\n   three\n",
                             "One.\nTwo.\n", "One.\n  f\n"}) {
        write_excuses(std::string("# A comment.\n\n") + text);
        expect_failure("coverage export.json", 2, "ci/coverage_exceptions.txt:");
    }
}

} // namespace
} // namespace poolproof
