// Tests of ddi/fltkernel.h: alignment of every instance, buffers of no bytes, frees with another tag or
// instance.
#include "poolproof/machine.h"

#include <ddi/bugcodes.h>
#include <ddi/fltkernel.h>
#include <ddi/winddi.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

namespace poolproof {
namespace {

constexpr ULONG tag = 0x31676154; // '1gaT'

class FilterPool : public testing::Test {
  protected:
    FilterPool() { machine_.bind(0); }
    PFLT_INSTANCE instance(unsigned index) {
        return static_cast<PFLT_INSTANCE>(machine_.filter_instance(index));
    }
    std::optional<BugCheck> bug_check_of_free(PFLT_INSTANCE of, void* block, ULONG with) {
        try {
            FltFreePoolAlignedWithTag(of, block, with);
        } catch (const BugCheck& bug_check) {
            return bug_check;
        }
        return std::nullopt;
    }
    void play_sizes_and_types(unsigned index) {
        static constexpr std::array<SIZE_T, 12> sizes = {0,    1,    15,   16,   100,  512,
                                                         3000, 4079, 4080, 4095, 4096, 9000};
        for (const POOL_TYPE type :
             {NonPagedPool, PagedPool, NonPagedPoolCacheAligned, PagedPoolCacheAligned})
            for (const SIZE_T bytes : sizes) {
                void* block = FltAllocatePoolAlignedWithTag(instance(index), type, bytes, tag);
                ASSERT_NE(block, nullptr);
                ASSERT_EQ(machine_.caller_faults(), 0U);
                ASSERT_EQ(reinterpret_cast<std::uint64_t>(block) % Machine::filter_alignment(index), 0U)
                    << bytes;
                ASSERT_EQ(machine_.describe(block)->bytes, bytes);
                std::fill_n(static_cast<std::uint8_t*>(block), bytes, std::uint8_t{0xA5});
                FltFreePoolAlignedWithTag(instance(index), block, tag);
                ASSERT_EQ(machine_.caller_faults(), 0U);
            }
    }
    Machine machine_;
};

TEST_F(FilterPool, EveryInstanceGetsItsDevicesAlignmentForEverySizeAndType) {
    for (const bool is_64_bit : {true, false})
        for (const auto request : {SpecialPool::off, SpecialPool::verifier})
            for (const auto side : {VerifySide::end, VerifySide::start}) {
                MachineConfig config;
                config.is_64_bit = is_64_bit;
                machine_.reset(config);
                machine_.request_special_pool(request, 0, side);
                for (unsigned index = 0; index < max_filter_instances; ++index)
                    play_sizes_and_types(index);
                EXPECT_EQ(machine_.use().pages, 0U);
            }
}

TEST_F(FilterPool, AlignedBuffersShareNoByteAndGiveEveryPageBack) {
    std::vector<std::pair<std::uint8_t*, unsigned>> blocks;
    for (unsigned i = 0; i < 200; ++i) {
        const unsigned index = i % max_filter_instances;
        const SIZE_T bytes = i * 37 % 5000;
        auto* block = static_cast<std::uint8_t*>(
            FltAllocatePoolAlignedWithTag(instance(index), NonPagedPool, bytes, tag));
        ASSERT_NE(block, nullptr);
        std::fill_n(block, bytes, static_cast<std::uint8_t>(i));
        blocks.emplace_back(block, i);
    }
    for (const auto& [block, i] : blocks) {
        const SIZE_T bytes = i * 37 % 5000;
        EXPECT_EQ(std::count(block, block + bytes, static_cast<std::uint8_t>(i)),
                  static_cast<std::ptrdiff_t>(bytes));
        FltFreePoolAlignedWithTag(instance(i % max_filter_instances), block, tag);
    }
    EXPECT_EQ(machine_.use().pages, 0U);
}

TEST_F(FilterPool, NoBytesAreNoFaultUnderVerifierEither) {
    machine_.set_verifier(true);
    void* block = FltAllocatePoolAlignedWithTag(instance(3), PagedPool, 0, tag);
    EXPECT_NE(block, nullptr);
    EXPECT_EQ(machine_.caller_faults(), 0U);
    FltFreePoolAlignedWithTag(instance(3), block, tag);
}

TEST_F(FilterPool, ShortageIsNull) {
    machine_.fail_nth(1);
    EXPECT_EQ(FltAllocatePoolAlignedWithTag(instance(0), PagedPool, 10, tag), nullptr);
    EXPECT_NE(FltAllocatePoolAlignedWithTag(instance(0), PagedPool, 10, tag), nullptr);
}

TEST_F(FilterPool, AnotherTagIsABugCheckUnlessThePolicyIsSilent) {
    void* block = FltAllocatePoolAlignedWithTag(instance(1), NonPagedPool, 100, tag);
    const auto bug_check = bug_check_of_free(instance(1), block, tag + 1);
    ASSERT_TRUE(bug_check);
    EXPECT_EQ(bug_check->code, BAD_POOL_CALLER);
    EXPECT_EQ(bug_check->parameters[0], 0xAU);
    EXPECT_EQ(bug_check->parameters[1], reinterpret_cast<std::uint64_t>(block));
    EXPECT_EQ(bug_check->parameters[2], tag);
    EXPECT_EQ(bug_check->parameters[3], tag + 1);
    EXPECT_EQ(machine_.caller_faults(), duty_free_tag);

    MachineConfig config;
    config.policies.tag_mismatch = Policies::TagMismatch::silent;
    machine_.reset(config);
    block = FltAllocatePoolAlignedWithTag(instance(1), NonPagedPool, 100, tag);
    EXPECT_FALSE(bug_check_of_free(instance(1), block, tag + 1));
    EXPECT_EQ(machine_.caller_faults(), duty_free_tag);
    EXPECT_FALSE(machine_.describe(block));
}

TEST_F(FilterPool, AnotherInstanceIsReportedAndTheBufferFreed) {
    void* block = FltAllocatePoolAlignedWithTag(instance(1), NonPagedPool, 100, tag);
    EXPECT_FALSE(bug_check_of_free(instance(2), block, tag));
    EXPECT_EQ(machine_.caller_faults(), duty_wrong_free_routine);
    EXPECT_FALSE(machine_.describe(block));
    block = FltAllocatePoolAlignedWithTag(instance(0), NonPagedPool, 100, tag);
    EXPECT_FALSE(bug_check_of_free(nullptr, block, tag));
    EXPECT_EQ(machine_.caller_faults(), duty_wrong_free_routine | duty_handle);
    EXPECT_FALSE(machine_.describe(block));
}

TEST_F(FilterPool, RoutinesOfOtherFamiliesAreReportedBothWays) {
    ExFreePool(FltAllocatePoolAlignedWithTag(instance(1), NonPagedPool, 100, tag));
    EXPECT_EQ(machine_.caller_faults(), duty_wrong_free_routine);
    EngFreeMem(FltAllocatePoolAlignedWithTag(instance(1), NonPagedPool, 100, tag));
    EXPECT_EQ(machine_.caller_faults(), duty_wrong_free_routine);
    FltFreePoolAlignedWithTag(instance(0), ExAllocatePoolWithTag(NonPagedPool, 100, tag), tag);
    EXPECT_EQ(machine_.caller_faults(), duty_wrong_free_routine);
    EXPECT_EQ(machine_.use().pages, 0U);
}

TEST_F(FilterPool, WhatIsNoInstanceGetsNothing) {
    EXPECT_EQ(FltAllocatePoolAlignedWithTag(nullptr, NonPagedPool, 100, tag), nullptr);
    EXPECT_EQ(machine_.caller_faults(), duty_handle);
}

TEST_F(FilterPool, TagTypeAndIrqlAreTheCallersDuties) {
    EXPECT_NE(FltAllocatePoolAlignedWithTag(instance(0), NonPagedPoolSession, 100, tag), nullptr);
    EXPECT_EQ(machine_.caller_faults(), duty_pool_type);
    void* odd = FltAllocatePoolAlignedWithTag(instance(0), NonPagedPool, 100, 0x01014141);
    EXPECT_EQ(machine_.caller_faults(), 0U) << "any seven-bit character";
    FltFreePoolAlignedWithTag(instance(0), odd, 0x01014141);
    EXPECT_EQ(machine_.caller_faults(), 0U) << "any seven-bit character";
    void* paged = FltAllocatePoolAlignedWithTag(instance(0), PagedPool, 100, tag);
    machine_.set_irql(DISPATCH_LEVEL);
    EXPECT_NE(FltAllocatePoolAlignedWithTag(instance(0), NonPagedPool, 100, tag), nullptr);
    EXPECT_THROW(FltAllocatePoolAlignedWithTag(instance(0), PagedPool, 100, tag), BugCheck);
    EXPECT_EQ(machine_.caller_faults(), duty_irql);
    EXPECT_THROW(FltFreePoolAlignedWithTag(instance(0), paged, tag), BugCheck);
    EXPECT_EQ(machine_.caller_faults(), duty_irql);
}

} // namespace
} // namespace poolproof
