// Plugins and baselines as a user meets them.
// Does not cover: what isolation withstands (isolation/), what a baseline says (report/baseline_test.cpp),
// Wine, which not every machine has.
#include "cli/cli_test_kit.hpp"

#include <nlohmann/json.hpp>

namespace poolproof {
namespace {

using testing::HasSubstr;

const std::string malloc_plugin = "--subject plugin:" POOLPROOF_PLUGINS "/malloc_plugin.so ";

TEST_F(Command, VerifyConvictsMallocOfPageRules) {
    const Ran ran = run(quick(malloc_plugin + "--json v.json --no-color"));
    EXPECT_EQ(ran.code, 1) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("violated: GEO-02"));
    EXPECT_THAT(ran.out, HasSubstr("hand-overs to a process of the subject's own"));
    const auto document = nlohmann::json::parse(slurp(at("v.json")));
    EXPECT_EQ(document["subject_version"], "malloc 1.0");
    for (const auto& finding : document["findings"]) {
        EXPECT_TRUE(finding["confirmed"]) << finding["clause"];
    }
    for (const auto& clause : document["clauses"]) {
        if (clause["id"] == "LL-01") {
            EXPECT_EQ(clause["verdict"], "not applicable");
        }
    }
}

TEST_F(Command, ReplayPlaysAPlugin) {
    spill(at("one.pool"), one_block);
    const Ran ran = run("replay one.pool " + malloc_plugin);
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("-> pointer 0x"));
}

TEST_F(Command, APluginThatCannotBePutOnTrialHasItsOwnExitCode) {
    EXPECT_EQ(run(quick("--subject plugin:none.so")).code, 7);
    spill(at("text.so"), "this is no library");
    const Ran ran = run(quick("--subject plugin:text.so"));
    EXPECT_EQ(ran.code, 10);
    EXPECT_THAT(ran.err, HasSubstr("cannot be loaded"));
}

// Editing a line in either direction fails with the clause's name.
TEST_F(Command, ABaselineHoldsEachOfItsLines) {
    const std::string baseline = malloc_plugin + "--baseline b.txt ";
    EXPECT_EQ(run(quick(baseline + "--update-baseline")).code, 0);
    const std::string text = slurp(at("b.txt"));
    const Ran met = run(quick(baseline));
    EXPECT_EQ(met.code, 0) << met.err;
    EXPECT_THAT(met.out, HasSubstr("violated, as b.txt expects: "));
    const auto edited = [&](const std::string& from, const std::string& to) {
        std::string other = text;
        other.replace(other.find(from), from.size(), to);
        spill(at("b.txt"), other);
        const Ran ran = run(quick(baseline));
        EXPECT_EQ(ran.code, 1) << from;
        return ran.err;
    };
    EXPECT_THAT(edited("GEO-02    violated", "GEO-02    holds"), HasSubstr("unexpected violation: GEO-02"));
    EXPECT_THAT(edited("GEO-03    holds", "GEO-03    violated"), HasSubstr("unexpected hold: GEO-03"));
    spill(at("b.txt"), text.substr(0, text.size() / 2) + "?");
    const Ran bad = run(quick(baseline));
    EXPECT_EQ(bad.code, 11);
    EXPECT_THAT(bad.err, HasSubstr("b.txt:"));
}

TEST_F(Command, ABaselineOfAnotherSubjectIsRefused) {
    EXPECT_EQ(run(quick(malloc_plugin + "--baseline b.txt --update-baseline")).code, 0);
    const Ran ran = run(quick("--subject reference --baseline b.txt"));
    EXPECT_EQ(ran.code, 11);
    EXPECT_THAT(ran.err, HasSubstr("a baseline of 'malloc 1.0', and this is 'reference'"));
}

TEST_F(Command, ABaselineIsOfOneSubjectAndAllClauses) {
    EXPECT_EQ(run("verify --subject faulty:all --baseline b.txt").code, 2);
    EXPECT_EQ(run("verify --update-baseline").code, 2);
    EXPECT_EQ(run("verify --baseline b.txt --update-baseline --clause GEO-01").code, 2);
    EXPECT_EQ(run("verify --baseline none.txt").code, 7);
}

} // namespace
} // namespace poolproof
