// POOL_FLAGS and extended parameters: CON-03, EAP2 and EAP3 clauses.
//
// Does not cover: secure-pool entries (secure_pool_props.cpp).
#include "suites/flag_calls.hpp"
#include "suites/property.hpp"

namespace poolproof {

POOL_SUITE(PoolFlags);

namespace {

rc::Gen<Routine> flag_routine() {
    return rc::gen::element(Routine::ExAllocatePool2, Routine::ExAllocatePool3);
}
rc::Gen<std::uint64_t> kind_of_pool() {
    return rc::gen::element<std::uint64_t>(pool_flag_non_paged, pool_flag_non_paged_execute, pool_flag_paged);
}
std::uint32_t entry(std::uint8_t type, std::uint8_t value, bool optional = false) {
    return packed({type, value, optional, false});
}

} // namespace

POOL_PROPERTY(PoolFlags, MemoryIsZeroedUnlessThatIsWaived) {
    const auto bytes = *size_up_to_a_page();
    use_up(drive, bytes);
    const Event event = allocate_with_flags(drive, *flag_routine(), *kind_of_pool(), bytes);
    RC_ASSERT(gave_memory(event));
    RC_ASSERT(is_zeroed(drive, event.address, bytes));
    RC_ASSERT(free_block(drive, Routine::ExFreePool2, event.address).kind == EventKind::done);
}

POOL_PROPERTY(PoolFlags, AnUnknownRequiredFlagFailsAsTheRaiseFlagSays) {
    const std::uint64_t bit = 1ULL << *rc::gen::inRange(11, 32);
    const auto routine = *flag_routine();
    const auto kind = *kind_of_pool();
    RC_ASSERT(allocate_with_flags(drive, routine, kind | bit, 100).kind == EventKind::null);
    RC_ASSERT(allocate_with_flags(drive, routine, kind | bit | pool_flag_raise_on_failure, 100).kind ==
              EventKind::raised);
}

POOL_PROPERTY(PoolFlags, AnUnknownOptionalFlagIsIgnored) {
    const std::uint64_t bit = 1ULL << *rc::gen::inRange(33, 64);
    const auto routine = *flag_routine();
    const auto kind = *kind_of_pool();
    RC_ASSERT(gave_memory(allocate_with_flags(drive, routine, kind | bit, *any_size())));
    drive.fail_nth(1);
    RC_ASSERT(allocate_with_flags(drive, routine, kind | bit, 100).kind == EventKind::null);
}

POOL_PROPERTY(PoolFlags, AZeroTagFails) {
    const auto routine = *flag_routine();
    RC_ASSERT(allocate_with_flags(drive, routine, *kind_of_pool(), 100, 0).kind == EventKind::null);
    RC_ASSERT(
        allocate_with_flags(drive, routine, *kind_of_pool() | pool_flag_raise_on_failure, 100, 0).kind ==
        EventKind::raised);
}

POOL_PROPERTY(PoolFlags, TheKindOfPoolDecidesWhetherItMayBeExecuted) {
    const auto kind = *kind_of_pool();
    const Event event = allocate_with_flags(drive, *flag_routine(), kind, *any_size());
    RC_ASSERT(event.block.paged == (kind == pool_flag_paged));
    if (kind != pool_flag_paged || drive.is_64_bit()) {
        RC_ASSERT(event.block.executable == (kind == pool_flag_non_paged_execute));
    }
}

POOL_PROPERTY(PoolFlags, SpecialPoolIsHadForTheAsking) {
    const auto bytes = *size_below_a_page();
    const std::uint64_t flags = *kind_of_pool() | pool_flag_special_pool;
    const Event event = allocate_with_flags(drive, *flag_routine(), flags, bytes);
    RC_ASSERT(gave_memory(event));
    RC_ASSERT(event.block.special);
    RC_ASSERT(!drive.accessible(event.address, static_cast<std::int64_t>(page), 1));
}

POOL_PROPERTY(PoolFlags, ARequiredEntryHasToBeKnownAndAnOptionalOneNot) {
    const auto type = *rc::gen::inRange<std::uint8_t>(5, 16);
    const auto kind = *kind_of_pool();
    const auto ask = [&](std::uint32_t entries) {
        return allocate_with_flags(drive, Routine::ExAllocatePool3, kind, 100, fred, entries).kind;
    };
    RC_ASSERT(ask(entry(type, 0)) == EventKind::null);
    RC_ASSERT(ask(entry(parameter_priority, 32) | entry(type, 0) << 16) == EventKind::null);
    RC_ASSERT(ask(entry(type, 0, true)) == EventKind::pointer);
    RC_ASSERT(ask(entry(0, 0)) == EventKind::null);
    RC_ASSERT(ask(entry(parameter_max, 0)) == EventKind::null);
    RC_ASSERT(ask(entry(parameter_priority, 7)) == EventKind::null);
}

POOL_PROPERTY(PoolFlags, ANodeIsAConditionUnlessAnyWillDo) {
    const auto node = *rc::gen::inRange<std::uint8_t>(0, node_count);
    const auto ask = [&](std::uint64_t kind, bool any) {
        const std::uint32_t wanted = packed({parameter_node, node, false, any});
        return allocate_with_flags(drive, Routine::ExAllocatePool3, kind, page, fred, wanted);
    };
    const Event event = ask(pool_flag_non_paged, false);
    RC_ASSERT(gave_memory(event));
    RC_ASSERT(event.block.node == node);
    RC_ASSERT(ask(pool_flag_paged, false).kind == EventKind::null);
    drive.set_budget(node, false, 0);
    RC_ASSERT(ask(pool_flag_non_paged, false).kind == EventKind::null);
    RC_ASSERT(gave_memory(ask(pool_flag_non_paged, true)));
}

POOL_CONVICTS(PoolFlags, MemoryIsZeroedUnlessThatIsWaived, "pool2-not-zeroed")
POOL_CONVICTS(PoolFlags, AnUnknownRequiredFlagFailsAsTheRaiseFlagSays, "unknown-required-flag-accepted")
POOL_CONVICTS(PoolFlags, AnUnknownOptionalFlagIsIgnored, "optional-flag-fails")
POOL_CONVICTS(PoolFlags, AZeroTagFails, "pool2-zero-tag-accepted")
POOL_CONVICTS(PoolFlags, TheKindOfPoolDecidesWhetherItMayBeExecuted, "nonpaged-flag-executable")
POOL_CONVICTS(PoolFlags, SpecialPoolIsHadForTheAsking, "special-flag-ignored")
POOL_CONVICTS(PoolFlags, ARequiredEntryHasToBeKnownAndAnOptionalOneNot, "second-entry-unread")
POOL_CONVICTS(PoolFlags, ANodeIsAConditionUnlessAnyWillDo, "required-node-not-honoured")

} // namespace poolproof
