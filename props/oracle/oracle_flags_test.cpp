// POOL_FLAGS, extended parameters and NX-01: EAP2, EAP3 and CON-03. Does not cover: secure pools
// (oracle_secure_test.cpp) and wrappers (oracle_wrappers_test.cpp).
#include "oracle/oracle_test_kit.hpp"

#include <ddi/ntstatus.h>

namespace poolproof::oracle {
namespace {

constexpr Routine pool2 = Routine::ExAllocatePool2;
constexpr Routine pool3 = Routine::ExAllocatePool3;
constexpr Routine flag_routines[] = {pool2, pool3};
constexpr std::uint64_t huge = ~0ULL - 15;
constexpr std::uint32_t raise_flag = pool_flag_raise_on_failure;

Op ask(Routine routine, std::uint64_t flags, std::uint64_t size = 100) {
    Op op = request(routine, size);
    op.pool_type = static_cast<std::uint32_t>(flags);
    op.flags_high = static_cast<std::uint32_t>(flags >> 32);
    return op;
}

Op with_entries(Op op, const ExtendedParameter& first) {
    op.extended = packed(first);
    return op;
}

Op with_entries(Op op, const ExtendedParameter& first, const ExtendedParameter& second) {
    op.extended = packed(first) | packed(second) << 16;
    return op;
}

// Where the block of such a request should be.
Event at(const Op& op, std::uint64_t address) {
    Event event = pointer(address);
    event.zeroed = Seen::yes;
    event.block.known = true;
    event.block.paged = (op.pool_type & pool_flag_paged) != 0;
    event.block.executable = (op.pool_type & pool_flag_non_paged_execute) != 0;
    event.block.tag = op.tag;
    event.block.bytes = op.size;
    return event;
}

ORACLE_TEST(OracleFlags, AValidRequestIsServedWhileThereIsRoom) {
    for (const Routine routine : flag_routines) {
        const Op op = ask(routine, pool_flag_non_paged);
        Play().step(op, at(op, base)).holds("EAP2-07");
        Play().step(op, null_result()).violates("EAP2-07");
        Play().step(op, bug(BAD_POOL_CALLER, 1)).violates("EAP2-07");
    }
    const Op op = ask(pool3, pool_flag_non_paged);
    Play().step(op, at(op, base)).holds("EAP3-01");
    Play().step(op, null_result()).violates("EAP3-01");
}

ORACLE_TEST(OracleFlags, AShortageIsNullOrARaiseAsTheFlagSays) {
    for (const Routine routine : flag_routines) {
        Play().step(ask(routine, pool_flag_non_paged, huge), null_result()).holds("EAP2-07");
        Play().step(ask(routine, pool_flag_non_paged, huge), raised(0xC000009A)).violates("EAP2-07");
        const Op raises = ask(routine, pool_flag_non_paged | raise_flag, huge);
        Play().step(raises, raised(0xC000009A)).holds("EAP2-08");
        Play().step(raises, null_result()).violates("EAP2-08");
    }
    Play().step(ask(pool3, pool_flag_non_paged | raise_flag, huge), null_result()).violates("EAP3-01");
}

ORACLE_TEST(OracleFlags, ABlockStaysItsOwners) {
    for (const Routine routine : flag_routines) {
        const char* const promise = routine == pool2 ? "EAP2-07" : "EAP3-01";
        const Op op = ask(routine, pool_flag_non_paged);
        Event kept = done();
        kept.intact = Seen::yes;
        Play().step(op, at(op, base)).step(release(Routine::ExFreePool), kept, base).holds(promise);
        kept.intact = Seen::no;
        Play().step(op, at(op, base)).step(release(Routine::ExFreePool), kept, base).violates(promise);
        const Op look = touch(OpKind::read, 0, 8);
        Play().step(op, at(op, base)).step(look, done(), base).holds(promise);
        Play().step(op, at(op, base)).step(look, fault_at(base), base).violates(promise);
    }
}

ORACLE_TEST(OracleFlags, MemoryIsZeroedUnlessThatIsWaived) {
    for (const Routine routine : flag_routines) {
        const Op op = ask(routine, pool_flag_non_paged);
        Event event = at(op, base);
        Play().step(op, event).holds("CON-03 EAP2-09");
        event.zeroed = Seen::no;
        Play().step(op, event).violates("CON-03 EAP2-09");
        Play()
            .step(ask(routine, pool_flag_non_paged | pool_flag_uninitialized), event)
            .leaves_open("CON-03 EAP2-09");
    }
    const Op op = ask(pool3, pool_flag_non_paged);
    Event dirty = at(op, base);
    Play().step(op, dirty).holds("EAP3-01");
    dirty.zeroed = Seen::no;
    Play().step(op, dirty).violates("EAP3-01");
}

ORACLE_TEST(OracleFlags, AnUnknownRequiredFlagFails) {
    for (const Routine routine : flag_routines) {
        const Op op = ask(routine, pool_flag_non_paged | 0x800);
        Play().step(op, null_result()).holds("EAP2-01 EAP2-02 EAP2-07");
        Play().step(op, at(op, base)).violates("EAP2-01 EAP2-02 EAP2-07");
        const Op raises = ask(routine, pool_flag_paged | 0x80000000 | raise_flag);
        Play().step(raises, raised(0xC000000D)).holds("EAP2-02 EAP2-08");
        Play().step(raises, null_result()).violates("EAP2-02 EAP2-08");
    }
}

ORACLE_TEST(OracleFlags, WhichKindOfPoolAndTheSystemsFlagsAreOpen) {
    for (const std::uint32_t flags : {0x0U, 0xC0U, 0x140U, 0x44U, 0x50U, 0x240U, 0x440U}) {
        const Op op = ask(pool2, flags);
        const bool of_the_system = (flags & (pool_flag_session | pool_flag_reserved)) != 0;
        Event failed = null_result();
        Event served = at(op, base);
        failed.caller_faults = served.caller_faults = of_the_system ? fault_pool_flags : 0U;
        Play().step(op, failed).leaves_open("EAP2-07");
        Play().step(op, served).is_clean();
    }
}

ORACLE_TEST(OracleFlags, AnUnknownOptionalFlagChangesNothing) {
    for (const Routine routine : flag_routines) {
        const Op op = ask(routine, pool_flag_non_paged | 1ULL << 33);
        Play().step(op, at(op, base)).holds("EAP2-01 EAP2-03");
        Play().step(op, null_result()).violates("EAP2-01 EAP2-03");
        const Op large = ask(routine, pool_flag_non_paged | 1ULL << 63, huge);
        Play().step(large, null_result()).holds("EAP2-03");
        Play().step(large, at(large, base)).violates("EAP2-03");
    }
}

ORACLE_TEST(OracleFlags, SpecialPoolIsTriedAndIsNoCondition) {
    const Op op = ask(pool2, pool_flag_non_paged | pool_flag_special_pool);
    Event special = at(op, base + page_bytes - 112);
    special.block.special = true;
    Play().step(op, special).holds("EAP2-21");
    Play().step(op, at(op, base)).violates("EAP2-21");
    Play().step(op, null_result()).violates("EAP2-21");
    const Op large = ask(pool2, pool_flag_non_paged | pool_flag_special_pool, page_bytes);
    Play().step(large, at(large, base)).holds("EAP2-21 EAP2-04");
    Play().step(large, bug(BAD_POOL_CALLER, 1)).violates("EAP2-04");
}

ORACLE_TEST(OracleFlags, TheQuotaFlagCharges) {
    Op limit;
    limit.kind = OpKind::quota;
    limit.size = 50;
    Op asked;
    asked.kind = OpKind::query_quota;
    const Op op = ask(pool2, pool_flag_non_paged | pool_flag_use_quota);
    Play().step(limit, done()).step(op, null_result()).holds("EAP2-10");
    Play().step(limit, done()).step(op, at(op, base)).violates("EAP2-10");
    Play().step(op, at(op, base)).holds("EAP2-10");
    Play().step(op, null_result()).violates("EAP2-10");
    Play().step(op, at(op, base)).step(asked, answer(100)).holds("EAP2-10");
    Play().step(op, at(op, base)).step(asked, answer(0)).violates("EAP2-10");
    Play().step(asked, answer(0)).says_nothing_of("EAP2-10");
}

ORACLE_TEST(OracleFlags, GeometryIsThatOfTheOlderRoutines) {
    for (const Routine routine : flag_routines) {
        const char* const ids = routine == pool2 ? "EAP2-11" : "EAP2-11 EAP3-01";
        const Op small = ask(routine, pool_flag_non_paged);
        Play().step(small, at(small, base + 16)).holds(ids);
        Play().step(small, at(small, base + 4)).violates(ids);
        Play().step(small, at(small, base + page_bytes - 16)).violates(ids);
        const Op large = ask(routine, pool_flag_non_paged, page_bytes);
        Play().step(large, at(large, base)).holds(ids);
        Play().step(large, at(large, base + 16)).violates(ids);
    }
}

ORACLE_TEST(OracleFlags, TheTagIsRecordedAndIsNotZero) {
    for (const Routine routine : flag_routines) {
        Op op = ask(routine, pool_flag_non_paged);
        Event event = at(op, base);
        Play().step(op, event).holds("EAP2-13 EAP2-06");
        event.block.tag = 0x64657246;
        Play().step(op, event).violates("EAP2-13");
        op.tag = 0;
        Event failed = null_result();
        failed.caller_faults = fault_tag_zero;
        Play().step(op, failed).holds("EAP2-06 EAP2-07");
        Play().step(op, at(op, base)).violates("EAP2-06 EAP2-07");
        op.tag = 0x4672657F;
        Play().step(op, at(op, base)).violates("EAP2-06");
    }
}

ORACLE_TEST(OracleFlags, EitherOlderFreeReleasesTheBlock) {
    for (const Routine routine : flag_routines) {
        const Op op = ask(routine, pool_flag_paged);
        for (const Routine free : ex_frees) {
            Play().step(op, at(op, base)).step(release(free), done(), base).holds("EAP2-14");
            Play()
                .step(op, at(op, base))
                .step(release(free), bug(BAD_POOL_CALLER, 1), base)
                .violates("EAP2-14");
        }
    }
}

ORACLE_TEST(OracleFlags, TheIrqlIsThatOfTheKindOfPool) {
    const Op paged = ask(pool2, pool_flag_paged);
    const Event caught = bug(BAD_POOL_CALLER, 8, DISPATCH_LEVEL, PagedPool, 100);
    Play().irql(DISPATCH_LEVEL).step(paged, caught).holds("EAP2-15 EAP2-16");
    Play().irql(DISPATCH_LEVEL).step(paged, at(paged, base)).violates("EAP2-15 EAP2-16");
    Play()
        .step(paged, at(paged, base))
        .irql(DISPATCH_LEVEL)
        .step(touch(OpKind::read, 0, 1), bug(DRIVER_IRQL_NOT_LESS_OR_EQUAL, base, DISPATCH_LEVEL), base)
        .holds("EAP2-16");
    Play()
        .step(paged, at(paged, base))
        .irql(DISPATCH_LEVEL)
        .step(touch(OpKind::read, 0, 1), done(), base)
        .violates("EAP2-16");
    Event reported = at(paged, base);
    reported.caller_faults = fault_irql;
    Play().step(paged, reported).violates("EAP2-15 EAP2-16");
    Play().step(paged, at(paged, base)).holds("EAP2-15 EAP2-16");
}

ORACLE_TEST(OracleFlags, OutsideTheBlockSpecialPoolCatchesTheCaller) {
    const Op op = ask(pool2, pool_flag_non_paged | pool_flag_special_pool, 96);
    const std::uint64_t start = base + page_bytes - 96;
    Event special = at(op, start);
    special.block.special = true;
    const Op beyond = touch(OpKind::read, 96, 1);
    const std::uint64_t guard = base + page_bytes;
    Play().step(op, special).step(beyond, bug(0xCD, guard), guard).holds("EAP2-12");
    Play().step(op, special).step(beyond, done(), guard).violates("EAP2-12");
    Op front = touch(OpKind::write, -1, 1);
    front.mask = 0xFF;
    const Event found = bug(SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION, start, start - 1, 0, 0x23);
    Play()
        .step(op, special)
        .step(front, done(), start - 1)
        .step(release(Routine::ExFreePool), found, start)
        .holds("EAP2-12");
    Play()
        .step(op, special)
        .step(front, done(), start - 1)
        .step(release(Routine::ExFreePool), done(), start)
        .violates("EAP2-12");
}

ORACLE_TEST(OracleFlags, MemoryIsLocalAndExecutableAsAsked) {
    for (const std::uint64_t kind : {pool_flag_non_paged, pool_flag_non_paged_execute}) {
        const Op op = ask(pool2, kind);
        Event event = at(op, base);
        Play().step(op, event).holds("EAP2-19 EAP2-17");
        event.block.executable = !event.block.executable;
        Play().step(op, event).violates("EAP2-19");
        event.block.node = 1;
        Play().step(op, event).violates("EAP2-17");
    }
    const Op paged = ask(pool2, pool_flag_paged);
    Event event = at(paged, base);
    event.block.executable = true;
    Play().step(paged, event).violates("EAP2-19");
    Claims narrow = full_claims();
    narrow.is_64_bit = false;
    Play(narrow).step(paged, event).leaves_open("EAP2-19");
    const Op aligned = ask(pool2, pool_flag_non_paged | pool_flag_cache_aligned);
    Play().step(aligned, at(aligned, base + 16)).leaves_open("EAP2-20");
}

ORACLE_TEST(OracleFlags, NonPagedPoolIsExecutableAndItsNxFormIsNot) {
    Op op = request(ex_tag, 100);
    Event event = placed(op, base);
    Play().step(op, event).holds("NX-01");
    event.block.executable = false;
    Play().step(op, event).violates("NX-01");
    op.pool_type = NonPagedPoolNx;
    Play().step(op, event).holds("NX-01");
    event.block.executable = true;
    Play().step(op, event).violates("NX-01");
}

ORACLE_TEST(OracleFlags, DutiesAreReported) {
    const auto clean = [](const Op& op) { return at(op, base); };
    const auto reporting = [](const Op& op, std::uint32_t faults) {
        Event event = at(op, base);
        event.caller_faults = faults;
        return event;
    };
    const Op none = ask(pool2, pool_flag_non_paged, 0);
    Play().step(none, reporting(none, fault_zero_bytes)).holds("ZER-02 EAP2-05");
    Play().step(none, clean(none)).violates("ZER-02 EAP2-05");
    const Op session = ask(pool2, pool_flag_non_paged | pool_flag_session);
    Play().step(session, reporting(session, fault_pool_flags)).holds("EAP2-22");
    Play().step(session, clean(session)).violates("EAP2-22");
    const Op node = with_entries(ask(pool3, pool_flag_paged), {parameter_node, 0});
    Play().step(node, reporting(node, fault_parameters)).violates("EAP3-09");
    Event refused = null_result();
    Play().step(node, refused).violates("EAP3-09");
    refused.caller_faults = fault_parameters;
    Play().step(node, refused).holds("EAP3-09 EAP3-02");
    for (const std::uint8_t type : {std::uint8_t{0}, std::uint8_t{parameter_max}}) {
        const Op unused = with_entries(ask(pool3, pool_flag_non_paged), {type, 0});
        Play().step(unused, refused).holds("EAP3-11");
        Play().step(unused, null_result()).violates("EAP3-11");
        Play().step(unused, clean(unused)).violates("EAP3-11");
    }
}

ORACLE_TEST(OracleFlags, ARequiredEntryHasToBeKnown) {
    const Op unknown = with_entries(ask(pool3, pool_flag_non_paged), {9, 0});
    Play().step(unknown, null_result()).holds("EAP3-02 EAP3-05");
    Play().step(unknown, at(unknown, base)).violates("EAP3-02 EAP3-05");
    const Op optional = with_entries(ask(pool3, pool_flag_non_paged), {9, 0, true});
    Play().step(optional, at(optional, base)).holds("EAP3-06");
    Play().step(optional, null_result()).violates("EAP3-06");
    const Op known = with_entries(ask(pool3, pool_flag_paged), {parameter_node, 0, true});
    Play().step(known, null_result()).is_clean();
    Play().step(known, at(known, base)).is_clean();
}

ORACLE_TEST(OracleFlags, EveryEntryCounts) {
    const ExtendedParameter good{parameter_priority, 32};
    const Op second_bad = with_entries(ask(pool3, pool_flag_non_paged), good, {7, 0});
    Play().step(second_bad, null_result()).holds("EAP3-03");
    Play().step(second_bad, at(second_bad, base)).violates("EAP3-03");
    const Op both = with_entries(ask(pool3, pool_flag_non_paged), good, {parameter_node, 1});
    Event remote = at(both, base);
    remote.block.node = 1;
    Play().step(both, remote).holds("EAP3-03 EAP3-08");
    Play().step(both, null_result()).violates("EAP3-03");
}

ORACLE_TEST(OracleFlags, APriorityEntryIsAsThePriorityRoutineHasIt) {
    for (const std::uint8_t priority : {std::uint8_t{0}, std::uint8_t{16}, std::uint8_t{32}}) {
        const Op op = with_entries(ask(pool3, pool_flag_non_paged), {parameter_priority, priority});
        Play().step(op, at(op, base)).holds("EAP3-07");
        Play().step(op, null_result()).violates("EAP3-07");
    }
    const Op odd = with_entries(ask(pool3, pool_flag_non_paged), {parameter_priority, 7});
    Play().step(odd, null_result()).holds("EAP3-07");
    Play().step(odd, at(odd, base)).violates("EAP3-07");
}

ORACLE_TEST(OracleFlags, ANodeIsAConditionUnlessAnyWillDo) {
    const Op op = with_entries(ask(pool3, pool_flag_non_paged, page_bytes), {parameter_node, 1});
    Event event = at(op, base);
    Play().step(op, event).violates("EAP3-08");
    event.block.node = 1;
    Play().step(op, event).holds("EAP3-08");
    Play().step(op, null_result()).violates("EAP3-08");
    Play().budget(1, false, 0).step(op, null_result()).holds("EAP3-08");
    Play().budget(1, false, 0).step(op, event).violates("EAP3-08");
    const Op any =
        with_entries(ask(pool3, pool_flag_non_paged, page_bytes), {parameter_node, 1, false, true});
    Play().budget(1, false, 0).step(any, at(any, base)).holds("EAP3-08");
    Play().budget(1, false, 0).step(any, null_result()).violates("EAP3-08");
    const Op paged = with_entries(ask(pool3, pool_flag_paged), {parameter_node, 0});
    Play().step(paged, at(paged, base)).violates("EAP3-09");
}

} // namespace
} // namespace poolproof::oracle
