// `poolproof contract drift` and `fingerprint` on a small tree of pages, whose sentences are made up.
// Does not cover: Microsoft's pages, which are not in this tree.
#include "cli/commands.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace poolproof {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

constexpr const char* boxes =
    "---\ntitle: Boxes\n---\n# Boxes\nA box has eight sides. Every side is **red**, see\n"
    "[colours](colours.md).\n\n| Size | Sides |\n|---|---|\n| small | Eight. Always. |\n";
constexpr const char* lids = "## Lids\nA lid is never lost. A lid is never lost.\n";

struct Ran {
    int code = -1;
    std::string out;
    std::string err;
};

class ContractDrift : public testing::Test {
  protected:
    void SetUp() override {
        std::string name = (fs::temp_directory_path() / "poolproof-drift-XXXXXX").string();
        ASSERT_NE(mkdtemp(name.data()), nullptr);
        folder_ = name;
        page("one/content/wdm/nf-wdm-boxpool.md", boxes);
        page("two/pages/kernel/lids.md", lids);
        page("quotes.txt", "GEO-01 | wdm/nf-wdm-boxpool | A box has eight sides.\n"
                           "GEO-02 | wdm/nf-wdm-boxpool | every side is red, see colours\n"
                           "GEO-02 | wdm/nf-wdm-boxpool | | small | Eight. Always. |\n"
                           "GEO-03 | kernel/lids | A lid is never lost.\n"
                           "GEO-04 | kernel/lids | none: lids have no corners\n");
        page("left_out.txt", "kernel/fishpool about fish\n");
        page("empty.txt", "");
        ASSERT_EQ(fingerprint("--sources " + at("empty.txt") + " -o " + at("sources.txt")).code, 0);
    }
    void TearDown() override { fs::remove_all(folder_); }

    std::string at(const std::string& name) const { return (folder_ / name).string(); }

    void page(const std::string& name, const std::string& text) const {
        fs::create_directories((folder_ / name).parent_path());
        std::ofstream(folder_ / name, std::ios::binary) << text;
    }

