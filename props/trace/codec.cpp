// Exact records and whole byte strings (see codec.hpp). Does not cover: dense records (dense.cpp).
//
// An exact record, by byte: 0 0xF0 or more; 1 kind; 2 routine; 3 pointer, mode << 2, paged << 4, side << 5;
// 4 slot; 5 index; 6 level; 7 priority; 8 to 11 the extended parameters of an allocation or a free, else 8
// mask, 10 and 11 length; 12 to 15 pool type; 16 to 19 tag; 20 to 27 size, or the offset where the kind has
// one; 28 to 31 the upper half of the flags. Numbers are little-endian.
//
// In version 1: 0 the kind, above 0xF0; 1 routine, pointer << 4, mode << 6; 2 slot; 3 index, level << 2,
// paged << 6, side << 7; 4 priority; 5 mask; 6 and 7 length; 8 to 11 pool type; 12 to 15 tag; 16 to 23 size,
// or the offset where the kind has one.
#include "trace/codec.hpp"

#include "trace/dense.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace poolproof {
namespace {

constexpr std::uint8_t flag_32_bit = 1;
constexpr std::uint8_t flag_verify_start = 2;                         // the special dialect's first op
constexpr std::uint8_t known_flags = flag_32_bit | flag_verify_start; // of files
constexpr unsigned first_swarm_bit = 2; // what is above them, of bytes that are no file: the swarm
static_assert(swarm_count == 1U << (8 - first_swarm_bit));
constexpr std::uint8_t first_text_byte = 0x20; // versions stay below it

using Record = std::array<std::uint8_t, record_bytes>;
using OldRecord = std::span<const std::uint8_t, old_record_bytes>;

void put(Record& record, std::size_t at, std::uint64_t value, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i) {
        record[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
    }
}

// `bytes` of the record, little-endian.
template <std::size_t bytes> std::uint64_t get(std::span<const std::uint8_t> record, std::size_t at) {
    std::uint64_t value = 0;
    if constexpr (std::endian::native == std::endian::little) {
        std::memcpy(&value, record.subspan(at, bytes).data(), bytes);
    } else {
        for (std::size_t i = bytes; i > 0; --i) {
            value = value << 8 | record[at + i - 1];
        }
    }
    return value;
}

bool has_offset(OpKind kind) {
    return kind == OpKind::free || kind == OpKind::read || kind == OpKind::write;
}

// A call has a size or an offset, by its routine.
bool has_offset(const Op& op) {
    return has_offset(op.kind) || (op.kind == OpKind::call && traits_of(op.routine).takes(takes_range));
}

bool has_parameters(OpKind kind) {
    return kind == OpKind::allocate || kind == OpKind::free;
}

Record exact_record(const Op& op) {
    Record record{};
    put(record, 0, first_exact_byte, 1);
    put(record, 1, static_cast<unsigned>(op.kind), 1);
    put(record, 2, static_cast<unsigned>(op.routine), 1);
    put(record, 3,
        static_cast<unsigned>(op.pointer) | static_cast<unsigned>(op.mode) << 2 | (op.paged ? 1U : 0U) << 4 |
            static_cast<unsigned>(op.side) << 5,
        1);
    put(record, 4, op.slot, 1);
    put(record, 5, op.index, 1);
    put(record, 6, op.level, 1);
    put(record, 7, op.priority, 1);
    if (has_parameters(op.kind)) {
        put(record, 8, op.extended, 4);
    } else {
        put(record, 8, op.mask, 1);
        put(record, 10, op.length, 2);
    }
    put(record, 12, op.pool_type, 4);
    put(record, 16, op.tag, 4);
    put(record, 20, has_offset(op) ? static_cast<std::uint32_t>(op.offset) : op.size, 8);
    put(record, 28, op.flags_high, 4);
    return record;
}

Op decode_exact(std::span<const std::uint8_t, record_bytes> record) {
    Op op;
    op.kind = static_cast<OpKind>(record[1] % op_kind_count);
    op.routine = static_cast<Routine>(record[2] % routine_count);
    op.pointer = static_cast<Pointer>(record[3] & 3U);
    op.mode = static_cast<SpecialMode>(record[3] >> 2 & 3U);
    op.paged = (record[3] >> 4 & 1U) != 0;
    op.side = static_cast<Side>(record[3] >> 5 & 1U);
    op.slot = record[4];
    op.index = record[5];
    op.level = record[6];
    op.priority = record[7];
    if (has_parameters(op.kind)) {
        op.extended = static_cast<std::uint32_t>(get<4>(record, 8));
    } else {
        op.mask = record[8];
        op.length = static_cast<std::uint32_t>(get<2>(record, 10));
    }
    op.pool_type = static_cast<std::uint32_t>(get<4>(record, 12));
    op.tag = static_cast<std::uint32_t>(get<4>(record, 16));
    op.offset = static_cast<std::int32_t>(get<4>(record, 20));
    op.size = get<8>(record, 20);
    op.flags_high = static_cast<std::uint32_t>(get<4>(record, 28));
    return canonical(op);
}

Op decode_old_exact(OldRecord record) {
    Op op;
    op.kind = static_cast<OpKind>((record[0] & 15U) % old_kind_count);
    op.routine = static_cast<Routine>(record[1] & 15U);
    op.pointer = static_cast<Pointer>(record[1] >> 4 & 3U);
    op.mode = static_cast<SpecialMode>(record[1] >> 6);
    op.slot = record[2];
    op.index = record[3] & 3U;
    op.level = record[3] >> 2 & 15U;
    op.paged = (record[3] >> 6 & 1U) != 0;
    op.side = static_cast<Side>(record[3] >> 7);
    op.priority = record[4];
    op.mask = record[5];
    op.length = static_cast<std::uint32_t>(get<2>(record, 6));
    op.pool_type = static_cast<std::uint32_t>(get<4>(record, 8));
    op.tag = static_cast<std::uint32_t>(get<4>(record, 12));
    if (has_offset(op.kind)) {
        op.offset = static_cast<std::int32_t>(get<4>(record, 16));
    } else {
        op.size = get<8>(record, 16);
    }
    return canonical(op);
}

Op decode_old_record(OldRecord record, Dialect dialect) {
    return record[0] >= first_exact_byte ? decode_old_exact(record)
                                         : decode_dense(record, dialect, Version::old);
}

Op decode_in(std::span<const std::uint8_t, record_bytes> record, Dialect dialect, unsigned swarm) {
    return record[0] >= first_exact_byte ? decode_exact(record)
                                         : decode_dense(record, dialect, Version::newest, swarm);
}

// Calls `read` with each record, the last one padded with zeros, at most `most` times.
template <std::size_t n, class Read>
void each_record(std::span<const std::uint8_t> bytes, std::size_t most, Read&& read) {
    for (; bytes.size() >= n && most != 0; --most) {
        read(bytes.first<n>());
        bytes = bytes.subspan(n);
    }
    if (!bytes.empty() && most != 0) {
        std::array<std::uint8_t, n> record{};
        std::copy(bytes.begin(), bytes.end(), record.begin());
        read(record);
    }
}

bool switches_special_pool_on(const Trace& trace) {
    return !trace.ops.empty() && trace.ops.front().kind == OpKind::special_pool &&
           trace.ops.front().mode == SpecialMode::verifier;
}

DecodedFile refused(FileError error, std::string message) {
    DecodedFile result;
    result.error = error;
    result.message = std::move(message);
    return result;
}

} // namespace

