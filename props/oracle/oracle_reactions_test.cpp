// The documented bug checks of bad calls, parameter by parameter: each that tells something of the call has
// to tell it right. Does not cover: bug checks of special pool's faults (oracle_special_test.cpp) and of
// lists.
#include "oracle/oracle_test_kit.hpp"

namespace poolproof::oracle {
namespace {

constexpr Routine plain = Routine::ExFreePool;
constexpr Routine tagged = Routine::ExFreePoolWithTag;
constexpr std::uint32_t verified = DRIVER_VERIFIER_DETECTED_VIOLATION;

// `right` holds; with one of `parameters`, from 1, changed it is violated.
void expect_each_counts(const Play& before, const Op& op, const Event& right, std::uint64_t used,
                        const char* ids, std::initializer_list<unsigned> parameters) {
    Play play = before;
    play.step(op, right, used).holds(ids);
    for (const unsigned parameter : parameters) {
        SCOPED_TRACE(testing::Message() << ids << ", parameter " << parameter);
        Event wrong = right;
        wrong.parameters[parameter - 1] ^= 0x4000;
        play = before;
        play.step(op, wrong, used).violates(ids);
    }
}

Play at(std::uint8_t irql) {
    Play play;
    play.irql(irql);
    return play;
}

Play with_block(std::uint32_t type = NonPagedPool) {
    Op op = request(ex_tag, 40);
    op.pool_type = type;
    Play play;
    play.step(op, placed(op, base));
    return play;
}

Op stray(Routine routine) {
    Op op = release(routine);
    op.pointer = Pointer::system_address;
    return op;
}

ORACLE_TEST(OracleReactions, OfARequestTellItsTypeItsSizeAndItsTag) {
    Op op = request(ex_tag, 40);
    op.pool_type = PagedPool;
    op.tag = 0x42494720;
    expect_each_counts(Play(), op, bug(BAD_POOL_CALLER, 0x9C, PagedPool, 40), 0, "TAG-07", {1, 2, 3});
    op.tag = 0x2D2D2D2D;
    expect_each_counts(Play(), op, bug(BAD_POOL_CALLER, 0x9D, op.tag, PagedPool), 0, "TAG-08", {1, 2, 3});
    op.tag = 0;
    expect_each_counts(Play(), op, bug(BAD_POOL_CALLER, 0x9B, PagedPool, 40), 0, "TAG-06", {1, 2, 3});
    op.tag = fred;
    op.pool_type = NonPagedPoolMustSucceed;
    expect_each_counts(Play(), op, bug(BAD_POOL_CALLER, 0x9A, op.pool_type, 40, fred), 0, "MS-04",
                       {1, 2, 3, 4});
}

ORACLE_TEST(OracleReactions, OfARequestTellTheIrqlTooHigh) {
    const Op op = request(ex_tag, 40);
    expect_each_counts(at(3), op, bug(BAD_POOL_CALLER, 0x08, 3, NonPagedPool, 40), 0, "IRQ-01", {1, 2, 3, 4});
    Play play = at(3);
    play.verifier();
    expect_each_counts(play, op, bug(verified, 0x02, 3, NonPagedPool, 40), 0, "IRQ-01", {1, 2, 3, 4});
    play.step(op, bug(verified, 0x00020004), 0).holds("IRQ-01");
    play = at(3);
    play.step(op, bug(verified, 0x02, 3, NonPagedPool, 40)).violates("IRQ-01"); // nothing is verified
    play = at(3);
    play.step(op, bug(IRQL_NOT_LESS_OR_EQUAL, 0, 3)).holds("IRQ-01");
    play = Play();
    play.special(SpecialMode::verifier).irql(3);
    expect_each_counts(play, op, bug(SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION, 3, NonPagedPool, 40, 0x30), 0,
                       "IRQ-01", {1, 2, 3, 4});
    play = at(3);
    play.step(op, bug(SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION, 3, NonPagedPool, 40, 0x30)).violates("IRQ-01");
}

ORACLE_TEST(OracleReactions, OfARequestForNoBytesTellItsTypeAndItsTag) {
    const Op op = request(ex_tag, 0);
    Play play;
    play.verifier();
    expect_each_counts(play, op, bug(verified, 0, 0, NonPagedPool, 0), 0, "IC-02", {1, 2, 3, 4});
}

ORACLE_TEST(OracleReactions, OfAPointerToNoBlockTellThePointer) {
    const std::uint64_t codes[] = {0x41, 0x42, 0x43, 0x44, 0x46, 0x47, 0x48, 0x50, 0x99};
    for (const std::uint64_t code : codes) {
        expect_each_counts(Play(), stray(plain), bug(BAD_POOL_CALLER, code, base), base, "EFP-05", {1, 2});
    }
    Play play;
    play.verifier();
    expect_each_counts(play, stray(plain), bug(verified, 0x10, base), base, "EFP-05", {1, 2});
    expect_each_counts(play, stray(plain), bug(verified, 0x16, 0, base), base, "EFP-05", {1, 3});
    expect_each_counts(Play(), stray(plain), bug(MEMORY_MANAGEMENT, 0x5305, base), base, "EFP-05", {1, 2});
    expect_each_counts(Play(), stray(plain), bug(BAD_POOL_HEADER, 0x22, base), base, "EFP-05", {1, 2});
    const Event special = bug(SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION, base, 0, 0, 0x20);
    Play().step(stray(plain), special, base).violates("EFP-05"); // it was never asked for
    play = Play();
    play.special(SpecialMode::verifier);
    expect_each_counts(play, stray(plain), special, base, "EFP-05", {1, 4});
    Play().step(stray(plain), bug(0x1234, base), base).violates("EFP-05");
}

ORACLE_TEST(OracleReactions, OfAUserAddressTellItAndWhereTheHalvesMeet) {
    Op op = release(plain);
    op.pointer = Pointer::user_address;
    expect_each_counts(Play(), op, bug(BAD_POOL_CALLER, 0x40, 0x5000, 0x8000000), 0x5000, "EFP-08", {1, 2});
    Play().step(op, bug(BAD_POOL_HEADER, 0x40, 0x5000, 0x8000000), 0x5000).violates("EFP-08");
}

ORACLE_TEST(OracleReactions, OfASecondFreeTellTheBlock) {
    Play play = with_block();
    play.step(release(plain), done(), base);
    expect_each_counts(play, release(plain), bug(BAD_POOL_CALLER, 7, 0, 0, base), base, "EFP-07", {1, 4});
    Play later = play;
    later.step(release(plain), bug(BAD_POOL_CALLER, 7, 0, 0, base + 16), base).violates("EFP-07");
    for (const std::uint64_t code : {0x13U, 0x14U}) {
        later = play;
        later.step(release(plain), bug(verified, code), base).violates("EFP-07");
        later = play;
        later.verifier().step(release(plain), bug(verified, code), base).holds("EFP-07");
    }
}

ORACLE_TEST(OracleReactions, OfAnAddressInsideABlockTellHowItWasFound) {
    Op tracking;
    tracking.kind = OpKind::verifier;
    tracking.level = 0;
    tracking.pool_type = tracking_flag;
    Play play;
    play.step(tracking, done()).allocate(ex_tag, 40, base);
    expect_each_counts(play, release(plain), bug(verified, 0x13E, base + 8), base + 8, "EFP-06", {1, 2});
    play = Play();
    play.special(SpecialMode::verifier).allocate_special(ex_tag, 96, base + page_bytes - 96);
    const std::uint64_t inside = base + page_bytes - 88;
    for (const std::uint64_t code : {0x21U, 0x22U}) {
        expect_each_counts(play, release(plain),
                           bug(SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION, inside, 96, 0, code), inside,
                           "EFP-06", {1, 2, 4});
    }
}

ORACLE_TEST(OracleReactions, OfAFreeTellTheIrqlTooHigh) {
    Play play = with_block(PagedPool);
    play.irql(2);
    expect_each_counts(play, release(plain), bug(BAD_POOL_CALLER, 9, 2, PagedPool, base), base, "IRQ-04",
                       {1, 2, 3, 4});
    play.verifier();
    expect_each_counts(play, release(plain), bug(verified, 0x11, 2, PagedPool, base), base, "IRQ-04",
                       {1, 2, 3, 4});
    play = with_block();
    play.irql(3).verifier();
    expect_each_counts(play, release(plain), bug(verified, 0x12, 3, NonPagedPool, base), base, "IRQ-04",
                       {1, 2, 3, 4});
    play = with_block();
    play.irql(3);
    play.step(release(plain), bug(verified, 0x12, 3, NonPagedPool, base), base).violates("IRQ-04");
    play = with_block();
    play.irql(3).step(release(plain), bug(0x1234, 3), base).violates("IRQ-04");
    const std::uint64_t start = base + page_bytes - 96;
    play = Play();
    play.special(SpecialMode::verifier).allocate_special(ex_tag, 96, start).irql(3);
    expect_each_counts(play, release(plain),
                       bug(SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION, 3, NonPagedPool, start, 0x31), start,
                       "IRQ-04", {1, 2, 3, 4});
}

ORACLE_TEST(OracleReactions, OfAnotherTagTellBothTags) {
    Op op = release(tagged);
    op.tag = 0x31676154;
    expect_each_counts(with_block(), op, bug(BAD_POOL_CALLER, 0x0A, base, fred, op.tag), base, "EFPT-03",
                       {1, 2, 3, 4});
}

ORACLE_TEST(OracleReactions, OfADamagedPageTellTheByte) {
    const std::uint64_t start = base + page_bytes - 112;
    const auto damaged = [&](std::int32_t offset, std::uint8_t mask) {
        Play play;
        play.special(SpecialMode::verifier).allocate_special(ex_tag, 100, start);
        Op op = touch(OpKind::write, offset, 1);
        op.mask = mask;
        play.step(op, done(), start + static_cast<std::uint64_t>(static_cast<std::int64_t>(offset)));
        return play;
    };
    constexpr std::uint32_t code = SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION;
    expect_each_counts(damaged(-2, 3), release(plain), bug(code, start, start - 2, 0, 0x23), start, "SP-06",
                       {1, 2, 4});
    expect_each_counts(damaged(100, 3), release(plain), bug(code, start, start + 100, 0, 0x24), start,
                       "SP-06", {1, 2, 4});
    expect_each_counts(damaged(100, 4), release(plain), bug(code, start, start + 100, 0, 0x32), start,
                       "SP-06", {1, 2, 4});
    damaged(100, 3).step(release(plain), bug(code, start, start + 101, 0, 0x24), start).violates("SP-06");
    damaged(100, 3).step(release(plain), bug(code, start, start + 100, 0, 0x32), start).violates("SP-06");
    expect_each_counts(damaged(100, 3), release(plain), bug(BAD_POOL_HEADER, 0x21, start), start, "SP-06",
                       {1, 2});
    for (const std::uint64_t sub : {0x51U, 0x54U, 0x59U}) {
        damaged(100, 3).verifier().step(release(plain), bug(verified, sub), start).holds("SP-06");
        damaged(100, 3).step(release(plain), bug(verified, sub), start).violates("SP-06");
    }
}

} // namespace
} // namespace poolproof::oracle
