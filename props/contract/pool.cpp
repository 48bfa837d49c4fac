// ExAllocatePool: EAP clauses. Rules that the page shares with others are restated shortly.
#include "contract/families.hpp"

namespace poolproof::contract {
namespace {

constexpr std::string_view page = "wdm/nf-wdm-exallocatepool";

constexpr Clause clauses[] = {
    {"EAP-01",
     "Obsolete since Windows 10 version 2004: ExAllocatePool2 succeeds it, ExAllocatePoolZero before that.",
     advice, no_seed, page, "Description", all_profiles, by_source, plain_pool, "",
     "advice on which routine to use: the routine works as before"},
    {"EAP-02", "Returns NULL when free pool cannot serve the request, otherwise a pointer.", promise, no_seed,
     page, "Returns", all_profiles, by_return, plain_pool, "", ""},
    {"EAP-03", "A caller that got NULL fails with STATUS_INSUFFICIENT_RESOURCES or puts the work off.", duty,
     no_seed, page, "Remarks", all_profiles, by_source, plain_pool, "",
     "duty without a documented reaction: what a driver does next only its source shows"},
    {"EAP-04",
     "Large blocks start on a page boundary, others stay inside one page and keep the least alignment.",
     promise, no_seed, page, "Remarks", all_profiles, by_address, plain_pool, "X-01, X-02", ""},
    {"EAP-05",
     "Only the bytes asked for are the caller's, and only those are touched; the tail of a large block is "
     "not.",
     promise, no_seed, page, "Remarks", all_profiles, by_address | by_guard | by_bug_check, plain_pool,
     "X-03, X-43", ""},
    {"EAP-06", "The caller runs at DISPATCH_LEVEL or below, and asks there for a nonpaged type only.", duty,
     no_seed, page, "Remarks", all_profiles, by_bug_check | by_validator, plain_pool, "X-11", ""},
    {"EAP-07", "The caller does not ask for zero bytes.", duty, no_seed, page, "Remarks", all_profiles,
     by_return | by_bug_check | by_validator, plain_pool, "X-12", ""},
    {"EAP-08", "The system sets standard events while paged or nonpaged pool is high or low.", promise,
     no_seed, page, "Remarks", all_profiles, by_event, plain_pool, "unverified: event thresholds", ""},
    {"EAP-09", "Contents are uninitialised, and the driver zeroes them before user mode can see them.",
     promise, no_seed, page, "Remarks", all_profiles, by_contents, plain_pool, "", ""},
    {"EAP-10",
     "POOL_COLD_ALLOCATION is the only modifier offered; the raise flag and the quota flag are not "
     "mentioned.",
     advice, no_seed, page, "PoolType", all_profiles, 0, plain_pool, "",
     "descriptive: what the other flags do here is stated nowhere, so it is not asserted"},
    {"EAP-11", "The page says nothing of NUMA nodes and names no tag.", advice, no_seed, page, "",
     all_profiles, 0, plain_pool, "X-10", "descriptive: the tag that such blocks get is judged as TAG-09"},
    {"EAP-12",
     "classpnp.h repeats it as a macro of two arguments; smcnt.h makes it ExAllocatePoolWithTag with a tag "
     "of its own.",
     promise, no_seed, "classpnp/nf-classpnp-exallocatepool, smcnt/nf-smcnt-exallocatepool", "Syntax",
     all_profiles, by_source, plain_pool | with_tag, "X-10",
     "a matter of two other headers: after preprocessing a run meets only the routine behind the macro"},
    {"EAP-13", "Its blocks are released with ExFreePool.", duty, no_seed, page, "See also", all_profiles,
     by_tag_ledger | by_bug_check, plain_pool | ex_frees, "X-14", ""},
    {"EAP-14",
     "Static rules check the calls: HwStorPortProhibitedDDIs, SpNoWait, StorPortStartIo and "
     "UnSafeAllocatePool.",
     detection, no_seed, page, "front matter", all_profiles, by_source, plain_pool, "",
     "static rules: they read driver source, a run never meets them"},
};

} // namespace

std::span<const Clause> plain_pool_clauses() {
    return clauses;
}

} // namespace poolproof::contract
