// Predictions of special pool: each kind, and each event that agrees with it and that does not.
#include "oracle/prediction.hpp"

#include <ddi/bugcodes.h>

#include <gtest/gtest.h>

namespace poolproof::oracle {
namespace {

// 20 bytes at Verify End: 12 bytes of slack behind them.
constexpr GuardedBlock block{0x10000FE0, 20};
constexpr GuardedBlock at_start{0x10000000, 20};

Event bug(std::uint32_t code, std::uint64_t p1, std::uint64_t p2, std::uint64_t p4 = 0) {
    Event event;
    event.kind = EventKind::bug_check;
    event.code = code;
    event.parameters = {p1, p2, 0, p4};
    return event;
}

Event done() {
    Event event;
    event.kind = EventKind::done;
    return event;
}

constexpr Access read(std::int64_t offset, std::uint32_t length) {
    return {offset, length, false, 0xFF};
}
constexpr Access write(std::int64_t offset, std::uint32_t length, std::uint8_t mask = 0xFF) {
    return {offset, length, true, mask};
}

bool agree(const Access& access, const Event& event) {
    return agrees(predict(block, access), block, access, event);
}

TEST(Prediction, ItsOwnBytesAreTheCallers) {
    EXPECT_EQ(predict(block, read(0, 20)).what, Detection::none);
    EXPECT_EQ(predict(block, write(19, 1)).what, Detection::none);
    EXPECT_TRUE(agree(write(19, 1), done()));
    EXPECT_FALSE(agree(write(19, 1), bug(PAGE_FAULT_BEYOND_END_OF_ALLOCATION, 0x10000FF3, 1)));
}

TEST(Prediction, AReadOfThePageAroundThemCannotBeSeen) {
    EXPECT_EQ(predict(block, read(20, 12)).what, Detection::undetectable);
    EXPECT_EQ(predict(block, read(-1, 1)).what, Detection::undetectable);
    EXPECT_TRUE(agree(read(-1, 1), done()));
    EXPECT_FALSE(agree(read(-1, 1), bug(PAGE_FAULT_BEYOND_END_OF_ALLOCATION, 0x10000FDF, 0)));
}

TEST(Prediction, ANeighbouringPageFaultsAtItsFirstByte) {
    EXPECT_EQ(predict(block, read(32, 1)).fault_at, 0x10001000U);
    EXPECT_EQ(predict(block, read(16, 17)).fault_at, 0x10001000U);
    EXPECT_EQ(predict(at_start, write(-3, 8)).fault_at, 0x0FFFFFFDU);
    EXPECT_TRUE(agree(write(16, 17), bug(PAGE_FAULT_BEYOND_END_OF_ALLOCATION, 0x10001000, 1)));
    EXPECT_TRUE(agree(read(32, 1), bug(DRIVER_PAGE_FAULT_BEYOND_END_OF_ALLOCATION, 0x10001000, 0)));
    EXPECT_FALSE(agree(read(32, 1), done()));
    EXPECT_FALSE(agree(read(32, 1), bug(PAGE_FAULT_BEYOND_END_OF_ALLOCATION, 0x10001001, 0)));
    EXPECT_FALSE(agree(read(32, 1), bug(PAGE_FAULT_BEYOND_END_OF_ALLOCATION, 0x10001000, 1)));
    EXPECT_FALSE(agree(read(32, 1), bug(PAGE_FAULT_IN_NONPAGED_AREA, 0x10001000, 0)));
}

TEST(Prediction, TheCodeOfAnUnderrunIsNotNamed) {
    const Access access = write(-1, 1);
    const Prediction foretold = predict(at_start, access);
    EXPECT_TRUE(agrees(foretold, at_start, access, bug(PAGE_FAULT_IN_NONPAGED_AREA, 0x0FFFFFFF, 2)));
    EXPECT_TRUE(agrees(foretold, at_start, access, bug(PAGE_FAULT_BEYOND_END_OF_ALLOCATION, 0x0FFFFFFF, 1)));
    EXPECT_FALSE(agrees(foretold, at_start, access, bug(PAGE_FAULT_IN_FREED_SPECIAL_POOL, 0x0FFFFFFF, 1)));
}

TEST(Prediction, AChangedByteIsReportedAtTheFree) {
    constexpr std::uint32_t code = SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION;
    EXPECT_EQ(predict(block, write(18, 4)).what, Detection::at_free);
    EXPECT_TRUE(agrees_at_free(block, write(18, 4), bug(code, 0x10000FE0, 0x10000FF4, 0x24)));
    EXPECT_FALSE(agrees_at_free(block, write(18, 4), bug(code, 0x10000FE0, 0x10000FF3, 0x24)));
    EXPECT_FALSE(agrees_at_free(block, write(18, 4), bug(code, 0x10000FE0, 0x10000FF4, 0x23)));
    EXPECT_FALSE(agrees_at_free(block, write(18, 4), bug(code, 0x10000FE1, 0x10000FF4, 0x24)));
    EXPECT_FALSE(agrees_at_free(block, write(18, 4), done()));
    EXPECT_TRUE(agrees_at_free(block, write(-1, 1), bug(code, 0x10000FE0, 0x10000FDF, 0x23)));
    EXPECT_FALSE(agrees_at_free(block, write(-1, 1), bug(code, 0x10000FE0, 0x10000FDF, 0x32)));
    EXPECT_TRUE(agrees_at_free(block, write(-1, 1, 4), bug(code, 0x10000FE0, 0x10000FDF, 0x32)));
    EXPECT_FALSE(agrees_at_free(block, write(-2, 2, 4), bug(code, 0x10000FE0, 0x10000FDF, 0x32)));
}

TEST(Prediction, FreedPagesFault) {
    EXPECT_TRUE(agrees_after_free(block, read(3, 1), bug(PAGE_FAULT_IN_FREED_SPECIAL_POOL, 0x10000FE3, 0)));
    EXPECT_FALSE(
        agrees_after_free(block, read(3, 1), bug(PAGE_FAULT_BEYOND_END_OF_ALLOCATION, 0x10000FE3, 0)));
    EXPECT_FALSE(agrees_after_free(block, read(3, 1), done()));
}

TEST(Prediction, ARunOfPagesIsOneBlock) {
    constexpr GuardedBlock run{0x20000000, 5000};
    EXPECT_EQ(predict(run, write(4999, 1)).what, Detection::none);
    EXPECT_EQ(predict(run, write(5000, 1)).what, Detection::at_free);
    EXPECT_EQ(predict(run, read(8192, 1)).fault_at, 0x20002000U);
}

} // namespace
} // namespace poolproof::oracle
