// The Ex, FsRtl, Flt and Ps routines of reproducers. Does not cover: lists and Eng routines.
#include "reproducer/call.hpp"

using namespace poolproof;
using namespace poolproof::reproducer;

namespace {

PVOID allocate_typed(Routine routine, POOL_TYPE type, SIZE_T bytes, ULONG tag = 0,
                     std::uint8_t priority = 0) {
    Op op = op_of(OpKind::allocate, routine, type, bytes, tag);
    op.priority = priority;
    return allocate(op);
}

std::uint8_t priority_of(EX_POOL_PRIORITY priority) {
    return static_cast<std::uint8_t>(static_cast<unsigned>(priority) & 63U);
}

Op op_with_flags(Routine routine, POOL_FLAGS flags, SIZE_T bytes, ULONG tag) {
    Op op = op_of(OpKind::allocate, routine);
    op.pool_type = static_cast<std::uint32_t>(flags);
    op.flags_high = static_cast<std::uint32_t>(flags >> 32U);
    op.size = bytes;
    op.tag = tag;
    return op;
}

Op op_on_pool(Routine routine, const void* pool) {
    Op op = op_of(OpKind::call, routine);
    op.index = index_of(Object::pool, pool);
    return op;
}

Op op_on_secure_block(Routine routine, const void* pool, ULONG tag, const void* block, ULONG_PTR cookie) {
    Op op = op_on_pool(routine, pool);
    op.tag = tag;
    op.priority = static_cast<std::uint8_t>(cookie & 63U);
    session().take_slot(op, block);
    return op;
}

Op quota_op(Routine routine, const void* process, POOL_TYPE type, ULONG_PTR amount) {
    Op op = op_of(OpKind::call, routine, type, amount);
    op.index = index_of(Object::process, process);
    return op;
}

} // namespace

PVOID REPRODUCER(ExAllocatePool)(POOL_TYPE type, SIZE_T bytes) {
    return allocate_typed(Routine::ExAllocatePool, type, bytes);
}
PVOID REPRODUCER(ExAllocatePoolWithTag)(POOL_TYPE type, SIZE_T bytes, ULONG tag) {
    return allocate_typed(Routine::ExAllocatePoolWithTag, type, bytes, tag);
}
PVOID REPRODUCER(ExAllocatePoolWithTagPriority)(POOL_TYPE type, SIZE_T bytes, ULONG tag,
                                                EX_POOL_PRIORITY priority) {
    return allocate_typed(Routine::ExAllocatePoolWithTagPriority, type, bytes, tag, priority_of(priority));
}
PVOID REPRODUCER(ExAllocatePoolWithQuota)(POOL_TYPE type, SIZE_T bytes) {
    return allocate_typed(Routine::ExAllocatePoolWithQuota, type, bytes);
}
PVOID REPRODUCER(ExAllocatePoolWithQuotaTag)(POOL_TYPE type, SIZE_T bytes, ULONG tag) {
    return allocate_typed(Routine::ExAllocatePoolWithQuotaTag, type, bytes, tag);
}
PVOID REPRODUCER(ExAllocatePoolZero)(POOL_TYPE type, SIZE_T bytes, ULONG tag) {
    return allocate_typed(Routine::ExAllocatePoolZero, type, bytes, tag);
}
PVOID REPRODUCER(ExAllocatePoolUninitialized)(POOL_TYPE type, SIZE_T bytes, ULONG tag) {
    return allocate_typed(Routine::ExAllocatePoolUninitialized, type, bytes, tag);
}
PVOID REPRODUCER(ExAllocatePoolQuotaZero)(POOL_TYPE type, SIZE_T bytes, ULONG tag) {
    return allocate_typed(Routine::ExAllocatePoolQuotaZero, type, bytes, tag);
}
PVOID REPRODUCER(ExAllocatePoolQuotaUninitialized)(POOL_TYPE type, SIZE_T bytes, ULONG tag) {
    return allocate_typed(Routine::ExAllocatePoolQuotaUninitialized, type, bytes, tag);
}
PVOID REPRODUCER(ExAllocatePoolPriorityZero)(POOL_TYPE type, SIZE_T bytes, ULONG tag,
                                             EX_POOL_PRIORITY priority) {
    return allocate_typed(Routine::ExAllocatePoolPriorityZero, type, bytes, tag, priority_of(priority));
}
PVOID REPRODUCER(ExAllocatePoolPriorityUninitialized)(POOL_TYPE type, SIZE_T bytes, ULONG tag,
                                                      EX_POOL_PRIORITY priority) {
    return allocate_typed(Routine::ExAllocatePoolPriorityUninitialized, type, bytes, tag,
                          priority_of(priority));
}
PVOID REPRODUCER(FsRtlAllocatePoolWithTag)(POOL_TYPE type, SIZE_T bytes, ULONG tag) {
    return allocate_typed(Routine::FsRtlAllocatePoolWithTag, type, bytes, tag);
}
PVOID REPRODUCER(FsRtlAllocatePoolWithQuotaTag)(POOL_TYPE type, SIZE_T bytes, ULONG tag) {
    return allocate_typed(Routine::FsRtlAllocatePoolWithQuotaTag, type, bytes, tag);
}

