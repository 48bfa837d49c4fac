// Pool types and flags: EAPT-02, FPT-01, FPT-02, MS-01, MS-04, NX-01, IRQ-03, SHR-06, and contract
// facts 11.1, 11.2.
//
// Does not cover: the flags of EngAllocMem (user_memory_props.cpp).
#include "suites/property.hpp"
#include "suites/trace_property.hpp"
#include "suites/values.hpp"

#include <ddi/bugcodes.h>

#include <algorithm>

namespace poolproof {

POOL_SUITE(PoolTypes);

namespace {

constexpr std::array<Routine, 3> routines = {Routine::ExAllocatePoolWithTag,
                                             Routine::ExAllocatePoolWithTagPriority,
                                             Routine::FsRtlAllocatePoolWithTag};
// Contract facts 11.1: every value with a name.
constexpr std::array<std::uint32_t, 18> named_types = {0,  1,  2,  3,  4,  5,  6,   7,   32,
                                                       33, 34, 35, 36, 37, 38, 512, 516, 544};
constexpr std::array<std::uint32_t, 4> modifiers = {0, POOL_RAISE_IF_ALLOCATION_FAILURE, POOL_COLD_ALLOCATION,
                                                    POOL_RAISE_IF_ALLOCATION_FAILURE | POOL_COLD_ALLOCATION};
constexpr std::uint32_t must_succeed = 2;

void expect_must_succeed_refused(Driver& drive, const Request& request, std::uint64_t bytes) {
    const Stop stop = stop_of([&] { drive.allocate(request, bytes, fred); });
    RC_ASSERT(stop.code == BAD_POOL_CALLER);
    RC_ASSERT((stop.parameters == std::array<std::uint64_t, 4>{0x9A, request.type, bytes, fred}));
    RC_ASSERT((drive.caller_faults() & fault_must_succeed) != 0U);
}

void expect_block_of_type(Driver& drive, const Request& request, std::uint64_t bytes) {
    const Address block = drive.allocate(request, bytes, fred);
    RC_ASSERT(block != 0U);
    RC_ASSERT(drive.last_block().paged == is_paged(request));
    RC_ASSERT(drive.last_block().bytes == bytes);
    if (!is_paged(request)) { // NX-01: 512 is the bit that takes execution away
        RC_ASSERT(drive.last_block().executable == ((request.type & POOL_NX_ALLOCATION) == 0));
    }
    RC_ASSERT(drive.accessible(block, 0, bytes));
    drive.release(request, block, fred);
}

} // namespace

// Every named type with every modifier, for every routine that takes one, on both sides of a page.
POOL_SWEEP(PoolTypes, EveryNamedTypeWithEveryModifier) {
    for (const Routine routine : routines) {
        for (const std::uint32_t type : named_types) {
            for (const std::uint32_t modifier : modifiers) {
                const Request request{routine, type | modifier};
                for (const std::uint64_t bytes :
                     {1U, 8U, 17U, 100U, 4064U, 4080U, 4095U, 4096U, 4097U, 9000U}) {
                    if ((type & must_succeed) != 0) {
                        expect_must_succeed_refused(drive, request, bytes);
                    } else {
                        expect_block_of_type(drive, request, bytes);
                    }
                }
            }
        }
    }
    RC_ASSERT(drive.pages_in_use() == 0U);
}

POOL_PROPERTY(PoolTypes, MustSucceedIsABugCheckAtAnyIrql) {
    const auto type = *rc::gen::suchThat(rc::gen::elementOf(named_types),
                                         [](std::uint32_t t) { return (t & must_succeed) != 0; });
    const auto routine = *rc::gen::elementOf(routines);
    const auto bytes = *any_size();
    drive.set_irql(*rc::gen::inRange<unsigned>(0, (type & 1) != 0 ? 2 : 3));
    expect_must_succeed_refused(drive, {routine, type}, bytes);
}

// FPT-01: what the page does not list is reported; the cache-aligned types are listed.
POOL_SWEEP(PoolTypes, FsRtlReportsTypesThatItDoesNotList) {
    for (const std::uint32_t type : named_types) {
        if ((type & must_succeed) != 0) {
            continue;
        }
        const bool listed = std::find(fsrtl_types.begin(), fsrtl_types.end(), type) != fsrtl_types.end();
        drive.FsRtlAllocatePoolWithTag(type, 64, fred);
        if (listed) {
            RC_ASSERT((drive.caller_faults() & fault_pool_type) == 0U);
        } else if ((type & POOL_NX_ALLOCATION) == 0) { // no-execute types may be tolerated
            RC_ASSERT((drive.caller_faults() & fault_pool_type) != 0U);
        }
    }
}

// SHR-06: the flag is a hint. Two machines, the same requests, one of them cold: the same blocks.
POOL_PROPERTY(PoolTypes, ColdChangesNothing) {
    const auto wishes = *rc::gen::container<std::vector<std::pair<Request, std::uint64_t>>>(
        rc::gen::pair(ex_or_fsrtl_request(), any_size()));
    std::vector<Address> warm;
    warm.reserve(wishes.size());
    for (const auto& [request, bytes] : wishes) {
        warm.push_back(drive.allocate({request.routine, request.type & ~std::uint32_t{POOL_COLD_ALLOCATION}},
                                      bytes, fred));
    }
    Driver again(drive.subject(), drive.is_64_bit());
    for (std::size_t i = 0; i < wishes.size(); ++i) {
        const auto& [request, bytes] = wishes[i];
        RC_ASSERT(again.allocate({request.routine, request.type | POOL_COLD_ALLOCATION}, bytes, fred) ==
                  warm[i]);
    }
}

POOL_TRACE_PROPERTY(PoolTypes, NoTraceOfTypesBreaksAClause, Family::types)

POOL_SWEEP_CONVICTS(PoolTypes, EveryNamedTypeWithEveryModifier, "fsrtl-paged-served-nonpaged")
POOL_CONVICTS(PoolTypes, MustSucceedIsABugCheckAtAnyIrql, "must-succeed-accepted")
POOL_CONVICTS(PoolTypes, ColdChangesNothing, "cold-requests-fail")

} // namespace poolproof
