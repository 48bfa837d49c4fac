// Tests of the standard event objects: names (EV-01), memory and commit events, and the two levels that a
// policy gives an event. Waiting is in machine_test.cpp.
#include "poolproof/machine.h"

#include <ddi/wdm.h>

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace poolproof {
namespace {

constexpr ULONG tag = 0x31676154;   // '1gaT'
constexpr std::uint32_t pages = 64; // of each kind and node: 128 of a pool, 256 in all

class Events : public testing::Test {
  protected:
    Events() { machine_.bind(0); }
    void start(Policies::EventLevels levels) {
        MachineConfig config;
        config.pages_per_node = pages;
        config.policies.event_levels = levels;
        machine_.reset(config);
    }
    // Until that many pages of the pool are in use.
    void use(POOL_TYPE type, std::size_t count) {
        auto& blocks = blocks_[type == PagedPool ? 1 : 0];
        while (blocks.size() > count) {
            ExFreePool(blocks.back());
            blocks.pop_back();
        }
        while (blocks.size() < count)
            blocks.push_back(ExAllocatePoolWithTag(type, PAGE_SIZE, tag));
    }
    bool is_set(const char* name) {
        return machine_.event_is_set_by_name(std::string("\\KernelObjects\\") + name);
    }
    Machine machine_;
    std::vector<void*> blocks_[2];
};

TEST_F(Events, OnAnEmptyMachineWhatTellsOfRoomIsSet) {
    start(Policies::EventLevels::one);
    for (const char* set :
         {"HighMemoryCondition", "HighPagedPoolCondition", "HighNonPagedPoolCondition", "LowCommitCondition"})
        EXPECT_TRUE(is_set(set)) << set;
    for (const char* clear : {"LowMemoryCondition", "LowPagedPoolCondition", "LowNonPagedPoolCondition",
                              "HighCommitCondition", "MaximumCommitCondition"})
        EXPECT_FALSE(is_set(clear)) << clear;
}

TEST_F(Events, EachPoolHasItsOwnEventsUnderItsName) {
    start(Policies::EventLevels::one);
    use(PagedPool, 128);
    EXPECT_TRUE(is_set("LowPagedPoolCondition"));
    EXPECT_FALSE(is_set("HighPagedPoolCondition"));
    EXPECT_FALSE(is_set("LowNonPagedPoolCondition"));
    EXPECT_TRUE(is_set("HighNonPagedPoolCondition"));
    EXPECT_FALSE(is_set("LowMemoryCondition")) << "half of all pool is free";
    EXPECT_FALSE(is_set("HighMemoryCondition"));
}

TEST_F(Events, MemoryAndCommitEventsFollowBothPools) {
    start(Policies::EventLevels::one);
    use(PagedPool, 128);
    use(NonPagedPoolNx, 95);
    EXPECT_FALSE(is_set("HighCommitCondition"));
    EXPECT_FALSE(is_set("LowMemoryCondition"));
    use(NonPagedPoolNx, 96); // 224 of 256
    EXPECT_TRUE(is_set("HighCommitCondition"));
    EXPECT_TRUE(is_set("MaximumCommitCondition"));
    EXPECT_FALSE(is_set("LowCommitCondition"));
    use(NonPagedPoolNx, 97);
    EXPECT_TRUE(is_set("LowMemoryCondition"));
    use(NonPagedPoolNx, 0);
    use(PagedPool, 0);
    EXPECT_TRUE(is_set("HighMemoryCondition"));
    EXPECT_TRUE(is_set("LowCommitCondition"));
    EXPECT_FALSE(is_set("HighCommitCondition"));
}

TEST_F(Events, ASmallerLimitMakesTheChargeHighButNotMaximal) {
    start(Policies::EventLevels::one);
    use(PagedPool, 32);
    use(NonPagedPoolNx, 32);
    for (const unsigned node : {0U, 1U})
        for (const PoolKind kind : {PoolKind::paged, PoolKind::nonpaged})
            machine_.set_budget(node, kind, 17);
    EXPECT_TRUE(is_set("HighCommitCondition"));
    EXPECT_FALSE(is_set("MaximumCommitCondition"));
}

TEST_F(Events, AnUnknownNameIsRefused) {
    EXPECT_THROW(static_cast<void>(is_set("LowPoolCondition")), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(machine_.event_is_set_by_name("LowMemoryCondition")),
                 std::invalid_argument);
}

TEST_F(Events, WithOneLevelAnEventFollowsTheFreePages) {
    start(Policies::EventLevels::one);
    use(PagedPool, 113); // 15 of 128 free
    EXPECT_TRUE(is_set("LowPagedPoolCondition"));
    use(PagedPool, 112);
    EXPECT_FALSE(is_set("LowPagedPoolCondition"));
    use(PagedPool, 64);
    EXPECT_FALSE(is_set("HighPagedPoolCondition"));
    use(PagedPool, 63);
    EXPECT_TRUE(is_set("HighPagedPoolCondition"));
}

TEST_F(Events, WithTwoLevelsAnEventStaysSetInTheBandBetweenThem) {
    start(Policies::EventLevels::two);
    EXPECT_TRUE(is_set("HighPagedPoolCondition"));
    use(PagedPool, 79); // 49 of 128 free: more than three eighths
    EXPECT_TRUE(is_set("HighPagedPoolCondition"));
    use(PagedPool, 80);
    EXPECT_FALSE(is_set("HighPagedPoolCondition"));
    use(PagedPool, 64);
    EXPECT_FALSE(is_set("HighPagedPoolCondition")) << "it needs more than a half to come back";
    use(PagedPool, 63);
    EXPECT_TRUE(is_set("HighPagedPoolCondition"));
    use(PagedPool, 112);
    EXPECT_FALSE(is_set("LowPagedPoolCondition"));
    use(PagedPool, 113);
    EXPECT_TRUE(is_set("LowPagedPoolCondition"));
    use(PagedPool, 97); // 31 free: less than a quarter
    EXPECT_TRUE(is_set("LowPagedPoolCondition"));
    use(PagedPool, 96);
    EXPECT_FALSE(is_set("LowPagedPoolCondition"));
    EXPECT_TRUE(is_set("HighNonPagedPoolCondition"));
}

} // namespace
} // namespace poolproof
