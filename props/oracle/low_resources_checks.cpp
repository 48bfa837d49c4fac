// Simulated shortage of memory: whom it hits, when it does not, and what is counted; LR-01 to LR-04, LR-06,
// IC-04. Does not cover: the form of a failure, which the rules of each routine judge (failure.cpp).
#include "oracle/alloc_defects.hpp"
#include "oracle/check.hpp"
#include "oracle/verifier_sets.hpp"

namespace poolproof::oracle {

namespace {

// What the settings say of a call.
enum class Fails : std::uint8_t {
    unknown,
    never_by_delay,
    never_by_filter,
    never_by_chance,
    sometimes,
    always
};

// LR-03 has wildcards in the filter. Whether they are met, and what a short tag is, is left open here.
bool is_one_tag(std::uint32_t filter) {
    for (unsigned shift = 0; shift < 32; shift += 8) {
        const std::uint32_t c = filter >> shift & 0xFFU;
        if (c <= 0x20 || c > 0x7E || c == '*' || c == '?') {
            return false;
        }
    }
    return true;
}

Fails setting_for(const Context& c) {
    const World& w = *c.world;
    const LowResources& set = w.low_resources;
    if (!w.verifies(low_resources_flag)) {
        return Fails::unknown;
    }
    if (set.clock < low_resources_delay) {
        return Fails::never_by_delay;
    }
    if (is_one_tag(set.tag) && set.tag != c.alloc.ask.tag) {
        return Fails::never_by_filter;
    }
    if (set.probability == 0) {
        return Fails::never_by_chance;
    }
    const bool any = set.tag == 0 || set.tag == c.alloc.ask.tag;
    return set.probability == always_fails && (any && (set.tag == 0 || is_one_tag(set.tag)))
               ? Fails::always
               : Fails::sometimes;
}

bool failed_for_lack_of_memory(const Context& c) {
    return c.has(is_null) || c.has(is_raised);
}

// Of a call that a simulated shortage alone could fail.
Outcome is_served(const Context& c) {
    const bool due = c.alloc.unsimulated == Expect::memory && !c.world->verifies(systematic_flag);
    return due ? hold_if(c.has(is_pointer)) : Outcome::not_relevant;
}

// LR-01.
Outcome simulation_fails_calls(const Context& c) {
    switch (setting_for(c)) {
    case Fails::always:
        return hold_if(failed_for_lack_of_memory(c));
    case Fails::sometimes:
        return Outcome::unspecified;
    default:
        return Outcome::not_relevant;
    }
}

// LR-02: 0 and 10,000 are certain.
Outcome probability_is_obeyed(const Context& c) {
    switch (setting_for(c)) {
    case Fails::always:
        return hold_if(failed_for_lack_of_memory(c));
    case Fails::never_by_chance:
        return is_served(c);
    case Fails::sometimes:
        return Outcome::unspecified;
    default:
        return Outcome::not_relevant;
    }
}

// LR-03.
Outcome delay_and_filter_are_obeyed(const Context& c) {
    const Fails fails = setting_for(c);
    const bool spared = fails == Fails::never_by_delay || fails == Fails::never_by_filter;
    return spared ? is_served(c) : Outcome::not_relevant;
}

// LR-06: which stacks a subject tells apart is its own affair.
Outcome systematic_failure_is_the_calls_own(const Context& c) {
    if (!c.world->verifies(systematic_flag)) {
        return Outcome::not_relevant;
    }
    return failed_for_lack_of_memory(c) ? hold_if(failed_in_form(c)) : Outcome::unspecified;
}

std::uint64_t growth_of(const Context& c, VerifierCounter counter) {
    return c.event->counters[counter] - c.world->growth.last[counter];
}

// LR-04.
Outcome failures_are_counted(const Context& c) {
    const CounterGrowth& growth = c.world->growth;
    if (!growth.known) {
        return Outcome::unspecified;
    }
    return hold_if(growth.injected.hold(growth_of(c, faults_injected)));
}

// IC-04.
Outcome counters_agree(const Context& c) {
    const auto& now = c.event->counters;
    if (now[succeeded] + now[failed] > now[attempted] || now[succeeded_special] > now[succeeded] ||
        now[without_tag] > now[attempted]) {
        return Outcome::violated;
    }
    const CounterGrowth& growth = c.world->growth;
    if (!growth.known) {
        return Outcome::unspecified;
    }
    return hold_if(growth.attempted.hold(growth_of(c, attempted)) &&
                   growth.succeeded.hold(growth_of(c, succeeded)));
}

constexpr RoutineSet simulated = by_any_pool_routine | by_eng | by_eng_user;
constexpr std::uint32_t caps = can_verifier_flags;
constexpr const char* fails = "a failure for lack of memory where each call is to fail";
constexpr const char* chance = "a probability of 0 to fail no call and one of 10,000 to fail each";
constexpr const char* spared = "memory for a call within the delay or with a tag outside the filter";

constexpr Row rows[] = {
    {"LR-01", simulation_fails_calls, on_allocate, simulated, is_sound, caps, fails},
    {"LR-02", probability_is_obeyed, on_allocate, simulated, is_sound, caps, chance},
    {"LR-03", delay_and_filter_are_obeyed, on_allocate, simulated, is_sound, caps, spared},
    {"LR-04", failures_are_counted, on(OpKind::query_verifier), 0, is_value, caps,
     "as many injected failures counted as there were"},
    {"LR-06", systematic_failure_is_the_calls_own, on_allocate, simulated, is_sound, caps,
     "a simulated failure in the form of the call itself"},
    {"IC-04", counters_agree, on(OpKind::query_verifier), 0, is_value, caps,
     "counters that agree with each other and with what was called"},
};

} // namespace

std::span<const Row> low_resources_rows() {
    return rows;
}

} // namespace poolproof::oracle
