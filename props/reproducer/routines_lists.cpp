// Lookaside lists and the Eng routines of reproducers. Does not cover: the Ex, FsRtl and Flt routines.
#include "reproducer/call.hpp"

using namespace poolproof;
using namespace poolproof::reproducer;

namespace {

Op op_on_list(OpKind kind, Routine routine, Object list, const void* head) {
    Op op = op_of(kind, routine);
    op.index = index_of(list, head);
    return op;
}

Op initialising(Op op, bool own_routines, ULONG type, SIZE_T size, ULONG tag) {
    op.level = own_routines ? 1 : 0;
    op.pool_type = type;
    op.size = size;
    op.tag = tag;
    return op;
}

Op op_on_surface(OpKind kind, Routine routine, const void* surface) {
    Op op = op_of(kind, routine);
    op.index = index_of(Object::surface, surface);
    return op;
}

} // namespace

VOID REPRODUCER(ExInitializeNPagedLookasideList)(PNPAGED_LOOKASIDE_LIST list, PALLOCATE_FUNCTION allocate,
                                                 PFREE_FUNCTION /*free*/, ULONG flags, SIZE_T size, ULONG tag,
                                                 USHORT /*depth*/) {
    const Op op =
        op_on_list(OpKind::call, Routine::ExInitializeNPagedLookasideList, Object::npaged_list, list);
    call(initialising(op, allocate != nullptr, flags, size, tag));
}
VOID REPRODUCER(ExInitializePagedLookasideList)(PPAGED_LOOKASIDE_LIST list, PALLOCATE_FUNCTION allocate,
                                                PFREE_FUNCTION /*free*/, ULONG flags, SIZE_T size, ULONG tag,
                                                USHORT /*depth*/) {
    const Op op = op_on_list(OpKind::call, Routine::ExInitializePagedLookasideList, Object::paged_list, list);
    call(initialising(op, allocate != nullptr, flags, size, tag));
}
NTSTATUS REPRODUCER(ExInitializeLookasideListEx)(PLOOKASIDE_LIST_EX list, PALLOCATE_FUNCTION_EX allocate,
                                                 PFREE_FUNCTION_EX /*free*/, POOL_TYPE type, ULONG flags,
                                                 SIZE_T size, ULONG tag, USHORT /*depth*/) {
    Op op = op_on_list(OpKind::call, Routine::ExInitializeLookasideListEx, Object::list_ex, list);
    op.flags_high = flags;
    return static_cast<NTSTATUS>(
        call(initialising(op, allocate != nullptr, static_cast<ULONG>(type), size, tag)));
}

PVOID REPRODUCER(ExAllocateFromNPagedLookasideList)(PNPAGED_LOOKASIDE_LIST list) {
    return allocate(
        op_on_list(OpKind::allocate, Routine::ExAllocateFromNPagedLookasideList, Object::npaged_list, list));
}
PVOID REPRODUCER(ExAllocateFromPagedLookasideList)(PPAGED_LOOKASIDE_LIST list) {
    return allocate(
        op_on_list(OpKind::allocate, Routine::ExAllocateFromPagedLookasideList, Object::paged_list, list));
}
PVOID REPRODUCER(ExAllocateFromLookasideListEx)(PLOOKASIDE_LIST_EX list) {
    return allocate(
        op_on_list(OpKind::allocate, Routine::ExAllocateFromLookasideListEx, Object::list_ex, list));
}
VOID REPRODUCER(ExFreeToNPagedLookasideList)(PNPAGED_LOOKASIDE_LIST list, PVOID entry) {
    release(op_on_list(OpKind::free, Routine::ExFreeToNPagedLookasideList, Object::npaged_list, list), entry);
}
VOID REPRODUCER(ExFreeToPagedLookasideList)(PPAGED_LOOKASIDE_LIST list, PVOID entry) {
    release(op_on_list(OpKind::free, Routine::ExFreeToPagedLookasideList, Object::paged_list, list), entry);
}
VOID REPRODUCER(ExFreeToLookasideListEx)(PLOOKASIDE_LIST_EX list, PVOID entry) {
    release(op_on_list(OpKind::free, Routine::ExFreeToLookasideListEx, Object::list_ex, list), entry);
}
VOID REPRODUCER(ExDeleteNPagedLookasideList)(PNPAGED_LOOKASIDE_LIST list) {
    call(op_on_list(OpKind::call, Routine::ExDeleteNPagedLookasideList, Object::npaged_list, list));
}
VOID REPRODUCER(ExDeletePagedLookasideList)(PPAGED_LOOKASIDE_LIST list) {
    call(op_on_list(OpKind::call, Routine::ExDeletePagedLookasideList, Object::paged_list, list));
}
VOID REPRODUCER(ExDeleteLookasideListEx)(PLOOKASIDE_LIST_EX list) {
    call(op_on_list(OpKind::call, Routine::ExDeleteLookasideListEx, Object::list_ex, list));
}
VOID REPRODUCER(ExFlushLookasideListEx)(PLOOKASIDE_LIST_EX list) {
    call(op_on_list(OpKind::call, Routine::ExFlushLookasideListEx, Object::list_ex, list));
}

PVOID REPRODUCER(EngAllocMem)(ULONG flags, ULONG bytes, ULONG tag) {
    Op op = op_of(OpKind::allocate, Routine::EngAllocMem);
    op.pool_type = flags;
    op.size = bytes;
    op.tag = tag;
    return allocate(op);
}
VOID REPRODUCER(EngFreeMem)(PVOID block) {
    release(op_of(OpKind::free, Routine::EngFreeMem), block);
}
PVOID REPRODUCER(EngAllocUserMem)(SIZE_T bytes, ULONG tag) {
    Op op = op_of(OpKind::allocate, Routine::EngAllocUserMem);
    op.size = bytes;
    op.tag = tag;
    return allocate(op);
}
VOID REPRODUCER(EngFreeUserMem)(PVOID block) {
    release(op_of(OpKind::free, Routine::EngFreeUserMem), block);
}
PVOID REPRODUCER(EngAllocPrivateUserMem)(PDD_SURFACE_LOCAL surface, SIZE_T bytes, ULONG tag) {
    Op op = op_on_surface(OpKind::allocate, Routine::EngAllocPrivateUserMem, surface);
    op.size = bytes;
    op.tag = tag;
    return allocate(op);
}
VOID REPRODUCER(EngFreePrivateUserMem)(PDD_SURFACE_LOCAL surface, PVOID block) {
    release(op_on_surface(OpKind::free, Routine::EngFreePrivateUserMem, surface), block);
}

// The handle of a range is known by its block.
HANDLE REPRODUCER(EngSecureMem)(PVOID address, ULONG length) {
    Op op = op_of(OpKind::call, Routine::EngSecureMem);
    session().take_slot(op, address);
    op.length = length;
    return call(op, 1) == 0 ? address : nullptr;
}
VOID REPRODUCER(EngUnsecureMem)(HANDLE secured) {
    Op op = op_of(OpKind::call, Routine::EngUnsecureMem);
    session().take_slot(op, secured);
    call(op);
}
BOOL REPRODUCER(EngWritePrinter)(HANDLE /*printer*/, PVOID buffer, DWORD bytes, LPDWORD written) {
    Op op = op_of(OpKind::print, Routine::EngWritePrinter);
    session().take_slot(op, buffer);
    op.length = bytes;
    const std::uint64_t done = call(op);
    if (written != nullptr) {
        *written = done != 0 ? bytes : 0;
    }
    return done != 0 ? 1 : 0;
}
