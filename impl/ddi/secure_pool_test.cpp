// Tests of secure pools: creating and destroying them, their blocks, rewriting and validating these, freeing
// them. Does not cover: other extended parameters (pool_flags_test.cpp).
#include "ddi/ddi_test_kit.hpp"
#include "ddi/pool_flags.hpp"

#include <algorithm>
#include <cstring>

namespace poolproof {
namespace {

constexpr ULONG_PTR cookie = 0xC00C1E;

class SecurePoolRules : public OnAMachine {
  protected:
    SecurePoolRules() { pool_ = create(); }

    static HANDLE create() {
        HANDLE pool = nullptr;
        EXPECT_EQ(ExCreatePool(POOL_CREATE_FLG_SECURE_POOL, test_tag, nullptr, &pool), STATUS_SUCCESS);
        return pool;
    }
    // The entry's structure lives as long as the fixture.
    POOL_EXTENDED_PARAMETER entry_for(HANDLE pool, ULONG_PTR of = cookie, bool optional = false) {
        secure_ = {pool, nullptr, of, SECURE_POOL_FLAGS_NONE};
        POOL_EXTENDED_PARAMETER entry{};
        entry.Type = PoolExtendedParameterSecurePool;
        entry.Optional = optional ? 1 : 0;
        entry.SecurePoolParams = &secure_;
        return entry;
    }
    void* allocate(HANDLE pool, POOL_FLAGS flags = POOL_FLAG_NON_PAGED, bool optional = false) {
        const POOL_EXTENDED_PARAMETER entry = entry_for(pool, cookie, optional);
        return ExAllocatePool3(flags, 100, test_tag, &entry, 1);
    }
    void free(void* block, HANDLE pool, ULONG_PTR of = cookie, ULONG tag = test_tag) {
        const POOL_EXTENDED_PARAMETER entry = entry_for(pool, of);
        ExFreePool2(block, tag, &entry, 1);
    }

