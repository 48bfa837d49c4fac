// Dense records (see dense.hpp). Does not cover: the tables themselves (dense_tables.hpp),
// and what a swarm makes of kinds and routines (dense_swarm.cpp).
//
// A dense record, by byte; version 1 had the first 24: 0 kind; 1 routine; 2 slot; 3 class of size or offset;
// 4 and 5 a small number for it; 6 tag; 7 pool type; 8 modifiers; 9 priority; 10 pointer; 11 length; 12 mask;
// 13 and 14 settings; 15 class of the rare sizes of the special dialect; 16 to 19 and 20 to 23 raw numbers;
// 24 and 25 POOL_FLAGS; 26 and 27 extended parameters; 28 list, instance, surface or private pool; 29 to 31
// nothing yet. Each byte is cut into shares: the largest for what is usual.
#include "trace/dense.hpp"

#include "trace/dense_parts.hpp"
#include "trace/dense_swarm.hpp"
#include "trace/request.hpp"

#include <algorithm>

namespace poolproof {
namespace {

using namespace dense;
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

Routine other_allocator(unsigned choice, Version version) {
    return version == Version::old ? static_cast<Routine>(choice % 5) : pick(all_allocators, choice);
}

Routine other_release(unsigned choice, Version version) {
    return version == Version::old
               ? static_cast<Routine>(static_cast<unsigned>(Routine::ExFreePool) + choice % 4U)
               : pick(all_releases, choice);
}

// Mostly sets that are valid; a single undefined or reserved bit more in some.
void read_pool_flags(Bytes record, Op& op) {
    const unsigned choice = record[24];
    op.pool_type = pick(pool_flag_sets, choice);
    if (choice >= 236) {
        op.pool_type ^= 1U << record[25] % 32;
    } else if (choice >= 232) {
        op.pool_type = number32(record, 20);
    }
    op.flags_high = record[25] < 200 ? 0U : record[25] < 224 ? 1U : 1U << record[25] % 32;
}

// What an entry says of a secure pool: mostly the slot's own pool and cookie.
std::uint8_t secure_value(Bytes record) {
    return record[28] < 224 ? static_cast<std::uint8_t>(usual_cookie(slot_of(record)) * list_count +
                                                        usual_secure_pool(slot_of(record)))
                            : record[28];
}

// None or one in most; types and nodes beyond the documented ones in some.
std::uint32_t extended_of(Bytes record, Reading how) {
    if (theme_of(how.swarm, how.dialect) == Theme::secure_pools && record[27] < 160) {
        return packed({parameter_secure_pool, secure_value(record), false, false});
    }
    const auto entry = [&](unsigned choice) {
        const std::uint8_t value = choice % 4 == 1   ? pick(priorities, record[9])
                                   : choice % 4 == 2 ? secure_value(record)
                                   : choice % 4 == 3 ? static_cast<std::uint8_t>(record[14] % 3)
                                                     : record[28];
        const auto type = static_cast<std::uint8_t>(choice < 224 ? choice % 4 : choice % 16);
        return packed({type, value, (choice & 16U) != 0, (choice & 32U) != 0});
    };
    const unsigned first = record[26];
    if (first < 96) {
        return 0;
    }
    return record[27] < 208 ? entry(first) : entry(first) | entry(record[27]) << 16;
}

void read_allocate(Bytes record, Reading how, Op& op) {
    const Dialect dialect = how.dialect;
    op.routine = record[1] < 200 ? slot_allocator(op.slot, how) : other_allocator(record[1], how.version);
    op.size = size_of(record, dialect);
    op.tag = tag_of(record);
    op.priority = record[9] < 240 ? pick(priorities, record[9]) : record[16];
    const TypeArgument type = traits_of(op.routine).type;
    if (type == TypeArgument::eng_flags) {
        op.pool_type = record[7] < 248 ? pick(eng_flag_sets, record[7]) : number32(record, 20);
    } else if (type == TypeArgument::pool_flags) {
        read_pool_flags(record, op);
        op.extended = extended_of(record, how);
    } else {
        op.pool_type = pool_type_of(record, dialect);
    }
}

void read_free(Bytes record, Reading how, Op& op) {
    const unsigned pointer = record[10];
    const Routine allocator = slot_allocator(op.slot, how);
    if (record[1] >= 220) {
        op.routine = other_release(record[1], how.version);
    } else if (allocator == Routine::ExAllocatePool3 && record[1] % 4 == 0) {
        op.routine = Routine::ExFreePool2;
    } else {
        op.routine = free_routine_for(allocator, record[1] % 2 != 0);
    }
    op.tag = tag_of(record);
    op.extended = how.version == Version::old || record[24] < 64 ? 0U : extended_of(record, how);
    if (pointer >= 246) {
        op.pointer = static_cast<Pointer>(1 + pointer % 3);
    } else if (pointer >= 232) {
        op.offset = pick(free_offsets, record[4]);
    }
}

void read_touch(Bytes record, Dialect dialect, Op& op) {
    const bool special = dialect == Dialect::special;
    op.offset = special ? special_offset(record) : ordinary_offset(record);
    op.length = pick(special || record[11] < 192 ? short_lengths : lengths, record[11]);
    op.mask = record[12] < 224 ? pick(masks, record[12]) : record[16];
}

// The value of a GFlags request may be a size as well (GF-03): mostly one close to the slot's usual size.
std::uint32_t size_request(Bytes record, Dialect dialect, Version version) {
    const bool is_close = version == Version::newest && record[3] < 192;
    const std::uint64_t size =
        is_close ? usual_size(slot_of(record), dialect) + record[4] % 32U : number16(record, 4);
    return static_cast<std::uint32_t>(size % page) & ~std::uint32_t{7};
}

void read_special_pool(Bytes record, Reading how, Op& op) {
    const unsigned off_below = how.dialect == Dialect::special ? 16 : 80;
    const unsigned mode = record[13];
    op.mode = mode < off_below ? SpecialMode::off : mode < 176 ? SpecialMode::verifier : SpecialMode::by_tag;
    op.side = static_cast<Side>(record[14] % 2);
    op.tag = mode < 236 ? tag_of(record) : size_request(record, how.dialect, how.version);
}

// Mostly pools that are secure, and the pool and cookie that the slot's block would have.
void read_secure_call(Bytes record, Op& op) {
    const unsigned slot = slot_of(record);
    if (op.routine == Routine::ExCreatePool && record[8] < 192) {
        op.index = static_cast<std::uint8_t>(usual_secure_pool(slot));
        op.pool_type = 1;
    } else if (traits_of(op.routine).takes(takes_block)) {
        op.index = record[28] < 224 ? static_cast<std::uint8_t>(usual_secure_pool(slot)) : op.index;
        op.priority = record[9] < 192 ? static_cast<std::uint8_t>(usual_cookie(slot)) : op.priority;
    }
}

void read_call(Bytes record, Reading how, Op& op) {
    op.routine = called_routine(record[1], how);
    op.size = record[3] < 200 ? pick(list_sizes, record[4]) : number16(record, 4) % 8192;
    op.tag = tag_of(record);
    const bool typed = op.routine == Routine::ExInitializeLookasideListEx ||
                       traits_of(op.routine).type == TypeArgument::pool_type;
    op.pool_type = typed ? pool_type_of(record, Dialect::any) : pick(list_flag_sets, record[8]);
    op.flags_high = record[24] < 192 ? record[24] % 3U : record[24] < 224 ? 3U : record[24];
    op.level = record[12] >= 192 ? 1 : 0;
    op.priority = record[9];
    read_secure_call(record, op);
    op.offset = static_cast<std::int32_t>(record[11] < 192 ? record[4] % 16U : number16(record, 4));
    op.length = pick(lengths, record[11]);
}

std::uint64_t count_of(Bytes record) {
    const unsigned choice = record[14];
    if (choice < 24) {
        return 0;
    }
    return choice < 244 ? 1 + choice % 5 : number16(record, 4);
}

void read_system(Bytes record, Version version, Op& op) {
    const unsigned setting = record[13];
    switch (op.kind) {
    case OpKind::unload:
    case OpKind::dpc:
    case OpKind::idle:
        op.level = static_cast<std::uint8_t>(setting % 2);
        break;
    case OpKind::processor:
    case OpKind::process:
    case OpKind::verifier:
    case OpKind::query_tag:
    case OpKind::query_event:
        op.index = static_cast<std::uint8_t>(setting % 4);
        op.level = static_cast<std::uint8_t>(setting % 2);
        op.pool_type =
            version == Version::old || record[14] < 128 ? 0U : pick(verifier_flag_sets, record[14]);
        op.tag = tag_of(record);
        break;
    case OpKind::quota:
        op.size = record[14] < 240 ? pick(quota_bytes, record[14]) : number32(record, 16);
        break;
    case OpKind::low_resources:
        op.size = record[14] < 240 ? pick(probabilities, record[14]) : number16(record, 4);
        op.tag = setting < 192 ? 0U : tag_of(record);
        break;
    case OpKind::clock:
        op.size = record[14] < 240 ? pick(seconds, record[14]) : number16(record, 4);
        break;
    default: // an index says it all
        break;
    }
}

} // namespace

Op decode_dense(Bytes record, Dialect dialect, Version version, unsigned swarm) {
    const Reading how{dialect, version, swarm};
    const unsigned setting = record[13];
    Op op;
    op.kind = kinds_of(how)[record[0] % first_exact_byte];
    op.slot = static_cast<std::uint8_t>(slot_of(record));
    op.paged = setting / 2 % 2 != 0;
    op.index = version == Version::old || record[28] < 160 ? std::uint8_t{0} : record[28];
    switch (op.kind) {
    case OpKind::allocate:
        read_allocate(record, how, op);
        break;
    case OpKind::free:
        read_free(record, how, op);
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
        op.size = record[14] < 240
                      ? pick(version == Version::old ? old_budget_pages : budget_pages, record[14])
                      : number16(record, 4);
        break;
    case OpKind::fail_nth:
        op.size = count_of(record);
        break;
    case OpKind::special_pool:
        read_special_pool(record, how, op);
        break;
    case OpKind::print:
        op.length = pick(lengths, record[11]);
        break;
    case OpKind::call:
        read_call(record, how, op);
        break;
    default:
        read_system(record, version, op);
        break;
    }
    return canonical(op);
}

} // namespace poolproof
