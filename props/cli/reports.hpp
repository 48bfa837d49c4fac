// The files that reports go into.
//
// Covers: the options --json, --junit, --sarif, --markdown and --html, writing the files, reading results.
// Does not cover: the reports themselves (report/).
#pragma once

#include "cli/commands.hpp"
#include "report/writers.hpp"

#include <string>

namespace poolproof {

// Files by format, "-" for standard output, empty for none.
struct ReportFiles {
    std::string json;
    std::string junit;
    std::string sarif;
    std::string markdown;
    std::string html;

    bool any() const;
    bool any_but_json() const;
    // A report goes to standard output, which is then left to it.
    bool on_stdout() const;
};

// Adds all options but --json.
void add_report_options(CLI::App& command, ReportFiles& files);

// Throws Failure (usage) when two reports would go into one file or to standard output.
void check_report_files(const ReportFiles& files);

// All but JSON, which holds one result. Throws Failure (unwritable).
void write_reports(const ReportFiles& files, const Results& results);

// Throws Failure (missing_input, bad_result, result_format).
Result read_result(const std::string& path);

} // namespace poolproof
