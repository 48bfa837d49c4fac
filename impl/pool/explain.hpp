// What special pool knows of a bug check that nobody caught.
//
// Covers: the block, the distance of the access from it or the byte that was changed, who allocated and freed
// it and where. Does not cover: the bug check itself (machine/report.hpp).
#pragma once

#include "pool/special_memory.hpp"

namespace poolproof {

// Prints to standard error; nothing when no parameter leads to a block of special pool. May run in a signal
// handler of a process that is about to abort.
void explain_special_pool(const SpecialMemory& special, const BugCheck& bug_check) noexcept;

} // namespace poolproof
