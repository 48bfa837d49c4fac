// Frees: valid ones, bad pointers, wrong tags, wrong IRQLs, and the tag ledger. Does not cover: special pool
// (oracle_special_test.cpp) and reports of broken duties (oracle_duty_test.cpp).
#include "oracle/oracle_test_kit.hpp"

namespace poolproof::oracle {
namespace {

constexpr Routine plain = Routine::ExFreePool;
constexpr Routine tagged = Routine::ExFreePoolWithTag;

ORACLE_TEST(OracleFree, AValidFreeIsDone) {
    const struct {
        Routine allocator;
        Routine free;
        const char* ids;
    } cases[] = {{ex_tag, plain, "EFP-01 EAPT-14"},
                 {ex_tag, tagged, "EAPT-14"},
                 {ex_priority, plain, "EATP-21"},
                 {ex_priority, tagged, "EATP-21"},
                 {fsrtl, plain, "FPT-10"},
                 {fsrtl, tagged, "FPT-10"},
                 {eng, Routine::EngFreeMem, "EFM-01"},
                 {eng_user, Routine::EngFreeUserMem, "EFU-01 EAU-09"}};
    for (const auto& one : cases) {
        const std::uint64_t at = one.allocator == eng_user ? user_base : base;
        Play().allocate(one.allocator, 40, at).step(release(one.free), done(), at).holds(one.ids);
        Play()
            .allocate(one.allocator, 40, at)
            .step(release(one.free), bug(BAD_POOL_CALLER, 7), at)
            .violates(one.ids);
        Play()
            .allocate(one.allocator, 40, at)
            .step(release(one.free), raised(0xC0000005), at)
            .violates(one.ids);
    }
}

ORACLE_TEST(OracleFree, AnyProcessMayFreeSystemMemory) {
    Play().allocate(ex_tag, 40, base).process(2).step(release(plain), done(), base).holds("EFP-13");
    const Event refused = bug(BAD_POOL_CALLER, 0x46, base);
    Play().allocate(ex_tag, 40, base).process(2).step(release(plain), refused, base).violates("EFP-13");
}

ORACLE_TEST(OracleFree, TheAddressDecidesNotTheSlot) {
    Op second = request(ex_tag, 64);
    second.slot = 1;
    Play play;
    play.allocate(ex_tag, 64, base).step(release(plain), done(), base);
    play.step(second, placed(second, base)).step(release(plain), done(), base).holds("EFP-01");
    play.step(release(plain), bug(BAD_POOL_CALLER, 7, 0, 0, base), base).holds("EFP-07");
    play.is_clean();
}

ORACLE_TEST(OracleFree, AnotherTagIsCaughtAsDeclared) {
    Op op = release(tagged);
    op.tag = 0x31676154;
    const Event caught = bug(BAD_POOL_CALLER, 0x0A, base, fred, 0x31676154);
    Play().allocate(ex_tag, 40, base).step(op, caught, base).holds("EFPT-02 EFPT-03");
    const Event confused = bug(BAD_POOL_CALLER, 0x0A, base, 0x31676154, fred);
    Play().allocate(ex_tag, 40, base).step(op, confused, base).violates("EFPT-03");
    Play().allocate(ex_tag, 40, base).step(op, done(), base).violates("EFPT-02 EFPT-03");
    Claims claims = full_claims();
    claims.tag_mismatch = TagMismatch::silent;
    Play(claims).allocate(ex_tag, 40, base).step(op, done(), base).holds("EFPT-03");
    Play(claims).allocate(ex_tag, 40, base).step(op, caught, base).violates("EFPT-03");
    claims.tag_mismatch = TagMismatch::unstated;
    Play(claims).allocate(ex_tag, 40, base).step(op, done(), base).leaves_open("EFPT-03");
    Play(claims).allocate(ex_tag, 40, base).step(op, caught, base).holds("EFPT-03");
}

ORACLE_TEST(OracleFree, FreeingNullIsHeldToTheDeclaration) {
    Op op = release(plain);
    op.pointer = Pointer::null;
    Play().step(op, bug(BAD_POOL_CALLER, 0x46)).holds("EFP-12");
    Play().step(op, done()).violates("EFP-12");
    Claims claims = full_claims();
    claims.null_free = NullFree::ignored;
    Play(claims).step(op, done()).holds("EFP-12");
    Play(claims).step(op, bug(BAD_POOL_CALLER, 0x46)).violates("EFP-12");
    claims.null_free = NullFree::unstated;
    Play(claims).step(op, done()).leaves_open("EFP-12");
    op.routine = Routine::EngFreeMem;
    Play().step(op, done()).leaves_open("EFM-03");
}

ORACLE_TEST(OracleBadFree, APointerInNoBlockIsCaught) {
    for (const Routine routine : ex_frees) {
        const char* ids = routine == tagged ? "EFP-05 EFPT-01" : "EFP-05";
        Op op = release(routine);
        op.pointer = Pointer::system_address;
        Play().step(op, bug(BAD_POOL_CALLER, 0x46, base), base).holds(ids);
        Play().step(op, bug(BAD_POOL_CALLER, 0x46, base + 1), base).violates(ids);
        Play().step(op, bug(BAD_POOL_CALLER, 0x40, base, base + 1), base).violates(ids);
        Play().step(op, done(), base).violates(ids);
        Play().step(op, bug(BAD_POOL_HEADER, 0x22, base), base).holds(ids);
        Play().step(op, bug(MEMORY_MANAGEMENT, 0x41286), base).holds(ids);
        Play().step(op, bug(KERNEL_MODE_HEAP_CORRUPTION, 8), base).holds(ids);
        const Event verified = bug(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x10, base);
        Play().verifier().step(op, verified, base).holds(ids);
        Play().step(op, verified, base).violates(ids);
    }
}

ORACLE_TEST(OracleBadFree, ThePointerIsTheStart) {
    const Event by_offset = bug(BAD_POOL_CALLER, 0x41286, 0, 0, 8);
    Play().allocate(ex_tag, 40, base).step(release(plain), by_offset, base + 8).holds("EFP-06");
    Play().allocate(ex_tag, 40, base).step(release(plain), done(), base + 8).violates("EFP-06");
    Play().allocate(ex_tag, 40, base).step(release(tagged), by_offset, base + 8).holds("EFP-06 EFPT-01");
    const Event at_block = bug(BAD_POOL_CALLER, 7, 0, 0, base + 8);
    Play().allocate(ex_tag, 40, base).step(release(plain), at_block, base + 8).violates("EFP-06");
}

ORACLE_TEST(OracleBadFree, ABlockIsFreedOnce) {
    Play play;
    play.allocate(ex_tag, 40, base).step(release(plain), done(), base);
    play.step(release(plain), bug(BAD_POOL_CALLER, 7, 0, 0, base), base).holds("EFP-07");
    play.step(release(plain), bug(BAD_POOL_CALLER, 6, 0, base - 16), base).holds("EFP-07");
    play.is_clean();
    play.step(release(plain), bug(BAD_POOL_CALLER, 6, 0, base - 17), base).violates("EFP-07");
    play.step(release(tagged), done(), base).violates("EFP-07 EFPT-01");
    play.verifier().step(release(plain), bug(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x13), base).holds("EFP-07");
}

ORACLE_TEST(OracleBadFree, UserAddressesAreCaught) {
    const std::uint64_t system_start = 0x8000000;
    Op op = release(plain);
    op.pointer = Pointer::user_address;
    Play().step(op, bug(BAD_POOL_CALLER, 0x40, 64, system_start), 64).holds("EFP-08");
    Play().step(op, bug(BAD_POOL_CALLER, 0x40, 64, 32), 64).violates("EFP-08");
    const Event caught = bug(BAD_POOL_CALLER, 0x40, user_base, system_start);
    Play().allocate(eng_user, 40, user_base).step(release(plain), caught, user_base).holds("EFP-08");
    Play().allocate(eng_user, 40, user_base).step(release(plain), done(), user_base).violates("EFP-08");
    Play().step(op, done(), 64).violates("EFP-08");
    Play()
        .allocate(eng_user, 40, user_base)
        .step(release(Routine::EngFreeUserMem), done(), user_base)
        .step(release(plain), caught, user_base)
        .holds("EFP-08");
}

ORACLE_TEST(OracleBadFree, AnOffsetMayLeadIntoTheUserHalf) {
    const Event caught = bug(BAD_POOL_CALLER, 0x40, 64, 0x8000000);
    Op op = release(plain);
    op.offset = -0x1000;
    Play().allocate(ex_tag, 40, base).step(op, caught, 64).holds("EFP-05");
    Play().allocate(ex_tag, 40, base).step(op, bug(BAD_POOL_CALLER, 0x40, 64, 64), 64).violates("EFP-05");
    op.pointer = Pointer::system_address;
    Play().allocate(ex_tag, 40, base).step(op, caught, 64).violates("EFP-05");
}

ORACLE_TEST(OracleBadFree, OfAnUnknownBlockIrqlAndTagMayBeCheckedFirst) {
    Op op = release(tagged);
    op.pointer = Pointer::system_address;
    Play play;
    play.irql(3).step(op, bug(BAD_POOL_CALLER, 9, 3, 0, base), base).leaves_open("EFP-05");
    play.step(op, bug(BAD_POOL_CALLER, 0x0A, base, 1, fred), base).leaves_open("EFP-05");
    play.is_clean();
}

ORACLE_TEST(OracleFreeIrql, FreeingTooHighIsCaught) {
    const char* ids[] = {"IRQ-04 EFP-04", "IRQ-04 EFPT-05"};
    for (std::size_t i = 0; i < 2; ++i) {
        const Op op = release(ex_frees[i]);
        Play()
            .allocate(ex_tag, 40, base)
            .irql(3)
            .step(op, bug(BAD_POOL_CALLER, 9, 3, 0, base), base)
            .holds(ids[i]);
        Play().allocate(ex_tag, 40, base).irql(3).step(op, done(), base).violates(ids[i]);
        Play().allocate(ex_tag, 40, base).irql(2).step(op, done(), base).holds("EAPT-14");
        Op paged = request(ex_tag, 40);
        paged.pool_type = PagedPool;
        Play play;
        play.step(paged, placed(paged, base)).irql(2);
        play.step(op, bug(BAD_POOL_CALLER, 9, 2, PagedPool, base), base).holds(ids[i]);
        play.step(op, bug(BAD_POOL_CALLER, 9, 2, NonPagedPool, base), base).violates(ids[i]);
        play.verifier();
        play.step(op, bug(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x11, 2, PagedPool, base), base).holds(ids[i]);
        play.step(op, bug(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x12, 2, PagedPool, base), base)
            .violates(ids[i]);
        play.step(op, bug(IRQL_NOT_LESS_OR_EQUAL, base), base).holds(ids[i]);
    }
}

ORACLE_TEST(OracleVerifier, ForbiddenRequestsAndFreesAreCaught) {
    Op op = request(ex_tag, 40);
    op.pool_type = PagedPool;
    Play play;
    play.verifier().irql(2);
    play.step(op, bug(DRIVER_VERIFIER_DETECTED_VIOLATION, 1, 2, PagedPool, 40)).holds("IC-02");
    play.step(op, bug(BAD_POOL_CALLER, 8, 2, PagedPool, 40)).leaves_open("IC-02");
    Event served = pointer(base);
    served.caller_faults = fault_zero_bytes;
    play.irql(0).step(request(fsrtl, 0), served).leaves_open("IC-02");
    op.tag = 0;
    play.step(op, bug(BAD_POOL_CALLER, 0x9B, PagedPool, 40)).says_nothing_of("IC-02");
    play.is_clean();
    play.irql(2).step(op, pointer(base + 64)).violates("TAG-06");
    op.tag = fred;
    play.step(op, pointer(base + 128)).violates("IC-02");
    Op stray = release(plain);
    stray.pointer = Pointer::system_address;
    Play frees;
    frees.verifier().step(stray, bug(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x10, base), base).holds("IC-02");
    frees.step(stray, done(), base).violates("IC-02");
    frees.allocate(ex_tag, 40, base).step(release(plain), done(), base).says_nothing_of("IC-02");
}

ORACLE_TEST(OracleUnpaired, WhatNoPageDescribesLeavesTheBlockUncertain) {
    Play play;
    Event told = done();
    told.caller_faults = fault_wrong_free_routine;
    play.allocate(eng, 40, base).step(release(plain), told, base).holds("EAM-07");
    play.step(release(Routine::EngFreeMem), done(), base).leaves_open("EFM-03");
    play.step(query_tag(fred, false), row(9, 9, 9)).leaves_open("TAG-15");
    play.allocate(ex_tag, 80, base).holds("EAPT-06 GEO-04");
    play.is_clean();
}

ORACLE_TEST(OracleLedger, CountsAddUp) {
    Play play;
    play.step(query_tag(fred, false), row(0, 0, 0)).holds("TAG-15");
    play.allocate(ex_tag, 40, base).step(query_tag(fred, false), row(1, 0, 40)).holds("TAG-15 TAG-16");
    play.step(query_tag(fred, false), row(1, 0, 48)).holds("TAG-15");
    play.step(query_tag(fred, true), row(0, 0, 0)).holds("TAG-15");
    play.step(release(plain), done(), base).step(query_tag(fred, false), row(1, 1, 0)).holds("TAG-15");
    play.is_clean();
    play.step(query_tag(fred, false), row(0, 0, 0)).violates("TAG-15");
    Play().allocate(ex_tag, 40, base).step(query_tag(fred, false), row(0, 0, 0)).violates("TAG-15 TAG-16");
    Play().allocate(ex_tag, 40, base).step(query_tag(fred, false), row(1, 0, 39)).violates("TAG-15");
    Play().allocate(ex_tag, 40, base).step(query_tag(fred, false), row(1, 0, 4097)).violates("TAG-15");
    Play().allocate(ex_tag, 40, base).step(query_tag(fred, false), row(2, 1, 40)).violates("TAG-15");
}

ORACLE_TEST(OracleLedger, UserMemoryIsInNoRow) {
    Play().allocate(eng_user, 40, user_base).step(query_tag(fred, true), row(0, 0, 0)).holds("EAU-18 TAG-15");
    Play().allocate(eng_user, 40, user_base).step(query_tag(fred, true), row(1, 0, 40)).violates("EAU-18");
}

ORACLE_TEST(OracleEvents, FollowThePool) {
    const char* follow = "SHR-01 EAPT-15 EATP-16 EV-02";
    Play().step(query_event(false, true), answer(1)).holds(follow);
    Play().step(query_event(false, true), answer(0)).violates(follow);
    Play().step(query_event(true, false), answer(0)).holds(follow);
    Play().step(query_event(true, false), answer(1)).violates(follow);
    Play spent;
    spent.budget(0, false, 0).budget(1, false, 2).allocate(ex_tag, 2 * page_bytes, base);
    spent.step(query_event(false, false), answer(1)).holds(follow);
    spent.step(query_event(false, true), answer(0)).holds(follow);
    spent.step(query_event(false, true), answer(1)).violates(follow);
    Play between;
    between.allocate(ex_tag, 2 * page_bytes, base)
        .step(query_event(false, true), answer(1))
        .leaves_open(follow);
    between.step(query_event(false, false), answer(1)).violates(follow);
}

ORACLE_TEST(OracleEvents, StayWhileThePoolDoes) {
    Play play;
    play.allocate(ex_tag, 64, base).step(query_event(false, true), answer(1)).says_nothing_of("EV-03 SHR-08");
    play.step(query_event(false, true), answer(1)).holds("EV-03 SHR-08");
    play.step(query_event(false, true), answer(0)).violates("EV-03 SHR-08");
    play.step(release(plain), done(), base)
        .step(query_event(false, true), answer(1))
        .says_nothing_of("EV-03");
}

} // namespace
} // namespace poolproof::oracle
