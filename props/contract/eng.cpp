// EngAllocMem and EngFreeMem: EAM and EFM clauses.
#include "contract/families.hpp"

namespace poolproof::contract {
namespace {

constexpr Clause clauses[] = {
    {"EAM-01", "Allocates the given number of bytes of system memory.", promise, s1, eng_page,
     "Description, MemSize", all_profiles, by_return | by_contents, eng, "", ""},
    {"EAM-02", "With FL_NONPAGED_MEMORY the memory is nonpaged pool, without it paged pool.", promise, s1,
     eng_page, "Flags", all_profiles, by_tag_ledger | by_guard, eng, "", ""},
    {"EAM-03", "With FL_ZERO_MEMORY the memory is zeroed, without it uninitialised.", promise, s1, eng_page,
     "Flags", all_profiles, by_contents, eng, "", ""},
    {"EAM-04", "The flags may be combined freely.", promise, s1, eng_page, "Flags", all_profiles,
     by_tag_ledger | by_contents, eng, "", ""},
    {"EAM-05", "The caller's tag is stored in front of the block.", promise, s1, eng_page, "Description",
     all_profiles, by_tag_ledger, eng, "", ""},
    {"EAM-06", "The tag is a 4-byte pool tag that identifies the driver uniquely.", duty, s1, eng_page, "Tag",
     all_profiles, by_validator, eng, "X-06", ""},
    {"EAM-07", "The block is freed with EngFreeMem.", duty, s1, eng_page, "Remarks", all_profiles,
     by_validator, eng | eng_free | ex_frees | eng_user_free, "", ""},
    {"EAM-08", "Returns NULL when memory is insufficient, say older revisions of the page.", promise, no_seed,
     eng_old_page, "", all_profiles, by_return, eng, "X-34", ""},
    {"EAM-09", "The page says nothing of IRQL, alignment, page crossing, zero bytes or threads.", advice, s1,
     eng_page, "", all_profiles, 0, eng, "unverified: EngAllocMem silence",
     "descriptive: what is stated nowhere is not asserted"},
    {"EAM-10",
     "The memory may come from session space, where no synchronization object may live. Else 0xC4 with 0xDF.",
     detection, no_seed, "devtest/automatic-checks", "", all_profiles, 0, eng, "",
     "the machine has no synchronization objects that could be initialised in session space"},
    {"EAM-11", "Special pool serves EngAllocMem. Low-resources simulation fails it and EngAllocUserMem.",
     detection, no_seed, special_pool_page, "", all_profiles, by_guard | by_return, eng | eng_user, "", ""},
    {"EAM-12", "In a user-mode printer driver HeapAlloc and HeapFree take the place of these routines.",
     advice, no_seed, "print/choosing-user-mode-or-kernel-mode", "", all_profiles, by_source,
     eng | eng_user | eng_free | eng_user_free, "",
     "advice on which routine to use in user mode, where there is no pool"},
    {"EAM-13", "The size is a 32-bit ULONG; EngAllocUserMem takes a SIZE_T.", advice, no_seed, eng_page,
     "Syntax", all_profiles, by_source, eng | eng_user, "",
     "descriptive: the compiler checks the declared types"},
    {"EFM-01", "Releases a block of EngAllocMem.", promise, no_seed, eng_free_page, "Remarks", all_profiles,
     by_tag_ledger, eng | eng_free, "", ""},
    {"EFM-02", "A block is not touched after EngFreeMem released it.", duty, no_seed, eng_free_page,
     "Remarks", all_profiles, by_guard | by_bug_check, eng_free, "", ""},
    {"EFM-03", "What NULL, a second free or a foreign pointer gets is stated nowhere.", advice, no_seed,
     eng_free_page, "", all_profiles, by_validator, eng_free, "unverified: bad pointer to EngFreeMem", ""},
};

} // namespace

std::span<const Clause> eng_clauses() {
    return clauses;
}

} // namespace poolproof::contract
