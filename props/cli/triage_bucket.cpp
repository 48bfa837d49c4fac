// See triage_bucket.hpp.
#include "cli/triage_bucket.hpp"

#include "contract/clause.hpp"
#include "report/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace poolproof {
namespace {

constexpr std::string_view assertion = "Assertion failed: ", stop_code = "*** STOP: 0x",
                           summary = "SUMMARY: ";

// The rest of the first line that begins with these words.
std::optional<std::string> after(const std::vector<std::string>& lines, std::string_view beginning) {
    for (const std::string& line : lines) {
        if (line.starts_with(beginning)) {
            return line.substr(beginning.size());
        }
    }
    return std::nullopt;
}

bool is_ours(std::string_view frame) {
    return frame.find("/props/") != std::string_view::npos ||
           frame.find("/impl/") != std::string_view::npos || frame.find("/fuzz/") != std::string_view::npos ||
           frame.find(" fuzz/") != std::string_view::npos;
}

// Frames of every stack: below the input, or of what reports.
bool says_nothing(std::string_view function) {
    constexpr std::array<std::string_view, 14> beginnings = {
        "__asan",        "__sanitizer",
        "__interceptor", "__interception",
        "__lsan",        "__ubsan",
        "__tsan",        "fuzzer::",
        "LLVMFuzzer",    "main",
        "_start",        "__libc_start",
        "on_time_out",   "poolproof::fuzz::serve_as_judge"};
    return std::ranges::any_of(beginnings, [&](std::string_view b) { return function.starts_with(b); }) ||
           function == "abort" || function == "raise" || function.find("on_time_out") != std::string::npos;
}

// "poolproof::Arena::free" of "#1 0x5581 in poolproof::Arena::free(void*, int) /x/impl/arena.cpp:12:3", and
// of "#0 copy_bytes fuzz/driver/packet_parser.c:35:15".
std::string function_of(std::string_view frame) {
    std::string text(frame.substr(frame.find(' ') + 1));
    const std::size_t at = text.find(" in ");
    if (text.starts_with("0x")) {
        if (at == std::string::npos) { // no name: the module and its offset
            const std::size_t open = text.rfind('(');
            const std::size_t slash = text.rfind('/');
            return open == std::string::npos || slash == std::string::npos
                       ? ""
                       : text.substr(slash + 1, text.find_first_of(") ", slash) - slash - 1);
        }
        text.erase(0, at + 4);
    }
    constexpr std::string_view unnamed = "(anonymous namespace)::";
    for (std::size_t found = text.find(unnamed); found != std::string::npos; found = text.find(unnamed)) {
        text.erase(found, unnamed.size());
    }
    return text.substr(0, text.find_first_of("( "));
}

std::string with_frames(std::string what, std::string_view report, std::size_t most) {
    const std::vector<std::string> frames = frames_of(report, most);
    return frames.empty() ? what : fmt::format("{} in {}", what, fmt::join(frames, " < "));
}

Bucket of_assertion(const std::string& text) {
    return {clause_index(text) >= 0 ? BucketKind::contract : BucketKind::assertion, printable(text)};
}

// "heap-buffer-overflow" of "AddressSanitizer: heap-buffer-overflow file.cpp:3 in f".
Bucket of_sanitizer(std::string_view text, std::string_view report) {
    const std::size_t colon = text.find(": ");
    const std::string_view rest = colon == std::string_view::npos ? text : text.substr(colon + 2);
    std::string kind(rest.starts_with("data race") ? "data race" : rest.substr(0, rest.find(' ')));
    const bool memory =
        kind == "out-of-memory" || kind == "allocation-size-too-big" || kind == "rss-limit-exceeded";
    return {memory ? BucketKind::out_of_memory : BucketKind::sanitizer, with_frames(kind, report, 3)};
}

Bucket of_bug_check(std::string_view code, std::string_view report) {
    const std::size_t significant = std::min(code.find_first_not_of('0'), code.size() - 1);
    // The first function below "Stack:", not below where a block came from.
    const std::size_t stack = report.find("Stack:");
    return {BucketKind::bug_check,
            with_frames(fmt::format("0x{}", code.substr(significant)),
                        stack == std::string_view::npos ? report : report.substr(stack), 1)};
}

Bucket of_end(const Judgement& judgement) {
    if (judgement.outcome == Outcome::signalled) {
        return {BucketKind::signal,
                with_frames(fmt::format("signal {} ({})", judgement.detail, strsignal(judgement.detail)),
                            judgement.report, 3)};
    }
    return {BucketKind::exit, fmt::format("exit status {}", judgement.detail)};
}

} // namespace

std::vector<std::string> frames_of(std::string_view report, std::size_t most) {
    std::vector<std::string> all;
    std::vector<std::string> ours;
    bool begun = false;
    for (const std::string& line : lines_of(report)) {
        const std::size_t text = line.find_first_not_of(' ');
        const bool frame = text != std::string::npos && line[text] == '#' && text + 1 < line.size() &&
                           line[text + 1] >= '0' && line[text + 1] <= '9';
        if (begun && !frame && (text == std::string::npos || text == 0)) {
            break; // the first stack says it
        }
        if (!frame) {
            continue;
        }
        begun = true;
        const std::string function = function_of(std::string_view(line).substr(text));
        if (!function.empty() && !says_nothing(function)) {
            all.push_back(function);
            if (is_ours(line)) {
                ours.push_back(function);
            }
        }
    }
    std::vector<std::string>& chosen = ours.empty() ? all : ours;
    chosen.resize(std::min(chosen.size(), most));
    return chosen;
}

std::optional<Bucket> bucket_of(const Judgement& judgement) {
    const std::string& report = judgement.report;
    const std::vector<std::string> lines = lines_of(report);
    switch (judgement.outcome) {
    case Outcome::ready:
    case Outcome::clean:
        return std::nullopt;
    case Outcome::timed_out:
        return Bucket{BucketKind::time_out, with_frames("time-out", report, 3)};
    case Outcome::out_of_memory:
        return Bucket{BucketKind::out_of_memory, "out of memory"};
    case Outcome::leaked:
        return Bucket{BucketKind::sanitizer, with_frames("leak", report, 3)};
    case Outcome::exited:
    case Outcome::signalled:
        break;
    }
    if (const auto text = after(lines, assertion)) {
        return of_assertion(*text);
    }
    if (const auto text = after(lines, stop_code)) {
        return of_bug_check(text->substr(0, text->find(' ')), report);
    }
    if (const auto text = after(lines, summary)) {
        return of_sanitizer(*text, report);
    }
    return of_end(judgement);
}

bool is_same(const Bucket& bucket, const std::optional<Bucket>& other) {
    if (!other || other->kind != bucket.kind) {
        return false;
    }
    const bool by_limit = bucket.kind == BucketKind::time_out || bucket.kind == BucketKind::out_of_memory;
    return by_limit || other->name == bucket.name;
}

std::string explanation_in(std::string_view report) {
    std::string text;
    bool inside = false;
    for (const std::string& line : lines_of(report)) {
        if (line.starts_with("subject ")) {
            break;
        }
        if (inside) {
            text += (text.empty() ? "" : "\n") + line;
        }
        inside = inside || line.starts_with("DEDUP_TOKEN: ");
    }
    return text;
}

std::string trace_text_in(std::string_view report) {
    const std::size_t begin = report.find("poolproof-trace ");
    if (begin == std::string_view::npos) {
        return {};
    }
    return std::string(report.substr(begin, report.find("replay with: ", begin) - begin));
}

} // namespace poolproof
