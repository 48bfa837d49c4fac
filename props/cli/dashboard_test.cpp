// The dashboard as a user meets it: a folder of nights, a page, JSON, a table, and files that are no nights.
// Does not cover: what the page says (report/nights_test.cpp, report/page_test/).
#include "cli/cli_test_kit.hpp"
#include "report/night_json.hpp"
#include "report/night_test_kit.hpp"

#include <nlohmann/json.hpp>

namespace poolproof {
namespace {

using ::testing::HasSubstr;

class Dashboard : public Command {
  protected:
    // The nights, in files whose names sort the other way round.
    void spill_nights() const {
        char letter = 'z';
        for (const Night& night : sample_nights()) {
            spill(at("nights/" + std::string(1, letter--) + ".json"), to_json(night));
        }
    }
};

TEST_F(Dashboard, SortsNightsByTheirStartAndWritesThePage) {
    spill_nights();
    const Ran ran = run("dashboard nights -o page.html --json all.json");
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(ran.out + ran.err, "");
    const auto document = nlohmann::json::parse(slurp(at("all.json")));
    EXPECT_EQ(document["nights"][0]["started"], "2026-11-27T02:00:00Z");
    EXPECT_EQ(document["nights"][2]["started"], "2026-11-29T02:00:00Z");
    EXPECT_THAT(slurp(at("page.html")), HasSubstr("2026-11-27T02:00:00Z"));
    EXPECT_EQ(run("dashboard nights --json -").out, slurp(at("all.json")));
    EXPECT_EQ(run("dashboard nights -o -").out, slurp(at("page.html")));
}

TEST_F(Dashboard, WithoutAFilePrintsARowPerNightAndTheLastOne) {
    spill_nights();
    const Ran ran = run("dashboard nights");
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("2026-11-27T02:00:00Z  fine             0         123456789\n"
                                   "2026-11-28T02:00:00Z  findings         2         246913578\n"));
    EXPECT_THAT(ran.out, HasSubstr("found: TAG-05 (contract)"));
}

TEST_F(Dashboard, LeavesOutWhatIsNoNightWithOneWarningEach) {
    spill_nights();
    const std::string whole = slurp(at("nights/z.json"));
    spill(at("nights/cut.json"), whole.substr(0, whole.size() / 2));
    spill(at("nights/later.json"), R"({"night_format": 2, "version": "9.0"})");
    spill(at("nights/trace.json"), one_block);
    spill(at("nights/notes.txt"), "no night, and not named as one");
    fs::create_directories(at("nights/folder.json"));
    const Ran ran = run("dashboard nights --json all.json");
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 4) << ran.err;
    EXPECT_THAT(ran.err,
                HasSubstr("poolproof: warning: nights/cut.json: expected the result of a night in JSON; it "
                          "ends or goes wrong at line"));
    EXPECT_THAT(ran.err,
                HasSubstr("nights/later.json: /night_format: expected 1, got 2, of poolproof 9.0; left out"));
    EXPECT_THAT(ran.err, HasSubstr("nights/folder.json cannot be read"));
    EXPECT_EQ(nlohmann::json::parse(slurp(at("all.json")))["nights"].size(), 3U);
}

TEST_F(Dashboard, FailsWhenNoNightIsLeft) {
    expect_failure("dashboard none -o page.html", 7, "none cannot be read");
    fs::create_directories(at("nights"));
    expect_failure("dashboard nights -o page.html", 7, "no *.json in nights");
    spill(at("nights/a.json"), "{}");
    Ran ran = run("dashboard nights -o page.html");
    EXPECT_EQ(ran.code, 8);
    EXPECT_THAT(ran.err, HasSubstr("poolproof: nights holds no result of a night: 1 file left out\n"));
    spill(at("nights/a.json"), R"({"night_format": 7})");
    EXPECT_EQ(run("dashboard nights -o page.html").code, 9);
    EXPECT_FALSE(fs::exists(at("page.html")));
}

TEST_F(Dashboard, FailsWhenThePageCannotBeWrittenAndKeepsTheOldOne) {
    spill_nights();
    expect_failure("dashboard nights -o no/such/folder/page.html", 6, "no/such/folder/page.html");
    expect_failure("dashboard nights -o /dev/full", 6, "/dev/full");
    expect_failure("dashboard nights -o - --json -", 2, "cannot both go to standard output");
    expect_failure("dashboard", 2, "FOLDER");
}

} // namespace
} // namespace poolproof
