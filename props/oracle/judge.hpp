// The judge: walks the rows that concern an op and counts their outcomes.
//
// Covers: facts, rows, counts per row, violations per op, the world's update. Does not cover: sums per clause
// (oracle.cpp). Not thread-safe.
#pragma once

#include "oracle/check.hpp"
#include "oracle/oracle.hpp"
#include "oracle/registry.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace poolproof::oracle {

struct RowTally {
    std::uint64_t holds = 0;
    std::uint64_t violated = 0;
    std::uint64_t unspecified = 0;
};

class Judge {
  public:
    Judge();

    void begin(const Claims& claims);
    // Appends violations of the op, in contract order, one per clause.
    void step(const Op& op, const Event& event, std::vector<Violation>& violations);

    // By position in all_rows(). Summed up on demand.
    std::vector<RowTally> tally() const;
    // Ops that crashed the subject, by position in all_clauses().
    const std::vector<std::uint64_t>& crashes() const { return crashes_; }
    const World& world() const { return world_; }

  private:
    // Rows of one bucket that have the same check and need the same facts: it is made once for all of them.
    struct Active {
        Check check;
        std::uint32_t facts;
        std::uint32_t next; // position of the next one in the bucket that needs other facts
    };
    struct Bucket {
        std::vector<Active> active;       // by facts
        std::vector<std::uint32_t> rows;  // of all of them in order, by position in all_rows()
        std::vector<std::uint32_t> begin; // of each of them, where its rows begin there; then the end
        std::vector<std::array<std::uint64_t, outcome_count>> tally; // of each of them, its outcomes so far

        std::span<const std::uint32_t> rows_of(std::size_t i) const {
            return std::span(rows).subspan(begin[i], begin[i + 1] - begin[i]);
        }
    };

    void pick_rows();
    void pick_rows(std::size_t bucket);
    void find_facts(const Op& op, const Event& event);
    void walk(std::vector<Violation>& violations);
    void note_violated(std::vector<Violation>& violations);
    void record_crash(const Op& op, const Event& event, std::vector<Violation>& violations);

    World world_;
    Claims claims_;
    Context context_;
    std::uint32_t op_index_ = 0;
    std::uint32_t picked_for_; // capabilities that the buckets were made for
    std::array<Bucket, bucket_count> buckets_;
    std::vector<RowTally> tally_;         // of the rows picked before these
    std::vector<std::uint32_t> violated_; // rows, of the op
    std::vector<std::uint64_t> crashes_;
};

} // namespace poolproof::oracle
