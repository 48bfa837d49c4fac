// The ledger of tags: allocations, frees and bytes per (tag, kind of pool).
//
// Covers: counting (TAG-15). Does not cover: user memory, which is taken from no pool (EAU-18). Not locked.
#pragma once

#include "poolproof/machine.h"

#include <cstdint>
#include <vector>

namespace poolproof {

class TagLedger {
  public:
    TagLedger();
    void reset();
    void allocated(std::uint32_t tag, PoolKind kind, std::uint64_t bytes);
    void freed(std::uint32_t tag, PoolKind kind, std::uint64_t bytes);
    TagCounters counters(std::uint32_t tag, PoolKind kind) const;
    // Calls visit(tag, kind, counters) for every row since the reset, in no order.
    template <class Visit> void for_each(Visit&& visit) const {
        for (const std::uint32_t at : used_)
            visit(static_cast<std::uint32_t>(rows_[at].key >> 2),
                  static_cast<PoolKind>(rows_[at].key >> 1 & 1), rows_[at].counters);
    }

  private:
    struct Row {
        std::uint64_t key = 0; // 0: empty; else tag, kind and a set bit
        TagCounters counters;
    };
    static std::uint64_t key_of(std::uint32_t tag, PoolKind kind) {
        return static_cast<std::uint64_t>(tag) << 2 | static_cast<std::uint64_t>(kind) << 1 | 1U;
    }
    std::size_t position(std::uint64_t key) const; // of the row or of the empty row where it belongs
    Row& row(std::uint32_t tag, PoolKind kind);

    std::vector<Row> rows_; // open addressing; a power of two, at most half full
    std::vector<std::uint32_t> used_;
};

} // namespace poolproof
