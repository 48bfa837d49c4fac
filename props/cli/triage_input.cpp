// See triage_input.hpp.
#include "cli/triage_input.hpp"

#include "cli/files.hpp"
#include "run/judge_protocol.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace poolproof {
namespace {

namespace fs = std::filesystem;

std::string target_names() {
    std::string names;
    for (const FuzzTarget& target : all_fuzz_targets()) {
        names += fmt::format("{}{}", names.empty() ? "" : ", ", target.name);
    }
    return names;
}

// AFL keeps inputs that do not crash under the same names, in other folders.
bool is_crash(const fs::path& path) {
    const std::string name = path.filename().string();
    constexpr std::array<std::string_view, 4> beginnings = {"crash-", "timeout-", "oom-", "leak-"};
    if (std::ranges::any_of(beginnings, [&](std::string_view b) { return name.starts_with(b); })) {
        return true;
    }
    const std::string folder = path.parent_path().filename().string();
    const bool elsewhere = folder == "queue" || folder.starts_with(".");
    return (name.starts_with("id:") || name.starts_with("id_")) && !elsewhere;
}

std::string why_not(const fs::path& path) {
    return path.filename().string().starts_with("slow-unit-")
               ? "slow, and no crash"
               : "no crash file of a fuzzer: its name begins with none of crash-, timeout-, oom-, leak-, id:";
}

// Every file below the folder, by name.
std::vector<fs::path> files_below(const fs::path& folder, std::vector<std::string>& remarks) {
    std::vector<fs::path> files;
    std::error_code error;
    fs::recursive_directory_iterator entry(folder, error);
    for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
        std::error_code ignored;
        if (!entry->is_directory(ignored)) {
            files.push_back(entry->path());
        }
    }
    if (error) {
        remarks.push_back(fmt::format("{} cannot be listed: {}", folder.string(), error.message()));
    }
    std::sort(files.begin(), files.end());
    return files;
}

class Reader {
  public:
    explicit Reader(const fs::path& folder) : folder_(folder) {}

    void read(const fs::path& below, const FuzzTarget& target) {
        for (const fs::path& path : files_below(below, result.remarks)) {
            read_file(path, target);
        }
    }

    CrashFolder result;

  private:
    void remark(const fs::path& path, const std::string& what) {
        result.remarks.push_back(fmt::format("{}: {}", path.string(), what));
    }

    void read_file(const fs::path& path, const FuzzTarget& target) {
        std::error_code error;
        if (!is_crash(path)) {
            remark(path, why_not(path));
            return;
        }
        if (!fs::is_regular_file(path, error) || fs::file_size(path, error) > most_input_bytes || error) {
            remark(path, "no file of at most 64 MB");
            return;
        }
        CrashFile crash;
        try {
            crash.bytes = read_bytes(path);
        } catch (const Failure& failure) {
            result.remarks.push_back(failure.what());
            return;
        }
        crash.target = &target;
        crash.file = path.lexically_relative(folder_).string();
        crash.leak = path.filename().string().starts_with("leak-");
        const bool twice = std::ranges::any_of(result.crashes, [&](const CrashFile& other) {
            return other.target == &target && other.bytes == crash.bytes;
        });
        result.duplicates += twice ? 1 : 0;
        if (!twice) {
            result.crashes.push_back(std::move(crash));
        }
    }

    fs::path folder_;
};

} // namespace

CrashFolder read_crashes(const fs::path& folder, const std::string& target) {
    const FuzzTarget* only = target.empty() ? nullptr : fuzz_target(target);
    if (!target.empty() && only == nullptr) {
        throw Failure(ExitCode::usage,
                      fmt::format("unknown fuzz target '{}'; known: {}", target, target_names()));
    }
    std::error_code error;
    if (!fs::is_directory(folder, error)) {
        throw Failure(ExitCode::missing_input, fmt::format("{}: no such folder", folder.string()));
    }
    Reader reader(folder);
    bool found = only != nullptr;
    if (only != nullptr) {
        reader.read(folder, *only);
    } else {
        for (const FuzzTarget& known : all_fuzz_targets()) {
            if (fs::is_directory(folder / known.name, error)) {
                found = true;
                reader.read(folder / known.name, known);
            }
        }
    }
    if (!found) {
        throw Failure(ExitCode::missing_input,
                      fmt::format("{} holds no folder of a fuzz target; name the target of its files with "
                                  "--target, one of {}",
                                  folder.string(), target_names()));
    }
    if (reader.result.crashes.empty()) {
        throw Failure(
            ExitCode::missing_input,
            fmt::format("{}: nothing to triage: no file crash-*, timeout-*, oom-*, leak-* or id:*{}",
                        folder.string(),
                        reader.result.remarks.empty()
                            ? ""
                            : fmt::format(" that can be read, of {} files", reader.result.remarks.size())));
    }
    return std::move(reader.result);
}

} // namespace poolproof
