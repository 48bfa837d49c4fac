// Implements machine/raise.hpp and poolproof/seh.h.
//
// A raise to C code is a forced unwinding without an end of its own: every frame between runs its cleanups,
// and the last of them, poolproof_leave_try() of the guarded body, longjmps within its own function. So
// nothing is jumped over.
#include "machine/raise.hpp"

#include "machine/faults.hpp"
#include "machine/line.hpp"
#include "machine/sanitizer.hpp"
#include "poolproof/seh.h"

#include <csetjmp>
#include <cstdlib>
#include <new>
#include <unwind.h>

namespace poolproof {

namespace {

thread_local poolproof_try_frame* innermost = nullptr;

static_assert(sizeof(_Unwind_Exception) <= sizeof(poolproof_try_frame::unwinding));

_Unwind_Exception* unwinding_of(poolproof_try_frame& frame) {
    return std::launder(reinterpret_cast<_Unwind_Exception*>(frame.unwinding));
}

// C++ code between caught everything and does not rethrow: the raise has ended there.
void end_of_raise(_Unwind_Reason_Code, _Unwind_Exception* unwinding) {
    auto* const bytes = reinterpret_cast<unsigned char*>(unwinding);
    reinterpret_cast<poolproof_try_frame*>(bytes - offsetof(poolproof_try_frame, unwinding))->raised = 0;
}

_Unwind_Reason_Code go_on(int, _Unwind_Action, _Unwind_Exception_Class, _Unwind_Exception*, _Unwind_Context*,
                          void*) {
    return _URC_NO_REASON;
}

[[noreturn]] void unwind_to(poolproof_try_frame& frame, std::int32_t status) {
    frame.status = status;
    frame.raised = 1;
    auto* const unwinding = new (static_cast<void*>(frame.unwinding)) _Unwind_Exception{};
    unwinding->exception_cleanup = end_of_raise;
    forget_frames();
    _Unwind_ForcedUnwind(unwinding_of(frame), go_on, nullptr);
    Line line; // it returns only when it cannot get there
    line.text("*** A raise of NTSTATUS 0x").hex(static_cast<std::uint32_t>(status), 8);
    line.text(" cannot be unwound: code on its way was built without -fexceptions\n").print();
    std::abort();
}

struct Guarded {
    void (*body)(void*);
    void* context;
};

} // namespace

void raise_status(std::int32_t status) {
    if (innermost != nullptr && innermost->resume != nullptr)
        unwind_to(*innermost, status);
    throw RaisedStatus{status};
}

poolproof_try_frame* innermost_try() {
    return innermost;
}

void leave_tries_inside(poolproof_try_frame* frame) {
    innermost = frame;
}

NTSTATUS handled_status() {
    try {
        throw;
    } catch (const RaisedStatus& raised) {
        return raised.status;
    }
}

void accept_handled_status(LONG filter) {
    if (filter > 0)
        return;
    raise_status(filter == EXCEPTION_CONTINUE_SEARCH ? handled_status() : STATUS_NONCONTINUABLE_EXCEPTION);
}

} // namespace poolproof

using namespace poolproof;

VOID poolproof_enter_try(poolproof_try_frame* frame, jmp_buf* resume) {
    frame->outer = innermost;
    frame->resume = resume;
    frame->entered = 1;
    innermost = frame;
}

VOID poolproof_leave_try(poolproof_try_frame* frame) {
    if (frame->entered == 0)
        return;
    frame->entered = 0;
    innermost = frame->outer;
    if (frame->raised != 0)
        std::longjmp(*frame->resume, 1);
}

VOID poolproof_accept(poolproof_try_frame* frame, LONG filter) {
    if (filter <= 0)
        raise_status(filter == EXCEPTION_CONTINUE_SEARCH ? frame->status : STATUS_NONCONTINUABLE_EXCEPTION);
    frame->accepted = 1;
}

VOID poolproof_finish_try(poolproof_try_frame* frame) {
    if (frame->raised != 0 && frame->accepted == 0)
        raise_status(frame->status);
}

BOOLEAN poolproof_try(VOID (*body)(PVOID), PVOID context, NTSTATUS* status) {
    try {
        const TryScope scope;
        body(context);
        return FALSE;
    } catch (const RaisedStatus& raised) {
        *status = raised.status;
        return TRUE;
    }
}

BOOLEAN poolproof_catch_bug_check(VOID (*body)(PVOID), PVOID context, ULONG* code, ULONG64 parameters[4]) {
    const auto caught = catch_bug_check(body, context);
    if (!caught)
        return FALSE;
    *code = caught->code;
    for (unsigned i = 0; i < 4; ++i)
        parameters[i] = caught->parameters[i];
    return TRUE;
}
