/* The kernel services beside pool that pool-using drivers call.
 *
 * Covers: IRQL, spin locks, raises, bug checks, assertions, debugger output. Does not cover: queued and
 * in-stack spin locks, waits, DPCs, message filters of the debugger.
 *
 * The routines act on the processor that the calling thread executes as (poolproof/machine.h) and may be
 * called by any thread. A bug check arrives as the C++ exception poolproof::BugCheck. */
#ifndef POOLPROOF_DDI_KE_H
#define POOLPROOF_DDI_KE_H

#include "basic_types.h"
#include "bugcodes.h"

DDI_EXTERN_C_START

/* 0 to HIGH_LEVEL. */
KIRQL KeGetCurrentIrql(VOID);
/* The previous level. IRQL_NOT_GREATER_OR_EQUAL when NewIrql is below it or above HIGH_LEVEL; under Driver
 * Verifier 0xC4/0x30. No page names the code without the verifier. */
KIRQL KfRaiseIrql(KIRQL NewIrql);
KIRQL KeRaiseIrqlToDpcLevel(VOID);
/* IRQL_NOT_LESS_OR_EQUAL when NewIrql is above the current level; under Driver Verifier 0xC4/0x31. No page
 * names the code without the verifier, nor is it checked that the matching raise returned NewIrql. */
VOID KeLowerIrql(KIRQL NewIrql);

/* Storage is the caller's; its contents mean nothing to callers. */
typedef ULONG_PTR KSPIN_LOCK;
typedef KSPIN_LOCK* PKSPIN_LOCK;

VOID KeInitializeSpinLock(PKSPIN_LOCK SpinLock);
/* Raises to DISPATCH_LEVEL, then waits for the lock; the previous level. A thread that has the lock already
 * would wait for ever: SPIN_LOCK_ALREADY_OWNED. Above DISPATCH_LEVEL: 0xC4/0x42 under Driver Verifier, else
 * IRQL_NOT_GREATER_OR_EQUAL. */
KIRQL KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK SpinLock);
/* Releases, then lowers to NewIrql. SPIN_LOCK_NOT_OWNED when the calling thread has it not; under Driver
 * Verifier 0xC4/0x32 at another level than DISPATCH_LEVEL. */
VOID KeReleaseSpinLock(PKSPIN_LOCK SpinLock, KIRQL NewIrql);
/* As the two above without a change of level. Below DISPATCH_LEVEL: 0xC4/0x40 and 0xC4/0x41 under Driver
 * Verifier, else nothing. */
VOID KeAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock);
VOID KeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK SpinLock);

/* The page's documented parameters; what the four mean stands with each code. */
DECLSPEC_NORETURN VOID KeBugCheckEx(ULONG BugCheckCode, ULONG_PTR BugCheckParameter1,
                                    ULONG_PTR BugCheckParameter2, ULONG_PTR BugCheckParameter3,
                                    ULONG_PTR BugCheckParameter4);
DECLSPEC_NORETURN VOID KeBugCheck(ULONG BugCheckCode);

/* Raises Status to the nearest handler (poolproof/seh.h). */
DECLSPEC_NORETURN VOID ExRaiseStatus(NTSTATUS Status);

/* Ours: what a failed assertion does. Names it on standard error and, as there is no debugger to break into,
 * ends in KMODE_EXCEPTION_NOT_HANDLED with STATUS_BREAKPOINT, the address of the caller, 0, 0. */
DECLSPEC_NORETURN VOID poolproof_assertion_failed(PCSTR Expression, PCSTR File, ULONG Line);

/* What it takes of a message without a debugger that would show it: nothing, and STATUS_SUCCESS. */
ULONG DbgPrint(PCSTR Format, ...);
ULONG DbgPrintEx(ULONG ComponentId, ULONG Level, PCSTR Format, ...);

DDI_EXTERN_C_END

#define KeRaiseIrql(NewIrql, OldIrql) (*(OldIrql) = KfRaiseIrql(NewIrql))
#define KeAcquireSpinLock(SpinLock, OldIrql) (*(OldIrql) = KeAcquireSpinLockRaiseToDpc(SpinLock))

#if DBG
#define ASSERT(Expression)                                                                                   \
    ((Expression) ? (void)0 : poolproof_assertion_failed(#Expression, __FILE__, (ULONG)__LINE__))
#define ASSERTMSG(Message, Expression)                                                                       \
    ((Expression) ? (void)0 : poolproof_assertion_failed(Message, __FILE__, (ULONG)__LINE__))
/* An assertion that the level is at most APC_LEVEL. */
#define PAGED_CODE() ASSERT(KeGetCurrentIrql() <= APC_LEVEL)
/* The message is in parentheses of its own. */
#define KdPrint(Message) ((void)DbgPrint Message)
#define KdPrintEx(Message) ((void)DbgPrintEx Message)
#else
#define ASSERT(Expression) ((void)0)
#define ASSERTMSG(Message, Expression) ((void)0)
#define PAGED_CODE() ((void)0)
#define KdPrint(Message) ((void)0)
#define KdPrintEx(Message) ((void)0)
#endif
#define NT_ASSERT(Expression) ASSERT(Expression)
#define NT_ASSERTMSG(Message, Expression) ASSERTMSG(Message, Expression)

#endif
