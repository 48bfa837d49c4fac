// Bug checks and raises that nobody catches: an analysis as a kernel debugger prints it, then the process
// aborts.
//
// Negative tests in a forked child, with native accesses. Does not cover: bug checks as values (every other
// family).
#include "suites/crash_trace.hpp"

#include <ddi/ntifs.h>
#include <ddi/wdm.h>
#include <poolproof/machine.h>

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>

#ifdef __clang__
#define POOLPROOF_UNCHECKED __attribute__((noinline, no_sanitize("address")))
#else
#define POOLPROOF_UNCHECKED __attribute__((noinline, no_sanitize_address))
#endif

namespace poolproof {
namespace {

constexpr ULONG tag = 0x46726564; // 'Fred'

// A driver's store, which no sanitizer looks at first.
POOLPROOF_UNCHECKED void store(void* block, std::ptrdiff_t offset) {
    static_cast<volatile std::uint8_t*>(block)[offset] = 1;
}

void start(Machine& machine) {
    crash_trace_clear();
    machine.bind(0);
    machine.reset({});
}

// noexcept: as when no frame of a driver catches anything.
void free_twice() noexcept {
    Machine machine;
    start(machine);
    void* block = ExAllocatePoolWithTag(NonPagedPool, 100, tag);
    ExFreePoolWithTag(block, tag);
    ExFreePoolWithTag(block, tag);
}

void free_with_another_tag() noexcept {
    Machine machine;
    start(machine);
    ExFreePoolWithTag(ExAllocatePoolWithTag(PagedPool, 100, tag), 0x54657374);
}

void overrun_in_special_pool() noexcept {
    Machine machine;
    start(machine);
    machine.request_special_pool(SpecialPool::verifier, 0, VerifySide::end);
    store(ExAllocatePoolWithTag(NonPagedPool, 128, tag), 128);
}

void use_after_free_in_special_pool() noexcept {
    Machine machine;
    start(machine);
    machine.request_special_pool(SpecialPool::verifier, 0, VerifySide::end);
    void* block = ExAllocatePoolWithTag(NonPagedPool, 128, tag);
    ExFreePool(block);
    store(block, 0);
}

void touch_paged_pool_at_dispatch() noexcept {
    Machine machine;
    start(machine);
    void* block = ExAllocatePoolWithTag(PagedPool, 100, tag);
    machine.set_irql(DISPATCH_LEVEL);
    store(block, 0);
}

void raise_without_a_handler() noexcept {
    Machine machine;
    start(machine);
    machine.fail_nth(1);
    FsRtlAllocatePoolWithTag(NonPagedPool, 100, tag);
}

// The stop line, the name of the code, and the first argument.
std::string analysis(const char* code, const char* name, const char* first) {
    return std::string("STOP: 0x") + code + " .*" + name + ".*Arg1: " + first + ".*Arg4: ";
}

TEST(UncaughtBugCheck, OfARoutinePrintsAnAnalysisAndAborts) {
    EXPECT_EXIT(free_twice(), testing::KilledBySignal(SIGABRT),
                analysis("000000c2", "BAD_POOL_CALLER", "0000000000000007"));
    EXPECT_EXIT(free_with_another_tag(), testing::KilledBySignal(SIGABRT),
                analysis("000000c2", "BAD_POOL_CALLER", "000000000000000a"));
}

TEST(UncaughtBugCheck, OfAFaultPrintsAnAnalysisAndAborts) {
    EXPECT_EXIT(overrun_in_special_pool(), testing::KilledBySignal(SIGABRT),
                analysis("000000cd", "PAGE_FAULT_BEYOND_END_OF_ALLOCATION", ".*000"));
    EXPECT_EXIT(use_after_free_in_special_pool(), testing::KilledBySignal(SIGABRT),
                analysis("000000cc", "PAGE_FAULT_IN_FREED_SPECIAL_POOL", ".*f80"));
    EXPECT_EXIT(touch_paged_pool_at_dispatch(), testing::KilledBySignal(SIGABRT),
                analysis("000000d1", "DRIVER_IRQL_NOT_LESS_OR_EQUAL", ""));
}

TEST(UncaughtBugCheck, ARaiseWithoutAHandlerNamesItsStatus) {
    EXPECT_EXIT(raise_without_a_handler(), testing::KilledBySignal(SIGABRT), "NTSTATUS 0xc000009a");
}

} // namespace
} // namespace poolproof
