// Priorities: EATP-05 to EATP-07, EATP-10, EATP-12, EATP-22.
//
// The documents give no thresholds: with plenty free every priority is served, and High is served to the last
// page. That a lower priority never succeeds where a higher fails is this reference's decision, and tested as
// that. Does not cover: the special-pool variants under special pool (special_pool_props.cpp).
#include "suites/property.hpp"
#include "suites/trace_property.hpp"
#include "suites/values.hpp"

#include <algorithm>

namespace poolproof {

POOL_SUITE(Priority);

namespace {

constexpr std::array<unsigned, 9> documented = {
    LowPoolPriority,    LowPoolPrioritySpecialPoolOverrun,    LowPoolPrioritySpecialPoolUnderrun,
    NormalPoolPriority, NormalPoolPrioritySpecialPoolOverrun, NormalPoolPrioritySpecialPoolUnderrun,
    HighPoolPriority,   HighPoolPrioritySpecialPoolOverrun,   HighPoolPrioritySpecialPoolUnderrun};

// Whole pages of that priority until one is refused; how many were given out.
unsigned take_all(Driver& drive, std::uint32_t type, unsigned priority) {
    unsigned taken = 0;
    while (drive.ExAllocatePoolWithTagPriority(type, page, fred, priority) != 0) {
        ++taken;
    }
    return taken;
}

} // namespace

POOL_PROPERTY(Priority, EveryPriorityIsServedWithPlentyFree) {
    const auto type = *rc::gen::elementOf(askable_types);
    const auto bytes = *any_size();
    const auto priority = *rc::gen::elementOf(documented);
    const Address block = drive.ExAllocatePoolWithTagPriority(type, bytes, fred, priority);
    RC_ASSERT(block != 0U);
    RC_ASSERT(drive.caller_faults() == 0U);
    RC_ASSERT(drive.accessible(block, 0, bytes));
}

// EATP-07: as many High requests of a page are served as there are pages, whatever was refused before.
POOL_PROPERTY(Priority, HighIsServedToTheLastPage) {
    const auto type = *rc::gen::element(NonPagedPool, PagedPool);
    const auto pages = *rc::gen::inRange(1U, 200U);
    const auto others = *rc::gen::inRange(0U, pages + 1);
    drive.set_budgets(type == PagedPool, others, pages - others);
    unsigned taken = take_all(drive, type, LowPoolPriority);
    taken += take_all(drive, type, NormalPoolPriority);
    RC_ASSERT(taken <= pages);
    taken += take_all(drive, type, HighPoolPriority);
    RC_ASSERT(taken == pages);
}

// EATP-12: a refusal is NULL, and a raise when that was asked for.
POOL_PROPERTY(Priority, ARefusalIsNullOrARaise) {
    const auto priority = *rc::gen::elementOf(documented);
    drive.set_budgets(false, 0, 0);
    RC_ASSERT(drive.ExAllocatePoolWithTagPriority(NonPagedPool, 100, fred, priority) == 0U);
    RC_ASSERT(status_raised_by([&] {
                  drive.ExAllocatePoolWithTagPriority(NonPagedPool | POOL_RAISE_IF_ALLOCATION_FAILURE, 100,
                                                      fred, priority);
              }) >= 0xC0000000U);
}

// A model decision, not a documented rule: see the head of this file.
POOL_PROPERTY(Priority, TheReferenceRefusesLowerPrioritiesFirst) {
    const auto pages = *rc::gen::inRange(1U, 200U);
    drive.set_budgets(false, pages, 0);
    const unsigned low = take_all(drive, NonPagedPool, LowPoolPriority);
    const unsigned normal = take_all(drive, NonPagedPool, NormalPoolPriority);
    RC_ASSERT(low + normal <= pages);
    RC_ASSERT(drive.ExAllocatePoolWithTagPriority(NonPagedPool, page, fred, LowPoolPriority) == 0U);
    if (pages >= 16) {
        RC_ASSERT(low < pages); // something is kept for those who need it more
        RC_ASSERT(normal > 0U);
    }
}

// EATP-10, X-15: without special pool a variant is an ordinary request.
POOL_PROPERTY(Priority, VariantsDoNothingWithoutSpecialPool) {
    const auto priority = *rc::gen::elementOf(documented);
    const auto bytes = *size_below_a_page();
    drive.verifier(*rc::gen::arbitrary<bool>());
    drive.ExAllocatePoolWithTagPriority(PagedPool, bytes, fred, priority);
    RC_ASSERT(!drive.last_block().special);
}

// EATP-22: the nine enumerators are legal, everything else is reported.
POOL_SWEEP(Priority, EveryOtherValueIsReported) {
    for (unsigned priority = 0; priority < 64; ++priority) {
        const bool legal = std::find(documented.begin(), documented.end(), priority) != documented.end();
        const Address block = drive.ExAllocatePoolWithTagPriority(NonPagedPool, 64, fred, priority);
        RC_ASSERT(((drive.caller_faults() & fault_priority) == 0) == legal);
        if (block != 0) {
            drive.ExFreePool(block);
        }
    }
}

POOL_TRACE_PROPERTY(Priority, NoTraceOfPrioritiesBreaksAClause, Family::priorities)

POOL_CONVICTS(Priority, EveryPriorityIsServedWithPlentyFree, "low-refused-with-plenty")
POOL_CONVICTS(Priority, HighIsServedToTheLastPage, "high-served-like-low")
POOL_CONVICTS(Priority, ARefusalIsNullOrARaise, "priority-raise-instead-of-null")
POOL_CONVICTS(Priority, VariantsDoNothingWithoutSpecialPool, "variant-selects-special-pool")

TEST(PriorityConvicts, NormalRefusedWithPlentyFree) {
    EXPECT_TRUE(convicts(PriorityEveryPriorityIsServedWithPlentyFree, "normal-refused-with-plenty"));
}

} // namespace poolproof
