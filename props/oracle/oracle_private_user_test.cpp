// EPU, EPF, ESM, OTH-04, OTH-05 and ZER-05. Does not cover: any subject.
#include "oracle/oracle_test_kit.hpp"

namespace poolproof::oracle {
namespace {

constexpr Routine private_user = Routine::EngAllocPrivateUserMem;
constexpr Routine aligned = Routine::FltAllocatePoolAlignedWithTag;

Op private_request(std::uint8_t surface) {
    Op op = request(private_user, 100);
    op.index = surface;
    return op;
}

Op private_release(std::uint8_t surface) {
    Op op = release(Routine::EngFreePrivateUserMem);
    op.index = surface;
    return op;
}

Event private_block(std::uint64_t address, std::uint8_t process) {
    Event event = pointer(address);
    event.block.known = true;
    event.block.user = true;
    event.block.process = process;
    event.block.bytes = 100;
    event.block.tag = fred;
    return event;
}

// A block of surface 1, and the current process 0.
Play with_private() {
    Play play;
    play.step(private_request(1), private_block(user_base, 1));
    return play;
}

Op call(Routine routine) {
    Op op;
    op.kind = OpKind::call;
    op.routine = routine;
    op.length = 50;
    return op;
}

Event blamed(Event event, std::uint32_t faults) {
    event.caller_faults = faults;
    return event;
}

ORACLE_TEST(OraclePrivateUser, LiesInTheProcessOfTheSurface) {
    with_private().holds("EPU-01 EPU-05");
    Play().step(private_request(1), private_block(user_base, 0)).violates("EPU-01");
    Play play = with_private();
    Play there = play;
    there.process(1).step(touch(OpKind::read, 0, 4), done(), user_base).holds("EPU-01");
    there.step(touch(OpKind::read, 0, 4), fault_at(user_base), user_base).violates("EPU-01");
    play.step(touch(OpKind::read, 0, 4), fault_at(user_base), user_base).holds("EPU-02");
    play.step(touch(OpKind::read, 0, 4), done(), user_base).violates("EPU-02");
}

ORACLE_TEST(OraclePrivateUser, FailsAsUserMemoryDoes) {
    Play().fail_next().step(private_request(1), null_result()).holds("EPU-05");
    Play().fail_next().step(private_request(1), raised(0xC000009A)).violates("EPU-05");
    Play().step(private_request(1), null_result()).violates("EPU-05");
    Play play = with_private();
    play.step(private_request(1), private_block(user_base + 0x10000, 1)).holds("EPU-02");
    play = with_private();
    play.step(private_request(1), private_block(user_base + 0x1000, 1)).violates("EPU-02");
}

ORACLE_TEST(OraclePrivateUser, IsFreedFromAnyProcessGivenItsSurface) {
    Play play = with_private();
    play.step(private_release(1), done(), user_base).holds("EPU-02 EPU-03 EPF-01");
    play = with_private();
    play.step(private_release(1), blamed(done(), fault_wrong_process), user_base);
    play.violates("EPU-02 EPU-03");
    play = with_private();
    play.step(private_release(1), bug(BAD_POOL_CALLER, 7), user_base).violates("EPU-02 EPF-01");
    play = with_private();
    Event event = done();
    event.intact = Seen::no;
    play.step(private_release(1), event, user_base).violates("EPF-01");
    play = with_private();
    play.step(private_release(2), blamed(done(), fault_free_address), user_base).holds("EPU-03");
    play = with_private();
    play.step(private_release(2), done(), user_base).violates("EPU-03");
    Op op = private_request(1);
    Play().step(op, private_block(user_base, 1)).holds("EPU-03");
    op.tag = 0;
    Play().step(op, private_block(user_base, 1)).violates("EPU-03");
    Play().step(op, blamed(private_block(user_base, 1), fault_tag_zero)).holds("EPU-03");
}

ORACLE_TEST(OracleSecured, ARangeStaysUntilItIsGivenFree) {
    Play play;
    play.allocate(eng_user, 100, user_base);
    Play later = play;
    later.step(call(Routine::EngSecureMem), bug(BAD_POOL_CALLER, 7), user_base).violates("ESM-01");
    play.step(call(Routine::EngSecureMem), answer(0), user_base).holds("ESM-01");
    play.step(release(Routine::EngFreeUserMem), done(), user_base);
    later = play;
    later.step(touch(OpKind::read, 0, 50), done(), user_base).holds("ESM-01");
    later.step(touch(OpKind::read, 0, 51), fault_at(user_base + 50), user_base).says_nothing_of("ESM-01");
    later.step(touch(OpKind::read, 0, 50), fault_at(user_base), user_base).violates("ESM-01");
    later = play;
    later.step(request(eng_user, 100), private_block(user_base + 0x10000, 0)).holds("ESM-01");
    later = play;
    later.step(request(eng_user, 100), private_block(user_base, 0)).violates("ESM-01");
    play.step(call(Routine::EngUnsecureMem), answer(0), user_base).holds("ESM-02");
    later = play;
    later.step(touch(OpKind::read, 0, 50), fault_at(user_base), user_base).says_nothing_of("ESM-01");
    play.step(request(eng_user, 100), private_block(user_base, 0)).says_nothing_of("ESM-01");
}

ORACLE_TEST(OracleSecured, OnlyAHandleGivesARangeFree) {
    Play play;
    play.allocate(eng_user, 100, user_base);
    Play later = play;
    later.step(call(Routine::EngUnsecureMem), blamed(answer(0), fault_handle), user_base).holds("ESM-02");
    later = play;
    later.step(call(Routine::EngUnsecureMem), answer(0), user_base).violates("ESM-02");
    play.step(call(Routine::EngSecureMem), answer(0), user_base);
    play.step(call(Routine::EngUnsecureMem), bug(BAD_POOL_CALLER, 7), user_base).violates("ESM-02");
    // NULL came: nothing is held.
    play = Play();
    play.allocate(eng_user, 100, user_base);
    play.step(call(Routine::EngSecureMem), answer(1), user_base).holds("ESM-01");
    play.step(touch(OpKind::read, 0, 50), done(), user_base).says_nothing_of("ESM-01");
}

Op aligned_request(std::uint8_t instance, std::uint64_t bytes) {
    Op op = request(aligned, bytes);
    op.index = instance;
    return op;
}

Op aligned_release(std::uint8_t instance) {
    Op op = release(Routine::FltFreePoolAlignedWithTag);
    op.index = instance;
    return op;
}

Event aligned_block(std::uint64_t address, bool paged = false) {
    Event event = pointer(address);
    event.block.known = true;
    event.block.paged = paged;
    event.block.tag = fred;
    return event;
}

ORACLE_TEST(OracleAligned, MemoryIsAlignedForTheInstance) {
    Play().step(aligned_request(2, 100), aligned_block(base + 512)).holds("OTH-04");
    Play().step(aligned_request(2, 100), aligned_block(base + 256)).violates("OTH-04");
    Play().step(aligned_request(3, 100), aligned_block(base + 512)).violates("OTH-04");
    Play().step(aligned_request(2, 100), null_result()).violates("OTH-04");
    Play().fail_next().step(aligned_request(2, 100), null_result()).holds("OTH-04");
    Play().fail_next().step(aligned_request(2, 100), raised(0xC000009A)).violates("OTH-04");
    Play().step(aligned_request(2, 100), aligned_block(base, true)).violates("OTH-04");
}

ORACLE_TEST(OracleAligned, ZeroBytesAreServed) {
    Play().step(aligned_request(1, 0), aligned_block(base + 64)).holds("ZER-05");
    Play().step(aligned_request(1, 0), aligned_block(base + 16)).violates("ZER-05");
    Play().step(aligned_request(1, 0), null_result()).violates("ZER-05");
    Play().fail_next().step(aligned_request(1, 0), null_result()).leaves_open("ZER-05");
    Play().step(aligned_request(1, 0), blamed(aligned_block(base), fault_zero_bytes)).violates("OTH-04");
}

ORACLE_TEST(OracleAligned, DutiesOfTheRequestAreReported) {
    Op op = aligned_request(0, 100);
    op.tag = 0;
    Play().step(op, blamed(null_result(), fault_tag_zero)).holds("OTH-04");
    Play().step(op, null_result()).violates("OTH-04");
    op = aligned_request(0, 100);
    op.pool_type = PagedPool;
    Play().irql(2).step(op, blamed(null_result(), fault_irql)).holds("OTH-04");
    Play().irql(2).step(op, null_result()).violates("OTH-04");
    op.pool_type = NonPagedPoolSession;
    Play().step(op, blamed(null_result(), fault_pool_type)).holds("OTH-04");
    Play().step(op, null_result()).violates("OTH-04");
}

Play with_aligned() {
    Play play;
    play.step(aligned_request(1, 100), aligned_block(base));
    return play;
}

ORACLE_TEST(OracleAligned, IsFreedWithItsInstanceAndItsTag) {
    with_aligned().step(aligned_release(1), done(), base).holds("OTH-05");
    with_aligned().step(aligned_release(1), bug(BAD_POOL_CALLER, 7), base).violates("OTH-05");
    with_aligned().step(aligned_release(2), blamed(done(), fault_wrong_free_routine), base).holds("OTH-05");
    with_aligned().step(aligned_release(2), done(), base).violates("OTH-05");
    with_aligned().step(aligned_release(1), blamed(done(), fault_handle), base).violates("OTH-05");
    Op op = aligned_release(1);
    op.tag = 0x31676154;
    const Event caught = bug(BAD_POOL_CALLER, 0x0A, base, fred, op.tag);
    with_aligned().step(op, caught, base).holds("OTH-05");
    with_aligned().step(op, blamed(done(), fault_free_tag), base).violates("OTH-05");
    Claims claims = full_claims();
    claims.tag_mismatch = TagMismatch::silent;
    Play play(claims);
    play.step(aligned_request(1, 100), aligned_block(base));
    Play later = play;
    later.step(op, blamed(done(), fault_free_tag), base).holds("OTH-05");
    later = play;
    later.step(op, done(), base).violates("OTH-05");
    play.step(op, caught, base).violates("OTH-05");
}

} // namespace
} // namespace poolproof::oracle
