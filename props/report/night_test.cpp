// A night: its outcome with reasons, its text, its JSON, and what is refused.
// Does not cover: many nights (nights_test.cpp), files and exit codes (cli/dashboard_test.cpp).
#include "report/night_json.hpp"
#include "report/night_test_kit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace poolproof {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

Night fine_night() {
    Night night = sample_night();
    night.findings.clear();
    return night;
}

// The message of the refusal; empty when the text was read.
std::string refusal(const std::string& text, bool other_format = false) {
    try {
        night_from_json("file.json", text);
    } catch (const ResultError& error) {
        EXPECT_EQ(error.other_format(), other_format) << error.what();
        EXPECT_THAT(error.what(), StartsWith("file.json: "));
        return error.what();
    }
    return {};
}

// The sample with one key changed.
std::string with(const std::string& pointer, const nlohmann::ordered_json& value) {
    auto document = nlohmann::ordered_json::parse(to_json(sample_night()));
    document[nlohmann::ordered_json::json_pointer(pointer)] = value;
    return document.dump();
}

TEST(Night, WithoutFindingsIsFine) {
    EXPECT_EQ(outcome_of(fine_night()), NightOutcome::fine);
    EXPECT_THAT(reasons_of(fine_night()), IsEmpty());
}

TEST(Night, WithFindingsSaysWhich) {
    EXPECT_EQ(outcome_of(sample_night()), NightOutcome::findings);
    EXPECT_THAT(reasons_of(sample_night()), ElementsAre("special_pool_fuzzer found GEO-02 in reference",
                                                        HasSubstr(" found stack <0> in ")));
}

TEST(Night, ThatDidNotRunIsBrokenAndNotFine) {
    EXPECT_EQ(outcome_of(Night()), NightOutcome::broken);
    EXPECT_THAT(reasons_of(Night()), ElementsAre("no target ran", StartsWith("no canary was tried")));
}

TEST(Night, IsBrokenByEachOfWhatMakesItUnreliable) {
    const auto only_reason = [](auto change) {
        Night night = fine_night();
        change(night);
        EXPECT_EQ(outcome_of(night), NightOutcome::broken);
        const auto reasons = reasons_of(night);
        return reasons.size() == 1 ? reasons[0] : std::to_string(reasons.size()) + " reasons";
    };
    EXPECT_EQ(only_reason([](Night& night) { night.targets[1].executions = 0; }),
              "special_pool_fuzzer on afl executed nothing");
    EXPECT_EQ(only_reason([](Night& night) { night.targets[0].complete = false; }),
              "special_pool_fuzzer on libfuzzer did not have the whole of its time");
    EXPECT_EQ(only_reason([](Night& night) { night.canaries[0].reported = false; }),
              "special_pool_fuzzer was blind to the canary faulty:slack-unchecked: it had to report SP-14");
    EXPECT_THAT(only_reason([](Night& night) { night.canaries.clear(); }), StartsWith("no canary was tried"));
    EXPECT_EQ(only_reason([](Night& night) { night.targets.clear(); }), "no target ran");
    EXPECT_EQ(only_reason([](Night& night) { night.troubles = {"no disk left"}; }), "no disk left");
}

TEST(Night, AsTextNamesTargetsFindingsAndTheOutcome) {
    const std::string text = to_text(sample_night());
    EXPECT_THAT(text,
                HasSubstr("reference with seed 18446744073709551615: 479.8 of 480.0 minutes on 2 cores"));
    EXPECT_THAT(text, HasSubstr("found: GEO-02 (contract) by special_pool_fuzzer in reference, 3 crashes\n"
                                "  replay it with: poolproof replay findings/crash-1234.pool\n"));
    EXPECT_THAT(text, HasSubstr("known: stack <0> (sanitizer)"));
    EXPECT_THAT(text, HasSubstr("canaries: 1 of 1 reported\noutcome: findings\n"));
    EXPECT_THAT(text, Not(HasSubstr("incomplete")));
    EXPECT_THAT(to_text(Night()), HasSubstr("outcome: broken\n  no target ran\n"));
    EXPECT_THAT(to_text(fine_night(), {120, true}), HasSubstr("outcome: \x1b[32mfine\x1b[0m"));
}

