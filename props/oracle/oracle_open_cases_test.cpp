// What the oracle leaves open, or does not judge at all, although a rule of the routine is near: failures
// that only may be due, tags that only may be caught, memory that only may be reached. Does not cover: lists
// (oracle_open_lists_test.cpp).
#include "oracle/oracle_test_kit.hpp"

namespace poolproof::oracle {
namespace {

constexpr Routine aligned = Routine::FltAllocatePoolAlignedWithTag;
constexpr Routine private_user = Routine::EngAllocPrivateUserMem;
constexpr std::uint32_t verified = DRIVER_VERIFIER_DETECTED_VIOLATION;

Op of_index(Op op, std::uint8_t index) {
    op.index = index;
    return op;
}

Event aligned_block(std::uint64_t address) {
    Event event = pointer(address);
    event.block.known = true;
    event.block.tag = fred;
    return event;
}

Play with_aligned(const Claims& claims = full_claims(), bool special = false) {
    Play play(claims);
    if (special) {
        play.special(SpecialMode::verifier);
    }
    Event event = aligned_block(base);
    event.block.special = special;
    event.block.bytes = 100;
    play.step(of_index(request(aligned, 100), 1), event);
    return play;
}

Op aligned_release(std::uint8_t instance, std::uint32_t tag = fred) {
    Op op = of_index(release(Routine::FltFreePoolAlignedWithTag), instance);
    op.tag = tag;
    return op;
}

// Two pages are offered, and a block is on one of them.
Play nearly_full() {
    Play play;
    play.budget(0, false, 0).budget(1, false, 2).allocate(ex_tag, 64, base + 16 * page_bytes);
    return play;
}

ORACLE_TEST(OracleOpenAligned, WhereMemoryMayBeShortEitherAnswerIsAccepted) {
    const Op op = of_index(request(aligned, 2 * page_bytes), 1);
    nearly_full().step(op, aligned_block(base)).leaves_open("OTH-04");
    nearly_full().step(op, null_result()).leaves_open("OTH-04");
    nearly_full().step(op, bug(0x1234, 1)).violates("OTH-04");
    nearly_full().step(of_index(request(aligned, 0), 1), bug(0x1234, 1)).violates("ZER-05");
}

ORACLE_TEST(OracleOpenAligned, MemoryOfSomebodyElseIsNone) {
    const Op op = of_index(request(aligned, 100), 1);
    with_aligned().step(op, aligned_block(base + 64)).violates("OTH-04");
    with_aligned().step(of_index(request(aligned, 0), 1), aligned_block(base + 64)).violates("ZER-05");
    Event event = aligned_block(base);
    event.accessible = Seen::no;
    Play().step(op, event).violates("OTH-04");
    event = aligned_block(base);
    event.block.user = true;
    Play().step(op, event).violates("OTH-04");
}

ORACLE_TEST(OracleOpenAligned, AnotherTagNamesTheBlockAndBothTags) {
    const Op op = aligned_release(1, 0x31676154);
    const Event right = bug(BAD_POOL_CALLER, 0x0A, base, fred, op.tag);
    with_aligned().step(op, right, base).holds("OTH-05");
    for (std::size_t i = 0; i < 4; ++i) {
        Event wrong = right;
        wrong.parameters[i] ^= 0x4000;
        with_aligned().step(op, wrong, base).violates("OTH-05");
    }
}

ORACLE_TEST(OracleOpenAligned, AnotherTagIsOpenWhereNothingIsDeclared) {
    Claims claims = full_claims();
    claims.tag_mismatch = TagMismatch::unstated;
    const Op op = aligned_release(1, 0x31676154);
    Event reported = done();
    reported.caller_faults = fault_free_tag;
    with_aligned(claims).step(op, reported, base).leaves_open("OTH-05");
    with_aligned(claims).step(aligned_release(1, 0), reported, base).is_clean(); // no tag is no other tag
}

ORACLE_TEST(OracleOpenAligned, SpecialPoolMayFindSomethingElseFirst) {
    const Op op = aligned_release(1, 0x31676154);
    Event other = bug(SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION, base, base + 200, 0, 0x24);
    other.caller_faults = fault_free_tag;
    with_aligned(full_claims(), true).step(op, other, base).leaves_open("OTH-05");
    Claims claims = full_claims();
    claims.tag_mismatch = TagMismatch::silent;
    with_aligned(claims, true).step(op, other, base).leaves_open("OTH-05");
}

ORACLE_TEST(OracleOpenAligned, ABlockThatLostItsBytesWasFreedBadly) {
    Event event = done();
    event.intact = Seen::no;
    with_aligned().step(aligned_release(1), event, base).violates("OTH-05");
}

ORACLE_TEST(OracleOpenAligned, AnotherInstanceMayEndInABugCheck) {
    with_aligned().step(aligned_release(2), bug(BAD_POOL_CALLER, 7), base).leaves_open("OTH-05");
    Play play;
    play.allocate(ex_tag, 40, base).step(aligned_release(2), done(), base).is_clean();
}

Event private_block(std::uint64_t address, std::uint8_t process) {
    Event event = pointer(address);
    event.block.known = event.block.user = true;
    event.block.process = process;
    event.block.bytes = 100;
    event.block.tag = fred;
    return event;
}

ORACLE_TEST(OracleOpenUser, WhereAddressSpaceMayBeShortEitherAnswerIsAccepted) {
    const Op large = of_index(request(private_user, std::uint64_t{1} << 27), 1);
    Play().step(large, null_result()).leaves_open("EPU-05");
    Play().step(large, private_block(user_base, 1)).leaves_open("EPU-05");
    Play().step(large, bug(0x1234, 1)).violates("EPU-05");
}

ORACLE_TEST(OracleOpenUser, NeighboursKeep64KilobytesOnBothSides) {
    const Op op = of_index(request(private_user, 100), 1);
    Play play;
    play.step(op, private_block(user_base + 0x20000, 1)).says_nothing_of("EPU-02");
    Play later = play;
    later.step(op, private_block(user_base, 1)).holds("EPU-02");
    later = play;
    later.step(op, private_block(user_base + 0x18000, 1)).violates("EPU-02");
    later = play;
    later.step(op, private_block(user_base + 0x20010, 1)).violates("EPU-05");
}

ORACLE_TEST(OracleOpenUser, ASecuredRangeIsThatOfItsProcess) {
    Op secure;
    secure.kind = OpKind::call;
    secure.routine = Routine::EngSecureMem;
    secure.length = 50;
    Play play;
    play.allocate(eng_user, 100, user_base).step(secure, answer(0), user_base);
    Play later = play;
    later.process(2)
        .step(touch(OpKind::read, 0, 50), fault_at(user_base), user_base)
        .says_nothing_of("ESM-01");
    later = play;
    later.irql(2).step(touch(OpKind::read, 0, 50), fault_at(user_base), user_base).says_nothing_of("ESM-01");
    later = play;
    later.process(2).step(request(eng_user, 100), private_block(user_base, 2)).says_nothing_of("ESM-01");
    later = play;
    later.irql(2).step(secure, answer(0), user_base).says_nothing_of("ESM-01");
}

ORACLE_TEST(OracleOpenQuota, OfADpcAndOfTheIdleProcessTellNothingMore) {
    Op op = request(Routine::ExAllocatePoolWithQuotaTag, 40);
    Op tracking;
    tracking.kind = OpKind::verifier;
    tracking.level = 0;
    tracking.pool_type = tracking_flag;
    Op dpc;
    dpc.kind = OpKind::dpc;
    dpc.level = 1;
    Play play;
    play.step(tracking, done()).step(dpc, done());
    for (std::size_t i = 0; i < 4; ++i) {
        Event event = bug(verified, 0x10B);
        Play later = play;
        later.step(op, event).holds("QTA-02");
        event.parameters[i] ^= 0x4000;
        later = play;
        later.step(op, event).violates("QTA-02");
    }
}

} // namespace
} // namespace poolproof::oracle
