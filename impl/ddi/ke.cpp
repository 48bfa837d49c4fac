// The kernel services of ddi/ke.h over the machine of the calling thread.
//
// Covers: IRQL, spin locks, bug checks, raises, failed assertions. Does not cover: what an uncaught bug check
// prints (machine/report.hpp). Spin locks are the driver's own storage; waiting for one takes no lock of the
// machine.
#include "machine/line.hpp"
#include "machine/raise.hpp"
#include "pool/system.hpp"

#include <ddi/bugcodes.h>
#include <ddi/ke.h>
#include <ddi/ntstatus.h>

#include <mutex>
#include <thread>

using namespace poolproof;

namespace {

constexpr ULONG_PTR nobody = 0;

// What a lock holds of its owner. Threads may share a processor, so that it is the thread that counts.
ULONG_PTR calling_thread() {
    thread_local char here = 0;
    return reinterpret_cast<ULONG_PTR>(&here);
}

[[noreturn]] void verifier_bug_check(std::uint64_t sub_code, std::uint64_t irql, std::uint64_t third) {
    throw BugCheck{DRIVER_VERIFIER_DETECTED_VIOLATION, {sub_code, irql, third, 0}};
}

// Sets the level of the calling processor; the level before.
KIRQL set_irql(const Binding& here, KIRQL level) {
    Machine::Impl& system = here.machine->impl();
    const std::lock_guard lock(system.lock);
    const KIRQL before = here.processor->irql;
    system.set_irql(*here.processor, level);
    return before;
}

bool verifier_is_on(const Binding& here) {
    Machine::Impl& system = here.machine->impl();
    const std::lock_guard lock(system.lock);
    return system.verifier;
}

void acquire(KSPIN_LOCK* spin_lock) {
    const ULONG_PTR me = calling_thread();
    for (;;) {
        ULONG_PTR owner = nobody;
        if (__atomic_compare_exchange_n(spin_lock, &owner, me, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
            return;
        if (owner == me)
            throw BugCheck{SPIN_LOCK_ALREADY_OWNED, {}};
        std::this_thread::yield();
    }
}

void release(KSPIN_LOCK* spin_lock) {
    if (__atomic_load_n(spin_lock, __ATOMIC_RELAXED) != calling_thread())
        throw BugCheck{SPIN_LOCK_NOT_OWNED, {}};
    __atomic_store_n(spin_lock, nobody, __ATOMIC_RELEASE);
}

} // namespace

KIRQL KeGetCurrentIrql() {
    return current_binding().processor->irql;
}

KIRQL KfRaiseIrql(KIRQL NewIrql) {
    const Binding& here = current_binding();
    const KIRQL before = here.processor->irql;
    if (NewIrql >= before && NewIrql <= HIGH_LEVEL)
        return set_irql(here, NewIrql);
    if (verifier_is_on(here))
        verifier_bug_check(0x30, before, NewIrql);
    throw BugCheck{IRQL_NOT_GREATER_OR_EQUAL, {}};
}

KIRQL KeRaiseIrqlToDpcLevel() {
    return KfRaiseIrql(DISPATCH_LEVEL);
}

VOID KeLowerIrql(KIRQL NewIrql) {
    const Binding& here = current_binding();
    const KIRQL before = here.processor->irql;
    if (NewIrql <= before) {
        set_irql(here, NewIrql);
        return;
    }
    if (verifier_is_on(here))
        verifier_bug_check(0x31, before, NewIrql);
    // Its parameters: no address was touched; the level; neither read nor write; who called.
    throw BugCheck{IRQL_NOT_LESS_OR_EQUAL,
                   {0, before, 0, reinterpret_cast<std::uint64_t>(__builtin_return_address(0))}};
}

VOID KeInitializeSpinLock(PKSPIN_LOCK SpinLock) {
    __atomic_store_n(SpinLock, nobody, __ATOMIC_RELEASE);
}

KIRQL KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK SpinLock) {
    const Binding& here = current_binding();
    const KIRQL before = here.processor->irql;
    if (before > DISPATCH_LEVEL) {
        if (verifier_is_on(here))
            verifier_bug_check(0x42, before, reinterpret_cast<std::uint64_t>(SpinLock));
        throw BugCheck{IRQL_NOT_GREATER_OR_EQUAL, {}};
    }
    set_irql(here, DISPATCH_LEVEL);
    acquire(SpinLock);
    return before;
}

VOID KeReleaseSpinLock(PKSPIN_LOCK SpinLock, KIRQL NewIrql) {
    const Binding& here = current_binding();
    if (here.processor->irql != DISPATCH_LEVEL && verifier_is_on(here))
        verifier_bug_check(0x32, here.processor->irql, reinterpret_cast<std::uint64_t>(SpinLock));
    release(SpinLock);
    KeLowerIrql(NewIrql);
}

VOID KeAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock) {
    const Binding& here = current_binding();
    if (here.processor->irql < DISPATCH_LEVEL && verifier_is_on(here))
        verifier_bug_check(0x40, here.processor->irql, reinterpret_cast<std::uint64_t>(SpinLock));
    acquire(SpinLock);
}

VOID KeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK SpinLock) {
    const Binding& here = current_binding();
    if (here.processor->irql < DISPATCH_LEVEL && verifier_is_on(here))
        verifier_bug_check(0x41, here.processor->irql, reinterpret_cast<std::uint64_t>(SpinLock));
    release(SpinLock);
}

VOID KeBugCheckEx(ULONG BugCheckCode, ULONG_PTR BugCheckParameter1, ULONG_PTR BugCheckParameter2,
                  ULONG_PTR BugCheckParameter3, ULONG_PTR BugCheckParameter4) {
    throw BugCheck{BugCheckCode,
                   {BugCheckParameter1, BugCheckParameter2, BugCheckParameter3, BugCheckParameter4}};
}

VOID KeBugCheck(ULONG BugCheckCode) {
    throw BugCheck{BugCheckCode, {}};
}

VOID ExRaiseStatus(NTSTATUS Status) {
    raise_status(Status);
}

VOID poolproof_assertion_failed(PCSTR Expression, PCSTR File, ULONG Line) {
    poolproof::Line line;
    line.text("*** Assertion failed: ").text(Expression).text("\n***   ").text(File).text(":");
    line.decimal(Line).text("\n").print();
    throw BugCheck{KMODE_EXCEPTION_NOT_HANDLED,
                   {static_cast<std::uint32_t>(STATUS_BREAKPOINT),
                    reinterpret_cast<std::uint64_t>(__builtin_return_address(0)), 0, 0}};
}

ULONG DbgPrint(PCSTR, ...) {
    return STATUS_SUCCESS;
}

ULONG DbgPrintEx(ULONG, ULONG, PCSTR, ...) {
    return STATUS_SUCCESS;
}
