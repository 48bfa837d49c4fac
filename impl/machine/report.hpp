// What an uncaught bug check prints before the process aborts.
//
// Covers: a short analysis in the debugger's form. Does not cover: stacks and blocks. Async-signal-safe.
#pragma once

#include "poolproof/machine.h"

namespace poolproof {

// Prints to standard error and aborts.
[[noreturn]] void report_uncaught(const BugCheck& bug_check) noexcept;

// From here on a BugCheck or RaisedStatus that nobody catches is reported before the process aborts.
// Idempotent.
void report_uncaught_exceptions();

} // namespace poolproof
