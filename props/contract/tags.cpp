// What a tag may be, where it is kept, and how use is counted by it: TAG clauses.
#include "contract/families.hpp"

namespace poolproof::contract {
namespace {

constexpr RoutineSet untagged = plain_pool | with_quota;
constexpr RoutineSet tagged_type_takers = type_takers & ~untagged;
constexpr RoutineSet printable_tags = (classic_ex & ~untagged) | flag_takers;
constexpr RoutineSet tag_takers = printable_tags | free_tagged | free2;
// Whose pages, or those of what they wrap, say that the tag is kept.
constexpr RoutineSet keep_tags = with_tag | with_quota_tag | tag_wrappers | quota_wrappers | flag_takers;

constexpr Clause clauses[] = {
    {"TAG-01", "A tag is a literal of one to four characters whose value is not zero.", duty, s3,
     with_tag_page, "Tag", all_profiles, by_validator, tag_takers, "X-05, X-07", ""},
    {"TAG-02", "Every character of a tag lies in 0x20 to 0x7E.", duty, s3, with_tag_page, "Tag", all_profiles,
     by_validator, tag_takers, "X-06, X-07, X-09, unverified: PROTECTED_POOL", ""},
    {"TAG-03", "Write tags reversed, and use a tag of its own for each code path that allocates.", advice, s3,
     with_tag_page, "Tag", all_profiles, by_source, with_tag, "",
     "advice on style: every spelling of a valid tag is served alike"},
    {"TAG-04", "The tag stays with the block, and tools can show it.", promise, s3 | s4, with_tag_page,
     "Remarks", all_profiles, by_tag_ledger, keep_tags | fsrtl_allocators, "", ""},
    {"TAG-05",
     "The 32-bit tag is kept little-endian, so tools may show it backwards: 'Fred' reads \"derF\" or "
     "0x64657246.",
     promise, s3, with_tag_page, "Remarks", all_profiles, by_tag_ledger, keep_tags | fsrtl_allocators, "X-08",
     ""},
    {"TAG-06", "An allocation with tag zero is bug check 0xC2 with sub-code 0x9B.", detection, no_seed,
     bad_pool_caller_page, "", all_profiles, by_bug_check, tagged_type_takers, "X-05", ""},
    {"TAG-07", "An allocation with the tag BIG is bug check 0xC2 with sub-code 0x9C.", detection, no_seed,
     bad_pool_caller_page, "", all_profiles, by_bug_check, tagged_type_takers | flag_takers,
     "unverified: BIG value", ""},
    {"TAG-08", "An allocation with a tag of neither letters nor digits is bug check 0xC2 with sub-code 0x9D.",
     detection, no_seed, bad_pool_caller_page, "", all_profiles, by_bug_check,
     tagged_type_takers | flag_takers, "X-09, unverified: tag without letter or digit", ""},
    {"TAG-09", "Blocks of routines without a tag carry the system's default tag, \"None\".", promise, no_seed,
     "debugger/enable-pool-tagging", "", all_profiles, by_tag_ledger, untagged, "X-10", ""},
    {"TAG-10", "Pool tagging is always on since Windows Server 2003; GFlags' flag 0x400 cannot be cleared.",
     advice, no_seed, "debugger/enable-pool-tagging", "", all_profiles, 0, pool_allocators, "",
     "descriptive: a matter of configuration that later systems do not offer"},
    {"TAG-11",
     "Tags are case-sensitive; tools take ? for one character and * for any run, and a number only after 0x.",
     advice, no_seed, "debugger/gflags-commands", "", all_profiles, 0, pool_allocators, "X-08",
     "descriptive: on the tools; what the wildcards of GFlags select is judged as GF-02"},
    {"TAG-12", "Do not use a tag that pooltag.txt lists.", advice, no_seed,
     "gettingstarted/from-sample-code-to-production-driver", "", all_profiles, by_source, tag_takers, "",
     "advice to who chooses a tag: every valid tag is served alike"},
    {"TAG-13",
     "Headers outside Microsoft's pages know a high bit that demands the tag at the free; setting it breaks "
     "the character rule.",
     duty, no_seed, "no Microsoft page", "", all_profiles, 0, tag_takers, "X-27, unverified: PROTECTED_POOL",
     "on no Microsoft page: neither the bit nor its effect is asserted"},
    {"TAG-14", "A tag is a character literal, never a string, and a default tag defeats tracking.", advice,
     no_seed, "devtest/28134", "", all_profiles, by_source, tag_takers, "",
     "static rules: they read driver source, a run never meets them"},
    {"TAG-15",
     "For each tag in each pool, allocations and frees only grow, their difference is the live blocks, and "
     "bytes are those in use.",
     promise, no_seed, "devtest/poolmon-display", "", all_profiles, by_tag_ledger,
     pool_allocators | all_ex_frees | eng_free, "", ""},
    {"TAG-16", "Every allocation is counted under a tag; one that was given none counts under \"None\".",
     promise, no_seed, "devtest/poolmon-display", "Interpreting Tag Values", all_profiles, by_tag_ledger,
     pool_allocators, "X-10", ""},
};

} // namespace

std::span<const Clause> tag_clauses() {
    return clauses;
}

} // namespace poolproof::contract
