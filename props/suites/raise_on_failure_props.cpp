// Failing requests: EAPT-06, EATP-12, SHR-07, FPT-05, EAM-08, EAU-12, and size arithmetic near the largest
// number.
//
// Each way to be short of memory (an injected failure, no budget, a size that cannot be) gives each routine
// its own documented outcome. Does not cover: which priority fails first (priority_props.cpp).
#include "suites/property.hpp"
#include "suites/trace_property.hpp"
#include "suites/values.hpp"

#include "trace/request.hpp"

#include <ddi/wdm.h>

#include <limits>

namespace poolproof {

POOL_SUITE_FOR(RaiseOnFailure, both_profiles_and({"AnotherStatusIsRaised"}));

namespace {

constexpr std::uint32_t insufficient_resources = 0xC000009A;

// A request with or without POOL_RAISE_IF_ALLOCATION_FAILURE, where the routine knows it.
rc::Gen<Request> request_that_may_raise() {
    return rc::gen::map(rc::gen::pair(any_request(), rc::gen::arbitrary<bool>()), [](const auto& drawn) {
        Request request = drawn.first;
        const OnFailure failure = traits_of(request.routine).failure;
        if (drawn.second && failure == OnFailure::null_or_type_flag) {
            request.type |= POOL_RAISE_IF_ALLOCATION_FAILURE;
        } else if (drawn.second && failure == OnFailure::null_or_pool_flag) {
            request.type |= pool_flag_raise_on_failure;
        }
        return request;
    });
}

// The request cannot be served; what the routine's page says of that comes of it.
void expect_documented_failure(Driver& drive, const Request& request, std::uint64_t bytes) {
    const RoutineTraits& traits = traits_of(request.routine);
    const bool fsrtl = traits.memory == Memory::pool && traits.listed_types_only;
    if (fsrtl) {
        RC_ASSERT(status_raised_by([&] { drive.allocate(request, bytes, fred); }) == insufficient_resources);
        return;
    }
    const bool quota = traits.failure == OnFailure::raise || traits.failure == OnFailure::raise_or_quota_flag;
    const bool flagged =
        traits.type == TypeArgument::pool_flags
            ? (request.type & pool_flag_raise_on_failure) != 0
            : is_ex_allocator(request.routine) && (request.type & POOL_RAISE_IF_ALLOCATION_FAILURE) != 0;
    if (quota || flagged) {
        // The page names no status: any error will do.
        RC_ASSERT(status_raised_by([&] { drive.allocate(request, bytes, fred); }) >= 0xC0000000U);
        return;
    }
    RC_ASSERT(drive.allocate(request, bytes, fred) == 0U);
}

} // namespace

POOL_PROPERTY(RaiseOnFailure, AnInjectedFailureFailsAsDocumented) {
    const auto request = *request_that_may_raise();
    const auto bytes = *any_size();
    drive.fail_nth(1);
    expect_documented_failure(drive, request, bytes);
    const Address block = drive.allocate(request, bytes, fred); // the next one is served
    RC_ASSERT(block != 0U);
    RC_ASSERT(drive.accessible(block, 0, bytes));
}

POOL_PROPERTY(RaiseOnFailure, WithoutBudgetEveryPoolRequestFailsAsDocumented) {
    const auto request = *rc::gen::suchThat(
        request_that_may_raise(), [](const Request& r) { return r.routine != Routine::EngAllocUserMem; });
    const auto bytes = *any_size();
    drive.set_budgets(is_paged(request), 0, 0);
    expect_documented_failure(drive, request, bytes);
    drive.set_budgets(is_paged(request), 64, 64);
    RC_ASSERT(drive.allocate(request, bytes, fred) != 0U);
}

POOL_PROPERTY(RaiseOnFailure, AnImpossibleSizeFailsAsDocumented) {
    const auto request = *rc::gen::suchThat(
        request_that_may_raise(), [](const Request& r) { return r.routine != Routine::EngAllocMem; });
    const auto below = *rc::gen::inRange<std::uint64_t>(0, 2 * page);
    const auto largest = *rc::gen::element<std::uint64_t>(
        std::numeric_limits<std::uint64_t>::max(), std::numeric_limits<std::uint64_t>::max() / 2 + page,
        std::uint64_t{1} << 48U);
    expect_documented_failure(drive, request, largest - below);
    RC_ASSERT(drive.pages_in_use() == 0U);
}

POOL_PROPERTY(RaiseOnFailure, AFailureChangesNothing) {
    auto blocks = a_used_pool(drive);
    const auto request = *request_that_may_raise();
    const auto bytes = *any_size();
    const TagRow before = drive.tag_row(fred, is_paged(request));
    const std::uint64_t pages = drive.pages_in_use();
    drive.fail_nth(1);
    expect_documented_failure(drive, request, bytes);
    RC_ASSERT(drive.tag_row(fred, is_paged(request)).allocations == before.allocations);
    RC_ASSERT(drive.tag_row(fred, is_paged(request)).bytes == before.bytes);
    RC_ASSERT(drive.pages_in_use() == pages);
    for (const Lived& block : blocks) {
        RC_ASSERT(drive.holds(block.address, block.bytes, block.seed));
    }
}

POOL_PROPERTY(RaiseOnFailure, WithPlentyOfMemoryNothingFails) {
    const auto request = *request_that_may_raise();
    const auto bytes = *any_size();
    RC_ASSERT(drive.allocate(request, bytes, fred) != 0U);
}

// A caller that undoes everything when any of its requests fails: the first fails, the second, and so on
// until none does. Nothing is lost on any way.
POOL_SWEEP(RaiseOnFailure, FailingTheFirstTheSecondAndSoOnLosesNothing) {
    const std::vector<Request>& wishes = every_request();
    for (std::uint64_t nth = 1; nth <= wishes.size() + 1; ++nth) {
        drive.fail_nth(nth);
        std::vector<Lived> blocks;
        bool failed = false;
        for (const Request& request : wishes) {
            const std::uint64_t bytes = 1 + 700 * blocks.size();
            try {
                const Address block = drive.allocate(request, bytes, fred);
                failed = block == 0;
                blocks.push_back({block, bytes, request, 0});
            } catch (const Raise&) {
                failed = true;
            }
            if (failed) {
                break;
            }
        }
        RC_ASSERT(failed == (nth <= wishes.size()));
        for (const Lived& block : blocks) {
            if (block.address != 0) {
                drive.release(block.request, block.address, fred);
            }
        }
        RC_ASSERT(drive.pages_in_use() == 0U);
    }
    for (const bool paged : {false, true}) {
        const TagRow row = drive.tag_row(fred, paged);
        RC_ASSERT(row.allocations == row.frees);
    }
}

POOL_SWEEP(RaiseOnFailure, SizesNearTheLargestNumberFailCleanly) {
    for (const Request& request : every_request()) {
        if (request.routine == Routine::EngAllocMem) {
            continue; // takes a ULONG
        }
        for (std::uint64_t below = 0; below <= 2 * page + 1; ++below) {
            expect_documented_failure(drive, request, std::numeric_limits<std::uint64_t>::max() - below);
        }
    }
    for (std::uint64_t below = 0; below <= 2 * page + 1; ++below) {
        const std::uint64_t bytes = std::numeric_limits<std::uint32_t>::max() - below;
        expect_documented_failure(drive, {Routine::EngAllocMem, 0}, bytes);
    }
    RC_ASSERT(drive.pages_in_use() == 0U);
}

POOL_TRACE_PROPERTY(RaiseOnFailure, NoTraceOfFailuresBreaksAClause, Family::failures)

POOL_CONVICTS(RaiseOnFailure, AnInjectedFailureFailsAsDocumented, "null-instead-of-raise")
POOL_CONVICTS(RaiseOnFailure, WithoutBudgetEveryPoolRequestFailsAsDocumented, "raise-instead-of-null")
POOL_CONVICTS(RaiseOnFailure, AnImpossibleSizeFailsAsDocumented, "huge-size-wraps")
POOL_SWEEP_CONVICTS(RaiseOnFailure, SizesNearTheLargestNumberFailCleanly, "huge-size-wraps")
POOL_CONVICTS(RaiseOnFailure, WithPlentyOfMemoryNothingFails, "cold-requests-fail")
POOL_CONVICTS(RaiseOnFailure, AFailureChangesNothing, "fsrtl-returns-null")
POOL_SWEEP_CONVICTS(RaiseOnFailure, FailingTheFirstTheSecondAndSoOnLosesNothing, "ledger-forgets-frees")

} // namespace poolproof
