// What special pool does about one access, foretold: nothing, a fault now, or a report at the free.
//
// Written from the documents (SP-02 to SP-04, SP-06, SP-07), one block and one access at a time, for
// exhaustive sweeps. Covers: live blocks, and blocks just freed. Does not cover: accesses further than a page
// from the block's pages, and what the trace oracle judges of whole traces (guards.cpp).
#pragma once

#include "trace/event.hpp"

#include <cstdint>

namespace poolproof::oracle {

// A special-pool block and the pages that are its own.
struct GuardedBlock {
    std::uint64_t address;
    std::uint64_t bytes;

    std::uint64_t end() const { return address + bytes; }
    std::uint64_t pages_start() const;
    std::uint64_t pages_end() const;
};

struct Access {
    std::int64_t offset; // from the block's start
    std::uint32_t length;
    bool write;
    std::uint8_t mask; // of a write: the bits of each byte that it flips
};

enum class Detection : std::uint8_t {
    none,         // the caller's own bytes
    undetectable, // a read of the page around them, which special pool cannot see (SP-06)
    at_free,      // a write there: bug check 0xC1 when the block is freed
    fault,        // a byte of a neighbouring page: bug check now
};

struct Prediction {
    Detection what = Detection::none;
    std::uint64_t fault_at = 0; // fault: the first inaccessible byte
};

Prediction predict(const GuardedBlock& block, const Access& access);

// Whether the event of the access is the one foretold, parameters included.
bool agrees(const Prediction& foretold, const GuardedBlock& block, const Access& access, const Event& event);
// Whether the event of freeing the block after that access alone is; for at_free.
bool agrees_at_free(const GuardedBlock& block, const Access& access, const Event& event);
// Whether the event of an access inside the pages of a block just freed is.
bool agrees_after_free(const GuardedBlock& block, const Access& access, const Event& event);

} // namespace poolproof::oracle
