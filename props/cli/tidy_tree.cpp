// Implements cli/tidy_tree.hpp: which files there are and what is in them. No rule is stated here.
#include "cli/tidy_tree.hpp"

#include "report/text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <system_error>

namespace poolproof {

namespace fs = std::filesystem;

namespace {

std::string shell_quoted(const std::string& text) {
    std::string quoted = "'";
    for (const char c : text) {
        if (c == '\'') {
            quoted += "'\\''";
        } else {
            quoted += c;
        }
    }
    return quoted + "'";
}

// What git lists, or nothing where git or its index cannot be read.
std::optional<std::vector<std::string>> files_of_git(const fs::path& root) {
    if (!fs::exists(root / ".git")) {
        return std::nullopt;
    }
    const std::string command = "git -C " + shell_quoted(root.string()) +
                                " ls-files -z --cached --others --exclude-standard --deduplicate 2>/dev/null";
    FILE* pipe = popen(command.c_str(), "r");
    if (pipe == nullptr) {
        return std::nullopt;
    }
    std::string output;
    std::array<char, 4096> chunk{};
    for (std::size_t n = 0; (n = fread(chunk.data(), 1, chunk.size(), pipe)) > 0;) {
        output.append(chunk.data(), n);
    }
    if (pclose(pipe) != 0) {
        return std::nullopt;
    }
    std::vector<std::string> files;
    for (std::size_t at = 0; at < output.size();) {
        const std::size_t end = output.find('\0', at);
        files.push_back(output.substr(at, end - at));
        at = end == std::string::npos ? output.size() : end + 1;
    }
    return files;
}

std::vector<std::string> files_of_walk(const fs::path& root) {
    std::vector<std::string> files;
    for (auto it = fs::recursive_directory_iterator(root); it != fs::recursive_directory_iterator(); ++it) {
        const std::string path = it->path().lexically_relative(root).generic_string();
        if (path == "build" || path == ".git") {
            it.disable_recursion_pending();
        } else if (it->is_regular_file()) {
            files.push_back(path);
        }
    }
    return files;
}

TidyFile read_file(const fs::path& root, const std::string& path) {
    const fs::path whole = root / path;
    std::ifstream stream(whole, std::ios::binary);
    if (!stream) {
        throw fs::filesystem_error("tidy cannot read", whole, std::make_error_code(std::errc::io_error));
    }
    const std::string text((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
    TidyFile file;
    file.path = path;
    file.executable = (fs::status(whole).permissions() & fs::perms::owner_exec) != fs::perms::none;
    if (text.find('\0') == std::string::npos) {
        file.lines = lines_of(text);
        if (file.is_code()) {
            file.code = lines_of(blank_comments_and_literals(text));
        }
    }
    return file;
}

} // namespace

std::string_view TidyFile::name() const {
    const std::string_view whole = path;
    return whole.substr(whole.rfind('/') + 1); // npos + 1 is 0
}

std::string_view TidyFile::extension() const {
    const std::size_t dot = name().rfind('.');
    return dot == std::string_view::npos ? std::string_view() : name().substr(dot);
}

bool TidyFile::is_header() const {
    return extension() == ".hpp" || extension() == ".h";
}

bool TidyFile::is_code() const {
    return is_header() || extension() == ".cpp" || extension() == ".c";
}

bool TidyFile::is_script() const {
    return !lines.empty() && lines.front().starts_with("#!");
}

bool TidyFile::is_test() const {
    return name().ends_with("_test.cpp") || (is_header() && name().find("_test_") != std::string_view::npos);
}

std::vector<TidyFile> read_tree(const fs::path& root) {
    std::vector<std::string> paths = files_of_git(root).value_or(std::vector<std::string>());
    if (paths.empty()) {
        paths = files_of_walk(root);
    }
    std::ranges::sort(paths);
    std::vector<TidyFile> tree;
    for (const std::string& path : paths) {
        if (fs::is_regular_file(root / path)) { // git still lists what was deleted since the last commit
            tree.push_back(read_file(root, path));
        }
    }
    return tree;
}

} // namespace poolproof
