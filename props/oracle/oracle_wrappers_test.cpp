// The six header wrappers: CON-04 and ZW. Does not cover: their base routines (the other oracle_*_test.cpp
// files).
#include "oracle/oracle_test_kit.hpp"

#include <string>

namespace poolproof::oracle {
namespace {

struct Wrapper {
    Routine routine;
    const char* clause;
    bool zeroes;
    bool quota;
};
constexpr Wrapper wrappers[] = {
    {Routine::ExAllocatePoolZero, "ZW-01", true, false},
    {Routine::ExAllocatePoolQuotaZero, "ZW-02", true, true},
    {Routine::ExAllocatePoolPriorityZero, "ZW-02", true, false},
    {Routine::ExAllocatePoolUninitialized, "ZW-06", false, false},
    {Routine::ExAllocatePoolQuotaUninitialized, "ZW-06", false, true},
    {Routine::ExAllocatePoolPriorityUninitialized, "ZW-06", false, false},
};
constexpr std::uint64_t huge = ~0ULL - 15;

Event fresh(const Wrapper& wrapper, const Op& op, std::uint64_t address = base) {
    Event event = placed(op, address);
    event.zeroed = wrapper.zeroes ? Seen::yes : Seen::no;
    return event;
}

ORACLE_TEST(OracleWrappers, TheZeroWrappersZero) {
    for (const Wrapper& wrapper : wrappers) {
        const Op op = request(wrapper.routine, 100);
        Event event = fresh(wrapper, op);
        if (!wrapper.zeroes) {
            Play().step(op, event).leaves_open(wrapper.clause);
            continue;
        }
        Play().step(op, event).holds(std::string("CON-04 ZW-03 ") + wrapper.clause);
        event.zeroed = Seen::no;
        Play().step(op, event).violates(std::string("CON-04 ZW-03 ") + wrapper.clause);
    }
}

ORACLE_TEST(OracleWrappers, OtherwiseEachIsItsBaseRoutine) {
    for (const Wrapper& wrapper : wrappers) {
        const Op op = request(wrapper.routine, 100);
        Play().step(op, fresh(wrapper, op)).holds(wrapper.clause);
        Play().step(op, null_result()).violates(wrapper.clause);
        Play().step(op, fresh(wrapper, op, base + 4)).violates(wrapper.clause);
        Play().step(op, fresh(wrapper, op, base + page_bytes - 16)).violates(wrapper.clause);
        const Op large = request(wrapper.routine, page_bytes);
        Play().step(large, fresh(wrapper, large)).holds(wrapper.clause);
        Play().step(large, fresh(wrapper, large, base + 16)).violates(wrapper.clause);
    }
}

ORACLE_TEST(OracleWrappers, AShortageIsToldInTheFormOfTheBaseRoutine) {
    for (const Wrapper& wrapper : wrappers) {
        const std::string form = wrapper.quota ? "ZW-08 " : "ZW-07 ";
        const Op op = request(wrapper.routine, huge);
        const Event right = wrapper.quota ? raised(0xC000009A) : null_result();
        const Event wrong = wrapper.quota ? null_result() : raised(0xC000009A);
        Play().step(op, right).holds(form + wrapper.clause);
        Play().step(op, wrong).violates(form + wrapper.clause);
        Play().fail_next().step(op, right).holds(form + wrapper.clause);
        Op flagged = op;
        flagged.pool_type =
            wrapper.quota ? POOL_QUOTA_FAIL_INSTEAD_OF_RAISE : POOL_RAISE_IF_ALLOCATION_FAILURE;
        Play().step(flagged, wrong).holds(form + wrapper.clause);
        Play().step(flagged, right).violates(form + wrapper.clause);
        if (wrapper.zeroes) {
            Play().step(op, right).holds("ZW-03");
            Play().step(op, fault_at(0)).violates("ZW-03");
        }
    }
}

ORACLE_TEST(OracleWrappers, ABlockStaysItsOwners) {
    for (const Wrapper& wrapper : wrappers) {
        const Op op = request(wrapper.routine, 100);
        Event kept = done();
        kept.intact = Seen::yes;
        const Op free = release(Routine::ExFreePool);
        Play().step(op, fresh(wrapper, op)).step(free, kept, base).holds(wrapper.clause);
        kept.intact = Seen::no;
        Play().step(op, fresh(wrapper, op)).step(free, kept, base).violates(wrapper.clause);
        const Op look = touch(OpKind::read, 0, 8);
        Play().step(op, fresh(wrapper, op)).step(look, done(), base).holds(wrapper.clause);
        Play().step(op, fresh(wrapper, op)).step(look, fault_at(base), base).violates(wrapper.clause);
    }
}

ORACLE_TEST(OracleWrappers, TagsAreThoseOfTheBaseRoutine) {
    for (const Wrapper& wrapper : wrappers) {
        Op op = request(wrapper.routine, 100);
        Play().step(op, fresh(wrapper, op)).holds("ZW-09");
        op.tag = 0;
        Event caught = bug(BAD_POOL_CALLER, 0x9B, NonPagedPool, 100);
        caught.caller_faults = fault_tag_zero;
        Play().step(op, caught).holds("ZW-09");
        Play().step(op, fresh(wrapper, op)).violates("ZW-09");
        op.tag = 0x20202020;
        Play().step(op, bug(BAD_POOL_CALLER, 0x9D, op.tag, NonPagedPool)).holds("ZW-09");
        Play().step(op, fresh(wrapper, op)).violates("ZW-09");
        op.tag = 0x4672657F;
        Play().step(op, fresh(wrapper, op)).violates("ZW-09");
    }
}

ORACLE_TEST(OracleWrappers, TheIrqlIsThatOfTheBaseRoutine) {
    for (const Wrapper& wrapper : wrappers) {
        const Op op = request(wrapper.routine, 100);
        Event event = fresh(wrapper, op);
        Play().step(op, event).holds("ZW-11");
        Play().step(op, bug(BAD_POOL_CALLER, 8, 0, NonPagedPool, 100)).violates("ZW-11");
        Play().irql(3).step(op, bug(BAD_POOL_CALLER, 8, 3, NonPagedPool, 100)).holds("ZW-11");
        Play().irql(3).step(op, event).violates("ZW-11");
        event.caller_faults = fault_irql;
        Play().step(op, event).violates("ZW-11");
    }
}

ORACLE_TEST(OracleWrappers, OutsideTheBlockSpecialPoolCatchesTheCaller) {
    for (const Routine routine : {Routine::ExAllocatePoolZero, Routine::ExAllocatePoolUninitialized}) {
        const Op op = request(routine, 96);
        const std::uint64_t start = base + page_bytes - 96;
        Event special = placed(op, start, true);
        special.zeroed = Seen::yes;
        const std::uint64_t guard = base + page_bytes;
        const Op beyond = touch(OpKind::read, 96, 1);
        Play().step(op, special).step(beyond, bug(0xCD, guard), guard).holds("ZW-10");
        Play().step(op, special).step(beyond, done(), guard).violates("ZW-10");
        Op front = touch(OpKind::write, -1, 1);
        front.mask = 0xFF;
        const Event found = bug(SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION, start, start - 1, 0, 0x23);
        const Op free = release(Routine::ExFreePool);
        Play().step(op, special).step(front, done(), start - 1).step(free, found, start).holds("ZW-10");
        Play().step(op, special).step(front, done(), start - 1).step(free, done(), start).violates("ZW-10");
    }
}

} // namespace
} // namespace poolproof::oracle
