// Implements pool/system.hpp: which arena serves a request, what lies at an address, processors and their
// faults.
#include "pool/system.hpp"

#include "machine/faults.hpp"
#include "machine/report.hpp"
#include "pool/explain.hpp"
#include "pool/gflags.hpp"

#include <ddi/bugcodes.h>
#include <ddi/ntdef.h>

#include <algorithm>

namespace poolproof {

namespace {

constexpr std::uint32_t nx_type = 512;

ArenaKind arena_for(std::uint32_t pool_type) {
    if (Machine::Impl::is_paged(pool_type))
        return ArenaKind::paged;
    return (pool_type & nx_type) != 0 ? ArenaKind::nonpaged_nx : ArenaKind::nonpaged_execute;
}

// The same fault as a driver's.
std::uint32_t attributed(std::uint32_t code, Policies::FaultNames names) {
    if (names == Policies::FaultNames::system || code == PAGE_FAULT_IN_NONPAGED_AREA)
        return code;
    return code == PAGE_FAULT_BEYOND_END_OF_ALLOCATION ? DRIVER_PAGE_FAULT_BEYOND_END_OF_ALLOCATION
                                                       : DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL;
}

// Runs in the fault handler of the thread that touched the memory.
FaultAnswer answer_fault(void* context, const Fault& fault, BugCheck& amounts_to) {
    auto& system = *static_cast<Machine::Impl*>(context);
    const std::uint64_t paged = system.address_at(arena_offset(ArenaKind::paged));
    const std::uint64_t access = fault.write ? 1 : 0;
    if (fault.address - paged < arena_bytes) {
        const std::uint8_t irql = current_binding().processor->irql;
        if (irql >= DISPATCH_LEVEL) {
            amounts_to = {DRIVER_IRQL_NOT_LESS_OR_EQUAL, {fault.address, irql, access, fault.code}};
            return FaultAnswer::bug_check;
        }
        auto* page = reinterpret_cast<void*>(fault.address & ~(page_size - 1));
        return try_protect(page, page_size, Protection::read_write) ? FaultAnswer::retry
                                                                    : FaultAnswer::bug_check;
    }
    if (system.special.owns(fault.address)) {
        const std::uint32_t code =
            attributed(system.special.classify(fault.address), system.config.policies.fault_names);
        if (code != PAGE_FAULT_IN_NONPAGED_AREA)
            amounts_to = {code, {fault.address, access, fault.code, 0}};
    }
    return FaultAnswer::bug_check;
}

// BlockFlags of a block that is about to be allocated.
std::uint16_t flags_for(const Machine::Impl& machine, const PoolRequest& request,
                        const Processor& processor) {
    unsigned flags = request.flags | (request.eng ? unsigned{block_is_eng} : 0U);
    if (request.charges_quota && machine.quota_weight(request.bytes) != 0)
        flags |= block_is_charged | static_cast<unsigned>(processor.process) << block_process_shift;
    if (request.secure)
        flags |= block_is_secure;
    flags |= static_cast<unsigned>(processor.driver) << block_driver_shift;
    return static_cast<std::uint16_t>(flags);
}

// Runs before the process aborts.
void explain(void* context, const BugCheck& bug_check) {
    explain_special_pool(static_cast<const Machine::Impl*>(context)->special, bug_check);
}

} // namespace

Machine::Impl::Impl()
    : reservation(reservation_bytes, Protection::none),
      arenas{
          Arena(reservation.data() + arena_offset(ArenaKind::nonpaged_execute), PoolKind::nonpaged, budget),
          Arena(reservation.data() + arena_offset(ArenaKind::nonpaged_nx), PoolKind::nonpaged, budget),
          Arena(reservation.data() + arena_offset(ArenaKind::paged), PoolKind::paged, budget)},
      special(reservation.data() + special_offset, budget), user(reservation.data() + user_offset) {
    protect(arenas[0].base(), arena_bytes, Protection::read_write_execute);
    protect(arenas[1].base(), arena_bytes, Protection::read_write);
    protect(arenas[2].base(), arena_bytes, Protection::read_write);
    for (unsigned i = 0; i < max_processors; ++i)
        processors[i].index = static_cast<std::uint8_t>(i);
    reset(MachineConfig{});
    own_faults(reservation.data(), reservation_bytes, answer_fault, explain, this);
    report_uncaught_exceptions();
}

Machine::Impl::~Impl() {
    disown_faults(reservation.data());
}

void Machine::Impl::reset(const MachineConfig& new_config) {
    config = new_config;
    for (Processor& processor : processors)
        set_irql(processor, PASSIVE_LEVEL);
    budget.reset(config.pages_per_node, config.policies.event_levels, config.nodes);
    for (Processor& processor : processors) {
        processor = Processor{processor.index};
        processor.home_node = static_cast<std::uint8_t>(processor.index % budget.nodes());
    }
    for (Arena& arena : arenas)
        arena.reset(config.is_64_bit, config.policies.tail_reuse == Policies::TailReuse::reused,
                    process_object(0));
    special.reset(config);
    tags.reset();
    quota.reset();
    secure_pools.reset();
    user.reset();
    lookasides.reset();
    verifier_special = gflags_special = verifier = verifier_switch = false;
    verifier_flags = watched = 0;
    driver_verifier.reset(config.pool_log_entries);
    linter.reset();
    gflags_value = 0;
    idle_process.reset();
    driver_runtime = false;
    special_side = VerifySide::end;
    fail_countdown = 0;
    special_served = special_refused = 0;
}

bool Machine::Impl::wants_special(const PoolRequest& request) const {
    if (request.bytes == 0 || (request.bytes >= page_size && !config.guard_large_blocks))
        return false;
    return request.asks_special || verifier_special ||
           (gflags_special &&
            gflags_select(gflags_value, request.tag, request.bytes, config.is_64_bit ? 16 : 8));
}

void* Machine::Impl::allocate(const PoolRequest& request, const Processor& processor) {
    if (watched != 0) [[unlikely]]
        return allocate_watched(request, processor);
    return place(request, processor, 0);
}

// `flags`: of the block, besides those that the request and the processor amount to.
void* Machine::Impl::place(const PoolRequest& request, const Processor& processor, std::uint16_t flags) {
    const PoolKind kind = kind_of(request.pool_type);
    const PlacementRequest placement{
        request.bytes,
        {request.tag, recorded_type(request.pool_type),
         static_cast<std::uint16_t>(flags | flags_for(*this, request, processor))},
        request.priority,
        request.node.value_or(processor.node()),
        request.routine,
        request.caller,
        request.only_node,
        request.alignment};
    std::byte* block = nullptr;
    if (wants_special(request)) {
        block = special.allocate(placement, kind, request.variant.value_or(special_side));
        ++(block != nullptr ? special_served : special_refused);
    }
    if (block == nullptr)
        block = arenas[static_cast<std::size_t>(arena_for(request.pool_type))].allocate(placement);
    if (block == nullptr)
        return nullptr;
    tags.allocated(request.tag, kind, request.bytes);
    if (request.secure)
        secure_pools.add_block(reinterpret_cast<std::uint64_t>(block), *request.secure);
    pool_changed();
    return block;
}

PoolBlock Machine::Impl::locate(std::uint64_t address) const {
    PoolBlock found;
    if (special.owns(address)) {
        const SpecialBlock* block = special.find(address);
        if (block == nullptr)
            return found;
        found.start = block->start();
        found.bytes = block->bytes;
        found.given = block->given();
        found.attributes = block->attributes;
        found.node = block->node;
        found.special = true;
        found.paged = block->kind == PoolKind::paged;
        found.executable = SpecialMemory::is_executable(block->kind, block->attributes.pool_type);
        const bool live = block->is_live();
        const bool at_start = address == found.start;
        found.what = live ? (at_start ? AddressClass::live : AddressClass::interior)
                          : (at_start ? AddressClass::free_start : AddressClass::free_memory);
        return found;
    }
    for (std::size_t i = 0; i < arena_count; ++i) {
        if (address - reinterpret_cast<std::uint64_t>(arenas[i].base()) >= arena_bytes)
            continue;
        const Located located = arenas[i].locate(address);
        found.what = located.what;
        found.start = located.start;
        found.bytes = located.bytes;
        found.header = located.header;
        found.attributes = located.attributes;
        found.node = located.node;
        found.paged = static_cast<ArenaKind>(i) == ArenaKind::paged;
        found.executable = static_cast<ArenaKind>(i) == ArenaKind::nonpaged_execute;
    }
    return found;
}

Arena& Machine::Impl::arena_of(const PoolBlock& block) {
    return arenas[static_cast<std::size_t>(arena_for(block.attributes.pool_type))];
}

std::optional<BugCheck> Machine::Impl::find_damage(const PoolBlock& block) {
    if (block.special)
        return special.find_damage(*special.find(block.start));
    if ((block.attributes.flags & block_is_tracked) != 0 && tracks_pool())
        if (const auto damage = find_tracked_damage(block))
            return damage;
    return arena_of(block).find_damage(block.start);
}

void Machine::Impl::release(const PoolBlock& block, const char* routine, std::uint64_t caller) {
    const PoolKind kind = block.paged ? PoolKind::paged : PoolKind::nonpaged;
    tags.freed(block.attributes.tag, kind, block.bytes);
    if (is_charged(block.attributes.flags))
        quota.give_back(charged_process(block.attributes.flags), kind, quota_weight(block.bytes));
    if ((block.attributes.flags & block_is_secure) != 0)
        secure_pools.remove_block(block.start);
    if ((watched | (block.attributes.flags & block_is_tracked)) != 0) [[unlikely]]
        note_release(block, caller);
    if (block.special)
        special.release(*special.find(block.start), routine, caller);
    else
        arena_of(block).release(block.start);
    pool_changed();
}

bool Machine::Impl::count_allocation_call() {
    if (fail_countdown == 0)
        return false;
    --fail_countdown;
    return fail_countdown == 0;
}

void Machine::Impl::trim_paged() {
    Arena& paged = arenas[static_cast<std::size_t>(ArenaKind::paged)];
    const std::size_t used = std::size_t{paged.high_water_pages()} * page_size;
    if (used == 0)
        return;
    protect(paged.base(), used, Protection::none);
    paged_trimmed = true;
}

// Reaching DISPATCH_LEVEL trims paged pool; once every processor is below it again, all of it is paged in.
void Machine::Impl::set_irql(Processor& processor, std::uint8_t level) {
    const bool raises = processor.irql < DISPATCH_LEVEL && level >= DISPATCH_LEVEL;
    if (is_verified()) {
        driver_verifier.counters.irql_raises += level > processor.irql ? 1 : 0;
        driver_verifier.counters.trims += raises ? 1 : 0;
    }
    processor.irql = level;
    if (raises)
        trim_paged();
    const bool somebody_high = std::any_of(processors.begin(), processors.end(), [](const Processor& other) {
        return other.irql >= DISPATCH_LEVEL;
    });
    if (!paged_trimmed || somebody_high)
        return;
    Arena& paged = arenas[static_cast<std::size_t>(ArenaKind::paged)];
    protect(paged.base(), std::size_t{paged.high_water_pages()} * page_size, Protection::read_write);
    paged_trimmed = false;
}

// A thread that takes over a processor at DISPATCH_LEVEL finds paged pool trimmed, whatever others paged in
// meanwhile.
void Machine::Impl::enter(const Processor& processor) {
    user.open(processor.process);
    if (processor.irql >= DISPATCH_LEVEL)
        trim_paged();
}

void Machine::Impl::attach(Processor& processor, unsigned process_index) {
    processor.process = static_cast<std::uint8_t>(process_index);
    user.open(process_index);
}

} // namespace poolproof
