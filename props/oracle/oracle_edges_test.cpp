// Events at the edges of what the oracle knows: addresses that wrap around, blocks on top of each other,
// bytes that nobody looked at, lists that their subject does not tell of. Does not cover: what is open by a
// document's doing (oracle_open_cases_test.cpp).
#include "oracle/oracle_lists_kit.hpp"
#include "oracle/prediction.hpp"

namespace poolproof::oracle {
namespace {

constexpr Routine plain = Routine::ExFreePool;
constexpr std::uint32_t verified = DRIVER_VERIFIER_DETECTED_VIOLATION;

Op of_slot(Op op, std::uint8_t slot) {
    op.slot = slot;
    return op;
}

ORACLE_TEST(OracleEdges, ATouchThatWrapsAroundTouchesNothing) {
    Play play;
    play.allocate(ex_tag, 40, base);
    play.step(touch(OpKind::read, -8, 16), done(), ~std::uint64_t{0} - 3).is_clean();
    // Nobody knows what such a write has changed.
    play.step(touch(OpKind::write, -8, 16), done(), ~std::uint64_t{0} - 3);
    play.step(release(plain), bug(BAD_POOL_HEADER, 0x20, base), base).leaves_open("EFP-01");
}

ORACLE_TEST(OracleEdges, ATouchOfABlockThatMayBeFreedIsNotJudged) {
    Event told = done();
    told.caller_faults = fault_wrong_free_routine;
    Play play;
    play.allocate(eng, 40, base).step(release(plain), told, base);
    play.step(touch(OpKind::read, 0, 8), done(), base).says_nothing_of("EAM-01");
    play.step(touch(OpKind::read, 0, 8), fault_at(base), base).says_nothing_of("EAM-01");
    play.is_clean();
}

ORACLE_TEST(OracleEdges, OfTwoBlocksInOnePlaceTheSecondIsFreed) {
    Play play;
    play.allocate(ex_tag, 40, base);
    play.step(of_slot(request(ex_tag, 40), 1), placed(request(ex_tag, 40), base)).violates("GEO-04");
    play.step(of_slot(release(plain), 1), done(), base);
    play.step(release(plain), done(), base);
    play.step(query_tag(fred, false), row(2, 2, 0)).holds("TAG-15");
}

ORACLE_TEST(OracleEdges, WhereABlockLiesIsNotKnownUnlessTheSubjectTells) {
    Op op = request(ex_tag, 96);
    op.pool_type = PagedPool;
    Play play;
    play.special(SpecialMode::verifier).step(op, pointer(base + page_bytes - 96));
    play.step(touch(OpKind::read, 0, 96), done(), base + page_bytes - 96).holds("EAPT-06");
    play.irql(2).step(touch(OpKind::read, 0, 96), done(), base + page_bytes - 96).says_nothing_of("EAPT-06");
    play.is_clean();
}

ORACLE_TEST(OracleEdges, BytesThatNobodyLookedAtAreNotJudged) {
    const struct {
        Routine routine;
        const char* ids;
    } cases[] = {
        {eng, "EAM-03"}, {Routine::ExAllocatePool2, "CON-03 EAP2-09"}, {Routine::ExAllocatePool3, "EAP3-01"}};
    for (const auto& one : cases) {
        Op op = request(one.routine, 40);
        op.pool_type = one.routine == eng ? std::uint32_t{FL_ZERO_MEMORY | FL_NONPAGED_MEMORY}
                                          : static_cast<std::uint32_t>(pool_flag_non_paged);
        Event event = placed(op, base);
        event.zeroed = Seen::no;
        Play().step(op, event).violates(one.ids);
        event.zeroed = Seen::not_looked;
        Play().step(op, event).is_clean();
    }
}

ORACLE_TEST(OracleEdges, AFreedUserAddressIsOneOfTheUserHalf) {
    Play play;
    play.allocate(eng_user, 40, user_base).step(release(Routine::EngFreeUserMem), done(), user_base);
    play.step(of_slot(release(plain), 1), bug(BAD_POOL_CALLER, 0x40, user_base, 0x8000000), user_base);
    play.holds("EFP-08");
}

ORACLE_TEST(OracleEdges, QuotaAtDispatchLevelIsARuleOfComplianceChecking) {
    Op compliance;
    compliance.kind = OpKind::verifier;
    compliance.level = 0;
    compliance.pool_type = compliance_flag;
    const Op op = request(Routine::ExAllocatePoolWithQuotaTag, 40);
    Play().irql(2).step(op, bug(verified, 0x00020006)).violates("EAQT-03");
    Play().step(compliance, done()).irql(2).step(op, bug(verified, 0x00020006)).is_clean();
}

ORACLE_TEST(OracleEdges, AFailureThatAListMayHaveTakenMayComeLater) {
    const auto failing = [](bool holds_an_entry) {
        Play play;
        play.step(lists::init(0), answer(0)); // told of by nobody
        play.step(lists::take(0), lists::entry_at(base, false, true));
        if (holds_an_entry) {
            play.step(lists::put(0), done(), base);
        }
        play.fail_next();
        return play;
    };
    Play play = failing(false); // the call went to pool, and took it
    play.step(lists::take(0), null_result());
    play.step(request(ex_tag, 40), null_result()).violates("EAPT-06");
    play = failing(true);
    play.step(lists::take(0), lists::entry_at(base, false, true));
    Play later = play;
    later.step(request(ex_tag, 40), null_result()).leaves_open("EAPT-06");
    later = play;
    later.step(request(eng_user, 40), null_result()).leaves_open("EAU-12");
}

ORACLE_TEST(OracleEdges, AListThatIsNotInitialisedIsNotJudgedByItsEntries) {
    Play().step(lists::put(0), lists::Told().in(done()), base).says_nothing_of("LL-03");
    Play()
        .step(lists::take(0), lists::Told().in(lists::entry_at(base, true, false)))
        .says_nothing_of("LL-12");
}

ORACLE_TEST(OracleEdges, AFreeIsCountedOnce) {
    lists::Told told;
    Play play = lists::with_list(0);
    play.step(lists::take(0), told.missed().in(lists::entry_at(base, false, true)));
    Play later = play;
    later.step(lists::put(0), told.in(done()), base).violates("LL-03");
    told.use.frees = 2;
    later = play;
    later.step(lists::put(0), told.in(done()), base).violates("LL-03");
}

ORACLE_TEST(OracleEdges, CountersThatDidNotComeAreNotCompared) {
    Op query;
    query.kind = OpKind::query_verifier;
    Event counted = answer(0);
    Play play;
    play.step(query, counted);
    play.step(query, bug(0x1234, 1));
    counted.counters[attempted] = 1;
    play.allocate(ex_tag, 40, base).step(query, counted).holds("IC-04");
}

TEST(Prediction, AFaultWithoutABugCheckTellsTheAddressAlone) {
    constexpr GuardedBlock block{0x10000FE0, 20};
    constexpr Access beyond{32, 1, false, 0xFF};
    const Prediction foretold = predict(block, beyond);
    EXPECT_TRUE(agrees(foretold, block, beyond, fault_at(0x10001000)));
    EXPECT_FALSE(agrees(foretold, block, beyond, fault_at(0x10001001)));
    constexpr Access inside{3, 1, false, 0xFF};
    EXPECT_TRUE(agrees_after_free(block, inside, fault_at(0x10000FE3)));
    EXPECT_FALSE(agrees_after_free(block, inside, fault_at(0x10000FE4)));
}

TEST(Prediction, ADamagedPageHasOneOfThreeSubCodes) {
    constexpr GuardedBlock block{0x10000FE0, 20};
    constexpr Access write{20, 1, true, 0xFF};
    constexpr std::uint32_t code = SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION;
    EXPECT_TRUE(agrees_at_free(block, write, bug(code, 0x10000FE0, 0x10000FF4, 0, 0x24)));
    EXPECT_FALSE(agrees_at_free(block, write, bug(code, 0x10000FE0, 0x10000FF4, 0, 0x25)));
    EXPECT_FALSE(agrees_at_free(block, write, bug(BAD_POOL_CALLER, 0x10000FE0, 0x10000FF4, 0, 0x24)));
}

} // namespace
} // namespace poolproof::oracle
