// FsRtlAllocatePoolWithTag: FPT clauses.
#include "contract/families.hpp"

namespace poolproof::contract {
namespace {

constexpr Clause clauses[] = {
    {"FPT-01",
     "The pool type is NonPagedPool, PagedPool or the cache-aligned form of either, and picks the memory.",
     promise | duty, s4, fsrtl_page, "PoolType", all_profiles, by_tag_ledger | by_validator, fsrtl, "X-33",
     ""},
    {"FPT-02", "The must-succeed pool types are obsolete and are not used.", duty, s4, fsrtl_page, "PoolType",
     all_profiles, by_bug_check | by_validator, fsrtl, "X-26", ""},
    {"FPT-03", "The size is required and is not zero; what zero gets is left open.", duty, s4, fsrtl_page,
     "NumberOfBytes", all_profiles, by_validator, fsrtl, "X-12", ""},
    {"FPT-04", "The tag is required and not zero; normally it is one to four 7-bit ASCII characters.", duty,
     s4, fsrtl_page, "Tag", all_profiles, by_validator, fsrtl, "X-06, X-07", ""},
    {"FPT-05",
     "A failure raises STATUS_INSUFFICIENT_RESOURCES (0xC000009A); NULL is never returned, by implication.",
     promise, s4, fsrtl_page, "Remarks", all_profiles, by_raise, fsrtl, "X-34", ""},
    {"FPT-06", "A caller that wants control on failure guards the call with an exception handler.", advice,
     s4, fsrtl_page, "Remarks", all_profiles, by_source, fsrtl, "",
     "advice: leaving the handler out is no fault, and the raise itself is judged as FPT-05"},
    {"FPT-07", "The tag stays with the block and is shown reversed: 'Fred' reads 'derF'.", promise, s4,
     fsrtl_page, "Remarks", all_profiles, by_tag_ledger, fsrtl, "X-08", ""},
    {"FPT-08", "Contents are uninitialised, and the driver zeroes them before user mode can see them.",
     promise | duty, s4, fsrtl_page, "Remarks", all_profiles, by_contents, fsrtl, "", ""},
    {"FPT-09", "The caller runs at DISPATCH_LEVEL or below, and asks there for a nonpaged type only.", duty,
     s4, fsrtl_page, "Remarks", all_profiles, by_bug_check | by_validator, fsrtl, "", ""},
    {"FPT-10", "The page names ExFreePool only as further reading, not as the routine that frees.", advice,
     s4, fsrtl_page, "See also", all_profiles, by_tag_ledger, fsrtl | ex_frees, "X-14", ""},
    {"FPT-11", "The page says nothing of alignment, NUMA nodes, events or quota.", advice, no_seed,
     fsrtl_page, "", all_profiles, 0, fsrtl, "unverified: FsRtl inheritance",
     "descriptive: what is stated nowhere is not asserted"},
    {"FPT-12", "No raise flag is needed, and what passing it does is not discussed.", advice, no_seed,
     fsrtl_page, "", all_profiles, 0, fsrtl, "",
     "descriptive: a failure raises with the flag and without it, as FPT-05"},
};

} // namespace

std::span<const Clause> fsrtl_clauses() {
    return clauses;
}

} // namespace poolproof::contract
