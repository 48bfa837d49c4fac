// Implements the walk of machine/stacks.hpp. Names are given in stack_names.cpp.
#include "machine/stacks.hpp"

#include "machine/sanitizer.hpp"

#include <dlfcn.h>
#include <exception>
#include <execinfo.h>
#include <pthread.h>

namespace poolproof {

namespace {

struct Limits {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
};

Limits ask_limits() {
    Limits limits;
    pthread_attr_t attributes;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0)
        return limits;
    void* low = nullptr;
    std::size_t bytes = 0;
    if (pthread_attr_getstack(&attributes, &low, &bytes) == 0)
        limits = {reinterpret_cast<std::uint64_t>(low), reinterpret_cast<std::uint64_t>(low) + bytes};
    pthread_attr_destroy(&attributes);
    return limits;
}

const Limits& limits_of_this_thread() {
    thread_local const Limits limits = ask_limits();
    return limits;
}

// A frame holds the caller's frame pointer, then the return address.
POOLPROOF_RAW_ACCESS std::uint64_t word_at(std::uint64_t address) {
    return *reinterpret_cast<const volatile std::uint64_t*>(address);
}

bool is_frame(const Limits& limits, std::uint64_t frame, std::uint64_t below) {
    return frame % 8 == 0 && frame > below && frame >= limits.low && frame < limits.high &&
           limits.high - frame >= 16;
}

} // namespace

void take_stack(StackStart start, Stack& into) {
    const Limits& limits = limits_of_this_thread();
    std::uint32_t depth = 0;
    if (start.instruction != 0)
        into.frames[depth++] = start.instruction + 1; // as a call there would leave it
    std::uint64_t below = 0;
    for (std::uint64_t frame = start.frame; depth < Stack::most_frames && is_frame(limits, frame, below);
         below = frame, frame = word_at(frame)) {
        const std::uint64_t back_to = word_at(frame + 8);
        if (back_to < 4096)
            break;
        into.frames[depth++] = back_to;
    }
    into.depth = depth;
}

void take_stack_from(std::uint64_t first, Stack& into) {
    const Limits& limits = limits_of_this_thread();
    auto frame = reinterpret_cast<std::uint64_t>(__builtin_frame_address(0));
    std::uint64_t below = 0;
    while (is_frame(limits, frame, below) && word_at(frame + 8) != first) {
        below = frame;
        frame = word_at(frame);
    }
    if (is_frame(limits, frame, below)) {
        take_stack({0, frame}, into);
    } else {
        into.depth = 1;
        into.frames[0] = first;
    }
}

namespace {

const void* module_of(void* address) {
    Dl_info info;
    return dladdr(address, &info) != 0 ? info.dli_fbase : nullptr;
}

struct Frames {
    std::array<void*, 64> at{};
    std::size_t count = 0;

    // Of the caller, by the host's unwinder.
    Frames() {
        const int found = backtrace(at.data(), static_cast<int>(at.size()));
        count = static_cast<std::size_t>(found < 0 ? 0 : found);
    }
    void copy_from(std::size_t first, Stack& into) const {
        into.depth = 0;
        for (std::size_t i = first; i < count && into.depth < Stack::most_frames; ++i)
            into.frames[into.depth++] = reinterpret_cast<std::uint64_t>(at[i]);
    }
};

} // namespace

void take_stack_of_throw(Stack& into) {
    const Frames frames;
    // The handler itself, then the C++ runtime that raised and gave up.
    const void* const runtime = module_of(reinterpret_cast<void*>(&std::terminate));
    std::size_t first = 0;
    while (first < frames.count && module_of(frames.at[first]) != runtime)
        ++first;
    while (first < frames.count && module_of(frames.at[first]) == runtime)
        ++first;
    if (first == frames.count)
        first = 0; // the runtime is linked into the program: its frames stay
    frames.copy_from(first, into);
}

bool take_stack_of_fault(std::uint64_t instruction, Stack& into) {
    const Frames frames;
    std::size_t first = 0;
    while (first < frames.count && reinterpret_cast<std::uint64_t>(frames.at[first]) != instruction)
        ++first;
    if (first == frames.count)
        return false;
    frames.copy_from(first, into);
    ++into.frames[0]; // as a call there would leave it
    return true;
}

} // namespace poolproof
