// What has to be covered, and what may stay uncovered for a reason (see coverage.hpp).
#include "cli/coverage.hpp"
#include "cli/files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

namespace poolproof {
namespace {

namespace fs = std::filesystem;

// Built by those who try the package, not by this tree.
constexpr std::string_view of_its_own = "impl/example/";

void check_thresholds(const std::vector<CoveredFile>& files, const RequiredFolder& required,
                      std::vector<std::string>& found) {
    const Shares sum = sum_below(files, required.folder);
    const auto check = [&](const Share& share, double threshold, const char* what) {
        if (share.all == 0) {
            found.push_back(fmt::format("{}: no {} were counted", required.folder, what));
        } else if (!share.reaches(threshold)) {
            found.push_back(fmt::format("{}: {} of {} {} covered, expected {} %", required.folder,
                                        share.covered, share.all, what, threshold));
        }
    };
    check(sum.lines, required.lines, "lines");
    check(sum.branches, required.branches, "branches");
}

void check_sources(const std::vector<CoveredFile>& files, const RequiredFolder& required,
                   const fs::path& root, std::vector<std::string>& found) {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / required.folder)) {
        const std::string path = entry.path().lexically_relative(root).generic_string();
        const bool is_source = entry.path().extension() == ".cpp" || entry.path().extension() == ".c";
        if (is_source && !path.starts_with(of_its_own) && path.find("_test") == std::string::npos &&
            std::ranges::find(files, path, &CoveredFile::path) == files.end()) {
            found.push_back(fmt::format("{}: no program that ran contains it", path));
        }
    }
}

bool is_required(const std::string& path) {
    return std::ranges::any_of(required_folders(), [&](const RequiredFolder& required) {
        return path.starts_with(required.folder);
    });
}

} // namespace

const std::vector<RequiredFolder>& required_folders() {
    static const std::vector<RequiredFolder> folders = {{"impl/", 98, 90}, {"props/oracle/", 98, 90}};
    return folders;
}

std::vector<Excuse> read_excuses(const std::string& file) {
    const std::vector<std::uint8_t> bytes = read_bytes(file);
    std::istringstream text(std::string(bytes.begin(), bytes.end()));
    std::vector<Excuse> excuses;
    Excuse current;       // its text stays empty
    bool has_line = true; // the reason before
    const auto expect = [&](bool is_so, const char* what) {
        if (!is_so) {
            throw Failure(ExitCode::usage, fmt::format("{}:{}: expected {}", file, current.line, what));
        }
    };
    for (std::string line; std::getline(text, line);) {
        ++current.line;
        const std::size_t depth = line.find_first_not_of(' ');
        if (depth == std::string::npos || line.front() == '#') {
            continue;
        }
        line.erase(0, depth);
        if (depth == 0) {
            expect(has_line, "a line of a file before the next reason");
            has_line = false;
            current.reason = line;
            current.path.clear();
        } else if (depth == 2) {
            expect(!current.reason.empty(), "a reason before the first file");
            current.path = line;
        } else {
            expect(depth == 4 && !current.path.empty(),
                   "a reason, a file behind two blanks, or its lines behind four");
            excuses.push_back(current);
            excuses.back().text = line;
            has_line = true;
        }
    }
    expect(has_line, "a line of a file behind the last reason");
    return excuses;
}

std::vector<std::string> shortcomings(const std::vector<CoveredFile>& files,
                                      const std::vector<Excuse>& excuses, const std::string& list,
                                      const fs::path& root) {
    std::vector<std::string> found;
    for (const RequiredFolder& required : required_folders()) {
        check_thresholds(files, required, found);
        check_sources(files, required, root, found);
    }
    // An excuse takes the first line of its text behind the line that the one before it took.
    std::vector<bool> used(excuses.size());
    for (const CoveredFile& file : files) {
        std::vector<bool> excused(file.lines.size());
        std::size_t from = 0;
        for (std::size_t i = 0; i < excuses.size(); ++i) {
            const Excuse& excuse = excuses[i];
            if (excuse.path != file.path) {
                continue;
            }
            if (i == 0 || excuses[i - 1].path != excuse.path || excuses[i - 1].reason != excuse.reason) {
                from = 0;
            }
            for (std::size_t at = from; at < file.lines.size() && !used[i]; ++at) {
                if (!excused[at] && file.lines[at].text == excuse.text) {
                    excused[at] = used[i] = true;
                    from = at + 1;
                }
            }
        }
        for (std::size_t at = 0; at < file.lines.size() && is_required(file.path); ++at) {
            if (!excused[at]) {
                found.push_back(fmt::format("{}:{}: nothing executed it, and nothing says why: {}", file.path,
                                            file.lines[at].line, file.lines[at].text));
            }
        }
    }
    for (std::size_t i = 0; i < excuses.size(); ++i) {
        if (!used[i]) {
            found.push_back(fmt::format("{}:{}: {} has no such line that nothing executed: {}", list,
                                        excuses[i].line, excuses[i].path, excuses[i].text));
        }
    }
    return found;
}

std::vector<CoveredFolder> by_folder(const std::vector<CoveredFile>& files) {
    std::vector<CoveredFolder> folders;
    for (const CoveredFile& file : files) {
        const std::string folder = file.path.substr(0, file.path.rfind('/'));
        const auto at = std::ranges::find(folders, folder, &CoveredFolder::folder);
        (at == folders.end() ? folders.emplace_back(folder, Shares{}) : *at).shares.add(file.shares);
    }
    std::ranges::sort(folders, {}, &CoveredFolder::folder);
    return folders;
}

Shares sum_below(const std::vector<CoveredFile>& files, std::string_view prefix) {
    Shares sum;
    for (const CoveredFile& file : files) {
        if (file.path.starts_with(prefix)) {
            sum.add(file.shares);
        }
    }
    return sum;
}

} // namespace poolproof
