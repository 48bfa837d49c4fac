// See triage_reproducer.hpp.
#include "cli/triage_reproducer.hpp"

#include "cli/triage_process.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <string_view>
#include <utility>
#include <vector>

namespace poolproof {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds compile_limit{120}, run_limit{60};

// As seen from the tree, where it is in it.
std::string in_tree(const fs::path& path) {
    const fs::path whole = fs::absolute(path).lexically_normal();
    const fs::path relative = whole.lexically_relative(POOLPROOF_SOURCE_TREE);
    return relative.empty() || relative.begin()->string() == ".." ? whole.string() : relative.string();
}

std::vector<std::string> words_of_line(const std::string& line) {
    std::vector<std::string> words;
    std::string word;
    for (const char c : line + " ") {
        if (c != ' ') {
            word += c;
        } else if (!word.empty()) {
            words.push_back(std::exchange(word, {}));
        }
    }
    return words;
}

// Where the library has a sanitizer in it, its runtime is that of its own compiler.
std::vector<std::string> compiler() {
    const char* chosen = std::getenv("CC");
    if (std::string(POOLPROOF_REPRODUCER_FLAGS).empty()) {
        if (chosen != nullptr && *chosen != 0) {
            return words_of_line(chosen);
        }
        if (run_program({"cc", "--version"}, {}, compile_limit).started) {
            return {"cc"};
        }
    }
    return {POOLPROOF_REPRODUCER_COMPILER};
}

class TemporaryFolder {
  public:
    TemporaryFolder() {
        std::string name = (fs::temp_directory_path() / "poolproof-reproducer-XXXXXX").string();
        path_ = mkdtemp(name.data()) == nullptr ? "" : name;
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const fs::path& path() const { return path_; }

  private:
    fs::path path_;
};

} // namespace

std::string reproducer_command(const fs::path& file) {
    const fs::path library = POOLPROOF_REPRODUCER_LIBRARY;
    const std::string_view flags = POOLPROOF_REPRODUCER_FLAGS;
    return fmt::format("cc {}-I impl/include -I impl/include/ddi -I props/include {} {} -Wl,-rpath,{} "
                       "-o reproducer && ./reproducer",
                       flags.empty() ? "" : fmt::format("{} ", flags), in_tree(file), in_tree(library),
                       in_tree(library.parent_path()));
}

int compile_and_run(const fs::path& file, std::string& output, bool& compiled) {
    const TemporaryFolder folder;
    const fs::path tree = POOLPROOF_SOURCE_TREE;
    const fs::path library = POOLPROOF_REPRODUCER_LIBRARY;
    const fs::path program = folder.path() / "reproducer";
    std::vector<std::string> command = compiler();
    for (const std::string& word : words_of_line(POOLPROOF_REPRODUCER_FLAGS)) {
        command.push_back(word);
    }
    for (const char* below : {"impl/include", "impl/include/ddi", "props/include"}) {
        command.insert(command.end(), {"-I", (tree / below).string()});
    }
    command.insert(command.end(), {"-Wall", "-Werror", file.string(), library.string(),
                                   "-Wl,-rpath," + library.parent_path().string(), "-o", program.string()});
    const Ended compiling = run_program(command, {}, compile_limit);
    output = compiling.output;
    compiled = compiling.started && !compiling.timed_out && compiling.signal == 0 && compiling.status == 0;
    if (!compiled) {
        return -1;
    }
    const Ended ran = run_program({program.string()}, {"POOLPROOF_SUBJECT="}, run_limit);
    output = ran.output;
    return ran.timed_out || ran.signal != 0 ? -1 : ran.status;
}

Reproducer prove_reproducer(const fs::path& file, const std::string& clause) {
    std::string output;
    bool compiled = false;
    const int code = compile_and_run(file, output, compiled);
    if (!compiled) {
        return Reproducer::not_compiled;
    }
    return code == 0 && output.find(clause + " violated by ") != std::string::npos ? Reproducer::shows
                                                                                   : Reproducer::not_shown;
}

} // namespace poolproof
