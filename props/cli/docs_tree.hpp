// Checkouts of documentation repositories, as pages.
//
// Covers: finding a page by its folder and file, and which pages look like ones on pool allocators. Does not
// cover: what is on a page (contract/page_sentences.hpp). Not for use by several threads while it is built.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace poolproof {

class DocsTree {
  public:
    // Walks `folders` with everything below them, save .git. Throws Failure (missing_input) for a folder that
    // is not there or cannot be walked.
    explicit DocsTree(const std::vector<std::string>& folders);

    // The files of a page, "kernel/pool_flags" being every .../kernel/pool_flags.md; empty when it is not
    // there.
    std::vector<std::filesystem::path> files(const std::string& page) const;

    // Every page that looks like one on pool allocators (is_pool_page), sorted.
    std::vector<std::string> pool_pages() const;

  private:
    std::unordered_map<std::string, std::vector<std::filesystem::path>> pages_;
};

// By its name alone: in a folder of the kernel's routines, guides, Driver Verifier or debugger, a file whose
// name has "pool" or "lookaside" in it; and in winddi the EngAlloc and EngFree routines.
bool is_pool_page(std::string_view page);

} // namespace poolproof
