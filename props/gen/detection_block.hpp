// One block of the detection sweep: every access around it on one subject.
//
// Covers: the order of accesses, comparing, undoing, the trace of a disagreement. Does not cover: which
// blocks there are (detection.cpp), how special pool is asked for (detection_requests.hpp), what is foretold
// (oracle/prediction.hpp).
#pragma once

#include "gen/detection.hpp"
#include "gen/detection_requests.hpp"
#include "oracle/prediction.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace poolproof {

// Not thread-safe: it drives one subject.
class DetectionProbe {
  public:
    DetectionProbe(Subject& subject, const DetectionOptions& options);

    // Adds to `counts`. The first disagreement ends the block.
    std::optional<Counterexample> try_block(const DetectionBlock& block, DetectionCounts& counts);

  private:
    using Found = std::optional<Counterexample>;

    Event begin();
    bool is_placed(const Event& allocated) const;
    Found try_strangers();
    Found try_access(const oracle::Access& access, DetectionCounts& counts);
    Found try_free(const oracle::Access& access);
    Found try_clean_free(DetectionCounts& counts);
    Found try_freed(DetectionCounts& counts);
    Event touch(const oracle::Access& access);
    Event touch_once(const oracle::Access& access, const oracle::Prediction& foretold);
    Event release();
    bool is_due(std::int64_t offset) const;
    // Whether a fresh block shows the same: `freed` says that the access is followed by the free.
    bool shows_alone(const oracle::Access& access, bool freed);
    Counterexample disagreement(Disagreement kind, const Event& got, const char* expected,
                                const std::vector<Op>& further) const;

    Subject* subject_;
    const DetectionOptions* options_;
    DetectionBlock shape_{};
    std::vector<Op> request_;
    oracle::GuardedBlock block_{};
};

} // namespace poolproof
