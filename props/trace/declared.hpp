// Which ops a subject says that it can express.
//
// Covers: the capability and the routine that an op needs. Does not cover: what an op's arguments ask for.
// Pure; safe from any thread.
#pragma once

#include "contract/claims.hpp"
#include "trace/op.hpp"

namespace poolproof {

// An op that is not declared is never given to the subject: its event is `unsupported`.
bool is_declared(const Op& op, const Claims& claims);

} // namespace poolproof
