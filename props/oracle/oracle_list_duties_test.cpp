// LL clauses: reports of broken duties. Does not cover: what lists do (oracle_lists_test.cpp).
#include "oracle/oracle_lists_kit.hpp"

namespace poolproof::oracle::lists {
namespace {

ORACLE_TEST(OracleLists, ADutyOfTheirsIsReported) {
    Event told = answer(0);
    told.caller_faults = fault_lookaside;
    const char* clauses[] = {"LL-11", "LL-13", "LL-15"};
    for (unsigned kind = 0; kind < 3; ++kind) {
        Play().step(init(kind), Told().in(answer(0))).holds(clauses[kind]);
        Play().step(init(kind), Told().in(told)).violates(clauses[kind]);
        Play again = with_list(kind);
        again.step(init(kind), Told().in(told)).holds(clauses[kind]);
        again.step(init(kind), Told().in(answer(0))).violates(clauses[kind]);
        // Not initialised.
        Event nothing = null_result();
        nothing.caller_faults = fault_lookaside;
        Play().step(take(kind), nothing).holds("LL-27");
        Play().step(take(kind), null_result()).violates("LL-27");
        Play().step(call(deletes[kind]), told).holds("LL-27");
        Play().step(call(deletes[kind]), answer(0)).violates("LL-27");
        with_list(kind).step(take(kind), Told().missed().in(null_result())).holds("LL-27");
    }
    Op op = init(0);
    op.pool_type = 1;
    Play().step(op, Told().in(told)).holds("LL-11");
    op.size = 8;
    op.pool_type = 0;
    Play().step(op, Told().in(told)).says_nothing_of("LL-11");
}

ORACLE_TEST(OracleLists, WhatIsNoEntryOutOfTheListIsReported) {
    for (unsigned kind = 0; kind < 3; ++kind) {
        Told told;
        Play play = with_list(kind);
        play.step(take(kind), told.missed().in(entry_at(base, kind == 1, kind != 1)));
        Event blamed = done();
        blamed.caller_faults = fault_lookaside;
        Play later = play;
        later.step(put(kind), told.in(blamed), base + 16).holds("LL-18");
        later = play;
        later.step(put(kind), told.in(done()), base + 16).violates("LL-18");
        Told kept = told;
        later = play;
        later.step(put(kind), kept.kept().in(done()), base).holds("LL-18");
        Play twice = later;
        twice.step(put(kind), kept.in(blamed), base).holds("LL-18");
        later.step(put(kind), kept.in(done()), base).violates("LL-18");
        play.step(put(kind), told.kept().in(blamed), base).violates("LL-18");
        // The high IRQL of an entry's kind.
        Event high = done();
        high.caller_faults = fault_irql;
        Play up = with_list(kind);
        up.irql(3).step(put(kind), Told().in(high), base).holds("LL-22");
        up.step(put(kind), Told().in(done()), base).violates("LL-22");
        Event high_take = null_result();
        high_take.caller_faults = fault_irql;
        Play taken = with_list(kind);
        taken.irql(3).step(take(kind), Told().in(high_take)).holds("LL-22");
        taken.step(take(kind), Told().in(null_result())).violates("LL-22");
    }
}

} // namespace
} // namespace poolproof::oracle::lists
