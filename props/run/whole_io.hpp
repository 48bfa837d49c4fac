// Bytes that go through a file, a pipe or a socket as a whole, whatever the parts.
// Does not cover: which call moves them.
#pragma once

#include <cerrno>
#include <cstddef>

#include <sys/types.h>

namespace poolproof {

// `step(at, bytes)` moves some of them, as read() and write() do. False at the end, at an error, and for what
// is cut short.
template <class Step> bool move_whole(std::size_t bytes, Step step) {
    for (std::size_t at = 0; at < bytes;) {
        const ssize_t moved = step(at, bytes - at);
        if (moved < 0 && errno == EINTR) {
            continue;
        }
        if (moved <= 0) {
            return false;
        }
        at += static_cast<std::size_t>(moved);
    }
    return true;
}

} // namespace poolproof
