// poolproof_wine_agent.exe: the process that Wine's ntoskrnl.exe lives in. Started by the judge, not by hand.
//
// Covers: pipes and shared memory on Windows. Does not cover: the protocol (host/serve.cpp), the calls
// (ntoskrnl_plugin.cpp).
#include "host/serve.hpp"
#include "wine/guarded_call.hpp"

#include <cstdio>

#include <windows.h>

namespace poolproof {

bool read_memory(std::uint64_t address, void* into, std::size_t bytes) {
    return wine::copy_guarded(into, reinterpret_cast<const void*>(address), bytes);
}

bool write_memory(std::uint64_t address, const void* from, std::size_t bytes) {
    return wine::copy_guarded(reinterpret_cast<void*>(address), from, bytes);
}

namespace {

Window* window = nullptr;

bool receive(Message& message) {
    DWORD bytes = 0;
    return ReadFile(GetStdHandle(STD_INPUT_HANDLE), &message, sizeof message, &bytes, nullptr) != 0 &&
           bytes == sizeof message;
}

bool send(const Message& message) {
    DWORD bytes = 0;
    return WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), &message, sizeof message, &bytes, nullptr) != 0 &&
           bytes == sizeof message;
}

std::uint64_t kept_bytes() {
    return 0; // the judge looks from outside
}

void last_words(const poolproof_event* event) {
    window->last_words = *event;
    window->words_said.store(1, std::memory_order_release);
}

Window* open_window(const char* path) {
    const HANDLE file = CreateFileA(path, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE,
                                    nullptr, OPEN_EXISTING, 0, nullptr);
    if (file == INVALID_HANDLE_VALUE) {
        return nullptr;
    }
    const HANDLE mapping = CreateFileMappingA(file, nullptr, PAGE_READWRITE, 0, sizeof(Window), nullptr);
    return mapping == nullptr
               ? nullptr
               : static_cast<Window*>(MapViewOfFile(mapping, FILE_MAP_ALL_ACCESS, 0, 0, sizeof(Window)));
}

} // namespace
} // namespace poolproof

int main(int argc, char** argv) {
    using namespace poolproof;
    if (argc != 2 || (window = open_window(argv[1])) == nullptr || window->version != window_version) {
        std::fprintf(stderr, "poolproof_wine_agent: started by poolproof, with the path of a window\n");
        return 2;
    }
    const Channel channel{receive, send, kept_bytes};
    static const poolproof_host host{sizeof(poolproof_host), "", last_words};
    const poolproof_subject* table = poolproof_subject_1(&host);
    if (const char* complaint = complaint_about(table)) {
        refuse(*window, channel, complaint);
    } else {
        serve(*window, channel, *table);
    }
    TerminateProcess(GetCurrentProcess(), 0); // no detaching: nothing is left to be saved
}
