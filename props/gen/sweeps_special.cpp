// Sweeps over special pool's guards and pattern: sizes, edges, slack.
// Does not cover: who gets special pool, and frees (sweeps_special_rules.cpp).
#include "gen/sweep_builder.hpp"
#include "gen/sweep_list.hpp"

#include <ddi/wdm.h>

#include <array>

namespace poolproof::sweep {
namespace {

constexpr std::array<Side, 2> sides = {Side::end, Side::start};
constexpr auto page = static_cast<std::int64_t>(PAGE_SIZE);

// Where a block of `size` bytes starts in its page (SP-03, SP-04, SP-05).
std::int64_t place(Side side, std::uint64_t size, std::uint32_t granule) {
    const std::uint64_t given = (size + granule - 1) / granule * granule;
    return side == Side::start ? 0 : page - static_cast<std::int64_t>(given);
}

// All sizes near either end and near every granule of the middle, a stride between.
bool edge_size(std::uint64_t size) {
    return size <= 34 || size >= PAGE_SIZE - 34 || (size >= 2040 && size <= 2056) || size % 167 == 0;
}

struct Touch {
    std::int64_t offset;
    std::uint64_t length;
};

// The touches around one block: inside, at the last byte, in the slack, past the page, before the block, in
// the page before, and ranges that begin inside and end outside.
std::array<Touch, 22> touches_around(std::int64_t start, std::uint64_t bytes) {
    const auto size = static_cast<std::int64_t>(bytes);
    return {{
        {0, bytes},                    // all of it
        {size - 1, 1},                 // the last byte
        {size - 1, 2},                 // the last and one more
        {size, 1},                     // one past
        {size + 1, 1},                 // two past
        {size, 8},                     // eight past
        {page - start - 1, 1},         // the last byte of the page
        {page - start - 1, 2},         // that and the guard
        {page - start, 1},             // the guard after
        {page - start + 1, 1},         // inside the guard
        {page - start + page / 2, 16}, // the middle of the guard
        {2 * page - start - 1, 1},     // the last byte of the guard
        {0, bytes + 1},                // all of it and one more
        {0, bytes + 16},               // all of it and the slack
        {-1, 1},                       // one before
        {-1, 2},                       // one before and the first
        {-8, 8},                       // eight before
        {-start, 1},                   // the first byte of the page
        {-start - 1, 1},               // the guard before
        {-start - 1, 2},               // the guard before and on
        {-start - page / 2, 16},       // the middle of that guard
        {-start - page, 1},            // its first byte
    }};
}

void touch_and_free(SweepBuilder& b, const Ask& ask, std::uint64_t size, const Touch& touch, bool write) {
    b.allocate(ask, 0, size);
    if (write) {
        b.write(0, touch.offset, touch.length);
    } else {
        b.read(0, touch.offset, touch.length);
    }
    b.release(ask, 0);
}

} // namespace

void special_sizes(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    for (const Side side : sides) {
        for (std::uint64_t size = 1; size < PAGE_SIZE + 2; ++size) {
            const auto bytes = static_cast<std::int64_t>(size);
            const Ask& ask = pool_asks()[size % pool_asks().size()];
            if (b.length() == 0) {
                b.special(SpecialMode::verifier, side);
            }
            b.allocate(ask, 0, size);
            b.read(0, 0, size);
            b.write(0, bytes - 1);
            b.release(ask, 0);
            b.allocate(ask, 1, size);
            if (size < PAGE_SIZE) {
                b.write(1, side == Side::end ? page - place(side, size, b.granule()) : -1);
                b.write(1, side == Side::end ? -1 : bytes);
            }
            b.release(ask, 1);
            if (!b.end_trace_at(200)) {
                return;
            }
        }
        b.end_trace();
    }
}

void special_edges(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    for (const Side side : sides) {
        for (std::uint64_t size = 1; size < PAGE_SIZE; ++size) {
            if (!edge_size(size)) {
                continue;
            }
            const Ask& ask = pool_asks()[size % pool_asks().size()];
            b.special(SpecialMode::verifier, side);
            for (const Touch& touch : touches_around(place(side, size, b.granule()), size)) {
                touch_and_free(b, ask, size, touch, false);
                touch_and_free(b, ask, size, touch, true);
            }
            if (!b.end_trace()) {
                return;
            }
        }
    }
}

void special_slack(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    for (const Side side : sides) {
        // Sizes whose slack is longest, shortest and none, small and nearly a page.
        for (const std::uint64_t size : {1U, 9U, 15U, 16U, 17U, 100U, 2040U, 4070U, 4079U, 4081U, 4088U}) {
            const auto bytes = static_cast<std::int64_t>(size);
            const std::int64_t start = place(side, size, b.granule());
            const Ask& ask = pool_asks()[size % pool_asks().size()];
            for (std::int64_t away = -40; away < 40; ++away) {
                const std::int64_t offset = away < 0 ? away : bytes + away;
                if (start + offset < 0 || start + offset >= page) {
                    continue; // a guard: special_edges
                }
                b.special(SpecialMode::verifier, side);
                for (const unsigned mask : {0xFFU, 0x01U, 0x08U, 0x80U, 0x03U}) {
                    b.allocate(ask, 0, size);
                    b.write(0, offset, 1, mask);
                    b.release(ask, 0);
                }
                // Changed and changed back: nothing is left to find.
                b.allocate(ask, 0, size);
                b.write(0, offset, 1, 0x20);
                b.write(0, offset, 1, 0x20);
                b.release(ask, 0);
                if (!b.end_trace_at(200)) {
                    return;
                }
            }
        }
        b.end_trace();
    }
}

} // namespace poolproof::sweep
