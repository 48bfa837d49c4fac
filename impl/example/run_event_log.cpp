// Runs the driver module of event_log.h under special pool: what it should do, then an overrun and a tag
// mismatch, whose bug checks it prints. Exit code 0 when all came as documented.
#include "event_log.h"

#include <ddi/bugcodes.h>
#include <ddi/ntstatus.h>
#include <poolproof/machine.h>
#include <poolproof/seh.h>

#include <cinttypes>
#include <cstdio>

namespace {

int checks = 0;
int wrong = 0;

void check(bool holds, const char* what) {
    ++checks;
    if (!holds) {
        ++wrong;
        std::printf("wrong: %s\n", what);
    }
}

// Calls a routine that ends in a bug check, and prints it.
void check_bug_check(const char* what, VOID (*body)(PVOID), ULONG expected, ULONG64 first = 0) {
    ULONG code = 0;
    ULONG64 p[4] = {};
    const bool came = poolproof_catch_bug_check(body, nullptr, &code, p) != FALSE;
    check(came && code == expected && (first == 0 || p[0] == first), what);
    std::printf("%s: bug check 0x%" PRIX32 " (0x%" PRIx64 ", 0x%" PRIx64 ", 0x%" PRIx64 ", 0x%" PRIx64 ")\n",
                what, code, p[0], p[1], p[2], p[3]);
}

void log_keeps_messages() {
    UCHAR taken[4] = {};
    check(NT_SUCCESS(event_log_post(reinterpret_cast<const UCHAR*>("one"), 3)), "the first message");
    check(NT_SUCCESS(event_log_post(reinterpret_cast<const UCHAR*>("seven"), 5)), "the second message");
    check(event_log_take(taken, sizeof taken) == 3 && taken[0] == 'o', "the oldest comes first");
    check(event_log_take(taken, sizeof taken) == 5 && taken[3] == 'e', "a short buffer gets what fits");
    check(event_log_take(taken, sizeof taken) == 0, "an empty log");
}

void log_survives_shortage(poolproof::Machine& machine) {
    check(event_log_reserve(5000) == STATUS_SUCCESS, "a report");
    machine.fail_nth(1);
    check(event_log_reserve(9000) == STATUS_INSUFFICIENT_RESOURCES, "the raise is handled");
    machine.fail_nth(1);
    check(event_log_post(reinterpret_cast<const UCHAR*>("lost"), 4) == STATUS_INSUFFICIENT_RESOURCES,
          "a message without memory");
}

} // namespace

int main() {
    poolproof::Machine machine;
    machine.bind(0);
    machine.request_special_pool(poolproof::SpecialPool::verifier, 0, poolproof::VerifySide::end);
    check(NT_SUCCESS(event_log_open("example")), "opening");
    log_keeps_messages();
    log_survives_shortage(machine);
    check_bug_check("overrun", event_log_misname, PAGE_FAULT_BEYOND_END_OF_ALLOCATION);
    check_bug_check("tag mismatch", event_log_close_wrongly, BAD_POOL_CALLER, 0xA);
    machine.set_irql(2);
    check_bug_check(
        "pageable code at DISPATCH_LEVEL", [](PVOID) { event_log_close(); }, KMODE_EXCEPTION_NOT_HANDLED,
        0x80000003);
    machine.set_irql(0);
    event_log_close();
    check(machine.use().pages == 0, "nothing leaks");
    std::printf("%d checks, %d wrong\n", checks, wrong);
    return wrong == 0 && checks > 0 ? 0 : 1;
}
