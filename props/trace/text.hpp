// The text form of a trace (*.pool): one op a line, readable in a diff.
//
//   # comment
//   poolproof-trace 1 64-bit
//   allocate ExAllocatePoolWithTag s0 type=NonPagedPool size=100 tag='Fred'
//   write s0 offset=100 length=1 mask=0xFF
//   free ExFreePoolWithTag s0 tag='Fred'
//
// The first line that is neither blank nor a comment is the header. Tags are written as a character literal
// when every character is printable, else as 0xHHHHHHHH (the ULONG value; 'Fred' is 0x46726564). Fields at
// their default are left out. Does not cover: the byte form (trace/codec.hpp).
#pragma once

#include "trace/op.hpp"

#include <string>
#include <string_view>

namespace poolproof {

std::string to_text(const Trace& trace);
std::string to_text(const Op& op); // one line, without its end

struct ParsedText {
    Trace trace;
    bool ok = false;
    unsigned line = 0;   // of the error, from 1
    std::string message; // what was expected, one line
    bool future_version = false;
};
ParsedText parse_text(std::string_view text);

} // namespace poolproof
