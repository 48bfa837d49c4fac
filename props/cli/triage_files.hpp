// What is written of a finding, and found again.
//
// Covers: the names of its files, writing them so that what stands there is whole, the finding that a folder
// has of a bucket already. Does not cover: making their contents (triage.cpp).
#pragma once

#include "cli/triage.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace poolproof {

// "special_pool_fuzzer-faulty-slack-unchecked-SP-06": the beginning of its files' names.
std::string stem_of(const TriageFinding& finding);

// What the files hold. Empty: there is no such file; there always is one of the bytes.
struct FindingContents {
    std::string bytes;
    std::string trace;
    std::string reproducer;
    std::string report;
};

// Names the files in the finding, writes them, and last the finding itself. Throws Failure (unwritable).
void write_finding(TriageFinding& finding, const FindingContents& contents, const std::filesystem::path& out);
// The finding alone, as <stem>.json.
void write_finding(const TriageFinding& finding, const std::filesystem::path& out);

// The finding of the same target, subject and bucket that `out` has, with all of its files.
std::optional<TriageFinding> known_finding(const TriageFinding& finding, const std::filesystem::path& out);

} // namespace poolproof
