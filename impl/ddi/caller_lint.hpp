// Which allocation calls are worth a warning to the driver's author (poolproof/linter.h).
//
// Covers: what the arguments tell. Does not cover: what is done with memory (pool/machine_linter.cpp).
#pragma once

#include "ddi/rules.hpp"

namespace poolproof {

// Before the call is checked: what it is warned for may be a bug check. With the machine's lock held.
void lint(Machine::Impl& system, const AllocationCall& call);

} // namespace poolproof
