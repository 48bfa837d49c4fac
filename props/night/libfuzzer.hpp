// libFuzzer, as a program: what it is told, and what it says.
//
// Covers: the arguments of a run, of a merge and of a look at a corpus; figures and findings read off its
// output. Does not cover: when it is run and for how long (fuzz_job.hpp).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace poolproof {

// What an engine tells of a run, so far.
struct EngineFigures {
    std::uint64_t executions = 0;
    std::uint64_t edges = 0;
    std::uint64_t features = 0;
    std::uint64_t corpus_files = 0; // that it keeps in memory
    std::uint64_t first_edges = 0;  // of the corpus that it began with
    bool initialised = false;       // the corpus has been read
    std::string finding;            // "Assertion failed: GEO-02", or the line of another end; empty: none
};

// One line of libFuzzer's output, taken into account.
void read_libfuzzer_line(std::string_view line, EngineFigures& figures);

// How libFuzzer ends.
inline constexpr int libfuzzer_crash = 77;
inline constexpr int libfuzzer_timeout = 70;
inline constexpr int libfuzzer_oom = 71;
inline constexpr int libfuzzer_interrupted = 72;

struct LibfuzzerRun {
    std::filesystem::path program;
    std::filesystem::path corpus;            // what is found goes there
    std::vector<std::filesystem::path> more; // read only
    std::filesystem::path artifacts;         // folder for crashes
    std::uint64_t seed = 1;
    std::uint64_t seconds = 0; // 0: no limit
    std::uint64_t runs = 0;    // 0: no limit
};

// The options of the file beside the program (PROGRAM.options, section [libfuzzer]) included.
std::vector<std::string> libfuzzer_command(const LibfuzzerRun& run);
// Keeps in `into` (empty) what covers as much as all files of the others do.
std::vector<std::string> libfuzzer_merge_command(const std::filesystem::path& program,
                                                 const std::filesystem::path& into,
                                                 const std::vector<std::filesystem::path>& from);
// Reads the corpora and ends.
std::vector<std::string> libfuzzer_look_command(const std::filesystem::path& program,
                                                const std::vector<std::filesystem::path>& corpora);

} // namespace poolproof
