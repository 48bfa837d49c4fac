// Random traces and the tamer: determinism, reach, legality. Does not cover: what a subject does with them.
#include "gen/random_trace.hpp"

#include "gen/tame.hpp"
#include "trace/dense.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace poolproof {
namespace {

constexpr std::array<TraceFlavour, trace_flavour_count> flavours = {
    TraceFlavour::ordinary, TraceFlavour::mixed, TraceFlavour::special, TraceFlavour::fragment};

class RandomTraces : public testing::TestWithParam<TraceFlavour> {};
INSTANTIATE_TEST_SUITE_P(Flavours, RandomTraces, testing::ValuesIn(flavours));

TEST_P(RandomTraces, TheSameSeedMakesTheSameTraces) {
    Random one(5);
    Random same(5);
    Random other(6);
    bool differs = false;
    for (int i = 0; i < 20; ++i) {
        const Trace trace = random_trace(one, GetParam(), 200);
        ASSERT_EQ(random_trace(same, GetParam(), 200), trace);
        differs = differs || random_trace(other, GetParam(), 200) != trace;
    }
    EXPECT_TRUE(differs);
}

TEST_P(RandomTraces, EveryOpIsCanonicalAndTheLengthIsKept) {
    Random random(7);
    for (const std::size_t length : {0U, 1U, 2U, 3U, 100U, 3000U}) {
        const Trace trace = random_trace(random, GetParam(), length);
        EXPECT_EQ(trace.ops.size(), std::max<std::size_t>(length, 1));
        for (const Op& op : trace.ops) {
            ASSERT_EQ(canonical(op), op);
        }
    }
}

TEST_P(RandomTraces, BothProfilesAppear) {
    Random random(8);
    std::size_t wide = 0;
    for (int i = 0; i < 200; ++i) {
        wide += random_trace(random, GetParam(), 1).is_64_bit ? 1 : 0;
    }
    EXPECT_GT(wide, 100U);
    EXPECT_LT(wide, 200U);
}

std::array<std::size_t, op_kind_count> kinds_of(TraceFlavour flavour) {
    Random random(9);
    std::array<std::size_t, op_kind_count> counts{};
    for (int i = 0; i < 200; ++i) {
        for (const Op& op : random_trace(random, flavour, 200).ops) {
            ++counts.at(static_cast<std::size_t>(op.kind));
        }
    }
    return counts;
}

TEST(MixedTraces, EveryOpKindAppears) {
    const auto counts = kinds_of(TraceFlavour::mixed);
    EXPECT_EQ(std::count(counts.begin(), counts.end(), 0U), 0);
}

TEST(MixedTraces, DifferInTheOpsThatTheyUse) {
    Random random(10);
    std::size_t without_writes = 0;
    for (int i = 0; i < 200; ++i) {
        const Trace trace = random_trace(random, TraceFlavour::mixed, 400);
        without_writes += std::none_of(trace.ops.begin(), trace.ops.end(),
                                       [](const Op& op) { return op.kind == OpKind::write; })
                              ? 1
                              : 0;
    }
    EXPECT_GT(without_writes, 50U);
    EXPECT_LT(without_writes, 150U);
}

TEST(SpecialTraces, BeginWithSpecialPoolOnAtEitherSide) {
    Random random(11);
    std::size_t at_start = 0;
    for (int i = 0; i < 100; ++i) {
        const Trace trace = random_trace(random, TraceFlavour::special, 10);
        EXPECT_EQ(trace.ops[0].kind, OpKind::special_pool);
        EXPECT_EQ(trace.ops[0].mode, SpecialMode::verifier);
        at_start += trace.ops[0].side == Side::start ? 1 : 0;
    }
    EXPECT_GT(at_start, 20U);
    EXPECT_LT(at_start, 80U);
}

// Plays a trace on nothing but slots and says whether every op is legal.
class LegalityCheck {
  public:
    testing::AssertionResult follow(const Op& op) {
        const std::uint8_t level = levels_.at(processor_);
        switch (op.kind) {
        case OpKind::allocate:
            return allocate(op, level);
        case OpKind::free:
            return release(op, level);
        case OpKind::read:
        case OpKind::write:
            return touch(op, level);
        case OpKind::irql:
            levels_.at(processor_) = op.level;
            return judge(op.level <= 2, "IRQL above DISPATCH_LEVEL");
        case OpKind::processor:
            processor_ = op.index;
            break;
        default:
            break;
        }
        return testing::AssertionSuccess();
    }
    unsigned most_live() const { return most_live_; }

  private:
    struct Block {
        Op made;
        bool live = false;
        bool pageable = false;
    };

