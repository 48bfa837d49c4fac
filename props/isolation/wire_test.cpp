// Ops and events in the structs of the C interface: there and back, and what is refused.
#include "isolation/wire.hpp"

#include "gen/random.hpp"
#include "gen/random_trace.hpp"

#include <gtest/gtest.h>

#include <cstddef>

namespace poolproof {
namespace {

Event full_event() {
    Event event;
    event.kind = EventKind::bug_check;
    event.accessible = Seen::yes;
    event.zeroed = Seen::no;
    event.intact = Seen::yes;
    event.status = 1;
    event.code = 2;
    event.caller_faults = 3;
    event.address = 4;
    event.used = 5;
    event.number = 6;
    event.parameters = {7, 8, 9, 10};
    event.block = {true, false, true, false, true, false, 11, 12, 13, 14, 15};
    event.row = {16, 17, 18};
    event.counters = {19, 20, 21, 22, 23, 24, 25};
    event.list = {true, true, 26, 27, 28, 29, 30, {true, false, 31, 32, 33, 34}};
    return event;
}

TEST(Wire, AnEventComesBackAsItWas) {
    EXPECT_EQ(event_of(to_wire(full_event())), full_event());
    EXPECT_EQ(event_of(to_wire(Event{})), Event{});
}

TEST(Wire, EveryOpOfATraceComesBackAsItWas) {
    std::size_t ops = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Random random(seed);
        const Trace trace = random_trace(random, TraceFlavour::mixed, 500);
        for (const Op& op : trace.ops) {
            ASSERT_EQ(op_of(to_wire(op, 0x1234)), op);
            ++ops;
        }
    }
    EXPECT_GT(ops, 1000U);
}

TEST(Wire, AKindThatThereIsNotIsNoEvent) {
    poolproof_event wire = to_wire(Event{});
    for (unsigned kind = 0; kind < 256; ++kind) {
        wire.kind = static_cast<std::uint8_t>(kind);
        const bool known = kind <= POOLPROOF_UNSUPPORTED + 1 && kind != POOLPROOF_CRASHED + 1;
        EXPECT_EQ(event_of(wire).has_value(), known) << kind;
    }
}

TEST(Wire, ASwitchThatIsNeitherOnNorOffIsNoEvent) {
    const poolproof_event good = to_wire(full_event());
    for (const std::size_t at :
         {offsetof(poolproof_event, block.known), offsetof(poolproof_event, block.executable),
          offsetof(poolproof_event, list.live), offsetof(poolproof_event, list.own.called),
          offsetof(poolproof_event, accessible), offsetof(poolproof_event, intact)}) {
        poolproof_event bad = good;
        reinterpret_cast<unsigned char*>(&bad)[at] = 3;
        EXPECT_FALSE(event_of(bad)) << at;
    }
}

TEST(Wire, AnOpOutOfRangeIsNone) {
    poolproof_op op = to_wire(Op{}, 0);
    op.kind = op_kind_count;
    EXPECT_FALSE(op_of(op));
    op = to_wire(Op{}, 0);
    op.routine = routine_count;
    EXPECT_FALSE(op_of(op));
    op = to_wire(Op{}, 0);
    op.paged = 2;
    EXPECT_FALSE(op_of(op));
}

TEST(Wire, ClaimsComeBackAsTheyWere) {
    Claims claims;
    claims.capabilities = can_raise | can_page_rights;
    claims.routines = set_of(Routine::ExAllocatePool, Routine::FltFreePoolAlignedWithTag);
    claims.special_pool_blocks = 5;
    claims.tag_zero = TagZero::null;
    claims.tag_mismatch = TagMismatch::silent;
    claims.zero_bytes = ZeroBytes::bug_check;
    claims.null_free = NullFree::ignored;
    claims.tag_without_alnum = TagWithoutAlnum::verifier_only;
    claims.tail_reuse = TailReuse::wasted;
    claims.must_succeed = MustSucceed::served;
    const auto back = claims_of(describe(claims, POOLPROOF_32_BIT), false);
    ASSERT_TRUE(back);
    EXPECT_FALSE(back->is_64_bit);
    EXPECT_EQ(back->capabilities, claims.capabilities);
    EXPECT_EQ(back->routines, claims.routines);
    EXPECT_EQ(back->special_pool_blocks, 5U);
    EXPECT_EQ(back->tag_zero, TagZero::null);
    EXPECT_EQ(back->tag_mismatch, TagMismatch::silent);
    EXPECT_EQ(back->zero_bytes, ZeroBytes::bug_check);
    EXPECT_EQ(back->null_free, NullFree::ignored);
    EXPECT_EQ(back->tag_without_alnum, TagWithoutAlnum::verifier_only);
    EXPECT_EQ(back->tail_reuse, TailReuse::wasted);
    EXPECT_EQ(back->must_succeed, MustSucceed::served);
}

TEST(Wire, AChoiceThatThereIsNotIsNoClaim) {
    poolproof_description description = describe(Claims{}, POOLPROOF_64_BIT);
    ASSERT_TRUE(claims_of(description, true));
    description.null_free = 3;
    EXPECT_FALSE(claims_of(description, true));
}

} // namespace
} // namespace poolproof
