// The one way through which every documented pool routine allocates and frees.
//
// Covers: call counting, duties, checks, memory, failure as NULL or raise. Does not cover: the routines'
// signatures (ex.cpp, fsrtl.cpp, eng.cpp). Acts on the calling thread's machine and takes its lock.
#pragma once

#include "ddi/rules.hpp"

namespace poolproof {

// The tag of blocks of the routines that take none: "None" in memory (TAG-09).
inline constexpr std::uint32_t default_tag = 0x656E6F4E;

inline std::uint64_t address_of(const void* pointer) {
    return reinterpret_cast<std::uint64_t>(pointer);
}

// A call as ExAllocatePoolWithTag makes it.
inline AllocationCall call_of(const char* routine, std::uint32_t pool_type, std::uint64_t bytes,
                              std::uint32_t tag, const void* return_address) {
    AllocationCall call;
    call.request.pool_type = pool_type;
    call.request.bytes = bytes;
    call.request.tag = tag;
    call.request.routine = routine;
    call.request.caller = address_of(return_address);
    return call;
}

// NULL, or a raise when the routine or POOL_RAISE_IF_ALLOCATION_FAILURE says so. Throws BugCheck.
void* allocate_pool(const AllocationCall& call);

// What ExFreePool2 was told of the block beside its tag.
struct FreeParameters {
    enum class Form : std::uint8_t { none, secure, malformed } form = Form::none;
    SecureClaim claim; // of a secure block
    std::uint32_t own_duties = 0;
};

struct FreeCall {
    const char* routine = nullptr; // its documented name
    std::uint64_t caller = 0;      // return address
    std::uint64_t address = 0;
    bool has_tag = false;
    std::uint32_t tag = 0;
    const FreeParameters* parameters = nullptr; // of ExFreePool2, which alone has any
    std::uint16_t family = 0;                   // block_family bits that the block should have
    bool tag_is_seven_bit = false;
    std::uint32_t duties = 0; // broken already
};

// ExFreePool and what is like it. Throws BugCheck.
void free_pool(const FreeCall& call);

} // namespace poolproof
