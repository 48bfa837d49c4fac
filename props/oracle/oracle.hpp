// The oracle: consumes ops and events one by one and gives a verdict per clause.
//
// Covers: judging one trace after another against the documents, and the tally over all of them. It keeps its
// own naive model of the world and shares no code with any implementation; of impl/ it includes the
// documented constants only. Does not cover: running a subject (run/), or shrinking (gen/).
#pragma once

#include "contract/claims.hpp"
#include "contract/clause.hpp"
#include "trace/event.hpp"
#include "trace/op.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace poolproof {

enum class Verdict : std::uint8_t {
    holds,
    violated,
    not_exercised,
    not_applicable, // the subject cannot express what the clause speaks of
    unspecified,    // exercised, but the documents leave the outcome open
    not_observable, // advice, or a rule for source checkers: no run can judge it
};
std::string_view name_of(Verdict verdict);

// Times that a clause was judged, over every trace so far.
struct ClauseTally {
    std::uint64_t holds = 0;
    std::uint64_t violated = 0;
    std::uint64_t unspecified = 0;

    std::uint64_t exercised() const { return holds + violated + unspecified; }
};

// One violated clause at one op. `expected` is a stable sentence of the check (static storage).
struct Violation {
    int clause = -1; // position in all_clauses()
    std::uint32_t op_index = 0;
    const char* expected = "";
};

class Oracle {
  public:
    Oracle();
    ~Oracle();
    Oracle(const Oracle&) = delete;
    Oracle& operator=(const Oracle&) = delete;

    // A new trace on a clean machine of a subject with these claims. The tally goes on.
    void begin(const Claims& claims);
    // Judges one op. Returns the number of clauses that it violated (0 on the passing path, where nothing is
    // allocated beyond what the model of live blocks needs). Ops are numbered from 0 after begin().
    std::size_t step(const Op& op, const Event& event);
    // The violations of the trace so far: by op, then in contract order.
    const std::vector<Violation>& violations() const;

    // By position in all_clauses().
    const std::vector<ClauseTally>& tally() const;
    // Adds another oracle's tally to this one's.
    void absorb(const std::vector<ClauseTally>& other);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// The verdict of one clause for a subject with these claims.
Verdict verdict_of(const Clause& clause, const ClauseTally& tally, const Claims& claims);

// True when some check of the oracle judges the clause.
bool is_judged(int clause);

// "expected ..., got ..." for a report: the stable sentence and the event in words.
std::string explain(const Violation& violation, const Op& op, const Event& event);

} // namespace poolproof
