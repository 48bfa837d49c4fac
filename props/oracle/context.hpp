// What the checks read: one op, its event, the world before it, and the facts derived once per op.
//
// Covers: the vocabulary of facts (what was asked, which of the caller's duties it broke, what had to come).
// Does not cover: verdicts (the family files). The facts are made by alloc_facts.cpp, free_facts.cpp,
// touch_facts.cpp and duty_facts.cpp.
#pragma once

#include "oracle/gflags.hpp"
#include "oracle/world.hpp"

#include <ddi/wdm.h>
#include <ddi/winddi.h>

#include <cstdint>

namespace poolproof::oracle {

// What stands in an op and its event. Bits of a mask; a row names those that it needs.
enum Fact : std::uint32_t {
    is_pointer = 1U << 0,
    is_null = 1U << 1,
    is_raised = 1U << 2,
    is_bug_check = 1U << 3,
    is_done = 1U << 4,
    is_fault = 1U << 5, // a bug check or a guard fault
    is_value = 1U << 6,
    has_info = 1U << 7,      // the subject tells where the block lies
    in_special = 1U << 8,    // the block allocated, freed or touched is in special pool
    is_eligible = 1U << 9,   // an allocation that certainly qualifies for special pool
    is_sound = 1U << 10,     // no duty with an effect on the outcome is broken, nothing undocumented is asked
    is_defective = 1U << 11, // a duty with a documented reaction is broken
    wants_raise = 1U << 12,  // POOL_RAISE_IF_ALLOCATION_FAILURE
    wants_cold = 1U << 13,   // POOL_COLD_ALLOCATION
    has_variant = 1U << 14,  // one of the six special-pool priorities
    with_verifier = 1U << 15,
    on_live = 1U << 16,    // a free of the start of a live block
    on_nothing = 1U << 17, // a free of anything else but NULL
    must_fault = 1U << 18, // a touch that the documents say faults
    must_work = 1U << 19,  // a touch that the documents say works
    can_report = 1U << 20, // the subject reports broken duties
    is_damaged = 1U << 21, // a free of a special-pool block whose page was changed
    has_rights = 1U << 22, // the subject tells whether the block may be executed
};

// Broken duties with a documented reaction. The lowest one that stands is charged when nothing documented
// came.
enum AllocDefect : std::uint32_t {
    defect_must_succeed = 1U << 0,
    defect_tag_zero = 1U << 1,
    defect_tag_big = 1U << 2,
    defect_tag_plain = 1U << 3, // neither a letter nor a digit
    defect_zero_bytes = 1U << 4,
    defect_irql = 1U << 5,
    defect_pool_flags = 1U << 6, // EAP2-02
    defect_parameters = 1U << 7, // EAP3-02
    // With a flag of Driver Verifier.
    defect_executable = 1U << 8,  // NX-06
    defect_unloading = 1U << 9,   // PT-02
    defect_quota_idle = 1U << 10, // QTA-01
    defect_quota_dpc = 1U << 11,  // QTA-02
    defect_quota_irql = 1U << 12,
};
enum FreeDefect : std::uint32_t {
    defect_address = 1U << 0,
    defect_free_irql = 1U << 1,
    defect_free_tag = 1U << 2,
    defect_damage = 1U << 3,          // a special-pool page was written outside the block
    defect_free_parameters = 1U << 4, // EFP2-04
};

// What a sound allocation has to end in.
enum class Expect : std::uint8_t {
    open,    // undocumented arguments: anything but a crash
    memory,  // it certainly fits: a pointer
    failure, // it certainly does not fit, or a failure was injected: NULL or a raise
    either,  // the model cannot tell whether memory is short
    reaction // a broken duty: see the defects
};

struct AllocFacts {
    AllocationRequest ask;
    std::uint32_t base = 0;    // pool type without modifier bits
    std::uint32_t defects = 0; // mask of AllocDefect
    std::uint32_t matched = 0; // the defects whose documented reaction came
    bool tolerated = false;    // the outcome is open although a defect stands
    bool paged = false;
    bool nonpaged_exact = false;    // GEO-04: nonpaged, at most a page
    bool injected = false;          // this call was to be refused memory
    bool quota_short = false;       // the process may certainly not be charged for it
    bool quota_fits = true;         // nothing is charged for it, or the process certainly may be
    bool certain = false;           // it certainly fits
    bool plenty = false;            // and leaves more than half of the budget certainly free
    bool impossible = false;        // it certainly does not fit
    Side side = Side::end;          // where special pool has to put it
    GflagsSelection gflags;         // of the standing value, where it decides who gets special pool
    bool formerly_selected = false; // the value before it selects the request
    bool side_open = false;         // an undocumented priority: the side is the subject's choice
    Expect expect = Expect::open;
    Expect unsimulated = Expect::open; // the same if no shortage were simulated (LR)
    const Block* before = nullptr;     // neighbours of the pointer returned
    const Block* after = nullptr;
    const Block* overlapped = nullptr; // a live block that shares bytes with it
};

enum class Target : std::uint8_t {
    null,
    start,     // of a live block that the routine may release
    unpaired,  // of a live block of another family: undocumented
    elsewhere, // of user memory of another process
    inside,    // a live block, or the page of a special-pool block
    freed,     // the start of a block that was freed, its memory not given out since
    user,      // the user half, given to a routine of the system half
    foreign,   // in no block
    uncertain, // a block of which nothing is asserted
};

struct FreeFacts {
    Target target = Target::foreign;
    const Block* block = nullptr;
    std::uint32_t defects = 0; // mask of FreeDefect
    std::uint32_t matched = 0;
    bool tolerated = false;
    bool parameters_open = false; // whether they are the block's own is the system's to find out
    bool maybe_damaged = false;   // whether its page was changed is not known
    // Where the changed bytes of the page lie.
    bool front = false, slack = false, behind = false, one_bit = false;
};

enum class Touched : std::uint8_t {
    unknown,
    fine,
    beyond,
    freed_special,
    paged_high,
    other_process,
    freed_user
};

struct TouchFacts {
    Touched result = Touched::unknown;
    std::uint64_t fault_at = 0;   // the first byte that has to fault
    const Block* block = nullptr; // whose rule decides
    bool own = false;             // inside the live block of the op's slot
    bool outside = false;         // bytes of a special-pool page that are not the block's
    bool before = false;          // beyond: the page in front of a block
    bool behind = false;          // beyond: the page after a block
    bool freed_too = false;       // beyond, and the page belonged to a freed special-pool block
};

// Duties as caller_faults should have them. A bit in neither mask must not be reported.
struct DutyFacts {
    std::uint32_t broken = 0;
    std::uint32_t open = 0; // either report is right
};

struct Context {
    const Op* op = nullptr;
    const Event* event = nullptr;
    const Claims* claims = nullptr;
    const World* world = nullptr;
    std::uint32_t facts = 0;
    bool murky = false; // ordinary pool was corrupted by the caller: nothing is asserted of it any more
    AllocFacts alloc;
    FreeFacts free;
    TouchFacts touch;
    DutyFacts duties;

