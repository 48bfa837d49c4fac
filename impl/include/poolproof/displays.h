// What tools show of a machine's pool, as text.
//
// Covers: PoolMon's table (devtest/poolmon-display) and the debugger's dump of a pool page
// (debuggercmds/-pool), in their shape, not in their spelling to the character: PoolMon's lines about memory
// and its changes since the last look are left out. Does not cover: large-page tables, lookaside lists. Any
// thread may call these; each takes the machine's lock, so no visitor of the machine may.
#pragma once

#include "poolproof/machine.h"

#include <string>

namespace poolproof {

// Rows by tag in ascending order of its text, Nonp before Paged; by a number the largest first and equal ones
// by tag.
enum class PoolmonOrder : std::uint8_t { tag, allocations, frees, difference, bytes, per_allocation };

// A heading and one line for each tag and kind of pool that was used since reset: tag as tools show it, type,
// allocations, frees, their difference, bytes in use and bytes per allocation in use, rounded down, 0 when
// there is none (TAG-15). Numbers are decimal.
std::string poolmon(const Machine& machine, PoolmonOrder order = PoolmonOrder::tag);

// A heading and one line for each block of the page that holds `address`: address of its header, size with
// header, size of the block before it (all hexadecimal), state, tag; * marks the block that holds `address`.
// A large block, one of whole pages, and one of special pool have no header: address and size are the
// caller's. Taken from the machine's own records: a header that was overwritten does not change it.
std::string pool_page(const Machine& machine, const void* address);

} // namespace poolproof
