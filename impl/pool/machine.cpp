// Implements poolproof/machine.h over pool/system.hpp, and the binding of threads to processors.
#include "poolproof/machine.h"

#include "machine/faults.hpp"
#include "machine/sanitizer.hpp"
#include "pool/system.hpp"

#include <ddi/bugcodes.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace poolproof {

namespace {

thread_local Binding binding;

// Sixteen bytes at once: at a multiple of 16 in the machine's memory, anywhere in the caller's.
using Wide = std::uint64_t __attribute__((vector_size(16), may_alias));
using LooseWide __attribute__((aligned(1))) = Wide;
static_assert(alignof(Wide) == 16 && alignof(LooseWide) == 1);

std::size_t up_to_wide(const volatile std::uint8_t* at, std::size_t bytes) {
    return std::min(bytes, -reinterpret_cast<std::uintptr_t>(at) % sizeof(Wide));
}

// Accesses that AddressSanitizer does not look at: a test's touch goes where the trace says. In ascending
// order by bytes and aligned wide words, which never straddle a page, so that a fault is always at the first
// inaccessible byte.
POOLPROOF_RAW_ACCESS void raw_read(volatile std::uint8_t* to, const volatile std::uint8_t* from,
                                   std::size_t bytes) {
    const std::size_t lead = up_to_wide(from, bytes);
    bytes -= lead;
    for (const volatile std::uint8_t* const end = from + lead; from != end;)
        *to++ = *from++;
    for (; bytes >= sizeof(Wide); bytes -= sizeof(Wide), to += sizeof(Wide), from += sizeof(Wide))
        *reinterpret_cast<volatile LooseWide*>(to) = *reinterpret_cast<const volatile Wide*>(from);
    while (bytes-- != 0)
        *to++ = *from++;
}
POOLPROOF_RAW_ACCESS void raw_write(volatile std::uint8_t* to, const volatile std::uint8_t* from,
                                    std::size_t bytes) {
    const std::size_t lead = up_to_wide(to, bytes);
    bytes -= lead;
    for (const volatile std::uint8_t* const end = from + lead; from != end;)
        *to++ = *from++;
    for (; bytes >= sizeof(Wide); bytes -= sizeof(Wide), to += sizeof(Wide), from += sizeof(Wide))
        *reinterpret_cast<volatile Wide*>(to) = *reinterpret_cast<const volatile LooseWide*>(from);
    while (bytes-- != 0)
        *to++ = *from++;
}

struct Flip {
    std::uint8_t* at;
    std::size_t bytes;
    std::uint8_t mask;
};

// The first byte of each page by an instruction that reads and writes at once, so that a fault tells a write.
POOLPROOF_RAW_ACCESS void flip_bytes(void* context) {
    Flip& flip = *static_cast<Flip*>(context);
    while (flip.bytes != 0) {
        __atomic_fetch_xor(flip.at, flip.mask, __ATOMIC_RELAXED);
        ++flip.at;
        --flip.bytes;
        for (; flip.bytes != 0 && reinterpret_cast<std::uintptr_t>(flip.at) % page_size != 0;
             --flip.bytes, ++flip.at) {
            auto* const at = const_cast<volatile std::uint8_t*>(flip.at);
            *at = static_cast<std::uint8_t>(*at ^ flip.mask);
        }
    }
}

} // namespace

Binding& current_binding() {
    if (binding.machine == nullptr) {
        static Machine default_machine;
        default_machine.bind(0);
    }
    return binding;
}

Machine::Machine() : impl_(std::make_unique<Impl>()) {}

Machine::~Machine() {
    if (binding.machine == this)
        binding = Binding{};
}

Machine& Machine::current() {
    return *current_binding().machine;
}

void Machine::bind(unsigned index) {
    binding = Binding{this, &impl_->processors[index]};
    const std::lock_guard lock(impl_->lock);
    impl_->enter(*binding.processor);
}

void Machine::reset(const MachineConfig& config) {
    impl_->reset(config);
}
const MachineConfig& Machine::config() const {
    return impl_->config;
}

void Machine::set_irql(std::uint8_t level) {
    const std::lock_guard lock(impl_->lock);
    impl_->set_irql(*current_binding().processor, level);
}

std::uint8_t Machine::irql() const {
    return current_binding().processor->irql;
}

void Machine::attach_process(unsigned index) {
    const std::lock_guard lock(impl_->lock);
    impl_->attach(*current_binding().processor, index);
}

unsigned Machine::process() const {
    return current_binding().processor->process;
}

