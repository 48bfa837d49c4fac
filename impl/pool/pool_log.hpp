// The circular log of pool operations that Pool Tracking keeps (PT-07).
//
// Covers: the newest entries, oldest first. Does not cover: when it is written. Memory is reserved when the
// log is first opened and taken page by page as entries come; writing one allocates nothing. Not locked.
#pragma once

#include "machine/mapping.hpp"
#include "poolproof/driver_verifier.h"

#include <algorithm>
#include <cstdint>
#include <memory>

namespace poolproof {

class PoolLog {
  public:
    // An empty log that holds this many entries from open() on; 0: none ever.
    void reset(std::uint32_t entries) {
        entries_ = entries;
        written_ = 0;
    }
    // Throws std::system_error.
    void open() {
        const std::size_t bytes = std::size_t{entries_} * sizeof(PoolOperation);
        if (bytes != 0 && (memory_ == nullptr || memory_->size() < bytes))
            memory_ = std::make_unique<Mapping>(bytes, Protection::read_write);
    }
    // Between open() and the next reset().
    void add(const PoolOperation& operation) {
        if (entries_ != 0)
            at(written_++) = operation;
    }
    template <class Visit> void for_each(Visit&& visit) const {
        for (std::uint64_t i = written_ - std::min<std::uint64_t>(written_, entries_); i < written_; ++i)
            visit(at(i));
    }

  private:
    PoolOperation& at(std::uint64_t i) const {
        return reinterpret_cast<PoolOperation*>(memory_->data())[i % entries_];
    }

    std::unique_ptr<Mapping> memory_;
    std::uint32_t entries_ = 0;
    std::uint64_t written_ = 0;
};

} // namespace poolproof
