// Ops as calls of the documented routines of the reference.
//
// Covers: which arguments an op stands for, and the objects that routines need (heads of lookaside lists,
// handles of secured ranges and of private pools). Does not cover: what comes of a call (reference.cpp). One
// thread at a time; throws what the routines throw.
#pragma once

#include "trace/event.hpp"
#include "trace/op.hpp"

#include <ddi/wdm.h>
#include <poolproof/machine.h>

#include <array>
#include <cstdint>

namespace poolproof {

class DocumentedCalls {
  public:
    // Forgets all handles; the machine has been reset.
    void reset();

    void* allocate(Machine& machine, const Op& op);
    void free(Machine& machine, const Op& op, void* block);
    // A routine that neither allocates nor frees. Event::number is its status, 0 where it has none or
    // succeeded.
    Event call(Machine& machine, const Op& op, void* block);
    // What the list of the op did since the last reset, and what it told routines of the driver's own.
    ListUse list_use(const Machine& machine, const Op& op) const;

  private:
    void* head_of(const Op& op) const;
    NTSTATUS initialise_list(const Op& op);
    void end_list(const Op& op);
    std::uint64_t secure_range(const Op& op, void* block);
    std::uint64_t call_secure_pool(const Op& op, void* block);
    ULONG read_parameters(const Op& op, POOL_EXTENDED_PARAMETER (&entries)[max_parameters]);

    // One head by kind of list and index. Its contents are the machine's.
    mutable std::array<std::array<LOOKASIDE_LIST_EX, list_count>, 3> lists_{};
    std::array<HANDLE, slot_count> secured_{};
    std::array<HANDLE, list_count> pools_{};
    std::array<POOL_EXTENDED_PARAMS_SECURE_POOL, max_parameters> secure_entries_{};
};

} // namespace poolproof
