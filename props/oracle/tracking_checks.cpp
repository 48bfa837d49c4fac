// Pool tracking: what an unload finds, allocations of a driver that unloads, damage found at a free, and what
// is counted of each driver; SHR-04, PT-01 to PT-06. Does not cover: the log (PT-07), which no op reads.
#include "oracle/check.hpp"
#include "oracle/verifier_sets.hpp"

#include <ddi/bugcodes.h>

namespace poolproof::oracle {

namespace {

bool is_violation(const Context& c, std::uint64_t first) {
    return c.bug_check(DRIVER_VERIFIER_DETECTED_VIOLATION) && c.p(1) == first;
}

// Whether the report names what is left: 0x60 and 0x61 by bytes and blocks, 0x62 by blocks.
bool names_what_is_left(const Context& c, unsigned driver) {
    const Tracking& tracking = c.world->tracking;
    const auto& uses = tracking.drivers[driver];
    const bool blocks = tracking.blocks_of(driver).hold(c.p(4));
    return blocks && (c.p(1) == 0x62 || (uses[1].bytes.hold(c.p(2)) && uses[0].bytes.hold(c.p(3))));
}

// PT-01, SHR-04: an alarm exactly when tracked blocks are left.
Outcome unload_finds_what_is_left(const Context& c) {
    const World& w = *c.world;
    if (c.op->level != 0) {
        return Outcome::not_relevant; // the unload only begins
    }
    const bool alarm = is_violation(c, 0x62) || is_violation(c, 0x60);
    if (!w.verifies(tracking_flag)) {
        return hold_if(!alarm);
    }
    if (w.tracking.loose) {
        return Outcome::unspecified;
    }
    const Bounds left = w.tracking.blocks_of(c.op->index);
    if (alarm) {
        const bool may_count = w.tracking.untracked[c.op->index] != 0;
        return may_count ? Outcome::unspecified
                         : hold_if(!left.are_zero() && names_what_is_left(c, c.op->index));
    }
    if (c.has(is_bug_check)) {
        return Outcome::unspecified; // of something else that is left, such as a list
    }
    return left.least != 0 ? Outcome::violated : left.are_zero() ? Outcome::holds : Outcome::unspecified;
}

// PT-02.
Outcome no_allocation_while_unloading(const Context& c) {
    const World& w = *c.world;
    const Outcome outcome = judge_alloc(c, defect_unloading);
    if (outcome != Outcome::holds || w.tracking.loose) {
        return outcome;
    }
    const unsigned driver = w.drivers[w.processor];
    if (w.tracking.untracked[driver] != 0) {
        return Outcome::unspecified;
    }
    return hold_if(names_what_is_left(c, driver));
}

bool tells_damage(const Context& c) {
    return c.bug_check(DRIVER_VERIFIER_DETECTED_VIOLATION) &&
           ((c.p(1) >= 0x51 && c.p(1) <= 0x54) || c.p(1) == 0x59);
}

bool tells_disagreement(const Context& c) {
    return c.bug_check(DRIVER_VERIFIER_DETECTED_VIOLATION) && c.p(1) >= 0x13A && c.p(1) <= 0x13F;
}

// The codes are due where something was written outside a block. Which write is found is not stated, but
// where nobody wrote there is nothing to find, and the block freed is what the report names.
Outcome reports_real_damage(const Context& c, bool reported) {
    if (!c.world->verifies(tracking_flag)) {
        return Outcome::not_relevant;
    }
    const bool damaged = c.world->ordinary_corrupt || c.has(is_damaged) || c.free.maybe_damaged;
    if (!reported) {
        return damaged ? Outcome::unspecified : Outcome::not_relevant;
    }
    return hold_if(damaged && c.p(2) == c.event->used);
}

// PT-03.
Outcome damage_is_found_where_it_is(const Context& c) {
    return reports_real_damage(c, tells_damage(c));
}

// PT-04.
Outcome disagreement_is_found_where_it_is(const Context& c) {
    return reports_real_damage(c, tells_disagreement(c));
}

// PT-05.
Outcome drivers_are_counted(const Context& c) {
    const World& w = *c.world;
    const auto& counted = c.event->counters;
    if (!w.verifies(tracking_flag)) {
        return hold_if(counted[live_blocks] == 0 && counted[live_bytes] == 0 && counted[peak_blocks] == 0 &&
                       counted[peak_bytes] == 0);
    }
    if (counted[peak_blocks] < counted[live_blocks] || counted[peak_bytes] < counted[live_bytes]) {
        return Outcome::violated;
    }
    if (w.tracking.loose) {
        return Outcome::unspecified;
    }
    const TrackedUse& use = w.tracking.drivers[c.op->index][c.op->paged];
    return hold_if(use.blocks.hold(counted[live_blocks]) && use.bytes.hold(counted[live_bytes]) &&
                   use.peak_blocks.hold(counted[peak_blocks]) && use.peak_bytes.hold(counted[peak_bytes]));
}

// PT-06, X-39.
Outcome only_large_blocks_go_untracked(const Context& c) {
    const World& w = *c.world;
    const std::uint64_t count = c.event->counters[not_tracked];
    if (!w.verifies(tracking_flag)) {
        return hold_if(count == 0);
    }
    return w.tracking.loose ? Outcome::unspecified : hold_if(count <= w.tracking.large);
}

constexpr RoutineSet releases = by_ex_free | set_of(Routine::ExFreePool2);
constexpr std::uint32_t caps = can_bug_check | can_verifier_flags;
constexpr const char* left_over =
    "with pool tracking 0xC4 with 0x62 or 0x60 at an unload that leaves blocks behind, and at no other";
constexpr const char* damage = "0xC4 with 0x51 to 0x59 for a block outside which something was written only";
constexpr const char* disagreement = "0xC4 with 0x13A to 0x13F for a block whose records were damaged only";

constexpr Row rows[] = {
    {"SHR-04", unload_finds_what_is_left, on(OpKind::unload), 0, 0, caps, left_over},
    {"PT-01", unload_finds_what_is_left, on(OpKind::unload), 0, 0, caps, left_over},
    {"PT-02", no_allocation_while_unloading, on_allocate, by_any_pool_routine, is_defective, caps,
     "0xC4 with 0x61 for an allocation of a driver that unloads"},
    {"PT-03", damage_is_found_where_it_is, on_free, releases, on_live, caps, damage},
    {"PT-04", disagreement_is_found_where_it_is, on_free, releases, on_live, caps, disagreement},
    {"PT-05", drivers_are_counted, on(OpKind::query_driver), 0, is_value, can_verifier_flags,
     "the present and peak number and bytes of a driver's blocks, or zeros without pool tracking"},
    {"PT-06", only_large_blocks_go_untracked, on(OpKind::query_verifier), 0, is_value, can_verifier_flags,
     "no more blocks untracked than have a page or more"},
};

} // namespace

std::span<const Row> tracking_rows() {
    return rows;
}

} // namespace poolproof::oracle
