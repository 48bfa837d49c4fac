// What an allocation op asks for, in the same words whatever its routine.
//
// Covers: the arguments as the pages read them (kind of pool, failure form, contents, quota, priority), the
// settings of lookaside lists, which decide for their entries, and which POOL_FLAGS and extended parameters
// are valid. Does not cover: what has to come of it (oracle/). Pure; safe from any thread.
#pragma once

#include "trace/op.hpp"

#include <array>
#include <cstdint>

namespace poolproof {

// POOL_FLAGS (contract facts 11.3).
enum PoolFlag : std::uint64_t {
    pool_flag_use_quota = 0x1,
    pool_flag_uninitialized = 0x2,
    pool_flag_session = 0x4,
    pool_flag_cache_aligned = 0x8,
    pool_flag_raise_on_failure = 0x20,
    pool_flag_non_paged = 0x40,
    pool_flag_non_paged_execute = 0x80,
    pool_flag_paged = 0x100,
    pool_flag_reserved = 0x10 | 0x200 | 0x400,
    pool_flag_undefined = 0xFFFFF800, // of the required half
    pool_flag_special_pool = 0x100000000,
};

// POOL_EXTENDED_PARAMETER_TYPE (contract facts 11.5).
enum ParameterType : std::uint8_t {
    parameter_priority = 1,
    parameter_secure_pool = 2,
    parameter_node = 3,
    parameter_max = 4,
};

// EATP-22, EAP3-07: one of the nine EX_POOL_PRIORITY values.
bool is_ex_pool_priority(std::uint32_t priority);

// "None" as tools show it (TAG-09): its letters in memory order.
inline constexpr std::uint32_t default_tag = 0x656E6F4E;

// What the arguments leave to say of validity.
enum class Validity : std::uint8_t {
    valid,
    invalid, // documented to fail
    open,    // no document says what comes of it
};

struct AllocationRequest {
    std::uint64_t size = 0;
    std::uint32_t pool_type = 0; // POOL_TYPE with modifier bits, or the one that asks for the same memory
    std::uint32_t tag = 0;
    std::uint8_t priority = 16;
    std::uint8_t node = 0; // with wants_node: the node that has to give it (EAP3-08)
    bool paged = false;
    bool user = false;          // in the user half of a process
    bool raises = false;        // a shortage is a raise
    bool form_open = false;     // whether it is a raise or NULL is stated nowhere
    bool zeroed = false;        // its bytes are promised to be zero
    bool quota = false;         // charged to the process
    bool wants_special = false; // POOL_FLAG_SPECIAL_POOL
    bool wants_node = false;
    bool names_node = false;               // a node is asked for, if only as a preference
    bool may_ignore_priority = false;      // EAP3-06: an optional entry
    bool has_priority = false;             // said by the caller
    Validity flags = Validity::valid;      // POOL_FLAGS
    Validity parameters = Validity::valid; // extended parameters
    std::uint8_t process = 0;              // of user memory: the owner; of a quota: who pays
};

// What an op says of a secure pool, when that is one entry and no doubt is left that it counts.
struct SecureEntry {
    std::uint8_t pool = 0; // index of the private pool
    std::uint8_t cookie = 0;
};
enum class SecureAsk : std::uint8_t {
    none,
    stated,
    doubtful, // optional, so that it may be ignored, or given twice
};
SecureAsk secure_entry_of(const Op& op, SecureEntry& entry);

// A lookaside list as it was initialised.
struct ListSetting {
    std::uint64_t size = 0;
    std::uint32_t tag = 0;
    std::uint32_t pool_type = 0;  // with the modifier bits that its allocations are made with
    std::uint32_t generation = 0; // how often it was initialised or deleted
    bool live = false;
    bool own_routines = false;
};
// By kind of list (nonpaged, paged, Ex) and index.
inline constexpr unsigned list_kinds = 3;
using ListSettings = std::array<std::array<ListSetting, list_count>, list_kinds>;

// 0 nonpaged, 1 paged, 2 Ex. The routine takes a list.
unsigned list_kind_of(Routine routine);
// The setting that an op with a list as an argument speaks of.
inline const ListSetting& list_of(const Op& op, const ListSettings& lists) {
    return lists[list_kind_of(op.routine)][op.index % list_count];
}
// Carries an initialisation or a deletion that was done into the settings.
void apply(const Op& op, ListSettings& lists);

// Reads an allocation op that is called in `process`.
AllocationRequest request_of(const Op& op, std::uint8_t process, const ListSettings& lists);

} // namespace poolproof
