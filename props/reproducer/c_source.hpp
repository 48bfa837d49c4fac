// A trace as a program in C against the documented headers (poolproof/reproducer.h).
//
// Covers: one statement for each op, and the program around them. Does not cover: compiling it. Pure.
#pragma once

#include "trace/op.hpp"

#include <string>

namespace poolproof::reproducer {

// The op as one statement, without indentation.
std::string c_statement(const Op& op);

struct CProgram {
    std::string subject;
    std::string target;
    std::string clause;
    std::string rule;        // of the clause
    std::string explanation; // of the last op: what was expected, what came
    std::string compile;     // the command that compiles and runs it
};
// `played`: every op, those of the target's opening as well.
std::string c_program(const Trace& played, const CProgram& about);

} // namespace poolproof::reproducer
