// The linter's memory: the warnings of a machine, and the fill by which bytes that were never written are
// known.
//
// Covers: the table and the fill. Does not cover: which calls are worth a warning (ddi/caller_lint.hpp). Not
// locked.
#pragma once

#include "poolproof/linter.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace poolproof {

class Linter {
  public:
    // Allocates what it needs; nothing after that does. Switching it on again keeps the warnings.
    void set(bool on);
    bool is_on() const { return on_; }
    // Off, without warnings.
    void reset();
    // Kept when this kind is new for the caller.
    void add(const CallerWarning& warning);
    const std::vector<CallerWarning>& warnings() const { return warnings_; }

  private:
    bool on_ = false;
    std::vector<CallerWarning> warnings_;
};

// Unwritten bytes are told from others by that many in a row.
inline constexpr unsigned least_unwritten_run = 8;

// Fills a block from its start.
void fill_unwritten(void* block, std::size_t bytes);

// Goes over consecutive bytes of memory and finds a run that holds its fill.
class UnwrittenRun {
  public:
    // The address of the first run's first byte, once it is long enough.
    std::optional<std::uint64_t> look(std::uint64_t address, const std::uint8_t* bytes, std::size_t count);

  private:
    unsigned length_ = 0;
};

} // namespace poolproof
