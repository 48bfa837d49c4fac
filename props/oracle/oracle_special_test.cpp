// Special pool: placement, guards, slack, freed pages, bad frees. Does not cover: IRQL codes of special pool
// at the allocation (oracle_failure_test.cpp).
#include "oracle/oracle_test_kit.hpp"

namespace poolproof::oracle {
namespace {

constexpr std::uint64_t end_of_page = base + page_bytes;
constexpr std::uint64_t at_end = end_of_page - 112; // 100 bytes at Verify End
constexpr Routine plain = Routine::ExFreePool;

Play with_special(Side side = Side::end) {
    Play play;
    play.special(SpecialMode::verifier, side);
    return play;
}

Event beyond(std::uint64_t address, bool wrote = false) {
    return bug(PAGE_FAULT_BEYOND_END_OF_ALLOCATION, address, wrote ? 1 : 0, 0x1234);
}

Event corrupt(std::uint64_t freed, std::uint64_t address, std::uint64_t sub_code) {
    return bug(SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION, freed, address, 0, sub_code);
}

// Feeds a touch of slot 0, which holds the block at `block`.
Play& touch_at(Play& play, OpKind kind, std::uint64_t block, std::int64_t offset, std::uint32_t length,
               const Event& event) {
    const Op op = touch(kind, static_cast<std::int32_t>(offset), length);
    return play.step(op, event, block + static_cast<std::uint64_t>(offset));
}

ORACLE_TEST(OraclePlacement, RequestsThatQualifyGoToSpecialPool) {
    for (const Routine routine : {ex_tag, ex_priority, eng}) {
        const char* ids = routine == eng ? "SP-01 GF-09 EAM-11 SP-09 SP-02" : "SP-01 GF-09 SP-09 SP-02";
        Play special = with_special();
        special.allocate_special(routine, 100, at_end).holds(ids);
        Play ordinary = with_special();
        ordinary.allocate(routine, 100, base).violates(routine == eng ? "SP-01 GF-09 EAM-11" : "SP-01 GF-09");
        Play refused = with_special();
        refused.step(request(routine, 100), null_result()).violates("SP-09");
    }
    Play by_fsrtl = with_special();
    by_fsrtl.allocate(fsrtl, 100, base).says_nothing_of("SP-01 GF-09");
    by_fsrtl.is_clean();
}

ORACLE_TEST(OraclePlacement, EitherCriterionQualifiesAndNothingElse) {
    Play play;
    play.special(SpecialMode::by_tag, Side::end, fred).allocate_special(ex_tag, 100, at_end).holds("GF-09");
    play.special(SpecialMode::off).allocate(ex_tag, 100, base + 0x8000).holds("GF-09");
    play.is_clean();
    play.allocate_special(ex_tag, 100, at_end + 0x4000).violates("GF-09");
    Play other;
    other.special(SpecialMode::by_tag, Side::end, 0x31676154).allocate(ex_tag, 100, base).holds("GF-09");
    other.special(SpecialMode::verifier).allocate_special(ex_tag, 100, at_end + 0x4000).holds("GF-09");
    other.is_clean();
}

Play with_gflags(std::uint32_t value, Side side = Side::end) {
    Play play;
    play.special(SpecialMode::by_tag, side, value);
    return play;
}

ORACLE_TEST(OracleGflags, OnlyTheLastValueCounts) {
    Play play = with_gflags(fred);
    play.special(SpecialMode::by_tag, Side::end, 0x31676154).allocate(ex_tag, 100, base).holds("GF-01 GF-02");
    play.allocate_special(ex_tag, 100, at_end + 0x4000).violates("GF-01 GF-02 GF-09");
}

ORACLE_TEST(OracleGflags, WildcardsStandForAnyCharacterAndForTheRest) {
    for (const std::uint32_t value :
         {fred, (fred & 0x00FFFFFFU) | 0x3F000000U, (fred & 0x0000FFFFU) | 0x2A0000U, 0x3F3F3F3FU}) {
        Play play = with_gflags(value);
        play.allocate_special(ex_tag, 100, at_end).holds("GF-02 GF-09");
        play.is_clean();
        Play blind = with_gflags(value);
        blind.allocate(ex_tag, 100, base).violates("GF-02");
    }
    Play globbed = with_gflags((fred & 0x0000FFFFU) | 0x582A0000U);
    globbed.allocate(ex_tag, 100, base).says_nothing_of("GF-02 GF-09");
}

ORACLE_TEST(OracleGflags, ASizeSelectsTheClassOneGranuleBelowIt) {
    Play inside = with_gflags(0x80);
    inside.allocate_special(ex_tag, 100, at_end).holds("GF-03");
    inside.is_clean();
    Play refused = with_gflags(0x80);
    refused.allocate(ex_tag, 100, base).violates("GF-03");
    Play outside = with_gflags(0x90);
    outside.allocate(ex_tag, 100, base).holds("GF-03");
    outside.is_clean();
    Play wide = with_gflags(0x90);
    wide.allocate_special(ex_tag, 100, at_end).violates("GF-03");
    Play odd = with_gflags(0x81);
    odd.allocate(ex_tag, 100, base).says_nothing_of("GF-03 GF-09");
}

ORACLE_TEST(OracleGflags, ASmallValueIsATagTooAndTwoAIsEverything) {
    Play everything = with_gflags(0x2A);
    everything.allocate_special(ex_tag, 100, at_end).holds("GF-02 GF-04");
    everything.is_clean();
    Play nothing = with_gflags(0x2A);
    nothing.allocate(ex_tag, 100, base).violates("GF-04");
}

ORACLE_TEST(OracleGflags, OneSettingOfTheSideServesBothKindsOfRequest) {
    Play start = with_gflags(fred, Side::start);
    start.allocate_special(ex_tag, 100, base).holds("GF-05");
    start.is_clean();
    Play wrong = with_special(Side::start);
    wrong.allocate_special(ex_tag, 100, at_end).violates("GF-05");
}

ORACLE_TEST(OraclePlacement, ALargeRequestStaysOut) {
    Play play = with_special();
    play.allocate(ex_tag, page_bytes, base).holds("SP-08");
    play.allocate_special(ex_tag, page_bytes, base + 0x8000).violates("SP-08");
}

ORACLE_TEST(OraclePlacement, BeyondThePromisedRoomOrdinaryPoolMayServe) {
    Claims claims = full_claims();
    claims.special_pool_blocks = 1;
    Play play(claims);
    play.special(SpecialMode::verifier).allocate_special(ex_tag, 100, at_end);
    play.allocate(ex_tag, 100, base + 0x8000).leaves_open("SP-01 GF-09");
    play.allocate(eng, 100, base + 0x9000).leaves_open("EAM-11");
    play.is_clean();
}

ORACLE_TEST(OraclePlacement, TheBlockLiesOnItsSide) {
    Play end = with_special();
    end.allocate_special(ex_tag, 100, at_end).holds("SP-03 SP-05");
    Play low = with_special();
    low.allocate_special(ex_tag, 100, at_end - 16).violates("SP-03 SP-05");
    Play over = with_special();
    over.allocate_special(ex_tag, 100, at_end + 16).violates("SP-03");
    Play start = with_special(Side::start);
    start.allocate_special(ex_tag, 100, base).holds("SP-04");
    Play late = with_special(Side::start);
    late.allocate_special(ex_tag, 100, base + 16).violates("SP-04");
}

ORACLE_TEST(OraclePlacement, AVariantPicksTheSideOfItsCallOnly) {
    Op op = request(ex_priority, 100);
    op.priority = NormalPoolPrioritySpecialPoolUnderrun;
    Play under = with_special();
    under.step(op, placed(op, base, true)).holds("EATP-09 EATP-11 SP-04");
    Play wrong = with_special();
    wrong.step(op, placed(op, at_end, true)).violates("EATP-09 EATP-11 SP-04");
    op.priority = HighPoolPrioritySpecialPoolOverrun;
    Play over = with_special();
    over.step(op, placed(op, at_end, true)).holds("EATP-09");
    over.says_nothing_of("EATP-11");
    Play().step(op, placed(op, base)).holds("EATP-10");
    Play().step(op, placed(op, at_end, true)).violates("EATP-10");
}

ORACLE_TEST(OraclePlacement, NeighbourPagesAreEmpty) {
    Play play = with_special();
    play.allocate_special(ex_tag, 100, at_end)
        .allocate_special(ex_tag, 100, at_end + 2 * page_bytes)
        .holds("SP-02");
    play.allocate_special(ex_tag, 100, at_end - page_bytes).violates("SP-02");
    Play ordinary = with_special();
    ordinary.allocate_special(ex_tag, 100, at_end)
        .allocate(ex_tag, page_bytes, end_of_page)
        .violates("SP-02");
}

ORACLE_TEST(OracleGuards, ATouchPastTheEndFaultsAtOnce) {
    const char* ids = "SP-02 SP-03 GEO-06 EAPT-12";
    for (const OpKind kind : {OpKind::read, OpKind::write}) {
        const bool wrote = kind == OpKind::write;
        Play play = with_special();
        play.allocate_special(ex_tag, 100, at_end);
        touch_at(play, kind, at_end, 112, 1, beyond(end_of_page, wrote)).holds(ids);
        touch_at(play, kind, at_end, 120, 8, beyond(end_of_page + 8, wrote)).holds(ids);
        touch_at(play, kind, at_end, 112, 1, fault_at(end_of_page)).holds(ids);
        play.is_clean();
        touch_at(play, kind, at_end, 112, 1, beyond(end_of_page, !wrote)).violates(ids);
        touch_at(play, kind, at_end, 112, 1, bug(PAGE_FAULT_IN_NONPAGED_AREA, end_of_page, wrote))
            .violates(ids);
        touch_at(play, kind, at_end, 112, 1, beyond(end_of_page - 1, wrote)).violates(ids);
        touch_at(play, kind, at_end, 112, 1, fault_at(end_of_page - 1)).violates(ids);
        touch_at(play, kind, at_end, 112, 1, done()).violates(ids);
    }
}

ORACLE_TEST(OracleGuards, ATouchBeforeTheStartFaultsAtOnce) {
    Play play = with_special(Side::start);
    play.allocate_special(ex_tag, 100, base);
    touch_at(play, OpKind::read, base, -1, 1, beyond(base - 1)).holds("SP-02 SP-04 GEO-06");
    touch_at(play, OpKind::read, base, -1, 1, bug(PAGE_FAULT_IN_NONPAGED_AREA, base - 1, 0)).holds("SP-04");
    touch_at(play, OpKind::write, base, -1, 1, bug(PAGE_FAULT_IN_NONPAGED_AREA, base - 1, 2)).holds("SP-04");
    touch_at(play, OpKind::read, base, -5000, 1, done()).leaves_open("GEO-06");
    play.is_clean();
    touch_at(play, OpKind::read, base, -1, 1, done()).violates("SP-02 SP-04 GEO-06");
}

ORACLE_TEST(OracleGuards, TheSlackIsQuietUntilTheFree) {
    Play end = with_special();
    end.allocate_special(ex_tag, 100, at_end);
    touch_at(end, OpKind::read, at_end, -8, 120, done()).holds("SP-03 SP-06");
    touch_at(end, OpKind::read, at_end, 100, 12, done()).holds("SP-03 SP-06");
    end.step(release(plain), done(), at_end).holds("SP-06 EFP-01");
    end.is_clean();
    end.allocate_special(ex_tag, 100, at_end);
    touch_at(end, OpKind::read, at_end, 100, 12, beyond(at_end + 100)).violates("SP-03 SP-06");
    end.step(release(plain), corrupt(at_end, at_end + 100, 0x24), at_end).violates("SP-06 EFP-01");
    Play start = with_special(Side::start);
    start.allocate_special(ex_tag, 100, base);
    touch_at(start, OpKind::read, base, 100, 12, done()).holds("SP-04 SP-06");
    touch_at(start, OpKind::read, base, 100, 12, fault_at(base + 100)).violates("SP-04 SP-06");
}

ORACLE_TEST(OracleGuards, AWriteInFrontIsFoundAtTheFree) {
    const char* ids = "SP-03 SP-06 GEO-06 EAPT-12";
    Play play = with_special();
    play.allocate_special(ex_tag, 100, at_end);
    touch_at(play, OpKind::write, at_end, -2, 2, done()).holds("SP-03");
    play.step(release(plain), corrupt(at_end, at_end - 2, 0x23), at_end).holds(ids);
    play.is_clean();
    play.step(release(plain), corrupt(at_end, at_end - 2, 0x24), at_end).violates(ids);
    play.step(release(plain), corrupt(at_end, at_end - 3, 0x23), at_end).violates(ids);
    play.step(release(plain), corrupt(at_end + 16, at_end - 2, 0x23), at_end).violates(ids);
    play.step(release(plain), corrupt(at_end, at_end - 2, 0x32), at_end).violates(ids);
    touch_at(play, OpKind::write, at_end, -2, 2, done()); // flipped back
    play.step(release(plain), done(), at_end).holds("SP-06 EFP-01");
    play.allocate_special(ex_tag, 100, at_end);
    touch_at(play, OpKind::write, at_end, -2, 2, done());
    play.step(release(plain), done(), at_end).violates(ids);
}

ORACLE_TEST(OracleGuards, AWriteBehindIsFoundAtTheFree) {
    Play play = with_special(Side::start);
    play.allocate_special(ex_tag, 100, base);
    touch_at(play, OpKind::write, base, 200, 2, done()).holds("SP-04");
    play.step(release(plain), corrupt(base, base + 201, 0x24), base).holds("SP-04 SP-06 GEO-06 EAPT-12");
    play.step(release(plain), corrupt(base, base + 201, 0x23), base).holds("SP-04");
    play.is_clean();
    play.step(release(plain), done(), base).violates("SP-04 SP-06 GEO-06 EAPT-12");
    Play slack = with_special();
    slack.allocate_special(eng, 100, at_end);
    touch_at(slack, OpKind::write, at_end, 104, 1, done());
    slack.step(release(Routine::EngFreeMem), corrupt(at_end, at_end + 104, 0x24), at_end).holds("SP-06");
    slack.step(release(Routine::EngFreeMem), corrupt(at_end, at_end + 104, 0x23), at_end).violates("SP-06");
}

ORACLE_TEST(OracleGuards, OneChangedBitMayBeReportedAsSuch) {
    Op flip = touch(OpKind::write, 104, 1);
    flip.mask = 0x10;
    Play play = with_special();
    play.allocate_special(ex_tag, 100, at_end).step(flip, done(), at_end + 104);
    play.step(release(plain), corrupt(at_end, at_end + 104, 0x32), at_end).holds("SP-06");
    play.step(release(plain), corrupt(at_end, at_end + 104, 0x24), at_end).holds("SP-06");
    play.step(release(plain), bug(BAD_POOL_HEADER, 2, at_end), at_end).holds("SP-06");
    play.is_clean();
}

ORACLE_TEST(OracleGuards, AFaultingWriteMayHaveChangedTheSlackBeforeIt) {
    for (const bool reported : {true, false}) {
        Play play = with_special();
        play.allocate_special(ex_tag, 100, at_end);
        touch_at(play, OpKind::write, at_end, 90, 40, beyond(end_of_page, true)).holds("SP-03");
        Event freed = reported ? corrupt(at_end, at_end + 100, 0x24) : done();
        freed.intact = Seen::no; // its own bytes may have been flipped too
        play.step(release(plain), freed, at_end).says_nothing_of("GEO-04");
        play.is_clean();
    }
}

ORACLE_TEST(OracleGuards, FreedSpecialPoolFaults) {
    Play play = with_special();
    play.allocate_special(ex_tag, 100, at_end).step(release(plain), done(), at_end);
    const Event freed = bug(PAGE_FAULT_IN_FREED_SPECIAL_POOL, at_end, 0);
    touch_at(play, OpKind::read, at_end, 0, 4, freed).holds("SP-07 EFP-03");
    touch_at(play, OpKind::read, at_end, 0, 4, bug(0xD5, at_end, 0)).holds("SP-07");
    play.is_clean();
    touch_at(play, OpKind::read, at_end, 0, 4, beyond(at_end)).violates("SP-07 EFP-03");
    touch_at(play, OpKind::read, at_end, 0, 4, done()).violates("SP-07 EFP-03");
    Play by_eng = with_special();
    by_eng.allocate_special(eng, 100, at_end).step(release(Routine::EngFreeMem), done(), at_end);
    touch_at(by_eng, OpKind::read, at_end, 0, 4, freed).holds("SP-07 EFM-02");
    touch_at(by_eng, OpKind::read, at_end, 0, 4, done()).violates("SP-07 EFM-02");
}

ORACLE_TEST(OracleGuards, AFreedPageBesideALiveBlockMayBeReportedEitherWay) {
    Op second = request(ex_tag, 100);
    second.slot = 1;
    Play play = with_special();
    play.allocate_special(ex_tag, 100, at_end).step(release(plain), done(), at_end);
    play.step(second, placed(second, at_end + page_bytes, true));
    touch_at(play, OpKind::read, at_end, 0, 4, bug(PAGE_FAULT_IN_FREED_SPECIAL_POOL, at_end, 0))
        .holds("SP-02");
    touch_at(play, OpKind::read, at_end, 0, 4, beyond(at_end)).holds("SP-02");
    play.is_clean();
}

ORACLE_TEST(OracleGuards, APageThatIsGivenOutAgainIsNoLongerFreed) {
    Op second = request(ex_tag, 100);
    second.slot = 1;
    Play play = with_special();
    play.allocate_special(ex_tag, 100, at_end).step(release(plain), done(), at_end);
    play.step(second, placed(second, at_end, true));
    touch_at(play, OpKind::write, at_end, 0, 4, done()).says_nothing_of("SP-07 SP-02");
    Op free_second = release(plain);
    free_second.slot = 1;
    Event lost = done();
    lost.intact = Seen::no;
    play.step(free_second, lost, at_end).says_nothing_of("GEO-04");
    play.is_clean();
}

ORACLE_TEST(OracleGuards, BadFreesHaveCodesOfTheirOwn) {
    Play play = with_special();
    play.allocate_special(ex_tag, 100, at_end);
    const Event bad = bug(SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION, at_end + 8, 100, 112, 0x21);
    play.step(release(plain), bad, at_end + 8).holds("SP-13 EFP-06");
    play.step(release(plain), bug(BAD_POOL_CALLER, 0x46, at_end - 8), at_end - 8).leaves_open("SP-13");
    play.step(release(plain), done(), at_end);
    play.step(release(plain), corrupt(at_end, 0, 0x20), at_end).holds("SP-13 EFP-07");
    play.is_clean();
    play.step(release(plain), done(), at_end).violates("SP-13 EFP-07");
}

ORACLE_TEST(OracleGuards, FreeingTooHighHasACodeOfItsOwn) {
    Play play = with_special();
    play.allocate_special(ex_tag, 100, at_end).irql(4);
    const Event own = bug(SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION, 4, NonPagedPool, at_end, 0x31);
    play.step(release(plain), own, at_end).holds("SP-14 IRQ-04");
    play.step(release(plain), bug(BAD_POOL_CALLER, 9, 4, NonPagedPool, at_end), at_end).leaves_open("SP-14");
    play.is_clean();
    play.step(release(plain), done(), at_end).violates("SP-14 IRQ-04");
}

ORACLE_TEST(OracleGuards, ABlockOnThePageOfOneThatMayBeFreedHasThePageForItself) {
    Play play = with_special(Side::start);
    const Op unpaired = release(Routine::EngFreeMem);
    play.allocate_special(ex_tag, 100, base).step(unpaired, done(), base);
    play.special(SpecialMode::verifier).allocate_special(ex_tag, 1, end_of_page - 16);
    touch_at(play, OpKind::write, end_of_page - 16, 0, 2, done()).is_clean();
    Play blind = play;
    play.step(release(plain), corrupt(end_of_page - 16, end_of_page - 15, 0x24), end_of_page - 16);
    play.holds("SP-06");
    blind.step(release(plain), done(), end_of_page - 16).violates("SP-06");
}

ORACLE_TEST(OracleMurk, AStrayWriteInOrdinaryPoolEndsItsJudging) {
    Play play;
    play.allocate(ex_tag, 100, base);
    touch_at(play, OpKind::write, base, 100, 1, done()).leaves_open("GEO-06 EAPT-12");
    play.step(release(plain), bug(BAD_POOL_HEADER, 0x20, base), base).leaves_open("EFP-01 EAPT-14");
    play.allocate(ex_tag, 100, base).leaves_open("GEO-04");
    play.is_clean();
    play.special(SpecialMode::verifier).allocate_special(ex_tag, 100, base + 0x9000 + 16).violates("SP-03");
}

} // namespace
} // namespace poolproof::oracle
