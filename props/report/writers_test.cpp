// The reports, each read again by the library of its format.
//
// Covers: what each says of a clause that holds, is violated, is not judged; escapes; and that all say the
// same of one result. Does not cover: how the page looks and SARIF's schema (page_test/).
#include "report/writers.hpp"

#include "report/report_test_kit.hpp"
#include "report/result_json.hpp"
#include "report/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include <map>
#include <regex>

namespace poolproof {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;
using Lines = std::vector<std::string>;

pugi::xml_document parsed_junit(const Results& results) {
    pugi::xml_document document;
    const pugi::xml_parse_result outcome = document.load_string(to_junit(results).c_str());
    EXPECT_TRUE(outcome) << outcome.description() << " at " << outcome.offset;
    return document;
}

pugi::xml_node test_case(const pugi::xml_document& document, const char* name) {
    return document.child("testsuites").child("testsuite").find_child_by_attribute("testcase", "name", name);
}

Json data_of_page(const std::string& page) {
    const std::string begin = "<script id=\"data\" type=\"application/json\">";
    const std::size_t from = page.find(begin) + begin.size();
    return Json::parse(page.substr(from, page.find("</script>", from) - from));
}

std::size_t occurrences(const std::string& text, const std::string& what) {
    std::size_t count = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
        ++count;
    }
    return count;
}

// What a report says of the sample: clauses per verdict, and those violated.
struct Said {
    std::map<std::string, std::size_t> counts;
    Lines violated;

    friend bool operator==(const Said&, const Said&) = default;
};

Said of_clauses(const Json& clauses) {
    Said said;
    for (const Json& clause : clauses) {
        ++said.counts[clause["verdict"]];
        if (clause["verdict"] == "violated") {
            said.violated.push_back(clause["id"]);
        }
    }
    return said;
}

Said of_json(const Result& result) {
    return of_clauses(Json::parse(to_json(result))["clauses"]);
}

Said of_html(const Result& result) {
    return of_clauses(data_of_page(to_html({result}))[0]["clauses"]);
}

Said of_terminal(const Result& result) {
    Said said;
    const std::regex row("([A-Z0-9]+-[0-9]+) +promise +(holds|violated|unspecified|not [a-z]+) +[0-9]+ .*");
    const std::regex count("([0-9]+) (holds|violated|unspecified|not [a-z]+)");
    for (const std::string& line : lines_of(to_terminal(result, {}))) {
        std::smatch match;
        if (std::regex_match(line, match, row) && match[2] == "violated") {
            said.violated.push_back(match[1]);
        }
        if (line.find(" clauses: ") != std::string::npos) {
            for (std::sregex_iterator at(line.begin(), line.end(), count), end; at != end; ++at) {
                said.counts[(*at)[2]] = std::stoul((*at)[1]);
            }
        }
    }
    return said;
}

// By what a reader of JUnit is told: failures of a type, the beginning of a skipped message.
Said of_junit(const Result& result) {
    Said said;
    const pugi::xml_document document = parsed_junit({result});
    for (const pugi::xml_node test : document.child("testsuites").child("testsuite").children("testcase")) {
        const std::string failure = test.child("failure").attribute("type").value();
        const std::string skipped = test.child("skipped").attribute("message").value();
        if (failure == "missing") {
            continue;
        }
        ++said.counts[!failure.empty()   ? failure
                      : !skipped.empty() ? skipped.substr(0, skipped.find(':'))
                                         : "holds"];
        if (failure == "violated") {
            said.violated.emplace_back(test.attribute("name").value());
        }
    }
    return said;
}

Said of_sarif(const Result& result) {
    Said said;
    const Json run = Json::parse(to_sarif({result}))["runs"][0];
    for (const auto& [verdict, count] : run["properties"]["verdicts"].items()) {
        said.counts[verdict] = count;
    }
    for (const Json& found : run["results"]) {
        said.violated.push_back(found["ruleId"]);
        EXPECT_EQ(run["tool"]["driver"]["rules"][found["ruleIndex"].get<std::size_t>()]["id"],
                  found["ruleId"]);
    }
    return said;
}

Said of_markdown(const Result& result) {
    Said said;
    const Lines lines = lines_of(to_markdown({result}));
    const auto cells = [](const std::string& line) {
        Lines words;
        for (std::size_t from = 2; from < line.size();) {
            const std::size_t to = line.find(" |", from);
            words.push_back(line.substr(from, to - from));
            from = to + 3;
        }
        return words;
    };
    const Lines head = cells(lines.at(2));
    const Lines row = cells(lines.at(4));
    for (std::size_t i = 2; i + 1 < head.size(); ++i) {
        said.counts[head[i]] = std::stoul(row.at(i));
    }
    for (const std::string& line : lines) {
        if (line.starts_with("- **")) {
            said.violated.push_back(line.substr(4, line.find("**", 4) - 4));
        }
    }
    return said;
}

