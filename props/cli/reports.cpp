// The files that reports go into (see reports.hpp).
#include "cli/reports.hpp"

#include "cli/files.hpp"
#include "report/result_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace poolproof {
namespace {

std::vector<std::string> named(const ReportFiles& files) {
    std::vector<std::string> names;
    for (const std::string& name : {files.json, files.junit, files.sarif, files.markdown, files.html}) {
        if (!name.empty()) {
            names.push_back(name);
        }
    }
    return names;
}

} // namespace

bool ReportFiles::any() const {
    return !named(*this).empty();
}

bool ReportFiles::any_but_json() const {
    return named(*this).size() > (json.empty() ? 0U : 1U);
}

bool ReportFiles::on_stdout() const {
    const std::vector<std::string> names = named(*this);
    return std::find(names.begin(), names.end(), "-") != names.end();
}

void add_report_options(CLI::App& command, ReportFiles& files) {
    command.add_option("--junit", files.junit, "write JUnit XML to this file, - for standard output");
    command.add_option("--sarif", files.sarif, "write SARIF 2.1.0 to this file, - for standard output");
    command.add_option("--markdown", files.markdown,
                       "write Markdown for a CI summary to this file, - for standard output");
    command.add_option("--html", files.html,
                       "write a page for a browser to this file, - for standard output");
}

void check_report_files(const ReportFiles& files) {
    std::vector<std::string> names = named(files);
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice != names.end()) {
        throw Failure(ExitCode::usage, fmt::format("two reports cannot both go to {}",
                                                   *twice == "-" ? std::string("standard output") : *twice));
    }
}

void write_reports(const ReportFiles& files, const Results& results) {
    const auto write = [&](const std::string& file, std::string (*writer)(const Results&)) {
        if (!file.empty()) {
            write_output(file, writer(results));
        }
    };
    write(files.junit, to_junit);
    write(files.sarif, to_sarif);
    write(files.markdown, to_markdown);
    write(files.html, to_html);
}

Result read_result(const std::string& path) {
    const std::vector<std::uint8_t> bytes = read_bytes(path);
    try {
        return from_json(path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    } catch (const ResultError& error) {
        throw Failure(error.other_format() ? ExitCode::result_format : ExitCode::bad_result, error.what());
    }
}

} // namespace poolproof