void Machine::set_node_distance(unsigned one, unsigned other, std::uint32_t distance) {
    const std::lock_guard lock(impl_->lock);
    impl_->budget.set_distance(one, other, distance);
}

void Machine::set_budget(unsigned node, PoolKind kind, std::uint32_t pages) {
    const std::lock_guard lock(impl_->lock);
    impl_->budget.set(node, kind, std::min(pages, impl_->config.pages_per_node));
    impl_->pool_changed();
}

void Machine::fail_nth(std::uint64_t nth) {
    const std::lock_guard lock(impl_->lock);
    impl_->fail_countdown = nth;
}

void Machine::request_special_pool(SpecialPool request, std::uint32_t tag, VerifySide side) {
    const std::lock_guard lock(impl_->lock);
    impl_->verifier_special =
        request != SpecialPool::off && (impl_->verifier_special || request == SpecialPool::verifier);
    impl_->gflags_special =
        request != SpecialPool::off && (impl_->gflags_special || request == SpecialPool::by_tag);
    if (request == SpecialPool::by_tag)
        impl_->gflags_value = tag;
    impl_->special_side = side;
}

void Machine::set_verifier(bool on) {
    const std::lock_guard lock(impl_->lock);
    impl_->set_verifier(on);
}

void* Machine::surface_of_process(unsigned index) {
    return &impl_->surfaces[index];
}
void* Machine::filter_instance(unsigned index) {
    return &impl_->filters[index];
}
std::uint32_t Machine::filter_alignment(unsigned index) {
    static constexpr std::array<std::uint32_t, max_filter_instances> alignments = {16, 64, 512, 4096};
    return alignments[index];
}

bool Machine::event_is_set(PoolKind kind, PoolEvent event) const {
    const std::lock_guard lock(impl_->lock);
    return impl_->budget.event_is_set(kind, event);
}

bool Machine::wait_for_event(PoolKind kind, PoolEvent event, unsigned milliseconds) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
    std::unique_lock waiting(impl_->wake_mutex);
    impl_->waiters.fetch_add(1);
    bool set = event_is_set(kind, event);
    while (!set && std::chrono::steady_clock::now() < deadline) {
        // A change between the look and the wait is seen at the next look, a millisecond later at most.
        impl_->wake.wait_for(waiting, std::chrono::milliseconds(1));
        set = event_is_set(kind, event);
    }
    impl_->waiters.fetch_sub(1);
    return set;
}

TagCounters Machine::tag_counters(std::uint32_t tag, PoolKind kind) const {
    const std::lock_guard lock(impl_->lock);
    return impl_->tags.counters(tag, kind);
}

namespace {

BlockDescription description_of(const Machine::Impl& machine, const PoolBlock& block) {
    BlockDescription description;
    description.address = block.start;
    description.bytes = block.bytes;
    description.tag = block.attributes.tag;
    description.pool_type = block.attributes.pool_type;
    description.node = block.node;
    description.driver = static_cast<std::uint8_t>(block.attributes.driver());
    description.special = block.special;
    description.paged = block.paged;
    description.executable = block.executable;
    description.secure = (block.attributes.flags & block_is_secure) != 0;
    if (is_charged(block.attributes.flags)) {
        description.process = static_cast<std::uint8_t>(charged_process(block.attributes.flags));
        description.charged = machine.quota_weight(block.bytes);
    }
    return description;
}

BlockDescription description_of(const UserMemory& memory, const UserBlock& block, unsigned process) {
    BlockDescription description;
    description.address = memory.start_of(block);
    description.bytes = block.bytes;
    description.tag = block.tag;
    description.process = static_cast<std::uint8_t>(process);
    description.user = true;
    return description;
}

} // namespace

std::optional<BlockDescription> Machine::describe(const void* block) const {
    const auto address = reinterpret_cast<std::uint64_t>(block);
    const std::lock_guard lock(impl_->lock);
    if (impl_->user.owns(address)) {
        const unsigned process = current_binding().processor->process;
        const UserBlock* found = impl_->user.find(process, address);
        if (found == nullptr)
            return std::nullopt;
        return description_of(impl_->user, *found, process);
    }
    const PoolBlock found = impl_->locate(address);
    if (found.what != AddressClass::live)
        return std::nullopt;
    return description_of(*impl_, found);
}

PoolUse Machine::use() const {
    const std::lock_guard lock(impl_->lock);
    PoolUse use;
    use.pages = impl_->budget.used(PoolKind::nonpaged) + impl_->budget.used(PoolKind::paged);
    use.special_live = impl_->special.live();
    use.special_served = impl_->special_served;
    use.special_refused = impl_->special_refused;
    return use;
}