TEST(Night, ComesBackFromJsonAsItWas) {
    Night night = sample_night();
    night.findings[0].text = "a tick \xe2\x9c\x93, </script> and a line\n";
    night.troubles = {"no disk left"};
    const std::string text = to_json(night);
    const Night read = night_from_json("file.json", text);
    EXPECT_EQ(to_json(read), text);
    EXPECT_EQ(read.seed, night.seed);
    EXPECT_EQ(read.engines, night.engines);
    EXPECT_EQ(read.seconds, night.seconds);
    ASSERT_EQ(read.targets.size(), 2U);
    ASSERT_EQ(read.targets[0].points.size(), 3U);
    EXPECT_EQ(read.targets[0].points[2].executions, 123'456'789U);
    EXPECT_TRUE(read.targets[0].complete);
    ASSERT_EQ(read.findings.size(), 2U);
    EXPECT_EQ(read.findings[0].text, night.findings[0].text);
    EXPECT_EQ(read.findings[1].kind, NightKind::sanitizer);
    EXPECT_TRUE(read.findings[1].known);
    EXPECT_EQ(read.canaries[0].expects, "SP-14");
    EXPECT_EQ(read.clauses[0].ops, 1'000U);
    EXPECT_EQ(read.time_to_bug[0].detected, 9U);
    EXPECT_EQ(read.troubles, night.troubles);
}

TEST(Night, AsJsonTellsReadersTheOutcome) {
    const auto document = nlohmann::json::parse(to_json(sample_night()));
    EXPECT_EQ(document["night_format"], night_format);
    EXPECT_EQ(document["outcome"], "findings");
    EXPECT_EQ(document["reasons"][0], "special_pool_fuzzer found GEO-02 in reference");
    EXPECT_EQ(document["findings"][0]["kind"], "contract");
}

TEST(Night, EveryTruncationIsRefusedWithItsPlace) {
    const std::string text = to_json(sample_night());
    for (std::size_t length = 0; length + 2 < text.size(); length += 53) {
        EXPECT_THAT(refusal(text.substr(0, length)), HasSubstr("expected the result of a night in JSON"))
            << length;
    }
}

TEST(Night, AnotherVersionIsToldApart) {
    EXPECT_THAT(refusal(with("/night_format", night_format + 1), true),
                HasSubstr("/night_format: expected 1, got 2, of poolproof 1.2.3"));
    EXPECT_THAT(refusal(with("/night_format", "one")), HasSubstr("/night_format: expected the number 1"));
}

TEST(Night, ForeignFilesAreRefused) {
    EXPECT_THAT(refusal(to_json(sample_result())), HasSubstr("/night_format: expected the number 1"));
    EXPECT_THAT(refusal("[1]"), HasSubstr("/night_format"));
    EXPECT_THAT(refusal("{\"night_format\": 1}"), HasSubstr("expected this key; it is missing"));
    EXPECT_THAT(refusal("poolproof-trace 2 64-bit\n"), HasSubstr("line 1"));
    EXPECT_THAT(refusal(std::string(100'000, '[')), HasSubstr("line 1"));
}

TEST(Night, WhatIsWrongInItIsNamedByItsPlace) {
    EXPECT_THAT(
        refusal(with("/findings/0/kind", "rumour")),
        HasSubstr("/findings/0/kind: expected one of contract, assertion, bug check, sanitizer, signal, "));
    EXPECT_THAT(refusal(with("/targets/1/edges", -1)),
                HasSubstr("/targets/1/edges: expected a whole number"));
    EXPECT_THAT(refusal(with("/targets", nlohmann::json::array())),
                HasSubstr("/targets: expected at least one"));
    for (const char* time : {"yesterday", "", "2026-11-29", "2026-11-29 02:00:00Z", "2026-13-01T02:00:00Z",
                             "2026-02-30T02:00:00Z", "2026-11-29T24:00:00Z", "2026-11-29T02:00:0xZ"}) {
        EXPECT_THAT(refusal(with("/started", time)), HasSubstr("/started: expected a time such as")) << time;
    }
    EXPECT_EQ(refusal(with("/started", "2028-02-29T23:59:60Z")), "");
    EXPECT_EQ(refusal(with("/weather", "fine")), "");
}

} // namespace
} // namespace poolproof
