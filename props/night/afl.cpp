// See afl.hpp.
#include "night/afl.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>

namespace poolproof {
namespace {

namespace fs = std::filesystem;

constexpr const char* instance = "default";

} // namespace

std::vector<std::string> afl_command(const fs::path& program, const fs::path& corpus, const fs::path& output,
                                     std::uint64_t seed, std::uint64_t seconds) {
    const bool goes_on = fs::exists(output / instance / "fuzzer_stats");
    return {"afl-fuzz",
            "-i",
            goes_on ? "-" : corpus.string(),
            "-o",
            output.string(),
            "-V",
            std::to_string(seconds),
            "-s",
            std::to_string(seed),
            "-m",
            "none",
            "-t",
            "20000",
            "--",
            program.string()};
}

std::vector<std::pair<std::string, std::string>> afl_environment() {
    return {{"AFL_NO_UI", "1"},
            {"AFL_SKIP_CPUFREQ", "1"},
            {"AFL_NO_AFFINITY", "1"},
            {"AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES", "1"}};
}

EngineFigures read_afl_figures(const fs::path& output, const EngineFigures& otherwise) {
    std::ifstream file(output / instance / "fuzzer_stats");
    EngineFigures figures = otherwise;
    for (std::string line; std::getline(file, line);) {
        const std::size_t colon = line.find(':');
        if (colon == std::string::npos) {
            continue;
        }
        const std::string_view name =
            std::string_view(line).substr(0, line.find_last_not_of(' ', colon - 1) + 1);
        const std::size_t begin = std::min(line.find_first_not_of(' ', colon + 1), line.size());
        std::uint64_t number = 0;
        std::from_chars(line.data() + begin, line.data() + line.size(), number);
        if (name == "execs_done") {
            figures.executions = number;
        } else if (name == "edges_found") {
            figures.edges = number;
        } else if (name == "corpus_count") {
            figures.corpus_files = number;
        }
    }
    return figures;
}

fs::path afl_queue(const fs::path& output) {
    return output / instance / "queue";
}

void keep_afl_crashes(const fs::path& output, const fs::path& crashes) {
    for (const auto& [kind, prefix] :
         {std::pair{"crashes", "crash-afl-"}, std::pair{"hangs", "timeout-afl-"}}) {
        std::error_code none;
        for (const fs::directory_entry& entry : fs::directory_iterator(output / instance / kind, none)) {
            const std::string name = entry.path().filename().string();
            if (name.starts_with("id:")) {
                // Neither colons nor commas: these names end up on command lines.
                std::string kept = name;
                std::replace(kept.begin(), kept.end(), ':', '_');
                std::replace(kept.begin(), kept.end(), ',', '_');
                kept.insert(0, prefix);
                fs::copy_file(entry.path(), crashes / kept, fs::copy_options::skip_existing);
            }
        }
    }
}

} // namespace poolproof
