// AFL++, as a program: what it is told, and the files that it leaves.
//
// Covers: the command, its figures, its queue, its crashes. Does not cover: when it is run and for how long
// (fuzz_job.hpp).
#pragma once

#include "night/libfuzzer.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace poolproof {

// Goes on in `output` where it has been before; else begins with the corpus, which may not be empty.
std::vector<std::string> afl_command(const std::filesystem::path& program,
                                     const std::filesystem::path& corpus, const std::filesystem::path& output,
                                     std::uint64_t seed, std::uint64_t seconds);
// For machines without a terminal, a fixed processor or a crash reporter.
std::vector<std::pair<std::string, std::string>> afl_environment();

// What the run in `output` has written down, or `otherwise` as long as it has not.
EngineFigures read_afl_figures(const std::filesystem::path& output, const EngineFigures& otherwise);
// The folder of the inputs that it keeps.
std::filesystem::path afl_queue(const std::filesystem::path& output);
// Copies its crashes and hangs, under the names that libFuzzer gives its own.
void keep_afl_crashes(const std::filesystem::path& output, const std::filesystem::path& crashes);

} // namespace poolproof
