// What an uncaught bug check prints before the process aborts.
//
// Covers: a short analysis in the debugger's form, and the stack that led there. What the owner of the memory
// knows is asked of it (faults.hpp). May run in a signal handler.
#pragma once

#include "machine/stacks.hpp"
#include "poolproof/machine.h"

namespace poolproof {

// Prints to standard error and aborts. `place` is where it happened.
[[noreturn]] void report_uncaught(const BugCheck& bug_check, StackStart place) noexcept;

// From here on a BugCheck or RaisedStatus that nobody catches is reported before the process aborts.
// Idempotent.
void report_uncaught_exceptions();

} // namespace poolproof