    HANDLE pool_ = nullptr;
    POOL_EXTENDED_PARAMS_SECURE_POOL secure_{};
};

TEST_F(SecurePoolRules, CreatingAsksForExactlyTheSecureFlag) {
    HANDLE pool = nullptr;
    for (const ULONG flags : {0U, 2U, 3U, 4U, 0xFFFFFFFFU}) {
        EXPECT_EQ(ExCreatePool(flags, test_tag, nullptr, &pool), STATUS_INVALID_PARAMETER_1) << flags;
        EXPECT_EQ(machine_.caller_faults(), std::uint32_t{duty_parameters});
    }
    EXPECT_EQ(ExCreatePool(POOL_CREATE_FLG_SECURE_POOL, test_tag, nullptr, nullptr),
              STATUS_INVALID_PARAMETER_4);
    EXPECT_EQ(pool, nullptr);
}

TEST_F(SecurePoolRules, CreatingTakesParametersOfTheVersionAndWithoutEntries) {
    auto* const some_entry = reinterpret_cast<POOL_CREATE_EXTENDED_PARAMETER*>(&secure_);
    const struct {
        POOL_CREATE_EXTENDED_PARAMS params;
        NTSTATUS status;
    } cases[] = {{{1, 0, nullptr}, STATUS_SUCCESS},
                 {{0, 0, nullptr}, STATUS_INVALID_PARAMETER},
                 {{2, 0, nullptr}, STATUS_INVALID_PARAMETER},
                 {{1, 1, some_entry}, STATUS_INVALID_PARAMETER_3},
                 {{1, 1, nullptr}, STATUS_INVALID_PARAMETER_3},
                 {{1, 0, some_entry}, STATUS_INVALID_PARAMETER_3}};
    for (auto [params, status] : cases) {
        HANDLE pool = nullptr;
        EXPECT_EQ(ExCreatePool(POOL_CREATE_FLG_SECURE_POOL, test_tag, &params, &pool), status);
        EXPECT_EQ(pool != nullptr, status == STATUS_SUCCESS);
    }
}

TEST_F(SecurePoolRules, CreatingAndDestroyingAreForPassiveLevel) {
    machine_.set_irql(APC_LEVEL);
    HANDLE const pool = create();
    EXPECT_EQ(machine_.caller_faults(), std::uint32_t{duty_irql});
    ExDestroyPool(pool);
    EXPECT_EQ(machine_.caller_faults(), std::uint32_t{duty_irql});
    machine_.set_irql(PASSIVE_LEVEL);
    ExDestroyPool(pool_);
    EXPECT_EQ(machine_.caller_faults(), 0U);
}

TEST_F(SecurePoolRules, HandlesAreUsedOnceEach) {
    ExDestroyPool(pool_);
    EXPECT_NE(create(), pool_);
    const Codes expected{BAD_POOL_CALLER, 0x99, number(pool_), 0, 0};
    EXPECT_EQ(bug_check_of([&] { ExDestroyPool(pool_); }), expected);
    EXPECT_EQ(machine_.caller_faults(), std::uint32_t{duty_parameters});
    EXPECT_EQ(bug_check_of([] { ExDestroyPool(nullptr); })[0], BAD_POOL_CALLER);
}

TEST_F(SecurePoolRules, BlocksAreZeroedNonpagedMemoryWithinReachAtDispatchLevel) {
    const auto* const block = static_cast<const std::uint8_t*>(allocate(pool_));
    ASSERT_NE(block, nullptr);
    EXPECT_TRUE(description_of(block).secure);
    EXPECT_FALSE(description_of(block).paged);
    machine_.set_irql(DISPATCH_LEVEL);
    std::uint8_t bytes[100];
    EXPECT_FALSE(machine_.read(number(block), sizeof bytes, bytes).has_value());
    EXPECT_EQ(std::count(std::begin(bytes), std::end(bytes), 0), 100);
}

TEST_F(SecurePoolRules, AllocatingAsksForAnOpenPoolAndNonpagedMemory) {
    const HANDLE other = create();
    ExDestroyPool(other);
    for (HANDLE const closed : {other, HANDLE{nullptr}}) {
        EXPECT_EQ(allocate(closed), nullptr);
        EXPECT_EQ(machine_.caller_faults(), std::uint32_t{duty_parameters});
        void* const ordinary = allocate(closed, POOL_FLAG_NON_PAGED, true);
        EXPECT_FALSE(description_of(ordinary).secure);
        ExFreePool(ordinary);
    }
    EXPECT_EQ(allocate(pool_, POOL_FLAG_PAGED), nullptr);
    EXPECT_TRUE(description_of(allocate(pool_, POOL_FLAG_PAGED, true)).paged);
    EXPECT_EQ(raised_by([&] { allocate(other, POOL_FLAG_NON_PAGED | POOL_FLAG_RAISE_ON_FAILURE); }),
              STATUS_INSUFFICIENT_RESOURCES);
}

TEST_F(SecurePoolRules, PoolsAreDestroyedOnlyWhenEmpty) {
    void* const block = allocate(pool_);
    EXPECT_EQ(bug_check_of([&] { ExDestroyPool(pool_); }),
              (Codes{BAD_POOL_CALLER, 0x99, number(pool_), 0, 0}));
    free(block, pool_);
    EXPECT_EQ(machine_.caller_faults(), 0U);
    ExDestroyPool(pool_);
    EXPECT_EQ(machine_.use().pages, 0U);
}

TEST_F(SecurePoolRules, FreeingAsksForHandleAndCookieOfTheAllocation) {
    void* const block = allocate(pool_);
    const HANDLE other = create();
    const Codes expected{BAD_POOL_CALLER, 0x99, number(block), 0, 0};
    EXPECT_EQ(bug_check_of([&] { free(block, other); }), expected);
    EXPECT_EQ(machine_.caller_faults(), std::uint32_t{duty_parameters});
    EXPECT_EQ(bug_check_of([&] { free(block, pool_, cookie + 1); }), expected);
    EXPECT_EQ(bug_check_of([&] { ExFreePool2(block, test_tag, nullptr, 0); }), expected);
    EXPECT_EQ(bug_check_of([&] { free(block, pool_, cookie, test_tag + 1); })[1], 0xAU);
    EXPECT_TRUE(description_of(block).secure);
    free(block, pool_);
    EXPECT_FALSE(machine_.describe(block).has_value());
}

TEST_F(SecurePoolRules, FreeingAsksForOneEntryWithItsReservedFieldsZero) {
    void* const block = allocate(pool_);
    const auto code_of = [&](auto&& spoil) {
        POOL_EXTENDED_PARAMETER entry = entry_for(pool_);
        ULONG count = 1;
        spoil(entry, count);
        const POOL_EXTENDED_PARAMETER entries[] = {entry, entry};
        return bug_check_of([&] { ExFreePool2(block, test_tag, entries, count); })[0];
    };
    EXPECT_EQ(code_of([&](auto&, auto&) { secure_.Buffer = &secure_; }), BAD_POOL_CALLER);
    EXPECT_EQ(code_of([&](auto&, auto&) { secure_.SecurePoolFlags = SECURE_POOL_FLAGS_FREEABLE; }),
              BAD_POOL_CALLER);
    EXPECT_EQ(code_of([](auto& entry, auto&) { entry.Reserved = 1; }), BAD_POOL_CALLER);
    EXPECT_EQ(code_of([](auto& entry, auto&) { entry.Type = PoolExtendedParameterPriority; }),
              BAD_POOL_CALLER);
    EXPECT_EQ(code_of([](auto& entry, auto&) { entry.SecurePoolParams = nullptr; }), BAD_POOL_CALLER);
    EXPECT_EQ(code_of([](auto&, auto& count) { count = 2; }), BAD_POOL_CALLER);
    EXPECT_EQ(code_of([](auto&, auto&) {}), 0U);
}

TEST_F(SecurePoolRules, BlocksAreNoBusinessOfTheOlderFreeRoutines) {
    void* const block = allocate(pool_);
    const Codes expected{BAD_POOL_CALLER, 0x99, number(block), 0, 0};
    EXPECT_EQ(bug_check_of([&] { ExFreePool(block); }), expected);
    EXPECT_EQ(machine_.caller_faults(), std::uint32_t{duty_wrong_free_routine});
    EXPECT_EQ(bug_check_of([&] { ExFreePoolWithTag(block, test_tag); }), expected);
    EXPECT_TRUE(machine_.describe(block).has_value());
}

TEST_F(SecurePoolRules, ValidatingIsTrueForTheExactFourOnly) {
    auto* const block = static_cast<std::byte*>(allocate(pool_));
    const HANDLE other = create();
    EXPECT_TRUE(ExSecurePoolValidate(pool_, test_tag, block, cookie));
    EXPECT_FALSE(ExSecurePoolValidate(other, test_tag, block, cookie));
    EXPECT_FALSE(ExSecurePoolValidate(pool_, test_tag + 1, block, cookie));
    EXPECT_FALSE(ExSecurePoolValidate(pool_, test_tag, block + 16, cookie));
    EXPECT_FALSE(ExSecurePoolValidate(pool_, test_tag, block, cookie + 1));
    EXPECT_FALSE(ExSecurePoolValidate(pool_, test_tag, nullptr, cookie));
    free(block, pool_);
    EXPECT_FALSE(ExSecurePoolValidate(pool_, test_tag, block, cookie));
}

TEST_F(SecurePoolRules, UpdatingWritesTheRangeAndNothingElse) {
    auto* const block = static_cast<std::uint8_t*>(allocate(pool_));
    std::uint8_t news[100];
    std::memset(news, 0xAB, sizeof news);
    EXPECT_EQ(ExSecurePoolUpdate(pool_, test_tag, block, cookie, 90, 10, news), STATUS_SUCCESS);
    EXPECT_EQ(ExSecurePoolUpdate(pool_, test_tag, block, cookie, 3, 2, news), STATUS_SUCCESS);
    EXPECT_EQ(ExSecurePoolUpdate(pool_, test_tag, block, cookie, 100, 0, nullptr), STATUS_SUCCESS);
    EXPECT_EQ(std::count(block, block + 100, 0xAB), 12);
    EXPECT_EQ(block[2] + block[5] + block[89], 0);
    EXPECT_EQ(block[3], 0xAB);
}

TEST_F(SecurePoolRules, UpdatingOutsideTheBlockOrWithoutTheRightArgumentsWritesNothing) {
    auto* const block = static_cast<std::uint8_t*>(allocate(pool_));
    std::uint8_t news[200];
    std::memset(news, 0xAB, sizeof news);
    const struct {
        SIZE_T offset;
        SIZE_T size;
    } outside[] = {{0, 101}, {100, 1}, {101, 0}, {1, SIZE_MAX}, {SIZE_MAX, 2}, {SIZE_MAX, 0}};
    for (const auto& [offset, size] : outside) {
        EXPECT_EQ(ExSecurePoolUpdate(pool_, test_tag, block, cookie, offset, size, news),
                  STATUS_INVALID_PARAMETER);
        EXPECT_EQ(machine_.caller_faults(), std::uint32_t{duty_parameters});
    }
    EXPECT_EQ(ExSecurePoolUpdate(pool_, test_tag, block, cookie + 1, 0, 1, news), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(ExSecurePoolUpdate(pool_, test_tag + 1, block, cookie, 0, 1, news), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(std::count(block, block + 100, 0), 100);
}

TEST_F(SecurePoolRules, SpecialPoolServesSecureBlocksToo) {
    void* const block = allocate(pool_, POOL_FLAG_NON_PAGED | POOL_FLAG_SPECIAL_POOL);
    EXPECT_TRUE(description_of(block).special);
    EXPECT_TRUE(description_of(block).secure);
    free(block, pool_);
    EXPECT_EQ(machine_.use().special_live, 0U);
}

TEST_F(SecurePoolRules, PoolsAndBlocksEndWithReset) {
    void* const block = allocate(pool_);
    const HANDLE empty = create();
    restart({});
    EXPECT_FALSE(ExSecurePoolValidate(pool_, test_tag, block, cookie));
    EXPECT_EQ(bug_check_of([&] { ExDestroyPool(empty); })[0], BAD_POOL_CALLER);
    EXPECT_EQ(create(), pool_); // the same input sees the same handles
    ExDestroyPool(pool_);       // and no block of old keeps it
}

TEST_F(SecurePoolRules, APoolDestroyedWhileAnAllocationIsOnItsWayFailsIt) {
    const POOL_EXTENDED_PARAMETER entry = entry_for(pool_);
    AllocationCall call = call_of("ExAllocatePool3", 0, 100, test_tag, nullptr);
    apply_pool_flags(call, POOL_FLAG_NON_PAGED);
    apply_parameters(call, machine_.impl(), POOL_FLAG_NON_PAGED, &entry, 1);
    EXPECT_FALSE(call.invalid);
    ExDestroyPool(pool_);
    EXPECT_EQ(allocate_pool(call), nullptr);
    EXPECT_EQ(machine_.use().pages, 0U);
}

} // namespace
} // namespace poolproof
