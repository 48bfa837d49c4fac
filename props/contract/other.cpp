// Pool allocators of other driver kits: OTH clauses. Two of them are on trial, the rest is named only.
#include "contract/families.hpp"

namespace poolproof::contract {
namespace {

constexpr std::string_view aligned_page = "fltkernel/nf-fltkernel-fltallocatepoolalignedwithtag";
constexpr std::string_view aligned_free_page = "fltkernel/nf-fltkernel-fltfreepoolalignedwithtag";

constexpr RoutineSet aligned = set_of(Routine::FltAllocatePoolAlignedWithTag);
constexpr RoutineSet aligned_free = set_of(Routine::FltFreePoolAlignedWithTag);

constexpr std::string_view not_on_trial =
    "descriptive: names routines of other kits that are not on trial here";

constexpr Clause clauses[] = {
    {"OTH-01",
     "NdisAllocateMemoryWithTagPriority gives nonpaged memory by priority, NULL on a shortage; a static rule "
     "wants a tag.",
     advice, no_seed, "ndis/nf-ndis-ndisallocatememorywithtagpriority", "", all_profiles, 0, 0,
     "unverified: zero bytes of other kits", not_on_trial},
    {"OTH-02", "NDIS has names of its own for nonpaged lookaside lists.", advice, no_seed,
     "ndis/nf-ndis-ndisinitializenpagedlookasidelist", "", all_profiles, 0, 0, "", not_on_trial},
    {"OTH-03", "Minifilters allocate contexts, create parameters and work items from pool.", advice, no_seed,
     "fltkernel/nf-fltkernel-fltallocatecontext", "", all_profiles, 0, 0, "", not_on_trial},
    {"OTH-04",
     "Gives memory aligned to the device of the instance, even of zero bytes, NULL on a shortage; at "
     "DISPATCH_LEVEL nonpaged only, and with a tag.",
     promise, no_seed, aligned_page, "", all_profiles, by_address | by_return | by_validator, aligned,
     "X-33, X-37", ""},
    {"OTH-05",
     "Freed with the same instance and tag, not touched afterwards, a paged block at APC_LEVEL or below.",
     duty, no_seed, aligned_free_page, "", all_profiles, by_guard | by_bug_check | by_validator, aligned_free,
     "X-27, X-37", ""},
    {"OTH-06",
     "StorPortAllocatePool gives nonpaged memory through a pointer and returns a status of its own.", advice,
     no_seed, "storport/nf-storport-storportallocatepool", "", all_profiles, 0, 0,
     "unverified: zero bytes of other kits", not_on_trial},
    {"OTH-07",
     "VideoPortAllocatePool has types of its own, puts the tag in front and returns NULL on failure.", advice,
     no_seed, "video/nf-video-videoportallocatepool", "", all_profiles, 0, 0,
     "unverified: zero bytes of other kits", not_on_trial},
    {"OTH-08",
     "WdfMemoryCreate wants a size that is not zero, gives a default tag for none, and does not zero.",
     advice, no_seed, "wdfmemory/nf-wdfmemory-wdfmemorycreate", "", all_profiles, 0, 0, "", not_on_trial},
    {"OTH-09", "The media changer and data link kits wrap the pool routines thinly.", advice, no_seed,
     "mcd/nf-mcd-changerclassallocatepool", "", all_profiles, 0, 0, "", not_on_trial},
    {"OTH-10",
     "The redirector's wrapper allocates at low priority and, in checked builds, puts a tag at the start of "
     "the block.",
     advice, no_seed, "ifs/-rxallocatepoolwithtag", "", all_profiles, 0, 0, "X-02, X-06", not_on_trial},
    {"OTH-11", "PshedAllocateMemory gives nonpaged memory that its page calls initialised.", advice, no_seed,
     "ntddk/nf-ntddk-pshedallocatememory", "", all_profiles, 0, 0, "", not_on_trial},
    {"OTH-12", "The Mm routines for contiguous, noncached and mapped pages give no pool.", advice, no_seed,
     "wdm/nf-wdm-mmallocatecontiguousmemory", "", all_profiles, 0, 0, "",
     "descriptive: page allocators beside the pool, not on trial here"},
    {"OTH-13", "Heaps, display and network pools share the name only.", advice, no_seed,
     "ntifs/nf-ntifs-rtlallocateheap", "", all_profiles, 0, 0, "",
     "descriptive: other allocators that share a word, not on trial here"},
};

} // namespace

std::span<const Clause> other_allocator_clauses() {
    return clauses;
}

} // namespace poolproof::contract
