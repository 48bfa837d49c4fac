// User memory of another process, and memory held against its free: EPU, EPF, ESM and ESX clauses.
#include "contract/families.hpp"

namespace poolproof::contract {
namespace {

constexpr std::string_view page = "winddi/nf-winddi-engallocprivateusermem";
constexpr std::string_view free_page = "winddi/nf-winddi-engfreeprivateusermem";
constexpr std::string_view secure_page = "winddi/nf-winddi-engsecuremem";
constexpr std::string_view unsecure_page = "winddi/nf-winddi-engunsecuremem";

constexpr RoutineSet secure = set_of(Routine::EngSecureMem);
constexpr RoutineSet unsecure = set_of(Routine::EngUnsecureMem);

constexpr Clause clauses[] = {
    {"EPU-01", "Allocates user memory in the process of the DirectDraw object that owns the surface.",
     promise, no_seed, page, "Remarks", all_profiles, by_address | by_contents, eng_private, "", ""},
    {"EPU-02",
     "Otherwise as EngAllocUserMem and EngFreeUserMem, but the free works from another process too.", promise,
     no_seed, page, "Remarks", all_profiles, by_address | by_guard,
     eng_private | eng_private_free | eng_user | eng_user_free, "", ""},
    {"EPU-03",
     "The tag is a pool tag as usual; the block is freed with EngFreePrivateUserMem and the same surface.",
     duty, no_seed, page, "tag", all_profiles, by_validator, eng_private | eng_private_free, "X-06", ""},
    {"EPU-04", "Meant for scratch memory of short life, and discouraged.", advice, no_seed, page, "Remarks",
     all_profiles, 0, eng_private, "", "advice on what to use it for: any use is served alike"},
    {"EPU-05", "Returns NULL when user memory is insufficient, say older revisions of the page.", promise,
     no_seed, "msdn ff564177, archived", "", all_profiles, by_return, eng_private, "X-34", ""},
    {"EPF-01", "Releases a block of EngAllocPrivateUserMem, given the same surface.", promise, no_seed,
     free_page, "", all_profiles, by_address | by_guard, eng_private | eng_private_free, "", ""},
    {"ESM-01", "Returns a handle or NULL; the range is not deallocated until it is unsecured.", promise,
     no_seed, secure_page, "", all_profiles, by_return | by_guard,
     secure | eng_user | eng_private | eng_user_free | eng_private_free,
     "unverified: free of a secured range", ""},
    {"ESM-02", "Gives a range free again by the handle that EngSecureMem returned; it returns nothing.",
     promise, no_seed, unsecure_page, "", all_profiles, by_address | by_guard, secure | unsecure, "", ""},
    {"ESX-01", "EngAllocSectionMem and its relatives are on no page; the video heap routines are no pool.",
     advice, no_seed, "display/gdi-memory-services", "", all_profiles, 0, 0, "unverified: EngAllocSectionMem",
     "descriptive: what is stated nowhere is not asserted"},
};

} // namespace

std::span<const Clause> eng_private_clauses() {
    return clauses;
}

} // namespace poolproof::contract
