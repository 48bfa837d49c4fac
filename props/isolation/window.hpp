// The memory that a subject's process shares with its judge, and the messages that say when to look.
//
// Covers: layout and protocol, for both sides and for both operating systems that the subject's side runs on.
// Does not cover: who maps it (isolation/child.hpp, host/). Whatever the subject's process writes is checked
// before it is used: the subject may have written there as well.
//
// Protocol: the subject's process says `ready` or `refused`. Then, for each message of the judge, one of its
// own with the same sequence number. The end of the judge's pipe is the end of the process.
#pragma once

#include <poolproof/subject.h>

#include <atomic>
#include <cstdint>

namespace poolproof {

inline constexpr std::uint32_t window_version = 1;
inline constexpr std::uint32_t window_ops = 4096; // ops handed over at once; longer traces go in parts

enum class Command : std::uint32_t {
    reset = 1, // to the profile of `is_64_bit`; answered by done or no_profile
    play,      // the same, then `op_count` ops
    go_on,     // `op_count` more ops; answered by done
};
enum class Answer : std::uint32_t {
    ready = 101, // description, name and version are filled in
    refused,     // `error` tells why; the process ends
    done,
    no_profile,
};

// One message of either side; shorter than what a pipe takes at once.
struct Message {
    std::uint64_t magic;
    std::uint32_t word; // Command or Answer
    std::uint32_t reserved;
    std::uint64_t sequence; // of the judge's message; 0 before the first
};
inline constexpr std::uint64_t message_magic = 0x506F6F6C50726F66;

// All zeros at first.
struct Window {
    std::uint32_t version; // written by the judge
    std::uint32_t is_64_bit;
    std::uint32_t op_count;
    std::uint32_t reserved;
    // Written by the subject's process.
    std::atomic<std::uint32_t> events_done; // of the ops handed over; counted up after each
    std::atomic<std::uint32_t> words_said;  // 1: last_words is what the running op amounts to
    std::uint64_t playing_nanoseconds;      // since the start of the process
    std::uint64_t kept_bytes; // memory of its own that the process holds, looked at now and then
    poolproof_event last_words;
    poolproof_description description; // its pointers mean nothing
    char name[64];                     // zero-terminated, as are those below
    char subject_version[64];
    char error[256];
    poolproof_op ops[window_ops];
    poolproof_event events[window_ops];
};
static_assert(std::atomic<std::uint32_t>::is_always_lock_free);

} // namespace poolproof
