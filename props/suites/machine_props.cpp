// The machine around the pool: low and high events (SHR-01, SHR-08, EV-02, EV-03), NUMA nodes (SHR-02).
//
// The documents give the events no thresholds: what is asserted is that each is set at its end of the scale,
// that they move with the free amount and never against it. Does not cover: priorities (priority_props.cpp).
#include "suites/property.hpp"
#include "suites/trace_property.hpp"
#include "suites/values.hpp"

#include <poolproof/machine.h>

#include <chrono>
#include <thread>

namespace poolproof {

POOL_SUITE(MachineRules);

POOL_PROPERTY(MachineRules, EventsFollowTheFreeAmount) {
    const auto paged = *rc::gen::arbitrary<bool>();
    const auto pages = *rc::gen::inRange(8U, 300U);
    const std::uint32_t type = paged ? PagedPool : NonPagedPool;
    drive.set_budgets(paged, pages, 0);
    RC_ASSERT(drive.event_is_set(paged, true)); // everything is free
    RC_ASSERT(!drive.event_is_set(paged, false));
    std::vector<Address> blocks;
    bool high = true;
    bool low = false;
    while (const Address block = drive.ExAllocatePoolWithTag(type, page, fred)) {
        blocks.push_back(block);
        const bool high_now = drive.event_is_set(paged, true);
        const bool low_now = drive.event_is_set(paged, false);
        RC_ASSERT((!high_now || high)); // less is free: High only goes, Low only comes
        RC_ASSERT((low_now || !low));
        high = high_now;
        low = low_now;
    }
    RC_ASSERT(blocks.size() == pages);
    RC_ASSERT(low); // nothing is free
    RC_ASSERT(!high);
    for (const Address block : blocks) {
        drive.ExFreePool(block);
    }
    RC_ASSERT(drive.event_is_set(paged, true)); // EV-03: it ends with the condition
    RC_ASSERT(!drive.event_is_set(paged, false));
}

POOL_PROPERTY(MachineRules, OnePoolsEventsAreNotTheOthers) {
    const auto paged = *rc::gen::arbitrary<bool>();
    drive.set_budgets(paged, 4, 0);
    while (drive.ExAllocatePoolWithTag(paged ? PagedPool : NonPagedPool, page, fred) != 0) {
    }
    RC_ASSERT(drive.event_is_set(paged, false));
    RC_ASSERT(!drive.event_is_set(!paged, false));
    RC_ASSERT(drive.event_is_set(!paged, true));
}

// SHR-02: the calling processor's node first, the other when the first has no page left.
POOL_PROPERTY(MachineRules, MemoryIsLocalWhileThereIsSome) {
    const auto type = *rc::gen::element(NonPagedPool, PagedPool, NonPagedPoolNx);
    const auto processor = *rc::gen::inRange(0U, processor_count);
    const auto pages = *rc::gen::inRange(1U, 50U);
    const bool paged = type == PagedPool;
    const unsigned local = processor % node_count;
    drive.run_on_processor(processor);
    drive.set_budget(local, paged, pages);
    for (unsigned i = 0; i < pages; ++i) {
        RC_ASSERT(drive.ExAllocatePoolWithTag(type, page, fred) != 0U);
        RC_ASSERT(drive.last_block().node == local);
    }
    RC_ASSERT(drive.ExAllocatePoolWithTag(type, page, fred) != 0U);
    RC_ASSERT(drive.last_block().node == 1 - local);
}

POOL_PROPERTY(MachineRules, SmallBlocksAreLocalToo) {
    const auto bytes = *size_below_a_page();
    const auto processors = *rc::gen::container<std::vector<unsigned>>(rc::gen::inRange(0U, processor_count));
    for (const unsigned processor : processors) {
        drive.run_on_processor(processor);
        drive.ExAllocatePoolWithTag(NonPagedPool, bytes, fred);
        RC_ASSERT(drive.last_block().node == processor % node_count);
    }
}

POOL_TRACE_PROPERTY(MachineRules, NoTraceOfBudgetsBreaksAClause, Family::machine)

POOL_CONVICTS(MachineRules, EventsFollowTheFreeAmount, "low-event-never-set")
POOL_CONVICTS(MachineRules, OnePoolsEventsAreNotTheOthers, "low-event-never-set")
POOL_CONVICTS(MachineRules, MemoryIsLocalWhileThereIsSome, "remote-node-first")

TEST(MachineRulesConvicts, AHighEventThatIsAlwaysSet) {
    EXPECT_TRUE(convicts(MachineRulesEventsFollowTheFreeAmount, "high-event-always-set"));
}

// SHR-08: a thread sleeps until pool runs low.
TEST(MachineEvents, AThreadCanWaitForAnEvent) {
    Machine machine;
    machine.bind(0);
    machine.reset({});
    EXPECT_FALSE(machine.wait_for_event(PoolKind::paged, PoolEvent::low, 1));
    bool woken = false;
    std::thread waiter([&] {
        machine.bind(1);
        woken = machine.wait_for_event(PoolKind::paged, PoolEvent::low, 10'000);
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    machine.set_budget(0, PoolKind::paged, 0);
    machine.set_budget(1, PoolKind::paged, 0);
    waiter.join();
    EXPECT_TRUE(woken);
    EXPECT_TRUE(machine.event_is_set(PoolKind::paged, PoolEvent::low));
}

} // namespace poolproof
