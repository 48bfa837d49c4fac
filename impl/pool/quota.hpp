// Pool quota: what each process may be charged for and is, per kind of pool.
//
// Covers: limits, charging, giving back. Does not cover: which requests are charged and for how much
// (system.hpp). Bytes throughout. Not locked.
#pragma once

#include "poolproof/machine.h"

#include <array>
#include <cstdint>

namespace poolproof {

class QuotaLedger {
  public:
    void reset() { cells_ = {}; }
    void set_limit(unsigned process, PoolKind kind, std::uint64_t bytes) {
        cell(process, kind).limit = bytes;
    }
    const QuotaUse& use(unsigned process, PoolKind kind) const {
        return cells_[process][static_cast<unsigned>(kind)];
    }
    // False, and nothing is charged, when the limit leaves less than `bytes` (PSQ-01).
    bool charge(unsigned process, PoolKind kind, std::uint64_t bytes) {
        QuotaUse& use = cell(process, kind);
        if (use.charged > use.limit || bytes > use.limit - use.charged)
            return false;
        use.charged += bytes;
        return true;
    }
    // False, and nothing is given back, when less than `bytes` is charged (PSQ-04).
    bool give_back(unsigned process, PoolKind kind, std::uint64_t bytes) {
        QuotaUse& use = cell(process, kind);
        if (bytes > use.charged)
            return false;
        use.charged -= bytes;
        return true;
    }

  private:
    QuotaUse& cell(unsigned process, PoolKind kind) { return cells_[process][static_cast<unsigned>(kind)]; }

    std::array<std::array<QuotaUse, 2>, max_processes> cells_;
};

} // namespace poolproof
