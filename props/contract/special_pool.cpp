// Special pool and its requests: SP clauses and GF-09. Does not cover: GFlags size ranges and wildcards.
#include "contract/families.hpp"

namespace poolproof::contract {
namespace {

constexpr Clause clauses[] = {
    {"SP-01",
     "Special pool covers kernel allocators such as ExAllocatePoolWithTag and GDI ones such as EngAllocMem.",
     promise, no_seed, special_pool_page, "", all_profiles, by_guard, pool_allocators, "", ""},
    {"SP-02", "Each block sits alone on a page; the pages before and after it are inaccessible.", promise,
     no_seed, special_pool_page, "", all_profiles, by_guard | by_address, pool_allocators, "X-42", ""},
    {"SP-03",
     "Verify End, the default: the block ends at the page end and a touch past it faults at once. A write in "
     "front is found at the free.",
     detection, no_seed, special_pool_page, "", all_profiles, by_address | by_guard | by_bug_check,
     pool_allocators, "X-38", ""},
    {"SP-04",
     "Verify Start: the block starts at the page start and a touch before it faults at once. A write behind "
     "it is found at the free.",
     detection, no_seed, special_pool_page, "", all_profiles, by_address | by_guard | by_bug_check,
     pool_allocators, "unverified: immediate underrun", ""},
    {"SP-05",
     "Worked listings place the block at PAGE_SIZE less its size rounded up to 16 bytes on x64 or to 8 on "
     "x86.",
     evidence, no_seed, "debuggercmds/-verifier", "", all_profiles, by_address, pool_allocators, "X-38", ""},
    {"SP-06",
     "At the free a changed byte after the block is 0xC1 with 0x24, one elsewhere in the page 0x23, a single "
     "changed bit 0x32.",
     detection, no_seed, "debugger/bug-check-0xc1", "", all_profiles, by_bug_check,
     pool_allocators | ex_frees,
     "unverified: special-pool pattern and quarantine, unverified: one changed bit", ""},
    {"SP-07", "A touch of a freed special-pool block faults: 0xCC.", detection, no_seed, special_pool_page,
     "", all_profiles, by_guard | by_bug_check, pool_allocators | ex_frees,
     "unverified: special-pool pattern and quarantine", ""},
    {"SP-08", "Requests of a page or more do not go to special pool.", promise, no_seed, special_pool_page,
     "", all_profiles, by_address | by_counter, pool_allocators, "X-39", ""},
    {"SP-09",
     "Not every eligible request gets special pool: when it is full, ordinary pool serves and the caller "
     "sees success.",
     promise, no_seed, special_pool_page, "", all_profiles, by_return | by_counter, pool_allocators, "X-42",
     ""},
    {"SP-12", "Special-pool memory is nonpageable even for paged requests, by implication.", advice, no_seed,
     special_pool_page, "", all_profiles, 0, pool_allocators, "",
     "descriptive: implied only, so a touch at DISPATCH_LEVEL may end either way"},
    {"SP-13",
     "Freeing special pool that is not allocated is 0xC1 with 0x20; a bad address is 0xC1 with 0x21 or 0x22.",
     detection, no_seed, "debugger/bug-check-0xc1", "", all_profiles, by_bug_check, ex_frees,
     "unverified: 0x21 or 0x22", ""},
    {"SP-14", "In special pool a bad IRQL is 0xC1, with 0x30 at the allocation and 0x31 at the free.",
     detection, no_seed, "debugger/bug-check-0xc1", "", all_profiles, by_bug_check, ex_and_fsrtl | ex_frees,
     "", ""},
    {"GF-09",
     "A request that meets either Driver Verifier's or GFlags' criterion qualifies for special pool.",
     promise, no_seed, "devtest/using-the-global-flags-utility", "Note", all_profiles, by_guard | by_address,
     pool_allocators, "", ""},
};

} // namespace

std::span<const Clause> special_pool_clauses() {
    return clauses;
}

} // namespace poolproof::contract
