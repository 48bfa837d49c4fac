// How an op moves what Driver Verifier should have counted (verifier_counts.hpp). Does not cover: the blocks
// themselves, whose use of pool tracking follows them (world.cpp).
#include "oracle/context.hpp"

namespace poolproof::oracle {

void update_verifier(World& w, const Op& op) {
    const std::uint32_t changed = w.verifier_flags ^ op.pool_type;
    // What of the time before a change of the flag is kept is stated nowhere.
    w.tracking.loose = w.tracking.loose || ((changed & tracking_flag) != 0 && w.tracking.used);
    w.growth.known = w.growth.known && changed == 0 && w.verifier == (op.level != 0);
    w.verifier = op.level != 0;
    w.verifier_flags = op.pool_type;
}

void count_for_verifier(World& w, const Context& c) {
    if (!w.growth.known) {
        return;
    }
    // A list serves some calls itself, and an aligned block or one of user memory may count or not.
    const bool surely = traits_of(c.op->routine).memory == Memory::pool && w.verifier_flags != 0;
    const bool served = c.event->kind == EventKind::pointer;
    const bool failed = c.event->kind == EventKind::null || c.event->kind == EventKind::raised;
    w.growth.attempted.grow(surely && served ? 1 : 0, 1);
    w.growth.succeeded.grow(surely && served ? 1 : 0, 1);
    if (failed && w.simulates_shortage()) {
        w.growth.injected.grow(c.alloc.unsimulated == Expect::memory ? 1 : 0, 1);
    }
    if (served && traits_of(c.op->routine).memory == Memory::list && w.simulates_shortage()) {
        w.growth.injected.grow(0, 1);
    }
}

// Lists and private pools may take pool for themselves.
void note_call(World& w, const Op& op) {
    const bool of_a_pool = op.routine == Routine::ExCreatePool || traits_of(op.routine).takes(takes_pool);
    w.tracking.loose = w.tracking.loose || (of_a_pool && (w.tracking.used || w.verifies(tracking_flag)));
    w.growth.attempted.grow(0, 1);
    w.growth.succeeded.grow(0, 1);
    w.growth.injected.grow(0, 1);
}

void read_counters(World& w, const Event& event) {
    if (event.kind != EventKind::value) {
        return;
    }
    w.growth = CounterGrowth{};
    w.growth.known = true;
    w.growth.last = event.counters;
}

} // namespace poolproof::oracle
