// What a tag may be, where it is kept, and how use is counted by it: TAG clauses.
#include "contract/families.hpp"

namespace poolproof::contract {
namespace {

constexpr RoutineSet tag_takers = classic_ex | free_tagged;

constexpr Clause clauses[] = {
    {"TAG-01", "A tag is a literal of one to four characters whose value is not zero.", duty, s3,
     with_tag_page, "Tag", all_profiles, by_validator, tag_takers, "X-05, X-07", ""},
    {"TAG-02", "Every character of a tag lies in 0x20 to 0x7E.", duty, s3, with_tag_page, "Tag", all_profiles,
     by_validator, tag_takers, "X-06, X-07, X-09, unverified: PROTECTED_POOL", ""},
    {"TAG-03", "Write tags reversed, and use a tag of its own for each code path that allocates.", advice, s3,
     with_tag_page, "Tag", all_profiles, by_source, with_tag, "",
     "advice on style: every spelling of a valid tag is served alike"},
    {"TAG-04", "The tag stays with the block, and tools can show it.", promise, s3 | s4, with_tag_page,
     "Remarks", all_profiles, by_tag_ledger, with_tag | fsrtl, "", ""},
    {"TAG-05",
     "The 32-bit tag is kept little-endian, so tools may show it backwards: 'Fred' reads \"derF\" or "
     "0x64657246.",
     promise, s3, with_tag_page, "Remarks", all_profiles, by_tag_ledger, with_tag, "X-08", ""},
    {"TAG-06", "An allocation with tag zero is bug check 0xC2 with sub-code 0x9B.", detection, no_seed,
     bad_pool_caller_page, "", all_profiles, by_bug_check, ex_and_fsrtl, "X-05", ""},
    {"TAG-07", "An allocation with the tag BIG is bug check 0xC2 with sub-code 0x9C.", detection, no_seed,
     bad_pool_caller_page, "", all_profiles, by_bug_check, ex_and_fsrtl, "unverified: BIG value", ""},
    {"TAG-08", "An allocation with a tag of neither letters nor digits is bug check 0xC2 with sub-code 0x9D.",
     detection, no_seed, bad_pool_caller_page, "", all_profiles, by_bug_check, ex_and_fsrtl,
     "X-09, unverified: tag without letter or digit", ""},
    {"TAG-15",
     "For each tag in each pool, allocations and frees only grow, their difference is the live blocks, and "
     "bytes are those in use.",
     promise, no_seed, "devtest/poolmon-display", "", all_profiles, by_tag_ledger,
     pool_allocators | ex_frees | eng_free, "", ""},
    {"TAG-16", "Every allocation is counted under a tag; one that was given none counts under \"None\".",
     promise, no_seed, "devtest/poolmon-display", "Interpreting Tag Values", all_profiles, by_tag_ledger,
     pool_allocators, "X-10", ""},
};

} // namespace

std::span<const Clause> tag_clauses() {
    return clauses;
}

} // namespace poolproof::contract
