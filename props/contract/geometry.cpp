// Where a block lies, what belongs to the caller, and what it holds at first: GEO and CON clauses.
#include "contract/families.hpp"

namespace poolproof::contract {
namespace {

// Whose pages give the caller exactly the bytes asked for.
constexpr RoutineSet exact_bytes = plain_pool | with_tag | tag_wrappers;
// Whose pages leave the contents open.
constexpr RoutineSet open_contents =
    plain_pool | with_tag | with_priority | with_quota | with_quota_tag | plain_wrappers | fsrtl_allocators;

constexpr Clause clauses[] = {
    {"GEO-01", "A block of PAGE_SIZE bytes or more starts on a page boundary.", promise, s3 | s5,
     with_tag_page, "Remarks", all_profiles, by_address, ex_allocators, "X-01", ""},
    {"GEO-02", "A block of PAGE_SIZE bytes or fewer lies inside a single page.", promise, s3 | s5,
     with_tag_page, "Remarks", all_profiles, by_address, ex_allocators, "X-01", ""},
    {"GEO-03",
     "A block below PAGE_SIZE is aligned to at least 8 bytes on 32-bit systems and to at least 16 on 64-bit "
     "systems.",
     promise, s3 | s5, with_tag_page, "Remarks", all_profiles, by_address, ex_allocators, "X-01, X-02, X-04",
     ""},
    {"GEO-04",
     "A nonpaged request below PAGE_SIZE gives the caller exactly the bytes asked for; the rounding is not "
     "the caller's.",
     promise, s3, with_tag_page, "Remarks", all_profiles, by_address | by_guard | by_bug_check, exact_bytes,
     "X-43", ""},
    {"GEO-05",
     "The tail of the last page of a block above PAGE_SIZE is not the caller's. The allocator may give it to "
     "somebody else.",
     promise, s3, with_tag_page, "Remarks", all_profiles, by_address, exact_bytes, "X-03", ""},
    {"GEO-06", "Touch only the bytes that were allocated.", duty, s3, with_tag_page, "Remarks", all_profiles,
     by_guard | by_bug_check, exact_bytes | flag_takers, "", ""},
    {"GEO-07", "A block below a page also costs a pool header, so many tiny blocks are to be avoided.",
     advice, no_seed, "kernel/allocating-system-space-memory", "", all_profiles, 0, ex_allocators,
     "unverified: pool header size",
     "descriptive: no page gives the size of the header, so use may exceed the bytes asked for by any "
     "amount"},
    {"GEO-08", "PAGE_SIZE is 0x1000 on x86 and x64 and 0x2000 on Itanium.", advice, no_seed,
     "debugger/special-pool", "Selecting an Allocation Size", all_profiles, 0, 0, "",
     "descriptive: a constant of the platform, and the machine stands for x86 and x64"},
    {"GEO-09", "Size classes are 8 bytes apart on x86, 16 bytes apart on x64.", advice, no_seed,
     "debugger/special-pool", "Selecting an Allocation Size", all_profiles, 0, 0,
     "unverified: 32-bit details", "descriptive: the step shows only where SP-05 and SP-06 place a block"},
    {"GEO-10",
     "Pool blocks are not promised to start on a cache line, unlike noncached and contiguous memory.", advice,
     no_seed, "kernel/allocating-system-space-memory", "", all_profiles, 0, with_tag, "X-04",
     "descriptive: what is not promised is not asserted"},
    {"CON-01", "A new block is uninitialised: it may hold any bytes.", promise, s3 | s4 | s5, with_tag_page,
     "Remarks", all_profiles, by_contents, open_contents, "", ""},
    {"CON-02", "The driver zeroes uninitialised memory before user mode can see it.", duty, s3 | s4 | s5,
     with_tag_page, "Remarks", all_profiles, 0, open_contents, "",
     "duty without a documented reaction: the machine has no user-mode reader of pool to leak to"},
    {"CON-03",
     "ExAllocatePool2 and ExAllocatePool3 return zeroed memory unless POOL_FLAG_UNINITIALIZED is given.",
     promise, no_seed, pool2_page, "Remarks", all_profiles, by_contents, flag_takers, "", ""},
    {"CON-04",
     "The three wrappers with Zero in their name return zeroed memory, the bytes asked for at least.",
     promise, no_seed, "wdm/nf-wdm-exallocatepoolzero", "Description", all_profiles, by_contents,
     zero_wrappers, "", ""},
};

} // namespace

std::span<const Clause> geometry_clauses() {
    return clauses;
}

} // namespace poolproof::contract
