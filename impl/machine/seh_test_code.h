/* Guarded bodies in C, for seh_test.cpp. Each returns what its comment says and raises what no handler of its
 * takes. */
#ifndef POOLPROOF_SEH_TEST_CODE_H
#define POOLPROOF_SEH_TEST_CODE_H

#include <ddi/wdm.h>

DDI_EXTERN_C_START

typedef VOID (*TestBody)(PVOID Context); /* NOLINT(modernize-use-using): C reads it */

/* The status that body raised, else STATUS_SUCCESS. */
NTSTATUS seh_test_status_of(TestBody body, PVOID context);
/* 1 when the handler ran; only `handled` is for it. */
int seh_test_filters(TestBody body, PVOID context, NTSTATUS handled);
/* Raises whatever body raises as STATUS_NONCONTINUABLE_EXCEPTION. */
VOID seh_test_continues(TestBody body, PVOID context);
/* Two handlers, the inner one for `inner` only: 1 when the inner one ran, 2 for the outer one, 0 for none. */
int seh_test_nests(TestBody body, PVOID context, NTSTATUS inner);
/* The handler of a body's raise raises `second`. */
VOID seh_test_raises_again(TestBody body, PVOID context, NTSTATUS second);
/* Adds 1 to *runs in the finally block, and 10 when a raise led there. */
VOID seh_test_finally(TestBody body, PVOID context, int* runs);
/* Leaves a guarded body and a loop around it by `return` and `break`; what the loop counted. */
int seh_test_leaves_early(int by_return);
/* Adds 1 to *runs by a cleanup of its own between the handler and the raise. */
VOID seh_test_cleans_up(TestBody body, PVOID context, int* runs);

/* The same with keywords: 1 in the body, 2 in the handler, 4 in the finally block, 8 behind __leave. */
int seh_test_keyword_except(TestBody body, PVOID context, LONG filter);
VOID seh_test_keyword_finally(TestBody body, PVOID context, int* seen);
int seh_test_keyword_leave(VOID);

DDI_EXTERN_C_END

#endif
