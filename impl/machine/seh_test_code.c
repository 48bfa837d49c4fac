/* Implements seh_test_code.h, in C as drivers have it. */
#define POOLPROOF_SEH_KEYWORDS
#include "seh_test_code.h"

#include <poolproof/seh.h>

NTSTATUS seh_test_status_of(TestBody body, PVOID context) {
    volatile NTSTATUS status = STATUS_SUCCESS;
    POOLPROOF_TRY {
        body(context);
    } POOLPROOF_EXCEPT(EXCEPTION_EXECUTE_HANDLER) {
        status = GetExceptionCode();
    } POOLPROOF_END
    return status;
}

int seh_test_filters(TestBody body, PVOID context, NTSTATUS handled) {
    volatile int ran = 0;
    POOLPROOF_TRY {
        body(context);
    } POOLPROOF_EXCEPT(GetExceptionCode() == handled) {
        ran = 1;
    } POOLPROOF_END
    return ran;
}

VOID seh_test_continues(TestBody body, PVOID context) {
    POOLPROOF_TRY {
        body(context);
    } POOLPROOF_EXCEPT(EXCEPTION_CONTINUE_EXECUTION) {
        return;
    } POOLPROOF_END
}

int seh_test_nests(TestBody body, PVOID context, NTSTATUS inner) {
    volatile int ran = 0;
    POOLPROOF_TRY {
        POOLPROOF_TRY {
            body(context);
        } POOLPROOF_EXCEPT(GetExceptionCode() == inner ? EXCEPTION_EXECUTE_HANDLER
                                                       : EXCEPTION_CONTINUE_SEARCH) {
            ran = 1;
        } POOLPROOF_END
    } POOLPROOF_EXCEPT(EXCEPTION_EXECUTE_HANDLER) {
        ran = 2;
    } POOLPROOF_END
    return ran;
}

VOID seh_test_raises_again(TestBody body, PVOID context, NTSTATUS second) {
    volatile NTSTATUS first = STATUS_SUCCESS;
    POOLPROOF_TRY {
        body(context);
    } POOLPROOF_EXCEPT(EXCEPTION_EXECUTE_HANDLER) {
        first = GetExceptionCode();
        ExRaiseStatus(first == STATUS_SUCCESS ? first : second);
    } POOLPROOF_END
}

VOID seh_test_finally(TestBody body, PVOID context, int* runs) {
    POOLPROOF_TRY {
        body(context);
    } POOLPROOF_FINALLY {
        *runs += AbnormalTermination() ? 11 : 1;
    } POOLPROOF_END
}

int seh_test_leaves_early(int by_return) {
    volatile int counted = 0;
    for (volatile int i = 0; i < 5; ++i) {
        counted = i;
        POOLPROOF_TRY {
            if (by_return && i == 2) {
                return 100 + i;
            }
            if (i == 3) {
                break;
            }
        } POOLPROOF_EXCEPT(EXCEPTION_EXECUTE_HANDLER) {
            return -1;
        } POOLPROOF_END
    }
    return counted;
}

static VOID count(int** runs) {
    ++**runs;
}

static VOID call_with_cleanup(TestBody body, PVOID context, int* runs) {
    __attribute__((cleanup(count))) int* at_the_end = runs;
    body(context);
    (void)at_the_end;
}

VOID seh_test_cleans_up(TestBody body, PVOID context, int* runs) {
    POOLPROOF_TRY {
        call_with_cleanup(body, context, runs);
    } POOLPROOF_EXCEPT(EXCEPTION_EXECUTE_HANDLER) {
        ++*runs;
    } POOLPROOF_END
}

int seh_test_keyword_except(TestBody body, PVOID context, LONG filter) {
    volatile int seen = 0;
    __try {
        seen |= 1;
        body(context);
    } __except (filter) {
        seen |= 2;
    }
    return seen;
}

VOID seh_test_keyword_finally(TestBody body, PVOID context, int* seen) {
    __try {
        *seen |= 1;
        body(context);
    } __finally {
        *seen |= 4;
    }
}

int seh_test_keyword_leave(VOID) {
    volatile int seen = 0;
    __try {
        seen |= 1;
        __leave;
    } __finally {
        seen |= 4;
    }
    return seen | 8;
}
