// Reproducers in C: compiled and run, to prove them.
//
// Covers: the compiler and its arguments, and what the program says. Does not cover: the program's text
// (reproducer/c_source.hpp).
#pragma once

#include "cli/triage.hpp"

#include <filesystem>
#include <string>

namespace poolproof {

// The command that compiles and runs a reproducer, as its first comment shows it: in the folder of the tree.
std::string reproducer_command(const std::filesystem::path& file);

// Compiles the file into a folder of its own, with CC, cc, or the compiler that this command was built with,
// and runs the program, on the subject that it names itself.
Reproducer prove_reproducer(const std::filesystem::path& file, const std::string& clause);

// The same for any such program: what the compiler or the program said goes to `output`. The program's exit
// code, or -1 where there is none.
int compile_and_run(const std::filesystem::path& file, std::string& output, bool& compiled);

} // namespace poolproof
