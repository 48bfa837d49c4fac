// The rest of poolproof/machine.h: Driver Verifier and events by name.
#include "poolproof/machine.h"

#include "pool/system.hpp"

#include <stdexcept>
#include <string>

namespace poolproof {

void Machine::set_verifier_flags(std::uint32_t flags) {
    const std::lock_guard lock(impl_->lock);
    impl_->set_verifier_flags(flags);
}

std::uint32_t Machine::verifier_flags() const {
    const std::lock_guard lock(impl_->lock);
    return impl_->verifier_flags;
}

void Machine::run_as_driver(unsigned index) {
    current_binding().processor->driver = static_cast<std::uint8_t>(index);
}

void Machine::begin_unload(unsigned index) {
    const std::lock_guard lock(impl_->lock);
    impl_->driver_verifier.begin_unload(index);
}

void Machine::unload_driver(unsigned index) {
    const std::lock_guard lock(impl_->lock);
    if (impl_->tracks_pool())
        impl_->driver_verifier.check_unload(index, impl_->config.policies.unload_check);
    impl_->driver_verifier.end_unload(index); // a bug check leaves everything as it was
}

DriverCounters Machine::driver_counters(unsigned index) const {
    const std::lock_guard lock(impl_->lock);
    return impl_->tracks_pool() ? impl_->driver_verifier.driver(index) : DriverCounters{};
}

VerifierCounters Machine::verifier_counters() const {
    const std::lock_guard lock(impl_->lock);
    VerifierCounters counters = impl_->driver_verifier.counters;
    if (!impl_->tracks_pool())
        counters.not_tracked = 0;
    return counters;
}

void Machine::for_each_logged(void (*visit)(void*, const PoolOperation&), void* context) const {
    const std::lock_guard lock(impl_->lock);
    impl_->driver_verifier.log.for_each([&](const PoolOperation& operation) { visit(context, operation); });
}

void Machine::set_low_resources(const LowResources& settings) {
    const std::lock_guard lock(impl_->lock);
    impl_->driver_verifier.faults.set(settings);
}

void Machine::advance_clock(std::uint64_t seconds) {
    const std::lock_guard lock(impl_->lock);
    impl_->driver_verifier.faults.advance_clock(seconds);
}

namespace {

enum class Condition : std::uint8_t {
    high_paged,
    low_paged,
    high_nonpaged,
    low_nonpaged,
    high_memory,
    low_memory,
    high_commit,
    low_commit,
    maximum_commit,
};

struct NamedEvent {
    std::string_view name;
    Condition condition;
};

constexpr NamedEvent named_events[] = {
    {R"(\KernelObjects\HighMemoryCondition)", Condition::high_memory},
    {R"(\KernelObjects\LowMemoryCondition)", Condition::low_memory},
    {R"(\KernelObjects\HighPagedPoolCondition)", Condition::high_paged},
    {R"(\KernelObjects\LowPagedPoolCondition)", Condition::low_paged},
    {R"(\KernelObjects\HighNonPagedPoolCondition)", Condition::high_nonpaged},
    {R"(\KernelObjects\LowNonPagedPoolCondition)", Condition::low_nonpaged},
    {R"(\KernelObjects\HighCommitCondition)", Condition::high_commit},
    {R"(\KernelObjects\LowCommitCondition)", Condition::low_commit},
    {R"(\KernelObjects\MaximumCommitCondition)", Condition::maximum_commit},
};

Condition condition_named(std::string_view name) {
    for (const NamedEvent& event : named_events)
        if (event.name == name)
            return event.condition;
    throw std::invalid_argument("no standard event is called " + std::string(name));
}

// No document gives a level. The levels of memory are those of a pool (budget.hpp); the commit charge is high
// from seven eighths of what is offered now, at its maximum from seven eighths of what the machine has, and
// low below a half (EV-05: low is what leaves plenty of room).
bool holds(const Budget& budget, Condition condition) {
    const std::uint64_t charge = budget.commit_charge();
    const std::uint64_t limit = budget.commit_limit();
    const std::uint64_t left = limit > charge ? limit - charge : 0;
    switch (condition) {
    case Condition::high_paged:
        return budget.event_is_set(PoolKind::paged, PoolEvent::high);
    case Condition::low_paged:
        return budget.event_is_set(PoolKind::paged, PoolEvent::low);
    case Condition::high_nonpaged:
        return budget.event_is_set(PoolKind::nonpaged, PoolEvent::high);
    case Condition::low_nonpaged:
        return budget.event_is_set(PoolKind::nonpaged, PoolEvent::low);
    case Condition::high_memory:
        return left * 2 > limit;
    case Condition::low_memory:
        return left == 0 || left * 8 < limit;
    case Condition::high_commit:
        return charge * 8 >= limit * 7;
    case Condition::low_commit:
        return charge * 2 < limit;
    case Condition::maximum_commit:
        break;
    }
    return charge * 8 >= budget.most_commit() * 7;
}

} // namespace

bool Machine::event_is_set_by_name(std::string_view name) const {
    const Condition condition = condition_named(name);
    const std::lock_guard lock(impl_->lock);
    return holds(impl_->budget, condition);
}

} // namespace poolproof
