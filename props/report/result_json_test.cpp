// Results as JSON: nothing is lost, and what is no result is refused in words.
// Does not cover: files and exit codes (cli/cli_test.cpp).
#include "report/result_json.hpp"

#include "report/report_test_kit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace poolproof {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// The message of the refusal; empty when the text was read.
std::string refusal(const std::string& text, bool other_format = false) {
    try {
        from_json("file.json", text);
    } catch (const ResultError& error) {
        EXPECT_EQ(error.other_format(), other_format) << error.what();
        EXPECT_THAT(error.what(), StartsWith("file.json: "));
        return error.what();
    }
    return {};
}

// The sample with one key changed.
std::string with(const std::string& pointer, const nlohmann::ordered_json& value) {
    auto document = nlohmann::ordered_json::parse(to_json(sample_result()));
    document[nlohmann::ordered_json::json_pointer(pointer)] = value;
    return document.dump();
}

TEST(ResultJson, ComesBackAsItWas) {
    const Result result = sample_result();
    const std::string text = to_json(result);
    const Result read = from_json("file.json", text);
    EXPECT_EQ(to_json(read), text);
    EXPECT_EQ(read.seed, result.seed);
    EXPECT_EQ(read.profiles, result.profiles);
    EXPECT_EQ(read.capabilities, result.capabilities);
    EXPECT_EQ(read.traces.corpus, 30U);
    EXPECT_EQ(read.speed.ordinary_ops, 1000U);
    ASSERT_EQ(read.clauses.size(), result.clauses.size());
    EXPECT_EQ(read.clauses[1].verdict, Verdict::violated);
    EXPECT_EQ(read.clauses[1].violated, 2U);
    EXPECT_EQ(read.clauses[1].entries, result.clauses[1].entries);
    EXPECT_TRUE(read.clauses[6].required);
    ASSERT_EQ(read.findings.size(), 2U);
    EXPECT_EQ(read.findings[0].trace, result.findings[0].trace);
    EXPECT_TRUE(read.findings[0].confirmed);
    EXPECT_EQ(read.findings[0].events[0].event, "pointer 0x100010FF0");
    ASSERT_EQ(read.findings[0].blocks.size(), 2U);
    EXPECT_EQ(read.findings[0].blocks[0].address, 0x100010FF0U);
    EXPECT_EQ(read.findings[0].blocks[0].freed_by, -1);
    EXPECT_EQ(read.findings[0].blocks[1].freed_by, 3);
    EXPECT_EQ(read.missing, result.missing);
    EXPECT_EQ(read.notes, result.notes);
}

TEST(ResultJson, KeepsTheKeysThatReadersKnow) {
    const auto document = nlohmann::json::parse(to_json(sample_result()));
    EXPECT_EQ(document["format"], result_format);
    EXPECT_EQ(document["subject"], "faulty:sample");
    EXPECT_EQ(document["version"], "1.2.3");
    EXPECT_EQ(document["traces"]["sweep"], 10);
    EXPECT_EQ(document["summary"]["violated"], 2);
    EXPECT_EQ(document["summary"]["not exercised"], 2);
    EXPECT_EQ(document["clauses"][1]["exercised"], 52);
    EXPECT_EQ(document["clauses"][1]["kinds"][0], "promise");
    EXPECT_EQ(document["findings"][0]["source"], "sweep sizes");
}

TEST(ResultJson, EveryTruncationIsRefusedWithItsPlace) {
    const std::string text = to_json(sample_result());
    for (std::size_t length = 0; length + 2 < text.size(); length += 97) {
        EXPECT_THAT(refusal(text.substr(0, length)), HasSubstr("line")) << length;
    }
    EXPECT_THAT(refusal(text.substr(0, text.size() / 2)), HasSubstr("expected a result in JSON"));
    EXPECT_THAT(refusal(std::string(100'000, '[')), HasSubstr("line 1"));
}

TEST(ResultJson, AnotherFormatIsToldApart) {
    EXPECT_THAT(refusal(with("/format", result_format + 1), true), HasSubstr("/format: expected 1, got 2"));
    EXPECT_THAT(refusal(with("/format", "one")), HasSubstr("/format: expected the number 1"));
    EXPECT_THAT(refusal("{}"), HasSubstr("/format"));
    EXPECT_THAT(refusal("[1, 2]"), HasSubstr("/format"));
    EXPECT_THAT(refusal("7"), HasSubstr("/format"));
}

TEST(ResultJson, WhatIsWrongIsNamedByItsPlace) {
    EXPECT_THAT(refusal(with("/seed", -1)), HasSubstr("/seed: expected a whole number from 0 to"));
    EXPECT_THAT(refusal(with("/seed", 1.5)), HasSubstr("/seed: "));
    EXPECT_THAT(refusal(with("/ops", "many")), HasSubstr("/ops: expected a whole number"));
    EXPECT_THAT(refusal(with("/subject", 7)), HasSubstr("/subject: expected a string, got 7"));
    EXPECT_THAT(refusal(with("/clauses", "none")), HasSubstr("/clauses: expected a list"));
    EXPECT_THAT(refusal(with("/clauses/3", 1)), HasSubstr("/clauses/3: expected an object, got 1"));
    EXPECT_THAT(refusal(with("/clauses/3/verdict", "maybe")),
                HasSubstr("/clauses/3/verdict: expected one of holds, violated, "));
    EXPECT_THAT(refusal(with("/findings/0/confirmed", 1)), HasSubstr("expected true or false, got 1"));
    EXPECT_THAT(refusal(with("/findings/0/blocks/1/slot", 5'000'000'000)), HasSubstr("to 4294967295"));
    EXPECT_THAT(refusal(with("/seconds", nullptr)), HasSubstr("/seconds: expected a number, got null"));
    auto document = nlohmann::ordered_json::parse(to_json(sample_result()));
    document["findings"][1].erase("replay");
    EXPECT_THAT(refusal(document.dump()), HasSubstr("/findings/1/replay: expected this key"));
}

TEST(ResultJson, NestingDeeperThanAnyStackIsRefusedToo) {
    const std::string text = to_json(sample_result());
    const std::string key = "\"seed\": 18446744073709551615";
    const std::size_t at = text.find(key);
    ASSERT_NE(at, std::string::npos);
    const std::string deep = "\"seed\": " + std::string(1'000'000, '[') + std::string(1'000'000, ']');
    EXPECT_THAT(refusal(text.substr(0, at) + deep + text.substr(at + key.size())),
                HasSubstr("/seed: expected a whole number from 0 to 18446744073709551615, got a list"));
}

TEST(ResultJson, AResultOfNoClauseIsNone) {
    EXPECT_THAT(refusal(with("/clauses", nlohmann::ordered_json::array())), HasSubstr("at least one clause"));
    EXPECT_FALSE(passed(Result()));
}

TEST(ResultJson, KeysOfLaterVersionsAreLeftAlone) {
    EXPECT_EQ(refusal(with("/weather", "fine")), "");
}

} // namespace
} // namespace poolproof
