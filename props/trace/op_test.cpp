// canonical(): what each op kind keeps. Does not cover: encodings.
#include "trace/op.hpp"

#include "gen/random.hpp"
#include "gen/random_op.hpp"

#include <gtest/gtest.h>

namespace poolproof {
namespace {

TEST(CanonicalOp, ACanonicalOpStaysAsItIs) {
    Random random(11);
    for (int i = 0; i < 50'000; ++i) {
        const Op once = canonical(random_op(random));
        ASSERT_EQ(canonical(once), once);
    }
}

TEST(CanonicalOp, EveryFieldIsWithinItsRange) {
    Random random(12);
    for (int i = 0; i < 50'000; ++i) {
        const Op op = canonical(random_op(random));
        ASSERT_LT(static_cast<unsigned>(op.kind), op_kind_count);
        ASSERT_LT(static_cast<unsigned>(op.pointer), 4U);
        ASSERT_LT(static_cast<unsigned>(op.mode), 3U);
        ASSERT_LT(static_cast<unsigned>(op.side), 2U);
        ASSERT_LT(op.index, 4U);
        ASSERT_LE(op.level, 15U);
        ASSERT_LE(op.priority, 63U);
        ASSERT_NE(op.mask, 0U);
        ASSERT_GE(op.length, 1U);
        ASSERT_LE(op.length, max_touch);
        const bool flags =
            op.kind == OpKind::allocate && traits_of(op.routine).type == TypeArgument::pool_flags;
        ASSERT_TRUE(flags || op.pool_type <= 0x7FFFFFFFU);
    }
}

TEST(CanonicalOp, AnAllocationHasAnAllocatorAndAFreeHasAFreeRoutine) {
    for (unsigned routine = 0; routine < 256; ++routine) {
        Op op;
        op.routine = static_cast<Routine>(routine);
        EXPECT_TRUE(is_allocator(canonical(op).routine));
        op.kind = OpKind::free;
        EXPECT_TRUE(is_release(canonical(op).routine));
        op.kind = OpKind::call;
        EXPECT_EQ(traits_of(canonical(op).routine).role, Role::other);
        EXPECT_NE(canonical(op).routine, Routine::EngWritePrinter); // has an op of its own
    }
}

TEST(CanonicalOp, DocumentedRoutinesAreKept) {
    for (const RoutineTraits& traits : routine_table) {
        Op op;
        op.routine = traits.routine;
        op.kind = traits.role == Role::allocator ? OpKind::allocate
                  : traits.role == Role::release ? OpKind::free
                                                 : OpKind::call;
        if (op.routine != Routine::EngWritePrinter) {
            EXPECT_EQ(canonical(op).routine, op.routine);
        }
    }
}

TEST(CanonicalOp, FieldsThatAnOpDoesNotUseAreAtTheirDefault) {
    Op op;
    op.kind = OpKind::irql;
    op.level = 2;
    op.slot = 7;
    op.tag = 1;
    op.size = 9;
    op.offset = -4;
    Op expected;
    expected.kind = OpKind::irql;
    expected.level = 2;
    EXPECT_EQ(canonical(op), expected);
}

TEST(CanonicalOp, AFreeThatIsNotOfASlotHasNeitherSlotNorOffset) {
    Op op;
    op.kind = OpKind::free;
    op.routine = Routine::ExFreePool;
    op.pointer = Pointer::null;
    op.slot = 3;
    op.offset = 16;
    op.tag = 5;
    EXPECT_EQ(canonical(op).slot, 0);
    EXPECT_EQ(canonical(op).offset, 0);
    EXPECT_EQ(canonical(op).tag, 0U);
}

TEST(CanonicalOp, EngAllocMemTakesItsSizeIn32Bits) {
    Op op;
    op.size = 0x1'0000'0010U;
    op.routine = Routine::EngAllocMem;
    EXPECT_EQ(canonical(op).size, 0x10U);
    op.routine = Routine::EngAllocUserMem;
    EXPECT_EQ(canonical(op).size, 0x1'0000'0010U);
}

TEST(CanonicalOp, LengthsWrapIntoTheirRange) {
    Op op;
    op.kind = OpKind::read;
    op.length = 0;
    EXPECT_EQ(canonical(op).length, 1U);
    op.length = max_touch;
    EXPECT_EQ(canonical(op).length, max_touch);
    op.length = max_touch + 1;
    EXPECT_EQ(canonical(op).length, 1U);
}

} // namespace
} // namespace poolproof