PVOID REPRODUCER(ExAllocatePool2)(POOL_FLAGS flags, SIZE_T bytes, ULONG tag) {
    return allocate(op_with_flags(Routine::ExAllocatePool2, flags, bytes, tag));
}
PVOID REPRODUCER(ExAllocatePool3)(POOL_FLAGS flags, SIZE_T bytes, ULONG tag,
                                  PCPOOL_EXTENDED_PARAMETER entries, ULONG count) {
    Op op = op_with_flags(Routine::ExAllocatePool3, flags, bytes, tag);
    op.extended = packed_entries(entries, count);
    return allocate(op);
}

VOID REPRODUCER(ExFreePool)(PVOID block) {
    release(op_of(OpKind::free, Routine::ExFreePool), block);
}
VOID REPRODUCER(ExFreePoolWithTag)(PVOID block, ULONG tag) {
    Op op = op_of(OpKind::free, Routine::ExFreePoolWithTag);
    op.tag = tag;
    release(op, block);
}
VOID REPRODUCER(ExFreePool2)(PVOID block, ULONG tag, PCPOOL_EXTENDED_PARAMETER entries, ULONG count) {
    Op op = op_of(OpKind::free, Routine::ExFreePool2);
    op.tag = tag;
    op.extended = packed_entries(entries, count);
    release(op, block);
}

PVOID REPRODUCER(FltAllocatePoolAlignedWithTag)(PFLT_INSTANCE instance, POOL_TYPE type, SIZE_T bytes,
                                                ULONG tag) {
    Op op = op_of(OpKind::allocate, Routine::FltAllocatePoolAlignedWithTag, type, bytes, tag);
    op.index = index_of(Object::instance, instance);
    return allocate(op);
}
VOID REPRODUCER(FltFreePoolAlignedWithTag)(PFLT_INSTANCE instance, PVOID buffer, ULONG tag) {
    Op op = op_of(OpKind::free, Routine::FltFreePoolAlignedWithTag);
    op.index = index_of(Object::instance, instance);
    op.tag = tag;
    release(op, buffer);
}

// The handle stays as it is: it stands for the variable that the subject's own handle is in.
NTSTATUS REPRODUCER(ExCreatePool)(ULONG flags, ULONG_PTR tag, POOL_CREATE_EXTENDED_PARAMS* /*params*/,
                                  HANDLE* pool) {
    Op op = op_on_pool(Routine::ExCreatePool, static_cast<void*>(pool));
    op.pool_type = flags;
    op.tag = static_cast<std::uint32_t>(tag);
    return static_cast<NTSTATUS>(call(op, static_cast<std::uint32_t>(STATUS_INVALID_PARAMETER)));
}
VOID REPRODUCER(ExDestroyPool)(HANDLE pool) {
    call(op_on_pool(Routine::ExDestroyPool, pool));
}
NTSTATUS REPRODUCER(ExSecurePoolUpdate)(HANDLE pool, ULONG tag, PVOID block, ULONG_PTR cookie, SIZE_T offset,
                                        SIZE_T size, PVOID /*buffer*/) {
    Op op = op_on_secure_block(Routine::ExSecurePoolUpdate, pool, tag, block, cookie);
    op.offset = static_cast<std::int32_t>(offset);
    op.length = static_cast<std::uint32_t>(size);
    return static_cast<NTSTATUS>(call(op, static_cast<std::uint32_t>(STATUS_INVALID_PARAMETER)));
}
LOGICAL REPRODUCER(ExSecurePoolValidate)(HANDLE pool, ULONG tag, PVOID block, ULONG_PTR cookie) {
    return call(op_on_secure_block(Routine::ExSecurePoolValidate, pool, tag, block, cookie), 1) == 0 ? 1 : 0;
}

VOID REPRODUCER(PsChargePoolQuota)(PEPROCESS process, POOL_TYPE type, ULONG_PTR amount) {
    call(quota_op(Routine::PsChargePoolQuota, process, type, amount));
}
VOID REPRODUCER(PsReturnPoolQuota)(PEPROCESS process, POOL_TYPE type, ULONG_PTR amount) {
    call(quota_op(Routine::PsReturnPoolQuota, process, type, amount));
}
