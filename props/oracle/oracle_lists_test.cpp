// LL clauses: what a list did, as its subject tells it. Does not cover: reports of broken duties
// (oracle_list_duties_test.cpp).
#include "oracle/oracle_lists_kit.hpp"

#include <ddi/ntstatus.h>

namespace poolproof::oracle::lists {
namespace {

ORACLE_TEST(OracleLists, StartEmpty) {
    for (unsigned kind = 0; kind < 3; ++kind) {
        with_list(kind).holds("LL-01");
        Told told;
        told.use.cached = 1;
        Play().step(init(kind), told.in(answer(0))).violates("LL-01");
        Play().step(init(kind), Told().own(false).in(answer(0))).violates("LL-01");
    }
}

ORACLE_TEST(OracleLists, AnEntryIsTheFirstOfTheListElseANewOne) {
    for (unsigned kind = 0; kind < 3; ++kind) {
        const Event entry = entry_at(base, kind == 1, kind != 1);
        Told told;
        Play play = with_list(kind);
        play.step(take(kind), told.missed().in(entry)).holds("LL-02");
        play.step(put(kind), told.kept().in(done()), base).holds("LL-03");
        Play hit = play;
        Told after = told;
        hit.step(take(kind), after.hit().in(entry)).holds("LL-02");
        // Nothing was in the list any more; an entry that the list never had; one that it still holds.
        hit.step(take(kind), after.hit().in(entry_at(base + 512, kind == 1, kind != 1))).violates("LL-02");
        hit = play;
        after = told;
        hit.step(take(kind), after.hit().in(entry_at(base + 512, kind == 1, kind != 1))).violates("LL-02");
        hit = play;
        after = told;
        hit.step(take(kind), after.missed().in(entry_at(base + 512, kind == 1, kind != 1))).violates("LL-02");
        hit = play;
        after = told;
        after.use.cached = 0; // LL-25: it may have gone back to pool
        hit.step(take(kind), after.missed().in(entry_at(base + 512, kind == 1, kind != 1)));
        hit.leaves_open("LL-02");
        // Given out twice.
        play = with_list(kind);
        told = Told();
        play.step(take(kind), told.missed().in(entry));
        play.step(take(kind), told.missed().in(entry)).violates("LL-02");
    }
}

ORACLE_TEST(OracleLists, OwnRoutinesAreCalledWhenTheListCannotServe) {
    const Event entry = entry_at(base, false, true);
    Told told;
    Play play = with_list(0, 0, true);
    play.step(take(0), told.missed().own(false).in(entry)).holds("LL-02");
    Play later = play;
    later.step(put(0), told.released().own(true).in(done()), base).holds("LL-03");
    told = Told();
    told.missed();
    later = play;
    later.step(put(0), told.released().in(done()), base).violates("LL-03");
    told = Told();
    with_list(0, 0, true).step(take(0), told.missed().in(entry)).violates("LL-02");
    told = Told();
    told.missed().own(false).use.own.tag = 7;
    with_list(0, 0, true).step(take(0), told.in(entry)).violates("LL-02");
    told = Told();
    with_list(0).step(take(0), told.missed().own(false).in(entry)).violates("LL-02");
}

ORACLE_TEST(OracleLists, AFreedEntryStaysOrIsReleased) {
    const Event entry = entry_at(base, false, true);
    Told taken;
    Play play = with_list(0);
    play.step(take(0), taken.missed().in(entry));
    Told told = taken;
    Play later = play;
    later.step(put(0), told.released().in(done()), base).holds("LL-03");
    later = play;
    told = taken;
    ++told.use.frees; // kept, but not there
    later.step(put(0), told.in(done()), base).violates("LL-03");
    later = play;
    later.step(put(0), taken.in(bug(BAD_POOL_CALLER, 7)), base).violates("LL-03");
}

ORACLE_TEST(OracleLists, AFailureIsNullUnlessTheListRaises) {
    for (unsigned kind = 0; kind < 3; ++kind) {
        const Event entry = entry_at(base, kind == 1, kind != 1);
        Play play = with_list(kind);
        play.fail_next().step(take(kind), Told().missed().in(null_result())).holds("LL-05");
        play = with_list(kind);
        play.fail_next().step(take(kind), Told().missed().in(raised(0xC000009A))).violates("LL-05");
        play = with_list(kind);
        play.fail_next().step(take(kind), Told().missed().in(entry)).violates("LL-05");
        with_list(kind).step(take(kind), Told().missed().in(entry)).holds("LL-05");
        with_list(kind).step(take(kind), Told().missed().in(null_result())).violates("LL-05");
        const char* clause = kind == 0 ? "LL-12" : kind == 1 ? "LL-13" : "LL-16";
        const std::uint32_t raise = kind == 2 ? 1 : POOL_RAISE_IF_ALLOCATION_FAILURE;
        play = with_list(kind, raise);
        play.fail_next().step(take(kind), Told().missed().in(raised(0xC000009A))).holds(clause);
        play = with_list(kind, raise);
        play.fail_next().step(take(kind), Told().missed().in(null_result())).violates(clause);
        play = with_list(kind, raise);
        play.budget(0, kind == 1, 0).budget(1, kind == 1, 1);
        Op other = request(ex_tag, 100);
        other.pool_type = kind == 1 ? PagedPool : NonPagedPool;
        play.step(other, pointer(base + 4096));
        play.step(take(kind), Told().missed().in(raised(0xC000009A))).is_clean();
        // An entry of the list needs no memory.
        Told told;
        play = with_list(kind);
        play.step(take(kind), told.missed().in(entry)).step(put(kind), told.kept().in(done()), base);
        play.fail_next().step(take(kind), told.hit().in(entry)).is_clean();
    }
}

ORACLE_TEST(OracleLists, EntriesHaveTheSizeAndTheMemoryOfTheList) {
    for (unsigned kind = 0; kind < 3; ++kind) {
        Event entry = entry_at(base, kind == 1, kind != 1);
        with_list(kind).step(take(kind), Told().missed().in(entry)).holds("LL-06");
        entry.block.bytes = entry_bytes + 1;
        with_list(kind).step(take(kind), Told().missed().in(entry)).violates("LL-06");
        Told told;
        told.missed().own(false);
        with_list(kind, 0, true).step(take(kind), told.in(null_result())).holds("LL-06");
        told.use.own.bytes = entry_bytes - 1;
        with_list(kind, 0, true).step(take(kind), told.in(null_result())).violates("LL-06");
    }
    const auto of = [](unsigned kind, std::uint32_t flags, bool paged, bool executable) {
        return with_list(kind, flags).step(take(kind), Told().missed().in(entry_at(base, paged, executable)));
    };
    of(0, 0, false, true).holds("LL-12");
    of(0, 0, false, false).violates("LL-12");
    of(0, POOL_NX_ALLOCATION, false, false).holds("LL-12");
    of(0, POOL_NX_ALLOCATION, false, true).violates("LL-12");
    of(1, 0, true, false).holds("LL-13");
    of(1, POOL_NX_ALLOCATION, true, false).holds("LL-13");
    of(1, 0, false, false).violates("LL-13");
}

ORACLE_TEST(OracleLists, TheStatusNamesTheBadArgument) {
    const Event type_is_bad = answer(static_cast<std::uint32_t>(STATUS_INVALID_PARAMETER_4));
    Event flags_are_bad = answer(static_cast<std::uint32_t>(STATUS_INVALID_PARAMETER_5));
    flags_are_bad.caller_faults = fault_lookaside;
    Play().step(init(2), Told().in(answer(0))).holds("LL-14");
    Play().step(init(2), type_is_bad).violates("LL-14");
    Op op = init(2);
    op.pool_type = 0x10000;
    Play().step(op, type_is_bad).holds("LL-14");
    Play().step(op, answer(0)).violates("LL-14");
    op.pool_type = NonPagedPoolSession;
    Play().step(op, type_is_bad).leaves_open("LL-14");
    Play().step(op, Told().in(answer(0))).leaves_open("LL-14");
    for (const std::uint32_t flags : {3U, 4U}) {
        Play().step(init(2, flags), flags_are_bad).holds("LL-14 LL-15");
        Play().step(init(2, flags), Told().in(answer(0))).violates("LL-14 LL-15");
        Play().step(init(2, flags), type_is_bad).violates("LL-14 LL-15");
    }
    Play().step(init(2, 2), flags_are_bad).leaves_open("LL-14"); // no allocator of its own
    Play().step(init(2, 2, true), flags_are_bad).violates("LL-14");
}

ORACLE_TEST(OracleLists, TheAllocatorIsToldWhatTheFlagStandsFor) {
    const auto told_type = [](std::uint32_t flags, std::uint32_t type) {
        return with_list(2, flags, true).step(take(2), Told().missed().own(false, type).in(null_result()));
    };
    told_type(0, 0).holds("LL-16");
    told_type(0, POOL_RAISE_IF_ALLOCATION_FAILURE).violates("LL-16");
    told_type(1, POOL_RAISE_IF_ALLOCATION_FAILURE).holds("LL-16");
    told_type(1, 0).leaves_open("LL-16");
    told_type(1, POOL_QUOTA_FAIL_INSTEAD_OF_RAISE).violates("LL-16");
    told_type(2, POOL_QUOTA_FAIL_INSTEAD_OF_RAISE).holds("LL-16");
    told_type(2, POOL_RAISE_IF_ALLOCATION_FAILURE).violates("LL-16");
}

ORACLE_TEST(OracleLists, VerifierCatchesSmallEntries) {
    Op op = init(0);
    const Event caught = bug(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xCD, 1, 0, 8);
    Play().verifier().step(op, Told().in(answer(0))).holds("LL-11");
    Play().verifier().step(op, caught).violates("LL-11");
    op.size = 0;
    Play().verifier().step(op, caught).holds("LL-11");
    Play().verifier().step(op, Told().in(answer(0))).violates("LL-11");
    op.size = 8;
    Play().verifier().step(op, Told().in(answer(0))).leaves_open("LL-11");
    Play().verifier().step(op, caught).leaves_open("LL-11");
}

ORACLE_TEST(OracleLists, DeletingAndFlushingFreeWhatTheListHolds) {
    for (unsigned kind = 0; kind < 3; ++kind) {
        const Event entry = entry_at(base, kind == 1, kind != 1);
        Told told;
        Play play = with_list(kind);
        play.step(take(kind), told.missed().in(entry)).step(put(kind), told.kept().in(done()), base);
        Event gone = answer(0);
        gone.list.known = true;
        Play later = play;
        later.step(call(deletes[kind]), gone).holds("LL-19");
        Play ledger = later;
        ledger.step(query_tag(fred, kind == 1), row(1, 1, 0)).holds("LL-19");
        later.step(query_tag(fred, kind == 1), row(1, 0, entry_bytes)).violates("LL-19");
        later = play;
        later.step(call(deletes[kind]), told.in(answer(0))).violates("LL-19");
        later = play;
        later.step(call(deletes[kind]), told.in(bug(BAD_POOL_CALLER, 7))).violates("LL-19");
        if (kind == 2) {
            later = play;
            later.step(call(flush), told.in(answer(0))).violates("LL-19");
            told.use.cached = 0;
            later = play;
            later.step(call(flush), told.in(answer(0))).holds("LL-19");
        }
    }
}

ORACLE_TEST(OracleLists, VerifierKnowsWhichListsThereAre) {
    for (unsigned kind = 0; kind < 3; ++kind) {
        const Event again = bug(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xCA);
        const Event unknown = bug(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xCB);
        Play().verifier().step(init(kind), Told().in(answer(0))).holds("LL-21");
        Play().verifier().step(init(kind), again).violates("LL-21");
        Play play = with_list(kind);
        play.verifier().step(init(kind), again).holds("LL-21");
        play.step(init(kind), Told().in(answer(0))).violates("LL-21");
        Play().verifier().step(call(deletes[kind]), unknown).holds("LL-21");
        Play().verifier().step(call(deletes[kind]), answer(0)).violates("LL-21");
    }
}

ORACLE_TEST(OracleLists, IrqlIsThatOfTheKindOfList) {
    Op verifier;
    verifier.kind = OpKind::verifier;
    verifier.level = 1;
    verifier.pool_type = compliance_flag;
    const Event caught = bug(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x00020006);
    Event high = answer(0);
    high.caller_faults = fault_irql;
    Play().step(verifier, done()).irql(2).step(init(1), caught).holds("LL-22");
    Play().step(verifier, done()).irql(2).step(init(1), Told().in(high)).leaves_open("LL-22");
    Play().step(verifier, done()).irql(1).step(init(1), caught).violates("LL-22");
    Play().irql(2).step(init(1), Told().in(answer(0))).violates("LL-22");
    Play().irql(2).step(init(0), Told().in(answer(0))).holds("LL-22");
    Play().irql(2).step(init(0), Told().in(high)).violates("LL-22");
    Play().irql(3).step(init(0), Told().in(high)).holds("LL-22");
}

ORACLE_TEST(OracleLists, PagedEntriesAreOutOfReachAtDispatch) {
    Play play = with_list(1);
    play.step(take(1), Told().missed().in(entry_at(base, true, false))).irql(2);
    Play later = play;
    later.step(touch(OpKind::read, 0, 4), bug(DRIVER_IRQL_NOT_LESS_OR_EQUAL, base, 2, 0), base);
    later.holds("LL-26");
    play.step(touch(OpKind::read, 0, 4), done(), base).violates("LL-26");
}

ORACLE_TEST(OracleLists, OwnRoutinesRunAtTheIrqlOfTheCall) {
    const Event entry = entry_at(base, false, true);
    Play play = with_list(0, 0, true);
    play.irql(2).step(take(0), Told().missed().own(false, 0, 2).in(entry)).holds("LL-30");
    play = with_list(0, 0, true);
    play.irql(2).step(take(0), Told().missed().own(false, 0, 0).in(entry)).violates("LL-30");
}

} // namespace
} // namespace poolproof::oracle::lists
