// Tests of the header wrappers against their base routines: the same block, the same failure, and zeroes
// where the wrapper promises them; and of the default tag. Does not cover: the NX opt-in (nx_optin_test.cpp).
#define POOL_ZERO_DOWN_LEVEL_SUPPORT 1
#include "ddi/ddi_test_kit.hpp"

#include <algorithm>
#include <cstring>

namespace poolproof {
namespace {

struct Pair {
    const char* name;
    void* (*wrapper)(POOL_TYPE type, SIZE_T bytes, ULONG tag);
    void* (*base)(POOL_TYPE type, SIZE_T bytes, ULONG tag);
    bool zeroes;
};

const Pair pairs[] = {
    {"ExAllocatePoolZero", [](POOL_TYPE t, SIZE_T n, ULONG tag) { return ExAllocatePoolZero(t, n, tag); },
     [](POOL_TYPE t, SIZE_T n, ULONG tag) { return ExAllocatePoolWithTag(t, n, tag); }, true},
    {"ExAllocatePoolUninitialized",
     [](POOL_TYPE t, SIZE_T n, ULONG tag) { return ExAllocatePoolUninitialized(t, n, tag); },
     [](POOL_TYPE t, SIZE_T n, ULONG tag) { return ExAllocatePoolWithTag(t, n, tag); }, false},
    {"ExAllocatePoolQuotaZero",
     [](POOL_TYPE t, SIZE_T n, ULONG tag) { return ExAllocatePoolQuotaZero(t, n, tag); },
     [](POOL_TYPE t, SIZE_T n, ULONG tag) { return ExAllocatePoolWithQuotaTag(t, n, tag); }, true},
    {"ExAllocatePoolQuotaUninitialized",
     [](POOL_TYPE t, SIZE_T n, ULONG tag) { return ExAllocatePoolQuotaUninitialized(t, n, tag); },
     [](POOL_TYPE t, SIZE_T n, ULONG tag) { return ExAllocatePoolWithQuotaTag(t, n, tag); }, false},
    {"ExAllocatePoolPriorityZero",
     [](POOL_TYPE t, SIZE_T n, ULONG tag) {
         return ExAllocatePoolPriorityZero(t, n, tag, LowPoolPrioritySpecialPoolUnderrun);
     },
     [](POOL_TYPE t, SIZE_T n, ULONG tag) {
         return ExAllocatePoolWithTagPriority(t, n, tag, LowPoolPrioritySpecialPoolUnderrun);
     },
     true},
    {"ExAllocatePoolPriorityUninitialized",
     [](POOL_TYPE t, SIZE_T n, ULONG tag) {
         return ExAllocatePoolPriorityUninitialized(t, n, tag, LowPoolPrioritySpecialPoolUnderrun);
     },
     [](POOL_TYPE t, SIZE_T n, ULONG tag) {
         return ExAllocatePoolWithTagPriority(t, n, tag, LowPoolPrioritySpecialPoolUnderrun);
     },
     false},
};

// What one call came to, and what it left of the machine.
struct Outcome {
    std::uint64_t address = 0;
    NTSTATUS raised = 0;
    Codes codes{};
    std::uint32_t duties = 0;
    std::uint64_t charged = 0;
    std::uint64_t bytes = 0;
    std::uint32_t type = 0;
    bool special = false;

