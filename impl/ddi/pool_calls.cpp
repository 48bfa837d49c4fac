// Implements ddi/pool_calls.hpp.
#include "ddi/pool_calls.hpp"

#include "ddi/caller_lint.hpp"
#include "machine/raise.hpp"

#include <ddi/bugcodes.h>
#include <ddi/wdm.h>

#include <cstring>
#include <mutex>

namespace poolproof {

namespace {

enum class Shortage : std::uint8_t { memory, quota };

void* failure(const Policies& policies, const AllocationCall& call, Shortage of) {
    if (call.rules.raises_always)
        raise_status(of == Shortage::quota ? policies.fsrtl_quota_status : STATUS_INSUFFICIENT_RESOURCES);
    const bool has_flag =
        (call.request.pool_type & POOL_RAISE_IF_ALLOCATION_FAILURE) != 0 && !call.request.eng;
    if (call.rules.raise == Raise::always || (call.rules.raise == Raise::by_type_flag && has_flag))
        raise_status(of == Shortage::quota ? policies.quota_status : policies.raise_status);
    return nullptr;
}

// Quota first: a block that could not be charged was never there. nullptr when either is short.
void* allocate_charged(Machine::Impl& system, const PoolRequest& request, const Processor& processor,
                       Shortage& of) {
    const PoolKind kind = Machine::Impl::kind_of(request.pool_type);
    const std::uint64_t weight = system.quota_weight(request.bytes);
    if (weight != 0 && !system.quota.charge(processor.process, kind, weight)) {
        of = Shortage::quota;
        return nullptr;
    }
    void* block = system.allocate(request, processor);
    if (block == nullptr)
        system.quota.give_back(processor.process, kind, weight);
    return block;
}

// EFP2-04 to EFP2-06: whether the parameters are those that the block asks for.
bool parameters_fit(const Machine::Impl& system, const PoolBlock& block, const FreeParameters* given) {
    if ((block.attributes.flags & block_is_secure) == 0)
        return given == nullptr || given->form == FreeParameters::Form::none;
    const SecureClaim* const claim = system.secure_pools.claim_on(block.start);
    return given != nullptr && given->form == FreeParameters::Form::secure && claim != nullptr &&
           *claim == given->claim;
}

// EFPT-04: the tag of a free obeys the rules of the tag of an allocation.
std::uint32_t broken_tag_duties(const FreeCall& call) {
    if (!call.has_tag)
        return 0;
    return (call.tag == 0 ? std::uint32_t{duty_tag_zero} : 0U) |
           (tag_characters_are_valid(call.tag, call.tag_is_seven_bit) ? 0U
                                                                      : std::uint32_t{duty_tag_character});
}

} // namespace

void* allocate_pool(const AllocationCall& call) {
    const Binding& here = current_binding();
    Machine::Impl& system = here.machine->impl();
    Shortage shortage = Shortage::memory;
    void* block = nullptr;
    {
        const std::lock_guard lock(system.lock);
        const bool refused = system.count_allocation_call();
        here.processor->caller_faults = broken_duties(call, *here.processor);
        if (system.watched != 0) [[unlikely]]
            lint(system, call);
        const bool served = check_allocation(system, call, *here.processor);
        if (refused && served && system.is_verified())
            system.driver_verifier.count_refused(call.request.tag);
        if (served && !refused)
            block = call.request.charges_quota
                        ? allocate_charged(system, call.request, *here.processor, shortage)
                        : system.allocate(call.request, *here.processor);
    }
    if (block == nullptr)
        return failure(system.config.policies, call, shortage);
    // ZW-03: exactly the bytes asked for.
    if (call.zeroed || ((call.request.pool_type & POOL_ZERO_ALLOCATION) != 0 && system.config.since_2004))
        std::memset(block, 0, call.request.bytes);
    return block;
}

void free_pool(const FreeCall& call) {
    const Binding& here = current_binding();
    Machine::Impl& system = here.machine->impl();
    system.special.prefetch(call.address);
    const std::lock_guard lock(system.lock);
    std::uint32_t& duties = here.processor->caller_faults;
    const std::uint32_t tag_duties = broken_tag_duties(call) | call.duties;
    duties = duty_free_address | tag_duties;
    if (call.address == 0) {
        if (call.parameters == nullptr && system.config.policies.null_free == Policies::NullFree::ignored)
            return;
        throw BugCheck{BAD_POOL_CALLER, {0x46, 0, 0, 0}};
    }
    if (call.address < system.system_start())
        throw BugCheck{BAD_POOL_CALLER, {0x40, call.address, system.system_start(), 0}};
    const PoolBlock block = system.locate(call.address);
    if (block.what != AddressClass::live) {
        system.check_tracked_start(block, call.address);
        refuse_free(block, call.address);
    }
    const bool fits = parameters_fit(system, block, call.parameters);
    duties = tag_duties | (call.parameters != nullptr ? call.parameters->own_duties : 0U);
    if (!fits)
        duties |= call.parameters != nullptr ? duty_parameters : duty_wrong_free_routine;
    if (here.processor->irql > (block.paged ? APC_LEVEL : DISPATCH_LEVEL))
        duties |= duty_irql;
    if ((block.attributes.flags & block_family) != call.family)
        duties |= duty_wrong_free_routine;
    if (call.has_tag && call.tag != block.attributes.tag)
        duties |= duty_free_tag;
    check_free_irql(system, block, *here.processor);
    // EFP2-07 names 0xC2 and no sub-code; 0x99 is this machine's choice, for the older routines too.
    if (!fits)
        throw BugCheck{BAD_POOL_CALLER, {0x99, call.address, 0, 0}};
    if ((duties & duty_free_tag) != 0 &&
        system.config.policies.tag_mismatch == Policies::TagMismatch::bug_check)
        throw BugCheck{BAD_POOL_CALLER, {0xA, call.address, block.attributes.tag, call.tag}};
    check_live_objects(system, block);
    if (const auto damage = system.find_damage(block))
        throw BugCheck{*damage};
    system.release(block, call.routine, call.caller);
}

} // namespace poolproof
