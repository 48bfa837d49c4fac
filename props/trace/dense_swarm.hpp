// Swarms: what the header of a trace makes of its dense records (see dense.hpp).
//
// Covers: how a record is read, the op kinds by first byte, and the routines that a swarm's theme chooses
// from. Does not cover: the other bytes of a record (dense.cpp).
#pragma once

#include "trace/dense_parts.hpp"

#include <array>
#include <cstdint>

namespace poolproof::dense {

// How a record is read.
struct Reading {
    Dialect dialect;
    Version version;
    unsigned swarm;
};

// What the ops of a swarm are about, beyond their kinds: tables that go together.
enum class Theme : std::uint8_t { any, few_allocators, lists, secure_pools, charges };
inline constexpr std::array<Theme, 8> themes = {
    Theme::any,     Theme::few_allocators, Theme::lists, Theme::secure_pools,
    Theme::charges, Theme::few_allocators, Theme::lists, Theme::secure_pools};
constexpr Theme theme_of(unsigned swarm, Dialect dialect) {
    const Theme theme = pick(themes, swarm);
    return dialect == Dialect::any || theme == Theme::few_allocators ? theme : Theme::any;
}
constexpr bool needs_calls(Theme theme) {
    return theme != Theme::any && theme != Theme::few_allocators;
}

using KindTable = std::array<OpKind, first_exact_byte>;
const KindTable& kinds_of(Reading how);

// The usual routine of a slot's blocks.
Routine slot_allocator(unsigned slot, Reading how);
// The routine of a call.
Routine called_routine(unsigned choice, Reading how);

} // namespace poolproof::dense
