// See libfuzzer.hpp.
#include "night/libfuzzer.hpp"

#include <charconv>
#include <fstream>

namespace poolproof {
namespace {

namespace fs = std::filesystem;

// The number behind `word` in the line; `otherwise` when there is none.
std::uint64_t number_behind(std::string_view line, std::string_view word, std::uint64_t otherwise) {
    const std::size_t at = line.find(word);
    if (at == std::string_view::npos) {
        return otherwise;
    }
    line.remove_prefix(at + word.size());
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    std::uint64_t number = otherwise;
    std::from_chars(line.data(), line.data() + line.size(), number);
    return number;
}

bool is_finding(std::string_view line) {
    for (const std::string_view begin : {"Assertion failed: ", "*** STOP: ", "SUMMARY: AddressSanitizer: ",
                                         "SUMMARY: libFuzzer: ", "SUMMARY: UndefinedBehaviorSanitizer: "}) {
        if (line.starts_with(begin)) {
            return true;
        }
    }
    return false;
}

// The options of TARGET.options, as libFuzzer takes them.
std::vector<std::string> options_beside(const fs::path& program) {
    std::vector<std::string> options;
    std::ifstream file(program.string() + ".options");
    bool ours = false;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with('[')) {
            ours = line == "[libfuzzer]";
        } else if (const std::size_t equals = line.find('='); ours && equals != std::string::npos) {
            const auto end_of_name = line.find_last_not_of(' ', equals - 1);
            const auto value = line.find_first_not_of(' ', equals + 1);
            options.push_back("-" + line.substr(0, end_of_name + 1) + "=" +
                              (value == std::string::npos ? "" : line.substr(value)));
        }
    }
    return options;
}

} // namespace

void read_libfuzzer_line(std::string_view line, EngineFigures& figures) {
    if (line.starts_with('#')) {
        figures.executions = number_behind(line, "#", figures.executions);
        figures.edges = number_behind(line, " cov: ", figures.edges);
        figures.features = number_behind(line, " ft: ", figures.features);
        figures.corpus_files = number_behind(line, " corp: ", figures.corpus_files);
        if (line.find("\tINITED") != std::string_view::npos) {
            figures.initialised = true;
            figures.first_edges = figures.edges;
        }
    } else if (line.starts_with("stat::number_of_executed_units:")) {
        figures.executions = number_behind(line, "units:", figures.executions);
    } else if (figures.finding.empty() && is_finding(line)) {
        figures.finding = line;
    }
}

std::vector<std::string> libfuzzer_command(const LibfuzzerRun& run) {
    std::vector<std::string> command{run.program.string()};
    for (const std::string& option : options_beside(run.program)) {
        command.push_back(option);
    }
    command.insert(command.end(), {"-seed=" + std::to_string(run.seed), "-timeout=20", "-print_final_stats=1",
                                   "-artifact_prefix=" + run.artifacts.string() + "/"});
    if (run.seconds != 0) {
        command.push_back("-max_total_time=" + std::to_string(run.seconds));
    }
    if (run.runs != 0) {
        command.push_back("-runs=" + std::to_string(run.runs));
    }
    command.push_back(run.corpus.string());
    for (const fs::path& folder : run.more) {
        command.push_back(folder.string());
    }
    return command;
}

std::vector<std::string> libfuzzer_merge_command(const fs::path& program, const fs::path& into,
                                                 const std::vector<fs::path>& from) {
    std::vector<std::string> command{program.string(), "-set_cover_merge=1", "-timeout=20", into.string()};
    for (const fs::path& folder : from) {
        command.push_back(folder.string());
    }
    return command;
}

std::vector<std::string> libfuzzer_look_command(const fs::path& program,
                                                const std::vector<fs::path>& corpora) {
    std::vector<std::string> command{program.string(), "-runs=0", "-timeout=20"};
    for (const fs::path& folder : corpora) {
        command.push_back(folder.string());
    }
    return command;
}

} // namespace poolproof
