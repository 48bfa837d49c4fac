// Tests of the routines that take POOL_FLAGS: which flags are valid, what they amount to, extended
// parameters, ExFreePool2 for ordinary blocks. Does not cover: quota (quota_test.cpp), secure pools
// (secure_pool_test.cpp).
#include "ddi/pool_flags.hpp"

#include "ddi/ddi_test_kit.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <vector>

namespace poolproof {
namespace {

constexpr POOL_FLAGS kinds[] = {POOL_FLAG_NON_PAGED, POOL_FLAG_NON_PAGED_EXECUTE, POOL_FLAG_PAGED};

POOL_EXTENDED_PARAMETER entry_of(ULONG64 type, ULONG64 value, bool optional = false) {
    POOL_EXTENDED_PARAMETER entry{};
    entry.Type = type & 0xFF;
    entry.Optional = optional ? 1 : 0;
    entry.Reserved2 = value;
    return entry;
}

class PoolFlags : public OnAMachine {
  protected:
    // The block, or nullptr for NULL; with the duties that the call broke.
    void* allocate(POOL_FLAGS flags, SIZE_T bytes = 100, ULONG tag = test_tag) {
        void* const block = ExAllocatePool2(flags, bytes, tag);
        duties_ = machine_.caller_faults();
        return block;
    }
    void* allocate(POOL_FLAGS flags, const std::vector<POOL_EXTENDED_PARAMETER>& entries) {
        void* const block =
            ExAllocatePool3(flags, 100, test_tag, entries.data(), static_cast<ULONG>(entries.size()));
        duties_ = machine_.caller_faults();
        return block;
    }

