// ExFreePool and ExFreePoolWithTag: EFP and EFPT clauses.
#include "contract/families.hpp"

namespace poolproof::contract {
namespace {

constexpr Clause clauses[] = {
    {"EFP-01", "Releases a block of ExAllocatePoolWithTag, of ExAllocatePool, or of either quota form.",
     promise, no_seed, free_page, "Remarks", all_profiles, by_tag_ledger | by_bug_check,
     plain_pool | with_tag | with_quota | with_quota_tag | free_plain, "X-14", ""},
    {"EFP-02", "By other pages also a block of ExAllocatePool2, of the FsRtl routines and of the wrappers.",
     promise, no_seed, pool2_page, "Remarks", all_profiles, by_tag_ledger | by_bug_check,
     flag_takers | fsrtl_allocators | wrappers | with_priority | free_plain, "X-14", ""},
    {"EFP-03", "A block is not touched after it was freed.", duty, no_seed, free_page, "Remarks",
     all_profiles, by_guard | by_bug_check, all_ex_frees, "", ""},
    {"EFP-04", "Free at DISPATCH_LEVEL or below, and there only a nonpaged block.", duty, no_seed, free_page,
     "Remarks", all_profiles, by_bug_check | by_validator, free_plain, "X-28", ""},
    {"EFP-05",
     "The pointer freed is that of a pool block. Freeing what was never allocated is a bug check, chosen by "
     "configuration.",
     duty, no_seed, bad_pool_caller_page, "", all_profiles, by_bug_check | by_validator, all_ex_frees, "",
     ""},
    {"EFP-06",
     "The pointer freed is the start of the block, not its middle. Else 0xC2 with 0x41286, or 0xC1 with 0x21 "
     "or 0x22 in special pool.",
     duty, no_seed, bad_pool_caller_page, "", all_profiles, by_bug_check | by_validator, all_ex_frees,
     "unverified: 0x21 or 0x22", ""},
    {"EFP-07", "A block is freed once only; a second free is a bug check, such as 0xC2 with 0x06 or 0x07.",
     duty, no_seed, bad_pool_caller_page, "", all_profiles, by_bug_check | by_validator, all_ex_frees, "",
     ""},
    {"EFP-08", "The pointer freed is not a user-mode address. Else 0xC2 with 0x40.", duty, no_seed,
     bad_pool_caller_page, "", all_profiles, by_bug_check | by_validator, all_ex_frees, "", ""},
    {"EFP-09", "The block is no IRP, which IoFreeIrp frees. Else 0xC4 with 0x105 under I/O verification.",
     duty, no_seed, verifier_page, "", all_profiles, 0, ex_frees, "",
     "duty about an object that the machine does not have: no block of its pool is an IRP"},
    {"EFP-10",
     "The block holds no live kernel object: no timer, ERESOURCE, queued work item or lookaside list.", duty,
     no_seed, "devtest/miscellaneous-checks", "", all_profiles, 0, all_ex_frees, "",
     "a trace puts no kernel object and no list into a block: no op makes one there"},
    {"EFP-11", "Returns nothing and reports no status; only a bug check shows a failure.", advice, no_seed,
     free_page, "syntax", all_profiles, 0, free_plain, "",
     "descriptive: a routine without a result has none to check"},
    {"EFP-12", "What NULL gets from ExFreePool or ExFreePoolWithTag is stated nowhere.", advice, no_seed,
     free_page, "", all_profiles, by_bug_check, ex_frees, "unverified: NULL at a free", ""},
    {"EFP-13", "No page restricts which thread or process frees a block.", advice, no_seed, free_page, "",
     all_profiles, by_bug_check, ex_frees, "", ""},
    {"EFP-14", "Many system routines return buffers that the caller frees with ExFreePool.", promise, no_seed,
     "wdm/nf-wdm-iogetdeviceinterfaces", "Remarks", all_profiles, 0, free_plain, "",
     "the system routines that hand out such buffers are not on trial here"},
    {"EFP-15", "That ExFreePool is ExFreePoolWithTag with a zero tag is on no page.", advice, no_seed,
     free_page, "", all_profiles, 0, ex_frees, "unverified: free without a tag",
     "descriptive: what is stated nowhere is not asserted"},
    {"EFPT-01", "The pointer is the beginning of a block of ExAllocatePoolWithTag or its quota form.", duty,
     no_seed, free_tagged_page, "P", all_profiles, by_bug_check | by_validator, free_tagged, "X-14", ""},
    {"EFPT-02", "The tag equals the one given at the allocation.", duty, no_seed, free_tagged_page, "Tag",
     all_profiles, by_bug_check | by_validator, free_tagged, "X-27", ""},
    {"EFPT-03", "Another tag than that of the allocation is bug check 0xC2 with sub-code 0x0A.", detection,
     no_seed, bad_pool_caller_page, "", all_profiles, by_bug_check, free_tagged,
     "X-27, unverified: PROTECTED_POOL", ""},
    {"EFPT-04", "The tag is not zero and has one to four characters, each in 0x20 to 0x7E.", duty, no_seed,
     free_tagged_page, "Tag", all_profiles, by_validator, free_tagged,
     "X-06, X-07, unverified: free without a tag", ""},
    {"EFPT-05", "Free at DISPATCH_LEVEL or below, and there only a nonpaged block.", duty, no_seed,
     free_tagged_page, "Remarks", all_profiles, by_bug_check | by_validator, free_tagged, "X-28", ""},
    {"EFPT-06", "Static rules check the IRQL of frees: IrqlExFree1, IrqlExFree2 and IrqlExFree3.", detection,
     no_seed, free_tagged_page, "front matter", all_profiles, by_source, free_tagged, "X-28",
     "static rules: they read driver source, a run meets their IRQL rule as IRQ-04"},
    {"EFPT-07", "This page is silent on use after the free; ExFreePool's page forbids it.", advice, no_seed,
     free_tagged_page, "", all_profiles, 0, free_tagged, "",
     "descriptive: the rule itself is judged as EFP-03"},
};

} // namespace

std::span<const Clause> free_clauses() {
    return clauses;
}

} // namespace poolproof::contract
