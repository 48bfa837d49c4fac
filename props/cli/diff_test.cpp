// `poolproof diff` as a user meets it: exit codes, text, JSON, files.
// Does not cover: which differences there are (gen/differ_test.cpp).
#include "cli/cli_test_kit.hpp"
#include "cli/diff_report.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace poolproof {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

class Diff : public Command {
  protected:
    std::string between(const std::string& a, const std::string& b, const std::string& more = "") const {
        return "diff --corpus corpus --ops 2000 --sweep-stride 16 --subject " + a + " --subject " + b + " " +
               more;
    }
};

TEST_F(Diff, OfASubjectWithItselfIsNothing) {
    const Ran ran = run(between("reference", "reference"));
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("0 differences that the contract decides, 0 differences where"));
    EXPECT_FALSE(fs::exists(at("findings")));
}

TEST_F(Diff, ThatTheContractDecidesNamesTheClauseAndWhoBreaksIt) {
    const Ran ran = run(between("reference", "faulty:straddles-a-page", "--json diff.json"));
    EXPECT_EQ(ran.code, 1) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("decided: GEO-02"));
    EXPECT_THAT(ran.out, HasSubstr("B breaks it"));
    const Json json = Json::parse(slurp(at("diff.json")));
    ASSERT_FALSE(json["decided"].empty());
    EXPECT_TRUE(json["open"].empty());
    const Json& first = json["decided"][0];
    EXPECT_EQ(first["clause"], "GEO-02");
    EXPECT_EQ(first["broken_by"], Json::array({"faulty:straddles-a-page"}));
    EXPECT_EQ(first["confirmed"], true);
    EXPECT_GT(json["ops_compared"], 0);
    // The replay lines show what was told.
    const std::string faulty = first["replay"][1].get<std::string>().substr(std::string("poolproof ").size());
    EXPECT_THAT(run(faulty).out, HasSubstr("violated: GEO-02"));
    EXPECT_EQ(run(first["replay"][0].get<std::string>().substr(std::string("poolproof ").size())).code, 0);
    EXPECT_THAT(
        slurp(at(first["file"].get<std::string>())),
        HasSubstr("# reference and faulty:straddles-a-page differ at the last op; decided by GEO-02"));
}

TEST_F(Diff, OfOneSeedIsTheSameTwiceAndWithOtherThreads) {
    const std::string what = between("reference", "faulty:straddles-a-page", "--seed 7 --json ");
    run(what + "one.json --threads 1");
    run(what + "two.json --threads 3");
    EXPECT_FALSE(slurp(at("one.json")).empty());
    EXPECT_EQ(slurp(at("one.json")), slurp(at("two.json")));
}

TEST_F(Diff, WhatIsOpenDoesNotFail) {
    spill(at("corpus/seeds/one_block.pool"),
          "poolproof-trace 2 64-bit\n"
          "allocate ExAllocatePoolWithTag s0 type=NonPagedPool size=100 tag=0x00000000\n");
    const Ran ran = run("diff --corpus corpus --ops 0 --sweep-stride 16 --subject reference --subject "
                        "plugin:" POOLPROOF_PLUGINS "/malloc_plugin.so --json - --findings traces");
    const Json json = Json::parse(ran.out);
    ASSERT_FALSE(json["open"].empty());
    const Json& open = json["open"][0];
    EXPECT_TRUE(fs::exists(at(open["file"].get<std::string>())));
    EXPECT_THAT(open["did"][0].get<std::string>(), HasSubstr("bug check"));
    EXPECT_EQ(ran.code, json["decided"].empty() ? 0 : 1);
}

TEST_F(Diff, TakesExactlyTwoSubjects) {
    expect_failure("diff", 2, "exactly two of --subject, got 0");
    expect_failure("diff --subject reference", 2, "got 1");
    expect_failure("diff --subject reference --subject reference --subject reference", 2, "got 3");
    expect_failure("diff --subject reference reference", 2, "--help");
    expect_failure(between("reference", "nobody"), 2, "unknown subject 'nobody'");
    expect_failure(between("reference", "reference", "--threads many"), 2, "threads");
}

TEST_F(Diff, WhatIsMissingOrNoSubjectHasItsCode) {
    expect_failure(between("reference", "plugin:nowhere.so"), 7, "nowhere.so");
    expect_failure("diff --subject reference --subject reference --corpus nowhere", 7, "nowhere");
    spill(at("text.so"), "this is no library\n");
    expect_failure(between("reference", "plugin:text.so"), 10, "cannot be loaded");
    const std::string crashing = "plugin:" POOLPROOF_PLUGINS "/misbehaving_plugin.so:crash-at-start";
    expect_failure(between("reference", crashing), 10, "crashed");
}

TEST(DiffReport, OfNothingSaysWhyThereIsNothing) {
    DiffReport report;
    EXPECT_THAT(why_nothing(report), HasSubstr("no profile in common"));
    report.counts.has_profile[1] = true;
    EXPECT_THAT(why_nothing(report), HasSubstr("no op in common"));
    report.counts.ops = 1;
    EXPECT_EQ(why_nothing(report), "");
}

} // namespace
} // namespace poolproof
