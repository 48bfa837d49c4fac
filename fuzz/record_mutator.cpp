// Mutates an input record by record: what the bytes between two ops mean stays what it was.
//
// Covers: LLVMFuzzerCustomMutator for the targets whose input is a trace (trace/codec.hpp): one time in four
// the engine's own mutation, where there is one; mostly a new trace, as long as may be; else random records
// put in, records taken out, copied and moved, one field of a record changed. The shares were measured: see
// corpus/baselines/time_to_bug.txt. Total for any bytes. Does not cover: what records mean (trace/dense.hpp),
// crossing inputs (the engine does that). Engines without custom mutators do not call it.
#include "trace/codec.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size)
    __attribute__((weak));
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed);

namespace {

using namespace poolproof;

class Dice {
  public:
    explicit Dice(unsigned seed) : state_(seed) {}

    // Below `bound`, which is not 0.
    std::size_t below(std::size_t bound) { return static_cast<std::size_t>(next() % bound); }
    std::uint8_t byte() { return static_cast<std::uint8_t>(next() >> 32U); }

  private:
    std::uint64_t next() { // splitmix64
        std::uint64_t word = state_ += 0x9E3779B97F4A7C15;
        word = (word ^ word >> 30U) * 0xBF58476D1CE4E5B9;
        word = (word ^ word >> 27U) * 0x94D049BB133111EB;
        return word ^ word >> 31U;
    }

    std::uint64_t state_;
};

// The input as records, the last one padded; of `room` records at most.
class Records {
  public:
    Records(std::uint8_t* data, std::size_t count, std::size_t room)
        : bytes_(data + header_bytes), count_(count), room_(room) {}

    std::size_t count() const { return count_; }
    std::size_t room() const { return room_ - count_; }
    std::uint8_t* at(std::size_t index) { return bytes_ + index * record_bytes; }

    // Makes room for `added` records in front of `index`, no more than room().
    void open(std::size_t index, std::size_t added) {
        std::memmove(at(index + added), at(index), (count_ - index) * record_bytes);
        count_ += added;
    }
    void close(std::size_t index, std::size_t removed) {
        std::memmove(at(index), at(index + removed), (count_ - index - removed) * record_bytes);
        count_ -= removed;
    }

  private:
    std::uint8_t* bytes_;
    std::size_t count_;
    std::size_t room_;
};

void fill(Records& records, std::size_t index, std::size_t count, Dice& dice) {
    for (std::uint8_t& byte : std::span(records.at(index), count * record_bytes)) {
        byte = dice.byte();
    }
}

void put_in(Records& records, Dice& dice) {
    const std::size_t added = 1 + dice.below(std::min<std::size_t>(records.room(), 1U << dice.below(4)));
    const std::size_t index = dice.below(2) != 0 ? records.count() : dice.below(records.count() + 1);
    records.open(index, added);
    fill(records, index, added, dice);
}

void copy(Records& records, Dice& dice) {
    const std::size_t most = std::min({records.room(), records.count(), std::size_t{1} << dice.below(4)});
    const std::size_t added = 1 + dice.below(most);
    const std::size_t from = dice.below(records.count() - added + 1);
    const std::size_t to = dice.below(records.count() + 1);
    std::array<std::uint8_t, 8 * record_bytes> kept;
    std::memcpy(kept.data(), records.at(from), added * record_bytes);
    records.open(to, added);
    std::memcpy(records.at(to), kept.data(), added * record_bytes);
}

void take_out(Records& records, Dice& dice) {
    const std::size_t removed = 1 + dice.below(std::min(records.count(), std::size_t{1} << dice.below(4)));
    records.close(dice.below(records.count() - removed + 1), removed);
}

void swap(Records& records, Dice& dice) {
    std::uint8_t* const one = records.at(dice.below(records.count()));
    std::uint8_t* const other = records.at(dice.below(records.count()));
    if (one != other) {
        std::swap_ranges(one, one + record_bytes, other);
    }
}

void change_field(Records& records, Dice& dice) {
    const std::size_t field = dice.below(record_bytes);
    std::uint8_t& byte = records.at(dice.below(records.count()))[field];
    switch (dice.below(4)) {
    case 0:
        byte = records.at(dice.below(records.count()))[field];
        break;
    case 1:
        byte ^= static_cast<std::uint8_t>(1U << dice.below(8));
        break;
    default:
        byte = dice.byte();
        break;
    }
}

// A trace that has nothing to do with the one that was there.
void begin_anew(std::uint8_t* data, Records& records, Dice& dice) {
    data[1] = dice.byte();
    records.close(0, records.count());
    records.open(0, 1 + dice.below(records.room()));
    fill(records, 0, records.count(), dice);
}

void mutate(Records& records, Dice& dice) {
    const std::size_t choice = records.count() == 0 ? 0 : dice.below(8);
    if (choice < 2 && records.room() > 0) {
        put_in(records, dice);
    } else if (choice == 2 && records.room() > 0) {
        copy(records, dice);
    } else if (choice == 3 && records.count() > 1) {
        take_out(records, dice);
    } else if (choice == 4) {
        swap(records, dice);
    } else if (records.count() > 0) {
        change_field(records, dice);
    }
}

} // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
    Dice dice(seed);
    const bool is_old = size > 0 && data[0] == 1;
    const std::size_t room = max_size < header_bytes ? 0 : (max_size - header_bytes) / record_bytes;
    if (LLVMFuzzerMutate != nullptr && (is_old || room == 0 || dice.below(4) == 0)) {
        return LLVMFuzzerMutate(data, size, max_size);
    }
    if (room == 0) {
        return std::min(size, max_size);
    }
    const std::size_t count =
        size < header_bytes ? 0 : std::min(room, (size - header_bytes + record_bytes - 1) / record_bytes);
    const std::size_t end = header_bytes + count * record_bytes;
    if (end > size) {
        std::memset(data + size, 0, end - size);
    }
    if (size < header_bytes) {
        data[0] = format_version;
    }
    if (size < header_bytes || dice.below(16) == 0) {
        data[1] = dice.byte();
    }
    Records records(data, count, room);
    if (dice.below(4) != 0) {
        begin_anew(data, records, dice);
        return header_bytes + records.count() * record_bytes;
    }
    const std::size_t steps = 1 + dice.below(4);
    for (std::size_t step = 0; step < steps; ++step) {
        mutate(records, dice);
    }
    return header_bytes + records.count() * record_bytes;
}
