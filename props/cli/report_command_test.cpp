// Reports as a user meets them: made by verify, and by report from the result that verify wrote.
// Does not cover: what the reports say (report/) and how the page looks (report/page_test/).
#include "cli/cli_test_kit.hpp"
#include "trace/text.hpp"

#include <nlohmann/json.hpp>

#include <vector>

namespace poolproof {
namespace {

TEST_F(Command, TheSameSeedGivesTheSameFindingsWhereverBlocksLie) {
    std::vector<nlohmann::json> documents;
    for (const char* threads : {"1", "2"}) {
        const Ran ran = run(
            quick(std::string("--subject faulty:guard-behind-missing --json v.json --threads ") + threads));
        EXPECT_EQ(ran.code, 1) << ran.err;
        documents.push_back(nlohmann::json::parse(slurp(at("v.json"))));
        documents.back().erase("seconds");
        documents.back().erase("speed");
    }
    EXPECT_FALSE(documents[0]["findings"].empty());
    EXPECT_EQ(documents[0], documents[1]);
}

TEST_F(Command, VerifyAndReportWriteTheSameReports) {
    const std::string files = " --junit j.xml --sarif s.sarif --markdown m.md --html h.html";
    const Ran ran = run(quick("--subject faulty:straddles-a-page --no-color --json v.json" + files));
    EXPECT_EQ(ran.code, 1) << ran.err;
    const Ran table = run("report v.json --no-color");
    EXPECT_EQ(table.code, 0) << table.err;
    EXPECT_EQ(table.out, ran.out);
    std::vector<std::string> reports;
    for (const char* name : {"j.xml", "s.sarif", "m.md", "h.html"}) {
        reports.push_back(slurp(at(name)));
        EXPECT_FALSE(reports.back().empty()) << name;
    }
    EXPECT_EQ(run("report v.json" + files).out, "");
    for (std::size_t i = 0; const char* name : {"j.xml", "s.sarif", "m.md", "h.html"}) {
        EXPECT_EQ(slurp(at(name)), reports[i++]) << name;
    }
    EXPECT_EQ(run("report v.json --markdown -").out, reports[2]);
    const auto sarif = nlohmann::json::parse(reports[1]);
    for (const auto& result : sarif["runs"][0]["results"]) {
        const auto& place = result["locations"][0]["physicalLocation"];
        const fs::path trace = at(place["artifactLocation"]["uri"]);
        EXPECT_TRUE(parse_text(slurp(trace)).ok) << trace;
    }
    EXPECT_EQ(run("report v.json v.json" + files).code, 0);
    EXPECT_EQ(nlohmann::json::parse(slurp(at("s.sarif")))["runs"].size(), 2U);
    for (const char* format : {"junit", "sarif", "markdown", "html"}) {
        expect_failure(std::string("report v.json --") + format + " /dev/full", 6, "/dev/full");
        expect_failure(std::string("report v.json --") + format + " no/such/folder/x", 6, "no/such/folder/x");
    }
    const std::string whole = slurp(at("v.json"));
    spill(at("half.json"), whole.substr(0, whole.size() / 2));
    expect_failure("report half.json", 8, "half.json: expected a result in JSON");
    expect_failure("report v.json half.json --html h.html", 8, "half.json");
    spill(at("other.json"), "{\"format\": 2, \"version\": \"9.0\"}");
    expect_failure("report other.json", 9, "other.json: /format: expected 1, got 2, of poolproof 9.0");
    spill(at("trace.json"), one_block);
    expect_failure("report trace.json", 8, "trace.json");
}

} // namespace
} // namespace poolproof
