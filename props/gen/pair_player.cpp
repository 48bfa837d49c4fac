// See pair_player.hpp.
#include "gen/pair_player.hpp"

#include "trace/declared.hpp"
#include "trace/request.hpp"

#include <algorithm>
#include <utility>

namespace poolproof {

namespace {

bool promises_zeros(const Op& op) {
    static const ListSettings no_lists; // they say nothing of contents
    return op.kind == OpKind::allocate && request_of(op, 0, no_lists).zeroed;
}

// What a subject says of a block or of its caller changes nothing that comes.
bool parts_worlds(Aspect aspect) {
    return aspect != Aspect::nothing && aspect != Aspect::executable && aspect != Aspect::caller_faults;
}

} // namespace

PairPlayer::PairPlayer(std::unique_ptr<Player> a, std::unique_ptr<Player> b) {
    sides_[0].player = std::move(a);
    sides_[1].player = std::move(b);
    for (const bool is_64_bit : {false, true}) {
        const std::size_t bits = is_64_bit ? 1 : 0;
        has_profile_[bits] = true;
        for (Side& side : sides_) {
            has_profile_[bits] = side.player->has_profile(is_64_bit) && has_profile_[bits];
            side.claims[bits] = side.player->claims();
        }
    }
    // What one of them is not given while it plays is found at once when it plays first.
    const auto withholds = [&](const Side& side) {
        return !side.player->claims().can(can_fail_cleanly_at_free);
    };
    first_ = withholds(sides_[1]) && !withholds(sides_[0]) ? 1 : 0;
}

bool PairPlayer::is_isolated() const {
    return sides_[0].player->hand_overs() != nullptr || sides_[1].player->hand_overs() != nullptr;
}

void PairPlayer::renew() {
    for (Side& side : sides_) {
        side.player->renew();
    }
}

void PairPlayer::Side::play(const Trace& trace) {
    events.clear();
    left_out.clear();
    heard = 0;
    oracle.begin(claims[trace.is_64_bit ? 1 : 0]);
    const Listener listener{[](void* side, const Op& op, const Event& event) {
                                return static_cast<Side*>(side)->hear(op, event);
                            },
                            this};
    player->play(trace, listener);
}

bool PairPlayer::Side::hear(const Op& op, const Event& event) {
    const std::size_t number = heard++;
    if (event.kind == EventKind::unsupported) {
        left_out.push_back(number);
        return true;
    }
    events.push_back(event);
    return oracle.step(op, event) == 0;
}

bool PairPlayer::Side::violates(std::size_t op) const {
    return !oracle.violations().empty() && oracle.violations().front().op_index == op;
}

std::vector<int> PairPlayer::broken(std::size_t side, std::size_t op) const {
    std::vector<int> clauses;
    for (const Violation& violation : sides_[side].oracle.violations()) {
        if (violation.op_index == op) {
            clauses.push_back(violation.clause);
        }
    }
    return clauses;
}

void PairPlayer::keep_declared(const Trace& trace) {
    common_.is_64_bit = trace.is_64_bit;
    common_.ops.clear();
    for (const Op& op : trace.ops) {
        if (is_declared(op, claims(0)) && is_declared(op, claims(1))) {
            common_.ops.push_back(op);
        }
    }
}

// What the side was given of common().
void PairPlayer::keep_given(const Side& side) {
    if (side.left_out.empty()) {
        common_.ops.resize(side.heard);
        return;
    }
    std::vector<Op> given;
    auto left_out = side.left_out.begin();
    for (std::size_t i = 0; i < side.heard; ++i) {
        if (left_out != side.left_out.end() && *left_out == i) {
            ++left_out;
        } else {
            given.push_back(common_.ops[i]);
        }
    }
    common_.ops = std::move(given);
}

PairOutcome PairPlayer::play(const Trace& trace) {
    PairOutcome outcome;
    keep_declared(trace);
    outcome.left_out = trace.ops.size() - common_.ops.size();
    Side& first = sides_[first_];
    Side& second = sides_[1 - first_];
    // An op that it is not given changes nothing for a subject, so that leaving it out does not either.
    do {
        first.play(common_);
        outcome.left_out += first.left_out.size();
        keep_given(first);
        second.play(common_);
        outcome.left_out += second.left_out.size();
        if (!second.left_out.empty()) {
            keep_given(second);
        }
    } while (!second.left_out.empty());
    compare_events(outcome);
    return outcome;
}

void PairPlayer::compare_events(PairOutcome& outcome) const {
    const Side& a = sides_[0];
    const Side& b = sides_[1];
    const std::size_t both = std::min(a.events.size(), b.events.size());
    for (std::size_t i = 0; i < both; ++i) {
        const Op& op = common_.ops[i];
        const Deed deed_a{a.events[i], claims(0)};
        const Deed deed_b{b.events[i], claims(1)};
        const bool wrong = a.violates(i) || b.violates(i);
        if (!wrong && !are_comparable(deed_a, deed_b)) {
            outcome.end = PairEnd::cannot_tell;
            return;
        }
        ++outcome.compared;
        const Aspect aspect = compare(op, deed_a, deed_b, promises_zeros(op));
        if (wrong && aspect == Aspect::nothing && broken(0, i) == broken(1, i)) {
            outcome.end = PairEnd::both_wrong;
            return;
        }
        if (wrong || parts_worlds(aspect)) {
            outcome.end = PairEnd::parted;
            outcome.differences.push_back({i, aspect == Aspect::nothing ? Aspect::verdict : aspect});
            return;
        }
        const auto same = [&](const Difference& other) {
            const Op& before = common_.ops[other.op];
            return other.aspect == aspect && before.kind == op.kind && before.routine == op.routine;
        };
        if (aspect != Aspect::nothing &&
            std::none_of(outcome.differences.begin(), outcome.differences.end(), same)) {
            outcome.differences.push_back({i, aspect});
        }
    }
}

} // namespace poolproof
