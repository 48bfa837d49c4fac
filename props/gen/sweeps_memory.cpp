// Sweeps over scarce memory: budgets and priorities, injected failures, nodes, events.
// Does not cover: sizes that no machine has (sweeps_sizes.cpp), special pool that is full
// (sweeps_special_rules.cpp).
#include "gen/sweep_builder.hpp"
#include "gen/sweep_list.hpp"

#include <ddi/wdm.h>

#include <array>

namespace poolproof::sweep {
namespace {

constexpr std::array<unsigned, 9> nine_priorities = {0, 8, 9, 16, 24, 25, 32, 40, 41};
constexpr std::array<std::uint64_t, 9> budgets = {0, 1, 2, 3, 4, 8, 16, 33, 64};

void set_budgets(SweepBuilder& b, bool paged, std::uint64_t first, std::uint64_t second) {
    b.budget(0, paged, first);
    b.budget(1, paged, second);
}

// Takes whole pages until well past the end, gives some back, takes again.
void drain(SweepBuilder& b, const Ask& ask, std::uint64_t pages, unsigned priority, std::uint64_t size) {
    const auto wanted = static_cast<unsigned>(pages + 3);
    for (unsigned slot = 0; slot < wanted; ++slot) {
        b.allocate(ask, slot, size, sweep_tag, priority);
        if (slot % 4 == 0) {
            b.query_events(ask.paged);
        }
    }
    const Ask high{Routine::ExAllocatePoolWithTagPriority, ask.paged ? PagedPool : NonPagedPool, ask.paged};
    b.allocate(high, 200, size, sweep_tag, HighPoolPriority);
    b.release(ask, 0);
    b.release(ask, 1);
    b.allocate(ask, 0, size, sweep_tag, priority);
    b.allocate(ask, 1, 10, sweep_tag, priority);
    b.allocate(high, 201, size, sweep_tag, HighPoolPriority);
    b.allocate(high, 202, 10, sweep_tag, HighPoolPriority);
    for (unsigned slot = 0; slot < wanted; ++slot) {
        b.release(ask, slot);
    }
    for (unsigned slot = 200; slot < 203; ++slot) {
        b.release(high, slot);
    }
    b.query_events(ask.paged);
}

} // namespace

void pressure(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    for (const Ask& ask : pool_asks_and_raise()) {
        const bool has_priority = ask.routine == Routine::ExAllocatePoolWithTagPriority;
        for (const std::uint64_t pages : budgets) {
            for (const unsigned priority : nine_priorities) {
                if (!has_priority && priority != NormalPoolPriority) {
                    continue;
                }
                for (const std::uint64_t size : {PAGE_SIZE, 3000U, 2 * PAGE_SIZE}) {
                    set_budgets(b, ask.paged, pages, pages / 2);
                    drain(b, ask, pages + pages / 2, priority, size);
                }
                if (!b.end_trace()) {
                    return;
                }
            }
        }
    }
}

void fail_nth(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    for (const Ask& ask : every_ask_and_raise()) {
        for (const std::uint64_t size : {0U, 1U, 100U, 4080U, PAGE_SIZE, 5 * PAGE_SIZE}) {
            // The loop that a driver's test runs: fail the 1st, the 2nd, ... until none fails.
            for (unsigned nth = 1; nth <= 9; ++nth) {
                b.fail_nth(nth);
                for (unsigned slot = 0; slot < 8; ++slot) {
                    b.allocate(ask, slot, size);
                }
                for (unsigned slot = 0; slot < 8; ++slot) {
                    b.release(ask, slot);
                }
                b.query_tag(sweep_tag, ask.paged);
            }
            b.fail_nth(0);
            // Calls of every routine count, and an impossible one may be the one that fails.
            for (unsigned nth = 1; nth <= every_ask().size(); ++nth) {
                b.fail_nth(nth);
                for (unsigned slot = 0; slot < every_ask().size(); ++slot) {
                    b.allocate(every_ask()[slot], slot, size);
                }
                b.fail_nth(0);
                for (unsigned slot = 0; slot < every_ask().size(); ++slot) {
                    b.release(every_ask()[slot], slot);
                }
            }
            if (!b.end_trace()) {
                return;
            }
        }
    }
}

void nodes(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    constexpr std::array<std::uint64_t, 4> levels = {0, 1, 3, 4096};
    for (const Ask& ask : pool_asks()) {
        for (const std::uint64_t first : levels) {
            for (const std::uint64_t second : levels) {
                set_budgets(b, ask.paged, first, second);
                for (unsigned processor = 0; processor < processor_count; ++processor) {
                    b.processor(processor);
                    unsigned slot = 8 * processor;
                    for (const std::uint64_t size : {64U, PAGE_SIZE, PAGE_SIZE, 2 * PAGE_SIZE, 100U}) {
                        b.allocate(ask, slot++, size);
                    }
                }
                for (unsigned processor = 0; processor < processor_count; ++processor) {
                    for (unsigned slot = 8 * processor; slot < 8 * processor + 5; ++slot) {
                        b.release(ask, slot); // on another processor's node
                    }
                }
                // A node that fills up while the other has room.
                b.processor(0);
                for (unsigned slot = 40; slot < 46; ++slot) {
                    b.allocate(ask, slot, PAGE_SIZE);
                }
                if (!b.end_trace()) {
                    return;
                }
            }
        }
    }
}

void events(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    for (const Ask& ask : pool_asks()) {
        for (const std::uint64_t pages : {1U, 4U, 16U, 60U}) {
            b.query_events(ask.paged);
            set_budgets(b, ask.paged, pages, 0);
            b.query_events(ask.paged);
            b.query_events(!ask.paged);
            const auto last = static_cast<unsigned>(pages);
            for (unsigned slot = 0; slot <= last; ++slot) {
                b.allocate(ask, slot, PAGE_SIZE);
                b.query_events(ask.paged);
            }
            for (unsigned slot = 0; slot <= last; ++slot) {
                b.release(ask, slot);
                b.query_events(ask.paged);
            }
            set_budgets(b, ask.paged, 0, 0);
            b.query_events(ask.paged);
            set_budgets(b, ask.paged, 4096, 4096);
            b.query_events(ask.paged);
            if (!b.end_trace()) {
                return;
            }
        }
    }
}

} // namespace poolproof::sweep
