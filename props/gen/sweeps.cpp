// The list of sweeps. Does not cover: their traces (sweeps_*.cpp).
#include "gen/sweep_list.hpp"

#include <array>

namespace poolproof {
namespace {

constexpr std::array sweeps = {
    Sweep{"sizes", "every size from 0 to 3 pages for every allocator, two dozen blocks live at once",
          sweep::sizes},
    Sweep{"tails", "every size with a tail, and small blocks that fit into it", sweep::tails},
    Sweep{"huge", "sizes up to two pages below SIZE_MAX, and around every power of two", sweep::huge},
    Sweep{"zero-bytes", "requests for no bytes, with and without the verifier", sweep::zero_bytes},
    Sweep{"pool-types", "every documented pool type and modifier at IRQL 0, 1 and 2", sweep::pool_types},
    Sweep{"priorities", "every priority value with memory to spare", sweep::priorities},
    Sweep{"eng-flags", "the four flag combinations of EngAllocMem over memory that was used before",
          sweep::eng_flags},
    Sweep{"tag-bytes", "every byte value in every position of a tag", sweep::tag_bytes},
    Sweep{"tag-specials", "zero, BIG, punctuation, short, swapped and eight-bit tags", sweep::tag_specials},
    Sweep{"ledger", "the tag ledger read after every step", sweep::ledger},
    Sweep{"special-sizes", "special pool: every size on both sides, touched at its edges",
          sweep::special_sizes},
    Sweep{"special-edges", "special pool: touches on every side of the block, its page and its guards",
          sweep::special_edges},
    Sweep{"special-slack", "special pool: every slack byte and every single bit of it", sweep::special_slack},
    Sweep{"special-requests", "who asks for special pool, and which requests it applies to",
          sweep::special_requests},
    Sweep{"special-sides", "the setting of the side against the priority variants", sweep::special_sides},
    Sweep{"special-frees", "special pool: bad frees, and every touch after a free", sweep::special_frees},
    Sweep{"special-exhaustion", "special pool filled to the last block and emptied again",
          sweep::special_exhaustion},
    Sweep{"gflags-sizes", "every GFlags size against the sizes around its class", sweep::gflags_sizes},
    Sweep{"gflags-tags", "GFlags tags with and without wildcards, one replaced by another",
          sweep::gflags_tags},
    Sweep{"frees", "every kind of pointer for every free routine and kind of block", sweep::frees},
    Sweep{"strays", "ordinary pool: touches outside the block and after its free", sweep::strays},
    Sweep{"irql", "allocate, free and touch at every IRQL", sweep::irql},
    Sweep{"irql-processors", "processors at different IRQL that share paged memory", sweep::irql_processors},
    Sweep{"pressure", "each priority against a budget that runs out", sweep::pressure},
    Sweep{"fail-nth", "the 1st, 2nd, ... Nth allocation fails, with and without a raise", sweep::fail_nth},
    Sweep{"nodes", "each processor with its node full, empty or nearly so", sweep::nodes},
    Sweep{"events", "low and high events while the pool fills and empties", sweep::events},
    Sweep{"quota-limits", "every routine that charges quota, with limits around what is asked for",
          sweep::quota_limits},
    Sweep{"quota-calls", "quota charged and returned by call, with and without charged blocks",
          sweep::quota_calls},
    Sweep{"quota-owners", "charged blocks whose header is written over before the free", sweep::quota_owners},
    Sweep{"processes", "user memory of one process used, freed and printed in another", sweep::processes},
    Sweep{"user-space", "user memory: how far blocks lie apart, and what they take from pool",
          sweep::user_space},
    Sweep{"tracking", "drivers that unload with and without blocks left, and what is counted of them",
          sweep::tracking},
    Sweep{"tracked-damage", "pool tracking: one byte written beside a block, then its free",
          sweep::tracked_damage},
    Sweep{"low-resources", "simulated shortage by probability, filter and delay, and systematic",
          sweep::low_resources},
    Sweep{"verifier-flags", "executable pool under code integrity, quota of the Idle process and of a DPC",
          sweep::verifier_flags},
    Sweep{"printer", "every kind of block passed to EngWritePrinter", sweep::printer},
    Sweep{"pool-flags", "every bit of POOL_FLAGS with each kind of pool, raising or not", sweep::pool_flags},
    Sweep{"flag-quota", "POOL_FLAG_USE_QUOTA against limits", sweep::flag_quota},
    Sweep{"parameters", "every type of extended parameter, required and optional, alone and second",
          sweep::parameters},
    Sweep{"wrappers", "the six header wrappers over memory that was used before", sweep::wrappers},
    Sweep{"second-free", "ExFreePool2 with and without parameters", sweep::second_free},
    Sweep{"secure-pools", "secure pools created, used with right and wrong arguments, and destroyed",
          sweep::secure_pools},
    Sweep{"lists", "every kind of lookaside list filled, emptied, flushed and deleted, at every IRQL",
          sweep::lists},
    Sweep{"list-arguments", "lookaside lists of every type, with any flags, and their failures",
          sweep::list_arguments},
    Sweep{"list-misuse", "lists that are not initialised, twice, or given what is none of theirs",
          sweep::list_misuse},
    Sweep{"private-user", "user memory of surfaces, freed from every process and with every surface",
          sweep::private_user},
    Sweep{"secured", "user memory that is freed while a range of it is secured", sweep::secured},
    Sweep{"aligned", "memory aligned for each instance, of each size and type", sweep::aligned},
};

} // namespace

std::span<const Sweep> all_sweeps() {
    return sweeps;
}

} // namespace poolproof
