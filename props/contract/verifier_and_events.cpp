// Driver Verifier's tracking, simulation and checks, and the low and high pool events: PT, LR, IC, KA and EV
// clauses.
#include "contract/families.hpp"

namespace poolproof::contract {
namespace {

constexpr std::string_view tracking_page = "devtest/pool-tracking";
constexpr std::string_view low_resources_page = "devtest/low-resources-simulation";
constexpr std::string_view counters_page = "devtest/monitoring-global-counters";
constexpr std::string_view events_page = "kernel/standard-event-objects";

// What low-resources simulation fails.
constexpr RoutineSet failable = pool_allocators | eng_user;

constexpr Clause clauses[] = {
    {"PT-01",
     "With pool tracking on, a driver that unloads has no blocks left. Else 0xC4 with 0x62 or with 0x60.",
     detection, no_seed, tracking_page, "", all_profiles, by_bug_check, pool_allocators,
     "unverified: bug check of an unload", ""},
    {"PT-02", "An allocation while the driver unloads is 0xC4 with 0x61.", detection, no_seed, verifier_page,
     "", all_profiles, by_bug_check, pool_allocators, "", ""},
    {"PT-03", "A write outside a block found at its free is 0xC4 with 0x51, 0x52, 0x53, 0x54 or 0x59.",
     detection, no_seed, tracking_page, "", all_profiles, by_bug_check, pool_allocators | all_ex_frees, "",
     ""},
    {"PT-04", "A free that disagrees with what was tracked is 0xC4 with 0x13A to 0x13F.", detection, no_seed,
     verifier_page, "", all_profiles, by_bug_check, all_ex_frees, "", ""},
    {"PT-05",
     "For each driver, present and peak number and bytes are counted, of paged and of nonpaged pool.",
     promise, no_seed, "devtest/monitoring-individual-counters", "", all_profiles, by_counter,
     pool_allocators | all_ex_frees, "", ""},
    {"PT-06", "Blocks of a page or more are not tracked and count as such.", promise, no_seed, counters_page,
     "", all_profiles, by_counter, pool_allocators, "X-39", ""},
    {"PT-07", "A circular log keeps the last 65,536 allocations and frees.", promise, no_seed,
     "devtest/debugging-memory-leaks---driver-verifier-detected-violation--c4---0x62", "", all_profiles, 0,
     pool_allocators | all_ex_frees, "",
     "an ordered list that a debugger shows: no op of a trace reads it, a property reads it from the "
     "machine"},
    {"PT-08",
     "Quota checks belong to pool tracking; locked pages left behind are 0xCB, work items left behind 0x62.",
     advice, no_seed, tracking_page, "", all_profiles, 0, quota_allocators, "",
     "descriptive: the quota checks are judged as QTA-01 and QTA-02, and the machine has no pages to lock"},
    {"LR-01",
     "Allocations of the driver fail at random: those of the Ex routines, EngAllocMem, EngAllocUserMem and "
     "others.",
     promise, no_seed, low_resources_page, "", all_profiles, by_return | by_raise, failable, "", ""},
    {"LR-02", "The probability is set in 10,000ths; 600 is the default.", promise, no_seed,
     low_resources_page, "", all_profiles, by_return | by_counter, failable, "", ""},
    {"LR-03",
     "A tag filter, an application filter and a delay after start, eight minutes by default, limit what "
     "fails.",
     promise, no_seed, low_resources_page, "", all_profiles, by_return | by_counter, failable,
     "unverified: combination of filters", ""},
    {"LR-04", "A counter tells how many failures were injected.", promise, no_seed, low_resources_page, "",
     all_profiles, by_counter, failable, "", ""},
    {"LR-05", "Filling with a random pattern concerns Mm allocators only.", advice, no_seed,
     low_resources_page, "", all_profiles, 0, failable, "",
     "descriptive: page allocators beside the pool, not on trial here"},
    {"LR-06",
     "The systematic variant fails a call the first time its call stack is seen, in the call's own way, and "
     "then lets it pass.",
     promise, no_seed, "devtest/systematic-low-resource-simulation", "", all_profiles,
     by_return | by_raise | by_counter, failable, "", ""},
    {"IC-01",
     "With forced IRQL checking, reaching DISPATCH_LEVEL trims pageable memory, so a paged-pool touch there "
     "faults.",
     detection, no_seed, "devtest/force-irql-checking", "", all_profiles, by_guard | by_bug_check,
     pool_allocators, "", ""},
    {"IC-02",
     "Verifier's checks forbid zero bytes, too high an IRQL at allocation or free, bad or repeated frees, "
     "and must-succeed requests.",
     detection, no_seed, "devtest/automatic-checks", "", all_profiles, by_bug_check,
     ex_and_fsrtl | all_ex_frees, "X-12, X-26, X-44", ""},
    {"IC-03", "At unload timers, DPCs, lookaside lists, worker threads and queues left behind are 0xC7.",
     detection, no_seed, "devtest/automatic-checks", "", all_profiles, 0, 0, "",
     "the machine has no timers, DPCs, threads or queues to leave behind; lists are judged as LL-20"},
    {"IC-04",
     "Global counters tell what was attempted, what succeeded, in special pool too, what failed, went "
     "untracked or was injected.",
     promise, no_seed, counters_page, "", all_profiles, by_counter, pool_allocators, "", ""},
    {"IC-05", "Each option of Driver Verifier has a flag bit.", advice, no_seed,
     "devtest/verifier-command-line", "", all_profiles, 0, 0, "",
     "descriptive: a table of numbers, which a test of the tables checks"},
    {"IC-06", "Forced IRQL checking also finds synchronization objects that are pageable.", detection,
     no_seed, "devtest/force-irql-checking", "", all_profiles, 0, 0, "",
     "the machine has no timers, mutexes or locks that could lie in pageable memory"},
    {"KA-01",
     "Kernel AddressSanitizer keeps 8-byte cells of shadow, with values of their own for redzones and freed "
     "pool.",
     detection, no_seed, "devtest/kasan", "", bits64, 0, pool_allocators, "",
     "a detector of rebuilt drivers, not of the allocator: here AddressSanitizer itself takes its part"},
    {"EV-01", "The events have names below KernelObjects: for memory, paged pool, nonpaged pool and commit.",
     promise, no_seed, events_page, "", all_profiles, 0, 0, "",
     "a trace asks for an event by its pool and kind, not by a name; a property looks the names up"},
    {"EV-02",
     "A High event is set while free pool is above a limit of the system's choice, a Low event while it is "
     "below another.",
     promise, no_seed, events_page, "", all_profiles, by_event, 0, "unverified: event thresholds", ""},
    {"EV-03", "The pool events are notification events and stay set while the condition holds.", promise,
     no_seed, events_page, "", all_profiles, by_event, 0, "unverified: event thresholds", ""},
    {"EV-04", "IoCreateNotificationEvent opens an event, and a thread of its own waits for it.", promise,
     no_seed, events_page, "", all_profiles, 0, 0, "",
     "a trace has no second thread that could wait; a property waits on one"},
    {"EV-05", "The commit events tell a charge that is low, high or near its maximum.", promise, no_seed,
     events_page, "", all_profiles, 0, 0, "unverified: event thresholds",
     "a trace asks for the events of the pools only; a property looks the commit events up by name"},
    {"EV-06", "While a High event is set a driver may allocate freely; at a Low event it gives memory back.",
     advice, no_seed, events_page, "", all_profiles, by_source, 0, "",
     "advice on what a driver does with an event: any reaction is valid"},
};

} // namespace

std::span<const Clause> verifier_and_event_clauses() {
    return clauses;
}

} // namespace poolproof::contract
