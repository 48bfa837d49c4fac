// See declared.hpp.
#include "trace/declared.hpp"

namespace poolproof {
namespace {

// Mask of Capability.
std::uint32_t needed(const Op& op) {
    switch (op.kind) {
    case OpKind::irql:
    case OpKind::processor:
        return can_irql;
    case OpKind::process:
        return can_processes;
    case OpKind::budget:
        return can_budget;
    case OpKind::fail_nth:
        return can_fail_nth;
    case OpKind::special_pool:
        return can_special_pool;
    case OpKind::verifier:
        return op.pool_type == 0 ? can_verifier : can_verifier_flags;
    case OpKind::query_tag:
        return can_ledger;
    case OpKind::query_event:
        return can_events;
    case OpKind::quota:
    case OpKind::query_quota:
        return can_quota;
    case OpKind::driver:
    case OpKind::unload:
    case OpKind::low_resources:
    case OpKind::clock:
    case OpKind::dpc:
    case OpKind::idle:
    case OpKind::query_driver:
    case OpKind::query_verifier:
        return can_verifier_flags;
    default:
        return 0;
    }
}

} // namespace

bool is_declared(const Op& op, const Claims& claims) {
    switch (op.kind) {
    case OpKind::allocate:
    case OpKind::free:
    case OpKind::call:
        return claims.has(op.routine);
    case OpKind::print:
        return claims.has(Routine::EngWritePrinter);
    default:
        return (needed(op) & ~claims.capabilities) == 0;
    }
}

} // namespace poolproof
