// Implements machine/report.hpp with write() alone: it may run in a signal handler.
#include "machine/report.hpp"

#include "machine/faults.hpp"
#include "machine/line.hpp"

#include <ddi/bugcodes.h>

#include <cstdlib>
#include <exception>

namespace poolproof {

namespace {

const char* name_of(std::uint32_t code) {
    struct Name {
        std::uint32_t code;
        const char* name;
    };
    static constexpr Name names[] = {
        {IRQL_NOT_LESS_OR_EQUAL, "IRQL_NOT_LESS_OR_EQUAL"},
        {BAD_POOL_HEADER, "BAD_POOL_HEADER"},
        {PAGE_FAULT_IN_NONPAGED_AREA, "PAGE_FAULT_IN_NONPAGED_AREA"},
        {SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION, "SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION"},
        {BAD_POOL_CALLER, "BAD_POOL_CALLER"},
        {DRIVER_VERIFIER_DETECTED_VIOLATION, "DRIVER_VERIFIER_DETECTED_VIOLATION"},
        {PAGE_FAULT_IN_FREED_SPECIAL_POOL, "PAGE_FAULT_IN_FREED_SPECIAL_POOL"},
        {PAGE_FAULT_BEYOND_END_OF_ALLOCATION, "PAGE_FAULT_BEYOND_END_OF_ALLOCATION"},
        {DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL, "DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL"},
        {DRIVER_PAGE_FAULT_BEYOND_END_OF_ALLOCATION, "DRIVER_PAGE_FAULT_BEYOND_END_OF_ALLOCATION"},
        {DRIVER_IRQL_NOT_LESS_OR_EQUAL, "DRIVER_IRQL_NOT_LESS_OR_EQUAL"},
        {IRQL_NOT_GREATER_OR_EQUAL, "IRQL_NOT_GREATER_OR_EQUAL"},
        {SPIN_LOCK_ALREADY_OWNED, "SPIN_LOCK_ALREADY_OWNED"},
        {SPIN_LOCK_NOT_OWNED, "SPIN_LOCK_NOT_OWNED"},
        {KMODE_EXCEPTION_NOT_HANDLED, "KMODE_EXCEPTION_NOT_HANDLED"},
        {KERNEL_SECURITY_CHECK_FAILURE, "KERNEL_SECURITY_CHECK_FAILURE"},
    };
    for (const Name& entry : names)
        if (entry.code == code)
            return entry.name;
    return "UNKNOWN_BUG_CHECK";
}

[[noreturn]] void report(const BugCheck& bug_check, const Stack& stack) noexcept {
    Line line;
    line.text("\n*** STOP: 0x").hex(bug_check.code, 8).text(" (");
    for (unsigned i = 0; i < 4; ++i)
        line.text(i == 0 ? "0x" : ",0x").hex(bug_check.parameters[i], 16);
    line.text(")\n\n")
        .text(name_of(bug_check.code))
        .text(" (")
        .hex(bug_check.code, 2)
        .text(")\nArguments:\n");
    for (unsigned i = 0; i < 4; ++i)
        line.text("Arg").hex(i + 1, 1).text(": ").hex(bug_check.parameters[i], 16).text("\n");
    line.print();
    explain_bug_check(bug_check);
    line.text("Stack:\n").print();
    print_stack(stack);
    std::abort();
}

std::terminate_handler previous_terminate = nullptr;

[[noreturn]] void on_terminate() {
    if (const std::exception_ptr uncaught = std::current_exception()) {
        try {
            std::rethrow_exception(uncaught);
        } catch (const BugCheck& bug_check) {
            Stack stack;
            take_stack_of_throw(stack);
            report(bug_check, stack);
        } catch (const RaisedStatus& raised) {
            Line line;
            line.text("*** Unhandled exception: NTSTATUS 0x")
                .hex(static_cast<std::uint32_t>(raised.status), 8);
            line.text("\n").print();
            std::abort();
        } catch (...) {
            if (previous_terminate != nullptr) // somebody else's
                previous_terminate();
        }
    }
    std::abort();
}

} // namespace

void report_uncaught(const BugCheck& bug_check, StackStart place) noexcept {
    Stack stack;
    if (!take_stack_of_fault(place.instruction, stack))
        take_stack(place, stack);
    report(bug_check, stack);
}

void report_uncaught_exceptions() {
    if (std::get_terminate() != on_terminate)
        previous_terminate = std::set_terminate(on_terminate);
}

} // namespace poolproof
