// Files that the command reads and writes (see files.hpp).
#include "cli/files.hpp"

#include "trace/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include <unistd.h>

namespace poolproof {
namespace {

namespace fs = std::filesystem;

struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Closer>;

[[noreturn]] void fail_to_write(const std::string& path, int error) {
    throw Failure(ExitCode::unwritable, fmt::format("{} cannot be written: {}", path, std::strerror(error)));
}

// True when everything went into the file, and the file onto the disk.
bool write_whole(std::FILE* file, std::string_view content) {
    return std::fwrite(content.data(), 1, content.size(), file) == content.size() && std::fflush(file) == 0;
}

void write_to(const std::string& path, const std::string& shown, std::string_view content) {
    const File file(std::fopen(path.c_str(), "wb"));
    if (!file || !write_whole(file.get(), content)) {
        const int error = errno;
        if (path != shown) {
            std::remove(path.c_str());
        }
        fail_to_write(shown, error);
    }
}

bool is_text(const std::vector<std::uint8_t>& bytes) {
    const std::uint8_t first = bytes.front();
    return first >= 0x20 || first == '\t' || first == '\n' || first == '\r';
}

Trace read_text(const std::string& name, const std::vector<std::uint8_t>& bytes) {
    ParsedText parsed = parse_text({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    if (parsed.ok) {
        return std::move(parsed.trace);
    }
    throw Failure(parsed.future_version ? ExitCode::future_version : ExitCode::bad_trace,
                  fmt::format("{}:{}: {}", name, parsed.line, parsed.message));
}

ExitCode code_of(FileError error) {
    switch (error) {
    case FileError::truncated:
        return ExitCode::truncated_trace;
    case FileError::future_version:
        return ExitCode::future_version;
    default:
        return ExitCode::bad_trace;
    }
}

} // namespace

std::string trace_target_names() {
    std::string names;
    for (const FuzzTarget& target : all_fuzz_targets()) {
        if (target.input == FuzzInput::trace) {
            names += fmt::format("{}{}", names.empty() ? "" : ", ", target.name);
        }
    }
    return names;
}

const FuzzTarget* trace_target(const std::string& name) {
    if (name.empty()) {
        return nullptr;
    }
    const FuzzTarget* target = fuzz_target(name);
    if (target == nullptr) {
        throw Failure(ExitCode::usage,
                      fmt::format("unknown fuzz target '{}'; known: {}", name, trace_target_names()));
    }
    if (target->input != FuzzInput::trace) {
        throw Failure(ExitCode::usage, fmt::format("only {} itself plays its inputs; {} can be read here",
                                                   replay_command(*target), trace_target_names()));
    }
    return target;
}

std::vector<std::uint8_t> read_bytes(const fs::path& path) {
    const auto fail = [&](int error) {
        throw Failure(ExitCode::missing_input,
                      fmt::format("{} cannot be read: {}", path.string(), std::strerror(error)));
    };
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) {
        fail(EISDIR);
    }
    const File file(std::fopen(path.c_str(), "rb"));
    if (!file) {
        fail(errno);
    }
    std::vector<std::uint8_t> bytes;
    std::uint8_t chunk[65536];
    std::size_t got = 0;
    while ((got = std::fread(chunk, 1, sizeof chunk, file.get())) > 0) {
        bytes.insert(bytes.end(), chunk, chunk + got);
    }
    if (std::ferror(file.get()) != 0) {
        fail(errno);
    }
    return bytes;
}

Trace read_trace(const fs::path& path, const FuzzTarget* target) {
    const std::string name = path.string();
    std::vector<std::uint8_t> bytes = read_bytes(path);
    if (target != nullptr) {
        Trace trace;
        if (path.extension() == ".pool") {
            bytes = encode(read_text(name, bytes));
        }
        decode_as(*target, bytes, trace);
        return trace;
    }
    if (!bytes.empty() && is_text(bytes)) {
        return read_text(name, bytes);
    }
    DecodedFile decoded = decode_file(bytes);
    if (decoded.error != FileError::none) {
        throw Failure(code_of(decoded.error), fmt::format("{}:1: {}", name, decoded.message));
    }
    return std::move(decoded.trace);
}

std::vector<NamedTrace> read_corpus(const fs::path& root) {
    std::vector<fs::path> paths;
    for (const char* folder : {"seeds", "regressions"}) {
        std::error_code error;
        fs::recursive_directory_iterator entry(root / folder, error);
        if (error) {
            continue; // one of the two may be missing; both together are a failure below
        }
        for (; entry != fs::recursive_directory_iterator(); entry.increment(error)) {
            if (entry->path().extension() == ".pool") {
                paths.push_back(entry->path());
            }
        }
    }
    if (paths.empty()) {
        throw Failure(ExitCode::missing_input,
                      fmt::format("no *.pool file below {0}/seeds and {0}/regressions; name the corpus with "
                                  "--corpus DIR",
                                  root.string()));
    }
    std::sort(paths.begin(), paths.end());
    std::vector<NamedTrace> corpus;
    for (const fs::path& path : paths) {
        corpus.push_back({path.lexically_relative(root).string(), read_trace(path)});
    }
    return corpus;
}

void write_output(const std::string& path, std::string_view content) {
    if (path == "-") {
        if (!write_whole(stdout, content)) {
            fail_to_write("standard output", errno);
        }
        return;
    }
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (fs::exists(status) && !fs::is_regular_file(status)) {
        write_to(path, path, content); // a device or a pipe cannot be replaced
        return;
    }
    const std::string temporary = fmt::format("{}.{}.tmp", path, getpid());
    write_to(temporary, path, content);
    if (std::rename(temporary.c_str(), path.c_str()) != 0) {
        const int reason = errno;
        std::remove(temporary.c_str());
        fail_to_write(path, reason);
    }
}

void make_folder(const fs::path& path) {
    std::error_code error;
    fs::create_directories(path, error);
    if (error) {
        throw Failure(ExitCode::unwritable,
                      fmt::format("{} cannot be made: {}", path.string(), error.message()));
    }
}

} // namespace poolproof
