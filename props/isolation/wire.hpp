// Ops and events as they cross from one process to another: in the structs of the C interface.
//
// Covers: conversion both ways, and which bytes are an event at all. Does not cover: where the structs lie
// (isolation/window.hpp). Pure; safe from any thread.
#pragma once

#include "contract/claims.hpp"
#include "trace/event.hpp"
#include "trace/op.hpp"

#include <poolproof/subject.h>

#include <optional>

namespace poolproof {

// `address` is what the call is given (0 for none).
poolproof_op to_wire(const Op& op, std::uint64_t address);
// Nothing when the bytes are no canonical op.
std::optional<Op> op_of(const poolproof_op& op);

poolproof_event to_wire(const Event& event);
// Nothing when a value is out of its range: a kind that there is not, a switch other than 0 or 1.
std::optional<Event> event_of(const poolproof_event& event);

// What the description claims on a profile that it has. Nothing when a choice is out of its range.
std::optional<Claims> claims_of(const poolproof_description& description, bool is_64_bit);
// The claims as a description, without its strings.
poolproof_description describe(const Claims& claims, std::uint32_t profiles);

} // namespace poolproof
