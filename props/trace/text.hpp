// The text form of a trace (*.pool): one op a line, readable in a diff.
//
//   # comment
//   poolproof-trace 2 64-bit
//   allocate ExAllocatePoolWithTag s0 type=NonPagedPool size=100 tag='Fred'
//   write s0 offset=100 length=1 mask=0xFF
//   free ExFreePoolWithTag s0 tag='Fred'
//
// The first line that is neither blank nor a comment is the header. A comment runs from a # that begins a
// word to the end of its line. The ops:
//
//   allocate ROUTINE sN ARGUMENTS
//   free ROUTINE sN|null|user_address|system_address offset=N ARGUMENTS
//   call ROUTINE [sN] ARGUMENTS     sN where it takes a block; offset=N length=N where it takes a range of it
//   read sN offset=N length=N
//   write sN offset=N length=N mask=N
//   irql 0..15
//   processor 0..3
//   process 0..3
//   budget node=0..1 pool=nonpaged|paged pages=N
//   fail_nth N
//   special_pool off|verifier|by_tag side=end|start tag=TAG
//   verifier off|on flags=FLAGS
//   print sN length=N
//   query_tag pool=nonpaged|paged tag=TAG
//   query_event low|high pool=nonpaged|paged
//   quota process=0..3 pool=nonpaged|paged size=N
//   query_quota process=0..3 pool=nonpaged|paged
//   driver 0..3
//   unload 0..3 phase=end|begin
//   low_resources N tag=TAG         of 10,000 allocations
//   clock N                         seconds
//   dpc off|on
//   idle off|on process=0..3
//   query_driver 0..3 pool=nonpaged|paged
//   query_verifier
//
// ARGUMENTS are those that the routine takes (contract/routines.hpp), of:
//
//   type=TYPE flags=FLAGS size=N tag=TAG priority=PRIORITY cookie=0..63
//   params=TYPE:VALUE[:any][:optional],...   extended parameters, at most two
//   list=0..3 list_flags=N routines=system|own   a lookaside list, of the kind that the routine is for
//   instance=0..3 surface=0..3 process=0..3 private=0..3   a minifilter's, a surface's process, a private
//   pool
//
// Words before the fields stand in this order, fields (KEY=VALUE) in any. A field that is left out has the
// default of Op; a field that the op or its routine does not use is an error. TYPE, FLAGS and PRIORITY are
// documented names or numbers, joined by | without blanks. Numbers are decimal, or hexadecimal after 0x. Tags
// are written as a character literal when every character is printable and neither ' nor \, else as
// 0xHHHHHHHH (the ULONG value; 'Fred' is 0x46726564). Does not cover: the byte form (trace/codec.hpp).
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
// Total. Lines end with LF or CR LF; the last one may have no end.
ParsedText parse_text(std::string_view text);

} // namespace poolproof