    bool has(std::uint32_t mask) const { return (facts & mask) == mask; }
    bool bug_check(std::uint32_t code) const { return (facts & is_bug_check) != 0 && event->code == code; }
    std::uint64_t p(unsigned index) const { return event->parameters[index - 1]; } // 1 to 4
};

// Bits that may be OR-ed into a pool type (contract facts 11.2).
inline constexpr std::uint32_t type_modifiers = POOL_QUOTA_FAIL_INSTEAD_OF_RAISE |
                                                POOL_RAISE_IF_ALLOCATION_FAILURE | POOL_COLD_ALLOCATION |
                                                POOL_NX_ALLOCATION | POOL_ZERO_ALLOCATION;
// Whether a bug check's pool type is the one asked for; modifier bits may be there or not.
constexpr bool same_type(std::uint64_t reported, std::uint32_t asked) {
    return (reported | type_modifiers) == (asked | type_modifiers);
}

// PsChargePoolQuota, PsReturnPoolQuota; and the pool types that they take (PSQ-05).
constexpr bool is_quota_call(Routine routine) {
    return routine == Routine::PsChargePoolQuota || routine == Routine::PsReturnPoolQuota;
}
constexpr bool is_quota_type(std::uint32_t type) {
    return type == NonPagedPool || type == PagedPool || type == NonPagedPoolCacheAligned ||
           type == PagedPoolCacheAligned;
}

// Each fills its part of the context from op, event, claims and world.
void find_alloc_facts(Context& context);
void find_free_facts(Context& context);
void find_touch_facts(Context& context);
void find_duty_facts(Context& context);
// Duties of lists, private user memory, secured ranges and aligned memory; false for other ops.
bool find_other_duties(Context& context);

// Parts of update(): what Driver Verifier's flags, counters and tracking make of an op (update_verifier.cpp).
void update_verifier(World& world, const Op& op);
void count_for_verifier(World& world, const Context& context); // an allocation
void note_call(World& world, const Op& op);                    // a routine that neither allocates nor frees
void read_counters(World& world, const Event& event);

// Carries the op into the world. After the checks.
void update(World& world, const Context& context);
// The part of update() for ops of kind call.
void update_call(World& world, const Context& context);

} // namespace poolproof::oracle
