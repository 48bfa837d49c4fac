// Quota: EAPQ-02 to EAPQ-04, EAQT-02 to EAQT-04, FPQT-01, FPQT-05, QTA-03, PSQ-01, PSQ-03, PSQ-04; and the
// tag of untagged blocks, TAG-09.
//
// How many bytes a charge counts, from those asked for to a whole page, is the allocator's choice. Does not
// cover: Driver Verifier's rules of quota.
#include "suites/property.hpp"
#include "suites/values.hpp"

#include "trace/request.hpp"

#include <ddi/ntstatus.h>
#include <ddi/wdm.h>

namespace poolproof {

POOL_SUITE(PoolQuota);

namespace {

constexpr auto exceeded = static_cast<std::uint32_t>(STATUS_QUOTA_EXCEEDED);

bool fails_with_null(const Request& request) {
    const bool flags = traits_of(request.routine).type == TypeArgument::pool_flags;
    return flags ? (request.type & pool_flag_raise_on_failure) == 0
                 : (request.type & POOL_QUOTA_FAIL_INSTEAD_OF_RAISE) != 0;
}

// The request fails for want of quota, in the form that its page gives.
void expect_refused(Driver& drive, const Request& request, std::uint64_t bytes) {
    if (fails_with_null(request)) {
        RC_ASSERT(drive.allocate(request, bytes, fred) == 0U);
    } else {
        RC_ASSERT(status_raised_by([&] { drive.allocate(request, bytes, fred); }) >= 0xC0000000U);
    }
}

} // namespace

POOL_PROPERTY(PoolQuota, ABlockIsChargedToTheCurrentProcessUntilItsFree) {
    const auto request = *quota_request();
    const auto bytes = *size_below_a_page();
    const auto process = *rc::gen::inRange(0U, 4U);
    drive.attach_process(process);
    const Address block = drive.allocate(request, bytes, fred);
    for (unsigned other = 0; other < 4; ++other) {
        const std::uint64_t charged = drive.quota_charged(other, is_paged(request));
        RC_ASSERT(drive.quota_charged(other, !is_paged(request)) == 0U);
        RC_ASSERT((other == process ? charged >= bytes && charged <= page : charged == 0U));
    }
    drive.attach_process(*rc::gen::inRange(0U, 4U)); // whoever frees it
    drive.release(request, block, fred);
    RC_ASSERT(drive.quota_charged(process, is_paged(request)) == 0U);
}

POOL_PROPERTY(PoolQuota, MoreThanTheLimitIsRefusedAndChargesNothing) {
    auto request = *quota_request();
    if (request.routine == Routine::ExAllocatePoolWithQuotaTag && *rc::gen::arbitrary<bool>()) {
        request.type |= POOL_QUOTA_FAIL_INSTEAD_OF_RAISE;
    }
    const auto bytes = *size_below_a_page();
    drive.set_quota(0, is_paged(request), bytes - 1);
    expect_refused(drive, request, bytes);
    RC_ASSERT(drive.quota_charged(0, is_paged(request)) == 0U);
    drive.set_quota(0, is_paged(request), page); // enough however bytes are counted
    RC_ASSERT(drive.allocate(request, bytes, fred) != 0U);
}

POOL_PROPERTY(PoolQuota, ARequestThatFailsForMemoryChargesNothing) {
    const auto request = *quota_request();
    const auto bytes = *any_size();
    drive.fail_nth(1);
    expect_refused(drive, request, bytes);
    RC_ASSERT(drive.quota_charged(0, is_paged(request)) == 0U);
}

POOL_PROPERTY(PoolQuota, ExAllocatePoolWithQuotaChargesNoPages) {
    const auto type = *rc::gen::elementOf(askable_types);
    const Request request{Routine::ExAllocatePoolWithQuota, type};
    const auto bytes = *size_of_a_page_or_more();
    RC_ASSERT(drive.allocate(request, bytes, fred) != 0U);
    RC_ASSERT(drive.quota_charged(0, is_paged(request)) == 0U);
    drive.set_quota(0, is_paged(request), 0);
    RC_ASSERT(drive.allocate(request, bytes, fred) != 0U);
}

POOL_PROPERTY(PoolQuota, FsRtlNamesItsStatus) {
    const Request request{Routine::FsRtlAllocatePoolWithQuotaTag, *rc::gen::elementOf(fsrtl_types)};
    const auto bytes = *any_size();
    drive.fail_nth(1);
    RC_ASSERT(status_raised_by([&] { drive.allocate(request, bytes, fred); }) == 0xC000009AU);
}

POOL_PROPERTY(PoolQuota, ACallChargesExactlyWhatItSays) {
    const auto type = *rc::gen::element<std::uint32_t>(NonPagedPool, PagedPool, NonPagedPoolCacheAligned,
                                                       PagedPoolCacheAligned);
    const bool paged = (type & PagedPool) != 0;
    const auto amount = *rc::gen::inRange<std::uint64_t>(1, 100000);
    const auto limit = *rc::gen::inRange<std::uint64_t>(amount, 200000);
    drive.set_quota(1, paged, limit);
    drive.PsChargePoolQuota(1, type, amount);
    RC_ASSERT(drive.quota_charged(1, paged) == amount);
    const auto more = limit - amount + 1;
    RC_ASSERT(status_raised_by([&] { drive.PsChargePoolQuota(1, type, more); }) == exceeded);
    RC_ASSERT(status_raised_by([&] { drive.PsReturnPoolQuota(1, type, amount + 1); }) == exceeded);
    RC_ASSERT(drive.quota_charged(1, paged) == amount);
    drive.PsReturnPoolQuota(1, type, amount);
    RC_ASSERT(drive.quota_charged(1, paged) == 0U);
}

POOL_PROPERTY(PoolQuota, BlocksWithoutATagAreCountedUnderNone) {
    const Request request{*rc::gen::element(Routine::ExAllocatePool, Routine::ExAllocatePoolWithQuota),
                          *rc::gen::elementOf(askable_types)};
    const Address block = drive.allocate(request, *any_size(), fred);
    RC_ASSERT(drive.last_block().tag == default_tag);
    RC_ASSERT(drive.tag_row(default_tag, is_paged(request)).allocations == 1U);
    drive.ExFreePool(block);
    RC_ASSERT(drive.tag_row(default_tag, is_paged(request)).frees == 1U);
}

POOL_CONVICTS(PoolQuota, ABlockIsChargedToTheCurrentProcessUntilItsFree, "quota-not-charged")
POOL_CONVICTS(PoolQuota, MoreThanTheLimitIsRefusedAndChargesNothing, "quota-limit-ignored")
POOL_CONVICTS(PoolQuota, ARequestThatFailsForMemoryChargesNothing, "quota-null-instead-of-raise")
POOL_CONVICTS(PoolQuota, ExAllocatePoolWithQuotaChargesNoPages, "pages-charged")
POOL_CONVICTS(PoolQuota, FsRtlNamesItsStatus, "fsrtl-quota-raises-another-status")
POOL_CONVICTS(PoolQuota, ACallChargesExactlyWhatItSays, "return-of-too-much-done")
POOL_CONVICTS(PoolQuota, BlocksWithoutATagAreCountedUnderNone, "untagged-with-another-tag")

} // namespace poolproof
