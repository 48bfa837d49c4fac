// What the pool routines share, asked of each routine that the clause speaks of: the routines without a tag,
// those that charge quota, the wrappers and those that take POOL_FLAGS. Does not cover: what the older
// routines' tests have (the other oracle_*_test.cpp), quota itself (oracle_quota_test.cpp).
#include "oracle/oracle_test_kit.hpp"

#include "oracle/check.hpp"

#include <ddi/ntstatus.h>

namespace poolproof::oracle {
namespace {

constexpr Routine plain = Routine::ExAllocatePool;
constexpr Routine quota = Routine::ExAllocatePoolWithQuota;
constexpr Routine quota_tag = Routine::ExAllocatePoolWithQuotaTag;
constexpr Routine fsrtl_quota = Routine::FsRtlAllocatePoolWithQuotaTag;

template <class Body> void for_each_of(RoutineSet routines, const Body& body) {
    for (const RoutineTraits& traits : routine_table) {
        if (contains(routines, traits.routine)) {
            SCOPED_TRACE(traits.name);
            body(traits.routine);
        }
    }
}

// What a pool type is called in the op of the routine, for a bug check that names it.
std::uint64_t type_in(const Op& op) {
    return op.pool_type;
}

ORACLE_TEST(OracleRoutines, LargeBlocksStartOnAPageAndSmallOnesStayInOne) {
    for_each_of(by_ex, [](Routine routine) {
        Play().allocate(routine, page_bytes, base).holds("GEO-01 GEO-02");
        Play().allocate(routine, page_bytes + 1, base + 16).violates("GEO-01");
        Play().allocate(routine, 33, base + page_bytes - 32).violates("GEO-02");
        Play().allocate(routine, 1, base + 24).violates("GEO-03");
    });
    for_each_of(by_fsrtl_routines, [](Routine routine) {
        Play().allocate(routine, page_bytes, base + 4).says_nothing_of("GEO-01 GEO-02 GEO-03");
    });
}

ORACLE_TEST(OracleRoutines, PagesThatRestateTheGeometryHaveTheirOwnRows) {
    for (const auto& [routine, id] : {std::pair{plain, "EAP-04"}, std::pair{quota_tag, "EAQT-08"}}) {
        Play().allocate(routine, page_bytes, base).holds(id);
        Play().allocate(routine, page_bytes + 1, base + 16).violates(id);
        Play().allocate(routine, 33, base + page_bytes - 32).violates(id);
        Play().allocate(routine, 32, base + page_bytes - 32).holds(id);
        Play().allocate(routine, 1, base + 24).violates(id);
    }
    Play().allocate(quota, page_bytes, base).holds("EAPQ-06");
    Play().allocate(quota, page_bytes, base + 16).violates("EAPQ-06");
    Play().allocate(quota, page_bytes, base + 16).says_nothing_of("EAPQ-07");
    Play().allocate(quota, 32, base + page_bytes - 32).holds("EAPQ-07");
    Play().allocate(quota, 33, base + page_bytes - 32).violates("EAPQ-07");
    Play().allocate(quota, 1, base + 24).violates("EAPQ-07");
}

ORACLE_TEST(OracleRoutines, BytesOfExAllocatePoolAreTheCallersAlone) {
    const char* both = "GEO-04 EAP-05";
    Play().allocate(plain, 100, base).allocate(plain, 100, base + 112).holds(both);
    Play().allocate(plain, 100, base).allocate(plain, 16, base + 96).violates(both);
    Event kept = done();
    kept.intact = Seen::yes;
    Event lost = done();
    lost.intact = Seen::no;
    const Op free = release(Routine::ExFreePool);
    for (const std::uint64_t size : {100U, 5000U}) {
        Play().allocate(plain, size, base).step(free, kept, base).holds("EAP-05 EAP-02");
        Play().allocate(plain, size, base).step(free, lost, base).violates("EAP-05 EAP-02");
    }
    Play().allocate(plain, 5000, base).allocate(plain, 64, base + 5008).holds("GEO-05 EAP-05");
    Play().allocate(plain, 5000, base).allocate(plain, 64, base + 4992).violates("GEO-05 EAP-05");
    // WithTag is not to blame for what ExAllocatePool gave away.
    Play().allocate(plain, 5000, base).step(free, lost, base).says_nothing_of("EAPT-11");
}

ORACLE_TEST(OracleRoutines, StraysBehindExAllocatePoolAreCaughtInSpecialPool) {
    const std::uint64_t start = base + page_bytes - 96;
    const auto special = [&] {
        Play play;
        play.special(SpecialMode::verifier).allocate_special(plain, 96, start);
        return play;
    };
    const std::uint64_t guard = base + page_bytes;
    const Event caught = bug(PAGE_FAULT_BEYOND_END_OF_ALLOCATION, guard);
    special().step(touch(OpKind::read, 96, 1), caught, guard).holds("GEO-06 EAP-05");
    special().step(touch(OpKind::read, 96, 1), done(), guard).violates("GEO-06 EAP-05");
    const auto damaged = [&] {
        Play play = special();
        play.step(touch(OpKind::write, -1, 1), done(), start - 1);
        return play;
    };
    const Op free = release(Routine::ExFreePool);
    const Event found = bug(SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION, start, start - 1, 0, 0x23);
    damaged().step(free, found, start).holds("GEO-06 EAP-05");
    damaged().step(free, done(), start).violates("GEO-06 EAP-05");
}

ORACLE_TEST(OracleRoutines, UninitialisedContentsAreOpen) {
    for_each_of(by_type_takers & ~by_zero_wrappers,
                [](Routine routine) { Play().allocate(routine, 8, base).leaves_open("CON-01"); });
    Play().allocate(plain, 8, base).leaves_open("EAP-09");
    Play().allocate(quota, 8, base).leaves_open("EAPQ-10");
    Play().allocate(quota_tag, 8, base).leaves_open("EAQT-14");
    Play().allocate(Routine::ExAllocatePoolZero, 8, base).says_nothing_of("CON-01");
}

ORACLE_TEST(OracleRoutines, ATagStaysWithItsBlock) {
    const auto judged = [](Routine routine, const char* ids, const char* turned) {
        const Op op = request(routine, 32);
        Event event = placed(op, base);
        Play().step(op, event).holds(ids);
        event.block.tag = 0x31676154;
        Play().step(op, event).violates(ids);
        event.block.tag = 0x64657246;
        Play().step(op, event).violates(turned);
    };
    for_each_of(by_quota_wrappers | by_tag_wrappers | by_pool_flags,
                [&](Routine routine) { judged(routine, "TAG-04", "TAG-04 TAG-05"); });
    judged(quota_tag, "TAG-04 EAQT-09", "TAG-05 EAQT-09");
    judged(fsrtl_quota, "TAG-04 FPQT-07", "TAG-05 FPQT-07");
}

ORACLE_TEST(OracleRoutines, ABlockWithoutATagGetsTheDefaultOne) {
    for (const auto& [routine, ids] : {std::pair{plain, "TAG-09"}, std::pair{quota, "TAG-09 EAPQ-13"}}) {
        const Op op = request(routine, 32);
        Event event = placed(op, base);
        Play().step(op, event).holds(ids);
        event.block.tag = 0x20206B64;
        Play().step(op, event).violates(ids);
        event.block.tag = 0x4E6F6E65; // turned round
        Play().step(op, event).violates(ids);
    }
}

ORACLE_TEST(OracleRoutines, TagsThatAreForbiddenAreCaught) {
    const auto judged = [](Routine routine, bool with_zero, const char* zero, const char* big,
                           const char* blank) {
        Op op = request(routine, 32);
        const std::uint64_t type = type_in(op);
        op.tag = 0x00424947;
        Play().step(op, bug(BAD_POOL_CALLER, 0x9C, type, 32, 1)).holds(big);
        Play().step(op, bug(BAD_POOL_CALLER, 0x98, type, 32, 1)).violates(big);
        op.tag = 0x20202020;
        Play().step(op, bug(BAD_POOL_CALLER, 0x9D, op.tag, type, 1)).holds(blank);
        Play().step(op, pointer(base)).violates(blank);
        op.tag = 0;
        if (with_zero) {
            Play().step(op, bug(BAD_POOL_CALLER, 0x9B, type, 32, 1)).holds(zero);
            Play().step(op, pointer(base)).violates(zero);
        } else {
            Play().step(op, null_result()).says_nothing_of("TAG-06");
        }
    };
    for_each_of(by_wrappers | by_fsrtl_quota,
                [&](Routine routine) { judged(routine, true, "TAG-06", "TAG-07", "TAG-08"); });
    for_each_of(by_pool_flags,
                [&](Routine routine) { judged(routine, false, "TAG-06", "TAG-07", "TAG-08"); });
    judged(quota_tag, true, "TAG-06 EAQT-06", "TAG-07 EAQT-06", "TAG-08 EAQT-06");
    Op op = request(plain, 32);
    op.tag = 0; // no argument of this routine
    Play().step(op, placed(op, base)).holds("EAP-02");
}

ORACLE_TEST(OracleRoutines, TooHighAnIrqlIsCaught) {
    for_each_of(by_ex | by_fsrtl_routines, [](Routine routine) {
        Op op = request(routine, 32);
        const Event caught = bug(BAD_POOL_CALLER, 0x08, 3, type_in(op), 32);
        Play().irql(3).step(op, caught).holds("IRQ-01");
        Play().irql(3).step(op, placed(op, base)).violates("IRQ-01");
        op.pool_type =
            contains(by_pool_flags, routine) ? std::uint32_t{pool_flag_paged} : std::uint32_t{PagedPool};
        Play().irql(2).step(op, bug(BAD_POOL_CALLER, 0x08, 2, type_in(op), 32)).holds("IRQ-02");
        Play().irql(2).step(op, placed(op, base)).violates("IRQ-02");
    });
    for_each_of(by_classic_ex, [](Routine routine) {
        const Op op = request(routine, 32);
        Play().irql(1).step(op, placed(op, base)).holds("IRQ-03");
        Play().irql(1).step(op, bug(BAD_POOL_CALLER, 0x08, 1, NonPagedPool, 32)).violates("IRQ-03");
    });
    const struct {
        Routine routine;
        const char* id;
    } cases[] = {{plain, "EAP-06"}, {quota, "EAPQ-11"}, {quota_tag, "EAQT-15"}, {fsrtl_quota, "FPQT-08"}};
    for (const auto& one : cases) {
        Op op = request(one.routine, 32);
        op.pool_type = PagedPool;
        Event caught = bug(BAD_POOL_CALLER, 0x08, 2, PagedPool, 32);
        caught.caller_faults = fault_irql;
        Play().irql(2).step(op, caught).holds(one.id);
        Play().irql(2).step(op, placed(op, base)).violates(one.id);
        Event told = placed(op, base);
        Play().irql(1).step(op, told).holds(one.id);
        told.caller_faults = fault_irql;
        Play().irql(1).step(op, told).violates(one.id);
    }
    const Op op = request(plain, 32);
    Play().irql(1).step(op, bug(BAD_POOL_CALLER, 0x08, 1, NonPagedPool, 32)).violates("EAP-06");
}

ORACLE_TEST(OracleRoutines, ZeroBytesAreTheVerifiersMatter) {
    const auto judged = [](Routine routine, const char* ids) {
        const Op op = request(routine, 0);
        Event caught = bug(DRIVER_VERIFIER_DETECTED_VIOLATION, 0, 0, NonPagedPool, 0);
        caught.caller_faults = fault_zero_bytes;
        Play().verifier().step(op, caught).holds(ids);
        Event served = placed(op, base);
        Play().verifier().step(op, served).violates(ids);
        Play().step(op, served).violates(ids); // not reported
        served.caller_faults = fault_zero_bytes;
        Play().step(op, served).holds(ids);
        Play().step(request(routine, 1), served).violates(ids);
    };
    for_each_of(by_classic_ex, [&](Routine routine) { judged(routine, "ZER-01"); });
    judged(plain, "EAP-07");
    judged(quota, "EAPQ-08");
    judged(quota_tag, "EAQT-11");
    Play().step(request(fsrtl_quota, 0), raised(0xC000009A)).leaves_open("FPQT-05"); // ZER-04
}

ORACLE_TEST(OracleRoutines, MustSucceedTypesAreCaught) {
    const auto judged = [](Routine routine, const char* ids) {
        Op op = request(routine, 32);
        op.pool_type = NonPagedPoolMustSucceed;
        const std::uint64_t tag = traits_of(routine).tag == TagRule::none ? default_tag : fred;
        Event caught = bug(BAD_POOL_CALLER, 0x9A, NonPagedPoolMustSucceed, 32, tag);
        caught.caller_faults = fault_must_succeed;
        Play().step(op, caught).holds(ids);
        Play().step(op, pointer(base)).violates(ids);
        Event told = placed(request(routine, 32), base);
        Play().step(request(routine, 32), told).holds("MS-04");
        told.caller_faults = fault_must_succeed;
        Play().step(request(routine, 32), told).violates("MS-04");
    };
    for_each_of(by_type_takers, [&](Routine routine) { judged(routine, "MS-01 MS-04"); });
    judged(fsrtl_quota, "MS-01 MS-04 FPQT-02");
    Op session = request(fsrtl_quota, 32);
    session.pool_type = PagedPoolSession;
    Play().step(session, null_result()).violates("FPQT-02");
    Op op = request(fsrtl_quota, 32);
    Event event = placed(op, base);
    Play().step(op, event).holds("FPQT-02");
    event.block.paged = true;
    Play().step(op, event).violates("FPQT-02");
}

ORACLE_TEST(OracleRoutines, ExAllocatePoolAnswersNull) {
    Op op = request(plain, 100);
    Play().step(op, placed(op, base)).holds("EAP-02");
    Play().step(op, null_result()).violates("EAP-02");
    Play().fail_next().step(op, null_result()).holds("EAP-02");
    Play().fail_next().step(op, raised(0xC000009A)).violates("EAP-02");
    op.pool_type = POOL_RAISE_IF_ALLOCATION_FAILURE; // EAP-10
    Play().fail_next().step(op, raised(0xC000009A)).leaves_open("EAP-02");
    Play().fail_next().step(op, null_result()).leaves_open("EAP-02");
    Play().fail_next().step(op, bug(0x1234, 1)).violates("EAP-02");
}

ORACLE_TEST(OracleRoutines, ABlockStaysItsOwners) {
    const struct {
        Routine routine;
        const char* id;
    } cases[] = {{plain, "EAP-02"}, {quota, "EAPQ-04"}, {quota_tag, "EAQT-03"}, {fsrtl_quota, "FPQT-05"}};
    Event lost = done();
    lost.intact = Seen::no;
    Event kept = done();
    kept.intact = Seen::yes;
    const Op free = release(Routine::ExFreePool);
    for (const auto& one : cases) {
        Play().allocate(one.routine, 40, base).step(free, kept, base).holds(one.id);
        Play().allocate(one.routine, 40, base).step(free, lost, base).violates(one.id);
        const Op read = touch(OpKind::read, 0, 40);
        Play().allocate(one.routine, 40, base).step(read, done(), base).holds(one.id);
        Play().allocate(one.routine, 40, base).step(read, fault_at(base), base).violates(one.id);
    }
}

ORACLE_TEST(OracleRoutines, TheRaiseFlagIsForRoutinesThatOfferIt) {
    for_each_of(by_tag_wrappers | by_priority_wrappers, [](Routine routine) {
        Op op = request(routine, 100);
        op.pool_type = POOL_RAISE_IF_ALLOCATION_FAILURE;
        Play().fail_next().step(op, raised(0xC000009A)).holds("SHR-07");
        Play().fail_next().step(op, null_result()).violates("SHR-07");
    });
    for (const Routine routine : {plain, quota, quota_tag, fsrtl_quota}) {
        Op op = request(routine, 100);
        op.pool_type = POOL_RAISE_IF_ALLOCATION_FAILURE;
        Play().fail_next().step(op, raised(0xC000009A)).says_nothing_of("SHR-07");
    }
}

ORACLE_TEST(OracleRoutines, TheColdHintChangesNothingAnywhere) {
    const auto judged = [](Routine routine, const char* ids) {
        Op op = request(routine, 100);
        op.pool_type = PagedPool | POOL_COLD_ALLOCATION;
        Play().step(op, placed(op, base)).holds(ids);
        Play().step(op, null_result()).violates(ids);
    };
    for_each_of(by_classic_ex, [&](Routine routine) { judged(routine, "SHR-06"); });
    judged(quota, "EAPQ-12");
    judged(quota_tag, "EAQT-05");
}

ORACLE_TEST(OracleRoutines, LocalMemoryComesFirst) {
    const auto judged = [](Routine routine, const char* ids) {
        const Op op = request(routine, 100);
        Event event = placed(op, base);
        Play().step(op, event).holds(ids);
        event.block.node = 1;
        Play().step(op, event).violates(ids);
    };
    for_each_of(by_tagged_classic_ex | by_pool_flags, [&](Routine routine) { judged(routine, "SHR-02"); });
    judged(quota_tag, "EAQT-13");
    for (const Routine routine : {plain, quota, fsrtl_quota}) {
        Play().allocate(routine, 100, base).says_nothing_of("SHR-02");
    }
}

ORACLE_TEST(OracleRoutines, EachIsReleasedByTheRoutinesOfItsPages) {
    const struct {
        Routine routine;
        const char* by_plain;
        const char* by_tagged;
    } cases[] = {{plain, "EFP-01 EAP-13", ""},
                 {quota, "EFP-01", ""},
                 {quota_tag, "EFP-01 EAQT-10", "EAQT-10"},
                 {fsrtl_quota, "EFP-02 FPQT-09", "FPQT-09"},
                 {Routine::ExAllocatePool2, "EFP-02", ""},
                 {Routine::ExAllocatePoolPriorityZero, "EFP-02", ""},
                 {ex_priority, "EFP-02 EATP-21", "EATP-21"}};
    const Event refused = bug(BAD_POOL_CALLER, 7);
    for (const auto& one : cases) {
        const Op free = release(Routine::ExFreePool);
        Play().allocate(one.routine, 40, base).step(free, done(), base).holds(one.by_plain);
        Play().allocate(one.routine, 40, base).step(free, refused, base).violates(one.by_plain);
        const Op tagged = release(Routine::ExFreePoolWithTag);
        Play().allocate(one.routine, 40, base).step(tagged, done(), base).holds(one.by_tagged);
        if (std::string_view(one.by_tagged).size() > 1) {
            Play().allocate(one.routine, 40, base).step(tagged, refused, base).violates(one.by_tagged);
        }
    }
}

ORACLE_TEST(OracleRoutines, ExFreePool2IsHeldToTheSharedRulesOfFrees) {
    const Op free = release(Routine::ExFreePool2);
    Play().step(free, bug(BAD_POOL_CALLER, 0x46, base), base).holds("EFP-05");
    Play().step(free, done(), base).violates("EFP-05");
    Op op = request(plain, 40);
    op.pool_type = PagedPool;
    Play play;
    play.step(op, placed(op, base)).irql(2);
    Play other = play;
    Event caught = bug(BAD_POOL_CALLER, 0x09, 2, PagedPool, base);
    caught.caller_faults = fault_irql;
    play.step(free, caught, base).holds("IRQ-04");
    other.step(free, done(), base).violates("IRQ-04");
}

ORACLE_TEST(OracleRoutines, PagedMemoryIsNotForDispatchLevel) {
    Op op = request(quota, 40);
    op.pool_type = PagedPool;
    const auto at_dispatch = [&] {
        Play play;
        play.step(op, placed(op, base)).irql(2);
        return play;
    };
    const Op read = touch(OpKind::read, 0, 1);
    at_dispatch().step(read, bug(DRIVER_IRQL_NOT_LESS_OR_EQUAL, base, 2, 0), base).holds("IRQ-05 IRQ-06");
    at_dispatch().step(read, done(), base).violates("IRQ-05 IRQ-06");
}

ORACLE_TEST(OracleRoutines, TagsOfQuotaRoutinesAreReported) {
    const struct {
        Routine routine;
        std::uint32_t bad;
        const char* ids;
    } cases[] = {{quota_tag, 0x7F616161, "TAG-02 EAQT-06"}, {fsrtl_quota, 0x80616161, "FPQT-03"}};
    for (const auto& one : cases) {
        Op bad = request(one.routine, 32);
        bad.tag = one.bad;
        Event told = pointer(base);
        told.caller_faults = fault_tag_character;
        Play().step(bad, told).holds(one.ids);
        Play().step(bad, pointer(base)).violates(one.ids);
        Play().step(request(one.routine, 32), told).violates(one.ids);
        Play().step(request(one.routine, 32), pointer(base)).holds(one.ids);
    }
}

ORACLE_TEST(OracleRoutines, EventsFollowThePoolWhoeverUsesIt) {
    Play().step(query_event(false, true), answer(1)).holds("EAP-08 EAPQ-09 EAQT-12");
    Play().step(query_event(false, false), answer(1)).violates("EAP-08 EAPQ-09 EAQT-12");
}

} // namespace
} // namespace poolproof::oracle
