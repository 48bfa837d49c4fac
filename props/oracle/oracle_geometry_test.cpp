// Alignment, page crossing, exact bytes, tails, contents and tags of blocks: predicates that hold and that
// are violated. Does not cover: failures (oracle_failure_test.cpp).
#include "oracle/oracle_test_kit.hpp"

namespace poolproof::oracle {
namespace {

ORACLE_TEST(OracleGeometry, ABlockOfAPageStartsOnAPage) {
    for (const Routine routine : ex_routines) {
        const char* ids = routine == ex_tag ? "GEO-01 EAPT-07" : "GEO-01 EATP-14";
        Play().allocate(routine, page_bytes, base).holds(ids);
        Play().allocate(routine, page_bytes + 1, base + 16).violates(ids);
        Play().allocate(routine, page_bytes - 1, base).says_nothing_of("EAPT-07");
    }
}

ORACLE_TEST(OracleGeometry, ABlockOfAtMostAPageStaysInIt) {
    for (const Routine routine : ex_routines) {
        const char* ids = routine == ex_tag ? "GEO-02 EAPT-08" : "GEO-02 EATP-14";
        Play().allocate(routine, 32, base + page_bytes - 32).holds(ids);
        Play().allocate(routine, 33, base + page_bytes - 32).violates(ids);
        Play().allocate(routine, page_bytes, base).holds(ids);
        Play().allocate(routine, page_bytes, base + 16).violates(ids);
    }
}

ORACLE_TEST(OracleGeometry, SmallBlocksAreAlignedByProfile) {
    for (const Routine routine : ex_routines) {
        const char* ids = routine == ex_tag ? "GEO-03 EAPT-09" : "GEO-03 EATP-14";
        Play().allocate(routine, 1, base + 16).holds(ids);
        Play().allocate(routine, 1, base + 24).violates(ids);
        Claims narrow = full_claims();
        narrow.is_64_bit = false;
        Play(narrow).allocate(routine, 1, base + 24).holds(ids);
        Play(narrow).allocate(routine, 1, base + 20).violates(ids);
    }
}

ORACLE_TEST(OracleGeometry, FsRtlAndEngHaveNoGeometry) {
    Play().allocate(fsrtl, page_bytes, base + 4).says_nothing_of("GEO-01 GEO-02 GEO-03");
    Play().allocate(eng, 3, base + 1).says_nothing_of("GEO-01 GEO-02 GEO-03");
}

ORACLE_TEST(OracleGeometry, EveryByteOfANonpagedBlockIsTheCallersAlone) {
    Play().allocate(ex_tag, 100, base).allocate(ex_tag, 100, base + 112).holds("GEO-04 EAPT-10");
    Play().allocate(ex_tag, 100, base).allocate(ex_tag, 16, base + 96).violates("GEO-04 EAPT-10 EAPT-06");
    Play().allocate(ex_tag, 100, base + 96).allocate(ex_tag, 112, base).violates("GEO-04 EAPT-10");
    Op op = request(ex_tag, 64);
    Event event = placed(op, base);
    event.accessible = Seen::no;
    Play().step(op, event).violates("GEO-04 EAPT-10 EAPT-06");
    op.pool_type = PagedPool;
    Play().step(op, placed(op, base)).says_nothing_of("GEO-04");
}

ORACLE_TEST(OracleGeometry, BytesStayUntilTheFree) {
    Event kept = done();
    kept.intact = Seen::yes;
    Event lost = done();
    lost.intact = Seen::no;
    const Op op = release(Routine::ExFreePool);
    Play().allocate(ex_tag, 100, base).step(op, kept, base).holds("GEO-04 EAPT-10 EAPT-06");
    Play().allocate(ex_tag, 100, base).step(op, lost, base).violates("GEO-04 EAPT-10 EAPT-06");
    Play().allocate(ex_tag, 5000, base).step(op, kept, base).holds("GEO-05 EAPT-11 EAPT-06");
    Play().allocate(ex_tag, 5000, base).step(op, lost, base).violates("GEO-05 EAPT-11 EAPT-06");
    Play().allocate(ex_priority, 9, base).step(op, kept, base).holds("EATP-12");
    Play().allocate(ex_priority, 9, base).step(op, lost, base).violates("EATP-12");
    Play().allocate(fsrtl, 9, base).step(op, kept, base).holds("FPT-05");
    Play().allocate(fsrtl, 9, base).step(op, lost, base).violates("FPT-05");
    Play().allocate(eng, 9, base).step(release(Routine::EngFreeMem), kept, base).holds("EAM-01");
    Play().allocate(eng, 9, base).step(release(Routine::EngFreeMem), lost, base).violates("EAM-01");
    const Op user_free = release(Routine::EngFreeUserMem);
    Play().allocate(eng_user, 9, user_base).step(user_free, kept, user_base).holds("EAU-01");
    Play().allocate(eng_user, 9, user_base).step(user_free, lost, user_base).violates("EAU-01");
}

ORACLE_TEST(OracleGeometry, BytesChangedThroughAnotherPointerAreNobodysFault) {
    Op second = request(ex_tag, 64);
    second.slot = 1;
    Event lost = done();
    lost.intact = Seen::no;
    Op free_second = release(Routine::ExFreePool);
    free_second.slot = 1;
    Play play;
    play.allocate(ex_tag, 64, base).step(second, placed(second, base + 64));
    play.step(touch(OpKind::write, 64, 8), done(), base + 64);
    play.step(free_second, lost, base + 64).says_nothing_of("GEO-04");
}

ORACLE_TEST(OracleGeometry, TheTailOfALargeBlockMayBeGivenOut) {
    Play().allocate(ex_tag, 5000, base).allocate(ex_tag, 64, base + 5008).holds("GEO-05 EAPT-11");
    Play().allocate(ex_tag, 5000, base).allocate(ex_priority, 64, base + 4992).violates("GEO-05 EAPT-11");
    Claims wasteful = full_claims();
    wasteful.tail_reuse = TailReuse::wasted;
    Play(wasteful).allocate(ex_tag, 5000, base).allocate(ex_tag, 64, base + 5008).violates("GEO-05 EAPT-11");
    Play play(wasteful);
    play.allocate(ex_tag, 5000, base).allocate(eng, 64, base + 5008).says_nothing_of("GEO-05");
    play.allocate(ex_tag, 64, base + 5072).violates("GEO-05 EAPT-11");
}

ORACLE_TEST(OracleContents, UninitialisedMemoryMayHoldAnything) {
    Play().allocate(ex_tag, 8, base).leaves_open("CON-01 EAPT-21");
    Play().allocate(ex_priority, 8, base).leaves_open("CON-01 EATP-18");
    Play().allocate(fsrtl, 8, base).leaves_open("CON-01 FPT-08");
    Play().allocate(eng, 8, base).leaves_open("EAM-03");
}

ORACLE_TEST(OracleContents, TheFlagsOfEngAllocMemActApart) {
    Op op = request(eng, 100);
    op.pool_type = FL_ZERO_MEMORY | FL_NONPAGED_MEMORY;
    Event event = placed(op, base);
    event.zeroed = Seen::yes;
    Play().step(op, event).holds("EAM-03 EAM-04 EAM-02");
    event.zeroed = Seen::no;
    Play().step(op, event).violates("EAM-03 EAM-04");
    event.zeroed = Seen::yes;
    event.block.paged = true;
    Play().step(op, event).violates("EAM-04 EAM-02");
    op.pool_type = 0;
    Play().step(op, placed(op, base)).holds("EAM-02 EAM-04");
}

ORACLE_TEST(OracleTags, ABlockKeepsItsTag) {
    const struct {
        Routine routine;
        const char* ids;
    } cases[] = {{ex_tag, "TAG-04 EAPT-13"}, {fsrtl, "TAG-04 FPT-07"}, {eng, "EAM-05"}, {eng_user, "EAU-02"}};
    for (const auto& one : cases) {
        const Op op = request(one.routine, 32);
        Event event = placed(op, one.routine == eng_user ? user_base : base);
        Play().step(op, event).holds(one.ids);
        event.block.tag = 0x31676154;
        Play().step(op, event).violates(one.ids);
    }
}

ORACLE_TEST(OracleTags, ABlocksTagIsNotTurnedRound) {
    const Op op = request(ex_tag, 32);
    Event event = placed(op, base);
    Play().step(op, event).holds("TAG-05");
    event.block.tag = 0x64657246;
    Play().step(op, event).violates("TAG-05 TAG-04");
}

ORACLE_TEST(OracleTags, TagZeroIsCaughtAsDeclared) {
    for (const Routine routine : ex_family) {
        Op op = request(routine, 32);
        op.tag = 0;
        Play().step(op, bug(BAD_POOL_CALLER, 0x9B, NonPagedPool, 32, 0x1234)).holds("TAG-06");
        Play().step(op, bug(BAD_POOL_CALLER, 0x9B, NonPagedPool, 33, 0x1234)).violates("TAG-06");
        Play().step(op, pointer(base)).violates("TAG-06");
        Play().step(op, bug(BAD_POOL_CALLER, 0x9D, 0, NonPagedPool)).leaves_open("TAG-06");
        Claims claims = full_claims();
        claims.tag_zero = TagZero::null;
        const Event failed = routine == fsrtl ? raised(0xC000009A) : null_result();
        Play(claims).step(op, failed).holds("TAG-06");
        Play(claims).step(op, bug(BAD_POOL_CALLER, 0x9B, NonPagedPool, 32, 0x1234)).violates("TAG-06");
        claims.tag_zero = TagZero::unstated;
        Play(claims).step(op, pointer(base)).leaves_open("TAG-06");
        Play(claims).step(op, failed).holds("TAG-06");
        Play(claims).step(op, bug(0x1234, 1)).violates("TAG-06");
    }
}

ORACLE_TEST(OracleTags, WhichValueIsTheTagBigIsOpen) {
    Op op = request(ex_tag, 32);
    op.tag = 0x00424947;
    Play().step(op, bug(BAD_POOL_CALLER, 0x9C, NonPagedPool, 32, 1)).holds("TAG-07");
    Play().step(op, bug(BAD_POOL_CALLER, 0x9B, NonPagedPool, 32, 1)).violates("TAG-07");
    Play().step(op, pointer(base)).leaves_open("TAG-07");
    op.tag = 0x42494720;
    Play().step(op, bug(BAD_POOL_CALLER, 0x9C, NonPagedPool, 32, 1)).holds("TAG-07");
}

ORACLE_TEST(OracleTags, ATagWithoutLetterOrDigitIsCaughtAsDeclared) {
    Op op = request(ex_tag, 32);
    op.tag = 0x20202020;
    const Event caught = bug(BAD_POOL_CALLER, 0x9D, 0x20202020, NonPagedPool, 1);
    Play().step(op, caught).holds("TAG-08");
    Play().step(op, pointer(base)).violates("TAG-08");
    Claims claims = full_claims();
    claims.tag_without_alnum = TagWithoutAlnum::verifier_only;
    Play(claims).step(op, pointer(base)).holds("EAPT-06");
    Play(claims).step(op, caught).violates("EAPT-06");
    Play(claims).verifier().step(op, caught).holds("TAG-08");
    Play(claims).verifier().step(op, pointer(base)).violates("TAG-08");
    claims.tag_without_alnum = TagWithoutAlnum::unstated;
    Play(claims).step(op, pointer(base)).leaves_open("TAG-08");
    Play(claims).step(op, caught).holds("TAG-08");
}

} // namespace
} // namespace poolproof::oracle
