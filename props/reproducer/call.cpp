// See call.hpp.
#include "reproducer/call.hpp"

#include "trace/request.hpp"

#include <algorithm>

namespace poolproof::reproducer {
namespace {

// Addresses that stand for the objects: nothing is kept there.
char objects[object_kinds][list_count];

} // namespace

void* object(Object kind, unsigned index) {
    return &objects[static_cast<int>(kind)][index % list_count];
}

std::uint8_t index_of(Object kind, const void* pointer) {
    for (std::uint8_t index = 0; index < list_count; ++index) {
        if (pointer == object(kind, index)) {
            return index;
        }
    }
    return 0;
}

std::uint32_t packed_entries(PCPOOL_EXTENDED_PARAMETER entries, ULONG count) {
    std::uint32_t extended = 0;
    for (ULONG i = 0; entries != nullptr && i < std::min<ULONG>(count, max_parameters); ++i) {
        const POOL_EXTENDED_PARAMETER& entry = entries[i];
        ExtendedParameter parameter;
        parameter.type = static_cast<std::uint8_t>(entry.Type & 15U);
        parameter.optional = entry.Optional != 0;
        parameter.any_node = (entry.Reserved & 1U) != 0;
        parameter.value = static_cast<std::uint8_t>(entry.Reserved2);
        if (parameter.type == parameter_node) {
            parameter.any_node = parameter.any_node || (entry.PreferredNode & MM_ANY_NODE_OK) != 0;
        } else if (parameter.type == parameter_secure_pool && entry.SecurePoolParams != nullptr) {
            parameter.value =
                static_cast<std::uint8_t>(entry.SecurePoolParams->Cookie * list_count +
                                          index_of(Object::pool, entry.SecurePoolParams->SecurePoolHandle));
        }
        extended |= packed(parameter) << (16 * i);
    }
    return extended;
}

Op op_of(OpKind kind, Routine routine) {
    Op op;
    op.kind = kind;
    op.routine = routine;
    return op;
}

Op op_of(OpKind kind, Routine routine, POOL_TYPE type, SIZE_T bytes, ULONG tag) {
    Op op = op_of(kind, routine);
    op.pool_type = static_cast<std::uint32_t>(type);
    op.size = bytes;
    op.tag = tag;
    return op;
}

PVOID allocate(Op op) {
    session().take_slot(op);
    const Event event = session().play(op);
    return event.kind == EventKind::pointer
               ? reinterpret_cast<void*>(static_cast<std::uintptr_t>(event.address))
               : nullptr;
}

void release(Op op, const void* block) {
    session().take_slot(op, block);
    session().play(op);
}

std::uint64_t call(const Op& op, std::uint64_t otherwise) {
    const Event event = session().play(op);
    return event.kind == EventKind::value || event.kind == EventKind::done ? event.number : otherwise;
}

} // namespace poolproof::reproducer
