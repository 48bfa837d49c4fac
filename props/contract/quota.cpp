// The quota routines, what detects their misuse, and the quota primitives: EAPQ, EAQT, QTA and PSQ clauses.
#include "contract/families.hpp"

namespace poolproof::contract {
namespace {

constexpr std::string_view page = "wdm/nf-wdm-exallocatepoolwithquota";
constexpr std::string_view tag_page = "wdm/nf-wdm-exallocatepoolwithquotatag";
constexpr std::string_view charge_page = "ntifs/nf-ntifs-pschargepoolquota";
constexpr std::string_view return_page = "ntifs/nf-ntifs-psreturnpoolquota";

constexpr RoutineSet charge = set_of(Routine::PsChargePoolQuota);
constexpr RoutineSet give_back = set_of(Routine::PsReturnPoolQuota);
constexpr RoutineSet primitives = charge | give_back;

constexpr Clause clauses[] = {
    {"EAPQ-01", "Obsolete: ExAllocatePool2 succeeds it, ExAllocatePoolQuotaZero on earlier systems.", advice,
     no_seed, page, "Description", all_profiles, by_source, with_quota, "",
     "advice on which routine to use: the routine works as before"},
    {"EAPQ-02", "The block is charged to the quota of the current process.", promise, no_seed, page,
     "Description", all_profiles, by_quota, with_quota, "unverified: bytes charged to a quota", ""},
    {"EAPQ-03", "A request of PAGE_SIZE bytes or more is charged to no quota.", promise, no_seed, page,
     "Remarks", all_profiles, by_quota, with_quota, "X-16", ""},
    {"EAPQ-04", "A failure raises an exception; NULL is not returned.", promise, no_seed, page, "Returns",
     all_profiles, by_raise, with_quota, "X-17, unverified: status of a quota routine's raise", ""},
    {"EAPQ-05",
     "Meant for highest-level drivers in the requester's context; lower drivers are told to use "
     "ExAllocatePoolWithTag.",
     advice, no_seed, page, "Remarks", all_profiles, by_source, with_quota, "",
     "advice on who calls it: a machine has no driver stack, and every caller is served alike"},
    {"EAPQ-06", "A block of PAGE_SIZE bytes or more starts on a page boundary.", promise, no_seed, page,
     "Remarks", all_profiles, by_address, with_quota, "X-01", ""},
    {"EAPQ-07",
     "A block below PAGE_SIZE lies inside one page, and one up to PAGE_SIZE is aligned to 8 bytes, or 16 on "
     "64-bit systems.",
     promise, no_seed, page, "Remarks", all_profiles, by_address, with_quota, "X-01, X-02", ""},
    {"EAPQ-08", "The caller does not ask for zero bytes.", duty, no_seed, page, "Remarks", all_profiles,
     by_return | by_raise | by_bug_check | by_validator, with_quota, "X-12", ""},
    {"EAPQ-09", "The system sets standard events while paged or nonpaged pool is high or low.", promise,
     no_seed, page, "Remarks", all_profiles, by_event, with_quota, "unverified: event thresholds", ""},
    {"EAPQ-10", "Contents are uninitialised, and the driver zeroes them before user mode can see them.",
     promise | duty, no_seed, page, "Remarks", all_profiles, by_contents, with_quota, "", ""},
    {"EAPQ-11", "The caller runs at DISPATCH_LEVEL or below, and asks there for a nonpaged type only.", duty,
     no_seed, page, "Remarks", all_profiles, by_bug_check | by_validator, with_quota, "X-11, X-18", ""},
    {"EAPQ-12", "POOL_COLD_ALLOCATION is only a hint.", advice, no_seed, page, "PoolType", all_profiles,
     by_return | by_address, with_quota, "", ""},
    {"EAPQ-13", "It takes no tag; its blocks carry the system's default tag.", promise, no_seed, page,
     "Syntax", all_profiles, by_tag_ledger, with_quota, "X-10", ""},
    {"EAPQ-14",
     "Static rules check the calls: HwStorPortProhibitedDDIs, SpNoWait, StorPortStartIo and "
     "UnSafeAllocatePool.",
     detection, no_seed, page, "front matter", all_profiles, by_source, with_quota, "",
     "static rules: they read driver source, a run never meets them"},
    {"EAQT-01",
     "Deprecated since Windows 10 version 2004; ExAllocatePool2 with POOL_FLAG_USE_QUOTA takes its place.",
     advice, no_seed, tag_page, "Description", all_profiles, by_source, with_quota_tag, "",
     "advice on which routine to use: the routine works as before"},
    {"EAQT-02", "The block is charged to the quota of the current process.", promise, no_seed, tag_page,
     "Description", all_profiles, by_quota, with_quota_tag, "unverified: bytes charged to a quota", ""},
    {"EAQT-03", "A failure raises by default.", promise, no_seed, tag_page, "Returns", all_profiles, by_raise,
     with_quota_tag, "X-17, unverified: status of a quota routine's raise", ""},
    {"EAQT-04",
     "With POOL_QUOTA_FAIL_INSTEAD_OF_RAISE a failure returns NULL; that form is preferred for its speed.",
     promise, no_seed, tag_page, "PoolType, Returns", all_profiles, by_return, with_quota_tag, "", ""},
    {"EAQT-05", "POOL_COLD_ALLOCATION is only a hint.", advice, no_seed, tag_page, "PoolType", all_profiles,
     by_return | by_address, with_quota_tag, "", ""},
    {"EAQT-06", "The tag is not zero and has one to four characters, each in 0x20 to 0x7E.", duty, no_seed,
     tag_page, "Tag", all_profiles, by_validator | by_bug_check, with_quota_tag, "X-05, X-06, X-07, X-09",
     ""},
    {"EAQT-07", "Only highest-level drivers call it; lower ones use ExAllocatePoolWithTag.", duty, no_seed,
     tag_page, "Remarks", all_profiles, by_source, with_quota_tag, "",
     "duty without a documented reaction: a machine has no driver stack to tell the height of a caller"},
    {"EAQT-08",
     "From PAGE_SIZE on blocks start on a page boundary; up to PAGE_SIZE they stay inside one page. Smaller "
     "ones keep the least alignment.",
     promise, no_seed, tag_page, "Remarks", all_profiles, by_address, with_quota_tag, "X-01, X-02", ""},
    {"EAQT-09", "The tag is recorded with the block, and tools normally show it reversed.", promise, no_seed,
     tag_page, "Remarks", all_profiles, by_tag_ledger, with_quota_tag, "X-08", ""},
    {"EAQT-10", "ExFreePool and ExFreePoolWithTag can each free the block.", promise, no_seed, tag_page,
     "Remarks", all_profiles, by_tag_ledger | by_bug_check, with_quota_tag | ex_frees, "", ""},
    {"EAQT-11", "The caller does not ask for zero bytes.", duty, no_seed, tag_page, "Remarks", all_profiles,
     by_return | by_raise | by_bug_check | by_validator, with_quota_tag, "X-12", ""},
    {"EAQT-12", "The system sets standard events while paged or nonpaged pool is high or low.", promise,
     no_seed, tag_page, "Remarks", all_profiles, by_event, with_quota_tag, "unverified: event thresholds",
     ""},
    {"EAQT-13", "On NUMA machines local memory is tried first, then the closest that is available.", promise,
     no_seed, tag_page, "Remarks", all_profiles, by_address, with_quota_tag, "", ""},
    {"EAQT-14", "Contents are uninitialised, and the driver zeroes them before user mode can see them.",
     promise | duty, no_seed, tag_page, "Remarks", all_profiles, by_contents, with_quota_tag, "", ""},
    {"EAQT-15", "The caller runs at DISPATCH_LEVEL or below, and asks there for a nonpaged type only.", duty,
     no_seed, tag_page, "Remarks", all_profiles, by_bug_check | by_validator, with_quota_tag,
     "X-11, X-18, X-19", ""},
    {"EAQT-16", "The page says nothing of quota for requests of PAGE_SIZE bytes or more.", advice, no_seed,
     tag_page, "", all_profiles, 0, with_quota_tag, "X-16",
     "descriptive: what is stated nowhere is not asserted"},
    {"EAQT-17",
     "Static rules check the calls: HwStorPortProhibitedDDIs, SpNoWait, StorPortStartIo and "
     "UnSafeAllocatePool.",
     detection, no_seed, tag_page, "front matter", all_profiles, by_source, with_quota_tag, "",
     "static rules: they read driver source, a run never meets them"},
    {"EAQT-18",
     "The raise flag was taken off the pages of the quota wrappers, for it is no flag of quota routines.",
     advice, no_seed, "windows-driver-docs-ddi, issue 885", "", all_profiles, 0,
     with_quota_tag | quota_wrappers, "",
     "descriptive: what passing the flag does is stated nowhere, so it is not asserted"},
    {"QTA-01", "Under Driver Verifier a charge to the Idle process is bug check 0xC4 with 0x10A.", detection,
     no_seed, verifier_page, "", all_profiles, by_bug_check, quota_allocators, "", ""},
    {"QTA-02", "With pool tracking on, a charge from a DPC routine is bug check 0xC4 with 0x10B.", detection,
     no_seed, verifier_page, "", all_profiles, by_bug_check, quota_allocators, "X-19", ""},
    {"QTA-03", "Freeing a charged block gives its quota back, by implication.", promise, no_seed, return_page,
     "", all_profiles, by_quota, quota_allocators | all_ex_frees, "unverified: quota at a free", ""},
    {"QTA-04",
     "A corrupt pointer to the charged process is found at the free: bug check 0xC2 with 0x0B, 0x0C or 0x0D.",
     detection, no_seed, bad_pool_caller_page, "", all_profiles, by_bug_check,
     quota_allocators | all_ex_frees, "unverified: place of the charged process", ""},
    {"PSQ-01",
     "Charges an amount of a kind of pool to a process; where it does not suffice, nothing is charged and "
     "STATUS_QUOTA_EXCEEDED is raised.",
     promise, no_seed, charge_page, "", all_profiles, by_quota | by_raise, charge, "", ""},
    {"PSQ-02", "The driver calls both primitives under an exception handler of its own.", duty, no_seed,
     charge_page, "Remarks", all_profiles, by_source, primitives, "",
     "duty without a documented reaction: handlers show in driver source only"},
    {"PSQ-03", "Every charge that succeeded is matched by one return, after which the quota is as before.",
     duty, no_seed, charge_page, "Remarks", all_profiles, by_quota, primitives, "", ""},
    {"PSQ-04", "A return that would exceed the quota of the process raises STATUS_QUOTA_EXCEEDED.", promise,
     no_seed, return_page, "", all_profiles, by_raise, give_back, "", ""},
    {"PSQ-05",
     "Below DISPATCH_LEVEL only, with NonPagedPool, PagedPool or the cache-aligned form of either; "
     "must-succeed types are obsolete.",
     duty, no_seed, charge_page, "PoolType, Requirements", all_profiles, by_validator, primitives, "X-26",
     ""},
};

} // namespace

std::span<const Clause> quota_clauses() {
    return clauses;
}

} // namespace poolproof::contract
