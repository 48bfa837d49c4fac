// The checked-in figures (see time_to_bug.hpp). Does not cover: the runs (time_to_bug.cpp).
#include "bench/time_to_bug.hpp"

#include <fmt/format.h>

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace poolproof::bench {
namespace {

std::ifstream opened(const std::filesystem::path& path) {
    std::ifstream file(path);
    if (!file) {
        throw std::runtime_error(path.string() + " cannot be read; expected the figures of earlier runs");
    }
    return file;
}

bool is_remark(const std::string& line) {
    return line.empty() || line.starts_with('#');
}

std::string remarks_of(const std::filesystem::path& path) {
    std::string remarks;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line) && is_remark(line);) {
        remarks += line + "\n";
    }
    return remarks;
}

} // namespace

Figures read_figures(const std::filesystem::path& path) {
    std::ifstream file = opened(path);
    Figures figures;
    unsigned number = 0;
    for (std::string line; std::getline(file, line);) {
        ++number;
        if (is_remark(line)) {
            continue;
        }
        std::istringstream words(line);
        std::string subject;
        std::string target;
        Sample sample;
        words >> subject >> target;
        for (std::uint64_t executions = 0; words >> executions;) {
            sample.push_back(executions);
        }
        if (sample.empty() || !words.eof()) {
            throw std::runtime_error(
                fmt::format("{}, line {}: expected a subject, a target and numbers", path.string(), number));
        }
        figures[{subject, target}] = sample;
    }
    return figures;
}

void write_figures(const std::filesystem::path& path, const Figures& figures) {
    Figures all = std::filesystem::exists(path) ? read_figures(path) : Figures{};
    for (const auto& [key, sample] : figures) {
        all[key] = sample;
    }
    std::string text = remarks_of(path);
    for (const auto& [key, sample] : all) {
        text += fmt::format("{} {} {}\n", key.first, key.second, fmt::join(sample, " "));
    }
    std::ofstream file(path);
    file << text << std::flush;
    if (!file) {
        throw std::runtime_error(path.string() + " cannot be written");
    }
}

} // namespace poolproof::bench
