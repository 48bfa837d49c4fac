// What the readers of dense records share: numbers in a record, choices from tables. Does not cover: which
// byte means what (dense.cpp).
#pragma once

#include "trace/dense.hpp"
#include "trace/dense_tables.hpp"

namespace poolproof::dense {

using Bytes = std::span<const std::uint8_t>;

inline std::uint32_t number16(Bytes record, std::size_t at) {
    return record[at] | static_cast<std::uint32_t>(record[at + 1]) << 8;
}
inline std::uint32_t number32(Bytes record, std::size_t at) {
    return number16(record, at) | number16(record, at + 2) << 16;
}
template <class T, std::size_t n> constexpr T pick(const std::array<T, n>& table, unsigned choice) {
    static_assert((n & (n - 1)) == 0);
    return table[choice % n];
}

inline unsigned slot_of(Bytes record) {
    return record[2] % dense_slots;
}
// Of a block in a private pool.
inline unsigned usual_secure_pool(unsigned slot) {
    return slot % 2;
}
inline unsigned usual_cookie(unsigned slot) {
    return 1 + slot / 2;
}
inline std::uint64_t usual_size(unsigned slot, Dialect dialect) {
    return pick(dialect == Dialect::special ? special_sizes : any_sizes, slot);
}

// `delta` spread evenly around `centre`: from centre - below to centre - below + spread - 1.
inline std::uint64_t around(std::uint64_t centre, unsigned delta, unsigned spread, unsigned below) {
    return centre + delta % spread - below;
}

// Where a touch of the slot's block begins: in the special dialect mostly at its edges, else mostly well
// inside.
std::int32_t special_offset(Bytes record);
std::int32_t ordinary_offset(Bytes record);

} // namespace poolproof::dense
