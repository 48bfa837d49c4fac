// Host memory: a mapping that is owned, and changes of protection.
//
// Covers: mmap and mprotect with errors as std::system_error. Does not cover: what a range means
// (layout.hpp). Functions on ranges are async-signal-safe unless they throw.
#pragma once

#include <cstddef>
#include <cstdint>

namespace poolproof {

enum class Protection : std::uint8_t { none, read_write, read_write_execute };

// Anonymous zeroed memory that takes physical pages only where it is touched. Movable in name only: an owner
// keeps it.
class Mapping {
  public:
    Mapping() = default;
    Mapping(std::size_t bytes, Protection protection); // throws std::system_error
    ~Mapping();
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;

    std::byte* data() const { return data_; }
    std::size_t size() const { return bytes_; }

  private:
    std::byte* data_ = nullptr;
    std::size_t bytes_ = 0;
};

// Changes the protection of whole pages. False when the host refuses (out of mappings).
bool try_protect(void* start, std::size_t bytes, Protection protection) noexcept;
// The same; throws std::system_error.
void protect(void* start, std::size_t bytes, Protection protection);

} // namespace poolproof
