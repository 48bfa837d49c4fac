// The byte form of a trace.
//
// Layout: byte 0 the format version, byte 1 flags (bit 0: 32-bit profile), then records of `record_bytes`
// each. A record is exact (every field verbatim; what encode() writes) or dense (a fuzzer's or generator's
// bytes: small tables of special sizes, tags and types, 16 slots, so that collisions are common). Every byte
// string decodes: decode_any() reads version 1 as what it was and any other version byte as the newest, and
// pads a ragged tail with zeros. Version 1 had fewer ops and routines and shorter records. Files
// that people hand in are read by decode_file(), which refuses what is damaged. Does not cover: the text form
// (trace/text.hpp).
#pragma once

#include "trace/op.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace poolproof {

inline constexpr std::uint8_t format_version = 2;
inline constexpr std::size_t record_bytes = 32;
inline constexpr std::size_t old_record_bytes = 24; // version 1
inline constexpr std::size_t header_bytes = 2;

// How dense records are read: which op kinds they stand for, with which weights and tables.
enum class Dialect : std::uint8_t {
    any,     // every op kind; pool_trace_fuzzer
    special, // special pool on from the start, small sizes, touches around the edges; special_pool_fuzzer
};

std::vector<std::uint8_t> encode(const Trace& trace);

// One record; total.
Op decode_record(std::span<const std::uint8_t, record_bytes> record, Dialect dialect);
// Into a trace that keeps its storage; total. At most `max_ops` ops are read. In the special dialect the
// first op is one that switches special pool on.
void decode_any(std::span<const std::uint8_t> bytes, Dialect dialect, Trace& into,
                std::size_t max_ops = 4096);

enum class FileError : std::uint8_t { none, empty, garbage, future_version, truncated };
struct DecodedFile {
    Trace trace;
    FileError error = FileError::none;
    std::string message; // one line, without the file's name; empty when error is none
};
DecodedFile decode_file(std::span<const std::uint8_t> bytes);

} // namespace poolproof
