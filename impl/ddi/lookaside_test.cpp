// Tests of ddi/lookaside.h: where entries come from and go to, custom routines, delete, flush and trim, two
// threads on one list. Misuse, IRQL and Driver Verifier are in lookaside_rules_test.cpp.
#include "poolproof/machine.h"

#include "machine/sanitizer.hpp"

#include <ddi/wdm.h>

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace poolproof {
namespace {

constexpr ULONG tag = 0x31676154; // '1gaT'

// What the custom routines below have seen.
struct Seen {
    std::atomic<unsigned> allocates{0};
    std::atomic<unsigned> frees{0};
    POOL_TYPE type = MaxPoolType;
    SIZE_T bytes = 0;
    ULONG tag = 0;
    void* list = nullptr;
    std::uint8_t irql = 0;
} seen;

PVOID custom_allocate(POOL_TYPE type, SIZE_T bytes, ULONG with) {
    ++seen.allocates;
    return ExAllocatePoolWithTag(type, bytes, with);
}

VOID custom_free(PVOID buffer) {
    ++seen.frees;
    ExFreePool(buffer);
}

PVOID noting_allocate(POOL_TYPE type, SIZE_T bytes, ULONG with) {
    seen.type = type;
    seen.bytes = bytes;
    seen.tag = with;
    return custom_allocate(type, bytes, with);
}

PVOID noting_allocate_ex(POOL_TYPE type, SIZE_T bytes, ULONG with, PLOOKASIDE_LIST_EX list) {
    seen.list = list;
    seen.irql = Machine::current().irql();
    return noting_allocate(type, bytes, with);
}

VOID noting_free_ex(PVOID buffer, PLOOKASIDE_LIST_EX list) {
    seen.list = list;
    custom_free(buffer);
}

PVOID counting_allocate_ex(POOL_TYPE type, SIZE_T bytes, ULONG with, PLOOKASIDE_LIST_EX) {
    return custom_allocate(type, bytes, with);
}

VOID counting_free_ex(PVOID buffer, PLOOKASIDE_LIST_EX) {
    custom_free(buffer);
}

PVOID failing_allocate_ex(POOL_TYPE, SIZE_T, ULONG, PLOOKASIDE_LIST_EX) {
    return nullptr;
}

class LookasideLists : public testing::Test {
  protected:
    LookasideLists() {
        machine_.bind(0);
        seen.allocates = seen.frees = 0;
        seen.list = nullptr;
    }
    std::vector<void*> allocate(unsigned count) {
        std::vector<void*> entries;
        for (unsigned i = 0; i < count; ++i)
            entries.push_back(ExAllocateFromNPagedLookasideList(&list_));
        return entries;
    }
    void free(const std::vector<void*>& entries) {
        for (void* entry : entries)
            ExFreeToNPagedLookasideList(&list_, entry);
    }
    std::uint64_t live(PoolKind kind = PoolKind::nonpaged) const {
        const TagCounters row = machine_.tag_counters(tag, kind);
        return row.allocations - row.frees;
    }
    Machine machine_;
    NPAGED_LOOKASIDE_LIST list_{};
    PAGED_LOOKASIDE_LIST paged_{};
    LOOKASIDE_LIST_EX ex_{};
};

TEST_F(LookasideLists, ANewListIsEmptyAndItsFirstEntryComesFromPool) {
    EXPECT_FALSE(machine_.lookaside_use(&list_).known);
    ExInitializeNPagedLookasideList(&list_, nullptr, nullptr, 0, 200, tag, 0);
    EXPECT_EQ(machine_.caller_faults(), 0U);
    EXPECT_TRUE(machine_.lookaside_use(&list_).known);
    EXPECT_EQ(machine_.use().pages, 0U);
    void* entry = ExAllocateFromNPagedLookasideList(&list_);
    EXPECT_EQ(machine_.caller_faults(), 0U);
    ASSERT_TRUE(machine_.describe(entry));
    EXPECT_EQ(machine_.describe(entry)->bytes, 200U);
    EXPECT_EQ(machine_.describe(entry)->tag, tag);
    EXPECT_FALSE(machine_.describe(entry)->paged);
    EXPECT_TRUE(machine_.describe(entry)->executable);
    const LookasideUse use = machine_.lookaside_use(&list_);
    EXPECT_EQ(use.allocates, 1U);
    EXPECT_EQ(use.allocate_misses, 1U);
    EXPECT_EQ(use.cached, 0U);
}

TEST_F(LookasideLists, TheKindOfListAndItsFlagsSayWhichPoolEntriesComeFrom) {
    ExInitializeNPagedLookasideList(&list_, nullptr, nullptr, POOL_NX_ALLOCATION, 200, tag, 0);
    EXPECT_FALSE(machine_.describe(ExAllocateFromNPagedLookasideList(&list_))->executable);
    ExInitializePagedLookasideList(&paged_, nullptr, nullptr, POOL_NX_ALLOCATION, 200, tag, 0);
    EXPECT_EQ(machine_.caller_faults(), 0U);
    EXPECT_EQ(machine_.describe(ExAllocateFromPagedLookasideList(&paged_))->pool_type,
              std::uint32_t{PagedPool});
    for (const POOL_TYPE type : {NonPagedPool, PagedPool, NonPagedPoolNx, NonPagedPoolCacheAligned,
                                 NonPagedPoolSession, PagedPoolCacheAlignedSession}) {
        LOOKASIDE_LIST_EX list{};
        ASSERT_EQ(ExInitializeLookasideListEx(&list, nullptr, nullptr, type, 0, 50, tag, 0), STATUS_SUCCESS);
        EXPECT_EQ(machine_.caller_faults(), 0U);
        void* entry = ExAllocateFromLookasideListEx(&list);
        EXPECT_EQ(machine_.describe(entry)->pool_type, static_cast<std::uint32_t>(type));
        ExFreeToLookasideListEx(&list, entry);
        ExDeleteLookasideListEx(&list);
        EXPECT_FALSE(machine_.lookaside_use(&list).known);
    }
}

TEST_F(LookasideLists, TheEntryFreedLastIsTheNextOneOut) {
    ExInitializeNPagedLookasideList(&list_, nullptr, nullptr, 0, 64, tag, 0);
    const auto entries = allocate(3);
    free(entries);
    EXPECT_EQ(live(), 3U) << "cached entries stay allocated";
    EXPECT_EQ(allocate(3), (std::vector<void*>{entries[2], entries[1], entries[0]}));
    EXPECT_EQ(machine_.caller_faults(), 0U);
    const LookasideUse use = machine_.lookaside_use(&list_);
    EXPECT_EQ(use.allocates, 6U);
    EXPECT_EQ(use.allocate_misses, 3U);
    EXPECT_EQ(use.frees, 3U);
    EXPECT_EQ(use.free_misses, 0U);
}

TEST_F(LookasideLists, BeyondItsDepthAListHandsEntriesBack) {
    for (const std::uint32_t depth : {0U, 1U, 4U, 1000U}) {
        MachineConfig config;
        config.lookaside_depth = depth;
        machine_.reset(config);
        ExInitializeNPagedLookasideList(&list_, custom_allocate, custom_free, 0, 64, tag, 0);
        free(allocate(1002));
        EXPECT_EQ(machine_.lookaside_use(&list_).cached, depth);
        EXPECT_EQ(machine_.lookaside_use(&list_).free_misses, 1002 - depth);
        EXPECT_EQ(seen.frees.exchange(0), 1002 - depth);
        EXPECT_EQ(live(), depth);
    }
}

TEST_F(LookasideLists, CustomRoutinesGetTheArgumentsOfTheInitialisation) {
    ExInitializeNPagedLookasideList(&list_, noting_allocate, custom_free,
                                    POOL_RAISE_IF_ALLOCATION_FAILURE | POOL_NX_ALLOCATION, 123, tag, 0);
    free(allocate(1));
    EXPECT_EQ(seen.type, POOL_RAISE_IF_ALLOCATION_FAILURE | NonPagedPoolNx);
    EXPECT_EQ(seen.bytes, 123U);
    EXPECT_EQ(seen.tag, tag);
    free(allocate(1));
    EXPECT_EQ(seen.allocates, 1U);
    ExDeleteNPagedLookasideList(&list_);
    EXPECT_EQ(seen.frees, 1U);
    EXPECT_EQ(machine_.caller_faults(), 0U);
}

TEST_F(LookasideLists, ExFlagsAreOredIntoTheTypeThatTheRoutineGets) {
    const std::vector<std::pair<ULONG, std::uint32_t>> flags = {
        {0, 0U},
        {EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL, POOL_RAISE_IF_ALLOCATION_FAILURE},
        {EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE, POOL_QUOTA_FAIL_INSTEAD_OF_RAISE}};
    for (const auto& [flag, bit] : flags) {
        ASSERT_EQ(ExInitializeLookasideListEx(&ex_, noting_allocate_ex, noting_free_ex, PagedPool, flag, 99,
                                              tag, 0),
                  STATUS_SUCCESS);
        EXPECT_EQ(machine_.caller_faults(), 0U);
        machine_.set_irql(APC_LEVEL);
        void* entry = ExAllocateFromLookasideListEx(&ex_);
        machine_.set_irql(PASSIVE_LEVEL);
        EXPECT_EQ(static_cast<std::uint32_t>(seen.type), PagedPool | bit);
        EXPECT_EQ(seen.list, &ex_);
        EXPECT_EQ(seen.irql, APC_LEVEL) << "LL-30";
        seen.list = nullptr;
        ExFreeToLookasideListEx(&ex_, entry);
        EXPECT_EQ(seen.list, nullptr);
        ExDeleteLookasideListEx(&ex_);
        EXPECT_EQ(seen.list, &ex_);
        EXPECT_EQ(live(PoolKind::paged), 0U);
    }
}

TEST_F(LookasideLists, WithoutMemoryThereIsNullOrARaise) {
    ExInitializeNPagedLookasideList(&list_, nullptr, nullptr, 0, 64, tag, 0);
    machine_.fail_nth(1);
    EXPECT_EQ(ExAllocateFromNPagedLookasideList(&list_), nullptr);
    ExInitializePagedLookasideList(&paged_, nullptr, nullptr, POOL_RAISE_IF_ALLOCATION_FAILURE, 64, tag, 0);
    machine_.fail_nth(1);
    EXPECT_THROW(ExAllocateFromPagedLookasideList(&paged_), RaisedStatus);
    ExInitializeLookasideListEx(&ex_, nullptr, nullptr, PagedPool, EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL,
                                64, tag, 0);
    machine_.fail_nth(1);
    EXPECT_THROW(ExAllocateFromLookasideListEx(&ex_), RaisedStatus);
    EXPECT_NE(ExAllocateFromLookasideListEx(&ex_), nullptr);
    LOOKASIDE_LIST_EX failing{};
    ExInitializeLookasideListEx(&failing, failing_allocate_ex, nullptr, PagedPool,
                                EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE, 64, tag, 0);
    EXPECT_EQ(ExAllocateFromLookasideListEx(&failing), nullptr);
    EXPECT_EQ(machine_.lookaside_use(&failing).allocate_misses, 1U);
}

TEST_F(LookasideLists, ACachedEntryNeedsNoMemory) {
    ExInitializeNPagedLookasideList(&list_, nullptr, nullptr, 0, 64, tag, 0);
    const auto entries = allocate(1);
    free(entries);
    machine_.fail_nth(1);
    EXPECT_EQ(allocate(1), entries);
    EXPECT_EQ(ExAllocatePoolWithTag(PagedPool, 10, tag), nullptr) << "a hit is no allocation call";
}

TEST_F(LookasideLists, DeleteFreesWhatTheListHoldsAndNothingElse) {
    ExInitializeNPagedLookasideList(&list_, nullptr, nullptr, 0, 64, tag, 0);
    const auto entries = allocate(3);
    ExFreeToNPagedLookasideList(&list_, entries[1]);
    ExDeleteNPagedLookasideList(&list_);
    EXPECT_EQ(machine_.caller_faults(), 0U);
    EXPECT_FALSE(machine_.lookaside_use(&list_).known);
    EXPECT_TRUE(machine_.describe(entries[0]));
    EXPECT_FALSE(machine_.describe(entries[1]));
    EXPECT_TRUE(machine_.describe(entries[2]));
    ExInitializeNPagedLookasideList(&list_, nullptr, nullptr, 0, 64, tag, 0);
    EXPECT_EQ(machine_.caller_faults(), 0U) << "a deleted list may be initialised again";
}

TEST_F(LookasideLists, FlushEmptiesAListThatStaysInUse) {
    ExInitializeLookasideListEx(&ex_, noting_allocate_ex, noting_free_ex, NonPagedPoolNx, 0, 64, tag, 0);
    void* first = ExAllocateFromLookasideListEx(&ex_);
    void* second = ExAllocateFromLookasideListEx(&ex_);
    ExFreeToLookasideListEx(&ex_, first);
    ExFlushLookasideListEx(&ex_);
    EXPECT_EQ(machine_.lookaside_use(&ex_).cached, 0U);
    EXPECT_EQ(seen.frees, 1U);
    EXPECT_EQ(live(), 1U);
    ExFreeToLookasideListEx(&ex_, second);
    EXPECT_EQ(machine_.caller_faults(), 0U);
    EXPECT_EQ(ExAllocateFromLookasideListEx(&ex_), second);
}

TEST_F(LookasideLists, ATrimHandsCachedEntriesOfAllListsBack) {
    ExInitializeNPagedLookasideList(&list_, custom_allocate, custom_free, 0, 64, tag, 0);
    ExInitializePagedLookasideList(&paged_, nullptr, nullptr, 0, 64, tag, 0);
    free(allocate(2));
    ExFreeToPagedLookasideList(&paged_, ExAllocateFromPagedLookasideList(&paged_));
    machine_.set_irql(DISPATCH_LEVEL);
    machine_.trim_lookaside_lists();
    EXPECT_EQ(live(), 0U);
    EXPECT_EQ(seen.frees, 2U);
    EXPECT_EQ(live(PoolKind::paged), 1U) << "paged memory is not freed at DISPATCH_LEVEL";
    machine_.set_irql(PASSIVE_LEVEL);
    ExAllocatePoolWithTag(PagedPool, 0, tag);
    machine_.trim_lookaside_lists();
    EXPECT_EQ(machine_.caller_faults(), duty_zero_bytes) << "of the last routine";
    EXPECT_EQ(machine_.lookaside_use(&paged_).cached, 0U);
    EXPECT_TRUE(machine_.lookaside_use(&paged_).known);
    free(allocate(1));
    EXPECT_EQ(machine_.caller_faults(), 0U);
}

TEST_F(LookasideLists, AResetForgetsAllLists) {
    ExInitializeNPagedLookasideList(&list_, nullptr, nullptr, 0, 64, tag, 0);
    free(allocate(2));
    machine_.reset(MachineConfig{});
    EXPECT_FALSE(machine_.lookaside_use(&list_).known);
    EXPECT_EQ(machine_.use().pages, 0U);
    machine_.set_verifier(true);
    ExInitializeNPagedLookasideList(&list_, nullptr, nullptr, 0, 64, tag, 0);
    EXPECT_EQ(machine_.caller_faults(), 0U);
    auto* entry = static_cast<std::uint8_t*>(allocate(1).front());
    entry[0] = entry[63] = 1;
}

TEST_F(LookasideLists, EntriesMayComeFromSpecialPool) {
    machine_.request_special_pool(SpecialPool::verifier, 0, VerifySide::end);
    ExInitializeNPagedLookasideList(&list_, nullptr, nullptr, 0, 64, tag, 0);
    const auto entries = allocate(6);
    for (void* entry : entries)
        EXPECT_TRUE(machine_.describe(entry)->special);
    free(entries);
    EXPECT_EQ(machine_.use().special_live, 4U);
    ExDeleteNPagedLookasideList(&list_);
    EXPECT_EQ(machine_.use().special_live, 0U);
}

#ifdef POOLPROOF_ASAN
TEST_F(LookasideLists, ACachedEntryIsNobodysToTouch) {
    ExInitializeNPagedLookasideList(&list_, nullptr, nullptr, 0, 64, tag, 0);
    const auto entries = allocate(2);
    free(entries);
    EXPECT_EQ(__asan_region_is_poisoned(entries[0], 64), entries[0]);
    EXPECT_EQ(allocate(1).front(), entries[1]);
    EXPECT_EQ(__asan_region_is_poisoned(entries[1], 64), nullptr);
    ExInitializePagedLookasideList(&paged_, nullptr, custom_free, 0, 64, tag, 0);
    void* custom = ExAllocateFromPagedLookasideList(&paged_);
    ExFreeToPagedLookasideList(&paged_, custom);
    EXPECT_EQ(__asan_region_is_poisoned(custom, 64), nullptr) << "what a custom routine frees is its own";
}
#endif

// Each thread marks the entries that it holds; one that two threads hold at once, or that lost its bytes,
// shows.
void play_on(Machine& machine, unsigned processor, LOOKASIDE_LIST_EX& list) {
    machine.bind(processor);
    std::vector<std::uint64_t*> held;
    for (std::uint64_t i = 0; i < 20000; ++i) {
        auto* entry = static_cast<std::uint64_t*>(ExAllocateFromLookasideListEx(&list));
        ASSERT_NE(entry, nullptr);
        entry[0] = entry[7] = i << 8 | processor;
        held.push_back(entry);
        if (held.size() < 6 && i % 5 != 0)
            continue;
        for (std::uint64_t* mine : held) {
            ASSERT_EQ(mine[0] & 0xFF, processor);
            ASSERT_EQ(mine[0], mine[7]);
            ExFreeToLookasideListEx(&list, mine);
            ASSERT_EQ(machine.caller_faults(), 0U);
        }
        held.clear();
    }
    for (std::uint64_t* mine : held)
        ExFreeToLookasideListEx(&list, mine);
}

TEST_F(LookasideLists, TwoThreadsMayUseOneList) {
    for (const bool custom : {false, true}) {
        seen.allocates = seen.frees = 0;
        ASSERT_EQ(ExInitializeLookasideListEx(&ex_, custom ? counting_allocate_ex : nullptr,
                                              custom ? counting_free_ex : nullptr, NonPagedPoolNx, 0, 64, tag,
                                              0),
                  STATUS_SUCCESS);
        std::thread other([this] { play_on(machine_, 1, ex_); });
        std::thread another([this] { play_on(machine_, 2, ex_); });
        other.join();
        another.join();
        const LookasideUse use = machine_.lookaside_use(&ex_);
        EXPECT_EQ(use.allocates, 40000U);
        EXPECT_EQ(use.frees, 40000U);
        EXPECT_LE(use.cached, 4U);
        EXPECT_EQ(use.allocate_misses - use.free_misses, use.cached);
        EXPECT_EQ(live(), use.cached);
        EXPECT_EQ(seen.allocates, custom ? use.allocate_misses : 0U);
        EXPECT_EQ(seen.frees, custom ? use.free_misses : 0U);
        ExDeleteLookasideListEx(&ex_);
        EXPECT_EQ(machine_.use().pages, 0U);
    }
}

} // namespace
} // namespace poolproof
