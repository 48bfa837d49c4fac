// Files that the command reads and writes.
//
// Covers: traces in either form with one clear failure for each way they can be bad, corpora, atomic output.
// Does not cover: the forms themselves (trace/).
#pragma once

#include "cli/exit_code.hpp"
#include "gen/campaign.hpp"
#include "run/fuzz_targets.hpp"
#include "trace/op.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace poolproof {

// The fuzz target of that name, whose bytes are a trace; nullptr for "". Throws Failure (usage) for an
// unknown one, and for one that alone can play its inputs.
const FuzzTarget* trace_target(const std::string& name);
// Their names, for --help.
std::string trace_target_names();

// Throws Failure (missing_input).
std::vector<std::uint8_t> read_bytes(const std::filesystem::path& path);

// Text and encoded bytes are told apart by the first byte: an encoded trace begins with its format version,
// which is no character of a text. With a target the bytes are read as that fuzz target reads them, and no
// byte string is bad; text is there what is in a file *.pool. Throws Failure (missing_input, bad_trace,
// truncated_trace, future_version).
Trace read_trace(const std::filesystem::path& path, const FuzzTarget* target = nullptr);

// Every *.pool file below `root`/seeds and `root`/regressions, by name relative to `root`. Throws Failure
// (missing_input) when there is none.
std::vector<NamedTrace> read_corpus(const std::filesystem::path& root);

// "-" is standard output. A regular file is replaced at once when everything has been written, and left as it
// was when not. Throws Failure (unwritable).
void write_output(const std::string& path, std::string_view content);

// Makes the folder and those above it. Throws Failure (unwritable).
void make_folder(const std::filesystem::path& path);

} // namespace poolproof
