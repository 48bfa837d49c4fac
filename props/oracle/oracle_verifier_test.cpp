// Driver Verifier's flags: pool tracking and unloads, simulated shortage, its counters, executable pool,
// quota of the Idle process and of DPC routines. Does not cover: its automatic checks (oracle_free_test.cpp).
#include "oracle/oracle_test_kit.hpp"

namespace poolproof::oracle {
namespace {

constexpr std::uint32_t violation = DRIVER_VERIFIER_DETECTED_VIOLATION;
constexpr Routine quota_tag = Routine::ExAllocatePoolWithQuotaTag;

Op knob(OpKind kind, unsigned index = 0, unsigned level = 0) {
    Op op;
    op.kind = kind;
    op.index = static_cast<std::uint8_t>(index);
    op.level = static_cast<std::uint8_t>(level);
    return op;
}

Op flags(std::uint32_t mask) {
    Op op = knob(OpKind::verifier, 0, 1);
    op.pool_type = mask;
    return op;
}

Op low_resources(std::uint64_t probability, std::uint32_t tag = 0) {
    Op op = knob(OpKind::low_resources);
    op.size = probability;
    op.tag = tag;
    return op;
}

Op clock(std::uint64_t seconds) {
    Op op = knob(OpKind::clock);
    op.size = seconds;
    return op;
}

Op paged(Op op) {
    op.pool_type |= PagedPool;
    return op;
}

Event counted(std::initializer_list<std::uint64_t> counters) {
    Event event = answer(0);
    std::copy(counters.begin(), counters.end(), event.counters.begin());
    return event;
}

// Driver 1 holds a block of 100 bytes of nonpaged pool; tracking is on.
Play one_tracked_block() {
    Play play;
    play.step(flags(tracking_flag), done()).step(knob(OpKind::driver, 1), done());
    play.allocate(ex_tag, 100, base);
    return play;
}

ORACLE_TEST(OracleTracking, AnUnloadFindsWhatIsLeft) {
    const Op unload = knob(OpKind::unload, 1);
    one_tracked_block().step(unload, bug(violation, 0x62, 0x1234, 0, 1)).holds("PT-01 SHR-04");
    one_tracked_block().step(unload, bug(violation, 0x60, 0, 100, 1)).holds("PT-01 SHR-04");
    one_tracked_block().step(unload, done()).violates("PT-01 SHR-04");
    one_tracked_block().step(unload, bug(violation, 0x62, 0x1234, 0, 2)).violates("PT-01 SHR-04");
    one_tracked_block().step(unload, bug(violation, 0x60, 100, 0, 1)).violates("PT-01 SHR-04");
    one_tracked_block().step(unload, bug(0xC7, 1)).leaves_open("PT-01");
    one_tracked_block().step(knob(OpKind::unload, 1, 1), done()).says_nothing_of("PT-01");
}

ORACLE_TEST(OracleTracking, AnUnloadThatLeavesNothingIsNoAlarm) {
    const Op unload = knob(OpKind::unload, 1);
    const Event alarm = bug(violation, 0x62, 0x1234, 0, 1);
    one_tracked_block().step(knob(OpKind::unload, 0), done()).holds("PT-01 SHR-04");
    one_tracked_block().step(knob(OpKind::unload, 0), alarm).violates("PT-01 SHR-04");
    Play freed = one_tracked_block();
    freed.step(release(Routine::ExFreePool), done(), base).step(unload, done()).holds("PT-01 SHR-04");
    freed.step(unload, alarm).violates("PT-01 SHR-04");
    Play untracked;
    untracked.allocate(ex_tag, 100, base).step(knob(OpKind::unload), done()).holds("PT-01");
    untracked.step(knob(OpKind::unload), alarm).violates("PT-01");
    untracked.step(flags(tracking_flag), done()).step(knob(OpKind::unload), done()).holds("PT-01");
    untracked.step(knob(OpKind::unload), alarm).leaves_open("PT-01");
}

ORACLE_TEST(OracleTracking, WhetherALargeBlockIsTrackedIsOpen) {
    Play play;
    play.step(flags(tracking_flag), done()).allocate(ex_tag, 2 * page_bytes, base);
    play.step(knob(OpKind::unload), done()).leaves_open("PT-01");
    play.step(knob(OpKind::unload), bug(violation, 0x62, 0, 0, 1)).holds("PT-01");
    play.step(knob(OpKind::unload), bug(violation, 0x62, 0, 0, 2)).violates("PT-01");
    play.step(flags(0), done()).step(flags(tracking_flag), done());
    play.step(knob(OpKind::unload), bug(violation, 0x62, 0, 0, 2)).leaves_open("PT-01");
}

ORACLE_TEST(OracleTracking, AnAllocationWhileUnloadingIsCaught) {
    const Op op = request(ex_tag, 16);
    const auto unloading = [] {
        Play play = one_tracked_block();
        play.step(knob(OpKind::unload, 1, 1), done());
        return play;
    };
    unloading().step(op, bug(violation, 0x61, 0, 100, 1)).holds("PT-02");
    unloading().step(op, bug(violation, 0x61, 0, 100, 3)).violates("PT-02");
    unloading().step(op, placed(op, base + 4096)).violates("PT-02");
    unloading().step(op, null_result()).violates("PT-02");
    Op empty = request(Routine::ExAllocatePool2, 0); // what becomes of it no page says
    empty.pool_type = 0x40;
    unloading().step(empty, null_result()).leaves_open("PT-02");
    unloading()
        .step(knob(OpKind::driver, 2), done())
        .step(op, placed(op, base + 4096))
        .says_nothing_of("PT-02");
    unloading().step(flags(0), done()).step(op, placed(op, base + 4096)).says_nothing_of("PT-02");
}

ORACLE_TEST(OracleTracking, DamageIsReportedOnlyWhereSomethingWasWritten) {
    const Op free = release(Routine::ExFreePool);
    const struct {
        const char* clause;
        std::uint64_t first;
    } reports[] = {{"PT-03", 0x51}, {"PT-03", 0x59}, {"PT-04", 0x13C}, {"PT-04", 0x13F}};
    for (const auto& report : reports) {
        one_tracked_block().step(free, bug(violation, report.first, base), base).violates(report.clause);
        one_tracked_block().step(free, done(), base).says_nothing_of(report.clause);
        Play damaged = one_tracked_block();
        damaged.step(touch(OpKind::write, 101, 1), done(), base + 101);
        damaged.step(free, bug(violation, report.first, base), base).holds(report.clause);
        damaged.step(free, bug(violation, report.first, base + 64), base).leaves_open(report.clause);
        damaged.step(free, done(), base).leaves_open(report.clause);
    }
}

ORACLE_TEST(OracleTracking, ADriversBlocksAreCounted) {
    const Op query = knob(OpKind::query_driver, 1);
    one_tracked_block().step(query, counted({1, 100, 1, 100})).holds("PT-05");
    one_tracked_block().step(query, counted({1, 4096, 1, 4096})).holds("PT-05");
    one_tracked_block().step(query, counted({0, 0, 1, 100})).violates("PT-05");
    one_tracked_block().step(query, counted({1, 99, 1, 100})).violates("PT-05");
    one_tracked_block().step(query, counted({1, 100, 2, 100})).violates("PT-05");
    one_tracked_block().step(query, counted({1, 100, 0, 100})).violates("PT-05");
    one_tracked_block().step(knob(OpKind::query_driver, 0), counted({})).holds("PT-05");
    Op of_paged = query;
    of_paged.paged = true;
    one_tracked_block().step(of_paged, counted({})).holds("PT-05");
    one_tracked_block().step(of_paged, counted({1, 100, 1, 100})).violates("PT-05");
    Play freed = one_tracked_block();
    freed.step(release(Routine::ExFreePool), done(), base);
    freed.step(query, counted({0, 0, 1, 100})).holds("PT-05");
    freed.step(query, counted({0, 0, 0, 0})).violates("PT-05");
    freed.step(flags(0), done()).step(query, counted({})).holds("PT-05");
    freed.step(query, counted({0, 0, 1, 100})).violates("PT-05");
}

ORACLE_TEST(OracleTracking, NoMoreGoUntrackedThanAreLarge) {
    const Op query = knob(OpKind::query_verifier);
    Play play = one_tracked_block();
    play.step(query, counted({1, 1, 0, 0, 0, 0})).holds("PT-06");
    play.step(query, counted({1, 1, 0, 0, 0, 1})).violates("PT-06");
    play.allocate(ex_tag, page_bytes, base + 4096).step(query, counted({2, 2, 0, 0, 0, 1})).holds("PT-06");
    play.step(flags(0), done()).step(query, counted({2, 2, 0, 0, 0, 1})).violates("PT-06");
}

Play simulating(std::uint64_t probability, std::uint32_t tag = 0, std::uint64_t seconds = 480) {
    Play play;
    play.step(flags(low_resources_flag), done()).step(low_resources(probability, tag), done());
    play.step(clock(seconds), done());
    return play;
}

ORACLE_TEST(OracleLowResources, ACertainProbabilityIsCertain) {
    const Op op = request(ex_tag, 100);
    simulating(10'000).step(op, null_result()).holds("LR-01 LR-02");
    simulating(10'000).step(op, placed(op, base)).violates("LR-01 LR-02");
    simulating(10'000, fred).step(op, placed(op, base)).violates("LR-01 LR-02");
    simulating(0).step(op, placed(op, base)).holds("LR-02");
    simulating(0).step(op, null_result()).violates("LR-02");
    simulating(0).step(op, null_result()).says_nothing_of("LR-01");
    simulating(600).step(op, null_result()).leaves_open("LR-01 LR-02");
    simulating(600).step(op, placed(op, base)).leaves_open("LR-01 LR-02");
    simulating(0).step(request(ex_tag, ~0ULL), null_result()).says_nothing_of("LR-02");
}

ORACLE_TEST(OracleLowResources, NothingFailsWithinTheDelayOrOutsideTheFilter) {
    const Op op = request(ex_tag, 100);
    simulating(10'000, 0, 479).step(op, placed(op, base)).holds("LR-03");
    simulating(10'000, 0, 479).step(op, null_result()).violates("LR-03");
    simulating(10'000, 0x506F6F6C).step(op, placed(op, base)).holds("LR-03");
    simulating(10'000, 0x506F6F6C).step(op, null_result()).violates("LR-03");
    simulating(10'000, 0x4672652A).step(op, placed(op, base)).leaves_open("LR-01"); // Fre*
    simulating(10'000).step(op, null_result()).says_nothing_of("LR-03");
}

ORACLE_TEST(OracleLowResources, InjectedFailuresAreCounted) {
    const Op op = request(ex_tag, 100);
    const Op query = knob(OpKind::query_verifier);
    const auto counters = [](std::uint64_t attempts, std::uint64_t injected) {
        return counted({attempts, 0, 0, 0, 0, 0, injected});
    };
    Play play = simulating(10'000);
    play.step(query, counters(5, 3)).leaves_open("LR-04 IC-04");
    play.step(op, null_result()).step(query, counters(6, 4)).holds("LR-04");
    play.step(op, null_result()).step(query, counters(7, 4)).violates("LR-04");
    play.step(query, counters(7, 5)).violates("LR-04");
}

ORACLE_TEST(OracleLowResources, ASystematicFailureIsTheCallsOwn) {
    const auto systematic = [] {
        Play play;
        play.step(flags(systematic_flag), done());
        return play;
    };
    Op op = request(ex_tag, 100);
    systematic().step(op, null_result()).holds("LR-06");
    systematic().step(op, placed(op, base)).leaves_open("LR-06");
    systematic().step(op, raised(0xC000009A)).violates("LR-06");
    op.pool_type |= POOL_RAISE_IF_ALLOCATION_FAILURE;
    systematic().step(op, raised(0xC000009A)).holds("LR-06");
    systematic().step(op, null_result()).violates("LR-06");
}

ORACLE_TEST(OracleCounters, AgreeWithEachOtherAndWithWhatWasCalled) {
    const Op query = knob(OpKind::query_verifier);
    const Op op = request(ex_tag, 100);
    Play play;
    play.step(flags(tracking_flag), done()).step(query, counted({4, 3, 1, 1, 1})).leaves_open("IC-04");
    play.step(query, counted({4, 3, 1, 1, 1})).holds("IC-04");
    play.step(op, placed(op, base)).step(query, counted({5, 4, 1, 1, 1})).holds("IC-04");
    play.step(query, counted({6, 5, 1, 1, 1})).violates("IC-04");
    play.step(query, counted({6, 5, 6, 1, 1})).violates("IC-04"); // special pool served more than were
    play.step(query, counted({6, 5, 0, 7, 1})).violates("IC-04"); // more without a tag than called
    play.step(query, counted({6, 5, 0, 0, 2})).violates("IC-04"); // more ends than calls
    play.step(flags(compliance_flag), done()).step(query, counted({1, 1, 1, 1, 0})).leaves_open("IC-04");
}

ORACLE_TEST(OracleCodeIntegrity, AnExecutableRequestIsCaught) {
    for (const Routine routine : ex_family) {
        Op op = request(routine, 100);
        const auto checked = [] {
            Play play;
            play.step(flags(integrity_flag), done());
            return play;
        };
        checked().step(op, bug(violation, 0x2000, 0x1234, NonPagedPool, fred)).holds("NX-06");
        checked().step(op, bug(violation, 0x2000, 0x1234, NonPagedPool, fred + 1)).violates("NX-06");
        checked().step(op, placed(op, base)).violates("NX-06");
        checked().step(paged(op), placed(paged(op), base)).says_nothing_of("NX-06");
        Play().step(op, placed(op, base)).says_nothing_of("NX-06");
    }
}

ORACLE_TEST(OracleQuotaRules, IdleAndDpcArePaidForByNobody) {
    const Op op = request(quota_tag, 100);
    const struct {
        const char* clause;
        OpKind knob;
        std::uint64_t first;
    } rules[] = {{"QTA-01", OpKind::idle, 0x10A}, {"QTA-02", OpKind::dpc, 0x10B}};
    for (const auto& rule : rules) {
        const auto ready = [&rule](std::uint32_t mask) {
            Play play;
            play.step(flags(mask), done()).step(knob(rule.knob, 0, 1), done());
            return play;
        };
        ready(tracking_flag).step(op, bug(violation, rule.first)).holds(rule.clause);
        ready(tracking_flag).step(op, bug(violation, rule.first, 1)).violates(rule.clause);
        ready(tracking_flag).step(op, pointer(base)).violates(rule.clause);
        ready(tracking_flag)
            .step(request(quota_tag, page_bytes), pointer(base))
            .leaves_open(rule.clause);
        ready(0).step(op, pointer(base)).says_nothing_of(rule.clause);
        ready(tracking_flag).step(request(ex_tag, 100), pointer(base)).says_nothing_of(rule.clause);
        Op by_flag = request(Routine::ExAllocatePool2, 100);
        by_flag.pool_type = 0x41; // POOL_FLAG_NON_PAGED | POOL_FLAG_USE_QUOTA
        ready(tracking_flag).step(by_flag, pointer(base)).leaves_open(rule.clause);
    }
}

} // namespace
} // namespace poolproof::oracle
