// Requests for no bytes: ZER-01, ZER-03, IC-02, and register X-12.
//
// Does not cover: the Eng routines' outcome, which no page gives, beyond that it does no harm (ZER-06).
#include "suites/property.hpp"
#include "suites/trace_property.hpp"
#include "suites/values.hpp"

#include <ddi/bugcodes.h>

#include <algorithm>

namespace poolproof {

POOL_SUITE_FOR(ZeroSize, both_profiles_and({"ZeroBytesIsABugCheck"}));

POOL_PROPERTY(ZeroSize, WithoutVerifierItIsTheSmallestBlockOrABugCheck) {
    const auto request = *ex_request();
    if (drive.claims().zero_bytes == ZeroBytes::bug_check) {
        const Stop stop = stop_of([&] { drive.allocate(request, 0, fred); });
        RC_ASSERT(stop.code == BAD_POOL_CALLER);
        RC_ASSERT((stop.parameters == std::array<std::uint64_t, 4>{0, 0, request.type, fred}));
        return;
    }
    // Two are two blocks, and both can be freed.
    const Address first = drive.allocate(request, 0, fred);
    const Address second = drive.allocate(request, 0, fred);
    RC_ASSERT(first != 0U);
    RC_ASSERT(second != 0U);
    RC_ASSERT(first != second);
    drive.ExFreePool(first);
    drive.ExFreePoolWithTag(second, fred);
    RC_ASSERT(drive.tag_row(fred, is_paged(request)).frees == 2U);
}

POOL_PROPERTY(ZeroSize, DriverVerifierFlagsIt) {
    const auto request = *ex_request();
    const auto irql = *rc::gen::inRange(0U, is_paged(request) ? 2U : 3U);
    drive.verifier(true);
    drive.set_irql(irql);
    const Stop stop = stop_of([&] { drive.allocate(request, 0, fred); });
    RC_ASSERT(stop.code == DRIVER_VERIFIER_DETECTED_VIOLATION);
    RC_ASSERT((stop.parameters == std::array<std::uint64_t, 4>{0, irql, request.type, 0}));
}

POOL_PROPERTY(ZeroSize, TheDutyIsReported) {
    const auto request = *ex_or_fsrtl_request();
    comes_back([&] { drive.allocate(request, 0, fred); });
    RC_ASSERT((drive.caller_faults() & fault_zero_bytes) != 0U);
}

// ZER-03, ZER-06: nothing says what comes of it, but other blocks are left alone and pool goes on working.
POOL_PROPERTY(ZeroSize, ItHarmsNobody) {
    auto blocks = a_used_pool(drive);
    const auto request = *any_request();
    drive.verifier(*rc::gen::arbitrary<bool>());
    Address empty = 0;
    comes_back([&] { empty = drive.allocate(request, 0, fred); });
    if (empty != 0) {
        RC_ASSERT(std::none_of(blocks.begin(), blocks.end(),
                               [&](const Lived& other) { return empty - other.address < other.bytes; }));
        drive.release(request, empty, fred);
    }
    for (const Lived& block : blocks) {
        RC_ASSERT(drive.holds(block.address, block.bytes, block.seed));
        drive.release(block.request, block.address, fred);
    }
    RC_ASSERT(drive.pages_in_use() == 0U);
}

// A thousand requests for nothing are a thousand places.
POOL_SWEEP(ZeroSize, SmallestBlocksAreAllDifferent) {
    if (drive.claims().zero_bytes == ZeroBytes::bug_check) {
        RC_ASSERT(stop_of([&] { drive.ExAllocatePoolWithTag(NonPagedPool, 0, fred); }).parameters[0] == 0U);
        return;
    }
    std::vector<Address> blocks;
    blocks.reserve(1000);
    for (unsigned i = 0; i < 1000; ++i) {
        blocks.push_back(drive.ExAllocatePoolWithTag(i % 2, 0, fred));
    }
    std::sort(blocks.begin(), blocks.end());
    RC_ASSERT(std::adjacent_find(blocks.begin(), blocks.end()) == blocks.end());
    for (const Address block : blocks) {
        drive.ExFreePool(block);
    }
    RC_ASSERT(drive.pages_in_use() == 0U);
}

POOL_TRACE_PROPERTY(ZeroSize, NoTraceOfEmptyRequestsBreaksAClause, Family::zero_bytes)

POOL_CONVICTS(ZeroSize, DriverVerifierFlagsIt, "zero-bytes-unflagged")
POOL_CONVICTS(ZeroSize, TheDutyIsReported, "fsrtl-zero-bytes-unreported")
POOL_CONVICTS(ZeroSize, ItHarmsNobody, "allocation-scribbles")

} // namespace poolproof
