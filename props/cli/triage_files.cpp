// See triage_files.hpp.
#include "cli/triage_files.hpp"

#include "cli/files.hpp"
#include "cli/subjects.hpp"
#include "cli/triage_name.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>

namespace poolproof {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::size_t most_of_a_bucket = 60; // characters of its name

// FNV-1a: the same on every host.
std::uint32_t short_hash(std::string_view text) {
    std::uint32_t hash = 2166136261U;
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    }
    return hash;
}

void write_if_any(std::string& file, const fs::path& out, const std::string& name,
                  const std::string& content) {
    file = content.empty() ? "" : name;
    if (!content.empty()) {
        write_output((out / name).string(), content);
    }
}

bool is_there(const fs::path& out, const std::string& name) {
    std::error_code error;
    return name.empty() || fs::is_regular_file(out / name, error);
}

} // namespace

std::string stem_of(const TriageFinding& finding) {
    std::string stem = finding.target;
    if (finding.subject != "reference") {
        stem += "-" + file_name_of_subject(finding.subject);
    }
    if (finding.kind == BucketKind::contract) {
        return stem + "-" + finding.bucket;
    }
    const std::string whole = fmt::format("{} {}", name_of(finding.kind), finding.bucket);
    return fmt::format("{}-{}-{:08x}", stem, slug_of(whole, '-', most_of_a_bucket), short_hash(whole));
}

void write_finding(const TriageFinding& finding, const fs::path& out) {
    write_output((out / (stem_of(finding) + ".json")).string(), to_json(finding).dump(2) + "\n");
}

void write_finding(TriageFinding& finding, const FindingContents& contents, const fs::path& out) {
    const std::string stem = stem_of(finding);
    // Without it the files are none of a finding; it comes last.
    std::error_code ignored;
    fs::remove(out / (stem + ".json"), ignored);
    finding.bytes_file = stem + ".bin"; // even of no bytes
    write_output((out / finding.bytes_file).string(), contents.bytes);
    write_if_any(finding.trace_file, out, stem + ".pool", contents.trace);
    write_if_any(finding.reproducer_file, out, stem + ".c", contents.reproducer);
    write_if_any(finding.report_file, out, stem + ".txt", contents.report);
    write_finding(finding, out);
}

std::optional<TriageFinding> known_finding(const TriageFinding& finding, const fs::path& out) {
    const fs::path path = out / (stem_of(finding) + ".json");
    std::error_code error;
    if (!fs::is_regular_file(path, error)) {
        return std::nullopt;
    }
    const std::vector<std::uint8_t> text = read_bytes(path);
    const Json json = Json::parse(text.begin(), text.end(), nullptr, false);
    try {
        TriageFinding known = triage_finding_from(json);
        const std::array<const std::string*, 4> files = {&known.bytes_file, &known.trace_file,
                                                         &known.reproducer_file, &known.report_file};
        bool whole = known.target == finding.target && known.subject == finding.subject &&
                     known.kind == finding.kind && known.bucket == finding.bucket;
        for (const std::string* file : files) {
            whole = whole && is_there(out, *file);
        }
        return whole ? std::optional(std::move(known)) : std::nullopt;
    } catch (const Failure&) {
        return std::nullopt; // none of this version: it is made again
    }
}

} // namespace poolproof
