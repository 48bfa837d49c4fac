// Sweeps over sizes: every size up to three pages, tails, sizes that no machine has, no bytes at all.
// Does not cover: special pool (sweeps_special.cpp).
#include "gen/sweep_builder.hpp"
#include "gen/sweep_list.hpp"

#include <ddi/wdm.h>

#include <array>
#include <limits>

namespace poolproof::sweep {
namespace {

constexpr unsigned live_at_once = 24;
constexpr std::uint64_t longest = 3 * PAGE_SIZE;

void release_all(SweepBuilder& b, const Ask& ask, unsigned slots) {
    for (unsigned slot = slots; slot-- > 0;) {
        b.release(ask, slot);
    }
}

// One request that cannot be met; now and then one that can, to see that the machine is still sound.
void ask_too_much(SweepBuilder& b, const Ask& ask, std::uint64_t size, unsigned slot) {
    b.allocate(ask, slot, size);
    if (size % 61 == 0) {
        b.allocate(ask, slot, 100);
        b.release(ask, slot);
    }
}

// Around each power of two up to 2^63, and each whole number of pages nearby.
void ask_around_powers(SweepBuilder& b, const Ask& ask) {
    for (unsigned bit = 12; bit < 64; ++bit) {
        const std::uint64_t power = std::uint64_t{1} << bit;
        for (const std::uint64_t size : {power - PAGE_SIZE, power - 17, power - 1, power, power + 1,
                                         power + 16, power + PAGE_SIZE - 1, power + PAGE_SIZE}) {
            b.allocate(ask, bit, size);
            b.release(ask, bit);
        }
    }
}

} // namespace

void sizes(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    unsigned live = 0;
    for (const Ask& ask : every_ask()) {
        for (std::uint64_t size = 0; size <= longest; ++size) {
            const auto slot = static_cast<unsigned>(size % live_at_once);
            if (live == live_at_once) {
                b.release(ask, slot);
            } else {
                ++live;
            }
            b.allocate(ask, slot, size);
            if (size > 0) {
                b.write(slot, static_cast<std::int64_t>(size) - 1);
            }
            if (b.length() >= 480 || size == longest) {
                release_all(b, ask, live_at_once);
                live = 0;
                if (!b.end_trace()) {
                    return;
                }
            }
        }
    }
}

void tails(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    const auto asks = pool_asks();
    for (std::uint64_t size = PAGE_SIZE + 1; size < longest; ++size) {
        const Ask& large = asks[size % asks.size()];
        const Ask& small = asks[(size + size / PAGE_SIZE) % 6];
        const std::uint64_t tail = PAGE_SIZE - size % PAGE_SIZE;
        const std::uint64_t fitting = tail > b.granule() ? tail - b.granule() : 1;
        b.allocate(large, 0, size);
        b.allocate(small, 1, fitting);
        b.allocate(small, 2, fitting / 2 + 1);
        b.allocate(large, 3, 1);
        b.write(0, static_cast<std::int64_t>(size) - 1);
        b.write(1, 0, fitting);
        b.read(2, static_cast<std::int64_t>(fitting / 2));
        const bool large_first = size % 2 == 0;
        b.release(large_first ? large : small, large_first ? 0 : 1);
        b.allocate(small, 4, tail / 2 + 1);
        b.release(large_first ? small : large, large_first ? 1 : 0);
        b.release(small, 2);
        b.release(large, 3);
        b.release(small, 4);
        if (!b.end_trace_at(400)) {
            return;
        }
    }
    b.end_trace();
}

void huge(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    for (const Ask& ask : every_ask_and_raise()) {
        // Below the ends of 64 bits, of 32 bits (what a ULONG holds) and of the sign bit.
        for (std::uint64_t below = 0; below <= 2 * PAGE_SIZE; ++below) {
            const auto slot = static_cast<unsigned>(below % 8);
            ask_too_much(b, ask, std::numeric_limits<std::uint64_t>::max() - below, slot);
            if (below % 7 == 0) {
                ask_too_much(b, ask, std::numeric_limits<std::uint32_t>::max() - below, slot);
                ask_too_much(b, ask, (std::uint64_t{1} << 63) - 1 - below, slot);
            }
            if (!b.end_trace_at(400)) {
                return;
            }
        }
        ask_around_powers(b, ask);
        if (!b.end_trace()) {
            return;
        }
    }
}

void zero_bytes(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    for (const bool verified : {false, true}) {
        for (const SpecialMode mode : {SpecialMode::off, SpecialMode::verifier, SpecialMode::by_tag}) {
            for (const unsigned level : {0U, 1U, 2U, 3U}) {
                b.verifier(verified);
                b.special(mode);
                b.irql(level);
                unsigned slot = 0;
                for (const Ask& ask : every_ask_and_raise()) {
                    b.allocate(ask, slot, 0);
                    b.allocate(ask, slot + 1, 0);
                    b.release(ask, slot);
                    b.release(ask, slot + 1);
                    b.allocate(ask, slot, 0, 0);
                    b.release(ask, slot, 0);
                    slot += 2;
                }
                if (!b.end_trace()) {
                    return;
                }
            }
        }
    }
}

} // namespace poolproof::sweep
