// A main for a fuzz target without an engine: replays files, or judges inputs for another program
// (judge.hpp).
//
// Each input is read into a heap block of exactly its size, so that a sanitizer sees a read past its end.
// Does not cover: finding new inputs.
#include "judge.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

constexpr int usage_error = 2;
constexpr int unreadable = 3;

void print_help(const char* program) {
    std::printf(
        "usage: %s FILE|FOLDER...\n"
        "       %s --judge [MILLISECONDS [MEGABYTES]]\n"
        "\n"
        "Runs the fuzz target once on each file, and on every file of each folder.\n"
        "With --judge it reads inputs on standard input, runs each in a process of its own, within the "
        "limits\n"
        "(20000 and 2560), and answers on standard output what came of it: this is what poolproof triage\n"
        "asks.\n"
        "POOLPROOF_SUBJECT names the subject: reference (the default) or faulty:NAME.\n"
        "\n"
        "Exit codes: 0 every input ran; 2 usage, or no input at all; 3 a file cannot be read.\n"
        "A violated clause aborts.\n",
        program, program);
}

// The files of a folder by name, or the path itself. False when it cannot be listed.
bool collect(const fs::path& path, std::vector<fs::path>& files) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
        files.push_back(path);
        return true;
    }
    std::vector<fs::path> inside;
    for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
        if (at->is_regular_file(error)) {
            inside.push_back(at->path());
        }
    }
    std::sort(inside.begin(), inside.end());
    files.insert(files.end(), inside.begin(), inside.end());
    return !error;
}

bool run_file(const fs::path& path) {
    std::error_code error;
    const std::uintmax_t size = fs::file_size(path, error);
    std::FILE* file = error ? nullptr : std::fopen(path.c_str(), "rb");
    if (file == nullptr) {
        return false;
    }
    const auto bytes = std::make_unique<std::uint8_t[]>(static_cast<std::size_t>(size));
    const std::size_t read = std::fread(bytes.get(), 1, static_cast<std::size_t>(size), file);
    std::fclose(file);
    if (read != size) {
        return false;
    }
    LLVMFuzzerTestOneInput(bytes.get(), read);
    return true;
}

int fail(int code, const char* program, const std::string& what) {
    std::fprintf(stderr, "%s: %s\n", program, what.c_str());
    return code;
}

// Arguments of --judge: up to two numbers that are not zero.
bool read_limits(int count, char** arguments, poolproof::fuzz::JudgeLimits& limits) {
    std::uint32_t* const into[] = {&limits.milliseconds, &limits.megabytes};
    for (int i = 0; i < count; ++i) {
        const std::string_view text = arguments[i];
        const auto [end, error] = i < 2 ? std::from_chars(text.begin(), text.end(), *into[i])
                                        : std::from_chars_result{text.begin(), std::errc::invalid_argument};
        if (error != std::errc() || end != text.end() || *into[i] == 0) {
            return false;
        }
    }
    return true;
}

} // namespace

int main(int argc, char** argv) {
    const char* program = argv[0];
    if (argc > 1 && std::string_view(argv[1]) == "--judge") {
        poolproof::fuzz::JudgeLimits limits;
        if (!read_limits(argc - 2, argv + 2, limits)) {
            return fail(usage_error, program, "--judge takes a limit of milliseconds and one of megabytes");
        }
        LLVMFuzzerInitialize(&argc, &argv);
        return poolproof::fuzz::serve_as_judge(limits);
    }
    std::vector<fs::path> files;
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (argument == "--help" || argument == "-h") {
            print_help(program);
            return 0;
        }
        if (argument.starts_with('-')) {
            return fail(usage_error, program, "unknown option " + std::string(argument) + "; see --help");
        }
        if (!collect(argument, files)) {
            return fail(unreadable, program, "cannot list " + std::string(argument));
        }
    }
    if (files.empty()) {
        return fail(usage_error, program, "no input; give files or folders that hold some");
    }
    LLVMFuzzerInitialize(&argc, &argv);
    for (const fs::path& file : files) {
        if (!run_file(file)) {
            return fail(unreadable, program, "cannot read " + file.string());
        }
    }
    std::printf("%zu inputs ran\n", files.size());
    return 0;
}
