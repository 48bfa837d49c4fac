// EngAllocUserMem and EngFreeUserMem: EAU and EFU clauses.
#include "contract/families.hpp"

namespace poolproof::contract {
namespace {

constexpr Clause clauses[] = {
    {"EAU-01", "Allocates the given number of bytes in the user address space of the current process.",
     promise, s2, eng_user_page, "Description", all_profiles, by_address, eng_user, "", ""},
    {"EAU-02", "The caller's tag is stored in front of the block.", promise, s2, eng_user_page, "Description",
     all_profiles, by_tag_ledger, eng_user, "", ""},
    {"EAU-03", "The memory can be reached from user and kernel mode, but only in that process.", promise, s2,
     eng_user_page, "Remarks", all_profiles, by_guard | by_bug_check | by_contents, eng_user, "X-36", ""},
    {"EAU-04", "The driver uses the memory only when it is called in the context that allocated it.", duty,
     s2, eng_user_page, "Remarks", all_profiles, by_validator | by_bug_check, eng_user | eng_user_free,
     "X-36", ""},
    {"EAU-05", "Each allocation takes at least 64 KB of virtual address space.", promise, s2, eng_user_page,
     "Remarks", all_profiles, by_address, eng_user, "unverified: Eng user memory on 64-bit", ""},
    {"EAU-06", "Advised for sizeable blocks only, because each takes 64 KB of address space.", advice, s2,
     eng_user_page, "Remarks", all_profiles, 0, eng_user, "",
     "advice on what to use it for: a small request is judged like any other, as EAU-01"},
    {"EAU-07", "No sensitive data structures live there, for the application can change the memory any time.",
     duty, s2, eng_user_page, "Remarks", all_profiles, 0, eng_user, "",
     "duty without a documented reaction: what a driver keeps there is its own affair"},
    {"EAU-08", "The memory is not passed to EngWritePrinter.", duty, s2, eng_user_page, "Remarks",
     all_profiles, by_validator | by_return, eng_user | printer, "", ""},
    {"EAU-09", "The memory can be released with EngFreeUserMem.", promise, s2, eng_user_page, "Remarks",
     all_profiles, by_address | by_guard, eng_user | eng_user_free, "", ""},
    {"EAU-10", "For memory in another process there is EngAllocPrivateUserMem.", advice, s2, eng_user_page,
     "Remarks", all_profiles, 0, eng_user | eng_private, "",
     "advice on which routine to use: names another one"},
    {"EAU-11", "The split of 4 GB into two halves of 2 GB holds for 32-bit systems only.", advice, s2,
     eng_user_page, "", bits32, 0, eng_user, "unverified: Eng user memory on 64-bit",
     "descriptive: host addresses do not follow the 32-bit split"},
    {"EAU-12", "Returns NULL when user memory is insufficient, say older revisions of the page.", promise,
     no_seed, eng_user_old_page, "", all_profiles, by_return, eng_user, "X-34", ""},
    {"EAU-13", "The page says nothing of initial contents, alignment, zero bytes or IRQL.", advice, s2,
     eng_user_page, "", all_profiles, 0, eng_user, "unverified: zero bytes of EngAllocUserMem",
     "descriptive: what is stated nowhere is not asserted"},
    {"EAU-14", "The tag is a 4-byte pool tag that identifies the driver uniquely.", duty, s2, eng_user_page,
     "tag", all_profiles, by_validator, eng_user, "X-06", ""},
    {"EAU-15", "A graphics driver runs in the context of its caller and cannot change process.", advice, s2,
     eng_user_page, "Remarks", all_profiles, 0, eng_user, "X-36",
     "descriptive: says who calls the driver, not what the allocator does"},
    {"EAU-16", "Meant for large bitmaps that only the current process needs, in place of system pool.",
     advice, s2, eng_user_page, "Remarks", all_profiles, 0, eng_user, "",
     "descriptive: names a purpose, no outcome"},
    {"EAU-17",
     "System addresses are for kernel mode and the same in all processes. User addresses are for both modes "
     "and private to their process.",
     promise, s2, eng_user_page, "Remarks", all_profiles, by_address | by_guard | by_contents, eng_user,
     "unverified: Eng user memory on 64-bit", ""},
    {"EAU-18", "The memory comes from the process's address space, not from system pool.", promise, s2,
     eng_user_page, "Remarks", all_profiles, by_tag_ledger | by_address, eng_user, "", ""},
    {"EFU-01", "Releases a block of EngAllocUserMem.", promise, no_seed, eng_user_free_page, "", all_profiles,
     by_address | by_guard, eng_user | eng_user_free, "", ""},
    {"EFU-02", "The free runs in the process of the allocation; it fails in another.", duty, no_seed,
     "winddi/nf-winddi-engallocprivateusermem", "Remarks", all_profiles, by_validator | by_contents,
     eng_user_free, "X-36, unverified: free in another process", ""},
    {"EFU-03", "A block is not touched after EngFreeUserMem released it.", duty, no_seed, eng_user_free_page,
     "", all_profiles, by_guard | by_bug_check, eng_user_free, "", ""},
};

} // namespace

std::span<const Clause> eng_user_clauses() {
    return clauses;
}

} // namespace poolproof::contract
