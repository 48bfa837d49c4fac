/* Handlers of raised statuses for driver code, in C and in C++.
 *
 *     POOLPROOF_TRY {
 *         block = FsRtlAllocatePoolWithTag(PagedPool, bytes, TAG);
 *     } POOLPROOF_EXCEPT (GetExceptionCode() == STATUS_INSUFFICIENT_RESOURCES) {
 *         status = GetExceptionCode();
 *     } POOLPROOF_END
 *
 * Covers: POOLPROOF_TRY with POOLPROOF_EXCEPT, and in C with POOLPROOF_FINALLY; GetExceptionCode();
 * poolproof_try() for a body that is a function; poolproof_catch_bug_check() for tests; in C the keywords
 * __try, __except, __finally and __leave where POOLPROOF_SEH_KEYWORDS is defined first. Does not cover:
 * GetExceptionInformation(), continuing where the raise happened, faults of the processor as raises.
 *
 * A bug check is no raise: it passes every handler here, as the documents have it of 0xCC, 0xCD, 0xD5, 0xD6
 * and 0x50 (contract facts 12).
 *
 * Filters: above 0 (TRUE) handles, 0 hands the raise on to the next handler further out. Below 0 would
 * continue the body, which a raise by software does not allow: STATUS_NONCONTINUABLE_EXCEPTION goes on
 * outwards. A filter runs after the body was left, not before.
 *
 * In C++ a handler is a catch block. In C the raise unwinds the frames between and longjmps to the handler's
 * function, so that its callers need -fexceptions, locals that the body changes and the handler reads must be
 * volatile, and a raise is seen only by these macros: C++ code called in such a body that wants a raise for
 * itself uses POOLPROOF_TRY or poolproof_try(); a bare catch clause for RaisedStatus is passed over.
 * `return`, `goto` and `break` may leave a body or handler; they do not run POOLPROOF_FINALLY.
 *
 * Each thread has its own handlers. */
#ifndef POOLPROOF_SEH_H
#define POOLPROOF_SEH_H

#include "ddi/ntdef.h"
#include "ddi/ntstatus.h"

#include <setjmp.h>

#define EXCEPTION_EXECUTE_HANDLER 1
#define EXCEPTION_CONTINUE_SEARCH 0
#define EXCEPTION_CONTINUE_EXECUTION (-1)

DDI_EXTERN_C_START

/* A guarded body that a thread is in. Its members are the library's. */
struct poolproof_try_frame {
    struct poolproof_try_frame* outer;
    jmp_buf* resume; /* NULL: the handler is a catch block */
    NTSTATUS status;
    UCHAR entered;
    UCHAR raised;
    UCHAR accepted;
    __attribute__((aligned(16))) UCHAR unwinding[64];
};

/* Makes `frame` the innermost one, until poolproof_leave_try(). */
VOID poolproof_enter_try(struct poolproof_try_frame* frame, jmp_buf* resume);
/* Idempotent. In a raise to this frame it does not return but resumes there. */
VOID poolproof_leave_try(struct poolproof_try_frame* frame);
/* Returns when the filter handles what was raised; else raises outwards. */
VOID poolproof_accept(struct poolproof_try_frame* frame, LONG filter);
/* Raises outwards what was raised and not accepted. */
VOID poolproof_finish_try(struct poolproof_try_frame* frame);

/* Calls body(context). TRUE when it raised: *status is what. */
BOOLEAN poolproof_try(VOID (*body)(PVOID), PVOID context, NTSTATUS* status);

/* For tests: calls body(context). TRUE when it ended in a bug check, by a routine or by an access of its own:
 * *code and parameters[0..3] are its. A fault leaves the body at once, without destructors or cleanups: it
 * holds nothing that needs them. A raise goes on outwards. */
BOOLEAN poolproof_catch_bug_check(VOID (*body)(PVOID), PVOID context, ULONG* code, ULONG64 parameters[4]);

DDI_EXTERN_C_END

#ifdef __cplusplus

#include "poolproof/machine.h"

namespace poolproof {

// Says that this thread's innermost handler is a catch block, for its lifetime.
class TryScope {
  public:
    TryScope() { poolproof_enter_try(&frame_, nullptr); }
    ~TryScope() { poolproof_leave_try(&frame_); }
    TryScope(const TryScope&) = delete;
    TryScope& operator=(const TryScope&) = delete;

