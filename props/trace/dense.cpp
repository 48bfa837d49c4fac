// Dense records (see dense.hpp). Does not cover: the tables themselves (dense_tables.hpp).
//
// A dense record, by byte: 0 kind; 1 routine; 2 slot; 3 class of size or offset; 4 and 5 a small number for
// it; 6 tag; 7 pool type; 8 modifiers; 9 priority; 10 pointer; 11 length; 12 mask; 13 and 14 settings; 15
// class of the rare sizes of the special dialect; 16 to 19 and 20 to 23 raw numbers. Each byte is cut into
// shares: the largest for what is usual.
#include "trace/dense.hpp"

#include "trace/dense_tables.hpp"

#include <algorithm>

namespace poolproof {
namespace {

using namespace dense;
using Bytes = std::span<const std::uint8_t, record_bytes>;

constexpr const KindWeights& weights_of(Dialect dialect) {
    return dialect == Dialect::special ? special_weights : any_weights;
}

constexpr std::array<OpKind, first_exact_byte> kinds_by_byte(const KindWeights& weights) {
    std::array<OpKind, first_exact_byte> kinds{};
    std::size_t at = 0;
    for (std::size_t kind = 0; kind < op_kind_count; ++kind) {
        for (unsigned i = 0; i < weights[kind]; ++i) {
            kinds.at(at++) = static_cast<OpKind>(kind);
        }
    }
    return at == kinds.size() ? kinds : throw "the weights of a dialect add up to first_exact_byte";
}
constexpr std::array<OpKind, first_exact_byte> any_kinds = kinds_by_byte(any_weights);
constexpr std::array<OpKind, first_exact_byte> special_kinds = kinds_by_byte(special_weights);

std::uint32_t number16(Bytes record, std::size_t at) {
    return record[at] | static_cast<std::uint32_t>(record[at + 1]) << 8;
}
std::uint32_t number32(Bytes record, std::size_t at) {
    return number16(record, at) | number16(record, at + 2) << 16;
}
template <class T, std::size_t n> T pick(const std::array<T, n>& table, unsigned choice) {
    static_assert((n & (n - 1)) == 0);
    return table[choice % n];
}

unsigned slot_of(Bytes record) {
    return record[2] % dense_slots;
}
std::uint64_t usual_size(unsigned slot, Dialect dialect) {
    return pick(dialect == Dialect::special ? special_sizes : any_sizes, slot);
}

std::uint32_t tag_of(Bytes record) {
    const unsigned choice = record[6];
    if (choice < 212) {
        return usual_tag(slot_of(record));
    }
    if (choice < 226) {
        return pick(good_tags, choice);
    }
    return choice < 250 ? pick(odd_tags, choice) : number32(record, 16);
}

// `delta` spread evenly around `centre`: from centre - below to centre - below + spread - 1.
std::uint64_t around(std::uint64_t centre, unsigned delta, unsigned spread, unsigned below) {
    return centre + delta % spread - below;
}

std::uint64_t any_size(Bytes record, unsigned choice) {
    const unsigned small = record[4];
    const unsigned fine = record[5];
    if (choice < 48) {
        return small;
    }
    if (choice < 96) {
        return number16(record, 4) % 8192;
    }
    if (choice < 160) {
        return usual_size(slot_of(record), Dialect::any);
    }
    if (choice < 192) {
        return around(std::uint64_t{1} << small % 21, fine, 3, 1);
    }
    if (choice < 208) {
        return around(page, small, 36, 33); // 4063 to 4098: a page less a header, a page, a byte more
    }
    if (choice < 220) {
        return around(page * (1 + fine % 3), small, 37, 18);
    }
    if (choice < 230) {
        return pick(large_sizes, small);
    }
    if (choice < 238) {
        return 0;
    }
    return choice < 246 ? UINT64_MAX - number16(record, 4) % (2 * page + 1) : number32(record, 16);
}

std::uint64_t size_of(Bytes record, Dialect dialect) {
    const unsigned choice = record[3];
    if (dialect == Dialect::any) {
        return any_size(record, choice);
    }
    if (choice >= 244) {
        return any_size(record, record[15]);
    }
    if (choice < 160) {
        return usual_size(slot_of(record), dialect);
    }
    return choice < 224 ? 1 + number16(record, 4) % (page - 1) : 1 + record[4] % 64U;
}

std::uint32_t pool_type_of(Bytes record, Dialect dialect) {
    const unsigned choice = record[7];
    const unsigned common = dialect == Dialect::special ? 236 : 200;
    std::uint32_t type = 0;
    if (choice < common) {
        type = pick(common_types, choice);
    } else if (choice < 240) {
        type = other_types[choice % 10];
    } else if (choice < 246) {
        type = other_types[10 + choice % 6];
    } else {
        return number32(record, 20);
    }
    return type | pick(modifiers, record[8]);
}

void read_allocate(Bytes record, Dialect dialect, Op& op) {
    op.routine = record[1] < 200 ? usual_allocator(op.slot, dialect) : static_cast<Routine>(record[1] % 5);
    op.size = size_of(record, dialect);
    op.tag = tag_of(record);
    op.priority = record[9] < 240 ? pick(priorities, record[9]) : record[16];
    if (op.routine == Routine::EngAllocMem) {
        op.pool_type = record[7] < 248 ? pick(eng_flag_sets, record[7]) : number32(record, 20);
    } else {
        op.pool_type = pool_type_of(record, dialect);
    }
}

void read_free(Bytes record, Dialect dialect, Op& op) {
    const unsigned pointer = record[10];
    op.routine = record[1] < 220
                     ? free_routine_for(usual_allocator(op.slot, dialect), record[1] % 2 != 0)
                     : static_cast<Routine>(static_cast<unsigned>(Routine::ExFreePool) + record[1] % 4U);
    op.tag = tag_of(record);
    if (pointer >= 246) {
        op.pointer = static_cast<Pointer>(1 + pointer % 3);
    } else if (pointer >= 232) {
        op.offset = pick(free_offsets, record[4]);
    }
}

// Where a touch begins, mostly at the edges of a block of the slot's usual size.
std::int32_t special_offset(Bytes record) {
    const unsigned choice = record[3];
    const unsigned delta = record[4];
    const std::uint64_t size = usual_size(slot_of(record), Dialect::special);
    const std::uint64_t rounded = (size + 15) / 16 * 16;
    std::uint64_t offset = 0;
    if (choice < 40) {
        offset = delta % 16;
    } else if (choice < 112) {
        offset = around(size, delta, 48, 16);
    } else if (choice < 148) {
        offset = around(rounded, delta, 24, 8);
    } else if (choice < 192) {
        offset = around(0, delta, 64, 64); // before the start
    } else if (choice < 216) {
        offset = around(page, delta, 33, 16);
    } else if (choice < 232) {
        offset = around(rounded - page, delta, 33, 16); // the page's start, when the block is at its end
    } else if (choice < 244) {
        offset = number16(record, 4) % page;
    } else {
        offset = around(0, number16(record, 4), 4 * page, 2 * page);
    }
    return static_cast<std::int32_t>(offset);
}

// Mostly well inside: a stray write makes everything after it in ordinary pool unspecified.
std::int32_t ordinary_offset(Bytes record) {
    const unsigned choice = record[3];
    const unsigned delta = record[4];
    const std::uint64_t size = usual_size(slot_of(record), Dialect::any);
    std::uint64_t offset = 0;
    if (choice >= 112 && choice < 200) {
        offset = delta % 16;
    } else if (choice >= 200 && choice < 236) {
        offset = size - std::min<std::uint64_t>(size, 1 + delta % 16);
    } else if (choice >= 236 && choice < 244) {
        offset = number16(record, 4) % page;
    } else if (choice >= 244 && choice < 250) {
        offset = around(size, delta, 64, 16);
    } else if (choice >= 250) {
        offset = around(0, number16(record, 4), 2 * page, page);
    }
    return static_cast<std::int32_t>(offset);
}

void read_touch(Bytes record, Dialect dialect, Op& op) {
    const bool special = dialect == Dialect::special;
    op.offset = special ? special_offset(record) : ordinary_offset(record);
    op.length = pick(special || record[11] < 192 ? short_lengths : lengths, record[11]);
    op.mask = record[12] < 224 ? pick(masks, record[12]) : record[16];
}

void read_special_pool(Bytes record, Dialect dialect, Op& op) {
    const unsigned off_below = dialect == Dialect::special ? 16 : 80;
    const unsigned mode = record[13];
    op.mode = mode < off_below ? SpecialMode::off : mode < 176 ? SpecialMode::verifier : SpecialMode::by_tag;
    op.side = static_cast<Side>(record[14] % 2);
    // The value of a GFlags request may be a size as well (GF-03).
    op.tag = mode < 236 ? tag_of(record) : number16(record, 4) % 4096 & ~std::uint32_t{7};
}

std::uint64_t count_of(Bytes record) {
    const unsigned choice = record[14];
    if (choice < 24) {
        return 0;
    }
    return choice < 244 ? 1 + choice % 5 : number16(record, 4);
}

} // namespace

Op decode_dense(Bytes record, Dialect dialect) {
    const unsigned setting = record[13];
    Op op;
    op.kind = (dialect == Dialect::special ? special_kinds : any_kinds)[record[0] % first_exact_byte];
    op.slot = static_cast<std::uint8_t>(slot_of(record));
    op.paged = setting / 2 % 2 != 0;
    switch (op.kind) {
    case OpKind::allocate:
        read_allocate(record, dialect, op);
        break;
    case OpKind::free:
        read_free(record, dialect, op);
        break;
    case OpKind::read:
    case OpKind::write:
        read_touch(record, dialect, op);
        break;
    case OpKind::irql:
        op.level = pick(levels, setting);
        break;
    case OpKind::budget:
        op.index = static_cast<std::uint8_t>(setting % 2);
        op.size = record[14] < 240 ? pick(budget_pages, record[14]) : number16(record, 4);
        break;
    case OpKind::fail_nth:
        op.size = count_of(record);
        break;
    case OpKind::special_pool:
        read_special_pool(record, dialect, op);
        break;
    case OpKind::print:
        op.length = pick(lengths, record[11]);
        break;
    case OpKind::processor:
    case OpKind::process:
    case OpKind::verifier:
    case OpKind::query_tag:
    case OpKind::query_event:
        op.index = static_cast<std::uint8_t>(setting % 4);
        op.level = static_cast<std::uint8_t>(setting % 2);
        op.tag = tag_of(record);
        break;
    }
    return canonical(op);
}

KindBytes kind_bytes(OpKind kind, Dialect dialect) {
    const KindWeights& weights = weights_of(dialect);
    KindBytes bytes;
    for (std::size_t before = 0; before < static_cast<std::size_t>(kind); ++before) {
        bytes.first = static_cast<std::uint8_t>(bytes.first + weights[before]);
    }
    bytes.count = weights[static_cast<std::size_t>(kind)];
    return bytes;
}

std::uint32_t usual_tag(unsigned slot) {
    return pick(good_tags, slot);
}

Routine usual_allocator(unsigned slot, Dialect dialect) {
    return pick(dialect == Dialect::special ? special_allocators : any_allocators, slot);
}

Routine free_routine_for(Routine allocator, bool with_tag) {
    if (allocator == Routine::EngAllocMem) {
        return Routine::EngFreeMem;
    }
    if (allocator == Routine::EngAllocUserMem) {
        return Routine::EngFreeUserMem;
    }
    return with_tag ? Routine::ExFreePoolWithTag : Routine::ExFreePool;
}

} // namespace poolproof
