// Dense records: a record of anybody's bytes as an op, through small tables of special values.
//
// Covers: the meaning of each byte of a dense record in each dialect. What goes together shares an index: in
// every table, the usual tag, routine, size and pool type of a block are functions of its slot, so that frees
// match allocations and touches meet the edges of blocks. Does not cover: exact records and files
// (codec.hpp).
#pragma once

#include "trace/codec.hpp"
#include "trace/op.hpp"

#include <cstdint>
#include <span>

namespace poolproof {

// First bytes from here on mark exact records; below it they choose the op kind of a dense one.
inline constexpr unsigned first_exact_byte = 0xF0;

// Slots that dense records use.
inline constexpr unsigned dense_slots = 16;

// Version 1 of the format had these op kinds and the first ten routines.
enum class Version : std::uint8_t { old, newest };
inline constexpr std::size_t old_kind_count = 14;

// Which op kinds the dense records of a trace stand for, and how often: 0 as the dialect has it; any other
// number a subset of the kinds, some of them at many times their weight, so that rare ops meet each other and
// are not disturbed (swarm testing). Allocations are in every subset.
inline constexpr unsigned swarm_count = 64;

// Total; the result is canonical. The first byte is below first_exact_byte; the record has the bytes that its
// version gives one. `swarm` is below swarm_count; version 1 knows 0 only.
Op decode_dense(std::span<const std::uint8_t> record, Dialect dialect, Version version, unsigned swarm = 0);

// The first bytes that stand for an op kind: `count` of them from `first` on. Every kind has at least one.
struct KindBytes {
    std::uint8_t first = 0;
    std::uint8_t count = 0;
};
KindBytes kind_bytes(OpKind kind, Dialect dialect);

// The usual tag of a slot's blocks, a good one.
std::uint32_t usual_tag(unsigned slot);
// The usual routine of a slot's blocks, and a routine that frees them (one of two, for the Ex and FsRtl
// families).
Routine usual_allocator(unsigned slot, Dialect dialect);
Routine free_routine_for(Routine allocator, bool with_tag);

} // namespace poolproof
