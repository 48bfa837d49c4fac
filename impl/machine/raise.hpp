// How a raised NTSTATUS gets to its handler.
//
// Covers: the one way in which every routine raises. Does not cover: the handlers themselves
// (poolproof/seh.h).
#pragma once

#include <cstdint>

struct poolproof_try_frame;

namespace poolproof {

// Leaves the calling frame for the nearest handler: for that of a guarded body in C code when the innermost
// one of this thread is such, else as the C++ exception RaisedStatus. Frames between are unwound, their
// destructors and the cleanups of C code run. Aborts when a frame between cannot be unwound.
[[noreturn]] void raise_status(std::int32_t status);

// The innermost guarded body of the calling thread; nullptr when there is none.
poolproof_try_frame* innermost_try();
// For who leaves frames by longjmp: the guarded bodies entered since `frame` was innermost are left with
// them.
void leave_tries_inside(poolproof_try_frame* frame);

} // namespace poolproof
