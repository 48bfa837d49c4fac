// Zero-byte requests, and what several allocators promise alike: ZER and SHR clauses.
#include "contract/families.hpp"

namespace poolproof::contract {
namespace {

constexpr Clause clauses[] = {
    {"ZER-01", "Never ask for zero bytes. Such a request wastes a header, and Driver Verifier flags it.",
     duty, s3 | s5, with_tag_page, "Remarks", all_profiles, by_return | by_bug_check | by_validator,
     classic_ex, "X-12", ""},
    {"ZER-03", "The size is required and is not zero; what zero gets is left open.", duty, s4, fsrtl_page,
     "NumberOfBytes", all_profiles, by_validator, fsrtl, "X-12", ""},
    {"SHR-01", "The system sets standard events while paged or nonpaged pool is high or low.", promise,
     s3 | s5, with_tag_page, "Remarks", all_profiles, by_event, classic_ex, "unverified: event thresholds",
     ""},
    {"SHR-02",
     "On NUMA machines memory local to the calling processor is tried first, then the closest that is "
     "available.",
     promise, s3 | s5, with_tag_page, "Remarks", all_profiles, by_address, classic_ex, "", ""},
    {"SHR-05", "GFlags can send a tag's blocks to special pool, and PoolMon tracks use by tag.", advice, s3,
     with_tag_page, "Remarks", all_profiles, 0, with_tag, "",
     "descriptive: the routing is judged as GF-09 and the tracking as TAG-15"},
    {"SHR-06", "POOL_COLD_ALLOCATION is only a hint: it changes neither success nor contents nor alignment.",
     advice, s3 | s5, with_tag_page, "PoolType", all_profiles, by_return | by_address, classic_ex, "", ""},
    {"SHR-07",
     "With POOL_RAISE_IF_ALLOCATION_FAILURE in the pool type a failure raises instead of returning NULL.",
     promise, s3 | s5, with_tag_page, "PoolType", all_profiles, by_raise | by_return, classic_ex,
     "X-13, unverified: status of a raise", ""},
    {"SHR-08", "A driver may wait on the pool events to tune its use of pool.", promise, s3 | s5,
     with_tag_page, "Remarks", all_profiles, by_event, classic_ex, "unverified: event thresholds", ""},
};

} // namespace

std::span<const Clause> shared_clauses() {
    return clauses;
}

} // namespace poolproof::contract