TEST(Writers, AllSayTheSameOfOneResult) {
    const Result result = sample_result();
    const Said said = of_json(result);
    EXPECT_THAT(said.violated, ElementsAre("GEO-02", "TAG-05"));
    EXPECT_EQ(said.counts.size(), verdict_count);
    EXPECT_EQ(of_html(result), said);
    EXPECT_EQ(of_terminal(result), said);
    EXPECT_EQ(of_junit(result), said);
    EXPECT_EQ(of_sarif(result), said);
    EXPECT_EQ(of_markdown(result), said);
}

TEST(Junit, EachVerdictIsWhatAReaderExpects) {
    const pugi::xml_document document = parsed_junit({sample_result()});
    EXPECT_EQ(test_case(document, "GEO-01").first_child(), pugi::xml_node());
    const pugi::xml_node failure = test_case(document, "GEO-02").child("failure");
    EXPECT_STREQ(failure.attribute("message").value(), "expected one page; got two");
    EXPECT_THAT(failure.text().get(), HasSubstr("allocate ExAllocatePool s0 size=100\n"));
    EXPECT_THAT(failure.text().get(), HasSubstr("replay it with: poolproof replay findings/"));
    EXPECT_STREQ(test_case(document, "EV-01").child("failure").attribute("type").value(), "not exercised");
    EXPECT_THAT(test_case(document, "EV-02").child("skipped").attribute("message").value(),
                HasSubstr("not exercised"));
    EXPECT_THAT(test_case(document, "GEO-07").child("skipped").attribute("message").value(),
                HasSubstr("not observable: advice of style"));
    EXPECT_STREQ(test_case(document, "evidence").child("failure").attribute("message").value(),
                 "no corpus trace was played");
    EXPECT_STREQ(test_case(document, "TAG-05").attribute("classname").value(), "poolproof.faulty:sample.TAG");
}

TEST(Junit, TheCountsAreThoseOfTheCases) {
    const pugi::xml_document document = parsed_junit({sample_result(), sample_result()});
    std::size_t tests = 0;
    std::size_t failures = 0;
    std::size_t skipped = 0;
    const pugi::xml_node root = document.child("testsuites");
    for (const pugi::xml_node suite : root.children("testsuite")) {
        for (const pugi::xml_node test : suite.children("testcase")) {
            ++tests;
            failures += test.child("failure") ? 1 : 0;
            skipped += test.child("skipped") ? 1 : 0;
        }
        EXPECT_STREQ(suite.child("system-out").text().get(), "the subject crashed 3 times\n");
    }
    EXPECT_EQ(root.attribute("tests").as_uint(), tests);
    EXPECT_EQ(root.attribute("failures").as_uint(), failures);
    EXPECT_EQ(root.attribute("skipped").as_uint(), skipped);
    EXPECT_EQ(tests, 2 * (8U + 1U)); // the clauses, and the traces that were not played
    EXPECT_EQ(failures, 2 * 4U);
    EXPECT_EQ(std::distance(root.begin(), root.end()), 2);
}

