// Zero-byte requests, and what several allocators promise alike: ZER and SHR clauses.
#include "contract/families.hpp"

namespace poolproof::contract {
namespace {

// Whose pages, or those of what they wrap, speak of NUMA nodes, and of the raise flag.
constexpr RoutineSet near_memory = with_tag | with_priority | with_quota_tag | wrappers | flag_takers;
constexpr RoutineSet raise_takers = with_tag | with_priority | tag_wrappers | priority_wrappers;

constexpr Clause clauses[] = {
    {"ZER-01", "Never ask for zero bytes. Such a request wastes a header, and Driver Verifier flags it.",
     duty, s3 | s5, with_tag_page, "Remarks", all_profiles, by_return | by_bug_check | by_validator,
     classic_ex, "X-12", ""},
    {"ZER-02", "The number of bytes given to ExAllocatePool2 and ExAllocatePool3 is not zero.", duty, no_seed,
     pool2_page, "NumberOfBytes", all_profiles, by_return | by_raise | by_validator, flag_takers, "X-12", ""},
    {"ZER-03", "The size is required and is not zero; what zero gets is left open.", duty, s4, fsrtl_page,
     "NumberOfBytes", all_profiles, by_validator, fsrtl, "X-12", ""},
    {"ZER-04", "The page of FsRtlAllocatePoolWithQuotaTag has no rule on zero bytes.", advice, no_seed,
     "ntifs/nf-ntifs-fsrtlallocatepoolwithquotatag", "NumberOfBytes", all_profiles, 0, fsrtl_quota, "X-12",
     "descriptive: what is stated nowhere is not asserted"},
    {"ZER-05",
     "FltAllocatePoolAlignedWithTag takes zero bytes and returns the smallest block with the alignment.",
     promise, no_seed, "fltkernel/nf-fltkernel-fltallocatepoolalignedwithtag", "NumberOfBytes", all_profiles,
     by_return | by_address, set_of(Routine::FltAllocatePoolAlignedWithTag), "", ""},
    {"ZER-06",
     "WdfMemoryCreate wants a size that is not zero; the Eng, Ndis, StorPort and VideoPort routines do not "
     "say.",
     duty, no_seed, "wdfmemory/nf-wdfmemory-wdfmemorycreate", "BufferSize", all_profiles, 0,
     eng | eng_user | eng_private,
     "unverified: EngAllocMem silence, unverified: zero bytes of EngAllocUserMem, unverified: zero bytes of "
     "other kits",
     "the one routine with a rule is not on trial here, and for the Eng routines no outcome is stated"},
    {"SHR-01", "The system sets standard events while paged or nonpaged pool is high or low.", promise,
     s3 | s5, with_tag_page, "Remarks", all_profiles, by_event, classic_ex, "unverified: event thresholds",
     ""},
    {"SHR-02",
     "On NUMA machines memory local to the calling processor is tried first, then the closest that is "
     "available.",
     promise, s3 | s5, with_tag_page, "Remarks", all_profiles, by_address, near_memory, "", ""},
    {"SHR-03", "Check for NULL; a routine with a status then returns STATUS_INSUFFICIENT_RESOURCES.", duty,
     no_seed, "kernel/allocating-system-space-memory", "", all_profiles, by_source, ex_allocators, "",
     "duty without a documented reaction: what a driver does next only its source shows"},
    {"SHR-04",
     "Every block is freed before the driver unloads. Else 0xC4 with 0x60 or 0x62 under pool tracking.", duty,
     no_seed, "devtest/pool-tracking", "", all_profiles, by_bug_check, pool_allocators,
     "unverified: bug check of an unload", ""},
    {"SHR-05", "GFlags can send a tag's blocks to special pool, and PoolMon tracks use by tag.", advice, s3,
     with_tag_page, "Remarks", all_profiles, 0, with_tag, "",
     "descriptive: the routing is judged as GF-09 and the tracking as TAG-15"},
    {"SHR-06", "POOL_COLD_ALLOCATION is only a hint: it changes neither success nor contents nor alignment.",
     advice, s3 | s5, with_tag_page, "PoolType", all_profiles, by_return | by_address, classic_ex, "", ""},
    {"SHR-07",
     "With POOL_RAISE_IF_ALLOCATION_FAILURE in the pool type a failure raises instead of returning NULL.",
     promise, s3 | s5, with_tag_page, "PoolType", all_profiles, by_raise | by_return, raise_takers,
     "X-13, unverified: status of a raise", ""},
    {"SHR-08", "A driver may wait on the pool events to tune its use of pool.", promise, s3 | s5,
     with_tag_page, "Remarks", all_profiles, by_event, classic_ex, "unverified: event thresholds", ""},
};

} // namespace

std::span<const Clause> shared_clauses() {
    return clauses;
}

} // namespace poolproof::contract
