// See plugin_subject.hpp.
#include "host/plugin_subject.hpp"

#include "isolation/wire.hpp"

#include <algorithm>
#include <array>

namespace poolproof {
namespace {

constexpr std::size_t touched_at_once = 256;

// Nobody's: near the start of the address space, and in the half of the system on a processor with 48-bit
// addresses.
constexpr std::uint64_t user_address = 0x10000;
constexpr std::uint64_t system_address = 0xFFFF900000000000;

} // namespace

PluginSubject::PluginSubject(const poolproof_subject& table, Window& window)
    : table_(&table), window_(&window), claims_(claims_of(*table.description, true).value_or(Claims{})),
      sees_faults_((claims_.capabilities & (can_special_pool | can_trim_paged | can_processes)) != 0) {}

bool PluginSubject::reset(bool is_64_bit) {
    const std::uint32_t profile = is_64_bit ? POOLPROOF_64_BIT : POOLPROOF_32_BIT;
    if ((table_->description->profiles & profile) == 0 || table_->reset(is_64_bit ? 1 : 0) == 0) {
        return false;
    }
    claims_.is_64_bit = is_64_bit;
    return true;
}

Event PluginSubject::call(const Call& call) {
    const Op& op = *call.op;
    std::uint64_t address = call.address;
    const bool touches = op.kind == OpKind::read || op.kind == OpKind::write;
    if (touches) {
        address += static_cast<std::uint64_t>(static_cast<std::int64_t>(op.offset));
        if (!sees_faults_) {
            return touch(op, address);
        }
    }
    const poolproof_op wire = to_wire(op, address);
    poolproof_event answer{};
    window_->words_said.store(0, std::memory_order_relaxed);
    table_->call(&wire, &answer);
    auto event = event_of(answer);
    if (!event || event->kind == EventKind::unsupported || event->kind == EventKind::skipped) {
        event.emplace();
        event->kind = EventKind::garbled; // it was declared
    }
    return *event;
}

Event PluginSubject::touch(const Op& op, std::uint64_t address) {
    std::array<std::uint8_t, touched_at_once> bytes;
    Event event;
    event.kind = EventKind::done;
    for (std::uint64_t at = 0; at < op.length;) {
        const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), op.length - at));
        const std::span<std::uint8_t> here(bytes.data(), part);
        bool fine = peek(address + at, here);
        if (fine && op.kind == OpKind::write) {
            for (std::uint8_t& byte : here) {
                byte = static_cast<std::uint8_t>(byte ^ op.mask);
            }
            fine = poke(address + at, here);
        }
        if (!fine) {
            event.kind = EventKind::guard_fault;
            event.address = address + at;
            return event;
        }
        at += part;
    }
    return event;
}

bool PluginSubject::peek(std::uint64_t address, std::span<std::uint8_t> into) {
    return table_->peek != nullptr ? table_->peek(address, into.data(), into.size()) != 0
                                   : read_memory(address, into.data(), into.size());
}

bool PluginSubject::poke(std::uint64_t address, std::span<const std::uint8_t> from) {
    return table_->poke != nullptr ? table_->poke(address, from.data(), from.size()) != 0
                                   : write_memory(address, from.data(), from.size());
}

std::uint64_t PluginSubject::foreign_address(Pointer pointer) const {
    const bool of_system_half = pointer == Pointer::system_address;
    if (table_->foreign_address != nullptr) {
        return table_->foreign_address(of_system_half ? 1 : 0);
    }
    return of_system_half ? system_address : user_address;
}

const char* complaint_about(const poolproof_subject* table) {
    if (table == nullptr) {
        return "it could not start: poolproof_subject_1 returned NULL";
    }
    if (table->size < sizeof(poolproof_subject) || table->description == nullptr ||
        table->description->size < sizeof(poolproof_description)) {
        return "its structs are smaller than those of version 1.0 of poolproof/subject.h";
    }
    if (table->reset == nullptr || (table->call == nullptr && table->batch == nullptr)) {
        return "it has no reset, or neither call nor batch";
    }
    const poolproof_description& description = *table->description;
    if (description.name == nullptr || description.version == nullptr) {
        return "it has no name or no version";
    }
    if ((description.profiles & (POOLPROOF_32_BIT | POOLPROOF_64_BIT)) == 0) {
        return "it declares no profile";
    }
    const auto claims = claims_of(description, true);
    if (!claims) {
        return "it declares a choice that there is not";
    }
    for (std::size_t i = 0; i < routine_count; ++i) {
        if (is_allocator(static_cast<Routine>(i)) && claims->has(static_cast<Routine>(i))) {
            return nullptr;
        }
    }
    return "it declares no allocator";
}

} // namespace poolproof
