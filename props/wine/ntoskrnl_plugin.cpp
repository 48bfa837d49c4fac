// Wine's ntoskrnl.exe behind the C interface. Built by mingw-w64 for Windows, and run by Wine.
//
// Covers: the pool routines that the library exports and implements, raises, bug checks, faults, page rights;
// what it lacks, or only pretends to have, is not declared. Does not cover: lookaside lists and quota blocks,
// whose objects Wine does not model.
#include "wine/guarded_call.hpp"

#include <poolproof/subject.h>

#include <array>
#include <cstdio>
#include <unordered_set>

#include <windows.h>

namespace poolproof::wine {
namespace {

constexpr DWORD stub_exception = 0x80000100; // what an export without a function behind it raises
constexpr ULONG probe_tag = 0x626F7250;

enum class Form : std::uint8_t { plain, tagged, priority, pool_flags, free, tagged_free };

struct Export {
    poolproof_routine routine;
    const char* name;
    Form form;
    FARPROC address = nullptr; // nullptr: not there, or a stub
};

std::array<Export, 10> exports{{
    {POOLPROOF_ExAllocatePool, "ExAllocatePool", Form::plain},
    {POOLPROOF_ExAllocatePoolWithTag, "ExAllocatePoolWithTag", Form::tagged},
    {POOLPROOF_ExAllocatePoolWithTagPriority, "ExAllocatePoolWithTagPriority", Form::priority},
    {POOLPROOF_ExAllocatePoolWithQuota, "ExAllocatePoolWithQuota", Form::plain},
    {POOLPROOF_ExAllocatePoolWithQuotaTag, "ExAllocatePoolWithQuotaTag", Form::tagged},
    {POOLPROOF_ExAllocatePool2, "ExAllocatePool2", Form::pool_flags},
    {POOLPROOF_FsRtlAllocatePoolWithTag, "FsRtlAllocatePoolWithTag", Form::tagged},
    {POOLPROOF_FsRtlAllocatePoolWithQuotaTag, "FsRtlAllocatePoolWithQuotaTag", Form::tagged},
    {POOLPROOF_ExFreePool, "ExFreePool", Form::free},
    {POOLPROOF_ExFreePoolWithTag, "ExFreePoolWithTag", Form::tagged_free},
}};

std::unordered_set<std::uint64_t> live; // whatever was allocated since the last reset and not freed

// An op on its way through the guard, and what comes back.
struct Request {
    const Export* routine;
    const poolproof_op* op;
    std::uint64_t result = 0;
};

template <class F> F* as(FARPROC address) {
    return reinterpret_cast<F*>(reinterpret_cast<void*>(address));
}

void call_export(void* context) {
    auto* request = static_cast<Request*>(context);
    const poolproof_op& op = *request->op;
    const FARPROC f = request->routine->address;
    const auto size = static_cast<SIZE_T>(op.size);
    void* const block = reinterpret_cast<void*>(op.address);
    void* given = nullptr;
    switch (request->routine->form) {
    case Form::plain:
        given = as<void*(ULONG, SIZE_T)>(f)(op.pool_type, size);
        break;
    case Form::tagged:
        given = as<void*(ULONG, SIZE_T, ULONG)>(f)(op.pool_type, size, op.tag);
        break;
    case Form::priority:
        given = as<void*(ULONG, SIZE_T, ULONG, ULONG)>(f)(op.pool_type, size, op.tag, op.priority);
        break;
    case Form::pool_flags:
        given =
            as<void*(ULONG64, SIZE_T, ULONG)>(f)(ULONG64{op.flags_high} << 32U | op.pool_type, size, op.tag);
        break;
    case Form::free:
        as<void(void*)>(f)(block);
        break;
    case Form::tagged_free:
        as<void(void*, ULONG)>(f)(block, op.tag);
        break;
    }
    request->result = reinterpret_cast<std::uint64_t>(given);
}

const Export* export_of(std::uint8_t routine) {
    for (const Export& known : exports) {
        if (known.routine == routine && known.address != nullptr) {
            return &known;
        }
    }
    return nullptr;
}

bool is_free(Form form) {
    return form == Form::free || form == Form::tagged_free;
}

bool may_be_executed(std::uint64_t address) {
    MEMORY_BASIC_INFORMATION page{};
    constexpr DWORD executable =
        PAGE_EXECUTE | PAGE_EXECUTE_READ | PAGE_EXECUTE_READWRITE | PAGE_EXECUTE_WRITECOPY;
    return VirtualQuery(reinterpret_cast<const void*>(address), &page, sizeof page) != 0 &&
           (page.Protect & executable) != 0;
}

void tell_result(const Request& request, poolproof_event& event) {
    if (is_free(request.routine->form)) {
        event.kind = POOLPROOF_DONE;
        live.erase(request.op->address);
        return;
    }
    event.kind = request.result != 0 ? POOLPROOF_POINTER : POOLPROOF_NULL;
    event.address = request.result;
    if (request.result != 0) {
        live.insert(request.result);
        event.block.rights_known = 1;
        event.block.executable = may_be_executed(request.result) ? 1 : 0;
    }
}

void call(const poolproof_op* op, poolproof_event* event) {
    Request request{export_of(op->routine), op};
    if (request.routine == nullptr) {
        event->kind = POOLPROOF_UNSUPPORTED;
        return;
    }
    const Outcome outcome = guarded(call_export, &request);
    switch (outcome.how) {
    case How::returned:
        tell_result(request, *event);
        break;
    case How::bug_check:
        event->kind = POOLPROOF_BUG_CHECK;
        event->code = outcome.code;
        for (unsigned i = 0; i < 4; ++i) {
            event->parameters[i] = outcome.parameters[i];
        }
        break;
    case How::exception:
        // A fault inside the library leaves its locks and lists as they are.
        event->kind = outcome.is_fault() ? POOLPROOF_CRASHED : POOLPROOF_RAISED;
        event->status = outcome.code;
        event->code = outcome.is_fault() ? outcome.code : 0;
        break;
    }
}

int reset(int is_64_bit) {
    if (is_64_bit == 0) {
        return 0;
    }
    poolproof_op op{};
    const Export* const plain_free = export_of(POOLPROOF_ExFreePool);
    for (const std::uint64_t block : live) {
        op.address = block;
        Request request{plain_free, &op};
        guarded(call_export, &request);
    }
    live.clear();
    return 1;
}

int peek(std::uint64_t address, void* into, std::uint64_t bytes) {
    return copy_guarded(into, reinterpret_cast<const void*>(address), bytes) ? 1 : 0;
}

int poke(std::uint64_t address, const void* from, std::uint64_t bytes) {
    return copy_guarded(reinterpret_cast<void*>(address), from, bytes) ? 1 : 0;
}

// An export may be there and raise that it is none.
bool is_stub(const Export& known) {
    poolproof_op op{};
    op.size = 16;
    op.tag = probe_tag;
    op.pool_type = known.form == Form::pool_flags ? 0x40 : 0; // nonpaged pool either way
    op.priority = 16;
    Request request{&known, &op};
    const Outcome outcome = guarded(call_export, &request);
    if (outcome.how == How::returned && request.result != 0) {
        live.insert(request.result);
    }
    return outcome.how == How::exception && outcome.code == stub_exception;
}

std::uint64_t find_exports(HMODULE library) {
    std::uint64_t routines = 0;
    for (Export& known : exports) {
        known.address = GetProcAddress(library, known.name);
        if (known.address != nullptr && !is_free(known.form) && is_stub(known)) {
            known.address = nullptr;
        }
        routines |= known.address != nullptr ? std::uint64_t{1} << known.routine : 0U;
    }
    reset(1);
    return routines;
}

// A probe that sees no raise would acquit whoever never raises.
bool sees_raises() {
    const Outcome outcome = guarded([](void*) { RaiseException(0xC000009A, 0, 0, nullptr); }, nullptr);
    return outcome.how == How::exception && outcome.code == 0xC000009A;
}

const char* version_of_wine() {
    using Version = const char*();
    const FARPROC version = GetProcAddress(GetModuleHandleA("ntdll.dll"), "wine_get_version");
    return version != nullptr ? as<Version>(version)() : "unknown";
}

} // namespace
} // namespace poolproof::wine

const poolproof_subject* poolproof_subject_1(const poolproof_host* /*host*/) {
    using namespace poolproof::wine;
    static poolproof_description description{};
    static const poolproof_subject subject{
        sizeof(poolproof_subject), &description, reset, call, peek, poke, nullptr, nullptr};
    const HMODULE library = LoadLibraryA("ntoskrnl.exe");
    if (library == nullptr || !catch_bug_checks(library) || !sees_raises()) {
        return nullptr;
    }
    description.size = sizeof description;
    description.name = "wine";
    description.version = version_of_wine();
    description.profiles = POOLPROOF_64_BIT;
    description.capabilities = POOLPROOF_CAN_RAISE | POOLPROOF_CAN_BUG_CHECK | POOLPROOF_CAN_PAGE_RIGHTS;
    description.routines = find_exports(library);
    return &subject;
}
