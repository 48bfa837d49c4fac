// The runner against a scripted subject that lives in this file.
//
// Covers: slots, stamps, what is looked at and when, where a run stops. Does not cover: real subjects.
#include "run/runner.hpp"

#include <ddi/wdm.h>
#include <ddi/winddi.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace poolproof {
namespace {

constexpr std::uint64_t base = 0x100000;
constexpr std::size_t memory_bytes = std::size_t{1} << 20U;
constexpr std::uint8_t filler = 0xEE;

// Gives every block whole pages of a flat memory, never again. Does at each op what the script says.
class ScriptedSubject final : public Subject {
  public:
    struct Seen {
        OpKind kind;
        std::uint64_t address;
    };

    ScriptedSubject() { // what its ops need, and no more, so that the oracle asks for little
        claims_.capabilities =
            can_irql | can_processes | can_events | can_verifier | can_fail_cleanly_at_free;
    }

    std::string_view name() const override { return "scripted"; }
    const Claims& claims() const override { return claims_; }
    bool reset(bool is_64_bit) override {
        memory_.assign(memory_bytes, filler);
        next_ = base;
        calls.clear();
        return is_64_bit || has_32_bit;
    }
    Event call(const Call& call) override {
        calls.push_back({call.op->kind, call.address});
        Event event;
        event.kind = EventKind::done;
        if (call.op->kind == OpKind::allocate) {
            event.kind = EventKind::pointer;
            event.address = next_ + shift;
            next_ += (call.op->size / PAGE_SIZE + 2) * PAGE_SIZE;
            std::fill_n(at(event.address), 4 * PAGE_SIZE, fill_new);
        } else if (call.op->kind == OpKind::write) {
            std::uint8_t* bytes = at(call.address) + call.op->offset;
            for (std::uint32_t i = 0; i < call.op->length; ++i) {
                bytes[i] = static_cast<std::uint8_t>(bytes[i] ^ call.op->mask);
            }
        } else if (call.op->kind == OpKind::query_event) {
            *at(base + damage_at) ^= 1U;
            event.kind = EventKind::value;
        } else if (call.op->kind == OpKind::verifier) {
            event.kind = EventKind::crashed;
        }
        return event;
    }
    bool peek(std::uint64_t address, std::span<std::uint8_t> into) override {
        ++peeks;
        if (locked) {
            return false;
        }
        std::copy_n(at(address), into.size(), into.begin());
        return true;
    }
    bool poke(std::uint64_t address, std::span<const std::uint8_t> from) override {
        std::copy(from.begin(), from.end(), at(address));
        return true;
    }
    std::uint64_t foreign_address(Pointer pointer) const override {
        return pointer == Pointer::user_address ? 0x1111 : 0x2222;
    }

    std::uint8_t* at(std::uint64_t address) { return memory_.data() + (address - base); }

    std::vector<Seen> calls;
    std::uint64_t shift = 0;     // added to every address handed out
    std::uint64_t damage_at = 0; // the byte that query_event changes
    std::uint8_t fill_new = filler;
    bool has_32_bit = false;
    bool locked = false;
    unsigned peeks = 0;

  private:
    Claims claims_;
    std::vector<std::uint8_t> memory_;
    std::uint64_t next_ = base;
};

Op allocate(std::uint8_t slot, std::uint64_t size, Routine routine = Routine::ExAllocatePoolWithTag) {
    Op op;
    op.routine = routine;
    op.slot = slot;
    op.size = size;
    op.tag = 0x46726564;
    return op;
}

Op free_of(std::uint8_t slot, std::int32_t offset = 0) {
    Op op;
    op.kind = OpKind::free;
    op.routine = Routine::ExFreePool;
    op.slot = slot;
    op.offset = offset;
    return op;
}

Op write_to(std::uint8_t slot, std::int32_t offset, std::uint32_t length) {
    Op op;
    op.kind = OpKind::write;
    op.slot = slot;
    op.offset = offset;
    op.length = length;
    return op;
}

Op knob(OpKind kind, std::uint8_t value) {
    Op op;
    op.kind = kind;
    op.level = value;
    op.index = value;
    return op;
}

class RunnerTest : public testing::Test {
  protected:
    bool play(std::vector<Op> ops, bool is_64_bit = true) {
        log.clear();
        return runner.run(Trace{is_64_bit, std::move(ops)}, log);
    }
    const Event& event(std::size_t index) const { return log.at(index).event; }