std::uint32_t Machine::caller_faults() const {
    return current_binding().processor->caller_faults;
}

namespace {

// How many bytes of a range, from its start, lie in the machine's reservation. What lies outside belongs to
// the host, however far off an offset leads.
std::size_t own_bytes(const Machine::Impl& machine, std::uint64_t address, std::size_t bytes) {
    const std::uint64_t at = address - machine.address_at(0);
    return at < reservation_bytes ? std::min<std::size_t>(bytes, reservation_bytes - at) : 0;
}

BugCheck fault_outside(std::uint64_t address, bool write) {
    return {PAGE_FAULT_IN_NONPAGED_AREA,
            {address, write ? 2U : 0U, reinterpret_cast<std::uint64_t>(&own_bytes), 0x2}};
}

template <class Part> struct Access {
    const Machine::Impl& machine;
    const Part* parts;
    std::size_t count;
    const Part* outside = nullptr; // the part that was done up to the end of the machine's memory
};

void read_parts(void* context) {
    auto& access = *static_cast<Access<ReadPart>*>(context);
    for (const ReadPart* part = access.parts; part != access.parts + access.count; ++part) {
        const std::size_t own = own_bytes(access.machine, part->address, part->bytes);
        raw_read(part->into, reinterpret_cast<const std::uint8_t*>(part->address), own);
        if (own != part->bytes) {
            access.outside = part;
            return;
        }
    }
}

void write_parts(void* context) {
    auto& access = *static_cast<Access<WritePart>*>(context);
    for (const WritePart* part = access.parts; part != access.parts + access.count; ++part) {
        const std::size_t own = own_bytes(access.machine, part->address, part->bytes);
        raw_write(reinterpret_cast<std::uint8_t*>(part->address), part->from, own);
        if (own != part->bytes) {
            access.outside = part;
            return;
        }
    }
}

template <class Part> std::optional<BugCheck> run(Access<Part> access, void (*body)(void*), bool write) {
    auto fault = catch_bug_check(body, &access);
    if (!fault && access.outside != nullptr) {
        const Part& part = *access.outside;
        fault = fault_outside(part.address + own_bytes(access.machine, part.address, part.bytes), write);
    }
    return fault;
}

} // namespace

std::optional<BugCheck> Machine::read(const ReadPart* parts, std::size_t count) {
    return run(Access<ReadPart>{*impl_, parts, count}, read_parts, false);
}

std::optional<BugCheck> Machine::write(const WritePart* parts, std::size_t count) {
    return run(Access<WritePart>{*impl_, parts, count}, write_parts, true);
}

std::optional<BugCheck> Machine::read(std::uint64_t address, std::size_t bytes, std::uint8_t* into) {
    const ReadPart part{address, bytes, into};
    return read(&part, 1);
}

std::optional<BugCheck> Machine::write(std::uint64_t address, std::size_t bytes, const std::uint8_t* from) {
    const WritePart part{address, bytes, from};
    return write(&part, 1);
}

std::optional<BugCheck> Machine::flip(std::uint64_t address, std::size_t bytes, std::uint8_t mask) {
    const std::size_t own = own_bytes(*impl_, address, bytes);
    Flip flip{reinterpret_cast<std::uint8_t*>(address), own, mask};
    const auto fault = catch_bug_check(flip_bytes, &flip);
    return fault || own == bytes ? fault : fault_outside(address + own, true);
}

std::uint64_t Machine::system_range_start() const {
    return impl_->system_start();
}
std::uint64_t Machine::foreign_user_address() const {
    return impl_->address_at(gap_bytes / 2);
}
std::uint64_t Machine::foreign_system_address() const {
    return impl_->address_at(system_offset + gap_bytes / 2);
}

void Machine::for_each_block(void (*visit)(void*, const BlockDescription&), void* context) const {
    for (unsigned process = 0; process < max_processes; ++process)
        for (const UserBlock& block : impl_->user.blocks(process))
            visit(context, description_of(impl_->user, block, process));
    for (const Arena& arena : impl_->arenas)
        arena.for_each([&](const Located& found) {
            visit(context, description_of(*impl_, impl_->locate(found.start)));
        });
    impl_->special.for_each([&](const SpecialBlock& block) {
        visit(context, description_of(*impl_, impl_->locate(block.start())));
    });
}

} // namespace poolproof
