// Tells AddressSanitizer which bytes belong to a caller; names the sanitizer that a build has.
//
// Covers: poisoning by hand, and accesses of our own to bytes that a caller may not touch. Does not cover:
// special pool, whose guards are real. Without the sanitizer everything here is empty.
#pragma once

#include <cstddef>
#include <cstdint>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POOLPROOF_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define POOLPROOF_TSAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define POOLPROOF_ASAN 1
#endif
#if defined(__SANITIZE_THREAD__)
#define POOLPROOF_TSAN 1
#endif

#ifdef POOLPROOF_ASAN
#include <sanitizer/asan_interface.h>
#define POOLPROOF_RAW_ACCESS __attribute__((no_sanitize("address")))
#elif defined(POOLPROOF_TSAN) && defined(__clang__)
// Atomic accesses too stay instructions: made by the sanitizer's runtime, a write would fault as a read.
#define POOLPROOF_RAW_ACCESS __attribute__((disable_sanitizer_instrumentation))
#else
#define POOLPROOF_RAW_ACCESS
#endif

namespace poolproof {

inline void poison([[maybe_unused]] const void* start, [[maybe_unused]] std::size_t bytes) {
#ifdef POOLPROOF_ASAN
    __asan_poison_memory_region(start, bytes);
#endif
}

inline void unpoison([[maybe_unused]] const void* start, [[maybe_unused]] std::size_t bytes) {
#ifdef POOLPROOF_ASAN
    __asan_unpoison_memory_region(start, bytes);
#endif
}

// Before frames are left in a way that the sanitizer does not know: none of their stack is anybody's.
inline void forget_frames() {
#ifdef POOLPROOF_ASAN
    __asan_handle_no_return();
#endif
}

// One word of a block header, which lies in bytes that are poisoned for everybody else.
POOLPROOF_RAW_ACCESS inline std::uint64_t raw_load(const std::byte* at) {
    return *reinterpret_cast<const volatile std::uint64_t*>(at);
}
POOLPROOF_RAW_ACCESS inline void raw_store(std::byte* at, std::uint64_t value) {
    *reinterpret_cast<volatile std::uint64_t*>(at) = value;
}

} // namespace poolproof
