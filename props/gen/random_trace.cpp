// Random traces (see random_trace.hpp). Does not cover: what keeps ordinary traces legal (tame.hpp).
#include "gen/random_trace.hpp"

#include "gen/tame.hpp"
#include "trace/codec.hpp"
#include "trace/dense.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace poolproof {
namespace {

using KindSet = std::uint32_t;
constexpr KindSet bit(OpKind kind) {
    return KindSet{1} << static_cast<unsigned>(kind);
}
constexpr KindSet every_kind = (1U << op_kind_count) - 1;
constexpr KindSet legal_kinds = bit(OpKind::allocate) | bit(OpKind::free) | bit(OpKind::read) |
                                bit(OpKind::write) | bit(OpKind::irql) | bit(OpKind::processor) |
                                bit(OpKind::print) | bit(OpKind::query_tag) | bit(OpKind::query_event);

struct Flavour {
    Dialect dialect;
    KindSet kinds;
    KindSet busy; // kinds that every trace has, with large weights
};

Flavour flavour_of(TraceFlavour flavour) {
    const KindSet alloc_and_free = bit(OpKind::allocate) | bit(OpKind::free);
    switch (flavour) {
    case TraceFlavour::ordinary:
    case TraceFlavour::fragment:
        return {Dialect::any, legal_kinds, alloc_and_free};
    case TraceFlavour::mixed:
        return {Dialect::any, every_kind, alloc_and_free};
    case TraceFlavour::special:
        return {Dialect::special, every_kind, alloc_and_free | bit(OpKind::read) | bit(OpKind::write)};
    }
    return {Dialect::any, every_kind, alloc_and_free};
}

// Makes records: swarm weights over the kinds, and for some bytes bits that stay the same all trace long, so
// that traces differ in what they are about.
class RecordSource {
  public:
    RecordSource(Random& random, const Flavour& flavour, bool with_habits)
        : random_(&random), dialect_(flavour.dialect) {
        choose_kinds(flavour);
        random_bits_.fill(~std::uint64_t{0});
        if (with_habits) {
            choose_habits();
        }
    }

    Op next() {
        std::array<std::uint64_t, record_bytes / 8> words{};
        for (std::size_t i = 0; i < words.size(); ++i) {
            words[i] = (random_->next() & random_bits_[i]) | habits_[i];
        }
        std::array<std::uint8_t, record_bytes> record{};
        std::memcpy(record.data(), words.data(), record_bytes);
        record[0] = first_bytes_[record[0]];
        return decode_record(record, dialect_);
    }

  private:
    void choose_kinds(const Flavour& flavour) {
        std::array<unsigned, op_kind_count> weights{};
        unsigned total = 0;
        for (std::size_t kind = 0; kind < op_kind_count; ++kind) {
            const KindSet one = bit(static_cast<OpKind>(kind));
            if ((flavour.busy & one) != 0) {
                weights.at(kind) = 24 + random_->below(40);
            } else if ((flavour.kinds & one) != 0 && random_->below(2) != 0) {
                weights.at(kind) = 1U << random_->below(5);
            }
            total += weights.at(kind);
        }
        std::size_t at = 0;
        unsigned so_far = 0;
        for (std::size_t kind = 0; kind < op_kind_count; ++kind) {
            so_far += weights.at(kind);
            const std::size_t end = first_bytes_.size() * so_far / total;
            const std::uint8_t first = kind_bytes(static_cast<OpKind>(kind), dialect_).first;
            for (; at < end; ++at) {
                first_bytes_.at(at) = first;
            }
        }
    }

    void choose_habits() {
        for (std::size_t byte = 1; byte < 15; ++byte) {
            if (random_->below(6) != 0) {
                continue;
            }
            constexpr std::array<std::uint8_t, 4> kept = {0x0F, 0xF0, 0x03, 0x81};
            const std::uint64_t free_bits = kept.at(random_->below(kept.size()));
            const unsigned shift = 8 * (byte % 8);
            random_bits_.at(byte / 8) &= ~((0xFFU & ~free_bits) << shift);
            habits_.at(byte / 8) |= (random_->below(256) & ~free_bits) << shift;
        }
    }

