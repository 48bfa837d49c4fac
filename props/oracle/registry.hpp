// All rows of all families, in one list with their clauses resolved.
//
// Covers: the list, and which rows an op has to walk. Made once, at first use; constant afterwards and safe
// from any thread. Does not cover: counting (judge.hpp).
#pragma once

#include "oracle/check.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace poolproof::oracle {

// A row with the position of its clause in all_clauses(); -1 when there is no such clause.
struct BoundRow {
    const Row* row = nullptr;
    int clause = -1;
};
std::span<const BoundRow> all_rows();
// Positions of all rows: those that need the same facts stand together, and of these those with one check.
std::span<const std::uint32_t> rows_by_facts_and_check();

// Allocations and frees are told apart by routine, other ops by kind.
inline constexpr std::size_t bucket_count = routine_count + op_kind_count;
constexpr std::size_t bucket_of(const Op& op) {
    const bool by_routine = op.kind == OpKind::allocate || op.kind == OpKind::free;
    return by_routine ? static_cast<std::size_t>(op.routine)
                      : routine_count + static_cast<std::size_t>(op.kind);
}
// Whether ops of the bucket can concern the row.
bool concerns(const Row& row, std::size_t bucket);

// The clause that a crash or a time-out of the subject during the op violates: the main promise of the
// routine or, for ops that call none, of what the op asks about.
std::string_view clause_of_crash(const Op& op, const Block* block);

} // namespace poolproof::oracle