    static testing::AssertionResult judge(bool good, const char* what) {
        return good ? testing::AssertionSuccess() : testing::AssertionFailure() << what;
    }
    testing::AssertionResult allocate(const Op& op, unsigned level) {
        Block& block = blocks_.at(op.slot);
        const RoutineTraits& traits = traits_of(op.routine);
        const std::uint32_t type = op.pool_type;
        bool pageable = (type & 1U) != 0;
        bool type_fits = (type & 2U) == 0; // no must-succeed
        if (traits.type == TypeArgument::eng_flags) {
            pageable = (type & 2U) == 0;
            type_fits = type < 4;
        } else if (traits.type == TypeArgument::pool_flags) {
            const std::uint32_t kind = type & 0x1C0U;
            pageable = kind == 0x100;
            type_fits = (kind == 0x40 || kind == 0x80 || pageable) && (type & ~0x1EBU) == 0 &&
                        op.flags_high == 0 && op.extended == 0;
        }
        const bool of_pool = traits.memory == Memory::pool || traits.memory == Memory::eng_pool;
        const bool good = of_pool && !block.live && op.size > 0 && op.size <= 65536 &&
                          (op.tag != 0 || traits.tag == TagRule::none) && !(pageable && level >= 2) &&
                          type_fits;
        most_live_ = std::max(most_live_, ++live_);
        block = {op, true, pageable};
        return judge(good, "an allocation that is not legal");
    }
    testing::AssertionResult release(const Op& op, unsigned level) {
        Block& block = blocks_.at(op.slot);
        const bool tag_fits = op.routine != Routine::ExFreePoolWithTag || op.tag == block.made.tag;
        const bool routine_fits = op.routine == free_routine_for(block.made.routine, true) ||
                                  op.routine == free_routine_for(block.made.routine, false);
        const bool good = block.live && op.pointer == Pointer::of_slot && op.offset == 0 && tag_fits &&
                          routine_fits && !(block.pageable && level >= 2);
        block.live = false;
        --live_;
        return judge(good, "a free that is not legal");
    }
    testing::AssertionResult touch(const Op& op, unsigned level) {
        const Block& block = blocks_.at(op.slot);
        return judge(block.live && op.offset >= 0 &&
                         static_cast<std::uint64_t>(op.offset) + op.length <= block.made.size &&
                         !(block.pageable && level >= 2),
                     "a touch that is not legal");
    }

    std::array<Block, slot_count> blocks_{};
    std::array<std::uint8_t, processor_count> levels_{};
    unsigned processor_ = 0;
    unsigned live_ = 0;
    unsigned most_live_ = 0;
};

class LegalTraces : public testing::TestWithParam<TraceFlavour> {};
INSTANTIATE_TEST_SUITE_P(Flavours, LegalTraces,
                         testing::Values(TraceFlavour::ordinary, TraceFlavour::fragment));

TEST_P(LegalTraces, EveryOpIsLegal) {
    Random random(12);
    for (int i = 0; i < 100; ++i) {
        const Trace trace = random_trace(random, GetParam(), 1000);
        LegalityCheck check;
        for (std::size_t at = 0; at < trace.ops.size(); ++at) {
            ASSERT_TRUE(check.follow(trace.ops[at])) << "trace " << i << " op " << at;
        }
    }
}

TEST_P(LegalTraces, MostOpsAllocateFreeOrTouch) {
    const auto counts = kinds_of(GetParam());
    const auto count = [&](OpKind kind) { return counts.at(static_cast<std::size_t>(kind)); };
    std::size_t all = 0;
    for (const std::size_t of_kind : counts) {
        all += of_kind;
    }
    const std::size_t useful =
        count(OpKind::allocate) + count(OpKind::free) + count(OpKind::read) + count(OpKind::write);
    EXPECT_GT(useful * 4, all * 3);
    EXPECT_GT(count(OpKind::query_tag), 0U);
    EXPECT_GT(count(OpKind::irql), 0U);
}

TEST(FragmentTraces, KeepHundredsOfBlocksLive) {
    Random random(13);
    for (int i = 0; i < 20; ++i) {
        LegalityCheck check;
        for (const Op& op : random_trace(random, TraceFlavour::fragment, 4000).ops) {
            ASSERT_TRUE(check.follow(op));
        }
        EXPECT_GE(check.most_live(), 100U);
    }
}

TEST(Taming, AFreeOfNothingBecomesAnAllocationAndAFullTableFrees) {
    Tamer tamer(2);
    Op free;
    free.kind = OpKind::free;
    EXPECT_EQ(tamer.tame(free, 0).kind, OpKind::allocate);
    EXPECT_EQ(tamer.tame(Op{}, 0).kind, OpKind::allocate);
    EXPECT_EQ(tamer.live(), 2U);
    EXPECT_EQ(tamer.tame(Op{}, 1).kind, OpKind::free);
    EXPECT_EQ(tamer.live(), 1U);
}

TEST(Taming, PagedMemoryIsLeftAloneAtDispatchLevel) {
    Tamer tamer(4);
    Op paged;
    paged.pool_type = 1;
    paged.size = 8;
    Op raise;
    raise.kind = OpKind::irql;
    raise.level = 2;
    Op read;
    read.kind = OpKind::read;
    EXPECT_EQ(tamer.tame(paged, 0).pool_type, 1U);
    tamer.tame(raise, 0);
    const Op instead = tamer.tame(read, 0);
    EXPECT_EQ(instead.kind, OpKind::irql);
    EXPECT_EQ(instead.level, 0);
    EXPECT_EQ(tamer.tame(read, 0).kind, OpKind::read);
    tamer.tame(raise, 0);
    EXPECT_EQ(tamer.tame(paged, 0).pool_type, 0U);
}

} // namespace
} // namespace poolproof
