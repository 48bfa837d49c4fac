// Implements ddi/pool_flags.hpp.
#include "ddi/pool_flags.hpp"

#include <bit>
#include <cstddef>
#include <mutex>

namespace poolproof {

// EAP3-04: one word for type, optional bit and reserved bits, then the union.
static_assert(sizeof(POOL_EXTENDED_PARAMETER) == 16 && offsetof(POOL_EXTENDED_PARAMETER, Priority) == 8);

namespace {

constexpr POOL_FLAGS kinds = POOL_FLAG_NON_PAGED | POOL_FLAG_NON_PAGED_EXECUTE | POOL_FLAG_PAGED;
constexpr POOL_FLAGS for_drivers = kinds | POOL_FLAG_USE_QUOTA | POOL_FLAG_UNINITIALIZED |
                                   POOL_FLAG_CACHE_ALIGNED | POOL_FLAG_RAISE_ON_FAILURE;
constexpr POOL_FLAGS required_half = 0xFFFFFFFF;

// What one entry comes to.
struct Reading {
    bool served = true;
    std::uint32_t duties = 0;
};

// EAP3-07.
Reading read_priority(AllocationCall& call, const POOL_EXTENDED_PARAMETER& entry) {
    const auto priority = static_cast<std::uint32_t>(entry.Reserved2);
    if (!is_documented_priority(priority))
        return {false, duty_priority};
    call.priority = priority;
    call.request.priority = urgency_of(priority);
    call.request.variant = variant_of(priority);
    return {};
}

// EAP3-08, EAP3-09: memory of executable nonpaged pool is not named, and so is no reason to take a node.
Reading read_node(AllocationCall& call, const POOL_EXTENDED_PARAMETER& entry, const Machine::Impl& system,
                  POOL_FLAGS flags) {
    const std::uint32_t node = entry.PreferredNode & ~MM_ANY_NODE_OK;
    if ((flags & POOL_FLAG_NON_PAGED) == 0 || node >= system.budget.nodes())
        return {false, duty_parameters};
    call.request.node = static_cast<std::uint8_t>(node);
    call.request.only_node = (entry.PreferredNode & MM_ANY_NODE_OK) == 0;
    return {};
}

// EAP3-10, SEC-04: nonpaged memory of a pool that is open.
Reading read_secure_pool(AllocationCall& call, const POOL_EXTENDED_PARAMETER& entry, Machine::Impl& system,
                         POOL_FLAGS flags) {
    const POOL_EXTENDED_PARAMS_SECURE_POOL* const secure = entry.SecurePoolParams;
    if (secure == nullptr || (flags & POOL_FLAG_PAGED) != 0)
        return {false, duty_parameters};
    const std::lock_guard lock(system.lock);
    if (!system.secure_pools.is_open(address_of(secure->SecurePoolHandle)))
        return {false, duty_parameters};
    call.request.secure = SecureClaim{address_of(secure->SecurePoolHandle), secure->Cookie};
    return {};
}

Reading read(AllocationCall& call, const POOL_EXTENDED_PARAMETER& entry, Machine::Impl& system,
             POOL_FLAGS flags) {
    switch (entry.Type) {
    case PoolExtendedParameterPriority:
        return read_priority(call, entry);
    case PoolExtendedParameterSecurePool:
        return read_secure_pool(call, entry, system, flags);
    case PoolExtendedParameterNumaNode:
        return read_node(call, entry, system, flags);
    case PoolExtendedParameterInvalidType:
    case PoolExtendedParameterMax:
        return {false, duty_parameters}; // EAP3-11
    default:
        return {false, 0}; // EAP3-05, EAP3-06: of a later system, perhaps
    }
}

} // namespace

bool pool_flags_are_valid(POOL_FLAGS flags) {
    return (flags & required_half & ~for_drivers) == 0 && std::popcount(flags & kinds) == 1;
}

std::uint32_t pool_type_of(POOL_FLAGS flags) {
    const std::uint32_t aligned = (flags & POOL_FLAG_CACHE_ALIGNED) != 0 ? NonPagedPoolCacheAligned : 0;
    if ((flags & POOL_FLAG_PAGED) != 0)
        return aligned | PagedPool;
    return aligned | ((flags & POOL_FLAG_NON_PAGED_EXECUTE) != 0 ? NonPagedPoolExecute : NonPagedPoolNx);
}

void apply_pool_flags(AllocationCall& call, POOL_FLAGS flags) {
    call.request.pool_type = pool_type_of(flags);
    call.request.charges_quota = (flags & POOL_FLAG_USE_QUOTA) != 0;
    call.request.asks_special = (flags & POOL_FLAG_SPECIAL_POOL) != 0;
    call.rules.takes_pool_flags = true;
    call.pool_flags = flags;
    call.rules.raise = (flags & POOL_FLAG_RAISE_ON_FAILURE) != 0 ? Raise::always : Raise::never;
    call.zeroed = (flags & POOL_FLAG_UNINITIALIZED) == 0;
    if (!pool_flags_are_valid(flags)) {
        call.invalid = true;
        call.own_duties |= duty_pool_flags;
    }
}

void apply_parameters(AllocationCall& call, Machine::Impl& system, POOL_FLAGS flags,
                      PCPOOL_EXTENDED_PARAMETER entries, ULONG count) {
    if (count == 0)
        return;
    if (entries == nullptr) {
        call.invalid = true;
        call.own_duties |= duty_parameters;
        return;
    }
    for (ULONG i = 0; i < count; ++i) {
        const Reading reading = read(call, entries[i], system, flags);
        call.own_duties |= reading.duties;
        call.invalid |= !reading.served && entries[i].Optional == 0;
    }
}

FreeParameters read_free_parameters(PCPOOL_EXTENDED_PARAMETER entries, ULONG count) {
    FreeParameters parameters;
    if (count == 0) {
        // EFP2-07 does not list a pointer that nobody follows: the caller's fault, and ignored.
        parameters.own_duties = entries != nullptr ? duty_parameters : 0U;
        return parameters;
    }
    parameters.form = FreeParameters::Form::malformed;
    if (count != 1 || entries == nullptr || entries->Type != PoolExtendedParameterSecurePool ||
        entries->Reserved != 0 || entries->SecurePoolParams == nullptr)
        return parameters;
    const POOL_EXTENDED_PARAMS_SECURE_POOL& secure = *entries->SecurePoolParams;
    if (secure.Buffer != nullptr || secure.SecurePoolFlags != SECURE_POOL_FLAGS_NONE)
        return parameters;
    parameters.form = FreeParameters::Form::secure;
    parameters.claim = {address_of(secure.SecurePoolHandle), secure.Cookie};
    return parameters;
}

} // namespace poolproof
