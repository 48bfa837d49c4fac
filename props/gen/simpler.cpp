// See simpler.hpp.
#include "gen/simpler.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

namespace poolproof {
namespace {

constexpr std::uint32_t plain_tag = 0x46726564; // 'Fred'

constexpr std::array<std::uint64_t, 6> plain_sizes = {1, 16, 4096, 0, 4095, 8192};
constexpr std::array<std::uint64_t, 4> plain_counts = {0, 1, 2, 3};
constexpr std::array<std::int32_t, 3> plain_offsets = {0, -1, 16};
constexpr std::array<std::uint32_t, 3> plain_types = {0, 1, 512};
constexpr std::array<std::uint8_t, 4> plain_priorities = {16, 0, 32, 25};
constexpr std::array<std::uint8_t, 2> plain_masks = {0xFF, 1};
constexpr std::array<std::uint8_t, 4> small_numbers = {0, 1, 2, 3};
constexpr std::array<std::uint32_t, 2> plain_tags = {plain_tag, 0x54616732 /* Tag2 */};
constexpr std::array<std::uint32_t, 4> plain_lengths = {1, 2, 4, 4096};

class Simpler {
  public:
    explicit Simpler(const Op& op) : op_(op) {}

    // Values of `plain` that come before the field's own.
    template <class T, std::size_t n> bool plain(T Op::* field, const std::array<T, n>& values) {
        for (const T value : values) {
            if (value == op_.*field) {
                return true;
            }
            with(field, value);
        }
        return false;
    }
    // As plain(), and for other values also values nearer to zero. (Those may be plain.)
    template <class T, std::size_t n> void number(T Op::* field, const std::array<T, n>& values) {
        if (plain(field, values)) {
            return;
        }
        const T value = op_.*field;
        for (T step = static_cast<T>(value / 2); step != 0; step = static_cast<T>(step / 2)) {
            with(field, static_cast<T>(value - step));
        }
    }
    template <class T> void with(T Op::* field, T value) {
        Op other = op_;
        other.*field = value;
        other = canonical(other);
        if (other != op_) {
            found_.push_back(other);
        }
    }
    std::vector<Op> take() { return std::move(found_); }

  private:
    Op op_;
    std::vector<Op> found_;
};

void simpler_allocation(const Op& op, Simpler& simpler) {
    if (op.routine != Routine::ExAllocatePoolWithTag) {
        simpler.with(&Op::routine, Routine::ExAllocatePoolWithTag);
    }
    simpler.number(&Op::size, plain_sizes);
    if (!simpler.plain(&Op::pool_type, plain_types)) {
        for (std::uint32_t bit = 0x40000000; bit != 0; bit >>= 1) {
            if ((op.pool_type & bit) != 0) {
                simpler.with(&Op::pool_type, op.pool_type & ~bit);
            }
        }
    }
    simpler.plain(&Op::tag, plain_tags);
    if (op.routine == Routine::ExAllocatePoolWithTagPriority) {
        simpler.plain(&Op::priority, plain_priorities);
    }
}

void simpler_free(const Op& op, Simpler& simpler) {
    constexpr std::array<Routine, 2> plain_routines = {Routine::ExFreePool, Routine::ExFreePoolWithTag};
    simpler.plain(&Op::routine, plain_routines);
    simpler.number(&Op::offset, plain_offsets);
    if (op.routine == Routine::ExFreePoolWithTag) {
        simpler.plain(&Op::tag, plain_tags);
    }
}

} // namespace

std::vector<Op> simpler_ops(const Op& op) {
    Simpler simpler(op);
    switch (op.kind) {
    case OpKind::allocate:
        simpler_allocation(op, simpler);
        break;
    case OpKind::free:
        simpler_free(op, simpler);
        break;
    case OpKind::read:
    case OpKind::write:
        simpler.number(&Op::offset, plain_offsets);
        simpler.number(&Op::length, plain_lengths);
        if (op.kind == OpKind::write) {
            simpler.plain(&Op::mask, plain_masks);
        }
        break;
    case OpKind::print:
        simpler.number(&Op::length, plain_lengths);
        break;
    case OpKind::budget:
    case OpKind::fail_nth:
        simpler.number(&Op::size, plain_counts);
        break;
    case OpKind::special_pool:
        simpler.plain(&Op::mode, std::array{SpecialMode::verifier, SpecialMode::by_tag});
        if (op.side != Side::end) {
            simpler.with(&Op::side, Side::end);
        }
        break;
    default:
        break;
    }
    simpler.plain(&Op::level, small_numbers);
    simpler.plain(&Op::index, small_numbers);
    if (op.paged) {
        simpler.with(&Op::paged, false);
    }
    return simpler.take();
}

namespace {

// A name that stands in several ops: a field, and the ops that have it.
template <class Value> struct Name {
    Value Op::* field;
    bool (*is_in)(const Op& op);
};

// Every value of the name in the trace by every simpler one, of `simplest` in its order.
template <class Value>
void add_renamed(const Trace& trace, Name<Value> name, std::span<const Value> simplest,
                 std::vector<Trace>& found) {
    std::vector<Value> values;
    for (const Op& op : trace.ops) {
        if (name.is_in(op) && std::find(values.begin(), values.end(), op.*name.field) == values.end()) {
            values.push_back(op.*name.field);
        }
    }
    for (const Value from : values) {
        for (const Value to : simplest) {
            if (to == from) {
                break;
            }
            found.push_back(trace);
            for (Op& op : found.back().ops) {
                if (name.is_in(op) && op.*name.field == from) {
                    op.*name.field = to;
                }
            }
        }
    }
}

bool has_tag(const Op& op) {
    return op.tag != 0;
}
bool has_slot(const Op& op) {
    return op.kind == OpKind::allocate || op.kind == OpKind::read || op.kind == OpKind::write ||
           op.kind == OpKind::print || (op.kind == OpKind::free && op.pointer == Pointer::of_slot);
}
bool names_processor(const Op& op) {
    return op.kind == OpKind::processor;
}
bool names_process(const Op& op) {
    return op.kind == OpKind::process;
}

} // namespace

std::vector<Trace> simpler_names(const Trace& trace) {
    constexpr std::array<std::uint8_t, 8> first_slots = {0, 1, 2, 3, 4, 5, 6, 7};
    std::vector<Trace> found;
    if (!trace.is_64_bit) {
        found.push_back(trace);
        found.back().is_64_bit = true;
    }
    add_renamed<std::uint32_t>(trace, {&Op::tag, has_tag}, plain_tags, found);
    add_renamed<std::uint8_t>(trace, {&Op::slot, has_slot}, first_slots, found);
    add_renamed<std::uint8_t>(trace, {&Op::index, names_processor}, small_numbers, found);
    add_renamed<std::uint8_t>(trace, {&Op::index, names_process}, small_numbers, found);
    return found;
}

} // namespace poolproof
