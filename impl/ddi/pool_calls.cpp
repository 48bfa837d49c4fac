// Implements ddi/pool_calls.hpp.
#include "ddi/pool_calls.hpp"

#include "machine/raise.hpp"

#include <ddi/bugcodes.h>
#include <ddi/wdm.h>

#include <mutex>

namespace poolproof {

namespace {

void* failure(const Policies& policies, const AllocationCall& call) {
    if (call.rules.raises_always)
        raise_status(STATUS_INSUFFICIENT_RESOURCES);
    if ((call.request.pool_type & POOL_RAISE_IF_ALLOCATION_FAILURE) != 0 && !call.request.eng)
        raise_status(policies.raise_status);
    return nullptr;
}

// EFPT-04: the tag of a free obeys the rules of the tag of an allocation.
std::uint32_t broken_tag_duties(const FreeCall& call) {
    if (!call.has_tag)
        return 0;
    return (call.tag == 0 ? std::uint32_t{duty_tag_zero} : 0U) |
           (tag_characters_are_valid(call.tag, false) ? 0U : std::uint32_t{duty_tag_character});
}

} // namespace

void* allocate_pool(const AllocationCall& call) {
    const Binding& here = current_binding();
    Machine::Impl& system = here.machine->impl();
    const std::lock_guard lock(system.lock);
    const bool refused = system.count_allocation_call();
    here.processor->caller_faults = broken_duties(call, *here.processor);
    const bool served = check_allocation(system, call, *here.processor);
    void* block = served && !refused ? system.allocate(call.request, *here.processor) : nullptr;
    return block != nullptr ? block : failure(system.config.policies, call);
}

void free_pool(const FreeCall& call) {
    const Binding& here = current_binding();
    Machine::Impl& system = here.machine->impl();
    system.special.prefetch(call.address);
    const std::lock_guard lock(system.lock);
    std::uint32_t& duties = here.processor->caller_faults;
    const std::uint32_t tag_duties = broken_tag_duties(call);
    duties = duty_free_address | tag_duties;
    if (call.address == 0) {
        if (system.config.policies.null_free == Policies::NullFree::ignored)
            return;
        throw BugCheck{BAD_POOL_CALLER, {0x46, 0, 0, 0}};
    }
    if (call.address < system.system_start())
        throw BugCheck{BAD_POOL_CALLER, {0x40, call.address, system.system_start(), 0}};
    const PoolBlock block = system.locate(call.address);
    if (block.what != AddressClass::live)
        refuse_free(block, call.address);
    duties = tag_duties;
    if (here.processor->irql > (block.paged ? APC_LEVEL : DISPATCH_LEVEL))
        duties |= duty_irql;
    if ((block.attributes.flags & block_is_eng) != 0)
        duties |= duty_wrong_free_routine;
    if (call.has_tag && call.tag != block.attributes.tag)
        duties |= duty_free_tag;
    check_free_irql(system, block, *here.processor);
    if ((duties & duty_free_tag) != 0 &&
        system.config.policies.tag_mismatch == Policies::TagMismatch::bug_check)
        throw BugCheck{BAD_POOL_CALLER, {0xA, call.address, block.attributes.tag, call.tag}};
    if (const auto damage = system.find_damage(block))
        throw BugCheck{*damage};
    system.release(block, call.routine, call.caller);
}

} // namespace poolproof
