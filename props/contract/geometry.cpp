// Where a block lies, what belongs to the caller, and what it holds at first: GEO and CON clauses.
#include "contract/families.hpp"

namespace poolproof::contract {
namespace {

constexpr Clause clauses[] = {
    {"GEO-01", "A block of PAGE_SIZE bytes or more starts on a page boundary.", promise, s3 | s5,
     with_tag_page, "Remarks", all_profiles, by_address, classic_ex, "X-01", ""},
    {"GEO-02", "A block of PAGE_SIZE bytes or fewer lies inside a single page.", promise, s3 | s5,
     with_tag_page, "Remarks", all_profiles, by_address, classic_ex, "X-01", ""},
    {"GEO-03",
     "A block below PAGE_SIZE is aligned to at least 8 bytes on 32-bit systems and to at least 16 on 64-bit "
     "systems.",
     promise, s3 | s5, with_tag_page, "Remarks", all_profiles, by_address, classic_ex, "X-01, X-02, X-04",
     ""},
    {"GEO-04",
     "A nonpaged request below PAGE_SIZE gives the caller exactly the bytes asked for; the rounding is not "
     "the caller's.",
     promise, s3, with_tag_page, "Remarks", all_profiles, by_address | by_guard | by_bug_check, with_tag,
     "X-43", ""},
    {"GEO-05",
     "The tail of the last page of a block above PAGE_SIZE is not the caller's. The allocator may give it to "
     "somebody else.",
     promise, s3, with_tag_page, "Remarks", all_profiles, by_address, with_tag, "X-03", ""},
    {"GEO-06", "Touch only the bytes that were allocated.", duty, s3, with_tag_page, "Remarks", all_profiles,
     by_guard | by_bug_check, with_tag, "", ""},
    {"GEO-09", "Size classes are 8 bytes apart on x86, 16 bytes apart on x64.", advice, no_seed,
     "debugger/special-pool", "Selecting an Allocation Size", all_profiles, 0, 0,
     "unverified: 32-bit details", "descriptive: the step shows only where SP-05 and SP-06 place a block"},
    {"CON-01", "A new block is uninitialised: it may hold any bytes.", promise, s3 | s4 | s5, with_tag_page,
     "Remarks", all_profiles, by_contents, ex_and_fsrtl, "", ""},
    {"CON-02", "The driver zeroes uninitialised memory before user mode can see it.", duty, s3 | s4 | s5,
     with_tag_page, "Remarks", all_profiles, 0, ex_and_fsrtl, "",
     "duty without a documented reaction: the machine has no user-mode reader of pool to leak to"},
};

} // namespace

std::span<const Clause> geometry_clauses() {
    return clauses;
}

} // namespace poolproof::contract
