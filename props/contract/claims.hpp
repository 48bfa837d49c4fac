// What a subject says of itself before it is judged.
//
// Covers: its profile, its capabilities, and its choice wherever the register of contradictions leaves one. A
// subject is held to the choice that it declares; where it declares nothing (`unstated`), every outcome that
// some document supports is accepted. Does not cover: how a subject is called (subjects/subject.hpp).
#pragma once

#include "contract/routines.hpp"

#include <cstdint>

namespace poolproof {

// What a subject can express. A clause that needs more than a subject has is `not applicable` to it. Bits of
// a mask.
enum Capability : std::uint32_t {
    can_raise = 1U << 0,        // raises arrive as values
    can_bug_check = 1U << 1,    // bug checks arrive as values, and the state stays as before the op
    can_block_info = 1U << 2,   // tells tag, type, size, node and placement of a block
    can_ledger = 1U << 3,       // tag rows: allocations, frees, bytes
    can_irql = 1U << 4,         // IRQL per processor
    can_processes = 1U << 5,    // processes with private user memory
    can_budget = 1U << 6,       // memory budgets and nodes can be set
    can_fail_nth = 1U << 7,     // failures can be injected
    can_special_pool = 1U << 8, // special pool can be switched on
    can_verifier = 1U << 9,     // Driver Verifier's automatic checks can be switched on
    can_events = 1U << 10,      // low and high pool events
    can_validate = 1U << 11,    // reports broken caller's duties (CallerFault)
    can_trim_paged = 1U << 12,  // paged memory is inaccessible at DISPATCH_LEVEL
    // Misuse of memory (a bad free, a touch outside a block) is caught or survived, not undefined. Without it
    // no such op is played.
    can_fail_cleanly_at_free = 1U << 13,
    can_quota = 1U << 14,          // quota per process, with limits
    can_lists = 1U << 15,          // lookaside lists, and what each holds
    can_verifier_flags = 1U << 16, // Driver Verifier's flags, drivers and their unloading
    can_secure_pools = 1U << 17,   // private pools of the secure kind
    can_page_rights = 1U << 18,    // tells whether a block may be executed
    can_everything = (1U << 19) - 1,
};

// Duties of the caller that a subject with can_validate reports as broken. Bits of a mask.
enum CallerFault : std::uint32_t {
    fault_tag_zero = 1U << 0,           // TAG-01: the tag is zero
    fault_tag_character = 1U << 1,      // TAG-02, FPT-04: a character outside the routine's range
    fault_zero_bytes = 1U << 2,         // ZER-01, ZER-03: a request for no bytes
    fault_irql = 1U << 3,               // IRQ-01, IRQ-02, IRQ-04: too high an IRQL for the call
    fault_priority = 1U << 4,           // EATP-22: not one of the nine priorities
    fault_pool_type = 1U << 5,          // FPT-01: not a pool type that the routine lists
    fault_must_succeed = 1U << 6,       // FPT-02: an obsolete must-succeed type
    fault_wrong_free_routine = 1U << 7, // EAM-07: released by a routine that does not belong to the allocator
    fault_wrong_process = 1U << 8,      // EAU-04, EFU-02: user memory of another process
    fault_free_tag = 1U << 9,           // EFPT-02: the tag differs from the allocation's
    fault_free_address = 1U << 10,      // EFP-05, EFP-06, EFP-08, EFPT-01: not the start of a live block
    fault_printer_memory = 1U << 11,    // EAU-08: user memory passed to EngWritePrinter
    fault_pool_flags = 1U << 12,        // EAP2-22: POOL_FLAGS that are not a driver's to pass
    fault_parameters = 1U << 13,        // EAP3-09, EAP3-11, EFP2-04: extended parameters that are not valid
    fault_quota_type = 1U << 14,        // PSQ-05: not a pool type that quota is charged for
    fault_lookaside = 1U << 16,         // LL-09 to LL-27: a lookaside list used as it may not be
    fault_handle = 1U << 17,            // a handle, surface or instance that was never given out
};

// Register X-05: what a zero tag gets from the classic Ex routines.
enum class TagZero : std::uint8_t { unstated, bug_check, null };
// Register X-27: what a wrong tag gets at free.
enum class TagMismatch : std::uint8_t { unstated, bug_check, silent };
// Register X-12: what a request for no bytes gets while no verifier looks.
enum class ZeroBytes : std::uint8_t { unstated, smallest_block, bug_check };
// Unverified list: what NULL gets from ExFreePool and ExFreePoolWithTag.
enum class NullFree : std::uint8_t { unstated, bug_check, ignored };
// TAG-08: whether a tag without letter or digit is caught without Driver Verifier.
enum class TagWithoutAlnum : std::uint8_t { unstated, bug_check, verifier_only };
// Register X-03: whether the tail of a large block is given out again.
enum class TailReuse : std::uint8_t { unstated, reused, wasted };

// Register X-26: what a must-succeed request of at most a page gets.
enum class MustSucceed : std::uint8_t { unstated, bug_check, served };

struct Claims {
    bool is_64_bit = true;
    std::uint32_t capabilities = 0;        // mask of Capability
    RoutineSet routines = ~RoutineSet{0};  // those that it has
    std::uint32_t special_pool_blocks = 0; // special-pool blocks that it can hold at once; 0: no promise
    TagZero tag_zero = TagZero::unstated;
    TagMismatch tag_mismatch = TagMismatch::unstated;
    ZeroBytes zero_bytes = ZeroBytes::unstated;
    NullFree null_free = NullFree::unstated;
    TagWithoutAlnum tag_without_alnum = TagWithoutAlnum::unstated;
    TailReuse tail_reuse = TailReuse::unstated;
    MustSucceed must_succeed = MustSucceed::unstated;

    bool can(Capability c) const { return (capabilities & c) == c; }
    bool has(Routine routine) const { return contains(routines, routine); }
    // Size-class granularity and least alignment, bytes (GEO-03, GEO-09).
    std::uint32_t granule() const { return is_64_bit ? 16 : 8; }
};

} // namespace poolproof
