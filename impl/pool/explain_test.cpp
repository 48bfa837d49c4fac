// What the report of an uncaught bug check says of special pool: which block was missed, by how much, and who
// allocated and freed it.
//
// Negative tests in a forked child. Does not cover: the code and the arguments (machine_test.cpp).
#include "poolproof/machine.h"

#include <ddi/bugcodes.h>
#include <ddi/wdm.h>

#include <gtest/gtest.h>

#include <string>

namespace poolproof {
namespace {

constexpr ULONG tag = 0x64657246; // 'Fred'

using Bytes = volatile std::uint8_t;

// A machine in which every block is in special pool, and one such block.
struct Special {
    explicit Special(VerifySide side = VerifySide::end, POOL_TYPE type = NonPagedPool,
                     const MachineConfig& config = {}) {
        machine.bind(0);
        machine.reset(config);
        machine.request_special_pool(SpecialPool::verifier, 0, side);
        block = static_cast<Bytes*>(ExAllocatePoolWithTag(type, 96, tag));
    }
    void free(std::ptrdiff_t offset = 0) const { ExFreePool(const_cast<std::uint8_t*>(block + offset)); }
    std::uint64_t address() const { return reinterpret_cast<std::uint64_t>(block); }

    Machine machine;
    Bytes* block = nullptr;
};

std::string about(const char* what, const char* which) {
    return std::string("Special pool: ") + what + " the block of 96 bytes at .*tag Fred \\(0x64657246\\), " +
           which + "\nAllocated by ExAllocatePoolWithTag at\n.*#0 ";
}

TEST(ExplainedFault, ReadBeforeTheStartOfABlock) {
    EXPECT_DEATH(
        {
            const Special special(VerifySide::start);
            (void)special.block[-1];
        },
        about("a read 1 byte before the start of", "nonpaged, Verify Start, live"));
}

TEST(ExplainedFault, WriteBehindTheEndOfAPagedBlock) {
    EXPECT_DEATH(
        {
            const Special special(VerifySide::end, PagedPool);
            special.block[98] = 1;
        },
        about("a write 2 bytes behind the end of", "paged, Verify End, live"));
}

TEST(ExplainedFault, WriteIntoAFreedBlockTellsWhoFreedIt) {
    EXPECT_DEATH(
        {
            const Special special;
            special.free();
            special.block[0] = 1;
        },
        about("a write at the start of", "nonpaged, Verify End, freed") +
            "[^$]*Freed by ExFreePool at\n.*#0 ");
}

TEST(ExplainedFault, OfADriverIsOneOfSpecialPool) {
    MachineConfig config;
    config.policies.fault_names = Policies::FaultNames::driver;
    EXPECT_DEATH(
        {
            const Special special(VerifySide::end, NonPagedPool, config);
            special.block[96] = 1;
        },
        "DRIVER_PAGE_FAULT_BEYOND_END_OF_ALLOCATION.*" +
            about("a write 0 bytes behind the end of", "nonpaged, Verify End, live"));
    EXPECT_DEATH(
        {
            const Special special(VerifySide::end, NonPagedPool, config);
            special.free();
            special.block[5] = 1;
        },
        "DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL.*" +
            about("a write 5 bytes into", "nonpaged, Verify End, freed"));
}

TEST(ExplainedDamage, TellsTheByteAndThePattern) {
    EXPECT_DEATH(
        []() noexcept {
            const Special special;
            special.block[-3] = 0x77;
            special.free();
        }(),
        about("the byte at [0-9a-f]* is 0x77 and not the pattern 0x5a, 3 bytes before the start of",
              "nonpaged, Verify End, live"));
}

TEST(ExplainedFree, OfAnAddressInsideABlockTellsHowFar) {
    EXPECT_DEATH(
        []() noexcept {
            const Special special;
            special.free(8);
        }(),
        about("the address is 8 bytes into", "nonpaged, Verify End, live"));
}

TEST(ExplainedFree, OfAFreedBlockTellsWhoFreedIt) {
    EXPECT_DEATH(
        []() noexcept {
            const Special special;
            special.free();
            special.free();
        }(),
        about("the address is at the start of", "nonpaged, Verify End, freed") +
            "[^$]*Freed by ExFreePool at\n");
}

// The guard pages around the one block, which is freed: it is the nearest on either side.
TEST(ExplainedAddress, OnAGuardPageBelongsToTheFreedBlockBesideIt) {
    EXPECT_DEATH(
        []() noexcept {
            const Special special;
            special.free();
            KeBugCheckEx(BAD_POOL_CALLER, special.address() + PAGE_SIZE, 0, 0, 0);
        }(),
        "Special pool: the address is 4000 bytes behind the end of the block of 96 bytes");
    EXPECT_DEATH(
        []() noexcept {
            const Special special(VerifySide::start);
            special.free();
            KeBugCheckEx(BAD_POOL_CALLER, special.address() - 1, 0, 0, 0);
        }(),
        "Special pool: the address is 1 byte before the start of the block of 96 bytes");
}

TEST(ExplainedAddress, FarFromEveryBlockIsNotExplained) {
    EXPECT_DEATH(
        []() noexcept {
            const Special special;
            KeBugCheckEx(BAD_POOL_CALLER, special.address() + 100 * PAGE_SIZE, 0, 0, 0);
        }(),
        "Arg4: 0000000000000000\nStack:");
}

} // namespace
} // namespace poolproof