    Random* random_;
    Dialect dialect_;
    std::array<std::uint8_t, 256> first_bytes_{};
    std::array<std::uint64_t, record_bytes / 8> random_bits_{};
    std::array<std::uint64_t, record_bytes / 8> habits_{};
};

void fill_ordinary(Random& random, RecordSource& records, std::size_t length, unsigned slots,
                   std::vector<Op>& ops) {
    Tamer tamer(slots);
    while (ops.size() < length) {
        const Op op = records.next();
        ops.push_back(tamer.tame(op, static_cast<std::uint32_t>(random.next() >> 32)));
    }
}

// Phases of growth, churn and shrinkage.
void fill_fragment(Random& random, RecordSource& records, std::size_t length, std::vector<Op>& ops) {
    Tamer tamer(128 + random.below(slot_count - 127));
    std::size_t phase_end = 0;
    unsigned growth = 0; // eighths of allocations and frees that allocate
    for (bool first = true; ops.size() < length;) {
        if (ops.size() >= phase_end) {
            constexpr std::array<unsigned, 8> growths = {7, 4, 6, 4, 1, 4, 5, 2};
            growth = first ? 7 : growths.at(random.below(growths.size()));
            phase_end = ops.size() + 32 + random.below(480);
            first = false;
        }
        Op op = records.next();
        const auto pick = static_cast<std::uint32_t>(random.next() >> 32);
        if (op.kind == OpKind::allocate && pick >> 29 >= growth) {
            op.kind = OpKind::free;
        } else if (op.kind == OpKind::free && pick >> 29 < growth) {
            Op small; // of the bits of a free that are left
            small.size = 1 + (pick >> 4) % 4096;
            small.pool_type = pick % 2;
            op = small;
        }
        ops.push_back(tamer.tame(op, pick));
    }
}

Op plain(OpKind kind) {
    Op op;
    op.kind = kind;
    return op;
}

// States in which little else can happen do not last.
void fill_wild(Random& random, RecordSource& records, std::size_t length, std::vector<Op>& ops) {
    std::uint8_t level = 0;
    bool starved = false;
    while (ops.size() < length) {
        const auto chance = static_cast<std::uint8_t>(random.next() >> 56);
        Op op;
        if (level >= 2 && chance < 40) {
            op = plain(OpKind::irql);
        } else if (starved && chance < 8) {
            op = plain(OpKind::budget);
            op.index = static_cast<std::uint8_t>(chance % 2);
            op.paged = chance / 2 % 2 != 0;
            op.size = 4096;
        } else {
            op = records.next();
        }
        if (op.kind == OpKind::irql) {
            level = op.level;
        }
        starved = starved || op.kind == OpKind::budget;
        ops.push_back(op);
    }
}

} // namespace

Trace random_trace(Random& random, TraceFlavour flavour, std::size_t length) {
    const bool legal = flavour == TraceFlavour::ordinary || flavour == TraceFlavour::fragment;
    Trace trace;
    trace.is_64_bit = random.below(4) != 0;
    RecordSource records(random, flavour_of(flavour), random.below(2) != 0);
    length = std::max<std::size_t>(length, 1);
    trace.ops.reserve(length);
    if (flavour == TraceFlavour::special) {
        Op on = plain(OpKind::special_pool);
        on.mode = SpecialMode::verifier;
        on.side = random.below(2) != 0 ? Side::start : Side::end;
        trace.ops.push_back(on);
    }
    if (flavour == TraceFlavour::fragment) {
        fill_fragment(random, records, length, trace.ops);
    } else if (legal) {
        fill_ordinary(random, records, length, dense_slots + random.below(48), trace.ops);
    } else {
        fill_wild(random, records, length, trace.ops);
    }
    return trace;
}

} // namespace poolproof
