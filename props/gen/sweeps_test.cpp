// The sweeps as such: that each makes traces, of canonical ops, for both profiles, and ends when told to.
// Does not cover: what the reference does with them (campaign_test.cpp).
#include "gen/sweeps.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace poolproof {
namespace {

struct Seen {
    std::size_t traces = 0;
    std::size_t ops = 0;
    std::size_t not_canonical = 0;
    std::size_t other_profile = 0;
    bool is_64_bit = true;
    std::size_t enough = ~std::size_t{0};
};

bool count(void* context, const Trace& trace) {
    Seen& seen = *static_cast<Seen*>(context);
    ++seen.traces;
    seen.ops += trace.ops.size();
    seen.other_profile += trace.is_64_bit != seen.is_64_bit ? 1 : 0;
    for (const Op& op : trace.ops) {
        seen.not_canonical += canonical(op) == op ? 0 : 1;
    }
    return seen.traces < seen.enough;
}

bool note_routines(void* context, const Trace& trace) {
    RoutineSet& called = *static_cast<RoutineSet*>(context);
    for (const Op& op : trace.ops) {
        const bool of_a_routine =
            op.kind == OpKind::allocate || op.kind == OpKind::free || op.kind == OpKind::call;
        called |= of_a_routine ? set_of(op.routine) : RoutineSet{0};
        called |= op.kind == OpKind::print ? set_of(Routine::EngWritePrinter) : RoutineSet{0};
    }
    return true;
}

TEST(Sweeps, EveryRoutineIsCalledInOne) {
    RoutineSet called = 0;
    for (const Sweep& sweep : all_sweeps()) {
        sweep.run(true, note_routines, &called);
    }
    for (const RoutineTraits& traits : routine_table) {
        EXPECT_TRUE(contains(called, traits.routine)) << traits.name;
    }
}

TEST(Sweeps, EachMakesTracesOfCanonicalOpsForBothProfiles) {
    for (const Sweep& sweep : all_sweeps()) {
        for (const bool is_64_bit : {true, false}) {
            Seen seen;
            seen.is_64_bit = is_64_bit;
            sweep.run(is_64_bit, count, &seen);
            EXPECT_GT(seen.traces, 0U) << sweep.name;
            EXPECT_GT(seen.ops, seen.traces) << sweep.name;
            EXPECT_EQ(seen.not_canonical, 0U) << sweep.name;
            EXPECT_EQ(seen.other_profile, 0U) << sweep.name;
        }
    }
}

TEST(Sweeps, EndWhenTheVisitorDeclines) {
    for (const Sweep& sweep : all_sweeps()) {
        Seen seen;
        seen.enough = 1;
        sweep.run(true, count, &seen);
        EXPECT_EQ(seen.traces, 1U) << sweep.name;
    }
}

TEST(Sweeps, NamesAreUniqueAndSayWhatTheyDo) {
    std::vector<std::string> names;
    for (const Sweep& sweep : all_sweeps()) {
        EXPECT_FALSE(sweep.what.empty()) << sweep.name;
        for (const std::string& other : names) {
            EXPECT_NE(other, sweep.name);
        }
        names.emplace_back(sweep.name);
    }
    EXPECT_GE(names.size(), 20U);
}

// Every size of 0 to 3 pages, by every allocator of pool, is asked for by some sweep.
struct Sizes {
    std::vector<std::vector<bool>> asked =
        std::vector<std::vector<bool>>(routine_count, std::vector<bool>(3 * 4096 + 1));
};

TEST(Sweeps, AskEveryAllocatorForEverySizeUpToThreePages) {
    Sizes sizes;
    for (const Sweep& sweep : all_sweeps()) {
        if (sweep.name == "sizes") {
            sweep.run(
                true,
                [](void* context, const Trace& trace) {
                    for (const Op& op : trace.ops) {
                        if (op.kind == OpKind::allocate) {
                            auto& asked = static_cast<Sizes*>(context)->asked;
                            asked[static_cast<std::size_t>(op.routine)][op.size] = true;
                        }
                    }
                    return true;
                },
                &sizes);
        }
    }
    for (std::size_t routine = 0; routine < sizes.asked.size(); ++routine) {
        const Memory memory = routine_table[routine].memory;
        const bool of_pool = memory == Memory::pool || memory == Memory::eng_pool;
        const bool sought = is_allocator(static_cast<Routine>(routine)) && of_pool;
        for (std::size_t size = 0; sought && size < sizes.asked[routine].size(); ++size) {
            ASSERT_TRUE(sizes.asked[routine][size]) << "routine " << routine << ", size " << size;
        }
    }
}

} // namespace
} // namespace poolproof
