// poolproof_host: the process that a plugin lives in. Started by the judge, not by hand.
//
// Covers: limits, pipes, loading the shared library, memory of this process on Linux. Does not cover: the
// protocol (serve.cpp).
#include "host/serve.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string>

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <unistd.h>

// NOLINTBEGIN(bugprone-reserved-identifier): the sanitizer chose the name.
// With AddressSanitizer in the program a fault stays a signal, which the judge sees.
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() {
    return "handle_segv=0:handle_sigbus=0:handle_abort=0:handle_sigill=0:handle_sigfpe=0:allocator_may_"
           "return_null=1";
}
// NOLINTEND(bugprone-reserved-identifier)

namespace poolproof {

// The kernel looks at the protection of every page, and an error costs no signal.
bool read_memory(std::uint64_t address, void* into, std::size_t bytes) {
    const iovec local{into, bytes};
    const iovec remote{reinterpret_cast<void*>(address), bytes};
    return process_vm_readv(getpid(), &local, 1, &remote, 1, 0) == static_cast<ssize_t>(bytes);
}

bool write_memory(std::uint64_t address, const void* from, std::size_t bytes) {
    const iovec local{const_cast<void*>(from), bytes}; // only read
    const iovec remote{reinterpret_cast<void*>(address), bytes};
    return process_vm_writev(getpid(), &local, 1, &remote, 1, 0) == static_cast<ssize_t>(bytes);
}

namespace {

constexpr int window_descriptor = 3;

int commands = -1;
int answers = -1;
Window* window = nullptr;

bool receive(Message& message) {
    return read(commands, &message, sizeof message) == static_cast<ssize_t>(sizeof message);
}

bool send(const Message& message) {
    return write(answers, &message, sizeof message) == static_cast<ssize_t>(sizeof message);
}

// Resident pages that no file backs, as the kernel counts them.
std::uint64_t kept_bytes() {
    static const int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    char text[128] = {};
    if (pread(file, text, sizeof text - 1, 0) <= 0) {
        return 0;
    }
    unsigned long resident = 0;
    unsigned long shared = 0;
    if (std::sscanf(text, "%*u %lu %lu", &resident, &shared) != 2 || resident < shared) {
        return 0;
    }
    return (resident - shared) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

void last_words(const poolproof_event* event) {
    window->last_words = *event;
    window->words_said.store(1, std::memory_order_release);
}

// Pipes where a plugin's printing does not reach them; what it prints goes to `output`.
bool take_pipes(const char* output) {
    commands = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 100);
    answers = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 100);
    const int nothing = open("/dev/null", O_RDONLY);
    const int printed = open(output, O_WRONLY | O_CREAT | O_APPEND, 0666);
    return commands >= 0 && answers >= 0 && nothing >= 0 && printed >= 0 &&
           dup2(nothing, STDIN_FILENO) >= 0 && dup2(printed, STDOUT_FILENO) >= 0 &&
           dup2(printed, STDERR_FILENO) >= 0;
}

void set_limits() {
    prctl(PR_SET_PDEATHSIG, SIGKILL); // with the thread of the judge that drives it
    const rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none);
}

using Entry = const poolproof_subject* (*)(const poolproof_host*);

void load_and_serve(const char* file, const char* argument) {
    const Channel channel{receive, send, kept_bytes};
    void* library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        const char* why = dlerror();
        refuse(*window, channel, (std::string("cannot be loaded: ") + why).c_str());
        return;
    }
    const auto entry = reinterpret_cast<Entry>(dlsym(library, "poolproof_subject_1"));
    if (entry == nullptr) {
        refuse(*window, channel,
               (std::string(file) + ": exports no poolproof_subject_1; it is no plugin, or one for another "
                                    "major version of poolproof/subject.h")
                   .c_str());
        return;
    }
    static const poolproof_host host{sizeof(poolproof_host), argument, last_words};
    const poolproof_subject* table = entry(&host);
    if (const char* complaint = complaint_about(table)) {
        refuse(*window, channel, (std::string(file) + ": " + complaint).c_str());
        return;
    }
    serve(*window, channel, *table);
}

} // namespace
} // namespace poolproof

int main(int argc, char** argv) {
    using namespace poolproof;
    if (argc != 4) {
        std::fprintf(stderr, "poolproof_host is started by poolproof: FILE ARGUMENT OUTPUT\n");
        return 2;
    }
    void* mapped = mmap(nullptr, sizeof(Window), PROT_READ | PROT_WRITE, MAP_SHARED, window_descriptor, 0);
    if (mapped == MAP_FAILED || static_cast<Window*>(mapped)->version != window_version) {
        std::fprintf(stderr, "poolproof_host: no window of this version at descriptor %d\n",
                     window_descriptor);
        return 2;
    }
    window = static_cast<Window*>(mapped);
    close(window_descriptor);
    set_limits();
    if (!take_pipes(argv[3])) {
        std::snprintf(window->error, sizeof window->error, "%s: cannot be written: %s", argv[3],
                      std::strerror(errno));
        return 2;
    }
    load_and_serve(argv[1], argv[2]);
    _exit(0); // no destructor of a plugin has a say
}
