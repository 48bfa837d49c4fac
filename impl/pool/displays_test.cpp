// Tests of poolproof/displays.h: the exact text.
#include "poolproof/displays.h"

#include "poolproof/tag_text.h"

#include <ddi/wdm.h>

#include <gtest/gtest.h>

#include <cstdio>

namespace poolproof {
namespace {

std::string hex(std::uint64_t address) {
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(address));
    return text;
}

std::uint64_t address_of(const void* block) {
    return reinterpret_cast<std::uint64_t>(block);
}

class Displays : public testing::Test {
  protected:
    Displays() { machine_.bind(0); }
    static void* allocate(const char* tag, std::size_t bytes, POOL_TYPE type = NonPagedPoolNx) {
        return ExAllocatePoolWithTag(type, bytes, tag_from_text(tag));
    }
    Machine machine_;
};

TEST_F(Displays, PoolmonHasARowForEachTagAndKindOfPool) {
    allocate("Zeta", 100);
    allocate("Zeta", 51);
    allocate("Zeta", 5000, PagedPool);
    ExFreePool(allocate("Abc", 10, PagedPool));
    EXPECT_EQ(poolmon(machine_), " Tag  Type      Allocs      Frees       Diff          Bytes  Per Alloc\n"
                                 " Abc  Paged          1          1          0              0          0\n"
                                 " Zeta Nonp           2          0          2            151         75\n"
                                 " Zeta Paged          1          0          1           5000       5000\n");
}

TEST_F(Displays, PoolmonSortsByAnyOfItsNumbers) {
    allocate("Aaaa", 10);
    ExFreePool(allocate("Bbbb", 10));
    allocate("Bbbb", 10);
    allocate("Cccc", 100);
    const auto tags = [this](PoolmonOrder order) {
        const std::string text = poolmon(machine_, order);
        std::string first_letters;
        for (std::size_t at = text.find('\n'); at + 2 < text.size(); at = text.find('\n', at + 1))
            first_letters += text[at + 2];
        return first_letters;
    };
    EXPECT_EQ(tags(PoolmonOrder::tag), "ABC");
    EXPECT_EQ(tags(PoolmonOrder::allocations), "BAC");
    EXPECT_EQ(tags(PoolmonOrder::frees), "BAC");
    EXPECT_EQ(tags(PoolmonOrder::difference), "ABC");
    EXPECT_EQ(tags(PoolmonOrder::bytes), "CAB");
    EXPECT_EQ(tags(PoolmonOrder::per_allocation), "CAB");
}

TEST_F(Displays, PoolmonIsEmptyAfterAReset) {
    allocate("Aaaa", 10);
    machine_.reset(MachineConfig{});
    EXPECT_EQ(poolmon(machine_), " Tag  Type      Allocs      Frees       Diff          Bytes  Per Alloc\n");
}

TEST_F(Displays, APageShowsItsBlocksAndMarksTheOneLookedAt) {
    auto* first = static_cast<std::uint8_t*>(allocate("Aaaa", 20, PagedPool));
    void* second = allocate("Bbbb", 16, PagedPool);
    void* third = allocate("Cccc", 40, PagedPool);
    ExFreePool(second);
    const std::uint64_t page = address_of(first) & ~std::uint64_t{4095};
    const auto rest = static_cast<unsigned>(4096 - 0x30 - 0x20 - 0x40);
    char last[80];
    std::snprintf(last, sizeof last, " %s size: %5x previous size:    40  (Free)\n", hex(page + 0x90).c_str(),
                  rest);
    EXPECT_EQ(pool_page(machine_, first + 5),
              "Pool page " + hex(page) + " region is Paged pool\n" +                            //
                  "*" + hex(page) + " size:    30 previous size:     0  (Allocated)  *Aaaa\n" + //
                  " " + hex(page + 0x30) + " size:    20 previous size:    30  (Free)\n" +      //
                  " " + hex(page + 0x50) + " size:    40 previous size:    20  (Allocated)   Cccc\n" + last);
    EXPECT_NE(third, nullptr);
}

TEST_F(Displays, APageOfALargeBlockShowsItAndWhatLiesBehindIt) {
    auto* large = static_cast<std::uint8_t*>(allocate("Larg", 0x1008));
    const std::uint64_t start = address_of(large);
    EXPECT_EQ(pool_page(machine_, large),
              "Pool page " + hex(start) + " region is Nonpaged pool\n" + //
                  "*" + hex(start) + " size:  1008 previous size:     0  (Large)      *Larg\n");
    EXPECT_EQ(pool_page(machine_, large + 0x1010),
              "Pool page " + hex(start + 0x1000) + " region is Nonpaged pool\n" +                //
                  " " + hex(start) + " size:  1008 previous size:     0  (Large)       Larg\n" + //
                  "*" + hex(start + 0x1010) + " size:   ff0 previous size:    10  (Free)\n");
}

TEST_F(Displays, APageOfSpecialPoolShowsItsOneBlockLiveOrFreed) {
    machine_.request_special_pool(SpecialPool::verifier, 0, VerifySide::end);
    void* block = allocate("Spec", 0x34);
    const std::uint64_t start = address_of(block);
    const std::string page = "Pool page " + hex(start & ~std::uint64_t{4095}) + " region is Special pool\n";
    EXPECT_EQ(pool_page(machine_, block),
              page + "*" + hex(start) + " size:    34 previous size:     0  (Allocated)  *Spec\n");
    ExFreePool(block);
    EXPECT_EQ(pool_page(machine_, block),
              page + "*" + hex(start) + " size:    34 previous size:     0  (Free)       *Spec\n");
    const std::uint64_t guard = (start & ~std::uint64_t{4095}) + 4096;
    EXPECT_EQ(pool_page(machine_, reinterpret_cast<const void*>(guard)),
              "Pool page " + hex(guard) + " region is Special pool\n no block\n");
}

TEST_F(Displays, WhatIsNoPoolIsCalledSo) {
    const std::uint64_t user = machine_.foreign_user_address();
    EXPECT_EQ(pool_page(machine_, reinterpret_cast<const void*>(user)), hex(user) + " is not in pool\n");
    void* block = allocate("Aaaa", 100);
    const std::uint64_t page = address_of(block) & ~std::uint64_t{4095};
    ExFreePool(block);
    EXPECT_EQ(pool_page(machine_, block), "Pool page " + hex(page) + " region is Nonpaged pool\n no block\n");
}

} // namespace
} // namespace poolproof
