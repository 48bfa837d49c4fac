// Sentences of pages: what counts as one, and which edits leave it as it was. All pages here are made up.
// Does not cover: the pages themselves, which are not in this tree.
#include "contract/page_blocks.hpp"
#include "contract/page_sentences.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace poolproof {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(PageSentences, AnEmptyPageHasNone) {
    EXPECT_THAT(sentences_of(""), IsEmpty());
    EXPECT_THAT(sentences_of("\n \n***\n<br>\n<!-- A comment. -->\n[!NOTE]\n```\n```\n|---|---|\n"),
                IsEmpty());
}

TEST(PageSentences, AParagraphIsCutWhereAStopIsFollowedByACapital) {
    EXPECT_THAT(
        sentences_of("The first one\nruns on. The second (see v. 2.5 etc. there). 3 ends? \"Yes.\" No!"),
        ElementsAre("the first one runs on", "the second (see v", "2.5 etc. there)", "3 ends", "\"yes.\"",
                    "no"));
}

TEST(PageSentences, AStopBetweenSpacesEndsNothing) {
    EXPECT_THAT(sentences_of("Type ? for one. Or \\* for many."),
                ElementsAre("type ? for one", "or * for many"));
}

TEST(PageSentences, HeadingsItemsAndFieldsStandAlone) {
    EXPECT_THAT(
        sentences_of("---\nreq.irql: <= DISPATCH_LEVEL. Always\n---\n## -remarks\nText\n- one\n  more\n* "
                     "two\n3. three\n"),
        ElementsAre("req.irql: <= dispatch_level. always", "-remarks", "text", "one more", "two", "three"));
}

TEST(PageSentences, ATableRowIsOneSentenceInEitherSpelling) {
    const char* const bars = "| Code | Cause |\n|:---|---|\n| 0x9 | Too high. Always.<br>Ever. |\n";
    const char* const html =
        "<table><tr>\n<th>Code</th><th>Cause</th>\n</tr>\n<tr class=\"odd\"><td><p>0x9</p></td>\n"
        "<td><p>Too high.</p>\n\n<p>Always.</p>Ever.</td></tr></table>\n";
    EXPECT_THAT(sentences_of(bars), ElementsAre("code cause", "0x9 too high. always. ever"));
    EXPECT_EQ(sentences_of(bars), sentences_of(html));
}

TEST(PageSentences, ALineOfCodeIsOneSentenceAndItsBracketsAreNoLink) {
    EXPECT_THAT(sentences_of("```c\n#define SIZE 8 // Eight. Bytes\na[i](x);\n```\nDone"),
                ElementsAre("#define size 8 // eight. bytes", "ai(x)", "done"));
}

TEST(PageSentences, EditsOfMarkupAloneChangeNothing) {
    const auto plain = sentences_of("The SIZE_T of a block is at most 8. It's \"never\" <= 4 - or so.");
    for (const char* const same :
         {"The **SIZE_T** of a *block* is at most `8`. It's \"never\" <= 4 - or so.",
          "The [SIZE_T](https://old/a_(b)) of a [block][ref] is at most 8. It's \"never\" <= 4 - or so.",
          "> [!NOTE]\n> The SIZE\\_T of a block\n> is at most 8. It's \"never\" &lt;= 4 - or so.",
          "<p>The <b>SIZE_T</b> of a __block__ is at\n\tmost 8.</p>It's \"never\" &le; 4 &mdash; or&nbsp;so!",
          "- **Note:** the size_t of a block is at most 8.\n- it's \"never\" <= 4 - or so\n"}) {
        EXPECT_EQ(sentences_of(same), plain) << same;
    }
    // Typographic quotes, relation and dash, in UTF-8.
    EXPECT_EQ(sentences_of("It\xE2\x80\x99s \xE2\x80\x9Cnever\xE2\x80\x9D \xE2\x89\xA4\xC2\xA0"
                           "4 \xE2\x80\x94 or so")
                  .front(),
              plain.back());
}

TEST(PageSentences, EditsOfWordsChangeTheirSentenceOnly) {
    const auto before = sentences_of("At most 8 bytes. Never NULL.");
    const auto after = sentences_of("At most 16 bytes. Never NULL.");
    ASSERT_EQ(after.size(), before.size());
    EXPECT_NE(after[0], before[0]);
    EXPECT_EQ(after[1], before[1]);
}

TEST(PageSentences, BrokenMarkupEndsWithThePage) {
    EXPECT_THAT(sentences_of("---\ntitle: open"), ElementsAre("title: open"));
    EXPECT_THAT(sentences_of("```\nopen. Code"), ElementsAre("open. code"));
    EXPECT_THAT(sentences_of("<tr><td>open\n\ncell"), ElementsAre("open cell"));
    EXPECT_THAT(sentences_of("A [link](open and <b open"), ElementsAre("a link(open and <b open"));
    EXPECT_THAT(sentences_of("Gone <!-- open"), ElementsAre("gone"));
    EXPECT_THAT(sentences_of(std::string("a\0b\xFF", 4)), ElementsAre(std::string("a\0b\xFF", 4)));
}

// The time does not grow with the square of a page, nor the stack with its length.
TEST(PageSentences, MarkupWithoutEndTakesNoTimeAndNoStack) {
    for (const std::string part : {"- ", "1. ", "<p", "<a ", "[x](", "[x][", "<tr>", "_", "> "}) {
        std::string page;
        for (int i = 0; i < 50000; ++i) {
            page += part;
        }
        EXPECT_LE(sentences_of(page).size(), 1U) << part;
    }
}

TEST(PageSentences, TheNormalFormOfASentenceIsItsOwn) {
    EXPECT_EQ(normal_sentence("  The **Tag**. Is [here](x). "), "the tag. is here");
    EXPECT_EQ(normal_sentence("the tag. is here"), "the tag. is here");
    EXPECT_EQ(normal_sentence(" ** "), "");
}

TEST(PageBlocks, SayWhatTheyAre) {
    const auto blocks = blocks_of("---\na: b\n---\nText.\n\n| x | y |\n\n~~~\ncode\n~~~\n");
    ASSERT_EQ(blocks.size(), 4U);
    EXPECT_EQ(blocks[0].kind, BlockKind::whole);
    EXPECT_EQ(blocks[1].kind, BlockKind::prose);
    EXPECT_EQ(blocks[2].kind, BlockKind::whole);
    EXPECT_EQ(blocks[3].kind, BlockKind::code);
}

// The published test values of 64-bit FNV-1a.
TEST(Fingerprint, IsFnv1aIn16Digits) {
    EXPECT_EQ(fingerprint_text(fingerprint("")), "cbf29ce484222325");
    EXPECT_EQ(fingerprint_text(fingerprint("a")), "af63dc4c8601ec8c");
    EXPECT_EQ(fingerprint_text(fingerprint("foobar")), "85944171f73967e8");
    EXPECT_EQ(fingerprint_text(1), "0000000000000001");
}

} // namespace
} // namespace poolproof
