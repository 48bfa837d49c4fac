// Answers of allocators: memory, NULL, raises, priorities, nodes, zero bytes, must-succeed and IRQL. Does not
// cover: geometry (oracle_geometry_test.cpp) and reports of broken duties (oracle_duty_test.cpp).
#include "oracle/oracle_test_kit.hpp"

namespace poolproof::oracle {
namespace {

constexpr std::uint64_t huge = ~0ULL - 15;

const char* promise_of(Routine routine) {
    switch (routine) {
    case Routine::ExAllocatePoolWithTag:
        return "EAPT-06";
    case Routine::ExAllocatePoolWithTagPriority:
        return "EATP-12";
    case Routine::FsRtlAllocatePoolWithTag:
        return "FPT-05";
    case Routine::EngAllocMem:
        return "EAM-01";
    default:
        return "EAU-01";
    }
}

ORACLE_TEST(OracleFailure, AValidRequestIsServedWhileThereIsRoom) {
    for (const Routine routine : {ex_tag, ex_priority, fsrtl, eng, eng_user}) {
        const Op op = request(routine, 100);
        Play().step(op, placed(op, routine == eng_user ? user_base : base)).holds(promise_of(routine));
        Play().step(op, null_result()).violates(promise_of(routine));
        Play().step(op, raised(0xC000009A)).violates(promise_of(routine));
        Play().step(op, bug(BAD_POOL_CALLER, 1)).violates(promise_of(routine));
        Play().step(op, done()).violates(promise_of(routine));
    }
}

ORACLE_TEST(OracleFailure, WhatCannotFitFailsInTheDocumentedForm) {
    for (const Routine routine : ex_routines) {
        const Op op = request(routine, huge);
        Play().step(op, null_result()).holds(promise_of(routine));
        Play().step(op, pointer(base)).violates(promise_of(routine));
        Play().step(op, raised(0xC000009A)).violates(promise_of(routine));
    }
    Play().step(request(fsrtl, huge), raised(0xC000009A)).holds("FPT-05");
    Play().step(request(fsrtl, huge), raised(0xC0000017)).violates("FPT-05");
    Play().step(request(fsrtl, huge), null_result()).violates("FPT-05");
    Play().step(request(eng, 0xFFFFFFFF), null_result()).holds("EAM-08");
    Play().step(request(eng, 0xFFFFFFFF), raised(0xC000009A)).violates("EAM-08");
    Play().step(request(eng_user, huge), null_result()).holds("EAU-12");
    Play().step(request(eng_user, huge), pointer(user_base)).violates("EAU-12 EAU-01");
}

ORACLE_TEST(OracleFailure, AnInjectedFailureReachesTheCaller) {
    for (const Routine routine : ex_routines) {
        const Op op = request(routine, 100);
        Play().fail_next().step(op, null_result()).holds(promise_of(routine));
        Play().fail_next().step(op, pointer(base)).violates(promise_of(routine));
        Play().fail_next().step(op, null_result()).step(op, null_result()).violates(promise_of(routine));
    }
    Play().fail_next().step(request(eng, 9), null_result()).holds("EAM-08");
    Play().fail_next().step(request(eng_user, 9), null_result()).holds("EAU-12");
}

ORACLE_TEST(OracleFailure, TheRaiseFlagTurnsNullIntoARaise) {
    const char* ids[] = {"SHR-07 EAPT-03", "SHR-07 EATP-02"};
    for (std::size_t i = 0; i < 2; ++i) {
        Op op = request(ex_routines[i], huge);
        op.pool_type = POOL_RAISE_IF_ALLOCATION_FAILURE;
        Play().step(op, raised(0xC0000017)).holds(ids[i]);
        Play().step(op, raised(0x40000000)).violates(ids[i]);
        Play().step(op, null_result()).violates(ids[i]);
        Play().step(op, pointer(base)).violates(ids[i]);
        op.size = 100;
        Play().step(op, placed(op, base)).says_nothing_of(ids[i]);
    }
}

ORACLE_TEST(OracleFailure, BetweenPlentyAndNothingAFailureIsOpen) {
    Op op = request(ex_tag, 3 * page_bytes);
    Play play;
    play.budget(0, false, 4).budget(1, false, 0).step(op, placed(op, base));
    op.slot = 1;
    op.size = 64;
    play.step(op, null_result()).violates("EAPT-06"); // one page is certainly left
    Play tight;
    tight.budget(0, false, 2).budget(1, false, 2).step(request(ex_tag, 64), pointer(base));
    tight.step(request(ex_tag, 2 * page_bytes), null_result()).leaves_open("EAPT-06");
    tight.step(request(ex_tag, 2 * page_bytes), pointer(base + page_bytes)).holds("EAPT-06");
    tight.is_clean();
}

ORACLE_TEST(OracleFailure, TheColdHintChangesNothing) {
    const char* ids[] = {"SHR-06 EAPT-04", "SHR-06 EATP-03"};
    for (std::size_t i = 0; i < 2; ++i) {
        Op op = request(ex_routines[i], 100);
        op.pool_type = PagedPool | POOL_COLD_ALLOCATION;
        Play().step(op, placed(op, base)).holds(ids[i]);
        Play().step(op, null_result()).violates(ids[i]);
        Play().step(op, placed(op, base + 4)).says_nothing_of(ids[i]); // GEO-03 does
    }
}

ORACLE_TEST(OraclePriority, AShortageIsNoExcuseInPlenty) {
    const struct {
        std::uint8_t priority;
        const char* id;
    } cases[] = {
        {LowPoolPriority, "EATP-05"}, {NormalPoolPriority, "EATP-06"}, {HighPoolPriority, "EATP-07"}};
    for (const auto& one : cases) {
        Op op = request(ex_priority, 100);
        op.priority = one.priority;
        Play().step(op, placed(op, base)).holds(one.id);
        Play().step(op, null_result()).violates(one.id);
        Play().fail_next().step(op, null_result()).says_nothing_of(one.id);
    }
}

ORACLE_TEST(OraclePriority, OnlyHighIsServedToTheLastPage) {
    Op op = request(ex_priority, page_bytes);
    op.priority = HighPoolPriority;
    Play().budget(0, false, 1).budget(1, false, 0).step(op, null_result()).violates("EATP-07 EATP-12");
    op.priority = NormalPoolPriority;
    Play().budget(0, false, 1).budget(1, false, 0).step(op, null_result()).leaves_open("EATP-06 EATP-12");
    op.priority = LowPoolPriority;
    Play().budget(0, false, 1).budget(1, false, 0).step(op, null_result()).leaves_open("EATP-05 EATP-12");
}

ORACLE_TEST(OracleNodes, LocalMemoryComesFirst) {
    const char* ids[] = {"SHR-02 EAPT-20", "SHR-02 EATP-17"};
    for (std::size_t i = 0; i < 2; ++i) {
        const Op op = request(ex_routines[i], 100);
        Event event = placed(op, base);
        Play().step(op, event).holds(ids[i]);
        Play().processor(1).step(op, event).violates(ids[i]);
        event.block.node = 1;
        Play().processor(3).step(op, event).holds(ids[i]);
        Play().budget(0, false, 0).step(op, event).holds(ids[i]);
        Play().step(op, event).violates(ids[i]);
    }
}

ORACLE_TEST(OracleKinds, ThePoolTypePicksTheMemory) {
    Op op = request(ex_tag, 100);
    Event event = placed(op, base);
    Play().step(op, event).holds("EAPT-02");
    event.block.executable = false;
    Play().step(op, event).violates("EAPT-02");
    event.block.paged = true;
    Play().step(op, event).violates("EAPT-02");
    op.pool_type = NonPagedPoolNx;
    Play().step(op, placed(op, base)).holds("EAPT-02");
    const Op by_fs = request(fsrtl, 100);
    event = placed(by_fs, base);
    event.caller_faults = fault_pool_type;
    Play().step(by_fs, placed(by_fs, base)).holds("FPT-01");
    event.block.paged = true;
    Play().step(by_fs, event).violates("FPT-01");
}

ORACLE_TEST(OracleZeroBytes, AreServedOrCaughtAsDeclared) {
    const char* ids[] = {"ZER-01 EAPT-19", "ZER-01 EATP-15"};
    for (std::size_t i = 0; i < 2; ++i) {
        const Op op = request(ex_routines[i], 0);
        Event served = pointer(base);
        served.caller_faults = fault_zero_bytes;
        const Event caught = bug(BAD_POOL_CALLER, 0, 0, NonPagedPool, fred);
        Play().step(op, served).holds(ids[i]);
        Play().step(op, caught).violates(ids[i]);
        Play().step(op, null_result()).violates(ids[i]);
        Play().allocate(ex_tag, 16, base).step(op, served).violates(ids[i]);
        Play()
            .verifier()
            .step(op, bug(DRIVER_VERIFIER_DETECTED_VIOLATION, 0, 0, NonPagedPool, 0))
            .holds(ids[i]);
        Play().verifier().step(op, served).violates(ids[i]);
        Claims claims = full_claims();
        claims.zero_bytes = ZeroBytes::bug_check;
        Play(claims).step(op, caught).holds(ids[i]);
        Play(claims).step(op, served).violates(ids[i]);
        claims.zero_bytes = ZeroBytes::unstated;
        Play(claims).step(op, served).leaves_open(ids[i]);
        Play(claims).step(op, caught).holds(ids[i]);
    }
    Event open = pointer(base);
    open.caller_faults = fault_zero_bytes;
    Play play;
    play.step(request(fsrtl, 0), open)
        .step(request(eng, 0), null_result())
        .step(request(eng_user, 0), done());
    play.is_clean();
}

ORACLE_TEST(OracleMustSucceed, IsCaught) {
    for (const Routine routine : ex_family) {
        const char* ids = routine == fsrtl ? "MS-01 MS-04 FPT-02" : "MS-01 MS-04";
        Op op = request(routine, 100);
        op.pool_type = NonPagedPoolMustSucceed;
        Play().step(op, bug(BAD_POOL_CALLER, 0x9A, NonPagedPoolMustSucceed, 100, fred)).holds("MS-01");
        Play().step(op, bug(BAD_POOL_CALLER, 0x9A, NonPagedPoolMustSucceed, 101, fred)).violates(ids);
        Play().step(op, placed(op, base)).violates(ids);
        Play().verifier().step(op, bug(DRIVER_VERIFIER_DETECTED_VIOLATION, 3)).leaves_open("MS-01");
        Play().step(op, bug(MUST_SUCCEED_POOL_EMPTY, 100)).leaves_open("MS-01");
    }
}

ORACLE_TEST(OracleIrql, AllocatingTooHighIsCaught) {
    const char* above[] = {"IRQ-01 EAPT-16", "IRQ-01 EATP-13", "IRQ-01 FPT-09"};
    const char* paged[] = {"IRQ-02 EAPT-17", "IRQ-02 EATP-13", "IRQ-02 FPT-09"};
    for (std::size_t i = 0; i < 3; ++i) {
        Op op = request(ex_family[i], 100);
        Play().irql(3).step(op, bug(BAD_POOL_CALLER, 8, 3, NonPagedPool, 100)).holds(above[i]);
        Play().irql(3).step(op, bug(BAD_POOL_CALLER, 8, 2, NonPagedPool, 100)).violates(above[i]);
        Play().irql(3).step(op, placed(op, base)).violates(above[i]);
        Play().irql(2).step(op, placed(op, base)).holds(promise_of(ex_family[i]));
        op.pool_type = PagedPool;
        Play().irql(2).step(op, bug(BAD_POOL_CALLER, 8, 2, PagedPool, 100)).holds(paged[i]);
        Play().irql(2).step(op, placed(op, base)).violates(paged[i]);
        const Event verified = bug(DRIVER_VERIFIER_DETECTED_VIOLATION, 1, 2, PagedPool, 100);
        Play().irql(2).verifier().step(op, verified).holds(paged[i]);
        Play().irql(2).step(op, verified).violates(paged[i]);
        Play().irql(2).verifier().step(op, bug(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x20004)).holds(paged[i]);
    }
}

ORACLE_TEST(OracleIrql, BelowDispatchEveryTypeIsPermitted) {
    for (const Routine routine : ex_routines) {
        const char* ids = routine == ex_tag ? "IRQ-03 EAPT-18" : "IRQ-03";
        Op op = request(routine, 100);
        op.pool_type = PagedPoolCacheAligned;
        Play().irql(1).step(op, placed(op, base)).holds(ids);
        Play().irql(1).step(op, bug(BAD_POOL_CALLER, 8, 1, PagedPoolCacheAligned, 100)).violates(ids);
    }
}

ORACLE_TEST(OracleIrql, SpecialPoolHasACodeOfItsOwn) {
    Play play;
    play.special(SpecialMode::verifier).irql(3);
    play.step(request(ex_tag, 100), bug(SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION, 3, 0, 100, 0x30))
        .holds("SP-14");
    play.step(request(ex_tag, 100), bug(BAD_POOL_CALLER, 8, 3, 0, 100)).leaves_open("SP-14");
    play.is_clean();
    play.step(request(ex_tag, 100), pointer(base)).violates("SP-14");
}

ORACLE_TEST(OracleDefects, AnyDocumentedReactionToAnyOfThemIsRight) {
    Op op = request(ex_tag, 100);
    op.tag = 0;
    op.pool_type = PagedPool;
    Play play;
    play.irql(2).step(op, bug(BAD_POOL_CALLER, 8, 2, PagedPool, 100)).holds("IRQ-02");
    play.leaves_open("TAG-06");
    play.step(op, bug(BAD_POOL_CALLER, 0x9B, PagedPool, 100, 7)).holds("TAG-06");
    play.leaves_open("IRQ-02");
    play.is_clean();
    play.step(op, pointer(base)).violates("TAG-06");
    op.tag = 0x00424947; // the tag may be harmless, the IRQL is not
    Play().irql(2).step(op, pointer(base)).violates("TAG-07");
}

ORACLE_TEST(OracleDefects, UndocumentedArgumentsMayEndInAnything) {
    Op op = request(ex_tag, 100);
    op.pool_type = 0x10000;
    Play().step(op, bug(0x1234, 1)).leaves_open("EAPT-06");
    op.pool_type = NonPagedPool;
    op.tag = 0x7F617461;
    Event told = null_result();
    told.caller_faults = fault_tag_character;
    Play().step(op, told).leaves_open("EAPT-06");
}

TEST(OracleCrash, ViolatesTheMainPromiseOfTheRoutine) {
    Event crash;
    crash.kind = EventKind::crashed;
    for (const Routine routine : {ex_tag, ex_priority, fsrtl, eng, eng_user}) {
        Play play;
        play.step(request(routine, 100), crash);
        ASSERT_EQ(play.violations().size(), 1U);
        EXPECT_EQ(play.violations()[0].clause, clause_index(promise_of(routine)));
    }
    for (unsigned kind = 0; kind < op_kind_count; ++kind) {
        Op op;
        op.kind = static_cast<OpKind>(kind);
        crash.kind = kind % 2 == 0 ? EventKind::crashed : EventKind::timed_out;
        Play play;
        play.step(canonical(op), crash);
        EXPECT_EQ(play.violations().size(), 1U) << kind;
    }
}

} // namespace
} // namespace poolproof::oracle
