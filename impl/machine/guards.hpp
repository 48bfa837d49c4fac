// Host pages that are inaccessible until they are opened: what special pool is made of.
//
// Two ways, behind one interface: guard regions, which mark page table entries and split no mapping, and
// mprotect, which every kernel has. Covers: choosing, forcing and probing the way, opening and closing pages.
// Does not cover: which pages are whose (pool/special_memory.hpp). Not locked.
#pragma once

#include "poolproof/machine.h"

#include <cstddef>

namespace poolproof {

// Which way `wanted` comes to on this host: `automatic` looks at the environment variable POOLPROOF_GUARDS
// (guard-regions, mprotect or auto), then asks the kernel by trying. Throws std::system_error when guard
// regions are forced and the kernel has none, std::invalid_argument for another word in the variable.
GuardBackend resolve(GuardBackend wanted);

class GuardedRange {
  public:
    // Address space that is inaccessible and stays the caller's. Pages open readable and writable, and
    // executable if so asked.
    GuardedRange(std::byte* start, bool executable) : start_(start), executable_(executable) {}
    ~GuardedRange();
    GuardedRange(const GuardedRange&) = delete;
    GuardedRange& operator=(const GuardedRange&) = delete;

    // From here on the first `pages` pages can be opened; all are closed. Free of charge when nothing changes
    // and nothing is open. `keep`: closed pages may keep their memory, which makes opening them cheaper.
    // Throws std::system_error.
    void prepare(GuardBackend backend, std::size_t pages, bool keep);

    // False when the host is out of mappings or memory; nothing has changed then. A page that is opened holds
    // zeroes, or what it held when it was closed (keeps_contents).
    bool open(std::byte* first, std::size_t pages) noexcept;
    // The contents may go with it. Throws std::system_error.
    void close(std::byte* first, std::size_t pages);

    // A page that is closed and opened again holds what it held.
    bool keeps_contents() const { return backend_ == GuardBackend::mprotect || file_ >= 0; }
    // In the child of a fork: memory that is kept is the parent's until the first `used` pages have been
    // copied. All pages are closed afterwards.
    void part_from_parent(std::size_t used);
    // Blocks that can be open at once for all that the backend allows; the host may allow fewer.
    std::size_t most_blocks() const;

  private:
    bool map_file();
    void drop_file();

    std::byte* start_;
    bool executable_;
    GuardBackend backend_ = GuardBackend::automatic; // until prepare()
    std::size_t pages_ = 0;
    bool keep_ = false;
    int file_ = -1; // kept memory of guard regions: guards do not drop a file's pages
};

} // namespace poolproof
