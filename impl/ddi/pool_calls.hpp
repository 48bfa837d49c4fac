// The one way through which every documented pool routine allocates and frees.
//
// Covers: call counting, duties, checks, memory, failure as NULL or raise. Does not cover: the routines'
// signatures (ex.cpp, fsrtl.cpp, eng.cpp). Acts on the calling thread's machine and takes its lock.
#pragma once

#include "ddi/rules.hpp"

namespace poolproof {

// NULL, or a raise when the routine or POOL_RAISE_IF_ALLOCATION_FAILURE says so. Throws BugCheck.
void* allocate_pool(const AllocationCall& call);

struct FreeCall {
    const char* routine = nullptr; // its documented name
    std::uint64_t caller = 0;      // return address
    std::uint64_t address = 0;
    bool has_tag = false;
    std::uint32_t tag = 0;
    std::uint8_t family = 0; // block_family bits that the block should have
    bool tag_is_seven_bit = false;
    std::uint32_t duties = 0; // broken already
};

// ExFreePool and what is like it. Throws BugCheck.
void free_pool(const FreeCall& call);

} // namespace poolproof