    bool operator==(const Outcome&) const = default;
};

struct Situation {
    POOL_TYPE type;
    SIZE_T bytes;
    ULONG tag;
    std::uint8_t irql;
    bool short_of_memory;
    bool special;
};

class Wrappers : public OnAMachine {
  protected:
    Outcome play(void* (*allocate)(POOL_TYPE, SIZE_T, ULONG), const Situation& at) {
        restart({});
        if (at.short_of_memory)
            machine_.set_budget(0, PoolKind::nonpaged, 0);
        if (at.short_of_memory)
            exhaust(PoolKind::paged);
        if (at.special)
            machine_.request_special_pool(SpecialPool::verifier, 0, VerifySide::end);
        machine_.set_irql(at.irql);
        Outcome outcome;
        void* block = nullptr;
        outcome.codes = bug_check_of(
            [&] { outcome.raised = raised_by([&] { block = allocate(at.type, at.bytes, at.tag); }); });
        outcome.duties = machine_.caller_faults();
        outcome.address = number(block);
        outcome.charged = charged() + charged(PoolKind::paged);
        const BlockDescription description = description_of(block);
        outcome.bytes = description.bytes;
        outcome.type = description.pool_type;
        outcome.special = description.special;
        return outcome;
    }
    // Bytes of a fresh block that are not zero, on memory that held others before.
    static std::ptrdiff_t stale_bytes(const Pair& pair, SIZE_T bytes) {
        void* const before = ExAllocatePoolWithTag(NonPagedPoolNx, bytes, test_tag);
        std::memset(before, 0xEE, bytes);
        ExFreePool(before);
        auto* const block = static_cast<std::uint8_t*>(pair.wrapper(NonPagedPoolNx, bytes, test_tag));
        EXPECT_EQ(block, before);
        const auto stale = static_cast<std::ptrdiff_t>(bytes) - std::count(block, block + bytes, 0);
        ExFreePool(block);
        return stale;
    }
};

TEST_F(Wrappers, ComeToWhatTheirBaseRoutineComesTo) {
    for (const Pair& pair : pairs)
        for (const std::uint32_t type : {0U, 1U, 512U, 516U, 2U, 0x100U | 1U})
            for (const std::uint32_t modifier : {0U, 8U, 16U, 24U})
                for (const SIZE_T bytes : {SIZE_T{0}, SIZE_T{1}, SIZE_T{1000}, SIZE_T{PAGE_SIZE}, SIZE_MAX})
                    for (const ULONG tag : {test_tag, ULONG{0}, ULONG{0x20202020}, ULONG{0xFF616161}})
                        for (const bool short_of_memory : {false, true})
                            for (const bool special : {false, true})
                                for (const KIRQL irql : {KIRQL{PASSIVE_LEVEL}, KIRQL{DISPATCH_LEVEL}}) {
                                    Situation at{static_cast<POOL_TYPE>(type | modifier),
                                                 bytes,
                                                 tag,
                                                 irql,
                                                 short_of_memory,
                                                 special};
                                    Outcome wrapped = play(pair.wrapper, at);
                                    Outcome plain = play(pair.base, at);
                                    // Bug checks show the type as passed on, and the callers differ.
                                    for (std::uint64_t& code : wrapped.codes)
                                        code = code == (type | modifier | 0x400U) ? type | modifier : code;
                                    if (plain.codes[0] == BAD_POOL_CALLER && plain.codes[1] >= 0x9B)
                                        wrapped.codes[4] = plain.codes[4] = 0;
                                    ASSERT_EQ(wrapped, plain)
                                        << pair.name << " type " << (type | modifier) << " bytes " << bytes;
                                }
}

TEST_F(Wrappers, ZeroExactlyTheBytesRequestedWhereTheirNameSaysSo) {
    for (const bool since_2004 : {true, false})
        for (const bool initialised : {true, false}) {
            MachineConfig config;
            config.since_2004 = since_2004;
            restart(config);
            if (initialised)
                ExInitializeDriverRuntime(0);
            EXPECT_EQ(poolproof_zeroes_natively() != FALSE, since_2004 && initialised);
            for (const Pair& pair : pairs)
                for (const SIZE_T bytes : {SIZE_T{1}, SIZE_T{17}, SIZE_T{4000}, SIZE_T{3 * PAGE_SIZE}})
                    EXPECT_EQ(stale_bytes(pair, bytes), pair.zeroes ? 0 : static_cast<std::ptrdiff_t>(bytes))
                        << pair.name << " of " << bytes;
        }
}

TEST_F(Wrappers, LeaveTheSlackBehindASpecialBlockAlone) {
    machine_.request_special_pool(SpecialPool::verifier, 0, VerifySide::start);
    for (const Pair& pair : pairs)
        EXPECT_EQ(bug_check_of([&] { ExFreePool(pair.wrapper(NonPagedPoolNx, 33, test_tag)); }), Codes{})
            << pair.name;
}

TEST_F(Wrappers, OfTheBaseRoutinesZeroOnlyOnSystemsThatDo) {
    const Pair native{"ExAllocatePoolWithTag",
                      [](POOL_TYPE t, SIZE_T n, ULONG tag) {
                          return ExAllocatePoolWithTag(static_cast<POOL_TYPE>(t | POOL_ZERO_ALLOCATION), n,
                                                       tag);
                      },
                      nullptr, true};
    EXPECT_EQ(stale_bytes(native, 100), 0);
    MachineConfig config;
    config.since_2004 = false;
    restart(config);
    EXPECT_EQ(stale_bytes(native, 100), 100);
}

// A function of a driver; the return address of the call that it makes lies in it.
__attribute__((noinline)) void ask_with_a_tag_of_zero() {
    ExAllocatePoolZero(PagedPool, 1, 0);
}

TEST_F(Wrappers, ShowTheDriverAsTheirCaller) {
    const Codes codes = bug_check_of(ask_with_a_tag_of_zero);
    EXPECT_EQ(codes[1], 0x9BU);
    EXPECT_LT(codes[4] - reinterpret_cast<std::uint64_t>(&ask_with_a_tag_of_zero), 512U);
}

TEST_F(Wrappers, UntaggedRoutinesTagTheirBlocksNone) {
    for (void* block : {ExAllocatePool(NonPagedPool, 10), ExAllocatePoolWithQuota(NonPagedPool, 10),
                        FsRtlAllocatePool(NonPagedPool, 10), FsRtlAllocatePoolWithQuota(NonPagedPool, 10)}) {
        EXPECT_EQ(machine_.caller_faults(), 0U);
        const std::uint32_t tag = description_of(block).tag;
        EXPECT_EQ(std::memcmp(&tag, "None", 4), 0);
        ExFreePoolWithTag(block, tag);
    }
    EXPECT_EQ(machine_.tag_counters(0x656E6F4E, PoolKind::nonpaged).frees, 4U);
}

TEST_F(Wrappers, ExAllocatePoolReturnsNullWhateverTheTypeSays) {
    exhaust(PoolKind::nonpaged);
    EXPECT_EQ(ExAllocatePool(static_cast<POOL_TYPE>(NonPagedPool | POOL_RAISE_IF_ALLOCATION_FAILURE), 10),
              nullptr);
    EXPECT_EQ(raised_by([] { FsRtlAllocatePool(NonPagedPool, 10); }), STATUS_INSUFFICIENT_RESOURCES);
}

TEST_F(Wrappers, ExAllocatePoolWithQuotaIsPageAlignedFromAPageOn) {
    EXPECT_EQ(number(ExAllocatePoolWithQuota(PagedPool, PAGE_SIZE)) % PAGE_SIZE, 0U);
    EXPECT_EQ(number(ExAllocatePoolWithQuota(PagedPool, PAGE_SIZE + 1)) % PAGE_SIZE, 0U);
}

} // namespace
} // namespace poolproof
