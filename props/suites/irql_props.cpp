// IRQL: IRQ-01 to IRQ-06, EFP-04, IC-01, IC-02, and the bug checks of contract facts 12.2 to 12.5.
//
// Does not cover: special pool's own IRQL bug checks (special_pool_props.cpp); the Eng routines, which have
// no documented IRQL (EAM-09).
#include "suites/property.hpp"
#include "suites/trace_property.hpp"
#include "suites/values.hpp"

#include <ddi/bugcodes.h>

namespace poolproof {

POOL_SUITE(Irql);

namespace {

using Parameters = std::array<std::uint64_t, 4>;

// The highest IRQL at which memory of that kind may be asked for, freed and touched.
unsigned limit(bool paged) {
    return paged ? APC_LEVEL : DISPATCH_LEVEL;
}

rc::Gen<unsigned> legal_irql(bool paged) {
    return rc::gen::inRange(0U, limit(paged) + 1);
}
rc::Gen<unsigned> illegal_irql(bool paged) {
    return rc::gen::inRange(limit(paged) + 1, unsigned{HIGH_LEVEL} + 1);
}

bool is_paging_fault(const Stop& stop) {
    return stop.code == DRIVER_IRQL_NOT_LESS_OR_EQUAL || stop.code == IRQL_NOT_LESS_OR_EQUAL;
}

} // namespace

POOL_PROPERTY(Irql, EveryTypeIsServedUpToItsLimit) {
    const auto request = *ex_or_fsrtl_request();
    const auto bytes = *any_size();
    drive.verifier(*rc::gen::arbitrary<bool>());
    drive.set_irql(*legal_irql(is_paged(request)));
    const Address block = drive.allocate(request, bytes, fred);
    RC_ASSERT(block != 0U);
    RC_ASSERT(drive.caller_faults() == 0U);
    drive.read(block, 0, bytes);
    drive.write(block, 0, bytes);
    drive.release(request, block, fred);
    RC_ASSERT(drive.caller_faults() == 0U);
}

POOL_PROPERTY(Irql, AnAllocationAboveTheLimitIsABugCheck) {
    const auto request = *ex_or_fsrtl_request();
    const auto bytes = *any_size();
    const auto irql = *illegal_irql(is_paged(request));
    const auto verified = *rc::gen::arbitrary<bool>();
    drive.verifier(verified);
    drive.set_irql(irql);
    const Stop stop = stop_of([&] { drive.allocate(request, bytes, fred); });
    if (verified) {
        RC_ASSERT(stop.code == DRIVER_VERIFIER_DETECTED_VIOLATION);
        RC_ASSERT((stop.parameters == Parameters{is_paged(request) ? 1U : 2U, irql, request.type, bytes}));
    } else {
        RC_ASSERT(stop.code == BAD_POOL_CALLER);
        RC_ASSERT((stop.parameters == Parameters{8, irql, request.type, bytes}));
    }
    RC_ASSERT((drive.caller_faults() & fault_irql) != 0U);
    drive.set_irql(PASSIVE_LEVEL);
    RC_ASSERT(drive.tag_row(fred, is_paged(request)).allocations == 0U);
}

POOL_PROPERTY(Irql, AFreeAboveTheLimitIsABugCheck) {
    const auto request = *ex_or_fsrtl_request();
    const auto irql = *illegal_irql(is_paged(request));
    const auto verified = *rc::gen::arbitrary<bool>();
    const Address block = drive.allocate(request, *any_size(), fred);
    drive.verifier(verified);
    drive.set_irql(irql);
    const Stop stop = stop_of([&] { drive.ExFreePoolWithTag(block, fred); });
    RC_ASSERT(stop.code == (verified ? DRIVER_VERIFIER_DETECTED_VIOLATION : BAD_POOL_CALLER));
    RC_ASSERT(stop.parameters[0] == (verified ? (is_paged(request) ? 0x11U : 0x12U) : 9U));
    RC_ASSERT(stop.parameters[1] == irql);
    RC_ASSERT(stop.parameters[3] == block);
    drive.set_irql(PASSIVE_LEVEL);
    drive.ExFreePoolWithTag(block, fred); // it was not freed
    RC_ASSERT(drive.caller_faults() == 0U);
}

// IRQ-05, IC-01: not merely counted: the memory is inaccessible at DISPATCH_LEVEL, and there again below it.
POOL_PROPERTY(Irql, PagedPoolCannotBeTouchedAtDispatch) {
    const auto request = *rc::gen::suchThat(pool_request(), [](const Request& r) { return is_paged(r); });
    const auto bytes = *any_size();
    const auto offset = *rc::gen::inRange<std::uint64_t>(0, bytes);
    const auto irql = *illegal_irql(true);
    const auto write = *rc::gen::arbitrary<bool>();
    const Address block = drive.allocate(request, bytes, fred);
    drive.fill(block, bytes, 7);
    drive.set_irql(irql);
    const auto at = static_cast<std::int64_t>(offset);
    const Stop stop = stop_of([&] { write ? drive.write(block, at) : drive.read(block, at); });
    RC_ASSERT(is_paging_fault(stop));
    RC_ASSERT(stop.parameters[0] == block + offset);
    RC_ASSERT(stop.parameters[1] == irql);
    RC_ASSERT(stop.parameters[2] == (write ? 1U : 0U));
    drive.set_irql(APC_LEVEL);
    RC_ASSERT(drive.holds(block, bytes, 7));
}

POOL_PROPERTY(Irql, NonpagedPoolIsTouchedAtAnyIrql) {
    const auto request = *rc::gen::suchThat(pool_request(), [](const Request& r) { return !is_paged(r); });
    const auto bytes = *any_size();
    const Address block = drive.allocate(request, bytes, fred);
    drive.set_irql(*rc::gen::inRange(0U, unsigned{HIGH_LEVEL} + 1));
    drive.write(block, 0, bytes);
    drive.read(block, 0, bytes);
}

// IRQL belongs to a processor: while one is at DISPATCH_LEVEL, another below it touches paged pool.
POOL_PROPERTY(Irql, OneProcessorsIrqlIsNotAnothers) {
    const auto high = *rc::gen::inRange(0U, processor_count);
    const auto low = *rc::gen::distinctFrom(rc::gen::inRange(0U, processor_count), high);
    const Address block = drive.ExAllocatePoolWithTag(PagedPool, 100, fred);
    drive.fill(block, 100, 3);
    drive.run_on_processor(high);
    drive.set_irql(DISPATCH_LEVEL);
    drive.run_on_processor(low);
    drive.read(block, 0, 100);
    RC_ASSERT(drive.holds(block, 100, 3));
    drive.run_on_processor(high);
    RC_ASSERT(is_paging_fault(stop_of([&] { drive.read(block, 0); })));
}

// Every IRQL, every kind of request, touched, and freed, with and without Driver Verifier.
POOL_SWEEP(Irql, EveryIrqlOfEveryRequest) {
    for (const Request& request : every_request()) {
        if (!is_ex_allocator(request.routine)) {
            continue;
        }
        for (unsigned level = 0; level < 2U * (HIGH_LEVEL + 1); ++level) {
            const unsigned irql = level / 2;
            const bool legal = irql <= limit(is_paged(request));
            drive.verifier(level % 2 != 0);
            const Address block = drive.allocate(request, 100, fred);
            drive.set_irql(irql);
            if (legal) {
                const Address another = drive.allocate(request, 100, fred);
                drive.read(another, 0, 100);
                drive.ExFreePool(another);
                drive.ExFreePool(block);
            } else {
                stop_of([&] { drive.allocate(request, 100, fred); });
                stop_of([&] { drive.ExFreePool(block); });
                if (is_paged(request)) {
                    RC_ASSERT(is_paging_fault(stop_of([&] { drive.read(block, 99); })));
                } else {
                    drive.write(block, 99);
                }
                drive.set_irql(PASSIVE_LEVEL);
                drive.ExFreePool(block);
            }
            drive.set_irql(PASSIVE_LEVEL);
        }
    }
    RC_ASSERT(drive.pages_in_use() == 0U);
}

POOL_TRACE_PROPERTY(Irql, NoTraceOfIrqlsBreaksAClause, Family::irql)

POOL_CONVICTS(Irql, EveryTypeIsServedUpToItsLimit, "paged-refused-at-apc")
POOL_CONVICTS(Irql, AnAllocationAboveTheLimitIsABugCheck, "paged-allocation-at-dispatch")
POOL_CONVICTS(Irql, AFreeAboveTheLimitIsABugCheck, "paged-free-at-dispatch")
POOL_CONVICTS(Irql, PagedPoolCannotBeTouchedAtDispatch, "paged-touchable-at-dispatch")
POOL_CONVICTS(Irql, OneProcessorsIrqlIsNotAnothers, "paged-touchable-at-dispatch")
POOL_SWEEP_CONVICTS(Irql, EveryIrqlOfEveryRequest, "allocation-above-dispatch")

} // namespace poolproof
