// See guarded_call.hpp.
#include "wine/guarded_call.hpp"

#include <array>
#include <cstring>

namespace poolproof::wine {
namespace {

std::array<void*, 5> way_back;
volatile bool armed = false;
Outcome outcome;

// Raised for a debugger alone.
bool is_for_debuggers(DWORD code) {
    return code == 0x40010006 || code == 0x4001000A || code == 0x406D1388;
}

[[noreturn]] void leave() {
    armed = false;
    __builtin_longjmp(way_back.data(), 1);
}

LONG CALLBACK on_exception(EXCEPTION_POINTERS* exception) {
    const DWORD code = exception->ExceptionRecord->ExceptionCode;
    if (!armed || is_for_debuggers(code)) {
        return EXCEPTION_CONTINUE_SEARCH;
    }
    outcome.how = How::exception;
    outcome.code = code;
    leave();
}

void WINAPI on_bug_check(ULONG code, ULONG_PTR p1, ULONG_PTR p2, ULONG_PTR p3, ULONG_PTR p4) {
    outcome.how = How::bug_check;
    outcome.code = code;
    outcome.parameters[0] = p1;
    outcome.parameters[1] = p2;
    outcome.parameters[2] = p3;
    outcome.parameters[3] = p4;
    if (armed) {
        leave();
    }
    ExitProcess(code);
}

void WINAPI on_plain_bug_check(ULONG code) {
    on_bug_check(code, 0, 0, 0, 0);
}

// mov rax, target; jmp rax
bool lead(void* from, const void* to) {
    std::array<std::uint8_t, 12> code = {0x48, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xE0};
    std::memcpy(code.data() + 2, &to, sizeof to);
    DWORD before = 0;
    if (VirtualProtect(from, code.size(), PAGE_EXECUTE_READWRITE, &before) == 0) {
        return false;
    }
    std::memcpy(from, code.data(), code.size());
    return VirtualProtect(from, code.size(), before, &before) != 0;
}

struct Copy {
    void* into;
    const void* from;
    std::size_t bytes;
};

} // namespace

Outcome guarded(void (*f)(void*), void* context) {
    static void* const handler = AddVectoredExceptionHandler(1, on_exception);
    static_cast<void>(handler);
    outcome = Outcome{};
    if (__builtin_setjmp(way_back.data()) == 0) {
        armed = true;
        f(context);
        armed = false;
    }
    return outcome;
}

bool copy_guarded(void* into, const void* from, std::size_t bytes) {
    Copy copy{into, from, bytes};
    const auto run = [](void* context) {
        const auto* asked = static_cast<const Copy*>(context);
        std::memcpy(asked->into, asked->from, asked->bytes);
    };
    return guarded(run, &copy).how == How::returned;
}

bool catch_bug_checks(HMODULE library) {
    void* const with_parameters = reinterpret_cast<void*>(GetProcAddress(library, "KeBugCheckEx"));
    void* const plain = reinterpret_cast<void*>(GetProcAddress(library, "KeBugCheck"));
    return with_parameters != nullptr && plain != nullptr &&
           lead(with_parameters, reinterpret_cast<const void*>(on_bug_check)) &&
           lead(plain, reinterpret_cast<const void*>(on_plain_bug_check));
}

} // namespace poolproof::wine
