// Code for a sanitizer and for coverage to instrument: the inside of the bad targets.
//
// Covers: some hundred functions that touch memory, branch and add; with POOLPROOF_FEW_EDGES none that
// branch. Does not cover: any use.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

namespace poolproof::bad {

inline int cells[4096];

// Straight on: memory that a sanitizer checks, and one edge.
template <unsigned N> [[gnu::noinline]] void touch_cells(unsigned from) {
    volatile int* at = cells;
    at[(from + N) % 4096] = static_cast<int>(N);
    at[(from * 3 + N) % 4096] = static_cast<int>(from % 1024);
    at[(from * 5 + N) % 4096] = at[(from * 7 + N) % 4096];
}

// Branches, and a sum that may overflow.
template <unsigned N> [[gnu::noinline]] int branch(int value) {
    if (value % 7 == static_cast<int>(N % 7)) {
        return value + static_cast<int>(N);
    }
    if (value % 5 == static_cast<int>(N % 5)) {
        return value * static_cast<int>(N % 3 + 1);
    }
    return value - cells[N];
}

template <unsigned... N> void touch_all(unsigned from, std::integer_sequence<unsigned, N...> /*all*/) {
    constexpr void (*all[])(unsigned) = {touch_cells<N>...};
    for (const auto each : all) {
        each(from);
    }
}

template <unsigned... N> int branch_all(int value, std::integer_sequence<unsigned, N...> /*all*/) {
    constexpr int (*all[])(int) = {branch<N>...};
    for (const auto each : all) {
        value = each(value % 1000);
    }
    return value;
}

// An even number.
inline unsigned work(const std::uint8_t* data, std::size_t size) {
    unsigned result = 0;
    for (std::size_t i = 0; i < size; ++i) {
        result = result * 31 + data[i];
    }
    touch_all(result, std::make_integer_sequence<unsigned, 300>());
#ifndef POOLPROOF_FEW_EDGES
    result += static_cast<unsigned>(
        branch_all(static_cast<int>(result % 1000), std::make_integer_sequence<unsigned, 250>()));
#endif
    return result & ~1U;
}

[[gnu::noinline]] inline unsigned other_work(unsigned result) {
    return result % 3 == 0 ? 2 : 4;
}

} // namespace poolproof::bad
