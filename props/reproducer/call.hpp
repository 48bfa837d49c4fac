// What the routines of reproducers share: arguments to ops, ops to what the routine returns.
//
// Covers: the driver's objects by number, extended parameters, the calls of each role. Does not cover: which
// arguments a routine has (routines_*.cpp).
#pragma once

#include "reproducer/session.hpp"
#include "trace/op.hpp"

#include <poolproof/reproducer.h>

namespace poolproof::reproducer {

// Kinds of objects, as reproducer_object() numbers them.
enum class Object : int { npaged_list, paged_list, list_ex, instance, surface, process, pool };
inline constexpr int object_kinds = 7;

void* object(Object kind, unsigned index);
// The number of an object; 0 for what is none of that kind.
std::uint8_t index_of(Object kind, const void* pointer);

std::uint32_t packed_entries(PCPOOL_EXTENDED_PARAMETER entries, ULONG count);

Op op_of(OpKind kind, Routine routine);
// An op of a routine that takes a POOL_TYPE.
Op op_of(OpKind kind, Routine routine, POOL_TYPE type, SIZE_T bytes, ULONG tag = 0);

// The block, or NULL where there is none.
PVOID allocate(Op op);
void release(Op op, const void* block);
// Event::number, which is a status or 0; where the call did not come back `otherwise`.
std::uint64_t call(const Op& op, std::uint64_t otherwise = 0);

} // namespace poolproof::reproducer
