// Call stacks, taken cheaply and given names late.
//
// A stack is taken by following frame pointers inside the thread's own stack: tens of nanoseconds, no
// allocation, no lock. Code built without frame pointers (-fno-omit-frame-pointer keeps them) ends the walk
// early or is left out. Does not cover: what a stack is of (report.hpp).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace poolproof {

struct Stack {
    static constexpr std::uint32_t most_frames = 15;

    std::uint32_t depth = 0;                       // 0: not taken
    std::array<std::uint64_t, most_frames> frames; // return addresses, the innermost first; `depth` are valid
};

// Where a walk begins: the instruction that is being executed, or 0, and the frame pointer there.
struct StackStart {
    std::uint64_t instruction = 0;
    std::uint64_t frame = 0;
};

// Async-signal-safe, except for the first call of a thread, which asks the host where its stack lies.
void take_stack(StackStart start, Stack& into);
// The caller's stack as the function sees it whose return address is `first`: frames below it are left out.
void take_stack_from(std::uint64_t first, Stack& into);

// The stack below a throw that nobody catches, found with the host's unwinder: what threw comes first. For a
// terminate handler; it may allocate.
void take_stack_of_throw(Stack& into);
// The same below a fault at this instruction, for its handler: code without frame pointers, such as the
// host's copying routines, and what called it are not left out. False, and nothing taken, when the unwinder
// does not get there.
bool take_stack_of_fault(std::uint64_t instruction, Stack& into);

// Writes one line a frame to standard error: function, file and line where the host has a symbolizer and the
// code its debug information, else module and offset. May run in a signal handler of a process that is about
// to abort: it starts a program, and waits for it.
void print_stack(const Stack& stack) noexcept;

// The same of one return address, as text: where driver code called, not the wrapper of a header that was
// inlined there. Not in a signal handler.
std::string name_of_call(std::uint64_t return_address);

} // namespace poolproof
