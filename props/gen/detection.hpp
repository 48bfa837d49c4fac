// Exact detection: every access around special-pool blocks, each against its prediction.
//
// For each size and side one block is allocated and touched at every offset from one page before it to one
// page past it, by reads and writes of 1, 2, 4, 8 and 16 bytes, which straddle every edge on the way. A write
// that the prediction leaves to the free is followed by that free, whose report must fit, and is then undone.
// At the end the clean block must be freed without a word, and its page be closed. Covers: misses and false
// alarms. Does not cover: who gets special pool and where (the trace oracle does).
#pragma once

#include "subjects/subject.hpp"
#include "trace/op.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace poolproof {

struct DetectionOptions {
    bool is_64_bit = true;
    std::vector<std::uint32_t> sizes; // a page and more only where the subject guards such blocks
    // 1: every offset. n: every n-th, and all that lie within 17 bytes of an edge (of the block, of its
    // pages, of the range).
    std::uint32_t stride = 1;
    bool guards_large = false; // the subject takes a page and more into special pool, as an extension
    unsigned threads = 0;      // 0: one per processor of the host
    // Called from one thread at a time with blocks done and blocks in all; may be empty.
    std::function<void(std::size_t, std::size_t)> progress;
};

// What was checked, by what was foretold.
struct DetectionCounts {
    std::uint64_t blocks = 0;
    std::uint64_t own = 0;          // accesses of the caller's bytes
    std::uint64_t undetectable = 0; // reads that no special pool sees
    std::uint64_t at_free = 0;      // writes reported at the free
    std::uint64_t faults = 0;       // reported at once, freed pages included
    std::uint64_t clean_frees = 0;  // frees without a report

    std::uint64_t accesses() const { return own + undetectable + at_free + faults; }
    void add(const DetectionCounts& other);
};

enum class Disagreement : std::uint8_t {
    miss,         // nothing came where a report was due
    false_alarm,  // a report came where none was due
    wrong_report, // a report came, but with other parameters
    not_placed,   // a block is not in special pool, not on its side, or is there unasked
};

struct Counterexample {
    Disagreement kind = Disagreement::miss;
    Trace trace;
    std::string expected;
    Event got;          // of the last op
    bool alone = false; // the trace alone shows it again; otherwise it took the accesses before it
};

struct DetectionResult {
    DetectionCounts counts;
    // The first one, by size and side, then by offset. After it the sweep ends.
    std::optional<Counterexample> counterexample;
};

// `make` gives each worker its own subject. Rethrows what it throws.
DetectionResult sweep_detection(const std::function<std::unique_ptr<Subject>()>& make,
                                const DetectionOptions& options);

} // namespace poolproof
