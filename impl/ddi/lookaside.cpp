// The lookaside lists of wdm.h: arguments of the initialisations, and one line a routine over
// lookaside_calls.hpp.
#include "ddi/lookaside_calls.hpp"
#include "pool/system.hpp"

#include <ddi/wdm.h>

#include <algorithm>
#include <array>

using namespace poolproof;

namespace {

std::uint64_t caller_of(void* return_address) {
    return reinterpret_cast<std::uint64_t>(return_address);
}

// LL-12, LL-13.
LookasideBacking backing_of(LookasideKind kind, PALLOCATE_FUNCTION allocate, PFREE_FUNCTION free, ULONG flags,
                            SIZE_T size, ULONG tag) {
    const bool paged = kind == LookasideKind::paged;
    const std::uint32_t effective = POOL_RAISE_IF_ALLOCATION_FAILURE | (paged ? 0U : POOL_NX_ALLOCATION);
    LookasideBacking backing;
    backing.kind = kind;
    backing.pool_type = static_cast<std::uint32_t>(paged ? PagedPool : NonPagedPool) | (flags & effective);
    backing.bytes = size;
    backing.tag = tag;
    backing.allocate = allocate;
    backing.free = free;
    return backing;
}

bool are_legal(ULONG flags, USHORT depth) {
    return (flags & ~(ULONG{POOL_RAISE_IF_ALLOCATION_FAILURE} | POOL_NX_ALLOCATION)) == 0 && depth == 0;
}

// LL-14: the page asks for a valid enumerator and says no more; must-succeed ones serve nobody.
bool is_valid_type(std::uint32_t pool_type) {
    static constexpr std::array<std::uint32_t, 11> valid = {0, 1, 4, 5, 32, 33, 36, 37, 512, 516, 544};
    return std::find(valid.begin(), valid.end(), pool_type) != valid.end();
}

bool are_valid_ex_flags(const Policies& policies, ULONG flags, bool custom) {
    if (flags == EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE && !custom)
        return policies.default_no_raise == Policies::DefaultNoRaise::accepted;
    return flags <= EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE;
}

} // namespace

VOID ExInitializeNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside, PALLOCATE_FUNCTION Allocate,
                                     PFREE_FUNCTION Free, ULONG Flags, SIZE_T Size, ULONG Tag, USHORT Depth) {
    initialise_list({"ExInitializeNPagedLookasideList", caller_of(__builtin_return_address(0)), Lookaside,
                     LookasideKind::nonpaged},
                    backing_of(LookasideKind::nonpaged, Allocate, Free, Flags, Size, Tag),
                    are_legal(Flags, Depth));
}

PVOID ExAllocateFromNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside) {
    return allocate_from({"ExAllocateFromNPagedLookasideList", caller_of(__builtin_return_address(0)),
                          Lookaside, LookasideKind::nonpaged});
}

VOID ExFreeToNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside, PVOID Entry) {
    free_to({"ExFreeToNPagedLookasideList", caller_of(__builtin_return_address(0)), Lookaside,
             LookasideKind::nonpaged},
            Entry);
}

VOID ExDeleteNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside) {
    empty_list({"ExDeleteNPagedLookasideList", caller_of(__builtin_return_address(0)), Lookaside,
                LookasideKind::nonpaged},
               Emptying::remove);
}

VOID ExInitializePagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside, PALLOCATE_FUNCTION Allocate,
                                    PFREE_FUNCTION Free, ULONG Flags, SIZE_T Size, ULONG Tag, USHORT Depth) {
    initialise_list({"ExInitializePagedLookasideList", caller_of(__builtin_return_address(0)), Lookaside,
                     LookasideKind::paged},
                    backing_of(LookasideKind::paged, Allocate, Free, Flags, Size, Tag),
                    are_legal(Flags, Depth));
}

PVOID ExAllocateFromPagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside) {
    return allocate_from({"ExAllocateFromPagedLookasideList", caller_of(__builtin_return_address(0)),
                          Lookaside, LookasideKind::paged});
}

VOID ExFreeToPagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside, PVOID Entry) {
    free_to({"ExFreeToPagedLookasideList", caller_of(__builtin_return_address(0)), Lookaside,
             LookasideKind::paged},
            Entry);
}

VOID ExDeletePagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside) {
    empty_list({"ExDeletePagedLookasideList", caller_of(__builtin_return_address(0)), Lookaside,
                LookasideKind::paged},
               Emptying::remove);
}

NTSTATUS ExInitializeLookasideListEx(PLOOKASIDE_LIST_EX Lookaside, PALLOCATE_FUNCTION_EX Allocate,
                                     PFREE_FUNCTION_EX Free, POOL_TYPE PoolType, ULONG Flags, SIZE_T Size,
                                     ULONG Tag, USHORT Depth) {
    const Binding& here = current_binding();
    const bool no_raise = Flags == EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE;
    const bool valid_type = is_valid_type(static_cast<std::uint32_t>(PoolType));
    if (!valid_type || !are_valid_ex_flags(here.machine->config().policies, Flags, Allocate != nullptr)) {
        here.processor->caller_faults = duty_lookaside;
        return valid_type ? STATUS_INVALID_PARAMETER_5 : STATUS_INVALID_PARAMETER_4;
    }
    LookasideBacking backing;
    backing.kind = LookasideKind::ex;
    backing.pool_type =
        static_cast<std::uint32_t>(PoolType) | (no_raise     ? std::uint32_t{POOL_QUOTA_FAIL_INSTEAD_OF_RAISE}
                                                : Flags != 0 ? std::uint32_t{POOL_RAISE_IF_ALLOCATION_FAILURE}
                                                             : 0U);
    backing.bytes = Size;
    backing.tag = Tag;
    backing.allocate_ex = Allocate;
    backing.free_ex = Free;
    initialise_list(
        {"ExInitializeLookasideListEx", caller_of(__builtin_return_address(0)), Lookaside, LookasideKind::ex},
        backing, Depth == 0 && (Allocate != nullptr || !no_raise));
    return STATUS_SUCCESS;
}

PVOID ExAllocateFromLookasideListEx(PLOOKASIDE_LIST_EX Lookaside) {
    return allocate_from({"ExAllocateFromLookasideListEx", caller_of(__builtin_return_address(0)), Lookaside,
                          LookasideKind::ex});
}

VOID ExFreeToLookasideListEx(PLOOKASIDE_LIST_EX Lookaside, PVOID Entry) {
    free_to({"ExFreeToLookasideListEx", caller_of(__builtin_return_address(0)), Lookaside, LookasideKind::ex},
            Entry);
}

VOID ExDeleteLookasideListEx(PLOOKASIDE_LIST_EX Lookaside) {
    empty_list(
        {"ExDeleteLookasideListEx", caller_of(__builtin_return_address(0)), Lookaside, LookasideKind::ex},
        Emptying::remove);
}

VOID ExFlushLookasideListEx(PLOOKASIDE_LIST_EX Lookaside) {
    empty_list(
        {"ExFlushLookasideListEx", caller_of(__builtin_return_address(0)), Lookaside, LookasideKind::ex},
        Emptying::flush);
}
