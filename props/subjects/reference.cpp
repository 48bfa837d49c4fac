// The reference as a subject (see reference.hpp).
#include "subjects/reference.hpp"

#include <ddi/ntifs.h>
#include <ddi/wdm.h>
#include <ddi/winddi.h>
#include <poolproof/tag_text.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

namespace poolproof {

static_assert(processor_count == max_processors && process_count == max_processes && node_count == max_nodes);
static_assert(fault_tag_zero == static_cast<std::uint32_t>(duty_tag_zero) &&
                  fault_printer_memory == static_cast<std::uint32_t>(duty_printer_memory),
              "the machine reports broken duties in the order of the claims");

namespace {

Claims claims_for(const ReferenceSetup& setup) {
    const Policies& policies = setup.config.policies;
    Claims claims;
    claims.capabilities = setup.capabilities;
    claims.special_pool_blocks = setup.config.special_blocks;
    claims.tag_zero = policies.tag_zero == Policies::TagZero::bug_check ? TagZero::bug_check : TagZero::null;
    claims.tag_mismatch = policies.tag_mismatch == Policies::TagMismatch::bug_check ? TagMismatch::bug_check
                                                                                    : TagMismatch::silent;
    claims.zero_bytes = policies.zero_bytes == Policies::ZeroBytes::smallest_block ? ZeroBytes::smallest_block
                                                                                   : ZeroBytes::bug_check;
    claims.null_free =
        policies.null_free == Policies::NullFree::bug_check ? NullFree::bug_check : NullFree::ignored;
    claims.tag_without_alnum = policies.tag_without_alnum == Policies::TagWithoutAlnum::bug_check
                                   ? TagWithoutAlnum::bug_check
                                   : TagWithoutAlnum::verifier_only;
    claims.tail_reuse =
        policies.tail_reuse == Policies::TailReuse::reused ? TailReuse::reused : TailReuse::wasted;
    claims.must_succeed = MustSucceed::bug_check;
    return claims;
}

// These fill an event that is as it was made: large as it is, an event is made once for each op.

void report(const BugCheck& bug_check, Event& event) {
    event.kind = EventKind::bug_check;
    event.code = bug_check.code;
    std::copy(std::begin(bug_check.parameters), std::end(bug_check.parameters), event.parameters.begin());
}

void report_value(std::uint64_t number, Event& event) {
    event.kind = EventKind::value;
    event.number = number;
}

void* pointer_to(std::uint64_t address) {
    return reinterpret_cast<void*>(static_cast<std::uintptr_t>(address));
}

PoolKind kind_of(const Op& op) {
    return op.paged ? PoolKind::paged : PoolKind::nonpaged;
}

constexpr std::size_t most_parts = 2; // handed to the machine at once

// Bytes from `address` to the end of its page, at most `most`.
std::size_t within_page(std::uint64_t address, std::size_t most) {
    return std::min<std::size_t>(most, PAGE_SIZE - static_cast<std::size_t>(address % PAGE_SIZE));
}

} // namespace

Reference::Reference(const ReferenceSetup& setup)
    : setup_(setup), own_(setup.shared == nullptr ? std::make_unique<Machine>() : nullptr),
      machine_(own_ ? own_.get() : setup.shared), claims_(claims_for(setup)) {}

void Reference::enter() {
    if (&Machine::current() != machine_) {
        machine_->bind(processor_);
    }
}

bool Reference::reset(bool is_64_bit) {
    processor_ = setup_.processor;
    machine_->bind(processor_);
    if (own_) {
        MachineConfig config = setup_.config;
        config.is_64_bit = is_64_bit;
        machine_->reset(config);
    }
    calls_.reset();
    claims_.is_64_bit = is_64_bit;
    return true;
}

Event Reference::call(const Call& call) {
    enter();
    Event event;
    try {
        execute(call, event);
    } catch (const BugCheck& bug_check) {
        event = Event{};
        report(bug_check, event);
    } catch (const RaisedStatus& raised) {
        event = Event{};
        event.kind = EventKind::raised;
        event.status = static_cast<std::uint32_t>(raised.status);
    }
    const OpKind kind = call.op->kind;
    const bool of_a_routine = kind == OpKind::allocate || kind == OpKind::free || kind == OpKind::call;
    if (of_a_routine && traits_of(call.op->routine).takes(takes_list)) {
        event.list = calls_.list_use(*machine_, *call.op);
    }
    if (of_a_routine || kind == OpKind::print) {
        event.caller_faults = machine_->caller_faults();
    }
    if (kind == OpKind::free || kind == OpKind::print) {
        event.used = call.address;
    }
    return event;
}

void Reference::execute(const Call& call, Event& event) {
    const Op& op = *call.op;
    const std::uint64_t touched =
        call.address + static_cast<std::uint64_t>(static_cast<std::int64_t>(op.offset));
    switch (op.kind) {
    case OpKind::allocate:
        allocate(op, event);
        break;
    case OpKind::free:
        calls_.free(*machine_, op, pointer_to(call.address));
        event.kind = EventKind::done;
        break;
    case OpKind::read:
        read(op, touched, event);
        break;
    case OpKind::write:
        write(op, touched, event);
        break;
    case OpKind::print:
        print(call, event);
        break;
    case OpKind::call:
        event = calls_.call(*machine_, op, pointer_to(call.address));
        break;
    case OpKind::query_tag:
    case OpKind::query_event:
    case OpKind::query_quota:
    case OpKind::query_driver:
    case OpKind::query_verifier:
        query(op, event);
        break;
    case OpKind::quota:
    case OpKind::driver:
    case OpKind::unload:
    case OpKind::low_resources:
    case OpKind::clock:
    case OpKind::dpc:
    case OpKind::idle:
        set_system(op);
        event.kind = EventKind::done;
        break;
    default:
        set(op);
        event.kind = EventKind::done;
        break;
    }
}

void Reference::allocate(const Op& op, Event& event) {
    const void* block = calls_.allocate(*machine_, op);
    if (block == nullptr) {
        event.kind = EventKind::null;
        return;
    }
    event.kind = EventKind::pointer;
    event.address = reinterpret_cast<std::uintptr_t>(block);
    // The address may be another block's in the current process.
    const unsigned current = machine_->process();
    const bool elsewhere = traits_of(op.routine).memory == Memory::private_user && op.index != current;
    if (elsewhere) {
        machine_->attach_process(op.index);
    }
    const auto found = machine_->describe(block);
    if (elsewhere) {
        machine_->attach_process(current);
    }
    if (found) {
        event.block.known = true;
        event.block.special = found->special;
        event.block.user = found->user;
        event.block.paged = found->paged;
        event.block.executable = found->executable;
        event.block.node = found->node;
        event.block.process = found->process;
        event.block.tag = found->tag;
        event.block.pool_type = found->pool_type;
        event.block.bytes = found->bytes;
    }
}

void Reference::read(const Op& op, std::uint64_t address, Event& event) {
    std::array<std::uint8_t, PAGE_SIZE> bytes; // filled by the machine
    event.kind = EventKind::done;
    for (std::size_t at = 0; at < op.length && event.kind == EventKind::done;) {
        const std::size_t part = within_page(address + at, op.length - at);
        if (const auto fault = machine_->read(address + at, part, bytes.data())) {
            report(*fault, event);
        }
        at += part;
    }
    event.used = address;
}

void Reference::write(const Op& op, std::uint64_t address, Event& event) {
    event.kind = EventKind::done;
    if (const auto fault = machine_->flip(address, op.length, op.mask)) {
        report(*fault, event);
    }
    event.used = address;
}

void Reference::print(const Call& call, Event& event) {
    DWORD written = 0;
    const int printed = EngWritePrinter(nullptr, pointer_to(call.address), call.op->length, &written);
    report_value(printed != 0 ? 1 : 0, event);
}

void Reference::set(const Op& op) {
    switch (op.kind) {
    case OpKind::irql:
        machine_->set_irql(op.level);
        break;
    case OpKind::processor:
        processor_ = op.index;
        machine_->bind(processor_);
        break;
    case OpKind::process:
        machine_->attach_process(op.index);
        break;
    case OpKind::budget:
        machine_->set_budget(
            op.index, kind_of(op),
            static_cast<std::uint32_t>(std::min<std::uint64_t>(op.size, machine_->config().pages_per_node)));
        break;
    case OpKind::fail_nth:
        machine_->fail_nth(op.size);
        break;
    case OpKind::special_pool:
        machine_->request_special_pool(static_cast<SpecialPool>(op.mode), op.tag,
                                       static_cast<VerifySide>(op.side));
        break;
    default:
        machine_->set_verifier(op.level != 0);
        machine_->set_verifier_flags(op.pool_type | (machine_->verifier_flags() & verify_special_pool));
        break;
    }
}

void Reference::set_system(const Op& op) {
    switch (op.kind) {
    case OpKind::quota:
        machine_->set_quota(op.index, kind_of(op), op.size);
        break;
    case OpKind::driver:
        machine_->run_as_driver(op.index);
        break;
    case OpKind::unload:
        if (op.level != 0) {
            machine_->begin_unload(op.index);
        } else {
            machine_->unload_driver(op.index);
        }
        break;
    case OpKind::low_resources: {
        LowResources settings;
        settings.probability = static_cast<std::uint32_t>(op.size);
        const std::array<char, 4> text = tag_text(op.tag);
        const std::string pattern(text.data(), strnlen(text.data(), text.size()));
        settings.tags = pattern.c_str();
        machine_->set_low_resources(settings);
        break;
    }
    case OpKind::clock:
        machine_->advance_clock(op.size);
        break;
    case OpKind::dpc:
        machine_->run_in_dpc(op.level != 0);
        break;
    default:
        machine_->set_idle_process(op.level != 0 ? std::optional<unsigned>(op.index) : std::nullopt);
        break;
    }
}

void Reference::query(const Op& op, Event& event) const {
    switch (op.kind) {
    case OpKind::query_driver: {
        const DriverCounters counted = machine_->driver_counters(op.index);
        const TrackedPool& use = op.paged ? counted.paged : counted.nonpaged;
        report_value(use.allocations, event);
        event.counters = {use.allocations, use.bytes, use.peak_allocations, use.peak_bytes};
        break;
    }
    case OpKind::query_verifier: {
        const VerifierCounters counted = machine_->verifier_counters();
        report_value(counted.attempted, event);
        event.counters = {counted.attempted,      counted.succeeded, counted.succeeded_special,
                          counted.without_tag,    counted.failed,    counted.not_tracked,
                          counted.faults_injected};
        break;
    }
    case OpKind::query_quota:
        report_value(machine_->quota(op.index, kind_of(op)).charged, event);
        break;
    case OpKind::query_event: {
        const PoolEvent which = op.level == 0 ? PoolEvent::low : PoolEvent::high;
        report_value(machine_->event_is_set(kind_of(op), which) ? 1 : 0, event);
        break;
    }
    default: {
        const TagCounters counters = machine_->tag_counters(op.tag, kind_of(op));
        report_value(counters.bytes, event);
        event.row = {counters.allocations, counters.frees, counters.bytes};
        break;
    }
    }
}

bool Reference::peek(std::uint64_t address, std::span<std::uint8_t> into) {
    enter();
    return !machine_->read(address, into.size(), into.data());
}

bool Reference::poke(std::uint64_t address, std::span<const std::uint8_t> from) {
    enter();
    return !machine_->write(address, from.size(), from.data());
}

bool Reference::peek_parts(std::span<const PeekPart> parts) {
    enter();
    std::array<ReadPart, most_parts> asked;
    std::size_t count = 0;
    for (const PeekPart& part : parts.first(std::min(parts.size(), most_parts))) {
        asked[count++] = {part.address, part.into.size(), part.into.data()};
    }
    return !machine_->read(asked.data(), count) &&
           (count == parts.size() || peek_parts(parts.subspan(count)));
}

bool Reference::poke_parts(std::span<const PokePart> parts) {
    enter();
    std::array<WritePart, most_parts> asked;
    std::size_t count = 0;
    for (const PokePart& part : parts.first(std::min(parts.size(), most_parts))) {
        asked[count++] = {part.address, part.from.size(), part.from.data()};
    }
    return !machine_->write(asked.data(), count) &&
           (count == parts.size() || poke_parts(parts.subspan(count)));
}

std::uint64_t Reference::foreign_address(Pointer pointer) const {
    return pointer == Pointer::user_address ? machine_->foreign_user_address()
                                            : machine_->foreign_system_address();
}

std::unique_ptr<Subject> make_reference(const Policies& policies) {
    ReferenceSetup setup;
    setup.config.policies = policies;
    return std::make_unique<Reference>(setup);
}

std::unique_ptr<Subject> make_reference(const MachineConfig& config) {
    ReferenceSetup setup;
    setup.config = config;
    return std::make_unique<Reference>(setup);
}

} // namespace poolproof
