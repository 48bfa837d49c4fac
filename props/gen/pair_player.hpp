// PairPlayer: plays one trace on two subjects, up to the first op that parts their worlds.
//
// Covers: giving both the same ops, judging each by an oracle of its own, and what came of the trace. An op
// that one of them is not given (it does not declare it, or would not survive it) is kept from the other too,
// so that their worlds stay alike. Does not cover: what of two events is compared (compare.hpp), which traces
// are played (differ.hpp).
#pragma once

#include "gen/compare.hpp"
#include "oracle/oracle.hpp"
#include "play/player.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace poolproof {

enum class PairEnd : std::uint8_t {
    agreed,      // to the last op, or all but
    parted,      // by the last of the differences
    both_wrong,  // they did the same at the last op, and it violates the same clauses
    cannot_tell, // at an op of which one of them has no means to say what the other says
};

struct Difference {
    std::size_t op = 0; // in PairPlayer::common()
    Aspect aspect = Aspect::nothing;
};

struct PairOutcome {
    PairEnd end = PairEnd::agreed;
    // In the order of the ops. All but one that parts them say nothing of what comes after: of their kind,
    // routine and aspect they are the first of the trace.
    std::vector<Difference> differences;
    std::size_t compared = 0; // ops
    std::size_t left_out = 0; // ops that one of them is not given
};

// Not thread-safe: one thread uses one pair, and destroys it.
class PairPlayer {
  public:
    PairPlayer(std::unique_ptr<Player> a, std::unique_ptr<Player> b);

    // Both subjects have it.
    bool has_profile(bool is_64_bit) const { return has_profile_[is_64_bit ? 1 : 0]; }
    bool is_isolated() const;
    Player& player(std::size_t side) { return *sides_[side].player; }
    // The trace has a profile of both. May throw SubjectError.
    PairOutcome play(const Trace& trace);
    // Both as if they had never been used.
    void renew();

    // Of the last trace, what follows. `side` is 0 or 1.
    // The ops that both were given, as far as one of them got.
    const Trace& common() const { return common_; }
    const Claims& claims(std::size_t side) const { return sides_[side].claims[common_.is_64_bit ? 1 : 0]; }
    // By position in common(); each up to its own first violation, crash or the end.
    const std::vector<Event>& events(std::size_t side) const { return sides_[side].events; }
    // Clauses that the side violates at this op, in contract order.
    std::vector<int> broken(std::size_t side, std::size_t op) const;
    // What the side violates at its last op.
    const std::vector<Violation>& violations(std::size_t side) const {
        return sides_[side].oracle.violations();
    }

  private:
    struct Side {
        std::unique_ptr<Player> player;
        Oracle oracle;
        Claims claims[2]; // 32-bit, 64-bit
        std::vector<Event> events;
        std::vector<std::size_t> left_out; // ops of the trace that it was not given
        std::size_t heard = 0;

        void play(const Trace& trace);
        bool hear(const Op& op, const Event& event);
        bool violates(std::size_t op) const;
    };

    void keep_declared(const Trace& trace);
    void keep_given(const Side& side);
    void compare_events(PairOutcome& outcome) const;

    std::array<Side, 2> sides_;
    std::size_t first_ = 0; // the side that is played first
    bool has_profile_[2] = {};
    Trace common_;
};

} // namespace poolproof
