// Lookaside lists: LL-01 to LL-06, LL-12 to LL-16, LL-19, LL-21, LL-30.
//
// Does not cover: two threads on one list (impl/ddi/lookaside_test.cpp).
#include "suites/plain_calls.hpp"
#include "suites/property.hpp"

#include <ddi/bugcodes.h>
#include <ddi/ntstatus.h>
#include <ddi/wdm.h>

namespace poolproof {

POOL_SUITE(Lookaside);

namespace {

constexpr Routine inits[] = {Routine::ExInitializeNPagedLookasideList,
                             Routine::ExInitializePagedLookasideList, Routine::ExInitializeLookasideListEx};
constexpr Routine takes[] = {Routine::ExAllocateFromNPagedLookasideList,
                             Routine::ExAllocateFromPagedLookasideList,
                             Routine::ExAllocateFromLookasideListEx};
constexpr Routine puts[] = {Routine::ExFreeToNPagedLookasideList, Routine::ExFreeToPagedLookasideList,
                            Routine::ExFreeToLookasideListEx};
constexpr Routine deletes[] = {Routine::ExDeleteNPagedLookasideList, Routine::ExDeletePagedLookasideList,
                               Routine::ExDeleteLookasideListEx};

unsigned any_kind() {
    return *rc::gen::inRange(0U, 3U);
}

Event init(Driver& drive, unsigned kind, std::uint64_t bytes, bool raises = false, bool own = false) {
    Op op = plain_op(inits[kind], bytes);
    op.level = own ? 1 : 0;
    op.flags_high = kind == 2 && raises ? 1 : 0;
    op.pool_type = kind != 2 && raises ? unsigned{POOL_RAISE_IF_ALLOCATION_FAILURE} : 0U;
    return play(drive, op);
}

} // namespace

// LL-01, LL-19: nothing is taken from pool in advance, and nothing is left behind.
POOL_PROPERTY(Lookaside, TakesWhatItGivesOutAndLeavesNothing) {
    const unsigned kind = any_kind();
    const auto bytes = *rc::gen::inRange<std::uint64_t>(16, 5000);
    init(drive, kind, bytes);
    RC_ASSERT(drive.tag_row(fred, kind == 1).allocations == 0U);
    std::vector<Address> entries;
    const auto count = *rc::gen::inRange<std::size_t>(1, 20);
    while (entries.size() < count) {
        const Event taken = play(drive, plain_op(takes[kind]));
        RC_ASSERT(taken.kind == EventKind::pointer);
        entries.push_back(taken.address);
        drive.fill(entries.back(), bytes, static_cast<unsigned>(entries.size()));
    }
    for (std::size_t i = 0; i < count; ++i) {
        RC_ASSERT(drive.holds(entries[i], bytes, static_cast<unsigned>(i + 1)));
        play(drive, plain_op(puts[kind]), entries[i]);
    }
    play(drive, plain_op(deletes[kind]));
    const TagRow row = drive.tag_row(fred, kind == 1);
    RC_ASSERT(row.allocations == row.frees);
    RC_ASSERT(row.bytes == 0U);
}

// LL-02, LL-05, LL-12, LL-13, LL-16: what the list holds needs no memory; a new entry does.
POOL_PROPERTY(Lookaside, AShortageIsNullOrARaiseAsTheListWasTold) {
    const unsigned kind = any_kind();
    const bool raises = *rc::gen::arbitrary<bool>();
    init(drive, kind, 64, raises);
    const Event first = play(drive, plain_op(takes[kind]));
    play(drive, plain_op(puts[kind]), first.address);
    drive.fail_nth(1);
    RC_ASSERT(play(drive, plain_op(takes[kind])).kind == EventKind::pointer);
    RC_ASSERT(play(drive, plain_op(takes[kind])).kind == (raises ? EventKind::raised : EventKind::null));
}

// LL-02, LL-06, LL-16, LL-30.
POOL_PROPERTY(Lookaside, ItsOwnAllocatorIsToldWhatTheListWas) {
    const unsigned kind = any_kind();
    const bool raises = *rc::gen::arbitrary<bool>();
    const auto bytes = *rc::gen::inRange<std::uint64_t>(16, 5000);
    const auto irql = *rc::gen::inRange(0U, 2U);
    init(drive, kind, bytes, raises, true);
    drive.set_irql(irql);
    const OwnRoutineCall own = play(drive, plain_op(takes[kind])).list.own;
    RC_ASSERT(own.called);
    RC_ASSERT(own.bytes == bytes);
    RC_ASSERT(own.tag == fred);
    RC_ASSERT(unsigned{own.irql} == irql);
    RC_ASSERT(((own.pool_type & PagedPool) != 0) == (kind == 1));
    RC_ASSERT(((own.pool_type & POOL_RAISE_IF_ALLOCATION_FAILURE) != 0) == raises);
}

// LL-14, LL-15.
POOL_SWEEP(Lookaside, ExclusiveFlagsAreTheFifthParameterAndABadTypeTheFourth) {
    Op op = plain_op(Routine::ExInitializeLookasideListEx, 64);
    op.flags_high = 3;
    RC_ASSERT(play(drive, op).number == static_cast<std::uint32_t>(STATUS_INVALID_PARAMETER_5));
    op.flags_high = 0;
    op.pool_type = 0x10000;
    RC_ASSERT(play(drive, op).number == static_cast<std::uint32_t>(STATUS_INVALID_PARAMETER_4));
    op.pool_type = PagedPool;
    RC_ASSERT(play(drive, op).number == 0U);
}

// LL-21.
POOL_PROPERTY(Lookaside, DriverVerifierKnowsWhichListsThereAre) {
    const unsigned kind = any_kind();
    drive.verifier(true);
    const Event unknown = play(drive, plain_op(deletes[kind]));
    RC_ASSERT(unknown.code == DRIVER_VERIFIER_DETECTED_VIOLATION);
    RC_ASSERT(unknown.parameters[0] == 0xCBU);
    init(drive, kind, 64);
    const Event again = init(drive, kind, 64);
    RC_ASSERT(again.code == DRIVER_VERIFIER_DETECTED_VIOLATION);
    RC_ASSERT(again.parameters[0] == 0xCAU);
}

POOL_CONVICTS(Lookaside, TakesWhatItGivesOutAndLeavesNothing, "list-delete-leaks")
POOL_CONVICTS(Lookaside, AShortageIsNullOrARaiseAsTheListWasTold, "list-raise-on-fail-ignored")
POOL_CONVICTS(Lookaside, ItsOwnAllocatorIsToldWhatTheListWas, "list-own-routines-at-passive")
POOL_SWEEP_CONVICTS(Lookaside, ExclusiveFlagsAreTheFifthParameterAndABadTypeTheFourth,
                    "list-bad-flags-accepted")
POOL_CONVICTS(Lookaside, DriverVerifierKnowsWhichListsThereAre, "list-init-unchecked")

} // namespace poolproof