    std::string text(const std::string& name) const {
        std::ifstream file(folder_ / name, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }

    // The words are split at spaces; no path of a test has one in it.
    static Ran run(const std::string& words) {
        std::vector<std::string> parts = {"poolproof", "contract"};
        for (std::size_t begin = 0; begin < words.size();) {
            const std::size_t end = std::min(words.find(' ', begin), words.size());
            parts.push_back(words.substr(begin, end - begin));
            begin = end + 1;
        }
        std::vector<const char*> argv;
        for (const std::string& part : parts) {
            argv.push_back(part.c_str());
        }
        testing::internal::CaptureStdout();
        testing::internal::CaptureStderr();
        Ran ran;
        ran.code = run_command(static_cast<int>(argv.size()), argv.data());
        ran.out = testing::internal::GetCapturedStdout();
        ran.err = testing::internal::GetCapturedStderr();
        return ran;
    }

    Ran drift(const std::string& more = "") const {
        return run("drift --docs " + at("one") + " --docs " + at("two") + " --sources " + at("sources.txt") +
                   " --left-out " + at("left_out.txt") + more);
    }
    Ran fingerprint(const std::string& more) const {
        return run("fingerprint --docs " + at("one") + " --docs " + at("two") + " --quotes " +
                   at("quotes.txt") + " " + more);
    }

    fs::path folder_;
};

TEST_F(ContractDrift, UnchangedPagesAreNoDrift) {
    const Ran ran = drift();
    EXPECT_EQ(ran.code, 0) << ran.out;
    EXPECT_EQ(ran.out,
              "3 clauses compared, 4 sentences on 2 pages: 0 changed, 0 pages missing, 0 pages without a "
              "clause; 1 lines have no fingerprint, for a reason\n");
    EXPECT_EQ(drift().out, ran.out);
}

TEST_F(ContractDrift, AChangedSentenceNamesItsClauseAndNoOther) {
    std::string changed = boxes;
    changed.replace(changed.find("eight"), 5, "seven");
    page("one/content/wdm/nf-wdm-boxpool.md", changed);
    const Ran ran = drift();
    EXPECT_EQ(ran.code, 1);
    EXPECT_THAT(ran.out, HasSubstr("CHANGED  GEO-01  A block of PAGE_SIZE bytes or more"));
    EXPECT_THAT(ran.out, HasSubstr("wdm/nf-wdm-boxpool: 1 of 1 sentences not found"));
    EXPECT_THAT(ran.out, HasSubstr("one/content/wdm/nf-wdm-boxpool.md"));
    EXPECT_THAT(ran.out, Not(HasSubstr("GEO-02")));
}

TEST_F(ContractDrift, AChangedTableRowNamesItsClause) {
    std::string changed = boxes;
    changed.replace(changed.find("Always"), 6, "Mostly");
    page("one/content/wdm/nf-wdm-boxpool.md", changed);
    EXPECT_THAT(drift().out, AllOf(HasSubstr("CHANGED  GEO-02"), HasSubstr("1 of 2 sentences not found")));
}

TEST_F(ContractDrift, ASentenceThatStoodTwiceIsMissedWhenOneIsGone) {
    page("two/pages/kernel/lids.md", "A lid is never lost. A lid may be lost.");
    EXPECT_THAT(drift().out, HasSubstr("CHANGED  GEO-03"));
}

TEST_F(ContractDrift, EditsOfMarkupAreNoDrift) {
    page("one/content/wdm/nf-wdm-boxpool.md",
         "# The Box\n> A *box* has `eight` sides.\n\nEvery side is red, see [colours](https://elsewhere/).\n"
         "<table><tr><td>Small</td>\n<td>Eight.<br>Always.</td></tr></table>\n");
    page("two/pages/kernel/lids.md", "- A [lid](x) is __never__ lost!\n- A lid is never&nbsp;lost");
    EXPECT_EQ(drift().code, 0) << drift().out;
}

TEST_F(ContractDrift, AMissingPageIsListedWithItsClauses) {
    fs::remove(folder_ / "one/content/wdm/nf-wdm-boxpool.md");
    const Ran ran = drift();
    EXPECT_EQ(ran.code, 1);
    EXPECT_THAT(ran.out, HasSubstr("MISSING  wdm/nf-wdm-boxpool, cited by GEO-01, GEO-02\n"));
}

TEST_F(ContractDrift, APageOnPoolsThatNoClauseRestsOnIsListed) {
    page("one/content/ntifs/nf-ntifs-barrelpool.md", "New.");
    page("two/pages/kernel/fishpool.md", "Left out.");
    page("two/pages/kernel/barrels.md", "No name of one.");
    page("one/.git/kernel/gitpool.md", "No page.");
    page("one/content/wdm/poolnotes.txt", "No page.");
    const Ran ran = drift();
    EXPECT_EQ(ran.code, 1);
    EXPECT_THAT(ran.out, ContainsRegex("^NEW      ntifs/nf-ntifs-barrelpool: [^\n]*\n3 clauses compared"));
}

TEST_F(ContractDrift, TellsToolsEverything) {
    page("two/pages/kernel/lids.md", "Nothing.");
    fs::remove(folder_ / "one/content/wdm/nf-wdm-boxpool.md");
    page("one/content/wdm/newpool.md", "New.");
    const Ran ran = drift(" --json");
    EXPECT_EQ(ran.code, 1);
    const json found = json::parse(ran.out);
    EXPECT_EQ(found["changed"][0]["id"], "GEO-03");
    EXPECT_EQ(found["changed"][0]["page"], "kernel/lids");
    EXPECT_EQ(found["changed"][0]["gone"].size(), 1U);
    EXPECT_EQ(found["missing"][0]["clauses"], json::array({"GEO-01", "GEO-02"}));
    EXPECT_EQ(found["without_clause"], json::array({"wdm/newpool"}));
    EXPECT_EQ(found["without_fingerprint"][0]["reason"], "lids have no corners");
    EXPECT_EQ(found["summary"]["clauses"], 1);
}

TEST_F(ContractDrift, NoPageAtAllIsAFailureNotASuccess) {
    fs::remove_all(folder_ / "one");
    fs::remove_all(folder_ / "two");
    EXPECT_EQ(drift().code, 7);
    fs::create_directories(folder_ / "one");
    fs::create_directories(folder_ / "two");
    const Ran ran = drift();
    EXPECT_EQ(ran.code, 7);
    EXPECT_THAT(ran.err, HasSubstr("expected checkouts of windows-driver-docs-ddi"));
    page("sources.txt", "");
    EXPECT_EQ(drift().code, 7);
}

TEST_F(ContractDrift, WrongArgumentsAreUsageErrors) {
    EXPECT_EQ(run("drift").code, 2);
    EXPECT_EQ(run("drift --docs").code, 2);
    EXPECT_EQ(run("GEO-01 drift --docs " + at("one")).code, 2);
    EXPECT_EQ(run("--json drift --docs " + at("one")).code, 2);
    EXPECT_EQ(run("fingerprint --docs " + at("one")).code, 2);
    page("sources.txt", "GEO-01 wdm/a xyz\n");
    EXPECT_THAT(drift().err, HasSubstr("sources.txt:1: expected fingerprints"));
    EXPECT_EQ(drift().code, 2);
}

TEST_F(ContractDrift, AQuoteThatIsNotOnItsPageIsListedAndNothingIsWritten) {
    page("quotes.txt",
         "GEO-01 | wdm/nf-wdm-boxpool | A box has nine sides.\nGEO-02 | wdm/no-such | Words.\n");
    const Ran ran = fingerprint("--sources " + at("empty.txt") + " -o " + at("new.txt"));
    EXPECT_EQ(ran.code, 1);
    EXPECT_THAT(ran.err,
                HasSubstr("quotes.txt:1: GEO-01 is not on wdm/nf-wdm-boxpool: A box has nine sides.\n"));
    EXPECT_THAT(ran.err, HasSubstr("quotes.txt:2: GEO-02 has no such page as wdm/no-such: Words.\n"));
    EXPECT_FALSE(fs::exists(folder_ / "new.txt"));
}

TEST_F(ContractDrift, NewQuotesReplaceTheLinesOfTheirClausesOnly) {
    const std::string before = text("sources.txt");
    page("quotes.txt", "GEO-02 | kernel/lids | Lids\n");
    EXPECT_EQ(fingerprint("--sources " + at("sources.txt") + " -o " + at("sources.txt")).code, 0);
    const std::string after = text("sources.txt");
    EXPECT_THAT(after,
                ContainsRegex("\nGEO-01 wdm/nf-wdm-boxpool [0-9a-f]{16}\nGEO-02 kernel/lids [0-9a-f]{16}\n"
                              "GEO-03 kernel/lids [0-9a-f]{16}\\*2\nGEO-04 kernel/lids - lids have"));
    EXPECT_NE(after, before);
    EXPECT_EQ(drift().code, 0);
}

TEST_F(ContractDrift, ASentenceAndAReasonForOnePageContradictEachOther) {
    page("quotes.txt", "GEO-02 | kernel/lids | Lids\nGEO-02 | kernel/lids | none: none\n");
    const Ran ran = fingerprint("--sources " + at("empty.txt"));
    EXPECT_EQ(ran.code, 2);
    EXPECT_THAT(ran.err, HasSubstr("quotes.txt:2: expected a sentence or a reason"));
    page("quotes.txt", "# none\n");
    EXPECT_EQ(fingerprint("--sources " + at("empty.txt")).code, 2);
}

TEST_F(ContractDrift, TheOtherFormsOfTheCommandStay) {
    EXPECT_THAT(run("GEO-02").out, HasSubstr("GEO-02  A block of PAGE_SIZE bytes or fewer"));
    EXPECT_THAT(run("--help").out, AllOf(HasSubstr("drift"), HasSubstr("fingerprint")));
    EXPECT_THAT(run("drift --help").out, HasSubstr("Examples:"));
}

} // namespace
} // namespace poolproof
