// Where everything lies in a machine's reservation, and how large it is.
//
// Covers: constants and address arithmetic. Does not cover: who uses a page for what (pool/).
#pragma once

#include "poolproof/machine.h"

#include <cstddef>
#include <cstdint>

namespace poolproof {

inline constexpr std::size_t page_size = 4096;
inline constexpr std::size_t page_shift = 12;

// User memory is given out in units of 64 KB (EAU-05).
inline constexpr std::size_t user_unit = 65536;
inline constexpr std::size_t user_units = 4096; // per process: 256 MB of address space
inline constexpr std::size_t user_window_bytes = user_unit * user_units;

// Address space of one ordinary arena. Physical pages are bounded by the budget, at most 8192 per kind of
// pool; the address space is 16 times that, so that a fragmented arena still holds a contiguous range for
// what the budget allows.
inline constexpr std::size_t arena_pages = 131072;
inline constexpr std::size_t arena_bytes = arena_pages * page_size;

inline constexpr std::size_t gap_bytes = 1U << 20; // inaccessible, between any two regions

// Special pool: two areas of single pages, one of them executable, and two of runs of pages. Guard, data,
// guard, data, ..., guard: neighbours share a guard page.
inline constexpr std::size_t special_area_bytes =
    (2 * static_cast<std::size_t>(max_special_blocks) + 1) * page_size;
inline constexpr std::size_t special_area_stride = special_area_bytes + gap_bytes;
inline constexpr std::size_t special_run_pages = 32768;
inline constexpr std::size_t special_run_stride = special_run_pages * page_size + gap_bytes;
inline constexpr std::size_t special_bytes = 2 * special_area_stride + 2 * special_run_stride;

enum class ArenaKind : std::uint8_t { nonpaged_execute, nonpaged_nx, paged };
inline constexpr std::size_t arena_count = 3;

inline constexpr std::size_t user_offset = gap_bytes;
inline constexpr std::size_t system_offset =
    user_offset + user_window_bytes + gap_bytes; // start of the system half
inline constexpr std::size_t arena_stride = arena_bytes + gap_bytes;
inline constexpr std::size_t special_offset = system_offset + gap_bytes + arena_count * arena_stride;
// In the inaccessible gap before the arenas: addresses that stand for processes.
inline constexpr std::size_t process_objects_offset = system_offset + page_size;
inline constexpr std::size_t process_object_stride = page_size;
inline constexpr std::size_t reservation_bytes = special_offset + special_bytes + gap_bytes;

constexpr std::size_t arena_offset(ArenaKind kind) {
    return system_offset + gap_bytes + static_cast<std::size_t>(kind) * arena_stride;
}

} // namespace poolproof
