// ExFreePool2: EFP2 clauses, after the page's revision of August 2025.
#include "contract/families.hpp"

namespace poolproof::contract {
namespace {

constexpr std::string_view page = "wdm/nf-wdm-exfreepool2";

constexpr Clause clauses[] = {
    {"EFP2-01", "Frees ordinary and secure blocks; it extends ExFreePool.", promise, no_seed, page,
     "Description", all_profiles, by_tag_ledger | by_bug_check, free2, "X-14", ""},
    {"EFP2-02", "The pointer is exactly what the allocator returned, and not NULL.", duty, no_seed, page, "P",
     all_profiles, by_bug_check | by_validator, free2, "", ""},
    {"EFP2-03", "The tag is the one given at the allocation.", duty, no_seed, page, "Tag", all_profiles,
     by_bug_check | by_validator, free2, "X-27", ""},
    {"EFP2-04", "For an ordinary block the count is 0 and the parameters are NULL.", duty, no_seed, page,
     "table", all_profiles, by_bug_check | by_validator, free2, "", ""},
    {"EFP2-05", "For a secure block there is exactly one entry, and it is a secure-pool entry.", duty,
     no_seed, page, "table", all_profiles, by_bug_check | by_validator, free2, "X-29", ""},
    {"EFP2-06", "The secure entry has a valid handle, the right cookie and zero in its reserved fields.",
     duty, no_seed, page, "Remarks", all_profiles, by_bug_check | by_validator, free2,
     "unverified: secure-pool flags", ""},
    {"EFP2-07",
     "A wrong count, an unsupported type, a reserved field or a bad handle is bug check 0xC2, not an error.",
     promise, no_seed, page, "Remarks", all_profiles, by_bug_check, free2,
     "unverified: sub-code of ExFreePool2", ""},
    {"EFP2-08", "It returns no status: the free completes, or the system bug-checks.", promise, no_seed, page,
     "Remarks", all_profiles, by_bug_check | by_tag_ledger, free2, "", ""},
    {"EFP2-09",
     "A second free, a corrupt header, a wrong tag or wrong secure data can be a bug check, depending on "
     "diagnostics.",
     detection, no_seed, page, "Remarks", all_profiles, by_bug_check, free2,
     "X-27, unverified: sub-code of ExFreePool2", ""},
    {"EFP2-10",
     "Free at DISPATCH_LEVEL or below, a paged block at APC_LEVEL or below; secure blocks are nonpaged.",
     duty, no_seed, page, "Remarks", all_profiles, by_bug_check | by_validator, free2, "", ""},
    {"EFP2-11", "Available since Windows Server 2022, and recommended to code that may free either kind.",
     advice, no_seed, page, "Requirements", all_profiles, by_source, free2, "",
     "advice on which routine to use: a release date has no outcome"},
};

} // namespace

std::span<const Clause> free2_clauses() {
    return clauses;
}

} // namespace poolproof::contract
