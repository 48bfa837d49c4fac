// Quota: what is charged, what a shortage answers, what a free and PsReturnPoolQuota give back. Does not
// cover: the rules that quota routines share with others (oracle_routines_test.cpp).
#include "oracle/oracle_test_kit.hpp"

#include <ddi/ntstatus.h>

namespace poolproof::oracle {
namespace {

constexpr auto quota_exceeded = static_cast<std::uint32_t>(STATUS_QUOTA_EXCEEDED);
constexpr auto insufficient = static_cast<std::uint32_t>(STATUS_INSUFFICIENT_RESOURCES);
constexpr std::uint32_t no_memory = 0xC0000017;
constexpr Routine quota = Routine::ExAllocatePoolWithQuota;
constexpr Routine quota_tag = Routine::ExAllocatePoolWithQuotaTag;
constexpr Routine fsrtl_quota = Routine::FsRtlAllocatePoolWithQuotaTag;
constexpr Routine charge = Routine::PsChargePoolQuota;
constexpr Routine give_back = Routine::PsReturnPoolQuota;

Op of_process(OpKind kind, std::uint64_t size = 0) {
    Op op;
    op.kind = kind;
    op.size = size;
    return op;
}

Op ask_quota() {
    return of_process(OpKind::query_quota);
}

Op by_call(Routine routine, std::uint64_t amount) {
    Op op = of_process(OpKind::call, amount);
    op.routine = routine;
    op.pool_type = NonPagedPool;
    return op;
}

Play limited_to(std::uint64_t bytes) {
    Play play;
    play.step(of_process(OpKind::quota, bytes), done());
    return play;
}

Play with_block(Routine routine, std::uint64_t size) {
    Play play;
    play.allocate(routine, size, base);
    return play;
}

Play charged_by_call(std::uint64_t amount) {
    Play play;
    play.step(by_call(charge, amount), answer(0));
    return play;
}

ORACLE_TEST(OracleQuota, LiveBlocksAreChargedToTheProcessThatAsked) {
    const struct {
        Routine routine;
        const char* id;
    } cases[] = {{quota, "EAPQ-02"}, {quota_tag, "EAQT-02"}, {fsrtl_quota, "FPQT-01"}};
    for (const auto& one : cases) {
        with_block(one.routine, 100).step(ask_quota(), answer(100)).holds(one.id);
        with_block(one.routine, 100).step(ask_quota(), answer(112)).holds(one.id); // rounded bytes
        with_block(one.routine, 100).step(ask_quota(), answer(0)).violates(one.id);
        with_block(one.routine, 100).step(ask_quota(), answer(page_bytes + 1)).violates(one.id);
        Op other = ask_quota();
        other.index = 1;
        with_block(one.routine, 100).step(other, answer(100)).says_nothing_of(one.id);
    }
    with_block(ex_tag, 100).step(ask_quota(), answer(0)).says_nothing_of("EAPQ-02 EAQT-02 FPQT-01");
}

ORACLE_TEST(OracleQuota, PagesOfExAllocatePoolWithQuotaAloneAreFreeOfCharge) {
    with_block(quota, page_bytes).step(ask_quota(), answer(0)).holds("EAPQ-02 EAPQ-03");
    const Play charged = with_block(quota, page_bytes).step(ask_quota(), answer(page_bytes));
    charged.violates("EAPQ-03");
    charged.leaves_open("EAPQ-02");
    // X-16 leaves it open for the others.
    with_block(quota_tag, page_bytes).step(ask_quota(), answer(page_bytes)).holds("EAQT-02");
    with_block(quota_tag, page_bytes).step(ask_quota(), answer(0)).holds("EAQT-02");
    const Op op = request(quota, page_bytes);
    limited_to(10).step(op, placed(op, base)).holds("EAPQ-03 EAPQ-04");
    limited_to(10).step(op, raised(quota_exceeded)).violates("EAPQ-03 EAPQ-04");
}

ORACLE_TEST(OracleQuota, AShortageRaises) {
    const struct {
        Routine routine;
        const char* id;
    } cases[] = {{quota, "EAPQ-04"}, {quota_tag, "EAQT-03"}};
    for (const auto& one : cases) {
        const Op op = request(one.routine, 100);
        limited_to(99).step(op, raised(quota_exceeded)).holds(one.id);
        limited_to(99).step(op, raised(no_memory)).holds(one.id);
        limited_to(99).step(op, raised(0x40000000)).violates(one.id);
        limited_to(99).step(op, null_result()).violates(one.id);
        limited_to(99).step(op, placed(op, base)).violates(one.id);
        limited_to(page_bytes).step(op, placed(op, base)).holds(one.id);
        limited_to(page_bytes).step(op, raised(quota_exceeded)).violates(one.id);
        limited_to(104).step(op, raised(quota_exceeded)).leaves_open(one.id); // bytes may be rounded up
        Play().fail_next().step(op, null_result()).violates(one.id);
    }
    Op op = request(quota_tag, 100);
    op.pool_type = POOL_QUOTA_FAIL_INSTEAD_OF_RAISE;
    limited_to(99).step(op, null_result()).holds("EAQT-04");
    limited_to(99).step(op, null_result()).says_nothing_of("EAQT-03");
    limited_to(99).step(op, raised(quota_exceeded)).violates("EAQT-04");
    op.pool_type |= POOL_RAISE_IF_ALLOCATION_FAILURE; // EAQT-18
    limited_to(99).step(op, raised(quota_exceeded)).leaves_open("EAQT-04");
    limited_to(99).step(op, null_result()).leaves_open("EAQT-04");
}

ORACLE_TEST(OracleQuota, FsRtlRaisesOneStatusAndAnotherForQuotaOnly) {
    const Op op = request(fsrtl_quota, 100);
    for (const std::uint32_t status : {insufficient, quota_exceeded}) {
        limited_to(99).step(op, raised(status)).holds("FPQT-05");
    }
    limited_to(99).step(op, raised(no_memory)).violates("FPQT-05");
    limited_to(99).step(op, null_result()).violates("FPQT-05");
    Play().fail_next().step(op, raised(insufficient)).holds("FPQT-05");
    Play().fail_next().step(op, raised(quota_exceeded)).violates("FPQT-05");
}

ORACLE_TEST(OracleQuota, AFreeGivesItBack) {
    const Op free = release(Routine::ExFreePool);
    for (const Routine routine : {quota, quota_tag, fsrtl_quota}) {
        with_block(routine, 100).step(free, done(), base).step(ask_quota(), answer(0)).holds("QTA-03");
        with_block(routine, 100).step(free, done(), base).step(ask_quota(), answer(100)).violates("QTA-03");
    }
    with_block(quota, 100).step(ask_quota(), answer(100)).says_nothing_of("QTA-03");
    // Given back by call, it may be the block's.
    Play odd = with_block(quota, 100).step(by_call(give_back, 60), answer(0)).step(free, done(), base);
    odd.step(ask_quota(), answer(40)).says_nothing_of("QTA-03 EAPQ-02 PSQ-03");
}

ORACLE_TEST(OracleQuota, ACorruptOwnerIsFoundWhereverItLies) {
    const auto corrupted = [] {
        Play play = with_block(quota_tag, 100);
        play.step(touch(OpKind::write, -16, 16), done(), base - 16);
        return play;
    };
    const Op free = release(Routine::ExFreePool);
    for (const std::uint64_t code : {0x0BU, 0x0CU, 0x0DU}) {
        corrupted().step(free, bug(BAD_POOL_CALLER, code, base, fred, 0x1234), base).holds("QTA-04");
    }
    corrupted().step(free, done(), base).leaves_open("QTA-04");
    with_block(quota_tag, 100).step(free, done(), base).says_nothing_of("QTA-04");
}

ORACLE_TEST(OracleQuota, ACallChargesWhatIsLeft) {
    limited_to(100).step(by_call(charge, 100), answer(0)).holds("PSQ-01");
    limited_to(100).step(by_call(charge, 100), raised(quota_exceeded)).violates("PSQ-01");
    limited_to(100).step(by_call(charge, 101), raised(quota_exceeded)).holds("PSQ-01");
    limited_to(100).step(by_call(charge, 101), raised(insufficient)).violates("PSQ-01");
    limited_to(100).step(by_call(charge, 101), answer(0)).violates("PSQ-01");
    limited_to(100).step(by_call(charge, 100), bug(0x1234, 1)).violates("PSQ-01");
    charged_by_call(100).step(ask_quota(), answer(100)).holds("PSQ-01");
    charged_by_call(100).step(ask_quota(), answer(112)).violates("PSQ-01"); // an amount is no block
    charged_by_call(100).step(ask_quota(), answer(99)).violates("PSQ-01");
    Op high = by_call(charge, 100);
    high.pool_type = NonPagedPoolSession;
    Play().step(high, raised(0xC000000D)).says_nothing_of("PSQ-01");
    Play().irql(DISPATCH_LEVEL).step(by_call(charge, 1), bug(0x1234, 1)).says_nothing_of("PSQ-01");
}

ORACLE_TEST(OracleQuota, ACallReturnsNoMoreThanIsCharged) {
    charged_by_call(100).step(by_call(give_back, 101), raised(quota_exceeded)).holds("PSQ-04");
    charged_by_call(100).step(by_call(give_back, 101), answer(0)).violates("PSQ-04");
    charged_by_call(100).step(by_call(give_back, 100), raised(quota_exceeded)).violates("PSQ-04");
    Play balanced = charged_by_call(100).step(by_call(give_back, 100), answer(0));
    balanced.holds("PSQ-04");
    Play left = balanced;
    balanced.step(ask_quota(), answer(0)).holds("PSQ-03");
    left.step(ask_quota(), answer(1)).violates("PSQ-03");
    // What a block was charged may be returned by call or not: no page says.
    with_block(quota, 100).step(by_call(give_back, 50), raised(quota_exceeded)).leaves_open("PSQ-04");
}

ORACLE_TEST(OracleQuota, CallsThatBreakTheirDutiesAreReported) {
    Event told = answer(0);
    Op kept = by_call(charge, 1);
    Op broken = kept;
    broken.pool_type = NonPagedPoolMustSucceed;
    told.caller_faults = fault_quota_type;
    Play().step(broken, told).holds("PSQ-05");
    Play().step(kept, told).violates("PSQ-05");
    Play().step(broken, answer(0)).violates("PSQ-05");
    Play().step(kept, answer(0)).holds("PSQ-05");
    told.caller_faults = fault_irql;
    Play().irql(DISPATCH_LEVEL).step(kept, told).holds("PSQ-05");
    Play().irql(APC_LEVEL).step(kept, told).violates("PSQ-05");
}

} // namespace
} // namespace poolproof::oracle
