// Tests of pool tracking: drivers and what they leave at unload, counters, the pool log, and what tracking
// finds at a free.
#include "pool/driver_verifier_test_kit.hpp"

#include <gtest/gtest.h>

namespace poolproof {
namespace {

constexpr std::uint64_t slack_pattern = 0x5A;

class PoolTracking : public testing::Test, protected VerifiedMachine {
  protected:
    Values unloading(unsigned driver) {
        return values(bug_check_of([&] { machine_.unload_driver(driver); }));
    }
    void poke(std::uint64_t address, std::uint8_t byte) { ASSERT_FALSE(machine_.write(address, 1, &byte)); }
    std::vector<PoolOperation> logged() {
        std::vector<PoolOperation> log;
        machine_.for_each_logged(
            [](void* into, const PoolOperation& operation) {
                static_cast<std::vector<PoolOperation>*>(into)->push_back(operation);
            },
            &log);
        return log;
    }
};

TEST_F(PoolTracking, AnUnloadWithBlocksLeftIsABugCheckThatNamesTheDriver) {
    machine_.set_verifier_flags(verify_pool_tracking);
    machine_.run_as_driver(2);
    void* small = allocate(100);
    void* large = allocate(0x1008, PagedPool);
    EXPECT_EQ(unloading(1), Values{});
    const auto found = bug_check_of([&] { machine_.unload_driver(2); });
    ASSERT_TRUE(found);
    EXPECT_EQ(found->code, violation);
    EXPECT_EQ(found->parameters[0], 0x62U);
    EXPECT_STREQ(reinterpret_cast<const char*>(found->parameters[1]), "driver2.sys");
    EXPECT_EQ(found->parameters[2], 0U);
    EXPECT_EQ(found->parameters[3], 2U);
    ExFreePool(small);
    ExFreePool(large);
    EXPECT_EQ(unloading(2), Values{});
}

TEST_F(PoolTracking, AnUnloadCountsBytesWherePolicySaysSo) {
    Policies policies;
    policies.unload_check = Policies::UnloadCheck::byte_counts;
    configure(policies);
    machine_.set_verifier_flags(verify_pool_tracking);
    allocate(100);
    allocate(20);
    allocate(7, PagedPool);
    EXPECT_EQ(unloading(0), (Values{violation, 0x60, 7, 120, 3}));
}

TEST_F(PoolTracking, AnUnloadWithoutPoolTrackingLeaksInPeace) {
    allocate(100);
    EXPECT_EQ(unloading(0), Values{});
    machine_.set_verifier_flags(verify_io);
    allocate(100);
    EXPECT_EQ(unloading(0), Values{});
    machine_.set_verifier_flags(verify_pool_tracking); // what was allocated before is not tracked
    EXPECT_EQ(unloading(0), Values{});
}

TEST_F(PoolTracking, ABlockBelongsToTheDriverThatAllocatedItWhoeverFreesIt) {
    machine_.set_verifier_flags(verify_pool_tracking);
    machine_.run_as_driver(3);
    std::uint8_t* block = allocate(100);
    EXPECT_EQ(machine_.describe(block)->driver, 3);
    machine_.run_as_driver(1);
    EXPECT_EQ(machine_.driver_counters(3).nonpaged.allocations, 1U);
    EXPECT_EQ(machine_.driver_counters(1).nonpaged.peak_allocations, 0U);
    ExFreePool(block);
    EXPECT_EQ(machine_.driver_counters(3).nonpaged.allocations, 0U);
    EXPECT_EQ(unloading(3), Values{});
}

TEST_F(PoolTracking, BlocksOfEveryPlaceRememberTheirDriver) {
    machine_.run_as_driver(3);
    EXPECT_EQ(machine_.describe(allocate(100))->driver, 3);
    EXPECT_EQ(machine_.describe(allocate(10000))->driver, 3);
    machine_.request_special_pool(SpecialPool::verifier, 0, VerifySide::end);
    EXPECT_EQ(machine_.describe(allocate(100))->driver, 3);
    machine_.reset(MachineConfig{});
    EXPECT_EQ(machine_.describe(allocate(100))->driver, 0);
}

TEST_F(PoolTracking, AllocatingWhileUnloadingIsABugCheck) {
    machine_.set_verifier_flags(verify_pool_tracking);
    machine_.run_as_driver(1);
    std::uint8_t* block = allocate(100, PagedPool);
    machine_.begin_unload(1);
    EXPECT_EQ(values(bug_check_of([] { allocate(8); })), (Values{violation, 0x61, 100, 0, 1}));
    machine_.run_as_driver(0);
    EXPECT_EQ(values(bug_check_of([] { allocate(8); })), Values{});
    machine_.run_as_driver(1);
    machine_.set_verifier_flags(0);
    EXPECT_NE(allocate(8), nullptr);
    machine_.set_verifier_flags(verify_pool_tracking);
    ExFreePool(block);
    EXPECT_EQ(unloading(1), Values{});
    EXPECT_NE(allocate(8), nullptr) << "the driver is loaded again";
}

TEST_F(PoolTracking, DriverCountersFollowBlocksAndKeepPeaks) {
    machine_.set_verifier_flags(verify_pool_tracking);
    std::uint8_t* first = allocate(100);
    std::uint8_t* second = allocate(50);
    ExFreePool(first);
    std::uint8_t* paged = allocate(5000, PagedPool);
    const DriverCounters counters = machine_.driver_counters(0);
    EXPECT_EQ(counters.nonpaged.allocations, 1U);
    EXPECT_EQ(counters.nonpaged.bytes, 50U);
    EXPECT_EQ(counters.nonpaged.peak_allocations, 2U);
    EXPECT_EQ(counters.nonpaged.peak_bytes, 150U);
    EXPECT_EQ(counters.paged.allocations, 1U);
    EXPECT_EQ(counters.paged.bytes, 5000U);
    ExFreePool(second);
    ExFreePool(paged);
    EXPECT_EQ(machine_.driver_counters(0).nonpaged.bytes, 0U);
    EXPECT_EQ(machine_.driver_counters(0).paged.peak_bytes, 5000U);
}

TEST_F(PoolTracking, DriverCountersReadZeroWhileTrackingIsOffAndStayRightAfterIt) {
    std::uint8_t* before = allocate(10);
    machine_.set_verifier_flags(verify_pool_tracking);
    std::uint8_t* tracked = allocate(20);
    machine_.set_verifier_flags(0);
    EXPECT_EQ(machine_.driver_counters(0).nonpaged.peak_bytes, 0U);
    ExFreePool(tracked);
    std::uint8_t* between = allocate(30);
    machine_.set_verifier_flags(verify_pool_tracking);
    ExFreePool(before);
    ExFreePool(between);
    EXPECT_EQ(machine_.driver_counters(0).nonpaged.allocations, 0U);
    EXPECT_EQ(machine_.driver_counters(0).nonpaged.bytes, 0U);
    EXPECT_EQ(machine_.driver_counters(0).nonpaged.peak_bytes, 20U);
}

TEST_F(PoolTracking, BlocksOfAPageAreCountedAsNotTrackedWherePolicySaysSo) {
    Policies policies;
    policies.page_blocks = Policies::PageBlocks::not_tracked;
    configure(policies);
    machine_.set_verifier_flags(verify_pool_tracking);
    allocate(4096);
    allocate(4095);
    EXPECT_EQ(machine_.driver_counters(0).nonpaged.allocations, 1U);
    EXPECT_EQ(machine_.verifier_counters().not_tracked, 1U);
    machine_.set_verifier_flags(verify_io);
    EXPECT_EQ(machine_.verifier_counters().not_tracked, 0U);
}

TEST_F(PoolTracking, BlocksOfAPageAreTrackedByDefault) {
    machine_.set_verifier_flags(verify_pool_tracking);
    allocate(4096);
    EXPECT_EQ(machine_.driver_counters(0).nonpaged.bytes, 4096U);
    EXPECT_EQ(machine_.verifier_counters().not_tracked, 0U);
}

TEST_F(PoolTracking, TheLogKeepsTheNewestOperationsInOrder) {
    MachineConfig config;
    config.pool_log_entries = 3;
    machine_.reset(config);
    machine_.set_verifier_flags(verify_pool_tracking);
    machine_.run_as_driver(2);
    EXPECT_TRUE(logged().empty());
    std::uint8_t* first = allocate(1);
    std::uint8_t* second = allocate(0x1000);
    ASSERT_EQ(logged().size(), 2U);
    EXPECT_EQ(logged()[0].address, address_of(first));
    const std::uint64_t released = address_of(second);
    ExFreePool(second);
    std::uint8_t* third = allocate(3);
    const auto log = logged();
    ASSERT_EQ(log.size(), 3U);
    EXPECT_EQ(log[0].address, released);
    EXPECT_EQ(log[0].bytes, 0x1000U);
    EXPECT_FALSE(log[0].is_free);
    EXPECT_EQ(log[1].address, released);
    EXPECT_TRUE(log[1].is_free);
    EXPECT_EQ(log[2].address, address_of(third));
    for (const PoolOperation& operation : log) {
        EXPECT_EQ(operation.tag, tag);
        EXPECT_EQ(operation.driver, 2);
        EXPECT_NE(operation.caller, 0U);
    }
    machine_.set_verifier_flags(0);
    ExFreePool(third);
    EXPECT_EQ(logged().size(), 3U) << "nothing is written while tracking is off";
    EXPECT_FALSE(logged()[2].is_free);
    machine_.reset(config);
    EXPECT_TRUE(logged().empty());
}

TEST_F(PoolTracking, TheLogHoldsTheDocumentedNumberOfOperations) {
    machine_.set_verifier_flags(verify_pool_tracking);
    for (unsigned i = 0; i < 32768; ++i)
        ExFreePool(allocate(16));
    ExFreePool(allocate(17));
    const auto log = logged();
    ASSERT_EQ(log.size(), 65536U);
    EXPECT_EQ(log.back().bytes, 17U);
    EXPECT_EQ(log[65533].bytes, 16U);
}

TEST_F(PoolTracking, AMachineMayHaveNoLog) {
    MachineConfig config;
    config.pool_log_entries = 0;
    machine_.reset(config);
    machine_.set_verifier_flags(verify_pool_tracking);
    ExFreePool(allocate(16));
    EXPECT_TRUE(logged().empty());
}

TEST_F(PoolTracking, AWriteIntoTheSlackOfATrackedBlockIsFoundAtItsFree) {
    machine_.set_verifier_flags(verify_pool_tracking);
    for (const std::size_t bytes : {std::size_t{100}, std::size_t{1}, std::size_t{4090}}) {
        std::uint8_t* block = allocate(bytes);
        const std::uint64_t beyond = address_of(block) + bytes;
        poke(beyond, 0x41);
        EXPECT_EQ(freeing(block), (Values{violation, 0x51, address_of(block), beyond, bytes}));
        poke(beyond, slack_pattern);
        EXPECT_EQ(freeing(block), Values{});
    }
}

TEST_F(PoolTracking, AnOverrunIntoTheNextHeaderIsThatOfTheTrackedBlock) {
    machine_.set_verifier_flags(verify_pool_tracking);
    std::uint8_t* block = allocate(32);
    allocate(32);
    const std::uint64_t hit = address_of(block) + 32 + 2;
    poke(hit, 0xFF);
    EXPECT_EQ(freeing(block), (Values{violation, 0x51, address_of(block), hit, 32}));
}

TEST_F(PoolTracking, AChangedSizeInTheHeaderDisagreesWithTheTrackedSize) {
    machine_.set_verifier_flags(verify_pool_tracking);
    std::uint8_t* block = allocate(100);
    poke(address_of(block) - 16, 5); // granules, header included
    const auto found = bug_check_of([&] { ExFreePool(block); });
    ASSERT_TRUE(found);
    EXPECT_EQ(found->parameters[0], 0x13FU);
    EXPECT_EQ(found->parameters[1], address_of(block));
    EXPECT_EQ(found->parameters[2], 64U);
    EXPECT_EQ(*reinterpret_cast<const std::uint64_t*>(found->parameters[3]), 100U);
}

TEST_F(PoolTracking, AChangedByteCountInTheHeaderDisagreesWithTheTrackedSize) {
    machine_.set_verifier_flags(verify_pool_tracking);
    std::uint8_t* block = allocate(100);
    poke(address_of(block) - 8, 101);
    const auto found = bug_check_of([&] { ExFreePool(block); });
    ASSERT_TRUE(found);
    EXPECT_EQ(found->parameters[0], 0x13FU);
    EXPECT_EQ(found->parameters[2], 101U);
    EXPECT_EQ(*reinterpret_cast<const std::uint64_t*>(found->parameters[3]), 100U);
}

TEST_F(PoolTracking, HeadersOfThe32BitProfileAreJudgedByTheirOneWord) {
    MachineConfig config;
    config.is_64_bit = false;
    machine_.reset(config);
    machine_.set_verifier_flags(verify_pool_tracking);
    std::uint8_t* block = allocate(100);
    poke(address_of(block) + 103, 0x41); // the last byte of its 13 granules
    EXPECT_EQ(freeing(block), (Values{violation, 0x51, address_of(block), address_of(block) + 103, 100}));
    poke(address_of(block) - 8, 5);
    const auto found = bug_check_of([&] { ExFreePool(block); });
    ASSERT_TRUE(found);
    EXPECT_EQ(found->parameters[0], 0x13FU);
    EXPECT_EQ(found->parameters[2], 32U);
}

TEST_F(PoolTracking, AnyOtherChangeOfTheHeaderIsABadTrackingValue) {
    machine_.set_verifier_flags(verify_pool_tracking);
    std::uint8_t* block = allocate(100);
    poke(address_of(block) - 16 + 4, 'X'); // of the tag
    std::uint64_t contents = 0;
    ASSERT_FALSE(machine_.read(address_of(block) - 16, 8, reinterpret_cast<std::uint8_t*>(&contents)));
    EXPECT_EQ(freeing(block),
              (Values{violation, 0x13C, address_of(block), contents, address_of(block) - 16}));
}

TEST_F(PoolTracking, AChangedOwnerInTheHeaderOfAChargedBlockKeepsItsOwnName) {
    machine_.set_verifier_flags(verify_pool_tracking);
    auto* block = static_cast<std::uint8_t*>(ExAllocatePoolWithQuotaTag(NonPagedPoolNx, 100, tag));
    poke(address_of(block) - 8, 0xFF);
    const Values found = freeing(block);
    ASSERT_EQ(found.size(), 5U);
    EXPECT_EQ(found[0], BAD_POOL_CALLER);
    EXPECT_EQ(found[1], 0xCU);
    EXPECT_EQ(found[2], address_of(block));
}

TEST_F(PoolTracking, ABlockThatEndsItsPageHasNoNextHeader) {
    machine_.set_verifier_flags(verify_pool_tracking);
    std::uint8_t* block = allocate(4080);
    ASSERT_EQ((address_of(block) + 4080) % PAGE_SIZE, 0U);
    EXPECT_EQ(freeing(block), Values{});
}

TEST_F(PoolTracking, AnAddressInsideATrackedBlockDiffersFromTheTrackedOne) {
    machine_.set_verifier_flags(verify_pool_tracking);
    std::uint8_t* block = allocate(100, PagedPool);
    const auto found = bug_check_of([&] { ExFreePool(block + 16); });
    ASSERT_TRUE(found);
    EXPECT_EQ(found->parameters[0], 0x13EU);
    EXPECT_EQ(found->parameters[1], address_of(block) + 16);
    EXPECT_EQ(found->parameters[2], address_of(block));
    EXPECT_EQ(*reinterpret_cast<const std::uint64_t*>(found->parameters[3]), address_of(block));
}

TEST_F(PoolTracking, WithoutPoolTrackingTheSameDamageKeepsItsOldNames) {
    std::uint8_t* block = allocate(32);
    allocate(32);
    EXPECT_EQ(freeing(block + 16), (Values{BAD_POOL_CALLER, 0x46, address_of(block) + 16, 0, 0}));
    poke(address_of(block) + 32 + 2, 0xFF);
    const Values overrun = freeing(block);
    ASSERT_EQ(overrun.size(), 5U);
    EXPECT_EQ(overrun[0], BAD_POOL_HEADER);
    EXPECT_EQ(overrun[1], 0x21U);
    machine_.set_verifier_flags(verify_pool_tracking); // a block from before is not tracked
    EXPECT_EQ(freeing(block), overrun);
    std::uint8_t* other = allocate(10);
    machine_.set_verifier_flags(0);
    poke(address_of(other) + 10, 0x41);
    EXPECT_EQ(freeing(other), Values{}) << "slack is nobody's business without tracking";
}

TEST_F(PoolTracking, SpecialPoolJudgesItsOwnBlocksWhateverIsTracked) {
    machine_.set_verifier_flags(verify_pool_tracking | verify_special_pool);
    std::uint8_t* block = allocate(100);
    EXPECT_EQ(freeing(block + 1),
              (Values{SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION, address_of(block) + 1, 100, 112, 0x21}));
    EXPECT_EQ(machine_.driver_counters(0).nonpaged.allocations, 1U);
    EXPECT_EQ(freeing(block), Values{});
    EXPECT_EQ(machine_.driver_counters(0).nonpaged.allocations, 0U);
}

} // namespace
} // namespace poolproof
