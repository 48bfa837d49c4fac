// See check_build.hpp. Here: the file of options beside a target.
#include "cli/check_build.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

namespace poolproof {
namespace {

// Those that make sense for every run of a target; the ones that choose what is run are the caller's.
constexpr std::string_view known_options[] = {
    "close_fd_mask", "cross_over",        "detect_leaks",      "dict",
    "entropic",      "len_control",       "malloc_limit_mb",   "max_len",
    "mutate_depth",  "only_ascii",        "prefer_small",      "reduce_depth",
    "reload",        "report_slow_units", "rss_limit_mb",      "shrink",
    "timeout",       "use_cmp",           "use_value_profile",
};
constexpr std::string_view sections[] = {"libfuzzer", "asan", "msan", "ubsan"};

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r");
    return first == std::string_view::npos ? ""
                                           : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// Why the option is none for libFuzzer, or nothing.
std::string why_not(const std::filesystem::path& folder, std::string_view name, std::string_view value) {
    if (std::ranges::find(known_options, name) == std::end(known_options)) {
        return fmt::format("libFuzzer has no option {} for all runs", name);
    }
    if (name == "dict") {
        return std::filesystem::exists(folder / value) ? "" : fmt::format("there is no dictionary {}", value);
    }
    const bool is_number = !value.empty() && value.find_first_not_of("0123456789") == std::string_view::npos;
    return is_number ? "" : fmt::format("{} is no number", name);
}

} // namespace

std::vector<std::string> read_options(const std::filesystem::path& path, std::string& why) {
    std::vector<std::string> options;
    std::ifstream file(path);
    if (!file) {
        why = fmt::format("{} is missing", path.filename().string());
        return {};
    }
    std::string section;
    std::string whole;
    for (unsigned number = 1; std::getline(file, whole); ++number) {
        const std::string_view line = trimmed(whole);
        const std::size_t equals = line.find('=');
        if (line.empty() || line.front() == '#' || line.front() == ';') {
            continue;
        }
        std::string wrong;
        if (line.front() == '[' && line.back() == ']') {
            section = line.substr(1, line.size() - 2);
            wrong = std::ranges::find(sections, section) != std::end(sections)
                        ? ""
                        : fmt::format("there is no section {}", section);
        } else if (section.empty() || equals == std::string_view::npos) {
            wrong = "neither [section] nor NAME = VALUE in one";
        } else if (section == "libfuzzer") {
            const std::string_view name = trimmed(line.substr(0, equals));
            const std::string_view value = trimmed(line.substr(equals + 1));
            wrong = why_not(path.parent_path(), name, value);
            options.push_back(fmt::format("-{}={}", name, value));
        }
        if (!wrong.empty()) {
            why = fmt::format("line {}: {}", number, wrong);
            return {};
        }
    }
    if (options.empty()) {
        why = fmt::format("{} holds no option", path.filename().string());
    }
    return options;
}

} // namespace poolproof
