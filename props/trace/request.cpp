// See request.hpp.
#include "trace/request.hpp"

#include <ddi/wdm.h>
#include <ddi/winddi.h>

namespace poolproof {
namespace {

// Two tables, from the same facts: a slip in either does not compile.
static_assert(pool_flag_use_quota == POOL_FLAG_USE_QUOTA &&
              pool_flag_uninitialized == POOL_FLAG_UNINITIALIZED && pool_flag_session == POOL_FLAG_SESSION &&
              pool_flag_cache_aligned == POOL_FLAG_CACHE_ALIGNED &&
              pool_flag_raise_on_failure == POOL_FLAG_RAISE_ON_FAILURE &&
              pool_flag_non_paged == POOL_FLAG_NON_PAGED &&
              pool_flag_non_paged_execute == POOL_FLAG_NON_PAGED_EXECUTE &&
              pool_flag_paged == POOL_FLAG_PAGED && pool_flag_special_pool == POOL_FLAG_SPECIAL_POOL);
static_assert(unsigned{parameter_priority} == PoolExtendedParameterPriority &&
              unsigned{parameter_secure_pool} == PoolExtendedParameterSecurePool &&
              unsigned{parameter_node} == PoolExtendedParameterNumaNode &&
              unsigned{parameter_max} == PoolExtendedParameterMax);

Validity worse(Validity a, Validity b) {
    return a == Validity::invalid || b == Validity::invalid ? Validity::invalid
           : a == Validity::open || b == Validity::open     ? Validity::open
                                                            : Validity::valid;
}

// EAP2-02; X-25 and EAP2-22 leave the rest open.
Validity validity_of_flags(std::uint64_t flags) {
    if ((flags & pool_flag_undefined) != 0) {
        return Validity::invalid;
    }
    const std::uint64_t kind = flags & (pool_flag_non_paged | pool_flag_non_paged_execute | pool_flag_paged);
    const bool one_kind = kind != 0 && (kind & (kind - 1)) == 0;
    const bool of_the_system = (flags & (pool_flag_reserved | pool_flag_session)) != 0;
    return one_kind && !of_the_system ? Validity::valid : Validity::open;
}

// EAP3-05 to EAP3-11. An optional entry may be ignored, and one that is not known is.
Validity read_parameter(const ExtendedParameter& entry, std::uint64_t flags, AllocationRequest& request) {
    const Validity when_bad = entry.optional ? Validity::open : Validity::invalid;
    switch (entry.type) {
    case parameter_priority:
        if (!is_ex_pool_priority(entry.value)) {
            return when_bad;
        }
        request.priority = entry.value;
        request.has_priority = true;
        request.may_ignore_priority = entry.optional;
        return Validity::valid;
    case parameter_node:
        if ((flags & pool_flag_non_paged) == 0 || entry.value >= node_count) {
            return when_bad;
        }
        request.wants_node = !entry.any_node && !entry.optional;
        request.names_node = true;
        request.node = entry.value;
        return entry.optional ? Validity::open : Validity::valid;
    case parameter_secure_pool:
        return Validity::open;
    case 0:
    case parameter_max:
        return when_bad; // EAP3-11
    default:
        return entry.optional ? Validity::valid : Validity::invalid;
    }
}

void read_parameters(const Op& op, std::uint64_t flags, AllocationRequest& request) {
    ExtendedParameter entries[max_parameters];
    const unsigned count = parameters_of(op, entries);
    for (unsigned i = 0; i < count; ++i) {
        request.parameters = worse(request.parameters, read_parameter(entries[i], flags, request));
    }
    // Several entries of one type are described nowhere (EAP3-03).
    if (count == 2 && entries[0].type == entries[1].type && request.parameters == Validity::valid) {
        request.parameters = Validity::open;
    }
}

void read_pool_flags(const Op& op, AllocationRequest& request) {
    const std::uint64_t flags = std::uint64_t{op.flags_high} << 32 | op.pool_type;
    request.flags = validity_of_flags(flags);
    request.pool_type = (flags & pool_flag_paged) != 0               ? PagedPool
                        : (flags & pool_flag_non_paged_execute) != 0 ? NonPagedPool
                                                                     : NonPagedPoolNx;
    request.pool_type |= (flags & pool_flag_cache_aligned) != 0 ? unsigned{NonPagedPoolCacheAligned} : 0U;
    request.raises = (flags & pool_flag_raise_on_failure) != 0;
    request.zeroed = (flags & pool_flag_uninitialized) == 0;
    request.quota = (flags & pool_flag_use_quota) != 0;
    request.wants_special = (flags & pool_flag_special_pool) != 0;
    if (traits_of(op.routine).takes(takes_parameters)) {
        read_parameters(op, flags, request);
    }
}

void read_failure(const RoutineTraits& traits, AllocationRequest& request) {
    const bool raise_flag = (request.pool_type & POOL_RAISE_IF_ALLOCATION_FAILURE) != 0;
    const bool quota_flag = (request.pool_type & POOL_QUOTA_FAIL_INSTEAD_OF_RAISE) != 0;
    switch (traits.failure) {
    case OnFailure::none:
    case OnFailure::null_or_pool_flag:
        break;
    case OnFailure::null: // EAP-10: what the flag does there is stated nowhere
        request.form_open = traits.type == TypeArgument::pool_type && raise_flag;
        break;
    case OnFailure::null_or_type_flag:
        request.raises = raise_flag;
        break;
    case OnFailure::raise:
        request.raises = true;
        break;
    case OnFailure::raise_or_quota_flag: // EAQT-18
        request.raises = !quota_flag;
        request.form_open = quota_flag && raise_flag;
        break;
    case OnFailure::by_list:
        request.raises = raise_flag;
        break;
    }
}

void read_list(const Op& op, const ListSettings& lists, AllocationRequest& request) {
    const ListSetting& list = list_of(op, lists);
    request.size = list.size;
    request.tag = list.tag;
    request.pool_type = list.pool_type;
    request.paged = (list.pool_type & PagedPool) != 0;
}

} // namespace

bool is_ex_pool_priority(std::uint32_t priority) {
    return (priority & ~0x39U) == 0 && (priority & 0x30U) != 0x30U && (priority & 9U) != 1U;
}

SecureAsk secure_entry_of(const Op& op, SecureEntry& entry) {
    ExtendedParameter entries[max_parameters];
    const unsigned count = parameters_of(op, entries);
    SecureAsk ask = SecureAsk::none;
    for (unsigned i = 0; i < count; ++i) {
        if (entries[i].type != parameter_secure_pool) {
            continue;
        }
        const bool once = ask == SecureAsk::none && !entries[i].optional;
        ask = once ? SecureAsk::stated : SecureAsk::doubtful;
        entry = {static_cast<std::uint8_t>(entries[i].value % list_count),
                 static_cast<std::uint8_t>(entries[i].value / list_count)};
    }
    return ask;
}

unsigned list_kind_of(Routine routine) {
    switch (routine) {
    case Routine::ExAllocateFromNPagedLookasideList:
    case Routine::ExFreeToNPagedLookasideList:
    case Routine::ExInitializeNPagedLookasideList:
    case Routine::ExDeleteNPagedLookasideList:
        return 0;
    case Routine::ExAllocateFromPagedLookasideList:
    case Routine::ExFreeToPagedLookasideList:
    case Routine::ExInitializePagedLookasideList:
    case Routine::ExDeletePagedLookasideList:
        return 1;
    default:
        return 2;
    }
}

void apply(const Op& op, ListSettings& lists) {
    const RoutineTraits& traits = traits_of(op.routine);
    if (op.kind != OpKind::call || !traits.takes(takes_list) ||
        op.routine == Routine::ExFlushLookasideListEx) {
        return;
    }
    const unsigned kind = list_kind_of(op.routine);
    ListSetting& list = lists[kind][op.index % list_count];
    const std::uint32_t generation = list.generation + 1;
    list = ListSetting{};
    list.generation = generation;
    if (!traits.takes(takes_size)) {
        return; // deleted
    }
    constexpr std::uint32_t of_a_nonpaged_list = POOL_RAISE_IF_ALLOCATION_FAILURE | POOL_NX_ALLOCATION;
    constexpr std::uint32_t of_a_paged_list = POOL_RAISE_IF_ALLOCATION_FAILURE;
    list.live = true;
    list.size = op.size;
    list.tag = op.tag;
    list.own_routines = op.level != 0;
    switch (kind) {
    case 0:
        list.pool_type = NonPagedPool | (op.pool_type & of_a_nonpaged_list);
        break;
    case 1:
        list.pool_type = PagedPool | (op.pool_type & of_a_paged_list);
        break;
    default: // LL-16
        list.pool_type = op.pool_type;
        list.pool_type |= (op.flags_high & 1U) != 0 ? unsigned{POOL_RAISE_IF_ALLOCATION_FAILURE} : 0U;
        list.pool_type |= (op.flags_high & 2U) != 0 ? unsigned{POOL_QUOTA_FAIL_INSTEAD_OF_RAISE} : 0U;
        break;
    }
}

AllocationRequest request_of(const Op& op, std::uint8_t process, const ListSettings& lists) {
    const RoutineTraits& traits = traits_of(op.routine);
    AllocationRequest request;
    request.size = op.size;
    request.tag = traits.tag == TagRule::none ? default_tag : op.tag;
    request.pool_type = op.pool_type;
    request.priority = op.priority;
    request.has_priority = traits.takes(takes_priority);
    request.quota = traits.quota == Quota::always;
    request.zeroed = traits.contents == Contents::zeroed;
    request.process = process;
    switch (traits.type) {
    case TypeArgument::pool_flags:
        read_pool_flags(op, request);
        break;
    case TypeArgument::eng_flags:
        request.pool_type = (op.pool_type & FL_NONPAGED_MEMORY) != 0 ? NonPagedPool : PagedPool;
        request.zeroed = (op.pool_type & FL_ZERO_MEMORY) != 0;
        break;
    default:
        break;
    }
    request.paged = (request.pool_type & PagedPool) != 0;
    switch (traits.memory) {
    case Memory::list:
        read_list(op, lists, request);
        break;
    case Memory::private_user:
        request.process = op.index;
        [[fallthrough]];
    case Memory::user:
        request.user = true;
        request.paged = false;
        break;
    default:
        break;
    }
    read_failure(traits, request);
    return request;
}

} // namespace poolproof
