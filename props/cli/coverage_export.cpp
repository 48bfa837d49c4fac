// Reads what `llvm-cov export` writes (see coverage.hpp).
#include "cli/coverage.hpp"
#include "cli/files.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <tuple>

namespace poolproof {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

// Where the count of what follows changes.
struct Segment {
    unsigned line = 0;
    std::uint64_t count = 0;
    bool has_count = false;
    bool is_entry = false;
    bool is_gap = false; // blanks between statements

    bool starts_region() const { return has_count && is_entry && !is_gap; }
};

std::vector<Segment> segments_of(const Json& file) {
    std::vector<Segment> segments;
    for (const Json& segment : file.at("segments")) {
        segments.push_back({segment.at(0).get<unsigned>(), segment.at(2).get<std::uint64_t>(),
                            segment.at(3).get<bool>(), segment.at(4).get<bool>(), segment.at(5).get<bool>()});
    }
    return segments;
}

// The largest count of what begins on the line or reaches into it; nothing for a line without code. This is
// how llvm-cov counts as well, but for a line that the blanks before it reach into: behind a block that ends
// in a return their count is 0, whatever that of the code. `outer` is in force at the begin of the line.
std::optional<std::uint64_t> count_of_line(std::optional<Segment> outer,
                                           const std::vector<Segment>& on_line) {
    const bool skipped = !on_line.empty() && !on_line.front().has_count && on_line.front().is_entry;
    const bool entered =
        std::ranges::any_of(on_line, [](const Segment& s) { return s.has_count && s.is_entry; });
    if (!entered && (skipped || !outer || !outer->has_count)) {
        return {};
    }
    if (outer && outer->is_gap && !on_line.empty() && !on_line.front().is_entry) {
        outer = on_line.front();
    }
    std::uint64_t count = outer && outer->has_count ? outer->count : 0;
    for (const Segment& segment : on_line) {
        count = segment.starts_region() ? std::max(count, segment.count) : count;
    }
    return count;
}

std::vector<std::string> read_lines(const fs::path& path) {
    const std::vector<std::uint8_t> bytes = read_bytes(path);
    std::vector<std::string> lines(1);
    for (const std::uint8_t byte : bytes) {
        if (byte == '\n') {
            lines.emplace_back();
        } else {
            lines.back() += static_cast<char>(byte);
        }
    }
    return lines;
}

std::string text_of(const std::vector<std::string>& lines, unsigned number) {
    const std::string& line = lines.at(number - 1); // an export of another tree: out_of_range
    const std::size_t begin = line.find_first_not_of(" \t");
    const std::size_t end = line.find_last_not_of(" \t\r");
    return begin == std::string::npos ? "" : line.substr(begin, end - begin + 1);
}

void count_lines(const Json& json, const std::vector<std::string>& text, CoveredFile& file) {
    const std::vector<Segment> segments = segments_of(json);
    std::optional<Segment> outer;
    std::vector<Segment> on_line;
    std::size_t next = 0;
    for (unsigned line = segments.empty() ? 1 : segments.front().line; next < segments.size(); ++line) {
        for (on_line.clear(); next < segments.size() && segments[next].line == line; ++next) {
            on_line.push_back(segments[next]);
        }
        if (const std::optional<std::uint64_t> count = count_of_line(outer, on_line)) {
            ++file.shares.lines.all;
            file.shares.lines.covered += *count != 0 ? 1 : 0;
            if (*count == 0) {
                file.lines.push_back({line, text_of(text, line), {}});
            }
        }
        outer = on_line.empty() ? outer : on_line.back();
    }
}

// A condition has an entry for each instance of its template.
void list_branches(const Json& json, const std::vector<std::string>& text, CoveredFile& file) {
    struct Branch {
        unsigned line = 0;
        unsigned column = 0;
        std::uint64_t taken[2] = {}; // true, false
    };
    std::vector<Branch> branches;
    for (const Json& branch : json.at("branches")) {
        branches.push_back({branch.at(0).get<unsigned>(),
                            branch.at(1).get<unsigned>(),
                            {branch.at(4).get<std::uint64_t>(), branch.at(5).get<std::uint64_t>()}});
    }
    std::ranges::sort(branches, {}, [](const Branch& b) { return std::tie(b.line, b.column); });
    for (std::size_t i = 0; i < branches.size();) {
        Branch sum = branches[i];
        for (++i; i < branches.size() && branches[i].line == sum.line && branches[i].column == sum.column;
             ++i) {
            sum.taken[0] += branches[i].taken[0];
            sum.taken[1] += branches[i].taken[1];
        }
        for (std::size_t way = 0; way < 2; ++way) {
            if (sum.taken[way] == 0) {
                file.branches.push_back(
                    {sum.line, text_of(text, sum.line),
                     fmt::format("never {} at column {}", way == 0 ? "true" : "false", sum.column)});
            }
        }
    }
}

Share share_of(const Json& summary, const char* name) {
    const Json& share = summary.at(name);
    return {share.at("covered").get<std::uint64_t>(), share.at("count").get<std::uint64_t>()};
}

bool counts(const std::string& path) {
    const std::string name = path.substr(path.rfind('/') + 1);
    return !path.starts_with("..") && !path.starts_with("build/") &&
           name.find("_test") == std::string::npos && name.find("_kit.") == std::string::npos;
}

CoveredFile file_of(const Json& json, const std::string& path, const fs::path& root) {
    CoveredFile file;
    file.path = path;
    const std::vector<std::string> text = read_lines(root / path);
    file.shares.branches = share_of(json.at("summary"), "branches");
    file.shares.functions = share_of(json.at("summary"), "functions");
    count_lines(json, text, file);
    list_branches(json, text, file);
    return file;
}

} // namespace

std::vector<CoveredFile> read_coverage(const std::string& file, const fs::path& root) {
    const std::vector<std::uint8_t> bytes = read_bytes(file);
    std::vector<CoveredFile> files;
    try {
        const Json json = Json::parse(bytes);
        if (json.at("type") != "llvm.coverage.json.export") {
            throw Failure(ExitCode::bad_result,
                          fmt::format("{}: expected the output of llvm-cov export", file));
        }
        const fs::path top = fs::absolute(root).lexically_normal();
        for (const Json& one : json.at("data").at(0).at("files")) {
            const fs::path name = one.at("filename").get<std::string>();
            const std::string path = (top / name).lexically_normal().lexically_relative(top).generic_string();
            if (counts(path)) {
                files.push_back(file_of(one, path, root));
            }
        }
    } catch (const Json::exception& error) {
        throw Failure(ExitCode::bad_result,
                      fmt::format("{}: expected the output of llvm-cov export: {}", file, error.what()));
    } catch (const std::out_of_range&) {
        throw Failure(
            ExitCode::bad_result,
            fmt::format("{}: expected figures of the tree in {}: a line is not there", file, root.string()));
    }
    std::ranges::sort(files, {}, &CoveredFile::path);
    return files;
}

} // namespace poolproof
