// The reference as a plugin: whatever goes through the C interface must come out with the verdicts of the
// reference.
//
// Covers: every op, one by one; with the argument `batch` the same in batches, which is how an implementation
// that is far away is played. Does not cover: the reference (subjects/reference.hpp).
#include "isolation/wire.hpp"
#include "play/local_player.hpp"
#include "subjects/reference.hpp"

#include <poolproof/subject.h>

#include <string_view>

namespace poolproof {
namespace {

Reference& reference() {
    static Reference subject;
    return subject;
}

LocalPlayer& player() {
    static LocalPlayer plays(reference());
    return plays;
}

int reset(int is_64_bit) {
    return reference().reset(is_64_bit != 0) ? 1 : 0;
}

int begin(int is_64_bit) {
    return player().begin(is_64_bit != 0) ? 1 : 0;
}

void call(const poolproof_op* wire, poolproof_event* answer) {
    auto op = op_of(*wire);
    if (!op) {
        answer->kind = POOLPROOF_UNSUPPORTED;
        return;
    }
    // A touch finds its offset in the address.
    const bool touches = op->kind == OpKind::read || op->kind == OpKind::write;
    const std::uint64_t offset =
        touches ? static_cast<std::uint64_t>(static_cast<std::int64_t>(op->offset)) : 0;
    *answer = to_wire(reference().call({&*op, wire->address - offset}));
}

int peek(std::uint64_t address, void* into, std::uint64_t bytes) {
    return reference().peek(address, {static_cast<std::uint8_t*>(into), bytes}) ? 1 : 0;
}

int poke(std::uint64_t address, const void* from, std::uint64_t bytes) {
    return reference().poke(address, {static_cast<const std::uint8_t*>(from), bytes}) ? 1 : 0;
}

std::uint64_t foreign_address(int of_system_half) {
    return reference().foreign_address(of_system_half != 0 ? Pointer::system_address : Pointer::user_address);
}

std::uint32_t batch(const poolproof_op* ops, poolproof_event* events, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto op = op_of(ops[i]);
        if (!op) {
            return i;
        }
        events[i] = to_wire(player().play(*op));
    }
    return count;
}

} // namespace
} // namespace poolproof

const poolproof_subject* poolproof_subject_1(const poolproof_host* host) {
    using namespace poolproof;
    static const poolproof_description description = [] {
        poolproof_description told = describe(reference().claims(), POOLPROOF_32_BIT | POOLPROOF_64_BIT);
        told.name = "reference";
        told.version = "1.0";
        return told;
    }();
    static poolproof_subject subject{sizeof(poolproof_subject), &description, reset, call, peek, poke,
                                     foreign_address,           nullptr};
    if (std::string_view(host->argument) == "batch") {
        subject.reset = begin;
        subject.batch = batch;
    }
    return &subject;
}
