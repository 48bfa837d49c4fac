// Many nights: figures by night, findings and clauses followed through them, and the page that holds them.
// Does not cover: what the page makes of them (page_test/).
#include "report/nights.hpp"

#include "report/night_test_kit.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace poolproof {
namespace {

nlohmann::json shown(const Nights& nights) {
    return nlohmann::json::parse(nights_json(nights));
}

// A page is too long to be shown when it does not hold what it should.
bool holds(const std::string& page, const std::string& text) {
    return page.find(text) != std::string::npos;
}

TEST(Nights, HaveAFigurePerNightAndNoneWhereATargetDidNotRun) {
    const auto document = shown(sample_nights());
    ASSERT_EQ(document["targets"].size(), 2U);
    EXPECT_EQ(document["targets"][0]["engine"], "libfuzzer");
    EXPECT_EQ(document["targets"][0]["edges"], nlohmann::json::array({4321, 4321, 4321}));
    EXPECT_EQ(document["targets"][1]["edges"], nlohmann::json::array({nullptr, 4321, 4321}));
    EXPECT_EQ(document["targets"][0]["points"].size(), 3U) << "those of the last night";
    EXPECT_EQ(document["targets"][1]["points"], nlohmann::json::array());
    EXPECT_EQ(document["time_to_bug"][0]["median_executions"],
              nlohmann::json::array({nullptr, 40000, 40000}));
    EXPECT_EQ(document["nights"][0]["seed"], "18446744073709551615");
    EXPECT_EQ(document["nights"][0]["outcome"], "fine");
    EXPECT_EQ(document["nights"][2]["outcome"], "findings");
    EXPECT_FALSE(document["nights"][0].contains("canaries"));
    EXPECT_EQ(document["nights"][2]["canaries"].size(), 1U);
}

TEST(Nights, FollowAFindingFromTheFirstNightThatHasItToTheLast) {
    const auto document = shown(sample_nights());
    ASSERT_EQ(document["findings"].size(), 3U);
    const auto& gone = document["findings"][0];
    EXPECT_EQ(gone["bucket"], "GEO-02");
    EXPECT_EQ(gone["nights"], nlohmann::json::array({1}));
    EXPECT_EQ(gone["first_seen"], "2026-11-28T04:00:00Z");
    EXPECT_EQ(gone["last_seen"], "2026-11-28T02:00:00Z");
    EXPECT_EQ(gone["new"], false);
    const auto& stays = document["findings"][1];
    EXPECT_EQ(stays["nights"], nlohmann::json::array({1, 2}));
    EXPECT_EQ(stays["all_crashes"], 6);
    EXPECT_EQ(stays["new"], false);
    const auto& is_new = document["findings"][2];
    EXPECT_EQ(is_new["bucket"], "TAG-05");
    EXPECT_EQ(is_new["new"], true);
    EXPECT_EQ(document["nights"][2]["findings"], nlohmann::json::array({1, 2}));
}

TEST(Nights, AFindingWithoutATimeIsFirstSeenInItsNight) {
    Nights nights = sample_nights();
    nights[2].findings[0].first_seen = "";
    EXPECT_EQ(shown(nights)["findings"][2]["first_seen"], "2026-11-29T02:00:00Z");
}

TEST(Nights, KindSubjectAndTargetTellFindingsApart) {
    Nights nights = {sample_night()};
    nights[0].findings = {sample_finding("X"), sample_finding("X", NightKind::signal), sample_finding("X"),
                          sample_finding("X")};
    nights[0].findings[2].target = "pool_trace_fuzzer";
    const auto document = shown(nights);
    EXPECT_EQ(document["findings"].size(), 3U);
    EXPECT_EQ(document["findings"][0]["nights"], nlohmann::json::array({0}));
    EXPECT_EQ(document["findings"][0]["new"], false)
        << "nothing is new where there is nothing to compare with";
}

TEST(Nights, ClausesStandInTheOrderOfTheContract) {
    Nights nights = sample_nights();
    nights[0].clauses.clear();
    nights[2].clauses.insert(nights[2].clauses.begin(), {"ZZZ-99", 5});
    const auto clauses = shown(nights)["clauses"];
    ASSERT_EQ(clauses.size(), 4U);
    EXPECT_EQ(clauses[0]["id"], "GEO-01");
    EXPECT_EQ(clauses[0]["exercised"], nlohmann::json::array({nullptr, 1000, 1000}));
    EXPECT_EQ(clauses[0]["violated"], nlohmann::json::array());
    EXPECT_NE(clauses[0]["rule"], "");
    EXPECT_EQ(clauses[1]["id"], "GEO-02");
    EXPECT_EQ(clauses[1]["violated"], nlohmann::json::array({1}));
    EXPECT_EQ(clauses[2]["id"], "TAG-05");
    EXPECT_EQ(clauses[2]["exercised"], nlohmann::json::array()) << "no night counted it";
    EXPECT_EQ(clauses[3]["id"], "ZZZ-99");
    EXPECT_EQ(clauses[3]["rule"], "");
}

TEST(Nights, ThePageNeedsNothingElseAndHoldsItsData) {
    const Nights nights = sample_nights();
    const std::string page = nights_html(nights);
    EXPECT_EQ(page, nights_html(nights));
    EXPECT_TRUE(holds(page, "default-src 'none'"));
    EXPECT_FALSE(holds(page, "{{"));
    EXPECT_FALSE(holds(page, "src="));
    std::string rest = page; // the one address in it is the namespace of SVG
    const std::string svg = "http://www.w3.org/2000/svg";
    const std::size_t at = rest.find(svg);
    ASSERT_NE(at, std::string::npos);
    rest.erase(at, svg.size());
    EXPECT_FALSE(holds(rest, "://"));
    const std::string begin = "<script id=\"data\" type=\"application/json\">";
    const std::size_t from = page.find(begin) + begin.size();
    const std::string data = page.substr(from, page.find("</script>", from) - from);
    EXPECT_EQ(nlohmann::json::parse(data), shown(nights));
}

TEST(Nights, TextOfAFindingEndsNoScript) {
    Nights nights = {sample_night()};
    nights[0].findings[0].text = hostile_text;
    nights[0].findings[0].bucket = "</script><script>";
    const std::string page = nights_html(nights);
    EXPECT_FALSE(holds(page, "</script> <b>"));
    std::size_t ends = 0;
    for (std::size_t at = page.find("</script>"); at != std::string::npos;
         at = page.find("</script>", at + 1)) {
        ++ends;
    }
    EXPECT_EQ(ends, 2U) << "the data's and the script's";
}

} // namespace
} // namespace poolproof
