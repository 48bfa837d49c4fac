// FsRtlAllocatePoolWithQuotaTag, and the FsRtl routines beside the two with tags: FPQT, FPO and FPX clauses.
#include "contract/families.hpp"

namespace poolproof::contract {
namespace {

constexpr std::string_view page = "ntifs/nf-ntifs-fsrtlallocatepoolwithquotatag";

constexpr Clause clauses[] = {
    {"FPQT-01", "The block is charged to the quota of the current process.", promise, no_seed, page,
     "Description", all_profiles, by_quota, fsrtl_quota, "unverified: bytes charged to a quota", ""},
    {"FPQT-02",
     "The pool type is NonPagedPool, PagedPool or the cache-aligned form of either; must-succeed types are "
     "obsolete.",
     promise, no_seed, page, "PoolType", all_profiles, by_tag_ledger | by_validator, fsrtl_quota,
     "X-26, X-33", ""},
    {"FPQT-03", "The tag is required and not zero, of 7-bit ASCII characters.", duty, no_seed, page, "Tag",
     all_profiles, by_validator, fsrtl_quota, "X-06, X-07", ""},
    {"FPQT-04", "The text on the size does not say that it cannot be zero.", advice, no_seed, page,
     "NumberOfBytes", all_profiles, 0, fsrtl_quota, "X-12",
     "descriptive: what is stated nowhere is not asserted"},
    {"FPQT-05", "A failure raises STATUS_INSUFFICIENT_RESOURCES (0xC000009A).", promise, no_seed, page,
     "Remarks", all_profiles, by_raise, fsrtl_quota, "X-34, X-35", ""},
    {"FPQT-06", "A caller that wants control on failure guards the call with an exception handler.", advice,
     no_seed, page, "Remarks", all_profiles, by_source, fsrtl_quota, "",
     "advice: leaving the handler out is no fault, and the raise itself is judged as FPQT-05"},
    {"FPQT-07",
     "Contents are uninitialised and zeroed by the driver before user mode can see them; the tag is shown "
     "reversed.",
     promise | duty, no_seed, page, "Remarks", all_profiles, by_contents | by_tag_ledger, fsrtl_quota, "X-08",
     ""},
    {"FPQT-08", "The caller runs at DISPATCH_LEVEL or below, and asks there for a nonpaged type only.", duty,
     no_seed, page, "Remarks", all_profiles, by_bug_check | by_validator, fsrtl_quota, "X-18", ""},
    {"FPQT-09",
     "The page names ExFreePool only as further reading, and is silent on alignment, nodes and events.",
     advice, no_seed, page, "See also", all_profiles, by_tag_ledger, fsrtl_quota | ex_frees,
     "X-14, unverified: FsRtl inheritance", ""},
    {"FPO-01",
     "FsRtlAllocatePool and FsRtlAllocatePoolWithQuota are obsolete: FsRtlAllocatePoolWithTag and "
     "FsRtlAllocatePoolWithQuotaTag succeed them.",
     advice, no_seed, "ifs/fsrtlallocatepool, ifs/fsrtlallocatepoolwithquota", "", all_profiles, by_source,
     fsrtl_allocators, "unverified: obsolete FsRtl routines",
     "advice on which routine to use: no text on their failure or their IRQL survives"},
    {"FPX-01",
     "Other FsRtl routines hand out objects made of pool: push locks, create parameters, file locks, "
     "resources.",
     advice, no_seed, "ntifs/nf-ntifs-fsrtlallocateextracreateparameter", "", all_profiles, 0, 0, "",
     "descriptive: names routines that are not on trial here"},
};

} // namespace

std::span<const Clause> fsrtl_quota_clauses() {
    return clauses;
}

} // namespace poolproof::contract
