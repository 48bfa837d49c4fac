// The walk over the folders (see docs_tree.hpp).
#include "cli/docs_tree.hpp"

#include "cli/exit_code.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <system_error>

namespace poolproof {

namespace fs = std::filesystem;

DocsTree::DocsTree(const std::vector<std::string>& folders) {
    for (const std::string& folder : folders) {
        std::error_code error;
        fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied, error);
        for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
            const fs::path& path = at->path();
            std::error_code no_type;
            if (path.filename() == ".git") {
                at.disable_recursion_pending();
            } else if (path.extension() == ".md" && at->is_regular_file(no_type)) {
                const std::string page = path.parent_path().filename().string() + "/" + path.stem().string();
                pages_[page].push_back(path);
            }
        }
        if (error) {
            throw Failure(ExitCode::missing_input,
                          fmt::format("{} is no folder that can be read: {}", folder, error.message()));
        }
    }
    for (auto& [page, files] : pages_) {
        std::sort(files.begin(), files.end());
    }
}

std::vector<fs::path> DocsTree::files(const std::string& page) const {
    const auto found = pages_.find(page);
    return found == pages_.end() ? std::vector<fs::path>() : found->second;
}

std::vector<std::string> DocsTree::pool_pages() const {
    std::vector<std::string> found;
    for (const auto& [page, files] : pages_) {
        if (is_pool_page(page)) {
            found.push_back(page);
        }
    }
    std::sort(found.begin(), found.end());
    return found;
}

bool is_pool_page(std::string_view page) {
    constexpr std::array<std::string_view, 10> folders = {"wdm",          "ntddk",  "ntifs",   "fltkernel",
                                                          "wdfmemory",    "kernel", "devtest", "debugger",
                                                          "debuggercmds", "ifs"};
    const std::string_view folder = page.substr(0, page.find('/'));
    const std::string_view file = page.substr(std::min(folder.size() + 1, page.size()));
    const auto has = [file](std::string_view word) { return file.find(word) != std::string_view::npos; };
    if (folder == "winddi") {
        return has("engalloc") || has("engfree");
    }
    return std::find(folders.begin(), folders.end(), folder) != folders.end() &&
           (has("pool") || has("lookaside"));
}

} // namespace poolproof
