// Event: what one op did, as the subject reports it and the runner saw it.
//
// Covers: raw facts only. Does not cover: whether they are right (oracle/).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace poolproof {

enum class EventKind : std::uint8_t {
    skipped,     // the op meant nothing here (an empty slot); nothing was called
    done,        // the call came back; it returns nothing
    pointer,     // an allocation returned `address`
    null,        // an allocation returned NULL
    raised,      // `status` was raised
    bug_check,   // `code` with `parameters`
    guard_fault, // the processor faulted at `address`, without a bug check of the subject's own
    value,     // a query answered; EngWritePrinter returned `number`; a call returned that status, 0 for none
    crashed,   // the subject died: of signal or exception `code`, or with exit status `number`
    timed_out, // the subject did not come back in time
    unsupported, // the subject cannot express the op, or says that it would not survive it
    garbled,     // what came back is no event
};

// Where a block lies, as the subject tells it right after the allocation (can_block_info).
struct BlockInfo {
    bool known = false;
    bool special = false;        // in special pool
    bool user = false;           // in the user half of a process
    bool paged = false;          // the pool that it is charged to; meaningless for user memory
    bool rights_known = false;   // `executable` is told, if nothing else is (can_page_rights)
    bool executable = false;     // its memory may be executed
    std::uint8_t node = 0;       // NUMA node of its first page
    std::uint8_t process = 0;    // owner of user memory
    std::uint32_t tag = 0;       // the tag recorded
    std::uint32_t pool_type = 0; // the pool type recorded, without modifier bits
    std::uint64_t bytes = 0;     // the size recorded

    friend bool operator==(const BlockInfo&, const BlockInfo&) = default;
};

// One row of the tag ledger (TAG-15).
struct TagRow {
    std::uint64_t allocations = 0;
    std::uint64_t frees = 0;
    std::uint64_t bytes = 0; // in use

    friend bool operator==(const TagRow&, const TagRow&) = default;
};

// Counters of Driver Verifier, by position in Event::counters. PT-05: of one driver and kind of pool.
enum DriverCounter : std::uint8_t { live_blocks, live_bytes, peak_blocks, peak_bytes };
// IC-04.
enum VerifierCounter : std::uint8_t {
    attempted,
    succeeded,
    succeeded_special,
    without_tag,
    failed,
    not_tracked,
    faults_injected,
};
inline constexpr std::size_t counter_count = 7;

// What a routine of the driver's own was called with for a lookaside list.
struct OwnRoutineCall {
    bool called = false;
    bool is_free = false;
    std::uint8_t irql = 0;
    std::uint32_t pool_type = 0;
    std::uint32_t tag = 0;
    std::uint64_t bytes = 0;

    friend bool operator==(const OwnRoutineCall&, const OwnRoutineCall&) = default;
};

// The lookaside list of an op, after it (can_lists).
struct ListUse {
    bool known = false; // the subject tells
    bool live = false;  // initialised and not deleted; the rest is 0 without it
    std::uint32_t cached = 0;
    std::uint64_t allocates = 0;
    std::uint64_t allocate_misses = 0; // of these, those that the list could not serve itself
    std::uint64_t frees = 0;
    std::uint64_t free_misses = 0; // of these, those that it did not keep
    OwnRoutineCall own;            // during the op

    friend bool operator==(const ListUse&, const ListUse&) = default;
};

enum class Seen : std::uint8_t { not_looked, yes, no };

struct Event {
    EventKind kind = EventKind::skipped;
    // What the runner saw in the memory itself. After an allocation: whether every byte of it could be read
    // and written, and whether the bytes read (all, or a sample of a large block) were all zero. Before a
    // free: whether the bytes that the runner had written there were unchanged.
    Seen accessible = Seen::not_looked;
    Seen zeroed = Seen::not_looked;
    Seen intact = Seen::not_looked;
    std::uint32_t status = 0;        // raised: the NTSTATUS
    std::uint32_t code = 0;          // bug_check: the code
    std::uint32_t caller_faults = 0; // mask of CallerFault, from subjects with can_validate
    std::uint64_t address = 0;       // pointer: the address returned; guard_fault: the address touched
    std::uint64_t used = 0;          // free, read, write, print: the pointer that the call was given
    std::uint64_t number = 0;        // value: the number, 0 or 1 for events and EngWritePrinter
    std::array<std::uint64_t, 4> parameters{}; // bug_check: p1 to p4
    BlockInfo block;
    TagRow row;                                          // value of query_tag
    std::array<std::uint64_t, counter_count> counters{}; // value of query_driver and query_verifier
    ListUse list;

    friend bool operator==(const Event&, const Event&) = default;
};

} // namespace poolproof
