// Implements ddi/lookaside_calls.hpp, and what poolproof/machine.h tells of lists. What misuse does is told
// in ddi/lookaside.h.
#include "ddi/lookaside_calls.hpp"

#include "ddi/pool_calls.hpp"

#include <ddi/bugcodes.h>
#include <ddi/wdm.h>

#include <mutex>
#include <vector>

namespace poolproof {

namespace {

// What the routines below a list report as broken does not replace what the call itself has broken.
class DutyScope {
  public:
    explicit DutyScope(Processor& processor) : processor_(processor), broken_(processor.caller_faults) {}
    ~DutyScope() { processor_.caller_faults |= broken_; }
    DutyScope(const DutyScope&) = delete;
    DutyScope& operator=(const DutyScope&) = delete;

  private:
    Processor& processor_;
    std::uint32_t broken_;
};

void* get_entry(const LookasideBacking& backing, const ListCall& call) {
    const auto type = static_cast<POOL_TYPE>(backing.pool_type);
    if (backing.allocate != nullptr)
        return backing.allocate(type, backing.bytes, backing.tag);
    if (backing.allocate_ex != nullptr)
        return backing.allocate_ex(type, backing.bytes, backing.tag,
                                   static_cast<PLOOKASIDE_LIST_EX>(call.head));
    AllocationCall allocation;
    allocation.request = {backing.pool_type, backing.bytes, backing.tag,  PoolPriority::high,
                          std::nullopt,      false,         call.routine, call.caller};
    return allocate_pool(allocation);
}

void give_entry_back(const LookasideBacking& backing, const ListCall& call, std::uint64_t entry) {
    auto* const buffer = reinterpret_cast<void*>(entry);
    if (backing.free != nullptr)
        return backing.free(buffer);
    if (backing.free_ex != nullptr)
        return backing.free_ex(buffer, static_cast<PLOOKASIDE_LIST_EX>(call.head));
    free_pool({call.routine, call.caller, entry, false, 0});
}

// LL-10. Of memory that is not the machine's nothing is known but its address.
bool head_is_in_its_place(const Machine::Impl& system, const void* head) {
    const auto address = reinterpret_cast<std::uint64_t>(head);
    if (head == nullptr || (system.config.is_64_bit && address % 16 != 0) || system.user.owns(address))
        return false;
    const PoolBlock block = system.locate(address);
    const bool in_block = block.what == AddressClass::live || block.what == AddressClass::interior;
    return !in_block || !block.paged;
}

// LL-22. Reports the duty; the rule of DDI compliance checking names the routines of paged lists alone.
void check_irql(const Machine::Impl& system, const ListCall& call, bool paged, Processor& processor) {
    if (processor.irql <= (paged ? APC_LEVEL : DISPATCH_LEVEL))
        return;
    processor.caller_faults |= duty_irql;
    if (call.kind == LookasideKind::paged && (system.verifier_flags & verifier_ddi_compliance) != 0)
        throw BugCheck{DRIVER_VERIFIER_DETECTED_VIOLATION, {0x00020006, 0, 0, 0}};
}

// Whether a call takes or gives one entry, whose kind of pool then bounds the IRQL (LL-22), or is about the
// list. The pages allow DISPATCH_LEVEL to those of LOOKASIDE_LIST_EX that are; frees of what it held have
// their own rules.
enum class About : std::uint8_t { entry, list };

// The list that a call is for, nullptr when there is none of the routine's kind (LL-27). Begins the report of
// duties.
Lookaside* enter_list(Machine::Impl& system, const ListCall& call, About about, Processor& processor) {
    Lookaside* list = system.lookasides.find(call.head);
    if (list != nullptr && list->backing().kind != call.kind)
        list = nullptr;
    processor.caller_faults = list == nullptr ? std::uint32_t{duty_lookaside} : 0U;
    const bool paged_entry =
        about == About::entry && list != nullptr && Machine::Impl::is_paged(list->backing().pool_type);
    check_irql(system, call, paged_entry || call.kind == LookasideKind::paged, processor);
    return list;
}

} // namespace

void initialise_list(const ListCall& call, const LookasideBacking& backing, bool arguments_are_legal) {
    const Binding& here = current_binding();
    Machine::Impl& system = here.machine->impl();
    const std::lock_guard lock(system.lock);
    const std::uint64_t minimum = system.config.is_64_bit ? 8 : 4;
    const bool known = system.lookasides.find(call.head) != nullptr;
    const bool too_small = call.kind == LookasideKind::nonpaged && backing.bytes < minimum;
    const bool legal = arguments_are_legal && !known && !too_small && head_is_in_its_place(system, call.head);
    here.processor->caller_faults = legal ? 0U : std::uint32_t{duty_lookaside};
    check_irql(system, call, call.kind == LookasideKind::paged, *here.processor);
    const auto address = reinterpret_cast<std::uint64_t>(call.head);
    if (system.verifier && known)
        throw BugCheck{DRIVER_VERIFIER_DETECTED_VIOLATION, {0xCA, address, 0, 0}};
    if (system.verifier && too_small)
        throw BugCheck{DRIVER_VERIFIER_DETECTED_VIOLATION, {0xCD, address, backing.bytes, minimum}};
    system.lookasides.initialise(call.head, backing, system.config.lookaside_depth);
}

void* allocate_from(const ListCall& call) {
    const Binding here = current_binding();
    Machine::Impl& system = here.machine->impl();
    LookasideBacking backing;
    {
        const std::lock_guard lock(system.lock);
        Lookaside* const list = enter_list(system, call, About::entry, *here.processor);
        if (list == nullptr)
            return nullptr;
        list->count_allocate();
        if (const std::uint64_t entry = list->take(); entry != 0)
            return reinterpret_cast<void*>(entry);
        list->count_allocate_miss();
        backing = list->backing();
    }
    const DutyScope scope(*here.processor);
    void* const entry = get_entry(backing, call);
    if (entry == nullptr)
        return nullptr;
    const std::lock_guard lock(system.lock);
    if (Lookaside* const list = system.lookasides.find(call.head))
        list->add(reinterpret_cast<std::uint64_t>(entry));
    return entry;
}

void free_to(const ListCall& call, void* buffer) {
    const auto entry = reinterpret_cast<std::uint64_t>(buffer);
    const Binding here = current_binding();
    Machine::Impl& system = here.machine->impl();
    LookasideBacking backing;
    {
        const std::lock_guard lock(system.lock);
        Lookaside* const list = enter_list(system, call, About::entry, *here.processor);
        if (list == nullptr || !list->is_out(entry)) {
            here.processor->caller_faults |= duty_lookaside;
            return;
        }
        list->count_free();
        if (list->keep(entry, system.special.owns(entry)))
            return;
        list->count_free_miss();
        list->forget(entry);
        backing = list->backing();
    }
    const DutyScope scope(*here.processor);
    give_entry_back(backing, call, entry);
}

void empty_list(const ListCall& call, Emptying emptying) {
    const Binding here = current_binding();
    Machine::Impl& system = here.machine->impl();
    LookasideBacking backing;
    std::vector<std::uint64_t> held;
    {
        const std::lock_guard lock(system.lock);
        Lookaside* const list = enter_list(system, call, About::list, *here.processor);
        if (list == nullptr) {
            const bool known = system.lookasides.find(call.head) != nullptr;
            if (system.verifier && emptying == Emptying::remove && !known)
                throw BugCheck{DRIVER_VERIFIER_DETECTED_VIOLATION,
                               {0xCB, reinterpret_cast<std::uint64_t>(call.head), 0, 0}};
            return;
        }
        held = list->empty();
        backing = list->backing();
        if (emptying == Emptying::remove)
            system.lookasides.remove(call.head);
    }
    for (const std::uint64_t entry : held) {
        const DutyScope scope(*here.processor);
        give_entry_back(backing, call, entry);
    }
}

LookasideUse Machine::lookaside_use(const void* list) const {
    const std::lock_guard lock(impl_->lock);
    const Lookaside* const found = impl_->lookasides.find(list);
    return found != nullptr ? found->use() : LookasideUse{};
}

// Beside the routines, because entries go the way that theirs go. It is no routine: the report of duties
// stays.
void Machine::trim_lookaside_lists() {
    Processor& processor = *current_binding().processor;
    const std::uint32_t broken = processor.caller_faults;
    const auto caller = reinterpret_cast<std::uint64_t>(__builtin_return_address(0));
    std::vector<const void*> heads;
    {
        const std::lock_guard lock(impl_->lock);
        heads = impl_->lookasides.heads();
    }
    for (const void* const head : heads) {
        std::vector<std::uint64_t> held;
        LookasideBacking backing;
        {
            const std::lock_guard lock(impl_->lock);
            Lookaside* const list = impl_->lookasides.find(head); // a Free routine may have deleted it
            if (list == nullptr ||
                processor.irql > (Impl::is_paged(list->backing().pool_type) ? APC_LEVEL : DISPATCH_LEVEL))
                continue;
            held = list->empty();
            backing = list->backing();
        }
        const ListCall call{"trim of lookaside lists", caller, const_cast<void*>(head), backing.kind};
        for (const std::uint64_t entry : held)
            give_entry_back(backing, call, entry);
    }
    processor.caller_faults = broken;
}

} // namespace poolproof
