// The rules that Driver Verifier's flags add to an allocation call.
//
// Covers: DDI compliance checking of the IRQL, code integrity, allocations of a driver that is being
// unloaded. Does not cover: the automatic checks (rules.cpp), quota (QTA-01, QTA-02). Functions here throw
// BugCheck and change nothing; they are called while a flag is set.
#pragma once

#include "ddi/rules.hpp"

namespace poolproof {

// Rule IrqlExAllocatePool (13.1): 0xC4/0x00020004 with the addresses of a message and of the processor. The
// IRQL is too high; throws when the routine is one of the rule and the flag is set.
void check_irql_rule(const Machine::Impl& system, const AllocationCall& call, const Processor& processor);
// PT-02: 0xC4/0x61. NX-06: 0xC4/0x2000.
void check_flags_of_verifier(const Machine::Impl& system, const AllocationCall& call,
                             const Processor& processor);

} // namespace poolproof
