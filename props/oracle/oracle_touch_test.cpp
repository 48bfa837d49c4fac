// Touches inside blocks, at high IRQL, of user memory and across processes. Does not cover: special pool
// (oracle_special_test.cpp).
#include "oracle/oracle_test_kit.hpp"

namespace poolproof::oracle {
namespace {

Event wild(std::uint64_t address, std::uint64_t way = 0) {
    return bug(PAGE_FAULT_IN_NONPAGED_AREA, address, way);
}

ORACLE_TEST(OracleTouch, ABlockIsUsable) {
    const struct {
        Routine routine;
        const char* ids;
    } cases[] = {{ex_tag, "EAPT-06"}, {ex_priority, "EATP-12"}, {fsrtl, "FPT-05"}, {eng, "EAM-01"}};
    for (const auto& one : cases) {
        Play()
            .allocate(one.routine, 40, base)
            .step(touch(OpKind::read, 39, 1), done(), base + 39)
            .holds(one.ids);
        Play()
            .allocate(one.routine, 40, base)
            .step(touch(OpKind::write, 0, 40), wild(base), base)
            .violates(one.ids);
    }
    Play user;
    user.allocate(eng_user, 40, user_base)
        .step(touch(OpKind::write, 0, 40), done(), user_base)
        .holds("EAU-01");
    user.step(touch(OpKind::read, 0, 40), wild(user_base), user_base).violates("EAU-01 EAU-03");
}

ORACLE_TEST(OracleTouch, WhatLiesOutsideAnOrdinaryBlockIsOpen) {
    Play play;
    play.allocate(ex_tag, 40, base);
    play.step(touch(OpKind::read, 40, 1), done(), base + 40).leaves_open("GEO-06 EAPT-12");
    play.step(touch(OpKind::read, 40, 1), wild(base + 40), base + 40).leaves_open("GEO-06");
    play.step(touch(OpKind::read, 39, 2), done(), base + 39).leaves_open("GEO-06");
    play.is_clean();
}

ORACLE_TEST(OracleTouch, PagedMemoryFaultsAtDispatch) {
    const char* ids = "IRQ-05 IC-01";
    for (const OpKind kind : {OpKind::read, OpKind::write}) {
        const std::uint64_t way = kind == OpKind::write ? 1 : 0;
        Op op = request(ex_tag, 40);
        op.pool_type = PagedPool;
        Play play;
        play.step(op, placed(op, base)).step(touch(kind, 0, 8), done(), base).holds("EAPT-06");
        play.irql(2)
            .step(touch(kind, 0, 8), bug(DRIVER_IRQL_NOT_LESS_OR_EQUAL, base, 2, way), base)
            .holds(ids);
        play.step(touch(kind, 0, 8), bug(IRQL_NOT_LESS_OR_EQUAL, base + 7, 2, way), base).holds(ids);
        play.step(touch(kind, 0, 8), fault_at(base), base).holds(ids);
        play.is_clean();
        play.step(touch(kind, 0, 8), bug(DRIVER_IRQL_NOT_LESS_OR_EQUAL, base, 1, way), base).violates(ids);
        play.step(touch(kind, 0, 8), bug(DRIVER_IRQL_NOT_LESS_OR_EQUAL, base - 1, 2, way), base)
            .violates(ids);
        play.step(touch(kind, 0, 8), fault_at(base + 8), base).violates(ids);
        play.step(touch(kind, 0, 8), done(), base).violates(ids);
    }
}

ORACLE_TEST(OracleTouch, NonpagedMemoryWorksAtEveryIrql) {
    Play play;
    play.allocate(ex_tag, 40, base).irql(15).step(touch(OpKind::read, 0, 8), done(), base).holds("IRQ-05");
    play.step(touch(OpKind::read, 0, 8), wild(base), base).violates("IRQ-05 EAPT-06");
}

ORACLE_TEST(OracleTouch, IrqlBelongsToTheProcessor) {
    Op op = request(ex_tag, 40);
    op.pool_type = PagedPool;
    Play play;
    play.step(op, placed(op, base)).irql(2).processor(1).step(touch(OpKind::read, 0, 8), done(), base);
    play.holds("EAPT-06");
    play.is_clean();
}

ORACLE_TEST(OracleTouch, SystemMemoryIsTheSameInEveryProcess) {
    Play play;
    play.allocate(ex_tag, 40, base).process(1).step(touch(OpKind::read, 0, 8), done(), base).holds("EAU-17");
    play.step(touch(OpKind::read, 0, 8), wild(base), base).violates("EAU-17");
}

ORACLE_TEST(OracleUser, OtherProcessesCannotReachIt) {
    const char* ids = "EAU-03 EAU-04 EAU-17";
    const Op read = touch(OpKind::read, 4, 8);
    Play play;
    play.allocate(eng_user, 40, user_base).step(read, done(), user_base + 4).holds("EAU-03");
    play.process(1).step(read, wild(user_base + 4), user_base + 4).holds(ids);
    play.step(read, fault_at(user_base + 4), user_base + 4).holds(ids);
    play.step(touch(OpKind::write, 0, 1), wild(user_base, 2), user_base).holds(ids);
    play.is_clean();
    play.step(read, wild(user_base + 3), user_base + 4).violates(ids);
    play.step(read, wild(user_base + 4, 2), user_base + 4).violates(ids);
    play.step(read, fault_at(user_base + 3), user_base + 4).violates(ids);
    play.step(read, done(), user_base + 4).violates(ids);
}

ORACLE_TEST(OracleUser, TheSameAddressMayBeOutInTwoProcesses) {
    Play play;
    play.allocate(eng_user, 40, user_base).process(1).allocate(eng_user, 40, user_base).holds("EAU-01");
    play.step(touch(OpKind::read, 0, 8), done(), user_base).holds("EAU-03");
    play.step(release(Routine::EngFreeUserMem), done(), user_base).holds("EFU-01");
    play.is_clean();
    play.process(0).allocate(eng_user, 40, user_base).violates("EAU-01 EAU-05");
}

ORACLE_TEST(OracleUser, ItLiesInTheUserHalfOfTheCurrentProcess) {
    const Op op = request(eng_user, 100);
    Event event = placed(op, user_base);
    Play().step(op, event).holds("EAU-01 EAU-18");
    event.block.user = false;
    Play().step(op, event).violates("EAU-01 EAU-18");
    event.block.user = true;
    event.block.process = 1;
    Play().step(op, event).violates("EAU-01");
}

ORACLE_TEST(OracleUser, EachBlockTakes64Kilobytes) {
    Play play;
    play.allocate(eng_user, 100, user_base).says_nothing_of("EAU-05");
    play.allocate(eng_user, 100, user_base + 0x10000).holds("EAU-05");
    play.allocate(eng_user, 100, user_base + 0x8000).violates("EAU-05");
    Play front;
    front.allocate(eng_user, 100, user_base).allocate(eng_user, 100, user_base - 0x8000).violates("EAU-05");
}

ORACLE_TEST(OracleUser, AFreeFromAnotherProcessIsRefused) {
    const Op op = release(Routine::EngFreeUserMem);
    Event told = done();
    told.caller_faults = fault_wrong_process;
    Play play;
    play.allocate(eng_user, 40, user_base).process(1).step(op, told, user_base).holds("EFU-02 EAU-04");
    play.process(0).step(touch(OpKind::read, 0, 4), done(), user_base).holds("EFU-02");
    play.step(op, done(), user_base).holds("EFU-01 EFU-02");
    play.is_clean();
    Play bad;
    bad.allocate(eng_user, 40, user_base).process(1).step(op, told, user_base).process(0);
    bad.step(touch(OpKind::read, 0, 4), wild(user_base), user_base).violates("EFU-02");
    bad.step(op, bug(BAD_POOL_CALLER, 0x46, user_base), user_base).violates("EFU-02 EFU-01");
}

ORACLE_TEST(OracleUser, ATouchAfterTheFreeIsOpen) {
    Play play;
    play.allocate(eng_user, 40, user_base).step(release(Routine::EngFreeUserMem), done(), user_base);
    play.step(touch(OpKind::read, 0, 4), wild(user_base), user_base).holds("EFU-03");
    play.step(touch(OpKind::read, 0, 4), done(), user_base).leaves_open("EFU-03");
    play.is_clean();
}

} // namespace
} // namespace poolproof::oracle
