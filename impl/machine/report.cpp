// Implements machine/report.hpp with write() alone: it may run in a signal handler.
#include "machine/report.hpp"

#include <ddi/bugcodes.h>

#include <cstdlib>
#include <cstring>
#include <exception>
#include <unistd.h>

namespace poolproof {

namespace {

// Text in a fixed buffer: nothing here may allocate.
class Line {
  public:
    Line& text(const char* words) {
        for (; *words != '\0' && used_ < sizeof buffer_; ++words)
            buffer_[used_++] = *words;
        return *this;
    }
    Line& hex(std::uint64_t value, unsigned digits) {
        for (unsigned i = digits; i-- > 0 && used_ < sizeof buffer_;)
            buffer_[used_++] = "0123456789abcdef"[value >> (4 * i) & 0xF];
        return *this;
    }
    void print() {
        std::size_t done = 0;
        while (done < used_) {
            const ssize_t wrote = write(STDERR_FILENO, buffer_ + done, used_ - done);
            if (wrote <= 0)
                return;
            done += static_cast<std::size_t>(wrote);
        }
    }

  private:
    char buffer_[512];
    std::size_t used_ = 0;
};

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
        {DRIVER_IRQL_NOT_LESS_OR_EQUAL, "DRIVER_IRQL_NOT_LESS_OR_EQUAL"},
    };
    for (const Name& entry : names)
        if (entry.code == code)
            return entry.name;
    return "UNKNOWN_BUG_CHECK";
}

std::terminate_handler previous_terminate = nullptr;

[[noreturn]] void on_terminate() {
    if (const std::exception_ptr uncaught = std::current_exception()) {
        try {
            std::rethrow_exception(uncaught);
        } catch (const BugCheck& bug_check) {
            report_uncaught(bug_check);
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

void report_uncaught(const BugCheck& bug_check) noexcept {
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
    std::abort();
}

void report_uncaught_exceptions() {
    if (std::get_terminate() != on_terminate)
        previous_terminate = std::set_terminate(on_terminate);
}

} // namespace poolproof
