// Subject: an implementation on trial, behind one narrow interface.
//
// Covers: the interface and the call record. Does not cover: which subjects there are
// (subjects/registry.hpp).
#pragma once

#include "contract/claims.hpp"
#include "trace/event.hpp"
#include "trace/op.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace poolproof {

// An op with its pointer resolved: `address` is what a free, a touch or a print is given.
struct Call {
    const Op* op;
    std::uint64_t address;
};

// Bytes of memory to look at, or to change, as one of several.
struct PeekPart {
    std::uint64_t address;
    std::span<std::uint8_t> into;
};
struct PokePart {
    std::uint64_t address;
    std::span<const std::uint8_t> from;
};

// Not thread-safe: one thread drives one subject. Nothing here throws; what a call raises or bug-checks is
// the event.
class Subject {
  public:
    virtual ~Subject() = default;

    virtual std::string_view name() const = 0;
    // What it claims for the profile of the last reset().
    virtual const Claims& claims() const = 0;
    // A clean machine of that profile: nothing allocated, IRQL PASSIVE_LEVEL, processor 0, process 0, default
    // budgets, no special pool, verifier off. False when it does not have the profile.
    virtual bool reset(bool is_64_bit) = 0;
    // Executes one op other than a skipped one. Fills kind and what belongs to it, block info, caller faults,
    // `used`.
    virtual Event call(const Call& call) = 0;
    // Looks at or changes memory as the current processor; false when any byte of it is inaccessible.
    virtual bool peek(std::uint64_t address, std::span<std::uint8_t> into) = 0;
    virtual bool poke(std::uint64_t address, std::span<const std::uint8_t> from) = 0;
    // The same of several parts in order, up to the first with an inaccessible byte. Parts may be empty.
    virtual bool peek_parts(std::span<const PeekPart> parts) {
        for (const PeekPart& part : parts) {
            if (!part.into.empty() && !peek(part.address, part.into)) {
                return false;
            }
        }
        return true;
    }
    virtual bool poke_parts(std::span<const PokePart> parts) {
        for (const PokePart& part : parts) {
            if (!part.from.empty() && !poke(part.address, part.from)) {
                return false;
            }
        }
        return true;
    }
    // An address for Pointer::user_address or Pointer::system_address.
    virtual std::uint64_t foreign_address(Pointer pointer) const = 0;
};

} // namespace poolproof
