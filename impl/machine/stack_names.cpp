// Names for the frames of a stack: the naming half of machine/stacks.hpp.
//
// Under a sanitizer its own symbolizer is asked. Otherwise llvm-symbolizer or addr2line is started for each
// frame, its output goes to standard error; where neither is there, module and offset are printed.
#include "machine/stacks.hpp"

#include "machine/line.hpp"

#include <cerrno>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

// Of the sanitizers' public interface; absent without one.
// NOLINTNEXTLINE(bugprone-reserved-identifier): the name is theirs.
extern "C" __attribute__((weak)) void __sanitizer_symbolize_pc(void* pc, const char* format, char* out,
                                                               std::size_t bytes);

namespace poolproof {

namespace {

struct Place {
    const char* module = nullptr;
    std::uint64_t offset = 0;
};

Place place_of(std::uint64_t instruction) {
    Dl_info info;
    if (dladdr(reinterpret_cast<void*>(instruction), &info) == 0 || info.dli_fname == nullptr)
        return {};
    return {info.dli_fname, instruction - reinterpret_cast<std::uint64_t>(info.dli_fbase)};
}

// The answer of `command` for one address, `function at file:line`; false when it could not be started.
bool ask(const char* const* command) {
    const pid_t child = _Fork(); // without the work that a child which goes on would need (fork.hpp)
    if (child < 0)
        return false;
    if (child == 0) {
        if (dup2(STDERR_FILENO, STDOUT_FILENO) >= 0)
            execvp(command[0], const_cast<char* const*>(command)); // the words are not written to
        _exit(127);
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// "0x12ab" in a buffer.
struct HexWord {
    char text[19];
    explicit HexWord(std::uint64_t value) {
        char* at = text;
        *at++ = '0';
        *at++ = 'x';
        for (unsigned i = 16; i-- > 0;)
            *at++ = "0123456789abcdef"[value >> (4 * i) & 0xF];
        *at = '\0';
    }
};

bool name_by_program(const Place& place) {
    const HexWord offset(place.offset);
    const char* const llvm[] = {
        "llvm-symbolizer-19", "--output-style=GNU", "--pretty-print", "--inlines", "-e",
        place.module,         offset.text,          nullptr};
    const char* const gnu[] = {"addr2line", "-Cfpie", place.module, offset.text, nullptr};
    static const char* chosen = nullptr; // the one that answered last time
    if (chosen != gnu[0] && ask(llvm)) {
        chosen = llvm[0];
        return true;
    }
    if (ask(gnu)) {
        chosen = gnu[0];
        return true;
    }
    return false;
}

void print_frame(unsigned number, std::uint64_t return_address) {
    Line line;
    line.text("    #").decimal(number).text(" ");
    if (__sanitizer_symbolize_pc != nullptr) {
        char names[1200] = {};
        // It looks at the instruction before the address itself, and answers with a string for each function
        // that was inlined there, then an empty one.
        __sanitizer_symbolize_pc(reinterpret_cast<void*>(return_address), "%f %S", names, sizeof names - 1);
        names[sizeof names - 1] = '\0';
        line.text(names).text("\n").print();
        for (const char* name = names + std::strlen(names) + 1; name < names + sizeof names && *name != '\0';
             name += std::strlen(name) + 1)
            Line().text("       ").text(name).text("\n").print();
        return;
    }
    // A return address may already belong to the next line: the call is before it.
    const std::uint64_t instruction = return_address - 1;
    const Place place = place_of(instruction);
    line.print();
    if (place.module != nullptr && name_by_program(place))
        return;
    Line rest;
    rest.text(place.module != nullptr ? place.module : "?").text("+0x");
    rest.hex(place.module != nullptr ? place.offset : instruction, 16).text("\n").print();
}

} // namespace

void print_stack(const Stack& stack) noexcept {
    for (std::uint32_t i = 0; i < stack.depth; ++i)
        print_frame(i, stack.frames[i]);
}

} // namespace poolproof
