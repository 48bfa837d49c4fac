// The sub-commands.
//
// Covers: one function per sub-command, each of which adds it to the application with its options, examples
// and action. Does not cover: what they share (files.hpp, words.hpp, terminal.hpp).
#pragma once

#include "cli/exit_code.hpp"

#include <CLI/CLI.hpp>

#include <functional>

namespace poolproof {

inline constexpr const char* sweep_stride_help =
    "of each sweep the first N traces, then every Nth; 1, which is all, by default";

// What the arguments chose. It throws Failure when it cannot be done.
using Action = std::function<ExitCode()>;

void add_verify(CLI::App& app, Action& chosen);
void add_report(CLI::App& app, Action& chosen);
void add_replay(CLI::App& app, Action& chosen);
void add_encode(CLI::App& app, Action& chosen);
void add_decode(CLI::App& app, Action& chosen);
void add_detect(CLI::App& app, Action& chosen);
void add_diff(CLI::App& app, Action& chosen);
void add_nightly(CLI::App& app, Action& chosen);
void add_triage(CLI::App& app, Action& chosen);
void add_check_build(CLI::App& app, Action& chosen);
void add_contract(CLI::App& app, Action& chosen);
void add_dashboard(CLI::App& app, Action& chosen);
void add_coverage(CLI::App& app, Action& chosen);
void add_tidy(CLI::App& app, Action& chosen);

// The whole command: parses, acts, reports. Returns the process's exit code; throws nothing.
int run_command(int argc, const char* const* argv);

} // namespace poolproof