  private:
    poolproof_try_frame frame_ = {};
};

// In a handler or its filter: the status that it handles.
NTSTATUS handled_status();
// As poolproof_accept(), in a catch block.
void accept_handled_status(LONG filter);

} // namespace poolproof

#define POOLPROOF_TRY                                                                                        \
    {                                                                                                        \
        try {                                                                                                \
            const ::poolproof::TryScope POOLPROOF_UNIQUE(__COUNTER__);
#define POOLPROOF_EXCEPT(filter)                                                                             \
    }                                                                                                        \
    catch (const ::poolproof::RaisedStatus&) {                                                               \
        ::poolproof::accept_handled_status(filter);
#define POOLPROOF_END                                                                                        \
    }                                                                                                        \
    }
#define POOLPROOF_UNIQUE(number) POOLPROOF_PASTE(poolproof_scope_, number)
#define POOLPROOF_PASTE(name, number) name##number

#define GetExceptionCode() (::poolproof::handled_status())

#else

struct poolproof_c_try {
    struct poolproof_try_frame frame;
    jmp_buf resume;
    int phase; /* of the keywords: 0 before, 1 in the body or behind a raise, 2 after the body */
};

#ifdef __EXCEPTIONS
#define POOLPROOF_HAS_UNWINDING 1
#else
#define POOLPROOF_HAS_UNWINDING 0
#endif

static inline VOID poolproof_leave_c_try(struct poolproof_c_try* guarded) {
    poolproof_leave_try(&guarded->frame);
}

/* Nested ones shadow each other, as their handlers do. */
#define POOLPROOF_TRY                                                                                        \
    {                                                                                                        \
        _Static_assert(POOLPROOF_HAS_UNWINDING, "a handler in C needs -fexceptions");                        \
        _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wshadow\"")                        \
            __attribute__((cleanup(poolproof_leave_c_try))) struct poolproof_c_try poolproof_guarded = {0};  \
        _Pragma("GCC diagnostic pop")                                                                        \
            poolproof_enter_try(&poolproof_guarded.frame, &poolproof_guarded.resume);                        \
        if (setjmp(poolproof_guarded.resume) == 0) {
#define POOLPROOF_EXCEPT(filter)                                                                             \
    poolproof_leave_try(&poolproof_guarded.frame);                                                           \
    }                                                                                                        \
    else {                                                                                                   \
        poolproof_accept(&poolproof_guarded.frame, (filter));
#define POOLPROOF_FINALLY                                                                                    \
    poolproof_leave_try(&poolproof_guarded.frame);                                                           \
    }                                                                                                        \
    {
#define POOLPROOF_END                                                                                        \
    }                                                                                                        \
    poolproof_finish_try(&poolproof_guarded.frame);                                                          \
    }

#define GetExceptionCode() (poolproof_guarded.frame.status)
/* In POOLPROOF_FINALLY: whether a raise led there. */
#define AbnormalTermination() (poolproof_guarded.frame.raised != 0)

#ifdef POOLPROOF_SEH_KEYWORDS

/* Whether the statement of a keyword goes round again: into the body, then past it. */
static inline int poolproof_goes_on(struct poolproof_c_try* guarded) {
    switch (guarded->phase++) {
    case 0:
        poolproof_enter_try(&guarded->frame, &guarded->resume);
        return 1;
    case 1:
        poolproof_leave_try(&guarded->frame);
        poolproof_finish_try(&guarded->frame);
        return !guarded->frame.raised;
    default:
        return 0;
    }
}

static inline int poolproof_handles(struct poolproof_try_frame* frame, LONG filter) {
    poolproof_accept(frame, filter);
    return 1;
}

/* The statement is a loop: `break` and `continue` in body and handler are about it, not about a loop around
 * it. The names are the compilers' own, which is why they must be asked for. */
/* NOLINTBEGIN(bugprone-reserved-identifier) */
#define __try                                                                                                \
    for (__attribute__((cleanup(poolproof_leave_c_try))) struct poolproof_c_try poolproof_guarded = {0};     \
         poolproof_goes_on(&poolproof_guarded);)                                                             \
        if (poolproof_guarded.phase == 1 && setjmp(poolproof_guarded.resume) == 0)
#define __except(filter)                                                                                     \
    else if (poolproof_guarded.frame.raised && poolproof_handles(&poolproof_guarded.frame, (filter)))
#define __finally else
#define __leave continue
/* NOLINTEND(bugprone-reserved-identifier) */

#endif
#endif
#endif
