// `poolproof encode` and `poolproof decode`: text to bytes and back.
// Does not cover: the forms themselves (trace/).
#include "cli/commands.hpp"
#include "cli/files.hpp"
#include "trace/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

namespace poolproof {
namespace {

namespace fs = std::filesystem;

struct ConvertOptions {
    std::vector<std::string> inputs;
    std::string output = "-";
    std::string target; // decode: the fuzz target that the bytes belong to
};

std::string encoded(const Trace& trace) {
    const std::vector<std::uint8_t> bytes = encode(trace);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Where the converted input goes. Several inputs go into a folder, under their own names.
std::string output_of(const ConvertOptions& options, const std::string& input, std::string_view extension) {
    std::error_code ignored;
    if (options.inputs.size() == 1 && (options.output == "-" || !fs::is_directory(options.output, ignored))) {
        return options.output;
    }
    if (options.output == "-") {
        throw Failure(ExitCode::usage, "several files need -o DIR");
    }
    make_folder(options.output);
    fs::path name = fs::path(input).filename();
    name.replace_extension(extension);
    return (fs::path(options.output) / name).string();
}

// Two inputs of one name would overwrite each other.
void refuse_same_names(const ConvertOptions& options) {
    std::vector<std::string> names;
    for (const std::string& input : options.inputs) {
        names.push_back(fs::path(input).stem().string());
    }
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice != names.end()) {
        throw Failure(ExitCode::usage, fmt::format("two of the files are called {}", *twice));
    }
}

ExitCode run_encode(const ConvertOptions& options) {
    refuse_same_names(options);
    for (const std::string& input : options.inputs) {
        const std::string bytes = encoded(read_trace(input));
        const std::string output = output_of(options, input, ".trace");
        if (output == "-" && isatty(STDOUT_FILENO) != 0) {
            throw Failure(ExitCode::usage, "encoded bytes are not for a terminal; name a file with -o OUT");
        }
        write_output(output, bytes);
    }
    return ExitCode::fine;
}

ExitCode run_decode(const ConvertOptions& options) {
    refuse_same_names(options);
    const FuzzTarget* target = trace_target(options.target);
    for (const std::string& input : options.inputs) {
        const std::string text = to_text(read_trace(input, target));
        write_output(output_of(options, input, ".pool"), text);
    }
    return ExitCode::fine;
}

std::shared_ptr<ConvertOptions> add_files(CLI::App& command) {
    auto options = std::make_shared<ConvertOptions>();
    command.add_option("FILE", options->inputs, "traces, as text or encoded")->required();
    command.add_option("-o,--output", options->output,
                       "file to write, standard output by default; a folder for several files");
    return options;
}

} // namespace

void add_encode(CLI::App& app, Action& chosen) {
    CLI::App* command = app.add_subcommand("encode", R"(Turn traces into their byte form.

Examples:
  poolproof encode one_block.pool -o one_block.trace
  poolproof encode corpus/seeds/pool_trace_fuzzer/*.pool -o encoded)");
    const auto options = add_files(*command);
    command->callback([options, &chosen] { chosen = [options] { return run_encode(*options); }; });
}

void add_decode(CLI::App& app, Action& chosen) {
    CLI::App* command = app.add_subcommand("decode", R"(Turn encoded traces into text.

Examples:
  poolproof decode one_block.trace
  poolproof decode crash-1234 --as pool_trace_fuzzer -o crash.pool)");
    const auto options = add_files(*command);
    command->add_option("--as", options->target,
                        "read the bytes as this fuzz target does: " + trace_target_names());
    command->callback([options, &chosen] { chosen = [options] { return run_decode(*options); }; });
}

} // namespace poolproof
