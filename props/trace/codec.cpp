// Exact records and whole byte strings (see codec.hpp). Does not cover: dense records (dense.cpp).
//
// An exact record, by byte: 0 the kind, above 0xF0; 1 routine, pointer << 4, mode << 6; 2 slot; 3 index,
// level << 2, paged << 6, side << 7; 4 priority; 5 mask; 6 and 7 length; 8 to 11 pool type; 12 to 15 tag;
// 16 to 23 size, or the offset where the kind has one. Numbers are little-endian.
#include "trace/codec.hpp"

#include "trace/dense.hpp"

#include <algorithm>
#include <array>

namespace poolproof {
namespace {

constexpr std::uint8_t flag_32_bit = 1;
constexpr std::uint8_t flag_verify_start = 2; // the special dialect's first op
constexpr std::uint8_t known_flags = flag_32_bit | flag_verify_start;
constexpr std::uint8_t first_text_byte = 0x20; // versions stay below it

using Record = std::array<std::uint8_t, record_bytes>;

void put(Record& record, std::size_t at, std::uint64_t value, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i) {
        record[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
    }
}

std::uint64_t get(std::span<const std::uint8_t, record_bytes> record, std::size_t at, std::size_t bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = bytes; i > 0; --i) {
        value = value << 8 | record[at + i - 1];
    }
    return value;
}

bool has_offset(OpKind kind) {
    return kind == OpKind::free || kind == OpKind::read || kind == OpKind::write;
}

Record exact_record(const Op& op) {
    Record record{};
    put(record, 0, first_exact_byte | static_cast<unsigned>(op.kind), 1);
    put(record, 1,
        static_cast<unsigned>(op.routine) | static_cast<unsigned>(op.pointer) << 4 |
            static_cast<unsigned>(op.mode) << 6,
        1);
    put(record, 2, op.slot, 1);
    put(record, 3,
        op.index | static_cast<unsigned>(op.level) << 2 | (op.paged ? 1U : 0U) << 6 |
            static_cast<unsigned>(op.side) << 7,
        1);
    put(record, 4, op.priority, 1);
    put(record, 5, op.mask, 1);
    put(record, 6, op.length, 2);
    put(record, 8, op.pool_type, 4);
    put(record, 12, op.tag, 4);
    put(record, 16, has_offset(op.kind) ? static_cast<std::uint32_t>(op.offset) : op.size, 8);
    return record;
}

Op decode_exact(std::span<const std::uint8_t, record_bytes> record) {
    Op op;
    op.kind = static_cast<OpKind>((record[0] & 15U) % op_kind_count);
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
    op.length = static_cast<std::uint32_t>(get(record, 6, 2));
    op.pool_type = static_cast<std::uint32_t>(get(record, 8, 4));
    op.tag = static_cast<std::uint32_t>(get(record, 12, 4));
    if (has_offset(op.kind)) {
        op.offset = static_cast<std::int32_t>(get(record, 16, 4));
    } else {
        op.size = get(record, 16, 8);
    }
    return canonical(op);
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
    return record[0] >= first_exact_byte ? decode_exact(record) : decode_dense(record, dialect);
}

void decode_any(std::span<const std::uint8_t> bytes, Dialect dialect, Trace& into, std::size_t max_ops) {
    into.ops.clear();
    const unsigned flags = bytes.size() < header_bytes ? 0U : bytes[1];
    into.is_64_bit = (flags & flag_32_bit) == 0;
    bytes = bytes.subspan(std::min(bytes.size(), header_bytes));
    Record record{};
    while (!bytes.empty() && into.ops.size() < max_ops) {
        const std::size_t taken = std::min(bytes.size(), record_bytes);
        std::fill(std::copy_n(bytes.begin(), taken, record.begin()), record.end(), std::uint8_t{0});
        into.ops.push_back(decode_record(record, dialect));
        bytes = bytes.subspan(taken);
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
    if (bytes.size() < header_bytes || (bytes.size() - header_bytes) % record_bytes != 0) {
        return refused(FileError::truncated, "truncated: " + std::to_string(bytes.size()) +
                                                 " bytes are no header of 2 and records of 24");
    }
    DecodedFile result;
    decode_any(bytes, Dialect::any, result.trace, (bytes.size() - header_bytes) / record_bytes);
    return result;
}

} // namespace poolproof
