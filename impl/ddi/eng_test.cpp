// Tests of the private user memory and the secured ranges of ddi/winddi.h. What EngAllocMem and
// EngAllocUserMem promise is tested through the properties.
#include "poolproof/machine.h"

#include <ddi/bugcodes.h>
#include <ddi/wdm.h>
#include <ddi/winddi.h>

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace poolproof {
namespace {

constexpr ULONG tag = 0x31676154; // '1gaT'

class PrivateUserMemory : public testing::Test {
  protected:
    PrivateUserMemory() { machine_.bind(0); }
    PDD_SURFACE_LOCAL surface(unsigned process) {
        return static_cast<PDD_SURFACE_LOCAL>(machine_.surface_of_process(process));
    }
    std::uint64_t blocks() const {
        std::uint64_t count = 0;
        machine_.for_each_block(
            [](void* into, const BlockDescription& block) {
                *static_cast<std::uint64_t*>(into) += block.user;
            },
            &count);
        return count;
    }
    bool is_accessible(const std::uint8_t* at) {
        std::uint8_t byte = 0;
        return !machine_.read(reinterpret_cast<std::uint64_t>(at), 1, &byte).has_value();
    }
    Machine machine_;
};

using SecuredMemory = PrivateUserMemory;

TEST_F(PrivateUserMemory, ABlockLiesInTheSurfacesProcessWhicheverIsCurrent) {
    auto* block = static_cast<std::uint8_t*>(EngAllocPrivateUserMem(surface(2), 1000, tag));
    ASSERT_NE(block, nullptr);
    EXPECT_EQ(machine_.caller_faults(), 0U);
    EXPECT_LT(reinterpret_cast<std::uint64_t>(block), machine_.system_range_start());
    EXPECT_FALSE(is_accessible(block));
    EXPECT_FALSE(machine_.describe(block));
    machine_.attach_process(2);
    ASSERT_TRUE(machine_.describe(block));
    EXPECT_EQ(machine_.describe(block)->process, 2);
    EXPECT_EQ(machine_.describe(block)->bytes, 1000U);
    std::uint32_t header = 0; // EAU-02: the tag is in front
    ASSERT_FALSE(machine_.read(reinterpret_cast<std::uint64_t>(block) - 16, 4,
                               reinterpret_cast<std::uint8_t*>(&header)));
    EXPECT_EQ(header, tag);
    block[0] = block[999] = 7;
    machine_.attach_process(0);
    EXPECT_FALSE(is_accessible(block));
    machine_.attach_process(2);
    EXPECT_EQ(block[999], 7);
}

TEST_F(PrivateUserMemory, AFreeSucceedsFromAnyProcessWithTheSameSurface) {
    void* first = EngAllocPrivateUserMem(surface(1), 10, tag);
    machine_.attach_process(1);
    auto* second = static_cast<std::uint8_t*>(EngAllocPrivateUserMem(surface(1), 10, tag));
    second[0] = 1;
    EngFreePrivateUserMem(surface(1), second);
    EXPECT_EQ(machine_.caller_faults(), 0U);
    EXPECT_FALSE(is_accessible(second));
    machine_.attach_process(3);
    EngFreePrivateUserMem(surface(1), first);
    EXPECT_EQ(machine_.caller_faults(), 0U);
    EXPECT_EQ(blocks(), 0U);
}

TEST_F(PrivateUserMemory, AnotherProcesssWindowIsLeftAlone) {
    auto* mine = static_cast<std::uint8_t*>(EngAllocUserMem(100, tag));
    mine[0] = 42;
    void* theirs = EngAllocPrivateUserMem(surface(1), 100, tag);
    EXPECT_EQ(theirs, mine) << "the same address in another process";
    EXPECT_EQ(mine[0], 42);
    EngFreePrivateUserMem(surface(1), theirs);
    EXPECT_EQ(mine[0], 42);
    EXPECT_EQ(blocks(), 1U);
}

TEST_F(PrivateUserMemory, AnotherSurfaceFreesNothing) {
    void* block = EngAllocPrivateUserMem(surface(1), 100, tag);
    EngFreePrivateUserMem(surface(2), block);
    EXPECT_EQ(machine_.caller_faults(), duty_free_address | duty_wrong_process);
    EngFreePrivateUserMem(nullptr, block);
    EXPECT_EQ(machine_.caller_faults(), duty_handle);
    EXPECT_EQ(blocks(), 1U);
    EngFreePrivateUserMem(surface(1), nullptr);
    EXPECT_EQ(machine_.caller_faults(), duty_free_address);
    EngFreePrivateUserMem(surface(1), block);
    EXPECT_EQ(machine_.caller_faults(), 0U);
    EngFreePrivateUserMem(surface(1), block);
    EXPECT_EQ(machine_.caller_faults(), duty_free_address);
}

TEST_F(PrivateUserMemory, TheTwoFreesOfUserMemoryDoNotTakeEachOthersBlocks) {
    void* privately = EngAllocPrivateUserMem(surface(0), 100, tag);
    void* plainly = EngAllocUserMem(100, tag);
    EngFreeUserMem(privately);
    EXPECT_EQ(machine_.caller_faults(), duty_free_address | duty_wrong_free_routine);
    EngFreePrivateUserMem(surface(0), plainly);
    EXPECT_EQ(machine_.caller_faults(), duty_free_address | duty_wrong_free_routine);
    void* pool = ExAllocatePoolWithTag(NonPagedPool, 100, tag);
    EngFreePrivateUserMem(surface(0), pool);
    EXPECT_EQ(machine_.caller_faults(), duty_free_address | duty_wrong_free_routine);
    EXPECT_EQ(blocks(), 2U);
    EXPECT_TRUE(machine_.describe(pool));
    EngFreePrivateUserMem(surface(0), privately);
    EngFreeUserMem(plainly);
    EXPECT_EQ(machine_.caller_faults(), 0U);
    EXPECT_EQ(blocks(), 0U);
}

TEST_F(PrivateUserMemory, NothingIsGivenForNoBytesForNoSurfaceAndWhenMemoryIsShort) {
    EXPECT_EQ(EngAllocPrivateUserMem(surface(0), 0, tag), nullptr);
    EXPECT_EQ(EngAllocPrivateUserMem(surface(0), SIZE_T{1} << 40, tag), nullptr);
    EXPECT_EQ(machine_.caller_faults(), 0U);
    EXPECT_EQ(EngAllocPrivateUserMem(nullptr, 10, tag), nullptr);
    EXPECT_EQ(machine_.caller_faults(), duty_handle);
    machine_.fail_nth(2);
    EXPECT_NE(EngAllocPrivateUserMem(surface(0), 10, 0), nullptr);
    EXPECT_EQ(machine_.caller_faults(), duty_tag_zero);
    EXPECT_EQ(EngAllocPrivateUserMem(surface(0), 10, tag), nullptr);
}

TEST_F(PrivateUserMemory, EveryBlockConsumesAtLeast64KB) {
    const auto first = reinterpret_cast<std::uint64_t>(EngAllocPrivateUserMem(surface(3), 10, tag));
    const auto second = reinterpret_cast<std::uint64_t>(EngAllocPrivateUserMem(surface(3), 10, tag));
    EXPECT_GE(second - first, 0x10000U);
}

TEST_F(PrivateUserMemory, ThreadsMayAllocateForOneProcessAtOnce) {
    std::vector<std::thread> threads;
    for (unsigned processor = 0; processor < 2; ++processor)
        threads.emplace_back([this, processor] {
            machine_.bind(processor);
            for (int i = 0; i < 500; ++i) {
                void* block = EngAllocPrivateUserMem(surface(3), 10, tag);
                ASSERT_NE(block, nullptr);
                EngFreePrivateUserMem(surface(3), block);
                ASSERT_EQ(machine_.caller_faults(), 0U);
            }
        });
    for (auto& thread : threads)
        thread.join();
    EXPECT_EQ(blocks(), 0U);
}

TEST_F(SecuredMemory, AFreedRangeStaysUntilTheLastUnsecure) {
    auto* block = static_cast<std::uint8_t*>(EngAllocUserMem(1000, tag));
    const HANDLE whole = EngSecureMem(block, 1000);
    const HANDLE part = EngSecureMem(block + 500, 1);
    ASSERT_NE(whole, nullptr);
    ASSERT_NE(part, nullptr);
    EXPECT_NE(whole, part);
    EngFreeUserMem(block);
    EXPECT_EQ(machine_.caller_faults(), 0U);
    block[999] = 3;
    EngUnsecureMem(part);
    EXPECT_EQ(block[999], 3);
    EngFreeUserMem(block);
    EXPECT_EQ(machine_.caller_faults(), duty_free_address) << "freed before";
    EXPECT_EQ(EngSecureMem(block, 1), nullptr) << "freed before";
    EngUnsecureMem(whole);
    EXPECT_EQ(machine_.caller_faults(), 0U);
    EXPECT_FALSE(is_accessible(block));
    EXPECT_EQ(blocks(), 0U);
}

TEST_F(SecuredMemory, APrivateBlockIsDeferredAndUnsecuredFromAnotherProcess) {
    void* block = EngAllocPrivateUserMem(surface(0), 1000, tag);
    const HANDLE range = EngSecureMem(block, 10);
    ASSERT_NE(range, nullptr);
    machine_.attach_process(1);
    EngFreePrivateUserMem(surface(0), block);
    EXPECT_EQ(blocks(), 1U);
    EngUnsecureMem(range);
    EXPECT_EQ(machine_.caller_faults(), 0U);
    EXPECT_EQ(blocks(), 0U);
}

TEST_F(SecuredMemory, AnUnsecuredBlockIsFreedAsAnyOther) {
    auto* block = static_cast<std::uint8_t*>(EngAllocUserMem(1000, tag));
    EngUnsecureMem(EngSecureMem(block, 1000));
    EXPECT_TRUE(is_accessible(block));
    EngFreeUserMem(block);
    EXPECT_FALSE(is_accessible(block));
}

TEST_F(SecuredMemory, UnderTheOtherPolicyAFreeIsRefused) {
    MachineConfig config;
    config.policies.secured_free = Policies::SecuredFree::refused;
    machine_.reset(config);
    auto* block = static_cast<std::uint8_t*>(EngAllocUserMem(1000, tag));
    const HANDLE range = EngSecureMem(block, 1000);
    EngFreeUserMem(block);
    EngUnsecureMem(range);
    EXPECT_TRUE(is_accessible(block));
    EngFreeUserMem(block);
    EXPECT_FALSE(is_accessible(block));
}

TEST_F(SecuredMemory, ARangeLiesInOneLiveBlockOfTheCurrentProcess) {
    auto* block = static_cast<std::uint8_t*>(EngAllocUserMem(1000, tag));
    EXPECT_EQ(EngSecureMem(block, 1001), nullptr);
    EXPECT_EQ(EngSecureMem(block - 1, 10), nullptr);
    EXPECT_EQ(EngSecureMem(block + 1000, 1), nullptr);
    EXPECT_EQ(EngSecureMem(block, 0), nullptr);
    EXPECT_EQ(EngSecureMem(nullptr, 1), nullptr);
    EXPECT_EQ(EngSecureMem(ExAllocatePoolWithTag(PagedPool, 100, tag), 1), nullptr);
    EXPECT_EQ(machine_.caller_faults(), 0U);
    machine_.attach_process(1);
    EXPECT_EQ(EngSecureMem(block, 1), nullptr);
}

TEST_F(SecuredMemory, WhatIsNoHandleIsReportedAndDoesNothing) {
    EngUnsecureMem(nullptr);
    EXPECT_EQ(machine_.caller_faults(), duty_handle);
    void* block = EngAllocUserMem(1000, tag);
    const HANDLE range = EngSecureMem(block, 10);
    EngUnsecureMem(range);
    EngUnsecureMem(range);
    EXPECT_EQ(machine_.caller_faults(), duty_handle);
    const HANDLE next = EngSecureMem(block, 10);
    EXPECT_NE(next, range) << "an old handle is not a new one";
    machine_.reset(MachineConfig{});
    EngUnsecureMem(next);
    EXPECT_EQ(machine_.caller_faults(), duty_handle);
}

} // namespace
} // namespace poolproof
