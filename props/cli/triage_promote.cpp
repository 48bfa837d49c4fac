// Findings that become part of the corpus (see triage.hpp). Does not cover: finding them.
#include "cli/files.hpp"
#include "cli/triage.hpp"
#include "cli/words.hpp"

#include <fmt/format.h>

#include <cctype>

namespace poolproof {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t line_width = 100;

// "Free of a block with another tag" of its name.
std::string sentence_of(std::string name) {
    for (char& c : name) {
        c = c == '_' ? ' ' : c;
    }
    if (!name.empty()) {
        name[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(name[0])));
    }
    return name;
}

std::vector<std::string> wrapped(std::string_view text) {
    std::vector<std::string> lines = {""};
    while (!text.empty()) {
        const std::size_t end = text.find_first_of(" \n");
        const std::string_view word = text.substr(0, end);
        if (!lines.back().empty() && lines.back().size() + 1 + word.size() > line_width) {
            lines.emplace_back();
        }
        lines.back() += (lines.back().empty() ? "" : " ") + std::string(word);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return lines;
}

std::vector<std::string> comments_on(const TriageFinding& finding) {
    std::string rule = finding.rule;
    if (rule.ends_with('.')) {
        rule.pop_back();
    }
    const std::string what = finding.kind == BucketKind::contract
                                 ? fmt::format("{} ({}).", rule, finding.bucket)
                                 : fmt::format("{}, {}.", name_of(finding.kind), finding.bucket);
    std::vector<std::string> lines = wrapped(fmt::format("{}: {}", sentence_of(finding.name), what));
    lines.push_back(fmt::format("Found by {} on {}.", finding.target, finding.subject));
    return lines;
}

// A trace in text has no number of threads, which is two.
void check_threads(const TriageFinding& finding, const std::vector<std::uint8_t>& bytes) {
    if (bytes.size() > 1 && bytes[1] >> 4U != 0) {
        throw Failure(ExitCode::usage, fmt::format("{}: it takes more than two threads, which no text says; "
                                                   "keep {} as it is",
                                                   finding.name, finding.bytes_file));
    }
}

} // namespace

fs::path promote(const TriageFinding& finding, const fs::path& out, const fs::path& corpus) {
    const FuzzTarget* target = fuzz_target(finding.target);
    if (target == nullptr || finding.bytes_file.empty()) {
        throw Failure(ExitCode::usage,
                      fmt::format("{}: {} is nothing for the corpus", finding.target, finding.bucket));
    }
    const std::vector<std::uint8_t> bytes = read_bytes(out / finding.bytes_file);
    std::string content(bytes.begin(), bytes.end());
    fs::path folder = corpus / "seeds" / finding.target;
    std::string extension = ".bin";
    if (target->input != FuzzInput::driver) {
        const bool anywhere = target->input == FuzzInput::trace && target->opening.empty();
        folder = anywhere ? corpus / "regressions" : folder;
        extension = ".pool";
        if (target->input == FuzzInput::threads) {
            check_threads(finding, bytes);
        }
        content = commented_text(read_trace(out / finding.trace_file), comments_on(finding));
    }
    const fs::path path = folder / (finding.name + extension);
    std::error_code error;
    if (fs::exists(path, error)) {
        throw Failure(ExitCode::usage, fmt::format("{} is there already", path.string()));
    }
    make_folder(folder);
    write_output(path.string(), content);
    return path;
}

} // namespace poolproof
