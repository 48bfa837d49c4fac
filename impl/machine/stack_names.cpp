// Names for the frames of a stack: the naming half of machine/stacks.hpp.
//
// Under a sanitizer its own symbolizer is asked. Otherwise llvm-symbolizer or addr2line is started for each
// frame, its output goes to standard error or into a pipe; where neither is there, module and offset are
// printed.
#include "machine/stacks.hpp"

#include "machine/line.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <string>
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

// The answer of `command` for one address, `function at file:line`, into a file; false when it could not be
// started.
bool ask(const char* const* command, int into) {
    const pid_t child = _Fork(); // without the work that a child which goes on would need (fork.hpp)
    if (child < 0)
        return false;
    if (child == 0) {
        if (dup2(into, STDOUT_FILENO) >= 0)
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

bool name_by_program(const Place& place, int into) {
    const HexWord offset(place.offset);
    const char* const llvm[] = {
        "llvm-symbolizer-19", "--output-style=GNU", "--pretty-print", "--inlines", "-e",
        place.module,         offset.text,          nullptr};
    const char* const gnu[] = {"addr2line", "-Cfpie", place.module, offset.text, nullptr};
    static const char* chosen = nullptr; // the one that answered last time
    if (chosen != gnu[0] && ask(llvm, into)) {
        chosen = llvm[0];
        return true;
    }
    if (ask(gnu, into)) {
        chosen = gnu[0];
        return true;
    }
    return false;
}

// Asks the sanitizer: a string for each function that was inlined there, then an empty one. False without one
// that knows; gcc's UndefinedBehaviorSanitizer never does. It looks at the instruction before the address
// itself.
bool name_by_sanitizer(std::uint64_t return_address, const char* format, char* names, std::size_t bytes) {
    if (__sanitizer_symbolize_pc == nullptr)
        return false;
    __sanitizer_symbolize_pc(reinterpret_cast<void*>(return_address), format, names, bytes);
    return std::strncmp(names, "<null>", 6) != 0;
}

void print_frame(unsigned number, std::uint64_t return_address) {
    Line line;
    line.text("    #").decimal(number).text(" ");
    char names[1200] = {};
    if (name_by_sanitizer(return_address, "%f %S", names, sizeof names - 1)) {
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
    if (place.module != nullptr && name_by_program(place, STDERR_FILENO))
        return;
    Line rest;
    rest.text(place.module != nullptr ? place.module : "?").text("+0x");
    rest.hex(place.module != nullptr ? place.offset : instruction, 16).text("\n").print();
}

// What the programs say, or a sanitizer's symbolizer; a line for each function that was inlined there, the
// innermost first. Empty when nothing knows.
std::string names_of(std::uint64_t return_address) {
    std::string names;
    char part[1200] = {};
    if (name_by_sanitizer(return_address, "%f at %S", part, sizeof part - 2)) {
        for (const char* name = part; *name != '\0'; name += std::strlen(name) + 1)
            names.append(name).append("\n");
        return names;
    }
    const Place place = place_of(return_address - 1);
    int ends[2];
    if (place.module == nullptr || pipe2(ends, O_CLOEXEC) != 0)
        return names;
    name_by_program(place, ends[1]); // what it says fits in the pipe
    close(ends[1]);
    ssize_t count = 0;
    while ((count = read(ends[0], part, sizeof part)) > 0)
        names.append(part, static_cast<std::size_t>(count));
    close(ends[0]);
    return names;
}

} // namespace

std::string name_of_call(std::uint64_t return_address) {
    const std::string names = names_of(return_address);
    std::string chosen;
    for (std::size_t at = 0; at < names.size();) {
        const std::size_t end = std::min(names.find('\n', at), names.size());
        chosen = names.substr(at, end - at);
        at = end + 1;
        if (chosen.find("pool_wrappers.h") == std::string::npos)
            break;
    }
    constexpr const char* inlined = " (inlined by) ";
    if (chosen.starts_with(inlined))
        chosen.erase(0, std::strlen(inlined));
    if (!chosen.empty() && chosen.find("??") == std::string::npos)
        return chosen;
    const Place place = place_of(return_address - 1);
    const HexWord offset(place.module != nullptr ? place.offset : return_address - 1);
    return std::string(place.module != nullptr ? place.module : "?") + "+" + offset.text;
}

void print_stack(const Stack& stack) noexcept {
    for (std::uint32_t i = 0; i < stack.depth; ++i)
        print_frame(i, stack.frames[i]);
}

} // namespace poolproof
