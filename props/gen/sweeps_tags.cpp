// Sweeps over tags: bytes, special spellings, the ledger.
// Does not cover: special pool by tag (sweeps_special_rules.cpp).
#include "gen/sweep_builder.hpp"
#include "gen/sweep_list.hpp"

#include <ddi/wdm.h>

#include <array>

namespace poolproof::sweep {
namespace {

constexpr std::uint32_t tag_of(char a, char b, char c, char d) {
    const auto byte = [](char ch, unsigned shift) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(ch)) << shift;
    };
    return byte(a, 24) | byte(b, 16) | byte(c, 8) | byte(d, 0);
}

// The literal 'A' has the value 0x41: what is left out stands in the high bytes.
constexpr std::array<std::uint32_t, 26> special_tags = {
    0,
    tag_of('\0', 'B', 'I', 'G'),
    tag_of('B', 'I', 'G', ' '),
    tag_of(' ', 'B', 'I', 'G'),
    tag_of('G', 'I', 'B', '\0'),
    tag_of(' ', 'G', 'I', 'B'),
    tag_of('B', 'I', 'G', '\0'),
    tag_of('\0', 'b', 'i', 'g'),
    tag_of(' ', ' ', ' ', ' '),
    tag_of('!', '!', '!', '!'),
    tag_of('~', '}', '|', '{'),
    tag_of('\0', '\0', '\0', ' '),
    tag_of('\0', '\0', '\0', '1'),
    tag_of('\0', '\0', '\0', 'A'),
    tag_of('\0', '\0', 'A', 'b'),
    tag_of('\0', 'A', 'b', '3'),
    tag_of('A', '\0', '\0', '\0'),
    tag_of('A', '\0', 'b', '\0'),
    tag_of(' ', ' ', ' ', '9'),
    tag_of('d', 'e', 'r', 'F'),
    tag_of('\x7F', '\x7F', '\x7F', 'A'),
    0x7F7F7F7F,
    0x80808080,
    sweep_tag | 0x80000000, // what third parties call a protected tag (TAG-13)
    0xFFFFFFFF,
    0x2A, // GFlags takes this value for every tag (GF-04)
};

std::uint32_t swapped(std::uint32_t tag) {
    return (tag >> 24) | ((tag >> 8) & 0xFF00) | ((tag & 0xFF00) << 8) | (tag << 24);
}

// Allocates with the tag, asks the ledger, frees with and without it.
void use_tag(SweepBuilder& b, const Ask& ask, std::uint32_t tag, std::uint64_t size) {
    b.allocate(ask, 0, size, tag);
    b.allocate(ask, 1, size, tag);
    b.query_tag(tag, ask.paged);
    b.release(ask, 0, tag);
    b.release(ask, 1, tag);
    b.query_tag(tag, ask.paged);
}

} // namespace

void tag_bytes(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    for (const Ask& ask : every_ask()) {
        for (unsigned position = 0; position < 4; ++position) {
            for (std::uint32_t byte = 0; byte < 256; ++byte) {
                const unsigned shift = 8 * position;
                const std::uint32_t others = sweep_tag & ~(std::uint32_t{0xFF} << shift);
                use_tag(b, ask, others | (byte << shift), 40);
                if (!b.end_trace_at(400)) {
                    return;
                }
            }
        }
    }
    b.end_trace();
}

void tag_specials(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    for (const bool verified : {false, true}) {
        for (const Ask& ask : every_ask_and_raise()) {
            b.verifier(verified);
            for (const std::uint32_t tag : special_tags) {
                for (const std::uint64_t size : {1U, 100U, PAGE_SIZE, PAGE_SIZE + 1}) {
                    use_tag(b, ask, tag, size);
                }
                b.allocate(ask, 2, 10, tag);
                b.release(ask, 2, swapped(tag));
                b.release(ask, 2, tag);
            }
            if (!b.end_trace()) {
                return;
            }
        }
    }
}

void ledger(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    constexpr std::uint32_t other_tag = tag_of('O', 't', 'h', 'r');
    for (const Ask& first : every_ask()) {
        for (const Ask& second : every_ask()) {
            for (const std::uint64_t size : {1U, 24U, 4080U, PAGE_SIZE, PAGE_SIZE + 100, 10 * PAGE_SIZE}) {
                b.query_tag(sweep_tag, first.paged);
                b.allocate(first, 0, size);
                b.query_tag(sweep_tag, first.paged);
                b.query_tag(sweep_tag, !first.paged);
                b.allocate(second, 1, size, other_tag);
                b.allocate(second, 2, size + 1);
                b.query_tag(sweep_tag, second.paged);
                b.query_tag(other_tag, second.paged);
                b.release(first, 0);
                b.query_tag(sweep_tag, first.paged);
                b.release(second, 1, other_tag);
                b.query_tag(other_tag, second.paged);
                b.release(second, 2);
                b.query_tag(sweep_tag, second.paged);
                if (!b.end_trace_at(200)) {
                    return;
                }
            }
        }
    }
    b.end_trace();
}

} // namespace poolproof::sweep
