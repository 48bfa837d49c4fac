// ExAllocatePoolWithTagPriority: EATP clauses. Rules that the page shares with others are restated shortly.
#include "contract/families.hpp"

namespace poolproof::contract {
namespace {

constexpr Clause clauses[] = {
    {"EATP-01", "Deprecated since Windows 10 version 2004; ExAllocatePool3 takes its place.", advice, no_seed,
     priority_page, "Description", all_profiles, by_source, with_priority, "",
     "advice on which routine to use: the routine works as before"},
    {"EATP-02", "POOL_RAISE_IF_ALLOCATION_FAILURE makes a failure raise.", promise, s5, priority_page,
     "PoolType", all_profiles, by_raise, with_priority, "X-13, unverified: status of a raise", ""},
    {"EATP-03", "POOL_COLD_ALLOCATION is only a hint, known from Windows XP on.", advice, s5, priority_page,
     "PoolType", all_profiles, by_return | by_address, with_priority, "", ""},
    {"EATP-04", "The tag obeys the rules of ExAllocatePoolWithTag: not zero, each character in 0x20 to 0x7E.",
     duty, s5, priority_page, "Tag", all_profiles, by_validator | by_bug_check, with_priority,
     "X-05, X-06, X-07, X-09", ""},
    {"EATP-05", "A request at LowPoolPriority may be failed when the system runs low on resources.", promise,
     s5, priority_page, "Priority", all_profiles, by_return | by_raise, with_priority,
     "unverified: priority thresholds", ""},
    {"EATP-06", "A request at NormalPoolPriority may be failed when the system runs very low on resources.",
     promise, s5, priority_page, "Priority", all_profiles, by_return | by_raise, with_priority,
     "unverified: priority thresholds", ""},
    {"EATP-07", "A request at HighPoolPriority must not be failed unless resources are completely exhausted.",
     promise, s5, priority_page, "Priority", all_profiles, by_return | by_raise, with_priority,
     "unverified: priority thresholds", ""},
    {"EATP-08", "Low suits requests that can recover, Normal suits most drivers, High only what is critical.",
     advice, s5, priority_page, "Priority", all_profiles, by_source, with_priority, "",
     "advice on which priority to choose: any choice is valid"},
    {"EATP-09",
     "In special pool an underrun variant puts the block at the start of a page, an overrun variant at its "
     "end.",
     promise, s5, priority_page, "Priority", all_profiles, by_address, with_priority, "X-15, X-38", ""},
    {"EATP-10", "The special-pool variants matter only while Driver Verifier or special pool is active.",
     promise, s5, priority_page, "Priority", all_profiles, by_address, with_priority, "X-15", ""},
    {"EATP-11",
     "A variant overrides the global choice of side for its call. It cannot switch special pool on or off.",
     promise, no_seed, special_pool_page, "Special pool by alignments", all_profiles, by_address,
     with_priority, "X-15", ""},
    {"EATP-12", "Returns NULL when memory is insufficient, unless the raise flag was given.", promise, s5,
     priority_page, "Returns", all_profiles, by_return | by_raise, with_priority,
     "X-13, unverified: status of a raise", ""},
    {"EATP-13", "The caller runs at DISPATCH_LEVEL or below, and asks there for a nonpaged type only.", duty,
     s5, priority_page, "Remarks", all_profiles, by_bug_check | by_validator, with_priority, "X-11", ""},
    {"EATP-14",
     "From PAGE_SIZE on blocks start on a page boundary; up to PAGE_SIZE they stay inside one page. Smaller "
     "ones are aligned to 8 bytes, or 16 on 64-bit systems.",
     promise, s5, priority_page, "Remarks", all_profiles, by_address, with_priority, "X-01, X-02", ""},
    {"EATP-15", "The caller does not ask for zero bytes.", duty, s5, priority_page, "Remarks", all_profiles,
     by_return | by_bug_check | by_validator, with_priority, "X-12", ""},
    {"EATP-16", "The system sets standard events while paged or nonpaged pool is high or low.", promise, s5,
     priority_page, "Remarks", all_profiles, by_event, with_priority, "unverified: event thresholds", ""},
    {"EATP-17", "On NUMA machines local memory is tried first, then the closest that is available.", promise,
     s5, priority_page, "Remarks", all_profiles, by_address, with_priority, "", ""},
    {"EATP-18", "Contents are uninitialised, and the driver zeroes them before user mode can see them.",
     promise | duty, s5, priority_page, "Remarks", all_profiles, by_contents, with_priority, "", ""},
    {"EATP-19", "Static rules check the calls, among them IrqlExAllocatePool and IrqlExFree2.", detection, s5,
     priority_page, "front matter", all_profiles, by_source, with_priority, "X-28",
     "static rules: they read driver source, a run never meets them"},
    {"EATP-20", "Available since Windows 2000.", advice, s5, priority_page, "front matter", all_profiles, 0,
     with_priority, "", "descriptive: a release date has no outcome"},
    {"EATP-21",
     "No page says outright which routine frees the block; ExFreePool and ExFreePoolWithTag are both hinted "
     "at.",
     advice, no_seed, "devtest/wdm-irqlexfree2", "", all_profiles, by_tag_ledger, with_priority | ex_frees,
     "X-14", ""},
    {"EATP-22", "The priority is one of the nine EX_POOL_PRIORITY values.", duty, s5, priority_page,
     "Priority", all_profiles, by_validator, with_priority, "unverified: other priorities", ""},
    {"EATP-23", "Use the special-pool variants only on systems being debugged, for they cost memory.", advice,
     no_seed, priority_type_page, "Remarks", all_profiles, by_source, with_priority, "X-15",
     "advice on when to use them: the variants work everywhere"},
};

} // namespace

std::span<const Clause> priority_clauses() {
    return clauses;
}

} // namespace poolproof::contract
