// Sweeps over GFlags' values for special pool: every size class, tags with wildcards, one value after
// another. Does not cover: Driver Verifier's requests (sweeps_special_rules.cpp).
#include "gen/sweep_builder.hpp"
#include "gen/sweep_list.hpp"

#include <ddi/wdm.h>

#include <array>

namespace poolproof::sweep {
namespace {

constexpr std::uint32_t tag_of(char a, char b, char c, char d) {
    return static_cast<std::uint32_t>(a) | static_cast<std::uint32_t>(b) << 8 |
           static_cast<std::uint32_t>(c) << 16 | static_cast<std::uint32_t>(d) << 24;
}

// Values that are tags: wildcards in every place, tags of one character, which are sizes too, and 0x2A.
constexpr std::array<std::uint32_t, 16> values = {
    tag_of('F', 'r', 'e', 'd'), tag_of('F', 'r', 'e', '?'), tag_of('F', 'r', '?', 'd'),
    tag_of('?', 'r', 'e', 'd'), tag_of('?', '?', '?', '?'), tag_of('F', 'r', 'e', '*'),
    tag_of('F', '*', 0, 0),     tag_of('F', '*', 'd', 0),   tag_of('*', 0, 0, 0),
    tag_of('?', 0, 0, 0),       tag_of('d', 'e', 'r', 'F'), tag_of('P', 0, 0, 0),
    tag_of('p', 0, 0, 0),       tag_of('0', 0, 0, 0),       tag_of('A', 0, 0, 0),
    tag_of('F', 'r', 0, 0)};
constexpr std::array<std::uint32_t, 9> tags = {
    tag_of('F', 'r', 'e', 'd'), tag_of('F', 'r', 'e', 'e'), tag_of('d', 'e', 'r', 'F'),
    tag_of('F', 'r', 0, 0),     tag_of('P', 0, 0, 0),       tag_of('p', 0, 0, 0),
    tag_of('0', 0, 0, 0),       tag_of('A', 0, 0, 0),       tag_of('X', 'y', 'z', '9')};

void use(SweepBuilder& b, const Ask& ask, std::uint64_t size, std::uint32_t tag) {
    if (size == 0 || size >= PAGE_SIZE) {
        return;
    }
    b.allocate(ask, 0, size, tag);
    b.write(0, static_cast<std::int64_t>(size) - 1);
    b.release(ask, 0, tag);
}

} // namespace

void gflags_sizes(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    const std::uint32_t step = b.granule();
    for (std::uint32_t value = step; value < PAGE_SIZE; value += step) {
        const Side side = value % (2 * step) == 0 ? Side::end : Side::start;
        for (const Ask& ask : pool_asks()) {
            b.special(SpecialMode::off);
            b.special(SpecialMode::by_tag, side, value);
            for (const std::uint64_t size :
                 {std::uint64_t{value} - 2 * step, std::uint64_t{value} - 2 * step + 1,
                  std::uint64_t{value} - step, std::uint64_t{value} - step + 1, std::uint64_t{value}}) {
                use(b, ask, size, sweep_tag);
            }
        }
        if (!b.end_trace_at(150)) {
            return;
        }
    }
    b.end_trace();
}

void gflags_tags(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    for (const std::uint32_t first : values) {
        for (const std::uint32_t second : values) {
            for (const Ask& ask : pool_asks()) {
                b.special(SpecialMode::off);
                b.special(SpecialMode::by_tag, Side::end, first);
                b.special(SpecialMode::by_tag, Side::start, second);
                for (const std::uint32_t tag : tags) {
                    use(b, ask, 30, tag);
                    use(b, ask, 4000, tag);
                }
                if (!b.end_trace_at(150)) {
                    return;
                }
            }
        }
    }
    b.end_trace();
}

} // namespace poolproof::sweep
