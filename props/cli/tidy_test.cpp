// Unit tests of the tidy check: each rule finds what it is for in a made-up tree, and nothing in a tidy one.
//
// Covers: the rules, the order of findings, trees without git. Does not cover: the real tree (the ctest
// `tidy`).
#include "cli/tidy.hpp"
#include "cli/tidy_tree.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace poolproof {
namespace {

namespace fs = std::filesystem;

// A tree in a temporary folder, gone with the test.
class Tidy : public testing::Test {
  protected:
    void SetUp() override {
        std::string name = (fs::temp_directory_path() / "poolproof_tidy_XXXXXX").string();
        ASSERT_NE(mkdtemp(name.data()), nullptr);
        root_ = name;
    }
    void TearDown() override { fs::remove_all(root_); }

    void write(const std::string& path, const std::string& text, bool executable = false) {
        fs::create_directories((root_ / path).parent_path());
        std::ofstream(root_ / path, std::ios::binary) << text;
        if (executable) {
            fs::permissions(root_ / path, fs::perms::owner_exec, fs::perm_options::add);
        }
    }

    // "file:line rule" of every finding.
    std::vector<std::string> found() const {
        std::vector<std::string> result;
        for (const TidyFinding& f : tidy(root_)) {
            result.push_back(f.file + ":" + std::to_string(f.line) + " " + f.rule);
        }
        return result;
    }

