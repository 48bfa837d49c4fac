// The trace that is being played, kept where a dying process can still write it to a file.
//
// Covers: the encoded bytes in a static buffer, the handlers of fatal signals and of sanitizer reports that
// write them. Does not cover: what to do with the file, which `poolproof replay` and `poolproof decode` read.
// One thread plays a trace at a time; threads that play none are not in the file.
#pragma once

#include "trace/op.hpp"

#include <cstddef>

namespace poolproof {

// Ops kept; what comes after them is left out of the file, and the message says so.
inline constexpr std::size_t crash_trace_ops = 16384;

// An empty trace of that profile; then op by op.
void crash_trace_begin(bool is_64_bit);
void crash_trace_add(const Op& op);
// A whole trace at once.
void crash_trace_set(const Trace& trace);
// Nothing is being played: a crash writes no file.
void crash_trace_clear();

// From here on a fatal signal or a sanitizer report writes the current trace into `folder`, as
// crash-<process id>.trace, prints the line that replays it, and goes on to the handler that was there
// before.
void write_crash_traces_to(const char* folder);

} // namespace poolproof
