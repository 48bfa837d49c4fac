// The system calls that take a path and open, make, rename or remove it.
//
// Covers: the filter that makes the kernel ask about them, and what one such question is about. Does not
// cover: the process that is watched (watched_run.hpp).
#pragma once

#include "cli/watched_run.hpp"

#include <linux/filter.h>
#include <linux/seccomp.h>

#include <optional>
#include <vector>

namespace poolproof {

// Asks about these calls, and lets all others pass.
std::vector<sock_filter> filter_of_watched_calls();

// What the call that is waiting is about to touch; nothing when its process is gone. Before the call is
// answered, whose memory it reads.
std::optional<Touched> touched_by(const seccomp_data& call, pid_t caller);

} // namespace poolproof
