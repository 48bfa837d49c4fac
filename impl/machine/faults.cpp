// Implements machine/faults.hpp.
#include "machine/faults.hpp"

#include "machine/raise.hpp"
#include "machine/report.hpp"
#include "machine/sanitizer.hpp"

#include <ddi/bugcodes.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <mutex>
#include <system_error>
#include <ucontext.h>

namespace poolproof {

namespace {

struct Range {
    std::atomic<std::uint64_t> start{0};
    std::atomic<std::uint64_t> bytes{0}; // 0: the entry is free
    std::atomic<FaultOwner> owner{nullptr};
    std::atomic<Explainer> explain{nullptr};
    std::atomic<void*> context{nullptr};
};

std::array<Range, 64> ranges;
std::mutex ranges_mutex;
struct sigaction previous_action;

struct Guard {
    sigjmp_buf resume;
};
thread_local Guard* active_guard = nullptr;
thread_local BugCheck caught_fault; // on the way from the handler to the guard

// A destructor, and no catch (...): that would not see every raise out (raise.hpp).
class ActiveGuard {
  public:
    explicit ActiveGuard(Guard* guard) : outer_(active_guard) { active_guard = guard; }
    ~ActiveGuard() { active_guard = outer_; }
    ActiveGuard(const ActiveGuard&) = delete;
    ActiveGuard& operator=(const ActiveGuard&) = delete;

  private:
    Guard* outer_;
};

// Where the thread was.
StackStart place_of([[maybe_unused]] const ucontext_t* context) {
#if defined(__x86_64__)
    return {static_cast<std::uint64_t>(context->uc_mcontext.gregs[REG_RIP]),
            static_cast<std::uint64_t>(context->uc_mcontext.gregs[REG_RBP])};
#elif defined(__aarch64__)
    return {context->uc_mcontext.pc, context->uc_mcontext.regs[29]};
#else
    return {};
#endif
}

Fault describe(const siginfo_t* info, const ucontext_t* context) {
    Fault fault{reinterpret_cast<std::uint64_t>(info->si_addr), false, place_of(context).instruction};
#if defined(__x86_64__)
    fault.write = (context->uc_mcontext.gregs[REG_ERR] & 2) != 0;
#endif
    return fault;
}

void pass_on(int signal_number, siginfo_t* info, void* context) {
    if ((previous_action.sa_flags & SA_SIGINFO) != 0 && previous_action.sa_sigaction != nullptr) {
        previous_action.sa_sigaction(signal_number, info, context);
    } else if (previous_action.sa_handler == SIG_DFL || previous_action.sa_handler == SIG_IGN) {
        // The faulting instruction runs again and ends the process the host's way.
        struct sigaction action = {};
        action.sa_handler = SIG_DFL;
        sigaction(signal_number, &action, nullptr);
    } else {
        previous_action.sa_handler(signal_number);
    }
}

void on_fault(int signal_number, siginfo_t* info, void* context) {
    const Fault fault = describe(info, static_cast<const ucontext_t*>(context));
    BugCheck amounts_to{PAGE_FAULT_IN_NONPAGED_AREA, {fault.address, fault.write ? 2U : 0U, fault.code, 0x2}};
    bool owned = false;
    for (const Range& range : ranges) {
        if (fault.address - range.start.load() >= range.bytes.load())
            continue;
        owned = true;
        if (range.owner.load()(range.context.load(), fault, amounts_to) == FaultAnswer::retry)
            return;
        break;
    }
    if (active_guard != nullptr) {
        caught_fault = amounts_to;
#ifdef POOLPROOF_TSAN
        // Its own handler stands around this one and has every signal blocked.
        pthread_sigmask(SIG_SETMASK, &static_cast<const ucontext_t*>(context)->uc_sigmask, nullptr);
#endif
        siglongjmp(active_guard->resume, 1);
    }
    if (!owned) {
        pass_on(signal_number, info, context);
        return;
    }
    report_uncaught(amounts_to, place_of(static_cast<const ucontext_t*>(context)));
}

void install_handler() {
    struct sigaction action = {};
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK; // SA_NODEFER: siglongjmp leaves no signal blocked
    if (sigaction(SIGSEGV, &action, &previous_action) != 0)
        throw std::system_error(errno, std::generic_category(), "installing the fault handler");
}

} // namespace

void own_faults(const void* start, std::size_t bytes, FaultOwner owner, Explainer explain, void* context) {
    const std::lock_guard lock(ranges_mutex);
    static bool installed = false;
    if (!installed) {
        install_handler();
        installed = true;
    }
    for (Range& range : ranges) {
        if (range.bytes.load() != 0)
            continue;
        range.start = reinterpret_cast<std::uint64_t>(start);
        range.owner = owner;
        range.explain = explain;
        range.context = context;
        range.bytes = bytes; // last: it makes the entry valid
        return;
    }
    throw std::system_error(ENOSPC, std::generic_category(), "more than 64 machines at once");
}

void disown_faults(const void* start) {
    const std::lock_guard lock(ranges_mutex);
    for (Range& range : ranges)
        if (range.bytes.load() != 0 && range.start.load() == reinterpret_cast<std::uint64_t>(start))
            range.bytes = 0;
}

void explain_bug_check(const BugCheck& bug_check) {
    for (const std::uint64_t parameter : bug_check.parameters)
        for (const Range& range : ranges)
            if (parameter - range.start.load() < range.bytes.load()) {
                range.explain.load()(range.context.load(), bug_check);
                return;
            }
}

std::optional<BugCheck> catch_bug_check(void (*body)(void*), void* context) {
    Guard guard;
    Guard* const outer = active_guard;
    poolproof_try_frame* const guarded = innermost_try();
    if (sigsetjmp(guard.resume, 0) != 0) {
        active_guard = outer;
        leave_tries_inside(guarded);
        return caught_fault;
    }
    const ActiveGuard active(&guard);
    try {
        body(context);
    } catch (const BugCheck& caught) {
        return caught;
    }
    return std::nullopt;
}

} // namespace poolproof
