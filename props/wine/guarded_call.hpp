// Calls that come back whatever happens in them: on Windows, or what passes for it.
//
// Covers: exceptions and faults by a vectored handler (structured ones do not see the stubs of Wine), bug
// checks by KeBugCheck and KeBugCheckEx, which are led here. Does not cover: an end of the process. One
// thread calls.
#pragma once

#include <cstddef>
#include <cstdint>

#include <windows.h>

namespace poolproof::wine {

enum class How : std::uint8_t { returned, exception, bug_check };

struct Outcome {
    How how = How::returned;
    std::uint32_t code = 0; // of the exception or the bug check
    std::uint64_t parameters[4] = {};

    // Of the processor, not raised by anybody.
    bool is_fault() const {
        return code == EXCEPTION_ACCESS_VIOLATION || code == EXCEPTION_IN_PAGE_ERROR ||
               code == EXCEPTION_ILLEGAL_INSTRUCTION || code == EXCEPTION_PRIV_INSTRUCTION ||
               code == EXCEPTION_STACK_OVERFLOW || code == EXCEPTION_INT_DIVIDE_BY_ZERO ||
               code == STATUS_GUARD_PAGE_VIOLATION;
    }
};

// `f` owns nothing that would have to be destroyed: a call that does not return is left where it is.
Outcome guarded(void (*f)(void*), void* context);

// False when a byte of it is inaccessible.
bool copy_guarded(void* into, const void* from, std::size_t bytes);

// Leads the library's bug checks here. False when it has none to lead, or its code cannot be changed.
bool catch_bug_checks(HMODULE library);

} // namespace poolproof::wine