TEST(Junit, NoTextBreaksTheXml) {
    const std::string text = to_junit({sample_result()});
    for (const char c : text) {
        EXPECT_FALSE(static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t');
    }
    const pugi::xml_document document = parsed_junit({sample_result()});
    EXPECT_EQ(test_case(document, "TAG-05").child("failure").attribute("message").value(), hostile_shown);
    EXPECT_THAT(test_case(document, "TAG-05").child("failure").text().get(), HasSubstr(hostile_shown));
}

TEST(Sarif, AFindingIsLocatedInItsTraceAndFingerprintedByClauseAndSubject) {
    const Json run = Json::parse(to_sarif({sample_result()}))["runs"][0];
    const Json& found = run["results"][0];
    EXPECT_EQ(found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
              "findings/faulty-sample-GEO-02.pool");
    EXPECT_EQ(run["results"][1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
              "find%20ings/%C3%A4.pool");
    EXPECT_EQ(found["fingerprints"]["clauseAndSubject/v1"], "GEO-02/faulty:sample");
    EXPECT_THAT(found["message"]["text"], HasSubstr("expected one page; got two"));
    EXPECT_EQ(run["tool"]["driver"]["rules"][1]["helpUri"],
              "https://learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exallocatepoolwithtag");
    EXPECT_THAT(run["tool"]["driver"]["rules"][1]["help"]["text"],
                HasSubstr("Register: X-05, unverified: something."));
    EXPECT_EQ(run["invocations"][0]["executionSuccessful"], false);
    EXPECT_EQ(run["invocations"][0]["toolExecutionNotifications"].size(), 3U);
}

TEST(Sarif, AViolationWithoutATraceIsAResultAllTheSame) {
    Result result = sample_result();
    result.findings.clear();
    EXPECT_THAT(of_sarif(result).violated, ElementsAre("GEO-02", "TAG-05"));
    EXPECT_THAT(of_junit(result).violated, ElementsAre("GEO-02", "TAG-05"));
    EXPECT_THAT(of_markdown(result).violated, ElementsAre("GEO-02", "TAG-05"));
}

TEST(Sarif, EachResultIsARunOfItsOwn) {
    Result other = sample_result();
    other.seed = 2;
    const Json runs = Json::parse(to_sarif({sample_result(), other}))["runs"];
    ASSERT_EQ(runs.size(), 2U);
    EXPECT_NE(runs[0]["automationDetails"]["id"], runs[1]["automationDetails"]["id"]);
}

TEST(Markdown, TextIsText) {
    const std::string text = to_markdown({sample_result()});
    EXPECT_THAT(text, HasSubstr("\n````text\n" + hostile_shown + "\n````\n"));
    EXPECT_THAT(
        text,
        HasSubstr(
            "\n- **TAG-05** &lt;/script&gt; &lt;b&gt;&amp;amp; &quot;q&quot; &#39;a&#39; \\]\\]&gt; \\|"));
    EXPECT_EQ(occurrences(text, "<details>"), 2U);
    EXPECT_EQ(occurrences(text, "</details>"), 2U);
    EXPECT_THAT(text, HasSubstr("| faulty:sample | **failed** | 1 | 2 |"));
    EXPECT_THAT(text, HasSubstr("- note: the subject crashed 3 times"));
    EXPECT_THAT(text, HasSubstr("not shown again on a fresh subject"));
}

TEST(Markdown, AResultWithoutAFaultSaysSo) {
    Result result = sample_result();
    result.clauses.resize(1);
    result.findings.clear();
    result.missing.clear();
    EXPECT_THAT(to_markdown({result}), HasSubstr("| faulty:sample | passed | 1 | 0 |"));
}

TEST(Html, NoTextEndsTheScriptThatHoldsIt) {
    const std::string page = to_html({sample_result()});
    EXPECT_EQ(occurrences(page, "</script>"), 2U);
    EXPECT_EQ(occurrences(page, "<script"), 2U);
    EXPECT_THAT(page, Not(HasSubstr("<b>")));
    const Json data = data_of_page(page);
    EXPECT_EQ(data[0]["findings"][1]["text"].get<std::string>().substr(0, 12), hostile_text.substr(0, 12));
    EXPECT_EQ(data[0]["seed"], "18446744073709551615");
    EXPECT_EQ(data[0]["passed"], false);
}

TEST(Html, IsOnePageThatNeedsNothingElse) {
    const std::string page = to_html({sample_result(), sample_result()});
    EXPECT_TRUE(page.starts_with("<!DOCTYPE html>"));
    EXPECT_TRUE(page.ends_with("</html>\n"));
    EXPECT_THAT(page, Not(HasSubstr("{{")));
    for (const char* outside : {"<link rel=\"stylesheet", "<script src", "@import", "url("}) {
        EXPECT_THAT(page, Not(HasSubstr(outside)));
    }
    EXPECT_EQ(data_of_page(page).size(), 2U);
}

TEST(TerminalText, AFindingComesWithItsTraceAndReplay) {
    const std::string text = to_terminal(sample_result(), {});
    EXPECT_THAT(text, HasSubstr("\nviolated: GEO-02  The rule of GEO-02.\n  expected one page; got two\n"));
    EXPECT_THAT(
        text,
        HasSubstr("found by sweep sizes; the shortest trace has 1 op:\n    poolproof-trace 2 64-bit\n"));
    EXPECT_THAT(text, HasSubstr("replay it with: poolproof replay findings/faulty-sample-GEO-02.pool"));
    EXPECT_THAT(text, HasSubstr("12345 ops checked in 1.5 s on 2 threads: 8230 ops checked per second\n"));
    EXPECT_THAT(text, HasSubstr("8 clauses: 1 holds, 2 violated, 2 not exercised, 1 not applicable, "));
    EXPECT_THAT(text, HasSubstr("note: the subject crashed 3 times\n"));
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
    EXPECT_THAT(to_terminal(sample_result(), {120, true}), HasSubstr("\x1b[31mviolated      \x1b[0m"));
}

TEST(TerminalText, ALineIsAsWideAsTheTerminal) {
    for (const std::string& line : lines_of(to_terminal(sample_result(), {70, false}))) {
        if (line.starts_with("GEO-01")) {
            EXPECT_EQ(line.size(), 70U) << line;
        }
    }
}

TEST(ResultLabels, NameTheSeedWhereASubjectComesTwice) {
    Result other = sample_result();
    other.seed = 7;
    Result third = sample_result();
    third.subject = "reference";
    EXPECT_THAT(labels_of({sample_result(), other, third, other}),
                ElementsAre("faulty:sample seed 18446744073709551615", "faulty:sample seed 7", "reference",
                            "faulty:sample seed 7 (4)"));
}

TEST(ResultLinks, LeadToThePagesThatAreThere) {
    const std::string site = "https://learn.microsoft.com/windows-hardware/drivers/";
    EXPECT_EQ(link_of("wdm/ne-wdm-ex_pool_priority"), site + "ddi/wdm/ne-wdm-ex_pool_priority");
    EXPECT_EQ(link_of("debugger/special-pool"), site + "debugger/special-pool");
    EXPECT_EQ(link_of("kernel/nt-paging"), site + "kernel/nt-paging");
    EXPECT_EQ(link_of("msdn ff564176, archived"), "");
    EXPECT_EQ(link_of(""), "");
}

} // namespace
} // namespace poolproof
