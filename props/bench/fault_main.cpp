// What a caught fault costs: a read of a freed special pool block that comes back as its bug check, against
// the bare signal handler that jumps out.
//
// A Google Benchmark program; poolproof_bench runs it with its repetitions interleaved and reads its JSON.
// Does not cover: other allocators, under which a fault ends the program.
#include <benchmark/benchmark.h>

#include <ddi/wdm.h>
#include <poolproof/machine.h>

#include <csetjmp>
#include <csignal>
#include <cstdint>
#include <exception>
#include <optional>

#include <sys/mman.h>

namespace {

using poolproof::GuardBackend;

constexpr std::size_t page = 4096;
constexpr int guard_install = 102; // MADV_GUARD_INSTALL, Linux 6.13

void read_freed_block(benchmark::State& state, GuardBackend backend) try {
    poolproof::Machine machine;
    poolproof::MachineConfig config;
    config.guard_backend = backend;
    machine.bind(0);
    machine.reset(config);
    machine.request_special_pool(poolproof::SpecialPool::verifier, 0, poolproof::VerifySide::end);
    void* const block = ExAllocatePoolWithTag(NonPagedPoolNx, 100, 0x68636E42);
    ExFreePoolWithTag(block, 0x68636E42);
    std::uint8_t byte = 0;
    while (state.KeepRunning()) {
        const auto caught = machine.read(reinterpret_cast<std::uint64_t>(block), 1, &byte);
        if (!caught || caught->code != 0xCC) { // PAGE_FAULT_IN_FREED_SPECIAL_POOL
            state.SkipWithError("the read of a freed block was not caught");
            break;
        }
    }
} catch (const std::exception& error) {
    state.SkipWithError(error.what());
}

sigjmp_buf before_the_fault;

void leave(int /*signal*/) {
    siglongjmp(before_the_fault, 1);
}

// The signal stays open for the next fault, so that the jump has no mask to restore.
void bare_fault(benchmark::State& state, bool by_mprotect) {
    void* const memory = mmap(nullptr, page, by_mprotect ? PROT_NONE : PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED || (!by_mprotect && madvise(memory, page, guard_install) != 0)) {
        state.SkipWithError("this kernel has no guard regions");
        return;
    }
    struct sigaction handler{};
    struct sigaction former{};
    handler.sa_handler = leave;
    handler.sa_flags = SA_NODEFER;
    sigaction(SIGSEGV, &handler, &former);
    while (state.KeepRunning()) {
        if (sigsetjmp(before_the_fault, 0) == 0) {
            (void)*static_cast<const volatile char*>(memory);
            state.SkipWithError("the page is open");
            break;
        }
    }
    sigaction(SIGSEGV, &former, nullptr);
    munmap(memory, page);
}

BENCHMARK_CAPTURE(read_freed_block, guard_regions, GuardBackend::guard_regions)
    ->Name("poolproof/guard-regions");
BENCHMARK_CAPTURE(bare_fault, guard_regions, false)->Name("bare-loop/guard-regions");
BENCHMARK_CAPTURE(read_freed_block, mprotect, GuardBackend::mprotect)->Name("poolproof/mprotect");
BENCHMARK_CAPTURE(bare_fault, mprotect, true)->Name("bare-loop/mprotect");

} // namespace

BENCHMARK_MAIN();