    fs::path root_;
};

using Lines = std::vector<std::string>;

std::string repeated(const std::string& line, std::size_t times) {
    std::string text;
    for (std::size_t i = 0; i < times; ++i) {
        text += line;
    }
    return text;
}

TEST_F(Tidy, ATidyTreeHasNoFindings) {
    write("README.md", "# A tree\n\nClause GEO-01.\n");
    write(".clang-format", "BasedOnStyle: LLVM\n");
    write("ci/test", "#!/bin/sh\n# Tests.\ntrue\n", true);
    write("impl/include/ddi/wdm.h", "// The surface.\n");
    write("impl/pool/pool.cpp",
          "// The pool.\n#include <ddi/wdm.h>\n#include <unordered_map>\nint x = 1'000;\n");
    write("corpus/regressions/a.pool", "# Shows GEO-01.\npoolproof-trace 1 64-bit\n");
    EXPECT_EQ(found(), Lines{});
}

TEST_F(Tidy, AnEntryOutsideTheLayoutIsFound) {
    write("notes/idea.md", "text\n");
    write("helper.md", "text\n");
    EXPECT_EQ(found(), (Lines{"helper.md:0 layout", "notes/idea.md:0 layout"}));
}

TEST_F(Tidy, BuildFoldersAreNotLookedAt) {
    write("build/release/x.txt", "blank \n");
    EXPECT_EQ(found(), Lines{});
}

TEST_F(Tidy, AHeaderThatNobodyIncludesIsDead) {
    write("props/run/used.hpp", "// Used.\n");
    write("props/run/dead.hpp", "// Includes itself only.\n#include \"run/dead.hpp\"\n");
    write("props/run/run.cpp", "// Runs.\n#include \"run/used.hpp\"\n");
    EXPECT_EQ(found(), Lines{"props/run/dead.hpp:0 dead-file"});
}

TEST_F(Tidy, AnIncludeInACommentKeepsNothingAlive) {
    write("props/run/dead.hpp", "// Dead.\n");
    write("props/run/run.cpp", "// Runs.\n/*\n#include \"run/dead.hpp\"\n*/\n");
    EXPECT_EQ(found(), Lines{"props/run/dead.hpp:0 dead-file"});
}

TEST_F(Tidy, ASourceThatNobodyBuildsIsDead) {
    write("CMakeLists.txt", "add_executable(x fuzz/named.cpp)\n");
    write("fuzz/named.cpp", "// Built by name.\n");
    write("fuzz/lost.cpp", "// Built by nobody.\n");
    write("props/run/deeper/lost.cpp", "// Globs do not reach it.\n");
    write("impl/ddi/surface_test.cpp", "// Tests are taken wherever they are.\n");
    EXPECT_EQ(found(), (Lines{"fuzz/lost.cpp:0 dead-file", "props/run/deeper/lost.cpp:0 dead-file"}));
}

TEST_F(Tidy, AFileOfMoreThan400LinesIsTooLong) {
    write("props/run/long.cpp", "// Long.\n" + repeated("int f();\n", 400));
    write("props/run/short.cpp", "// Short.\n" + repeated("int f();\n", 399));
    write("README.md", repeated("text\n", 500));
    EXPECT_EQ(found(), Lines{"props/run/long.cpp:0 long-file"});
}

TEST_F(Tidy, AFunctionOfMoreThan70LinesIsTooLong) {
    const std::string head = "// Functions.\nnamespace a {\n\n";
    write("props/run/long.cpp",
          head + "int f(int a,\n      int b) {\n" + repeated("    a++;\n", 68) + "}\n}\n");
    write("props/run/short.cpp",
          head + "int f(int a,\n      int b) {\n" + repeated("    a++;\n", 67) + "}\n}\n");
    EXPECT_EQ(found(), Lines{"props/run/long.cpp:4 long-function"});
}

TEST_F(Tidy, FunctionsInsideAClassAreMeasuredOneByOne) {
    const std::string method = "    int f() {\n" + repeated("        a++;\n", 40) + "    }\n";
    const std::string longer = "    int g() {\n" + repeated("        a++;\n", 69) + "    }\n";
    write("props/run/a.cpp",
          "// A class.\ntemplate <class T>\nclass A {\n  public:\n" + method + method + longer + "};\n");
    EXPECT_EQ(found(), Lines{"props/run/a.cpp:89 long-function"});
}

TEST_F(Tidy, TablesOfDataMayBeLong) {
    write("props/run/a.cpp",
          "// A table.\nconstexpr int rows[] = {\n" + repeated("    f(1),\n", 90) + "};\n");
    EXPECT_EQ(found(), Lines{});
}

TEST_F(Tidy, BracesInLiteralsAndCommentsOpenAndCloseNothing) {
    const std::string body = "    // }\n    puts(\"}\");\n    puts(R\"(\n}\n)\");\n    c = '{';\n";
    write("props/run/a.cpp", "// Literals.\nint f() {\n" + repeated(body, 12) + "}\n");
    EXPECT_EQ(found(), Lines{"props/run/a.cpp:2 long-function"});
}

TEST_F(Tidy, PathsOfOneMachineAreFound) {
    const std::string slash = "/";
    write("README.md", "see " + slash + "work/x and '" + slash + "home/me/y'\n" + "../" + "shared/a\n" +
                           "a.lib" + "rary folder\n$OUT" + slash + "work/x, build" + slash + "work/x, " +
                           slash + "home/, " + slash + "rooted/x\n");
    EXPECT_EQ(found(), (Lines{"README.md:1 machine-path", "README.md:3 machine-path"}));
}

TEST_F(Tidy, AClauseThatTheContractDoesNotHaveIsFound) {
    const std::string unknown = "GEO-" + std::string("98");
    write("props/run/a.cpp", "// By GEO-01 to GEO-05, X-05 and " + unknown + ".\n");
    write("corpus/regressions/a.pool", "# Breaks " + unknown + ".\n");
    write("README.md", "UTF-16, GEO-01, GEO-012, AGEO-98, x-GEO-98, GEO-9, GEO-99\n");
    EXPECT_EQ(found(),
              (Lines{"corpus/regressions/a.pool:1 unknown-clause", "props/run/a.cpp:1 unknown-clause"}));
}

TEST_F(Tidy, LowerRoomsMayNotKnowHigherOnes) {
    write("impl/include/poolproof/machine.h", "// Knobs.\n");
    write("impl/pool/arena.hpp", "// Arena.\n");
    write("props/run/runner.hpp", "// Runner.\n");
    write("props/oracle/a.cpp",
          "// Oracle.\n#include \"poolproof/machine.h\"\n#include \"pool/arena.hpp\"\n");
    write("impl/pool/b.cpp", "// Pool.\n#include \"pool/arena.hpp\"\n#include \"run/runner.hpp\"\n");
    write("props/gen/c.cpp", "// Generators.\n#include \"run/runner.hpp\"\n");
    write("props/oracle/a_test.cpp",
          "// Tests may.\n#include \"run/runner.hpp\"\n#include \"oracle/a_test_kit.hpp\"\n");
    write("props/oracle/a_test_kit.hpp",
          "// So may what is for them alone.\n#include \"run/runner.hpp\"\n#include <gtest/gtest.h>\n");
    EXPECT_EQ(found(), (Lines{"impl/pool/b.cpp:3 forbidden-include", "props/oracle/a.cpp:2 forbidden-include",
                              "props/oracle/a.cpp:3 forbidden-include"}));
}

TEST_F(Tidy, ThirdPartiesStayInTheirRooms) {
    write("props/run/a.cpp",
          "// A.\n#include <gtest/gtest.h>\n#include <fmt/format.h>\n#include <rapidcheck.h>\n");
    write("props/run/a_test.cpp", "// A.\n#include <gtest/gtest.h>\n#include <map>\n");
    write("props/suites/a.cpp", "// A.\n#include <gtest/gtest.h>\n#include <rapidcheck.h>\n");
    write("props/cli/a.cpp", "// A.\n#include <CLI/CLI.hpp>\n#include <nlohmann/json.hpp>\n#include <map>\n");
    write("props/trace/a.cpp", "// A.\n#include <map>\n#include <vector>\n");
    EXPECT_EQ(found(),
              (Lines{"props/run/a.cpp:2 forbidden-include", "props/run/a.cpp:3 forbidden-include",
                     "props/run/a.cpp:4 forbidden-include", "props/trace/a.cpp:2 forbidden-include"}));
}

TEST_F(Tidy, EveryFileBeginsWithAComment) {
    write("props/run/a.cpp", "int a;\n");
    write("props/run/b.cpp", "/* B. */\n");
    write("props/run/c.cpp", "");
    write("ci/a", "#!/bin/sh\ntrue\n", true);
    write("corpus/regressions/a.pool", "poolproof-trace 1 64-bit\n");
    EXPECT_EQ(found(), (Lines{"ci/a:2 head-comment", "corpus/regressions/a.pool:1 head-comment",
                              "props/run/a.cpp:1 head-comment", "props/run/c.cpp:1 head-comment"}));
}

TEST_F(Tidy, BlanksAtTheEndOfALineAreFound) {
    write("README.md", "a\nb \nc\t\nd\r\n\n");
    EXPECT_EQ(found(), (Lines{"README.md:2 trailing-blank", "README.md:3 trailing-blank",
                              "README.md:4 trailing-blank"}));
}

TEST_F(Tidy, ScriptsAndOnlyScriptsCanBeExecuted) {
    write("ci/a", "#!/bin/sh\n# A.\n");
    write("README.md", "text\n", true);
    EXPECT_EQ(found(), (Lines{"README.md:1 executable", "ci/a:1 executable"}));
}

TEST_F(Tidy, UnfinishedWorkIsFoundInCodeAndScripts) {
    const std::string marker = "TO" + std::string("DO");
    write("props/run/a.cpp", "// " + marker + ": more.\n");
    write("CONTRIBUTING.md", "No " + marker + " in code.\n");
    EXPECT_EQ(found(), Lines{"props/run/a.cpp:1 unfinished"});
}

TEST_F(Tidy, BinaryFilesAreNotRead) {
    write("corpus/regressions/a.bin", std::string("\0 \n", 3));
    EXPECT_EQ(found(), Lines{});
}

TEST_F(Tidy, GitSaysWhatBelongsToACheckout) {
    ASSERT_EQ(std::system(("git init -q '" + root_.string() + "'").c_str()), 0);
    write(".gitignore", "/scratch/\n");
    write("scratch/a.md", "blank \n");
    write("README.md", "blank \n");
    EXPECT_EQ(found(), Lines{"README.md:1 trailing-blank"});
}

TEST_F(Tidy, AFindingIsPrintedOnOneLine) {
    EXPECT_EQ(to_text({"a.cpp", 3, "rule", "message"}), "a.cpp:3: [rule] message");
}

TEST_F(Tidy, AMissingFolderIsAnError) {
    EXPECT_THROW(tidy(root_ / "nowhere"), fs::filesystem_error);
}

TEST(TidyBlank, CommentsAndLiteralsBecomeSpaces) {
    EXPECT_EQ(blank_comments_and_literals("a; // b\nc /* d\ne */ f"), "a;     \nc     \n     f");
    EXPECT_EQ(blank_comments_and_literals(R"(f("a\"b", 'c', 1'000))"), R"(f("    ", ' ', 1'000))");
    EXPECT_EQ(blank_comments_and_literals("x = R\"y(a)\" b)y\" + z"), "x = " + std::string(12, ' ') + " + z");
}

} // namespace
} // namespace poolproof
