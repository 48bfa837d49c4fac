// Ops, events and verdicts in words.
//
// Covers: one line per event, and a bug check as a debugger shows it. Does not cover: the text form of ops
// (trace/text.hpp) and what was expected (oracle/).
#pragma once

#include "oracle/oracle.hpp"
#include "trace/event.hpp"
#include "trace/op.hpp"

#include <string>
#include <vector>

namespace poolproof {

// "pointer 0x7F0000001010, 100 bytes, nonpaged", "bug check 0xC2 BAD_POOL_CALLER (...)", "NULL".
std::string in_words(const Op& op, const Event& event);

// "*** STOP: 0x000000C2 (0x...,0x...,0x...,0x...)", then the name, the meaning, and what each parameter says.
std::vector<std::string> stop_lines(const Event& event);

// The trace as *.pool text below comment lines.
std::string commented_text(const Trace& trace, const std::vector<std::string>& comments);

} // namespace poolproof