std::vector<std::uint8_t> encode(const Trace& trace) {
    std::vector<std::uint8_t> bytes;
    bytes.reserve(header_bytes + trace.ops.size() * record_bytes);
    bytes.push_back(format_version);
    bytes.push_back(trace.is_64_bit ? 0 : flag_32_bit);
    for (const Op& op : trace.ops) {
        const Record record = exact_record(canonical(op));
        bytes.insert(bytes.end(), record.begin(), record.end());
    }
    return bytes;
}

Op decode_record(std::span<const std::uint8_t, record_bytes> record, Dialect dialect) {
    return decode_in(record, dialect, 0);
}

void decode_any(std::span<const std::uint8_t> bytes, Dialect dialect, Trace& into, std::size_t max_ops) {
    into.ops.clear();
    const unsigned flags = bytes.size() < header_bytes ? 0U : bytes[1];
    into.is_64_bit = (flags & flag_32_bit) == 0;
    const unsigned swarm = flags >> first_swarm_bit;
    const bool is_old = !bytes.empty() && bytes[0] == 1;
    bytes = bytes.subspan(std::min(bytes.size(), header_bytes));
    if (is_old) {
        each_record<old_record_bytes>(bytes, max_ops, [&](OldRecord record) {
            into.ops.push_back(decode_old_record(record, dialect));
        });
    } else {
        each_record<record_bytes>(bytes, max_ops, [&](std::span<const std::uint8_t, record_bytes> record) {
            into.ops.push_back(decode_in(record, dialect, swarm));
        });
    }
    if (dialect == Dialect::special && !switches_special_pool_on(into) && max_ops > 0) {
        Op on;
        on.kind = OpKind::special_pool;
        on.mode = SpecialMode::verifier;
        on.side = (flags & flag_verify_start) != 0 ? Side::start : Side::end;
        into.ops.resize(std::min(into.ops.size(), max_ops - 1));
        into.ops.insert(into.ops.begin(), on);
    }
}

DecodedFile decode_file(std::span<const std::uint8_t> bytes) {
    if (bytes.empty()) {
        return refused(FileError::empty, "the file is empty; a trace has a header of 2 bytes");
    }
    if (bytes[0] > format_version && bytes[0] < first_text_byte) {
        return refused(FileError::future_version, "format version " + std::to_string(bytes[0]) +
                                                      "; this program reads versions up to " +
                                                      std::to_string(format_version));
    }
    if (bytes[0] == 0 || bytes[0] >= first_text_byte ||
        (bytes.size() >= header_bytes && bytes[1] > known_flags)) {
        return refused(FileError::garbage, "not a trace: the header bytes are not those of any version");
    }
    const std::size_t record = bytes[0] == 1 ? old_record_bytes : record_bytes;
    if (bytes.size() < header_bytes || (bytes.size() - header_bytes) % record != 0) {
        return refused(FileError::truncated, "truncated: " + std::to_string(bytes.size()) +
                                                 " bytes are no header of 2 and records of " +
                                                 std::to_string(record));
    }
    DecodedFile result;
    decode_any(bytes, Dialect::any, result.trace, (bytes.size() - header_bytes) / record);
    return result;
}

} // namespace poolproof