    ScriptedSubject subject;
    Oracle oracle;
    Runner runner{subject, oracle};
    std::vector<Step> log;
};

TEST_F(RunnerTest, OpsOnAnEmptySlotAreSkippedAndNeverReachTheSubject) {
    Op print;
    print.kind = OpKind::print;
    play({free_of(3), write_to(3, 0, 4), print});
    ASSERT_EQ(log.size(), 3U);
    for (const Step& step : log) {
        EXPECT_EQ(step.event.kind, EventKind::skipped);
    }
    EXPECT_TRUE(subject.calls.empty());
}

TEST_F(RunnerTest, PointersThatAreNoSlotsReachTheSubjectAsTheirAddresses) {
    Op null = free_of(0);
    null.pointer = Pointer::null;
    Op user = free_of(0);
    user.pointer = Pointer::user_address;
    Op system = free_of(0);
    system.pointer = Pointer::system_address;
    play({null, user, system});
    ASSERT_EQ(subject.calls.size(), 3U);
    EXPECT_EQ(subject.calls[0].address, 0U);
    EXPECT_EQ(subject.calls[1].address, 0x1111U);
    EXPECT_EQ(subject.calls[2].address, 0x2222U);
    EXPECT_EQ(event(1).used, 0x1111U);
}

TEST_F(RunnerTest, AFreeAndATouchUseTheSlotsAddressAndTheOffset) {
    play({allocate(5, 100), free_of(5, 16), write_to(5, 8, 4)});
    ASSERT_EQ(subject.calls.size(), 3U);
    EXPECT_EQ(subject.calls[1].address, base + 16);
    EXPECT_EQ(event(1).used, base + 16);
    EXPECT_EQ(subject.calls[2].address, base);
    EXPECT_EQ(event(2).used, base + 8);
}

TEST_F(RunnerTest, ASlotKeepsItsStalePointerAfterTheFree) {
    play({allocate(1, 100), free_of(1), free_of(1)});
    ASSERT_EQ(subject.calls.size(), 3U);
    EXPECT_EQ(subject.calls[2].address, base);
}

TEST_F(RunnerTest, BothEndsOfABlockAreStampedAndItsMiddleIsNot) {
    play({allocate(0, 1000)});
    EXPECT_EQ(event(0).accessible, Seen::yes);
    const std::uint8_t* block = subject.at(base);
    const auto untouched = [&](std::size_t from, std::size_t to) {
        return std::count(block + from, block + to, filler);
    };
    EXPECT_LT(untouched(0, 64), 8);
    EXPECT_EQ(untouched(64, 936), 872);
    EXPECT_LT(untouched(936, 1000), 8);
    EXPECT_EQ(untouched(1000, 2000), 1000);
}

TEST_F(RunnerTest, TwoBlocksHoldDifferentStamps) {
    play({allocate(0, 64), allocate(1, 64)});
    EXPECT_NE(std::memcmp(subject.at(base), subject.at(base + 2 * PAGE_SIZE), 64), 0);
}

TEST_F(RunnerTest, AnUnreadableBlockIsReportedAndLeftAlone) {
    subject.locked = true;
    play({allocate(0, 100), free_of(0)});
    EXPECT_EQ(event(0).accessible, Seen::no);
    EXPECT_EQ(event(0).zeroed, Seen::not_looked);
    EXPECT_EQ(*subject.at(base), filler);
}

TEST_F(RunnerTest, ABlockThatWouldWrapAroundTheAddressSpaceIsNotTouched) {
    play({allocate(0, UINT64_MAX - 8)});
    EXPECT_EQ(event(0).accessible, Seen::no);
    EXPECT_EQ(subject.peeks, 0U);
}

TEST_F(RunnerTest, ABlockOfNoBytesIsNotLookedAt) {
    play({allocate(0, 0)});
    EXPECT_EQ(event(0).accessible, Seen::not_looked);
}

TEST_F(RunnerTest, ZerosAreSoughtInTheWholeBlockOnlyWhenTheyArePromised) {
    subject.fill_new = 0;
    Op zeroed = allocate(0, 1000, Routine::EngAllocMem);
    zeroed.pool_type = FL_ZERO_MEMORY;
    play({zeroed});
    EXPECT_EQ(event(0).zeroed, Seen::yes);
    subject.fill_new = filler;
    play({zeroed});
    EXPECT_EQ(event(0).zeroed, Seen::no);
}

TEST_F(RunnerTest, AWriteInsideABlockLeavesItsStampsIntact) {
    play({allocate(0, 1000), write_to(0, 0, 1000), write_to(0, 990, 10), free_of(0)});
    EXPECT_EQ(event(3).intact, Seen::yes);
}

TEST_F(RunnerTest, AWriteAtDispatchLevelLeavesStampsIntactToo) {
    Op paged = allocate(0, 100);
    paged.pool_type = PagedPool;
    play({paged, knob(OpKind::irql, DISPATCH_LEVEL), write_to(0, 0, 100), knob(OpKind::irql, 0), free_of(0)});
    EXPECT_EQ(event(4).intact, Seen::yes);
}

TEST_F(RunnerTest, AWriteThatLeavesABlockLeavesTheStampsInsideIntact) {
    play({allocate(0, 100), allocate(1, 100), write_to(0, 90, 20), write_to(1, -8, 16), free_of(0),
          free_of(1)});
    EXPECT_EQ(event(4).intact, Seen::yes);
    EXPECT_EQ(event(5).intact, Seen::yes);
    EXPECT_EQ(*subject.at(base + 100), static_cast<std::uint8_t>(filler ^ 0xFFU));
}

TEST_F(RunnerTest, AByteThatChangedBehindTheRunnersBackIsSeenAtTheFree) {
    subject.damage_at = 63;
    play({allocate(0, 1000), knob(OpKind::query_event, 0), free_of(0)});
    ASSERT_EQ(log.size(), 3U);
    EXPECT_EQ(event(2).intact, Seen::no);
}

TEST_F(RunnerTest, AFreeAtAnOffsetOrOfAFreedBlockDoesNotLookAtStamps) {
    play({allocate(0, 100), free_of(0, 8), free_of(0), free_of(0)});
    EXPECT_EQ(event(1).intact, Seen::not_looked);
    EXPECT_EQ(event(2).intact, Seen::yes);
    EXPECT_EQ(event(3).intact, Seen::not_looked);
}

TEST_F(RunnerTest, PagedBlocksAreNotLookedAtFromDispatchLevel) {
    Op paged = allocate(0, 100);
    paged.pool_type = PagedPool;
    play({paged, knob(OpKind::irql, DISPATCH_LEVEL), free_of(0)});
    EXPECT_EQ(event(0).accessible, Seen::yes);
    EXPECT_EQ(event(2).intact, Seen::not_looked);
    play({knob(OpKind::irql, DISPATCH_LEVEL), allocate(0, 100), free_of(0)});
    EXPECT_EQ(event(2).intact, Seen::yes);
}

TEST_F(RunnerTest, IrqlBelongsToTheProcessor) {
    Op paged = allocate(0, 100);
    paged.pool_type = PagedPool;
    play({paged, knob(OpKind::irql, DISPATCH_LEVEL), knob(OpKind::processor, 1), free_of(0)});
    EXPECT_EQ(event(3).intact, Seen::yes);
}

TEST_F(RunnerTest, UserMemoryIsLookedAtInItsOwnProcessOnly) {
    Op free_user = free_of(0);
    free_user.routine = Routine::EngFreeUserMem;
    play({allocate(0, 100, Routine::EngAllocUserMem), knob(OpKind::process, 2), free_user,
          knob(OpKind::process, 0), free_user});
    ASSERT_EQ(log.size(), 5U);
    EXPECT_EQ(event(0).accessible, Seen::yes);
    EXPECT_EQ(event(2).intact, Seen::not_looked);
    EXPECT_EQ(event(4).intact, Seen::yes);
}

TEST_F(RunnerTest, TheRunStopsAfterTheOpThatViolatesAClause) {
    subject.shift = 1;
    EXPECT_FALSE(play({knob(OpKind::irql, 0), allocate(0, 100), allocate(1, 100)}));
    EXPECT_EQ(log.size(), 2U);
    ASSERT_FALSE(runner.violations().empty());
    EXPECT_EQ(runner.violations().front().op_index, 1U);
    EXPECT_EQ(runner.last_step().op, allocate(0, 100));
    EXPECT_EQ(runner.last_step().event.address, base + 1);
}

TEST_F(RunnerTest, TheRunStopsWhenTheSubjectCrashes) {
    play({knob(OpKind::verifier, 1), allocate(0, 100)});
    ASSERT_EQ(log.size(), 1U);
    EXPECT_EQ(event(0).kind, EventKind::crashed);
}

TEST_F(RunnerTest, ASubjectWithoutTheProfilePlaysNothing) {
    EXPECT_TRUE(play({allocate(0, 100)}, false));
    EXPECT_TRUE(log.empty());
    EXPECT_EQ(runner.ops(), 0U);
}

TEST_F(RunnerTest, EachRunStartsWithEmptySlots) {
    play({allocate(0, 100)});
    play({free_of(0)});
    EXPECT_EQ(event(0).kind, EventKind::skipped);
    EXPECT_EQ(runner.ops(), 2U);
}

} // namespace
} // namespace poolproof
