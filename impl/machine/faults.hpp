// Faults of the host processor in a machine's memory, as bug checks.
//
// Covers: the SIGSEGV handler, who owns an address, guarded accesses that get a fault back as a value. What a
// fault amounts to is decided by the owner of the range. Faults that nobody owns go to the handler that was
// there before. Does not cover: what an uncaught bug check prints (report.hpp).
#pragma once

#include "poolproof/machine.h"

#include <csetjmp>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace poolproof {

struct Fault {
    std::uint64_t address; // of the first inaccessible byte
    bool write;
    std::uint64_t code; // address of the instruction
};

enum class FaultAnswer : std::uint8_t { retry, bug_check };

// Called in a signal handler: async-signal-safe. `retry` after making the address accessible.
using FaultOwner = FaultAnswer (*)(void* context, const Fault& fault, BugCheck& amounts_to);

// Prints to standard error what the owner knows of a bug check that concerns an address in its range. Called
// before the process aborts, in a signal handler too.
using Explainer = void (*)(void* context, const BugCheck& bug_check);

// Installs the handler at first need. At most 64 ranges at once; throws std::system_error.
void own_faults(const void* start, std::size_t bytes, FaultOwner owner, Explainer explain, void* context);
void disown_faults(const void* start);

// Has the owner explain in whose range the first parameter that is an owned address lies.
void explain_bug_check(const BugCheck& bug_check);

// Calls body(context). A bug check that it throws or faults into comes back; anything else it throws goes on.
// A fault leaves the body by longjmp: between the call and the fault it may hold nothing that needs a
// destructor, and no lock.
std::optional<BugCheck> catch_bug_check(void (*body)(void*), void* context);

} // namespace poolproof
