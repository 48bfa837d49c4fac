// Effect sizes, against figures worked out by hand.
#include "bench/effect_size.hpp"

#include <gtest/gtest.h>

namespace poolproof::bench {
namespace {

TEST(EffectSize, OfSamplesThatAreTheSameIsNone) {
    const Effect effect = compare({1, 2, 3, 4}, {1, 2, 3, 4});
    EXPECT_DOUBLE_EQ(effect.a12, 0.5);
    EXPECT_GT(effect.p, 0.9);
    EXPECT_FALSE(effect.is_large());
    EXPECT_FALSE(compare({7, 7, 7}, {7, 7, 7}).is_large());
}

TEST(EffectSize, OfTenValuesThatAreAllLargerIsLarge) {
    const Sample small = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    const Sample large = {11, 12, 13, 14, 15, 16, 17, 18, 19, 20};
    const Effect slower = compare(small, large);
    EXPECT_DOUBLE_EQ(slower.a12, 1);
    EXPECT_NEAR(slower.p, 0.000183, 0.000001); // z = 49.5 / sqrt(175)
    EXPECT_TRUE(slower.is_large());
    const Effect faster = compare(large, small);
    EXPECT_DOUBLE_EQ(faster.a12, 0);
    EXPECT_TRUE(faster.is_large());
}

TEST(EffectSize, CountsTiesByHalf) {
    EXPECT_DOUBLE_EQ(compare({1, 2}, {2, 3}).a12, 0.875);
}

TEST(EffectSize, OfThreeValuesIsNoProof) {
    EXPECT_FALSE(compare({1, 2, 3}, {4, 5, 6}).is_large());
}

TEST(EffectSize, OfNothingIsNone) {
    EXPECT_DOUBLE_EQ(compare({}, {1}).a12, 0.5);
}

TEST(Median, IsTheMiddleOrTheMeanOfTheTwoInTheMiddle) {
    EXPECT_EQ(median({}), 0U);
    EXPECT_EQ(median({9, 1, 5}), 5U);
    EXPECT_EQ(median({8, 1, 2, 5}), 3U);
}

} // namespace
} // namespace poolproof::bench
