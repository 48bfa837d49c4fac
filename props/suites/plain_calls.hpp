// Calls of routines that the driver facade has no function for, as ops.
//
// Covers: making the op of a routine and handing it to the subject; what comes of it is the raw event. Does
// not cover: recording for crash reports. Not thread-safe.
#pragma once

#include "suites/driver.hpp"
#include "suites/values.hpp"

namespace poolproof {

// Slot 0, tag 'Fred'; `index` is the list, the instance or the surface.
inline Op plain_op(Routine routine, std::uint64_t size = 0, unsigned index = 0) {
    Op op;
    op.kind = is_allocator(routine) ? OpKind::allocate : is_release(routine) ? OpKind::free : OpKind::call;
    op.routine = routine;
    op.size = size;
    op.index = static_cast<std::uint8_t>(index);
    op.tag = fred;
    return canonical(op);
}

inline Event play(Driver& drive, const Op& op, Address address = 0) {
    return drive.subject().call({&op, address});
}

} // namespace poolproof
