// Tests of poolproof/tag_text.h with the figures of TAG-05 and the wildcards of TAG-11.
#include "poolproof/tag_text.h"

#include <gtest/gtest.h>

#include <string>

namespace poolproof {
namespace {

std::string text_of(std::uint32_t tag) {
    const auto text = tag_text(tag);
    return {text.begin(), text.end()};
}

TEST(TagText, AReversedLiteralReadsForwardsInTools) {
    EXPECT_EQ(text_of(0x46726564), "derF"); // 'Fred'
    EXPECT_EQ(text_of(0x64657246), "Fred"); // 'derF'
    EXPECT_EQ(text_of(0x54616731), "1gaT"); // 'Tag1'
}

TEST(TagText, TheHexadecimalDisplayReadsTheBytesLeftToRight) {
    EXPECT_EQ(tag_hex(0x46726564), 0x64657246U);
    EXPECT_EQ(tag_hex(0x64657246), 0x46726564U);
    EXPECT_EQ(tag_hex(0x54616731), 0x31676154U);
}

TEST(TagText, ATypedTagHasItsFirstCharacterInTheLowByte) {
    EXPECT_EQ(tag_from_text("Fred"), 0x64657246U);
    EXPECT_EQ(tag_from_text("Tag1"), 0x31676154U);
    EXPECT_EQ(tag_from_text("*"), 0x2AU);
    EXPECT_EQ(tag_from_text("Tag1more"), 0x31676154U);
    EXPECT_EQ(text_of(tag_from_text("Ab c")), "Ab c");
}

TEST(TagText, ShortAndUnprintableTagsHaveFourCharactersToo) {
    EXPECT_EQ(text_of(0x00006241), "Ab  ");
    EXPECT_EQ(text_of(0), "    ");
    EXPECT_EQ(text_of(0x31000741), "A..1");
}

TEST(TagText, PatternsFitByCaseAndByWildcard) {
    const std::uint32_t tag = tag_from_text("Tag1");
    for (const char* fits :
         {"Tag1", "T?g1", "????", "*", "T*", "*1", "T*1", "*a*", "T*a*g*1", "****", "Tag1*"})
        EXPECT_TRUE(tag_matches(fits, tag)) << fits;
    for (const char* fails :
         {"tag1", "Tag", "Tag??", "?", "", "*g", "Tag1?*", "T*a*a*", "?*?*?*?*?*", "*????1"})
        EXPECT_FALSE(tag_matches(fails, tag)) << fails;
}

TEST(TagText, AListFitsWhenOneOfItsPatternsDoes) {
    const std::uint32_t tag = tag_from_text("Tag1");
    EXPECT_TRUE(tag_matches_any("", tag));
    EXPECT_TRUE(tag_matches_any("  ", tag));
    EXPECT_TRUE(tag_matches_any("Abcd Tag? ", tag));
    EXPECT_FALSE(tag_matches_any("Abcd Tag2", tag));
    EXPECT_FALSE(tag_matches_any(" Abcd", tag));
}

} // namespace
} // namespace poolproof
