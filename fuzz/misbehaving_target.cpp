// A target that goes wrong in every way that an input can ask for, for the tests of triage.
//
// The first byte that is one of these letters chooses: O an overrun, as AddressSanitizer reports it; S a real
// fault; H no end; M memory without end; A a check of its own; B a bug check, as a driver's target reports
// it; E an exit. Only after a k anywhere before it, so that there is something to minimise. Does not cover:
// the pool.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include <csignal>
#include <unistd.h>

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr const char* overrun =
    "=================================================================\n"
    "==1234==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x602000000114 at pc 0x5581d\n"
    "WRITE of size 1 at 0x602000000114 thread T0\n"
    "    #0 0x5581 in __asan_memcpy (/x/bin/target+0x1234)\n"
    "    #1 0x5582 in poolproof::(anonymous namespace)::copy(char*, int) /x/impl/pool/arena.cpp:12:3\n"
    "    #2 0x5583 in poolproof::Arena::free(void*) /x/impl/pool/arena.cpp:40:9\n"
    "    #3 0x5584 in LLVMFuzzerTestOneInput /x/fuzz/target.cpp:9:1\n"
    "\n"
    "0x602000000114 is located 0 bytes after 4-byte region [0x602000000110,0x602000000114)\n"
    "SUMMARY: AddressSanitizer: heap-buffer-overflow /x/impl/pool/arena.cpp:12:3 in copy(char*, int)\n";

constexpr const char* bug_check = "\n"
                                  "*** STOP: 0x000000cd (0x00007f9d,0x00000001,0x00005596,0x00000000)\n"
                                  "Allocated by ExAllocatePoolWithTag at\n"
                                  "    #0 make_packet /x/fuzz/driver/packet_parser.c:50:17\n"
                                  "Stack:\n"
                                  "    #0 copy_bytes /x/fuzz/driver/packet_parser.c:35:15\n"
                                  "    #1 consume_record /x/fuzz/driver/packet_parser.c:183:16\n";

[[noreturn]] void fill_memory() {
    constexpr std::size_t piece = 16U << 20U;
    std::vector<char*> kept;
    for (;;) {
        kept.push_back(static_cast<char*>(std::malloc(piece)));
        if (kept.back() != nullptr) {
            std::memset(kept.back(), 1, piece);
        }
    }
}

void go_wrong(std::uint8_t how) {
    switch (how) {
    case 'O':
        std::fputs(overrun, stderr);
        _exit(1);
    case 'S':
        std::signal(SIGSEGV, SIG_DFL);
        raise(SIGSEGV);
        break;
    case 'H':
        for (;;) {
            usleep(1000);
        }
    case 'M':
        fill_memory();
    case 'A':
        std::fputs("Assertion failed: a rule of the target\n", stderr);
        std::abort();
    case 'B':
        std::fputs(bug_check, stderr);
        std::abort();
    case 'E':
        _exit(5);
    default:
        break;
    }
}

} // namespace

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    bool armed = false;
    for (std::size_t i = 0; i < size; ++i) {
        if (armed) {
            go_wrong(data[i]);
        }
        armed = armed || data[i] == 'k';
    }
    return 0;
}