    std::uint32_t duties_ = 0;
};

TEST_F(PoolFlags, NameExactlyOneKindOfPool) {
    for (unsigned mask = 0; mask < 8; ++mask) {
        POOL_FLAGS flags = 0;
        for (unsigned i = 0; i < 3; ++i)
            flags |= (mask >> i & 1U) != 0 ? kinds[i] : 0;
        const bool valid = std::popcount(mask) == 1;
        EXPECT_EQ(allocate(flags) != nullptr, valid) << flags;
        EXPECT_EQ(duties_, valid ? 0U : std::uint32_t{duty_pool_flags});
    }
}

TEST_F(PoolFlags, OfTheLowerHalfMustBeKnownAndForDrivers) {
    const POOL_FLAGS for_drivers =
        POOL_FLAG_USE_QUOTA | POOL_FLAG_UNINITIALIZED | POOL_FLAG_CACHE_ALIGNED | POOL_FLAG_RAISE_ON_FAILURE;
    for (unsigned bit = 0; bit < 32; ++bit) {
        const POOL_FLAGS flag = POOL_FLAGS{1} << bit;
        if (std::count(std::begin(kinds), std::end(kinds), flag) != 0)
            continue;
        const bool valid = (flag & for_drivers) != 0;
        EXPECT_EQ(allocate(POOL_FLAG_NON_PAGED | flag) != nullptr, valid) << flag;
        EXPECT_EQ(duties_, valid ? 0U : std::uint32_t{duty_pool_flags}) << flag;
    }
}

TEST_F(PoolFlags, OfTheUpperHalfNeverFailACall) {
    for (unsigned bit = 32; bit < 64; ++bit) {
        EXPECT_NE(allocate(POOL_FLAG_PAGED | POOL_FLAGS{1} << bit), nullptr) << bit;
        EXPECT_EQ(duties_, 0U);
    }
}

TEST_F(PoolFlags, SayWhichMemoryItIs) {
    const BlockDescription nonpaged = description_of(allocate(POOL_FLAG_NON_PAGED));
    EXPECT_FALSE(nonpaged.paged || nonpaged.executable);
    const BlockDescription executable = description_of(allocate(POOL_FLAG_NON_PAGED_EXECUTE));
    EXPECT_TRUE(!executable.paged && executable.executable);
    const BlockDescription paged = description_of(allocate(POOL_FLAG_PAGED));
    EXPECT_TRUE(paged.paged && !paged.executable);
    const void* const aligned = allocate(POOL_FLAG_PAGED | POOL_FLAG_CACHE_ALIGNED);
    EXPECT_EQ(number(aligned) % 64, 0U);
}

TEST_F(PoolFlags, ClearTheBytesUnlessUninitializedIsAmongThem) {
    for (const bool since_2004 : {true, false}) {
        MachineConfig config;
        config.since_2004 = since_2004;
        restart(config);
        for (const bool uninitialized : {false, true}) {
            auto* first = static_cast<std::uint8_t*>(allocate(POOL_FLAG_NON_PAGED));
            std::memset(first, 0xEE, 100);
            ExFreePool(first);
            const auto* const second = static_cast<const std::uint8_t*>(
                allocate(POOL_FLAG_NON_PAGED | (uninitialized ? POOL_FLAG_UNINITIALIZED : 0)));
            ASSERT_EQ(second, first);
            EXPECT_EQ(std::count(second, second + 100, 0), uninitialized ? 0 : 100);
            ExFreePool(first);
        }
    }
}

TEST_F(PoolFlags, AskForSpecialPoolForTheCallAlone) {
    machine_.request_special_pool(SpecialPool::off, 0, VerifySide::start);
    const POOL_FLAGS flags = POOL_FLAG_NON_PAGED | POOL_FLAG_SPECIAL_POOL;
    const BlockDescription special = description_of(allocate(flags));
    EXPECT_TRUE(special.special);
    EXPECT_EQ(special.address % PAGE_SIZE, 0U); // the global side
    EXPECT_FALSE(description_of(allocate(POOL_FLAG_NON_PAGED)).special);
    EXPECT_FALSE(description_of(allocate(flags, PAGE_SIZE)).special);
    MachineConfig config;
    config.special_blocks = 1;
    restart(config);
    EXPECT_TRUE(description_of(allocate(flags)).special);
    void* const beyond = allocate(flags);
    ASSERT_NE(beyond, nullptr);
    EXPECT_FALSE(description_of(beyond).special);
}

TEST_F(PoolFlags, ThatAreInvalidOrATagOfZeroFailSoftly) {
    const struct {
        POOL_FLAGS flags;
        ULONG tag;
        std::uint32_t duties;
    } cases[] = {{POOL_FLAG_NON_PAGED, 0, duty_tag_zero},
                 {POOL_FLAG_SESSION | POOL_FLAG_PAGED, test_tag, duty_pool_flags},
                 {POOL_FLAG_USE_QUOTA, test_tag, duty_pool_flags}};
    for (const auto& [flags, tag, duties] : cases) {
        EXPECT_EQ(allocate(flags, 10, tag), nullptr);
        EXPECT_EQ(duties_, duties);
        EXPECT_EQ(raised_by([&] { allocate(flags | POOL_FLAG_RAISE_ON_FAILURE, 10, tag); }),
                  STATUS_INSUFFICIENT_RESOURCES);
        EXPECT_EQ(machine_.caller_faults(), duties);
    }
}

TEST_F(PoolFlags, SayHowAShortageOfMemoryShows) {
    exhaust(PoolKind::paged);
    EXPECT_EQ(allocate(POOL_FLAG_PAGED), nullptr);
    EXPECT_EQ(raised_by([&] { allocate(POOL_FLAG_PAGED | POOL_FLAG_RAISE_ON_FAILURE); }),
              STATUS_INSUFFICIENT_RESOURCES);
    EXPECT_NE(allocate(POOL_FLAG_NON_PAGED | POOL_FLAG_RAISE_ON_FAILURE), nullptr);
}

TEST_F(PoolFlags, WithNoBytesFailUnlessThePolicyGivesTheSmallestBlock) {
    EXPECT_EQ(allocate(POOL_FLAG_NON_PAGED, 0), nullptr);
    EXPECT_EQ(duties_, std::uint32_t{duty_zero_bytes});
    EXPECT_EQ(raised_by([&] { allocate(POOL_FLAG_NON_PAGED | POOL_FLAG_RAISE_ON_FAILURE, 0); }),
              STATUS_INSUFFICIENT_RESOURCES);
    MachineConfig config;
    config.policies.pool_flags_zero_bytes = Policies::PoolFlagsZeroBytes::smallest_block;
    config.policies.zero_bytes = Policies::ZeroBytes::bug_check; // of the older routines
    restart(config);
    void* const block = allocate(POOL_FLAG_NON_PAGED, 0);
    ASSERT_NE(block, nullptr);
    ExFreePool(block);
}

TEST_F(PoolFlags, ObeyTheIrqlRulesOfTheKindOfPool) {
    machine_.set_irql(DISPATCH_LEVEL);
    EXPECT_NE(allocate(POOL_FLAG_NON_PAGED), nullptr);
    EXPECT_NE(allocate(POOL_FLAG_NON_PAGED_EXECUTE), nullptr);
    EXPECT_EQ(bug_check_of([&] { allocate(POOL_FLAG_PAGED); }),
              (Codes{BAD_POOL_CALLER, 0x8, DISPATCH_LEVEL, PagedPool, 100}));
    EXPECT_EQ(machine_.caller_faults(), std::uint32_t{duty_irql});
    EXPECT_EQ(bug_check_of([&] { allocate(POOL_FLAG_PAGED | POOL_FLAG_SPECIAL_POOL); })[4], 0x30U);
}

TEST_F(PoolFlags, LieInTheDocumentedBitsOfAnEntry) {
    const POOL_EXTENDED_PARAMETER entry = [] {
        POOL_EXTENDED_PARAMETER made = entry_of(3, 7, true);
        made.Reserved = 5;
        return made;
    }();
    ULONG64 words[2];
    static_assert(sizeof words == sizeof entry);
    std::memcpy(words, &entry, sizeof words);
    EXPECT_EQ(words[0], 3U | 1U << 8 | 5U << 9);
    EXPECT_EQ(words[1], 7U);
}

TEST_F(PoolFlags, WithoutEntriesIgnoreThePointer) {
    POOL_EXTENDED_PARAMETER bad = entry_of(PoolExtendedParameterMax, 0);
    EXPECT_NE(ExAllocatePool3(POOL_FLAG_PAGED, 10, test_tag, nullptr, 0), nullptr);
    EXPECT_NE(ExAllocatePool3(POOL_FLAG_PAGED, 10, test_tag, &bad, 0), nullptr);
    EXPECT_EQ(machine_.caller_faults(), 0U);
    EXPECT_EQ(ExAllocatePool3(POOL_FLAG_PAGED, 10, test_tag, nullptr, 1), nullptr);
    EXPECT_EQ(machine_.caller_faults(), std::uint32_t{duty_parameters});
}

TEST_F(PoolFlags, EntriesOfUnknownTypesFailOnlyWhenRequired) {
    for (const ULONG64 type : {0U, 4U, 5U, 200U, 255U}) {
        const std::uint32_t duty = type == 0 || type == 4 ? duty_parameters : 0U;
        EXPECT_EQ(allocate(POOL_FLAG_NON_PAGED, {entry_of(type, 0)}), nullptr) << type;
        EXPECT_EQ(duties_, duty);
        EXPECT_NE(allocate(POOL_FLAG_NON_PAGED, {entry_of(type, 0, true)}), nullptr) << type;
        EXPECT_EQ(duties_, duty);
    }
    EXPECT_EQ(
        raised_by([&] { allocate(POOL_FLAG_NON_PAGED | POOL_FLAG_RAISE_ON_FAILURE, {entry_of(9, 0)}); }),
        STATUS_INSUFFICIENT_RESOURCES);
}

TEST_F(PoolFlags, EntriesOfPriorityActAsThePriorityOfTheOlderRoutine) {
    machine_.request_special_pool(SpecialPool::verifier, 0, VerifySide::end);
    const auto special = allocate(POOL_FLAG_NON_PAGED, {entry_of(PoolExtendedParameterPriority, 25)});
    EXPECT_EQ(number(special) % PAGE_SIZE, 0U);
    machine_.request_special_pool(SpecialPool::off, 0, VerifySide::end);
    machine_.set_budget(0, PoolKind::paged, 40);
    machine_.set_budget(1, PoolKind::paged, 0);
    ExAllocatePoolWithTag(PagedPool, 38 * PAGE_SIZE, test_tag); // two of 40 pages are left
    const auto with = [&](std::uint32_t priority, bool optional = false) {
        return allocate(POOL_FLAG_PAGED, {entry_of(PoolExtendedParameterPriority, priority, optional)});
    };
    EXPECT_EQ(with(LowPoolPriority), nullptr);
    EXPECT_EQ(with(NormalPoolPriority), nullptr);
    EXPECT_NE(with(HighPoolPriority), nullptr);
    EXPECT_EQ(with(17), nullptr);
    EXPECT_EQ(duties_, std::uint32_t{duty_priority});
    EXPECT_NE(with(17, true), nullptr);
    EXPECT_EQ(duties_, std::uint32_t{duty_priority});
}

TEST_F(PoolFlags, TheLastEntryOfATypeCounts) {
    const auto node = [](ULONG64 index) { return entry_of(PoolExtendedParameterNumaNode, index); };
    EXPECT_EQ(description_of(allocate(POOL_FLAG_NON_PAGED, {node(0), node(1)})).node, 1U);
    EXPECT_EQ(description_of(allocate(POOL_FLAG_NON_PAGED, {node(1), node(0)})).node, 0U);
    EXPECT_EQ(allocate(POOL_FLAG_NON_PAGED, {node(2), node(0)}), nullptr); // an invalid one still fails
}

TEST_F(PoolFlags, EntriesOfANodeTakeItsPagesOrNone) {
    for (const SIZE_T bytes : {SIZE_T{100}, SIZE_T{3 * PAGE_SIZE}})
        for (const bool special : {false, true})
            for (ULONG node = 0; node < max_nodes; ++node) {
                restart({});
                const auto ask = [&](ULONG value) {
                    const POOL_EXTENDED_PARAMETER entry = entry_of(PoolExtendedParameterNumaNode, value);
                    return ExAllocatePool3(POOL_FLAG_NON_PAGED | (special ? POOL_FLAG_SPECIAL_POOL : 0),
                                           bytes, test_tag, &entry, 1);
                };
                EXPECT_EQ(description_of(ask(node)).node, node);
                EXPECT_EQ(description_of(ask(node | MM_ANY_NODE_OK)).node, node);
                restart({});
                machine_.set_budget(node, PoolKind::nonpaged, 0);
                EXPECT_EQ(ask(node), nullptr);
                EXPECT_EQ(machine_.use().pages, 0U);
                EXPECT_EQ(description_of(ask(node | MM_ANY_NODE_OK)).node, 1 - node);
            }
}

TEST_F(PoolFlags, EntriesOfANodeAreForNonPagedAndForNodesThatExist) {
    const auto node = [](ULONG64 index, bool optional) {
        return entry_of(PoolExtendedParameterNumaNode, index, optional);
    };
    for (const POOL_FLAGS kind : {POOL_FLAG_PAGED, POOL_FLAG_NON_PAGED_EXECUTE}) {
        EXPECT_EQ(allocate(kind, {node(0, false)}), nullptr);
        EXPECT_EQ(duties_, std::uint32_t{duty_parameters});
        EXPECT_NE(allocate(kind, {node(0, true)}), nullptr);
        EXPECT_EQ(duties_, std::uint32_t{duty_parameters});
    }
    EXPECT_EQ(allocate(POOL_FLAG_NON_PAGED, {node(max_nodes, false)}), nullptr);
    EXPECT_EQ(allocate(POOL_FLAG_NON_PAGED, {node(max_nodes | MM_ANY_NODE_OK, false)}), nullptr);
    EXPECT_NE(allocate(POOL_FLAG_NON_PAGED, {node(max_nodes, true)}), nullptr);
    EXPECT_EQ(duties_, std::uint32_t{duty_parameters});
}

TEST_F(PoolFlags, ABlockMayBeFreedByEachOfTheThreeRoutines) {
    ExFreePool(allocate(POOL_FLAG_PAGED));
    ExFreePoolWithTag(allocate(POOL_FLAG_PAGED), test_tag);
    ExFreePool2(allocate(POOL_FLAG_PAGED), test_tag, nullptr, 0);
    EXPECT_EQ(machine_.caller_faults(), 0U);
    EXPECT_EQ(machine_.tag_counters(test_tag, PoolKind::paged).frees, 3U);
    EXPECT_EQ(machine_.use().pages, 0U);
}

TEST_F(PoolFlags, ExFreePool2TakesAnyOrdinaryBlockButNoOtherAddress) {
    void* const block = ExAllocatePoolWithTag(NonPagedPool, 10, test_tag);
    EXPECT_EQ(bug_check_of([&] { ExFreePool2(block, test_tag + 1, nullptr, 0); }),
              (Codes{BAD_POOL_CALLER, 0xA, number(block), test_tag, test_tag + 1}));
    EXPECT_EQ(machine_.caller_faults(), std::uint32_t{duty_free_tag});
    ExFreePool2(block, test_tag, nullptr, 0);
    MachineConfig config;
    config.policies.null_free = Policies::NullFree::ignored; // a policy of the older routines
    restart(config);
    EXPECT_EQ(bug_check_of([] { ExFreePool2(nullptr, test_tag, nullptr, 0); }),
              (Codes{BAD_POOL_CALLER, 0x46, 0, 0, 0}));
    const std::uint64_t foreign = machine_.foreign_system_address();
    EXPECT_EQ(bug_check_of([&] { ExFreePool2(reinterpret_cast<void*>(foreign), test_tag, nullptr, 0); }),
              (Codes{BAD_POOL_CALLER, 0x46, foreign, 0, 0}));
    EXPECT_EQ(machine_.caller_faults(), std::uint32_t{duty_free_address});
}

TEST_F(PoolFlags, ExFreePool2TakesNoEntryForAnOrdinaryBlock) {
    void* const block = allocate(POOL_FLAG_NON_PAGED);
    POOL_EXTENDED_PARAMS_SECURE_POOL secure{};
    POOL_EXTENDED_PARAMETER entry = entry_of(PoolExtendedParameterSecurePool, 0);
    entry.SecurePoolParams = &secure;
    const POOL_EXTENDED_PARAMETER two[] = {entry, entry};
    for (const auto& [entries, count] :
         {std::pair<PCPOOL_EXTENDED_PARAMETER, ULONG>{&entry, 1}, {two, 2}, {nullptr, 1}}) {
        EXPECT_EQ(bug_check_of([&, p = entries, n = count] { ExFreePool2(block, test_tag, p, n); }),
                  (Codes{BAD_POOL_CALLER, 0x99, number(block), 0, 0}));
        EXPECT_EQ(machine_.caller_faults(), std::uint32_t{duty_parameters});
    }
    ExFreePool2(block, test_tag, &entry, 0); // a pointer that nobody follows
    EXPECT_EQ(machine_.caller_faults(), std::uint32_t{duty_parameters});
    EXPECT_FALSE(machine_.describe(block).has_value());
}

} // namespace
} // namespace poolproof
