// The shrinker, against planted causes that need no subject. Does not cover: what a subject shows.
#include "gen/shrink.hpp"

#include "gen/random_op.hpp"
#include "gen/random_trace.hpp"
#include "gen/simpler.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace poolproof {
namespace {

// Shows when somewhere an allocation of at least `bytes`, a rise to DISPATCH_LEVEL and a read of the same
// slot follow one another, with anything in between.
struct Planted {
    std::uint64_t bytes = 5000;
    std::size_t tries = 0;

    static bool shows(void* context, const Trace& trace) {
        auto* self = static_cast<Planted*>(context);
        ++self->tries;
        int allocated = -1;
        bool raised = false;
        for (const Op& op : trace.ops) {
            if (op.kind == OpKind::allocate && op.size >= self->bytes) {
                allocated = op.slot;
            }
            raised = raised || (allocated >= 0 && op.kind == OpKind::irql && op.level >= 2);
            if (raised && op.kind == OpKind::read && op.slot == allocated) {
                return true;
            }
        }
        return false;
    }
};

Trace long_trace_with_cause(std::uint64_t seed) {
    Random random(seed);
    Trace trace = random_trace(random, TraceFlavour::mixed, 447);
    std::erase_if(trace.ops, [](const Op& op) { return op.kind == OpKind::read; });
    trace.ops.resize(447, Op{});
    for (Op& op : trace.ops) {
        op.size %= 5000;
    }
    Op allocate;
    allocate.slot = 200;
    allocate.routine = Routine::EngAllocMem;
    allocate.size = 70'000;
    allocate.tag = 0x12345678;
    Op raise;
    raise.kind = OpKind::irql;
    raise.level = 15;
    Op read;
    read.kind = OpKind::read;
    read.slot = 200;
    read.offset = -300;
    read.length = 17;
    trace.is_64_bit = false;
    trace.ops.insert(trace.ops.begin() + 100, canonical(allocate));
    trace.ops.insert(trace.ops.begin() + 250, canonical(raise));
    trace.ops.insert(trace.ops.begin() + 400, canonical(read));
    return trace;
}

TEST(Shrinking, ALongTraceComesDownToItsThreeOps) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        Planted planted;
        const Trace small = shrink(long_trace_with_cause(seed), Planted::shows, &planted);
        ASSERT_EQ(small.ops.size(), 3U);
        EXPECT_TRUE(Planted::shows(&planted, small));
        EXPECT_TRUE(small.is_64_bit);
        EXPECT_EQ(small.ops[0].slot, 0);
        EXPECT_EQ(small.ops[0].routine, Routine::ExAllocatePoolWithTag);
        EXPECT_EQ(small.ops[0].size, 8192U); // a plain size, before the smallest that does
        EXPECT_EQ(small.ops[1].level, 2);
        EXPECT_EQ(small.ops[2].offset, 0);
        EXPECT_EQ(small.ops[2].length, 1U);
    }
}

TEST(Shrinking, NumbersThatNoPlainValueReplacesGoToTheSmallest) {
    Planted planted;
    planted.bytes = 9000;
    const Trace small = shrink(long_trace_with_cause(3), Planted::shows, &planted);
    ASSERT_EQ(small.ops.size(), 3U);
    EXPECT_EQ(small.ops[0].size, 9000U);
}

TEST(Shrinking, IsDeterministic) {
    Planted one;
    Planted other;
    EXPECT_EQ(shrink(long_trace_with_cause(4), Planted::shows, &one),
              shrink(long_trace_with_cause(4), Planted::shows, &other));
    EXPECT_EQ(one.tries, other.tries);
}

TEST(Shrinking, TriesNoMoreThanTheBudgetAndStillShows) {
    for (const std::size_t budget : {0U, 1U, 10U, 60U}) {
        Planted planted;
        const Trace small = shrink(long_trace_with_cause(5), Planted::shows, &planted, budget);
        EXPECT_LE(planted.tries, budget);
        EXPECT_TRUE(Planted::shows(&planted, small));
    }
}

TEST(Shrinking, PairsThatOnlyGoTogetherAreRemovedTogether) {
    // Shows when allocations and frees balance and there is a print.
    const StillShows balanced = [](void*, const Trace& trace) {
        std::ptrdiff_t live = 0;
        bool printed = false;
        for (const Op& op : trace.ops) {
            live += op.kind == OpKind::allocate ? 1 : 0;
            live -= op.kind == OpKind::free ? 1 : 0;
            printed = printed || op.kind == OpKind::print;
        }
        return printed && live == 0;
    };
    Trace trace;
    Op free;
    free.kind = OpKind::free;
    Op print;
    print.kind = OpKind::print;
    trace.ops = {Op{}, free, print, Op{}, free};
    EXPECT_EQ(shrink(trace, balanced, nullptr).ops.size(), 1U);
}

TEST(Shrinking, AnEmptyTraceStaysEmpty) {
    const StillShows always = [](void*, const Trace&) { return true; };
    EXPECT_TRUE(shrink(Trace{}, always, nullptr).ops.empty());
    EXPECT_TRUE(shrink(long_trace_with_cause(6), always, nullptr).ops.empty());
}

TEST(SimplerOps, AreCanonicalAndOtherOps) {
    Random random(31);
    for (int i = 0; i < 20'000; ++i) {
        const Op op = canonical(random_op(random));
        for (const Op& simpler : simpler_ops(op)) {
            ASSERT_EQ(canonical(simpler), simpler);
            ASSERT_NE(simpler, op);
            ASSERT_EQ(simpler.kind, op.kind);
        }
    }
}

TEST(SimplerOps, ComeToAnEnd) {
    Random random(32);
    for (int i = 0; i < 500; ++i) {
        Op op = canonical(random_op(random));
        std::size_t steps = 0;
        for (auto simpler = simpler_ops(op); !simpler.empty(); simpler = simpler_ops(op)) {
            op = simpler[random.below(static_cast<std::uint32_t>(simpler.size()))];
            ASSERT_LT(++steps, 2000U);
        }
    }
}

TEST(Shrink, ALargeSizeThatWasNotThereIsSeen) {
    Op large;
    large.size = 1U << 20U;
    Op larger = large;
    larger.size = 1U << 21U;
    Op small = large;
    small.size = 4096;
    EXPECT_FALSE(has_other_large_size({true, {large, small}}, {true, {large}}));
    EXPECT_TRUE(has_other_large_size({true, {large, larger}}, {true, {large}}));
}

} // namespace
} // namespace poolproof
