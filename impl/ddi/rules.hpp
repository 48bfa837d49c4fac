// The rules that every pool routine checks before it touches the pool.
//
// Covers: the caller's duties as a mask (CallerDuty), and the bug checks that breaking one amounts to. Does
// not cover: memory (pool/). Functions here throw BugCheck and change nothing.
#pragma once

#include "pool/system.hpp"

#include <cstdint>

namespace poolproof {

// When a failure raises. The flag is POOL_RAISE_IF_ALLOCATION_FAILURE in the pool type.
enum class Raise : std::uint8_t { by_type_flag, never, always };

// What sets one allocation routine apart from the others.
struct RoutineRules {
    bool tag_is_seven_bit =
        false; // FPT-04: any 7-bit character, where the Ex routines ask for 0x20 to 0x7E (TAG-02)
    bool listed_types_only = false; // FPT-01: four pool types
    bool raises_always = false;     // FPT-05
    Raise raise = Raise::by_type_flag;
    bool takes_pool_flags = false;    // EAP2-07: fails softly for a zero tag and for no bytes
    bool zero_bytes_unstated = false; // FPQT-04: no duty is broken
    bool tag_is_lenient = false;      // EAM-06: no bug check for any tag, and only a zero one is noted
    bool zero_bytes_rejected = false; // nothing for nothing (register, unverified)
    bool zero_bytes_allowed = false;  // ZER-05: no duty is broken
    bool irql_is_ruled = false;       // rule IrqlExAllocatePool names the routine (13.1)
};

struct AllocationCall {
    PoolRequest request;
    std::uint32_t priority = 16; // as passed
    RoutineRules rules;
    bool invalid = false;         // POOL_FLAGS or an extended parameter that fails the call
    std::uint32_t own_duties = 0; // broken ones that its routine has found
    bool zeroed = false;          // whatever the pool type says
    std::uint64_t pool_flags = 0; // as passed, by those that take them
};

// TAG-02, FPT-04: whether every character is in the range of the routine.
bool tag_characters_are_valid(std::uint32_t tag, bool seven_bit);
// TAG-08.
bool has_letter_or_digit(std::uint32_t tag);
// EATP-22.
bool is_documented_priority(std::uint32_t priority);
// EX_POOL_PRIORITY as bits (contract facts 11.4); an undocumented value is served as NormalPoolPriority.
PoolPriority urgency_of(std::uint32_t priority);
std::optional<VerifySide> variant_of(std::uint32_t priority);
// Duties that the call breaks.
std::uint32_t broken_duties(const AllocationCall& call, const Processor& processor);
// Throws the first bug check that the call amounts to: must-succeed (MS-01), tag (TAG-06 to TAG-08), IRQL
// (IRQ-01, IRQ-02), Driver Verifier's flags (verifier_rules.hpp), zero bytes (ZER-01), quota (QTA-01,
// QTA-02). Returns false when it is refused without one (X-05, EAP2-07).
bool check_allocation(const Machine::Impl& system, const AllocationCall& call, const Processor& processor);

// Throws when quota may not be charged to the process by this processor (QTA-01, QTA-02).
void check_charge(const Machine::Impl& system, unsigned process, const Processor& processor);

// Throws when `block` may not be freed at this IRQL (IRQ-04).
void check_free_irql(const Machine::Impl& system, const PoolBlock& block, const Processor& processor);
// Throws what freeing an address that starts no live block amounts to (EFP-05 to EFP-07).
[[noreturn]] void refuse_free(const PoolBlock& block, std::uint64_t address);
// Throws when `block` holds the head of a live lookaside list and Miscellaneous Checks are on (LL-20,
// EFP-10).
void check_live_objects(const Machine::Impl& system, const PoolBlock& block);

} // namespace poolproof
