// The one way through which every routine for a lookaside list goes.
//
// Covers: IRQL, misuse, Driver Verifier's checks of lists, where entries come from and go to. Does not cover:
// the routines' signatures and the arguments of initialisations (lookaside.cpp). Acts on the calling thread's
// machine and takes its lock for the list alone, never while an entry comes from or goes back to pool or a
// custom routine.
#pragma once

#include "pool/lookaside.hpp"

#include <cstdint>

namespace poolproof {

// One call of a routine for a list.
struct ListCall {
    const char* routine = nullptr; // its documented name
    std::uint64_t caller = 0;      // return address
    void* head = nullptr;
    LookasideKind kind = LookasideKind::nonpaged; // that the routine is for
};

// `arguments_are_legal`: what the routine's own arguments say; the rest of the duties is found here. Throws
// BugCheck.
void initialise_list(const ListCall& call, const LookasideBacking& backing, bool arguments_are_legal);
// NULL when there is no list or no memory. Throws what the backing routine throws, and BugCheck.
void* allocate_from(const ListCall& call);
// Does nothing with what is not out of the list. Throws as allocate_from().
void free_to(const ListCall& call, void* buffer);

enum class Emptying : std::uint8_t { flush, remove };
// LL-19. Throws as allocate_from().
void empty_list(const ListCall& call, Emptying emptying);

} // namespace poolproof
