// Text on its way into a report.
// Does not cover: the formats that it goes into.
#include "report/look.hpp"
#include "report/report_test_kit.hpp"
#include "report/text.hpp"

#include <gtest/gtest.h>

namespace poolproof {
namespace {

TEST(ReportText, ControlCharactersAndBadBytesAreShown) {
    EXPECT_EQ(printable(hostile_text), hostile_shown);
    EXPECT_EQ(printable("a\tb\nc\r"), "a\tb\nc\\x0D");
    EXPECT_EQ(printable(std::string("\0", 1)), "\\x00");
    EXPECT_EQ(printable("\x7f"), "\\x7F");
}

TEST(ReportText, OnlyWholeCharactersOfUtf8Stay) {
    const std::string bad = "\xef\xbf\xbd";
    for (const char* good : {"\xc3\xa4", "\xe2\x9c\x93", "\xf0\x9f\x98\x80", "\xef\xbf\xbd"}) {
        EXPECT_EQ(printable(good), good);
    }
    EXPECT_EQ(printable("\xc3"), bad);                               // ends early
    EXPECT_EQ(printable("\xc0\xaf"), bad + bad);                     // overlong
    EXPECT_EQ(printable("\xe0\x80\xaf"), bad + bad + bad);           // overlong
    EXPECT_EQ(printable("\xed\xa0\x80"), bad + bad + bad);           // a surrogate
    EXPECT_EQ(printable("\xef\xbf\xbf"), bad + bad + bad);           // no character
    EXPECT_EQ(printable("\xf4\x90\x80\x80"), bad + bad + bad + bad); // beyond the last one
    EXPECT_EQ(printable("\xe2\x9c"), bad + bad);
}

TEST(ReportText, MarkupBecomesEntities) {
    EXPECT_EQ(html_text("<a href=\"x\">'&'</a>"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
}

TEST(ReportText, LinesAreTakenWithoutTheirEnds) {
    EXPECT_EQ(lines_of(""), std::vector<std::string>());
    EXPECT_EQ(lines_of("a\n\nb"), (std::vector<std::string>{"a", "", "b"}));
    EXPECT_EQ(lines_of("a\n"), (std::vector<std::string>{"a"}));
}

TEST(ReportText, OneIsNotMany) {
    EXPECT_EQ(counted(1, "op"), "1 op");
    EXPECT_EQ(counted(0, "op"), "0 ops");
}

TEST(ReportText, ColourIsThereOnlyWhenAskedFor) {
    EXPECT_EQ(paint({80, true}, Colour::red, "x"), "\x1b[31mx\x1b[0m");
    EXPECT_EQ(paint({80, false}, Colour::red, "x"), "x");
    EXPECT_EQ(cut("abcdef", 5), "ab...");
    EXPECT_EQ(cut("abcde", 5), "abcde");
}

} // namespace
} // namespace poolproof
