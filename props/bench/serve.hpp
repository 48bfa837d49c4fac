// The talk of a worker with the bench, over standard input and output, a line each way.
//
// Covers: what is said of the fill and of each repetition, and what keeps a worker from measuring. Does not
// cover: the bench's side (worker.hpp), timing (pair_loop.hpp).
#pragma once

#include "bench/pair_loop.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <unistd.h>

namespace poolproof {

template <class... Arguments> void say(const char* format, Arguments... arguments) {
    char line[512];
    const int length = std::snprintf(line, sizeof line, format, arguments...);
    if (write(STDOUT_FILENO, line, std::min(static_cast<std::size_t>(length), sizeof line)) != length)
        std::exit(3);
}

// One line: the milliseconds of a repetition; 0 at the end of the input.
inline std::uint64_t next_repetition() {
    char line[32] = {};
    for (std::size_t at = 0; at + 1 < sizeof line; ++at)
        if (read(STDIN_FILENO, line + at, 1) != 1 || line[at] == '\n')
            break;
    return std::strtoull(line, nullptr, 10);
}

// Fills, says `ready` or `cannot <why>`, then answers each line with `pairs <number> <nanoseconds>`.
template <class Allocator> void serve(Allocator& allocator, std::uint32_t live, std::uint64_t fill_limit) {
    PairLoop loop(allocator, live);
    const std::uint32_t filled = loop.fill(fill_limit);
    char why[256];
    if (allocator.complains(why, sizeof why, filled))
        return say("cannot %s\n", why);
    if (loop.out_of_time())
        return say("cannot only %u blocks in %llu ms\n", filled, static_cast<unsigned long long>(fill_limit));
    if (filled != live)
        return say("cannot only %u blocks, then it is out of memory or mappings\n", filled);
    say("%s\n", "ready");
    while (const std::uint64_t milliseconds = next_repetition()) {
        std::uint64_t nanoseconds = 0;
        (void)loop.run(milliseconds / 10, nanoseconds); // what others did to the caches is not measured
        const std::uint64_t pairs = loop.run(milliseconds, nanoseconds);
        if (allocator.complains(why, sizeof why, live))
            return say("cannot %s\n", why);
        if (pairs == 0)
            return say("cannot %s\n", "an allocation failed between the pairs");
        say("pairs %llu %llu\n", static_cast<unsigned long long>(pairs),
            static_cast<unsigned long long>(nanoseconds));
    }
}

} // namespace poolproof
