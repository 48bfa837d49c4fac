// How the command ends.
//
// Covers: the exit codes, which --help documents, and the exception that carries one with its message. Does
// not cover: verdicts (oracle/).
#pragma once

#include <stdexcept>
#include <string>

namespace poolproof {

enum class ExitCode : int {
    fine = 0,
    violations =
        1,     // a clause was violated, or one that must be exercised was not; a built target breaks a rule
    usage = 2, // wrong arguments; an unknown subject or clause
    bad_trace = 3,       // a trace file that is neither text nor encoded ops
    truncated_trace = 4, // an encoded trace that ends inside a record
    future_version = 5,  // a trace of a later format version
    unwritable = 6,      // output that cannot be written
    missing_input = 7,   // an input file that is not there, or no corpus
    bad_result = 8,      // a result file that is no result, or not all of one
    result_format = 9,   // a result of another version of the form
    bad_subject = 10,    // a subject that cannot be put on trial: it does not load, start or survive a reset
    bad_baseline = 11,   // a baseline that is none, or one of another format, subject or version
    broken_night = 12,   // a nightly run that proves nothing: a silent canary, a target that did not run
    busy = 13,           // a state folder that another job uses
    interrupted = 14,    // by a signal; the same command goes on
    missing_tool = 15,   // a program, or a right on this host, that is missing
    internal = 70,       // a defect of the command itself, or a host that refuses memory
};

// Ends the command with one line on stderr, "poolproof: " and the message, and this code.
class Failure : public std::runtime_error {
  public:
    Failure(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
    ExitCode code() const { return code_; }

  private:
    ExitCode code_;
};

} // namespace poolproof
