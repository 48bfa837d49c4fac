// Implements oracle/prediction.hpp.
#include "oracle/prediction.hpp"

#include "oracle/world.hpp"

#include <ddi/bugcodes.h>

#include <algorithm>
#include <bit>

namespace poolproof::oracle {

namespace {

std::uint64_t first_byte(const GuardedBlock& block, const Access& access) {
    return block.address + static_cast<std::uint64_t>(access.offset);
}

bool is_fault_at(const Event& event, std::uint64_t address, const Access& access) {
    if (event.kind == EventKind::guard_fault) {
        return event.address == address;
    }
    const bool way = access.write ? event.parameters[1] == 1 || (event.code == PAGE_FAULT_IN_NONPAGED_AREA &&
                                                                 event.parameters[1] == 2)
                                  : event.parameters[1] == 0;
    return event.kind == EventKind::bug_check && event.parameters[0] == address && way;
}

bool is_beyond(std::uint32_t code) {
    return code == PAGE_FAULT_BEYOND_END_OF_ALLOCATION || code == DRIVER_PAGE_FAULT_BEYOND_END_OF_ALLOCATION;
}

bool is_freed(std::uint32_t code) {
    return code == PAGE_FAULT_IN_FREED_SPECIAL_POOL || code == DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL;
}

} // namespace

std::uint64_t GuardedBlock::pages_start() const {
    return page_of(address);
}

std::uint64_t GuardedBlock::pages_end() const {
    return page_of(end() - 1) + page_bytes;
}

Prediction predict(const GuardedBlock& block, const Access& access) {
    const std::uint64_t first = first_byte(block, access);
    const std::uint64_t end = first + access.length;
    if (first < block.pages_start() || first >= block.pages_end()) {
        return {Detection::fault, first};
    }
    if (end > block.pages_end()) {
        return {Detection::fault, block.pages_end()};
    }
    if (first >= block.address && end <= block.end()) {
        return {Detection::none, 0};
    }
    return {access.write ? Detection::at_free : Detection::undetectable, 0};
}

// The code of a fault in front of the block is not named.
bool agrees(const Prediction& foretold, const GuardedBlock& block, const Access& access, const Event& event) {
    if (foretold.what != Detection::fault) {
        return event.kind == EventKind::done;
    }
    const bool in_front = foretold.fault_at < block.pages_start();
    const bool code_fits = event.kind == EventKind::guard_fault || is_beyond(event.code) ||
                           (in_front && event.code == PAGE_FAULT_IN_NONPAGED_AREA);
    return code_fits && is_fault_at(event, foretold.fault_at, access);
}

bool agrees_at_free(const GuardedBlock& block, const Access& access, const Event& event) {
    if (event.kind != EventKind::bug_check || event.code != SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION ||
        event.parameters[0] != block.address) {
        return false;
    }
    const std::uint64_t first = first_byte(block, access);
    const std::uint64_t end = first + access.length;
    const std::uint64_t named = event.parameters[1];
    const bool was_changed = named >= first && named < end && (named < block.address || named >= block.end());
    const std::uint64_t in_front = first < block.address ? std::min(end, block.address) - first : 0;
    const std::uint64_t behind = end > block.end() ? end - std::max(first, block.end()) : 0;
    const bool one_bit = in_front + behind == 1 && std::has_single_bit(access.mask);
    switch (event.parameters[3]) {
    case 0x23:
        return was_changed && named < block.address;
    case 0x24:
        return was_changed && named >= block.end();
    case 0x32:
        return was_changed && one_bit;
    default:
        return false;
    }
}

bool agrees_after_free(const GuardedBlock& block, const Access& access, const Event& event) {
    const bool code_fits = event.kind == EventKind::guard_fault || is_freed(event.code);
    return code_fits && is_fault_at(event, first_byte(block, access), access);
}

} // namespace poolproof::oracle
