// Special pool and its requests: the SP and GF clauses.
#include "contract/families.hpp"

namespace poolproof::contract {
namespace {

constexpr std::string_view gflags_page = "debugger/special-pool";

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
     pool_allocators | all_ex_frees,
     "unverified: special-pool pattern and quarantine, unverified: one changed bit", ""},
    {"SP-07", "A touch of a freed special-pool block faults: 0xCC.", detection, no_seed, special_pool_page,
     "", all_profiles, by_guard | by_bug_check, pool_allocators | all_ex_frees,
     "unverified: special-pool pattern and quarantine", ""},
    {"SP-08", "Requests of a page or more do not go to special pool.", promise, no_seed, special_pool_page,
     "", all_profiles, by_address | by_counter, pool_allocators, "X-39", ""},
    {"SP-09",
     "Not every eligible request gets special pool: when it is full, ordinary pool serves and the caller "
     "sees success.",
     promise, no_seed, special_pool_page, "", all_profiles, by_return | by_counter, pool_allocators, "X-42",
     ""},
    {"SP-10", "Driver Verifier warns when fewer than 95 % of the pool allocations came from special pool.",
     promise, no_seed, special_pool_page, "", all_profiles, 0, pool_allocators, "",
     "a message on the verifier's screen: no op shows it (Machine::use() tells, and has a test)"},
    {"SP-11", "The room of special pool grows with physical memory.", promise, no_seed, special_pool_page, "",
     all_profiles, 0, pool_allocators, "", "descriptive: a matter of configuration"},
    {"SP-12", "Special-pool memory is nonpageable even for paged requests, by implication.", advice, no_seed,
     special_pool_page, "", all_profiles, 0, pool_allocators, "",
     "descriptive: implied only, so a touch at DISPATCH_LEVEL may end either way"},
    {"SP-13",
     "Freeing special pool that is not allocated is 0xC1 with 0x20; a bad address is 0xC1 with 0x21 or 0x22.",
     detection, no_seed, "debugger/bug-check-0xc1", "", all_profiles, by_bug_check, all_ex_frees,
     "unverified: 0x21 or 0x22", ""},
    {"SP-14", "In special pool a bad IRQL is 0xC1, with 0x30 at the allocation and 0x31 at the free.",
     detection, no_seed, "debugger/bug-check-0xc1", "", all_profiles, by_bug_check,
     ex_and_fsrtl | all_ex_frees, "", ""},
    {"SP-15",
     "The side can be chosen for a call by its priority, or for all by GFlags; a priority cannot force "
     "special "
     "pool.",
     advice, no_seed, special_pool_page, "", all_profiles, 0, pool_allocators, "",
     "descriptive: EATP-09 to EATP-11 and GF-05 are judged"},
    {"SP-16", "Special pool is asked for driver by driver; many drivers at once exhaust it.", advice, no_seed,
     special_pool_page, "", all_profiles, 0, pool_allocators, "", "descriptive: advice on its use"},
    {"SP-17", "Verifier's standard settings include special pool, which can be switched without a restart.",
     advice, no_seed, special_pool_page, "", all_profiles, 0, pool_allocators, "",
     "descriptive: a matter of configuration"},
    {"GF-01",
     "GFlags asks for special pool for one tag or one size range in the whole system, one setting at a time.",
     promise, no_seed, gflags_page, "", all_profiles, by_guard | by_address, pool_allocators, "", ""},
    {"GF-02", "The tag that GFlags asks for may hold the wildcards ? and *; it is stored reversed.", promise,
     no_seed, "debugger/requesting-special-pool-by-pool-tag", "", all_profiles, by_guard | by_address,
     pool_allocators, "X-08", ""},
    {"GF-03",
     "A size value is the upper bound of a size class plus one granule: x86 0x10 for 1 to 8 bytes, x64 0x20 "
     "for 1 to 16.",
     promise, no_seed, gflags_page, "Selecting an Allocation Size", all_profiles, by_guard | by_address,
     pool_allocators, "X-40", ""},
    {"GF-04",
     "A size value is below PAGE_SIZE and matches the equal tag as well; * or 0x2A asks for every "
     "allocation.",
     promise, no_seed, gflags_page, "", all_profiles, by_guard | by_address, pool_allocators, "", ""},
    {"GF-05",
     "One setting chooses Verify End, the default, or Verify Start, for GFlags' requests and Driver "
     "Verifier's alike.",
     promise, no_seed, "debugger/detecting-overruns-and-underruns", "", all_profiles, by_address,
     pool_allocators, "", ""},
    {"GF-06", "The registry holds the GFlags value as PoolTag, a DWORD.", evidence, no_seed,
     "debugger/example-14", "", all_profiles, 0, pool_allocators, "X-40",
     "a registry value: no run of an allocator shows it"},
    {"GF-07", "A GFlags request is cancelled apart from Driver Verifier's.", advice, no_seed,
     "debugger/canceling-requests-for-special-pool", "", all_profiles, 0, pool_allocators, "",
     "descriptive: on the tools"},
    {"GF-08", "Pool tagging is GFlags' flag 0x400.", advice, no_seed, "debugger/enable-pool-tagging", "",
     all_profiles, 0, pool_allocators, "", "descriptive: on the tools"},
    {"GF-09",
     "A request that meets either Driver Verifier's or GFlags' criterion qualifies for special pool.",
     promise, no_seed, "devtest/using-the-global-flags-utility", "Note", all_profiles, by_guard | by_address,
     pool_allocators, "", ""},
    {"GF-10", "Avoid tags whose value is below PAGE_SIZE.", advice, no_seed, gflags_page, "", all_profiles, 0,
     pool_allocators, "", "advice to who chooses a tag"},
};

} // namespace

std::span<const Clause> special_pool_clauses() {
    return clauses;
}

} // namespace poolproof::contract
