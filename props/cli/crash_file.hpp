// The trace that is being played, written to a file when the process dies of it.
//
// Covers: fatal signals while a trace is played. The file holds the encoded bytes, prepared beforehand, so
// that the handler only opens, writes and closes. A fault that the reference claims never gets here. Does not
// cover: crashes outside of a trace, which are reported by the signal alone.
#pragma once

#include "trace/op.hpp"

#include <string>

namespace poolproof {

// From here on, and before any machine is made. `folder` is made by the handler if need be; `arguments` are
// what `poolproof replay` needs beside the file's name, for example "--subject faulty:all".
void write_crash_files(const std::string& folder, const std::string& arguments);

// The calling thread is about to play it.
void note_played_trace(const Trace& trace);

} // namespace poolproof
