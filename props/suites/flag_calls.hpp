// Calls that take more than a Driver's own methods do: POOL_FLAGS, extended parameters, private pools.
//
// Covers: one call each, answered by its event. Does not cover: raises and bug checks as exceptions, which
// these events carry as values.
#pragma once

#include "suites/driver.hpp"
#include "suites/values.hpp"
#include "trace/request.hpp"

#include <algorithm>

namespace poolproof {

inline Event play(Driver& drive, const Op& op, Address block = 0) {
    return drive.subject().call({&op, block});
}

inline Event allocate_with_flags(Driver& drive, Routine routine, std::uint64_t flags, std::uint64_t bytes,
                                 std::uint32_t tag = fred, std::uint32_t extended = 0) {
    Op op;
    op.routine = routine;
    op.pool_type = static_cast<std::uint32_t>(flags);
    op.flags_high = static_cast<std::uint32_t>(flags >> 32);
    op.size = bytes;
    op.tag = tag;
    op.extended = extended;
    return play(drive, op);
}

inline Event allocate_typed(Driver& drive, Routine routine, std::uint32_t type, std::uint64_t bytes,
                            std::uint32_t tag = fred) {
    Op op;
    op.routine = routine;
    op.pool_type = type;
    op.size = bytes;
    op.tag = tag;
    return play(drive, op);
}

inline Event free_block(Driver& drive, Routine routine, Address block, std::uint32_t tag = fred,
                        std::uint32_t extended = 0) {
    Op op;
    op.kind = OpKind::free;
    op.routine = routine;
    op.tag = tag;
    op.extended = extended;
    return play(drive, op, block);
}

inline bool gave_memory(const Event& event) {
    return event.kind == EventKind::pointer;
}

// Bytes of freed blocks, for those to come.
inline void use_up(Driver& drive, std::uint64_t bytes) {
    for (const std::uint32_t type : {std::uint32_t{NonPagedPoolNx}, std::uint32_t{PagedPool}}) {
        const Address block = drive.ExAllocatePoolWithTag(type, bytes, fred);
        drive.fill(block, bytes, 7);
        drive.ExFreePool(block);
    }
}

inline bool is_zeroed(Driver& drive, Address block, std::uint64_t bytes) {
    const std::vector<std::uint8_t> held = drive.bytes(block, bytes);
    return std::all_of(held.begin(), held.end(), [](std::uint8_t byte) { return byte == 0; });
}

} // namespace poolproof
