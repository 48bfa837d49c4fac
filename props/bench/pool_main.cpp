// The bench's worker for special pool itself and for its limit, the bare system calls.
//
// The bare loop makes the system calls that special pool makes, on pages in the same order of reuse (the one
// freed longest ago first), and the same touches, nothing else: no record, no pattern, no lock. Does not
// cover: other allocators (malloc_main.cpp), timing (pair_loop.hpp).
#include "bench/serve.hpp"

#include <ddi/wdm.h>
#include <poolproof/machine.h>

#include <cstring>
#include <exception>

namespace poolproof {
namespace {

constexpr std::uint32_t spare = 10;
constexpr std::size_t page = 4096;
constexpr std::uint32_t tag = 0x68636E42; // 'Bnch'
constexpr int guard_install = 102;        // MADV_GUARD_INSTALL, Linux 6.13
constexpr int guard_remove = 103;

class PoolAllocator {
  public:
    PoolAllocator(GuardBackend backend, std::uint32_t live) {
        MachineConfig config;
        config.pages_per_node = 1U << 20;
        config.special_blocks = live + spare;
        config.guard_backend = backend;
        machine_.bind(0);
        machine_.reset(config);
        machine_.request_special_pool(SpecialPool::verifier, 0, VerifySide::end);
    }

    char* allocate(std::uint32_t bytes) {
        return static_cast<char*>(ExAllocatePoolWithTag(NonPagedPoolNx, bytes, tag));
    }
    void free(char* block) { ExFreePoolWithTag(block, tag); }

    bool complains(char* into, std::size_t bytes, std::uint32_t live) const {
        const PoolUse use = machine_.use();
        if (use.special_refused == 0 && use.special_live == live)
            return false;
        (void)std::snprintf(into, bytes, "only %llu of %u blocks are in special pool",
                            static_cast<unsigned long long>(use.special_live), live);
        return true;
    }

  private:
    Machine machine_;
};

class BareLoop {
  public:
    BareLoop(bool by_mprotect, std::uint32_t live)
        : by_mprotect_(by_mprotect), slots_(live + spare), freed_(forever<std::uint32_t>(slots_)),
          freed_count_(slots_) {
        const std::size_t bytes = (2 * std::size_t{slots_} + 1) * page;
        void* const memory =
            by_mprotect ? mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
                        : map_file(bytes);
        if (memory == MAP_FAILED || (!by_mprotect && madvise(memory, bytes, guard_install) != 0)) {
            std::perror("the pages of the bare loop");
            std::exit(3);
        }
        base_ = static_cast<char*>(memory);
        for (std::uint32_t slot = 0; slot < slots_; ++slot)
            freed_[slot] = slot;
    }

    char* allocate(std::uint32_t bytes) {
        char* const data = base_ + (2 * std::size_t{freed_[oldest_]} + 1) * page;
        const int outcome =
            by_mprotect_ ? mprotect(data, page, PROT_READ | PROT_WRITE) : madvise(data, page, guard_remove);
        if (outcome != 0)
            return nullptr;
        oldest_ = oldest_ + 1 == slots_ ? 0 : oldest_ + 1;
        --freed_count_;
        return data + page - ((bytes + 15U) & ~15U);
    }

    void free(char* block) {
        const std::size_t number = static_cast<std::size_t>(block - base_) / page;
        char* const data = base_ + number * page;
        failures_ +=
            (by_mprotect_ ? mprotect(data, page, PROT_NONE) : madvise(data, page, guard_install)) != 0;
        const std::uint32_t end = oldest_ + freed_count_;
        freed_[end < slots_ ? end : end - slots_] = static_cast<std::uint32_t>(number / 2);
        ++freed_count_;
    }

    bool complains(char* into, std::size_t bytes, std::uint32_t /*live*/) const {
        if (failures_ == 0)
            return false;
        (void)std::snprintf(into, bytes, "%u pages could not be closed", failures_);
        return true;
    }

  private:
    // A memory file, as special pool's: guards leave its pages in place. Anonymous memory, which they drop,
    // where the kernel has no guards for files.
    static void* map_file(std::size_t bytes) {
        const int file = memfd_create("bare loop", 0);
        if (file >= 0 && ftruncate(file, static_cast<off_t>(bytes)) == 0) {
            void* const memory =
                mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, file, 0);
            if (memory != MAP_FAILED && madvise(memory, page, guard_install) == 0)
                return memory;
        }
        return mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
                    0);
    }

    bool by_mprotect_;
    std::uint32_t slots_;
    std::uint32_t* freed_; // a ring
    std::uint32_t freed_count_;
    std::uint32_t oldest_ = 0;
    std::uint32_t failures_ = 0;
    char* base_ = nullptr;
};

int run(const char* const* arguments) {
    const bool by_mprotect = std::strcmp(arguments[2], "mprotect") == 0;
    const auto live = static_cast<std::uint32_t>(std::strtoul(arguments[3], nullptr, 10));
    const std::uint64_t fill_limit = std::strtoull(arguments[4], nullptr, 10);
    if (std::strcmp(arguments[1], "bare-loop") == 0) {
        BareLoop allocator(by_mprotect, live);
        serve(allocator, live, fill_limit);
    } else {
        PoolAllocator allocator(by_mprotect ? GuardBackend::mprotect : GuardBackend::guard_regions, live);
        serve(allocator, live, fill_limit);
    }
    return 0;
}

} // namespace
} // namespace poolproof

int main(int argc, char** argv) {
    if (argc != 5) {
        (void)std::fprintf(stderr,
                           "usage: %s poolproof|bare-loop BACKEND LIVE FILL_MILLISECONDS\n"
                           "A worker of poolproof_bench; then one line of milliseconds a repetition.\n",
                           argv[0]);
        return 2;
    }
    try {
        return poolproof::run(argv);
    } catch (const std::exception& error) {
        poolproof::say("cannot %s\n", error.what());
        return 0;
    }
}
