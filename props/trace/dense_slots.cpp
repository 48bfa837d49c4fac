// Dense records: where touches begin, and what the blocks of a slot are like. Does not cover: the other bytes
// of a record (dense.cpp).
#include "trace/dense_parts.hpp"

#include <algorithm>

namespace poolproof {

namespace dense {

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

} // namespace dense

using namespace dense;

std::uint32_t usual_tag(unsigned slot) {
    return pick(good_tags, slot);
}

Routine usual_allocator(unsigned slot, Dialect dialect) {
    return pick(dialect == Dialect::special ? special_allocators : any_allocators, slot);
}

namespace {

Routine list_release_for(Routine allocator) {
    switch (allocator) {
    case Routine::ExAllocateFromNPagedLookasideList:
        return Routine::ExFreeToNPagedLookasideList;
    case Routine::ExAllocateFromPagedLookasideList:
        return Routine::ExFreeToPagedLookasideList;
    default:
        return Routine::ExFreeToLookasideListEx;
    }
}

} // namespace

Routine free_routine_for(Routine allocator, bool with_tag) {
    switch (traits_of(allocator).memory) {
    case Memory::eng_pool:
        return Routine::EngFreeMem;
    case Memory::user:
        return Routine::EngFreeUserMem;
    case Memory::private_user:
        return Routine::EngFreePrivateUserMem;
    case Memory::aligned:
        return Routine::FltFreePoolAlignedWithTag;
    case Memory::list:
        return list_release_for(allocator);
    case Memory::pool:
    case Memory::none:
        break;
    }
    return with_tag ? Routine::ExFreePoolWithTag : Routine::ExFreePool;
}

} // namespace poolproof
