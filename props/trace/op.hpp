// Op and Trace: what a test asks of a subject.
//
// Covers: the struct form. Its byte form is trace/codec.hpp, its text form trace/text.hpp; both convert
// without loss. Does not cover: what came of an op (trace/event.hpp) or what should have come of it
// (oracle/).
#pragma once

#include "contract/clause.hpp"

#include <cstdint>
#include <vector>

namespace poolproof {

enum class OpKind : std::uint8_t {
    allocate,       // routine, slot, pool_type (or Eng flags), size, tag, priority
    free,           // routine, slot, pointer, offset, tag
    read,           // slot, offset, length
    write,          // slot, offset, length, mask
    irql,           // level
    processor,      // index: the processor that executes from here on
    process,        // index: the process that the processor attaches to
    budget,         // index (node), paged, size (pages)
    fail_nth,       // size: the size-th allocation call from here fails for lack of memory; 0 cancels
    special_pool,   // mode, side, tag
    verifier,       // level: 0 off, 1 on: the automatic checks; pool_type: verifier flags but special pool's
    print,          // slot, length: EngWritePrinter with the slot's block
    query_tag,      // tag, paged: one row of the tag ledger
    query_event,    // paged, level: 0 the Low event, 1 the High event of that pool
    call,           // routine: one that neither allocates nor frees, with the arguments it takes
    quota,          // index (process), paged, size: bytes of that pool the process may be charged
    query_quota,    // index (process), paged: bytes charged
    driver,         // index: the driver that the processor executes from here on
    unload,         // index: that driver is unloaded; level 1: its unloading begins
    low_resources,  // size: allocations in 10,000 that fail; tag: of these only, as GFlags matches; 0: any
    clock,          // size: seconds that pass
    dpc,            // level: 1, the processor executes a DPC routine from here on, 0, it does not
    idle,           // index: that process is the Idle process, when level is 1; none is, when it is 0
    query_driver,   // index (driver), paged: what pool tracking counts of it
    query_verifier, // Driver Verifier's global counters
};
inline constexpr std::size_t op_kind_count = 25;

// What a free is given.
enum class Pointer : std::uint8_t {
    of_slot,        // what the slot's last allocation returned, plus `offset`
    null,           // NULL
    user_address,   // an address of the user half that no allocator returned
    system_address, // an address of the system half that is in no pool
};

enum class SpecialMode : std::uint8_t {
    off,      // no request stands any more
    verifier, // Driver Verifier asks for it, for every allocation (verifier flag 0x1)
    by_tag,   // GFlags asks for it, for one tag
};
enum class Side : std::uint8_t { end, start }; // Verify End (the default), Verify Start

inline constexpr unsigned slot_count = 256;
inline constexpr unsigned processor_count = 4;
inline constexpr unsigned process_count = 4;
inline constexpr unsigned node_count = 2;
inline constexpr unsigned list_count = 4; // lookaside lists; minifilter instances; private pools
inline constexpr unsigned driver_count = 4;
inline constexpr std::uint32_t max_touch = 8192; // bytes

// One entry of an array of POOL_EXTENDED_PARAMETER, 16 bits; 0 means that there is none.
struct ExtendedParameter {
    std::uint8_t type = 0;  // 0 to 15; the documented ones are 1 to 3
    std::uint8_t value = 0; // a priority, a node, or the index of a private pool
    bool optional = false;
    bool any_node = false; // MM_ANY_NODE_OK
};
inline constexpr unsigned max_parameters = 2;
constexpr std::uint32_t packed(const ExtendedParameter& p) {
    return 0x8000U | (p.optional ? 0x4000U : 0U) | (p.any_node ? 0x2000U : 0U) | (p.type & 15U) << 8 |
           p.value;
}

struct Op {
    OpKind kind = OpKind::allocate;
    Routine routine = Routine::ExAllocatePoolWithTag;
    std::uint8_t slot = 0;
    Pointer pointer = Pointer::of_slot;
    std::uint8_t index = 0; // processor, process, node, list, instance, surface, private pool or driver
    std::uint8_t level = 0; // IRQL 0 to 15; or a switch, 0 or 1
    bool paged = false;
    SpecialMode mode = SpecialMode::off;
    Side side = Side::end;
    std::uint8_t priority = 16; // 0 to 63; the nine documented values are EX_POOL_PRIORITY
    std::uint8_t mask = 0xFF;   // write outside the block: the bits of each byte that it flips; never 0
    // POOL_TYPE with modifier bits or the Flags of EngAllocMem, 31 bits; the lower half of POOL_FLAGS
    std::uint32_t pool_type = 0;
    std::uint32_t flags_high = 0; // the upper half of POOL_FLAGS; the flags of a lookaside list
    std::uint32_t extended = 0;   // two packed ExtendedParameter, the first in the lower half
    std::uint32_t tag = 0;
    std::uint32_t length = 1; // bytes touched, 1 to max_touch
    std::int32_t offset = 0;  // bytes from the start of the block, may be negative
    std::uint64_t size = 0;   // bytes, pages or a count

    friend bool operator==(const Op&, const Op&) = default;
};

struct Trace {
    bool is_64_bit = true; // the profile that the subject is set to
    std::vector<Op> ops;

    friend bool operator==(const Trace&, const Trace&) = default;
};

// The entries of op.extended that are there, in order; at most max_parameters.
unsigned parameters_of(const Op& op, ExtendedParameter (&entries)[max_parameters]);

// The same op with every field that its kind does not use at its default and every other within its range.
// Encodings carry canonical ops only.
Op canonical(Op op);

} // namespace poolproof
